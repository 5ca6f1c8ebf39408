"""Dead man's switch: calls an address while Signoff is healthy. The service behind it notices silence."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import aiohttp

from engine import Clock

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL = timedelta(minutes=1)
_SECONDS = 10.0


class Heartbeat:
    """`run` it as a task. `problems`: those of `/readyz`; while there are any, the address is not called.

    The address may hold a secret, so that no text names it.
    """

    def __init__(
        self, address: str, problems: Callable[[], Awaitable[Mapping[str, str]]], clock: Clock
    ) -> None:
        self._address, self._problems, self._clock = address, problems, clock
        self.problem = ""
        """Why the address could not be called the last time; usually empty."""

    async def run(self) -> None:
        while True:
            try:
                await self.beat()
            except Exception:
                log.exception("Whether a heartbeat is due could not be determined")
            await self._clock.sleep(HEARTBEAT_INTERVAL)

    async def beat(self) -> None:
        """Call the address once if Signoff is healthy."""
        if await self._problems():
            return
        why = await self._call()
        self.problem = f"the address in SIGNOFF_HEARTBEAT_URL {why}. Check it with curl" if why else ""

    async def _call(self) -> str:
        """Return why the call failed, to stand after the address; empty for success."""
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.get(self._address, allow_redirects=False) as answer,
            ):
                return "" if 200 <= answer.status < 300 else f"answered with the status {answer.status}"
        except TimeoutError:
            return f"did not answer within {_SECONDS:.0f} s"
        except (aiohttp.ClientError, OSError, ValueError):
            return "could not be reached"
