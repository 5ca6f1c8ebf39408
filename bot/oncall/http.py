"""Reads of an on-call service over HTTPS: bounded, without redirects, and with errors that hold no secret."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
import orjson

from bot.oncall.source import MAX_BYTES, OnCallFailed

_REASONS = {
    401: "refused the token",
    403: "does not allow the token to read the schedule",
    404: "does not know the schedule",
    429: "limits how often it can be asked",
}
Query = Sequence[tuple[str, str]]


class HttpReader:
    """One session for all sources. `secret`: value of a secret by its name; empty if there is none."""

    def __init__(self, secret: Callable[[str], str]) -> None:
        self._secret = secret
        self._session: aiohttp.ClientSession | None = None

    async def token(self, name: str, source: str) -> str:
        """Return a token by the name of its secret. Raises `OnCallFailed` where there is none."""
        value = await asyncio.to_thread(self._secret, name)
        if not value:
            raise OnCallFailed(f"The token of {source} is missing: set {name} in the environment of Signoff.")
        if not value.isascii() or not value.isprintable():
            raise OnCallFailed(f"The token of {source} in {name} has invalid characters.")
        return value

    async def read(self, url: str, headers: Mapping[str, str], query: Query, source: str) -> bytes:
        """Return the body. Raises `OnCallFailed`."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=True)
        try:
            async with self._session.get(url, headers=headers, params=query, allow_redirects=False) as answer:
                if answer.status != 200:
                    reason = _REASONS.get(answer.status, f"answered with the status {answer.status}")
                    raise OnCallFailed(f"{source} {reason}.")
                body = await answer.content.read(MAX_BYTES + 1)
                while len(body) <= MAX_BYTES and (more := await answer.content.read(MAX_BYTES + 1)):
                    body += more
        except (aiohttp.ClientError, ValueError) as error:
            # The text of the error may have the address, and the address a secret.
            raise OnCallFailed(f"{source} cannot be reached ({type(error).__name__}).") from None
        if len(body) > MAX_BYTES:
            raise OnCallFailed(f"{source} sent more than {MAX_BYTES // 1_000_000} MB.")
        return body

    async def json(
        self, url: str, headers: Mapping[str, str], query: Query, source: str
    ) -> Mapping[str, Any]:
        """Return a JSON object. Raises `OnCallFailed`."""
        body = await self.read(url, headers, query, source)
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise OnCallFailed(f"{source} sent no JSON object.")
        return value

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def listed(value: Any, source: str) -> list[Mapping[str, Any]]:
    """Return a list of objects in an answer. Raises `OnCallFailed` for anything else."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise OnCallFailed(f"{source} sent an answer of an unknown shape.")
    return value
