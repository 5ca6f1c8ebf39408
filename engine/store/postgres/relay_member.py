"""The side of a member: a request becomes durable, and its answer comes from the leader."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping

from engine.model.runs.relay import Lane, RelayState, SpentNames, Wish
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.relay import ANSWERS, REQUESTS, UNREACHABLE, RelayLine

_PAUSE_SECONDS = 0.2
MAX_WAITING: Mapping[Lane, int] = {"slack": 500, "http": 100}
"""Requests of one member that wait for an answer at once, in each lane."""
_ASK = f"""
WITH asked AS (
  INSERT INTO relayed (name, lane, lasting, request) VALUES (%s, %s, %s, %s)
  ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING number
)
SELECT number, pg_notify({REQUESTS}, '') FROM asked
"""  # noqa: S608
_ANSWERED = "SELECT number, answer FROM relayed WHERE number = ANY(%s) AND answered_at IS NOT NULL"
_FORGET = "DELETE FROM relayed WHERE number = %s"
_WITHDRAW = "DELETE FROM relayed WHERE number = %s AND begun_by IS NULL RETURNING number"


class RelayMember:
    """Relays requests to the leader. Used on one event loop."""

    def __init__(self, address: str, name: str, connections: Callable[[], int]) -> None:
        self.line = RelayLine(
            ServerDatabase.at(address), name, ANSWERS, self._hear, connections, durable=True
        )
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._held: Counter[str] = Counter()
        self._heard = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    @property
    def spent_names(self) -> SpentNames:
        """Names that count once for all processes."""
        return self.line

    async def open(self) -> None:
        """Raises `StoreBusy`."""
        await self.line.open()
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self.line.close()

    async def ask(self, wish: Wish) -> tuple[RelayState, str]:
        """Relay a request; return what became of it, and the answer."""
        if self._held[wish.lane] >= MAX_WAITING[wish.lane]:
            return "busy", ""
        self._held[wish.lane] += 1
        try:
            return await self._asked(wish)
        finally:
            self._held[wish.lane] -= 1

    async def _asked(self, wish: Wish) -> tuple[RelayState, str]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wish.seconds
        number = await self._recorded(wish, until)
        if number is None:
            return "unrecorded", ""
        answer = self._waiting.setdefault(number, loop.create_future())
        self._heard.set()  # another process may have relayed it, and its answer may be there
        try:
            if not await _done(answer, until):
                if wish.lasting:
                    return "recorded", ""
                if await self._withdrawn(number):
                    return "withdrawn", ""
                if not await _done(answer, loop.time() + wish.longest):
                    return "unknown", ""
            if wish.lane == "http":  # nobody sends it again, and its answer may hold secrets
                await self._run_soon(_FORGET, number)
            return "answered", answer.result()
        finally:
            self._waiting.pop(number, None)

    async def _recorded(self, wish: Wish, until: float) -> int | None:
        while True:
            try:
                async with asyncio.timeout_at(until):
                    rows = await self.line.run(_ASK, wish.name, wish.lane, wish.lasting, wish.text)
            except TimeoutError:
                return None
            except UNREACHABLE:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return int(rows[0][0])

    async def _withdrawn(self, number: int) -> bool:
        return bool(await self._run_soon(_WITHDRAW, number))

    async def _run_soon(self, statement: str, number: int) -> list[object]:
        with contextlib.suppress(TimeoutError, *UNREACHABLE):
            async with asyncio.timeout(_PAUSE_SECONDS):
                return await self.line.run(statement, number)
        return []

    def _hear(self) -> None:
        if self._waiting:
            self._heard.set()

    async def _read(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            try:
                rows = await self.line.run(_ANSWERED, list(self._waiting))
            except UNREACHABLE:
                continue  # the next look comes by itself
            for number, answer in rows:
                waiting = self._waiting.get(number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)


async def _done(answer: asyncio.Future[str], until: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await asyncio.shield(answer)
    return answer.done()
