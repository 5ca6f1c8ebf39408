"""The collector: takes spans by OTLP over HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

_SECONDS = 10.0
_MAX_ANSWER = 64 * 1024
_REFUSED = frozenset({400, 413, 415, 422})
"""Statuses after which the same spans would be refused again."""
_MAX_PAUSE = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome of sending a batch. `error`: why it was not taken, to stand after the setting's name."""

    error: str = ""
    again: bool = False
    """It may be taken later."""
    pause: float = 0
    """Seconds after which the collector wants to be asked again; 0: it did not say."""
    body: bytes = b""


class Collector:
    """Sends batches to one address. The address and the headers may hold secrets: no text names them."""

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._address = address
        self._headers = {**headers, "Content-Type": "application/x-protobuf"}
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))

    async def close(self) -> None:
        await self._http.close()

    async def send(self, body: bytes) -> Answer:
        """Send one batch once."""
        try:
            async with self._http.post(
                self._address, data=body, headers=self._headers, allow_redirects=False
            ) as answer:
                if 200 <= answer.status < 300:
                    return Answer(body=await answer.content.read(_MAX_ANSWER))
                error = f"answered with the status {answer.status}"
                again = answer.status not in _REFUSED
                return Answer(error, again=again, pause=_pause(answer.headers.get("Retry-After", "")))
        except TimeoutError:
            return Answer(f"did not answer within {_SECONDS:.0f} s", again=True)
        except (aiohttp.ClientError, OSError, ValueError):
            return Answer("could not be reached", again=True)


def _pause(text: str) -> float:
    return float(min(int(text), _MAX_PAUSE)) if re.fullmatch(r"\d{1,6}", text) else 0.0
