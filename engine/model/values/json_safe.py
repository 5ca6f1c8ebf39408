"""Checks that a value can be stored as JSON unchanged, and texts made fit for it."""

import math
from typing import Any

import orjson

_TOO_DEEP = "it is nested more than 250 levels deep; keep it flat, as a list whose items name their parent"
_PROBLEMS = {
    "Integer exceeds 64-bit range": "a whole number is beyond 64 bits; give it as a text",
    "str is not valid UTF-8: surrogates not allowed": "a text has half a character",
    "Recursion limit reached": _TOO_DEEP,
    "Maximum serialization depth exceeded": _TOO_DEEP,
}


def encoding_problem(error: Exception) -> str:
    """Why a value can't be encoded, by the error of orjson or Pydantic, with the remedy where it is known."""
    text = str(error).strip() or type(error).__name__
    return _PROBLEMS.get(text, text)


def storage_problem(value: Any) -> str:
    """Why a JSON-like value can't be kept; empty when it can."""
    try:
        encoded = orjson.dumps(value)
    except TypeError as error:
        return encoding_problem(error)
    # JSON has no word for these: they would come back as nothing.
    may_have_nan = b"null" in encoded
    return "a number is infinite or not a number" if may_have_nan and _has_nan(value) else ""


def _has_nan(value: Any) -> bool:
    match value:
        case float():
            return not math.isfinite(value)
        case list():
            return any(map(_has_nan, value))
        case dict():
            return any(map(_has_nan, value.values()))
    return False


def text_problem(text: str) -> str:
    """Return why not every database holds a text, with the remedy; empty where each does."""
    if "\0" in text:
        return "it has a NUL character. Remove it"
    return "" if storable_text(text) == text else "it has half a character (a lone surrogate). Remove it"


def storable_text(text: str) -> str:
    """Half characters (lone surrogates, as in names of files) and NUL as `?`; everything else as it was.

    No database holds the former, and PostgreSQL holds no NUL.
    """
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
