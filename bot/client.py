"""The other side of `/api/approvals`: how a script or an agent asks at a gate and waits."""

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

POLL = 50
"""Seconds that one call waits for an answer."""
PATIENCE = 300.0
"""Seconds for which a server that was there may be gone, as while it is restarted."""


class NotAsked(Exception):
    """It could not be asked, in a sentence for whoever asked."""


class Client:
    """Raises `NotAsked`. `patience`: seconds; `between`: seconds between two tries meanwhile."""

    def __init__(self, url: str, token: str, *, patience: float = PATIENCE, between: float = 2.0) -> None:
        self._url = f"{url.rstrip('/')}/api/approvals"
        self._patience, self._between = patience, between
        self._http = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})

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
        try:
            async with self._http.request(method, url, **more) as answer:
                found: dict[str, Any] = await answer.json(content_type=None)
                if answer.status < 400:
                    return found
        except (aiohttp.ClientError, ValueError, OSError) as error:
            told = str(error) or type(error).__name__
            raise _Unreachable(
                f"{url} could not be asked ({told}). Is signoff serve running there?"
            ) from None
        if answer.status in (502, 503, 504):
            raise _Unreachable(f"{url} is not ready ({answer.status}).")
        refused = (found or {}).get("error") or {}
        field = f"{refused['field']}: " if refused.get("field") else ""
        raise NotAsked(f"{field}{refused.get('message') or f'the server answered {answer.status}'}")


class _Unreachable(NotAsked):
    """Nobody is there, perhaps for a moment."""
