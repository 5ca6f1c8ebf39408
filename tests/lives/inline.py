"""The store's own statements on one connection in memory, without threads, so that a seed replays a life.

What the threads bring is brought by chance instead: writes wait some rounds of the loop and are taken
together, answers come rounds later, and a crash finds writes that are waiting, committed or unanswered.
"""

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Protocol, Self, cast

from engine.audit.keys import Keyring
from engine.audit.seal import Seal
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.store.log import sealing
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import Query
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.transactions import Perform, Transactions, one_by_one
from engine.store.sqlite.writer import Writer
from engine.store.store import Store
from engine.store.thread_queue import Item, WorkQueue
from engine.store.work import NamedDatabase, P, Reads, T, Writes
from engine.store.writes import transitions

PATH = Path("a life in memory")
SEAL = Seal(b"a life's key")
SEALED = EventDraft("log.sealed", datetime(2026, 1, 1, tzinfo=UTC), ENGINE)


@cache
def _schema() -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with tempfile.TemporaryDirectory(prefix="signoff-") as folder:
        path = Path(folder) / "signoff.db"
        migrate(path)
        found = sqlite3.connect(path)
        found.backup(memory)
        found.close()
    memory.row_factory = sqlite3.Row
    sealing.seal_all(memory, SEAL, SEALED)
    return memory


def database() -> sqlite3.Connection:
    """A new installation's."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.row_factory = sqlite3.Row
    _schema().backup(connection)
    return connection


class Chance:
    """Rounds of the loop that something takes; never any more once the process is dead."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._loop = rng, asyncio.get_running_loop()
        self.dead = False

    def later(self, work: Callable[[], object], most: int = 3) -> None:
        def count(rounds: int) -> None:
            if self.dead:
                return
            if rounds:
                self._loop.call_soon(count, rounds - 1)
            else:
                work()

        self._loop.call_soon(count, self._rng.randint(0, most))


class InlineQueue(WorkQueue):
    """The queue of a writer without a thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, hand_over: Callable[[], None]) -> None:
        super().__init__(loop)
        self._hand_over = hand_over

    def hand_over(self) -> None:
        self._hand_over()

    def take(self) -> list[Item]:
        batch, self.waiting = self.waiting, []
        return batch


class InlineWriter(Writer):
    """The writer's contract without its thread."""

    def __init__(self, connection: sqlite3.Connection, chance: Chance, perform: Perform = one_by_one) -> None:
        self._transactions = Transactions(connection, perform, PATH)
        self._chance = chance
        self._now, self._locked_since = (lambda: 0.0), None  # nobody else locks it
        self._loop = asyncio.get_running_loop()
        self._inline = InlineQueue(self._loop, self._hand_over)
        self._queue = self._inline

    def _hand_over(self) -> None:
        if not self._chance.dead:
            self._chance.later(self._commit)

    def _commit(self) -> None:
        batch = self._inline.take()
        if not batch:
            return
        self._transactions.make(batch)
        self._chance.later(lambda: [item.settle(item.result, item.error) for item in batch])

    def crash(self, *, committed: bool) -> None:
        """The process dies: before what waits is on the disk, or just after."""
        if committed:
            self._commit()
        self._chance.dead = True

    async def close(self, *, keep_claim: bool = False) -> None:
        self._commit()
        for _ in range(5):
            await asyncio.sleep(0)


class InlineReader(Reader):
    """The reader's contract without threads: what it answers may be old by the time that it arrives."""

    def __init__(self, connection: sqlite3.Connection, chance: Chance) -> None:
        self._connection, self._chance = connection, chance

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def settle(result: T | None, failure: Exception | None = None) -> None:
            if future.done():
                return
            if failure:
                future.set_exception(failure)
            else:
                future.set_result(cast("T", result))

        def answer() -> None:
            try:
                result = query(self._connection, *args, **kwargs)
            except Exception as error:
                self._chance.later(partial(settle, None, error))
            else:
                self._chance.later(partial(settle, result))

        self._chance.later(answer)
        return await future

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.read(query, *args, **kwargs)

    async def close(self) -> None:
        pass


class Crashing(Writes, Protocol):
    """A writer whose process can die."""

    def crash(self, *, committed: bool) -> None:
        """The process dies: before what waits is on the disk, or just after."""


class InlineStore(Store):
    """`Store` on a database that outlives it, as a file outlives a process."""

    def __init__(self, database: NamedDatabase, writer: Crashing, reader: Reads) -> None:
        self._inline = writer
        super().__init__(database, writer, reader, SEAL)

    @classmethod
    def on_sqlite(cls, connection: sqlite3.Connection, rng: random.Random) -> Self:
        chance = Chance(rng)
        writer = InlineWriter(connection, chance, transitions.performing(SEAL))
        return cls(PATH, writer, InlineReader(connection, chance))

    async def keep_checkpoint(self, keyring: Keyring, now: datetime) -> None:
        """There is no folder of keys."""

    def crash(self, *, committed: bool) -> None:
        self._inline.crash(committed=committed)
