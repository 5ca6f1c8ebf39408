"""The other side of `/api/approvals`: how a script or an agent asks at a gate and waits."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.slack.addresses import reveals_token

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""An id becomes part of an address: nothing that could lead elsewhere."""
POLL = 50
"""Seconds that one call waits for an answer."""
_STATES = frozenset({"open", "approved", "rejected", "expired", "withdrawn"})
_REMEDY = "Check --url or SIGNOFF_URL: it is the address that signoff serve or signoff demo prints."
PATIENCE = 300.0
"""Seconds for which a server that was there may be gone, as while it is restarted."""


class NotAsked(Exception):
    """It could not be asked, in a sentence for whoever asked."""


class Client:
    """Raises `NotAsked`. `patience`: seconds; `between`: seconds between two tries meanwhile."""

    def __init__(self, url: str, token: str, *, patience: float = PATIENCE, between: float = 2.0) -> None:
        self._url = f"{url.rstrip('/')}/api/approvals"
        self._patience, self._between = patience, between
        self._http = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token}"}, timeout=aiohttp.ClientTimeout(POLL + 30)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def ask(self, body: Mapping[str, str], key: str) -> dict[str, Any]:
        """Open a question; the same key again opens nothing new."""
        return await self._call("POST", self._url, json=dict(body), headers={"Idempotency-Key": key})

    async def read(self, id_: str, wait: float = 0) -> dict[str, Any]:
        """How it stands; with `wait` once it is decided, or after so many seconds."""
        if not RUN_ID.fullmatch(id_):
            raise NotAsked(f"{id_[:80]!r} is not the id of a question. Pass the id that asking gave.")
        return await self._call("GET", f"{self._url}/{id_}?wait={wait:g}")

    async def until_decided(self, id_: str) -> dict[str, Any]:
        """Wait for as long as it takes; a restart of the server is waited for as well."""
        while True:
            found = await self._patiently(id_)
            if found["state"] != "open":
                return found

    async def _patiently(self, id_: str) -> dict[str, Any]:
        gone_since: float | None = None
        while True:
            try:
                return await self.read(id_, POLL)
            except _Unreachable:
                now = time.monotonic()
                gone_since = gone_since or now
                if now - gone_since > self._patience:
                    raise
                await asyncio.sleep(self._between)

    async def _call(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        if reveals_token(url):
            raise NotAsked(
                f"{url} would take the token over the network unencrypted. Use https://, or http:// to an "
                f"address of this machine. {_REMEDY}"
            )
        try:
            # A redirect is not followed: the token is for this address alone.
            async with self._http.request(method, url, allow_redirects=False, **more) as answer:
                status, body = answer.status, await answer.read()
                location = answer.headers.get("Location", "")
        except aiohttp.InvalidURL:
            raise NotAsked(f"{url} is not an address. {_REMEDY}") from None
        except aiohttp.ClientSSLError as error:
            raise NotAsked(f"{url} has no connection that can be trusted ({error}). {_REMEDY}") from None
        except (aiohttp.ClientError, ValueError, OSError) as error:
            told = str(error) or type(error).__name__
            raise _Unreachable(
                f"{url} could not be asked ({told}). Is signoff serve running there? {_REMEDY}"
            ) from None
        return _read(url, status, body, location)


def _read(url: str, status: int, body: bytes, location: str) -> dict[str, Any]:
    """What Signoff answered. Raises `NotAsked` for a refusal, and for an answer that is not Signoff's."""
    if status in (502, 503, 504):
        raise _Unreachable(f"{url} is not ready (it answered {status}).")
    if 300 <= status < 400:
        raise NotAsked(f"{url} redirects to {location or 'another address'}. {_REMEDY}")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if status < 300 and _is_question(found):
        return dict(found)
    refused = found.get("error") if isinstance(found, dict) and status >= 400 else None
    if isinstance(refused, dict) and isinstance(refused.get("message"), str):
        field = f"{refused['field']}: " if refused.get("field") else ""
        raise NotAsked(f"{field}{refused['message']}")
    raise NotAsked(f"{url} answered {status}, and not as Signoff does. {_REMEDY}")


def _is_question(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("id"), str)
        and found.get("state") in _STATES
        and isinstance(found.get("by"), list)
        and all(isinstance(one, str) for one in found["by"])
        and isinstance(found.get("comment", 0), str | None)
    )


class _Unreachable(NotAsked):
    """Nobody is there, perhaps for a moment."""
