"""The side of a member: a request becomes durable, and its answer comes from the leader."""

import asyncio
from collections.abc import Callable
from typing import Literal

from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.relay import ANSWERS, REQUESTS, UNREACHABLE, RelayLine

_PAUSE_SECONDS = 0.2
MAX_WAITING = 500
"""Requests of one member that wait for an answer at once."""
_ASK = f"""
WITH asked AS (
  INSERT INTO relayed (name, lasting, request) VALUES (%s, %s, %s)
  ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING number
)
SELECT number, pg_notify({REQUESTS}, '') FROM asked
"""  # noqa: S608
_ANSWERED = "SELECT number, answer FROM relayed WHERE number = ANY(%s) AND answered_at IS NOT NULL"
_WITHDRAW = "DELETE FROM relayed WHERE number = %s AND begun_by IS NULL RETURNING number"

State = Literal["answered", "recorded", "withdrawn", "unknown", "unrecorded", "busy"]
"""State of a request that was relayed.

`recorded`: durable, and not carried out yet. `withdrawn`: nothing was or will be done. `unknown`: the leader
began it and gave no answer. `unrecorded`: the database gave no answer. `busy`: too many wait.
"""


class RelayMember:
    """Relays requests to the leader. Used on one event loop."""

    def __init__(self, address: str, name: str, connections: Callable[[], int]) -> None:
        self.line = RelayLine(
            ServerDatabase.at(address), name, ANSWERS, self._hear, connections, durable=True
        )
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._heard = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Raises `StoreBusy`."""
        await self.line.open()
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        await self.line.close()

    async def ask(self, name: str, request: str, *, lasting: bool, seconds: float) -> tuple[State, str]:
        """Relay a request; return what became of it, and the answer.

        `name`: the same request has it again, also when another process relays it.
        `lasting`: carried out however late; otherwise withdrawn after `seconds` without an answer.
        """
        if len(self._waiting) >= MAX_WAITING:
            return "busy", ""
        until = asyncio.get_running_loop().time() + seconds
        number = await self._recorded(name, request, until, lasting=lasting)
        if number is None:
            return "unrecorded", ""
        answer = self._waiting.setdefault(number, asyncio.get_running_loop().create_future())
        self._heard.set()  # another process may have relayed it, and its answer may be there
        try:
            async with asyncio.timeout_at(until):
                return "answered", await asyncio.shield(answer)
        except TimeoutError:
            return await self._late(number, lasting=lasting), ""
        finally:
            self._waiting.pop(number, None)

    async def _recorded(self, name: str, request: str, until: float, *, lasting: bool) -> int | None:
        while True:
            try:
                async with asyncio.timeout_at(until):
                    rows = await self.line.run(_ASK, name, lasting, request)
            except TimeoutError:
                return None
            except UNREACHABLE:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return int(rows[0][0])

    async def _late(self, number: int, *, lasting: bool) -> State:
        if lasting:
            return "recorded"
        try:
            async with asyncio.timeout(_PAUSE_SECONDS):
                return "withdrawn" if await self.line.run(_WITHDRAW, number) else "unknown"
        except (TimeoutError, *UNREACHABLE):
            return "unknown"

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
