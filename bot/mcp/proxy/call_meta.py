"""Pure: what a call says of its client and its trace (`_meta`). People do not see it, so little is kept."""

from collections.abc import Mapping
from typing import Any

from engine.exact_json import AmbiguousJson, canonical, exact

_CLIENT = "io.modelcontextprotocol/"
KEPT = (f"{_CLIENT}protocolVersion", f"{_CLIENT}clientInfo", f"{_CLIENT}clientCapabilities",
        "traceparent", "tracestate")  # fmt: skip
"""The server gets these keys, letter for letter, and no others."""
PERMIT = "signoff/permit"
"""The key under which the server gets the permit of an approved call."""
MAX_CHARACTERS = 8192
"""Of one value, as JSON. A client can describe itself with a small picture."""
_PROGRESS = "progressToken"
_MAX_TOKEN = 200


def kept_meta(meta: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of `_meta` that the server gets. Raises `AmbiguousJson`."""
    return {key: _bounded(meta[key], f"_meta.{key}", MAX_CHARACTERS) for key in KEPT if key in meta}


def progress_token(meta: Mapping[str, Any]) -> str | int | None:
    """Return the token under which the client is told of progress. Raises `AmbiguousJson`."""
    if meta.get(_PROGRESS) is None:
        return None
    token = _bounded(meta[_PROGRESS], f"_meta.{_PROGRESS}", _MAX_TOKEN)
    if isinstance(token, bool) or not isinstance(token, str | int):
        raise AmbiguousJson(f"_meta.{_PROGRESS}: Pass a text or a whole number.")
    return token


def _bounded(value: Any, place: str, most: int) -> Any:
    value = exact(value, place)
    if (length := len(canonical(value))) > most:
        raise AmbiguousJson(f"{place}: it takes {length:,} characters. Send at most {most:,}.")
    return value
