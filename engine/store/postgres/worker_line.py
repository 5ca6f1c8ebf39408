"""The line of one worker to the database: it takes attempts from the queue, and reports what became of them.

A thread with a loop of its own, so that a step that blocks the worker's loop neither keeps signs of life from
being given nor counts as a dead worker.
"""

import asyncio
import contextlib
import json
import logging
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from engine.errors import StoreBusy
from engine.model.runs.dispatch import MAX_SILENCE_SECONDS, AttemptKey
from engine.store.postgres import jobs
from engine.store.postgres import worker_statements as statements
from engine.store.postgres.connection import Connection, line
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained, first_line
from engine.store.postgres.schema import check_release, check_version, has_tables

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.4
"""Between two signs of life."""
_PAUSE_SECONDS = 0.2
"""Between two tries to reach the server."""
_FETCH_SECONDS = 0.2
"""Between two looks at the queue of which no notice came. Some poolers drop notices."""
_MAX_BATCH = 500


@dataclass(frozen=True, slots=True)
class Presence:
    """How a worker is known: its name, its queues, and the workflows that it has."""

    name: str
    queues: tuple[str, ...]
    parallel: int
    workflows: tuple[str, ...]


@dataclass(slots=True)
class _Pending:
    uid: str
    key: AttemptKey
    kind: str
    payload: str
    done: Callable[[bool], None]


Execute = Callable[[str], Coroutine[Any, Any, bool]]
"""Executes an attempt, given as its payload. Returns False where its code is not loaded here."""


class WorkerLine:
    """Made and used on the worker's event loop."""

    def __init__(
        self, address: str, presence: Presence, execute: Execute, recall: Callable[[AttemptKey], None]
    ) -> None:
        """`recall`: called on the loop with an attempt that no longer counts."""
        self._database = ServerDatabase.at(address)
        self._presence, self._execute, self._recall = presence, execute, recall
        self._main_loop = asyncio.get_running_loop()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name="signoff-line", daemon=True)
        self._id = 0
        self._taken: dict[AttemptKey, float] = {}
        """Attempts that are executed here, and when each was taken, in monotonic time."""
        self._free = presence.parallel
        self._share = 1 + presence.parallel // 4
        """As many attempts are taken with one statement: other workers get some of many that come at once."""
        self._manager = uuid.uuid4()
        """This worker, as PgQueuer knows it."""
        self._seen_at = 0.0
        """When the last sign of life was given, in monotonic time."""
        self._wake = asyncio.Event()
        """Set when there may be something to take."""
        self._executing: set[asyncio.Task[bool]] = set()
        """Used on the worker's loop."""
        self._backs: list[AttemptKey] = []
        """Attempts that could not be begun here: they are for other workers."""
        self._unknown: set[AttemptKey] = set()
        """Attempts that are ours in the database and that nothing here executes, as the last sign found."""
        self._reports: list[_Pending] = []
        self._reporting = asyncio.Event()
        self._draining, self._ending = False, asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._fetching: asyncio.Task[None] | None = None
        self.problem = ""
        """Why the database cannot be reached now; usually empty."""

    async def open(self) -> None:
        """Register this worker, and take attempts. Raises `StoreBusy` and `StoreBroken`."""
        try:
            await asyncio.to_thread(self._check)
        except psycopg.Error as error:
            raise explained(error, str(self._database)) from error
        self._thread.start()
        await self._there(self._start())

    def _check(self) -> None:
        connection = Connection(self._database.address)
        with contextlib.closing(connection):
            check_version(self._database, connection.driver.info.server_version)
            if not has_tables(connection):
                raise StoreBusy(
                    f"The database {self._database} has no tables yet. Start signoff serve, which makes them."
                )
            check_release(self._database, connection)
            if connection.execute("SELECT to_regclass('dispatched')").fetchone()[0] is None:
                raise StoreBusy(
                    f"The database {self._database} has no queue yet. Start signoff serve, which makes it."
                )

    async def drain(self) -> None:
        """Take no further attempt."""
        self._draining = True
        await self._there(self._stop_fetching())

    async def close(self) -> None:
        """Make all reports durable, if the server can be reached within seconds, and leave."""
        self._draining = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._there(self._leave()), 5)
        self._loop.call_soon_threadsafe(self._ending.set)
        await asyncio.to_thread(self._thread.join, 2)

    def report(self, key: AttemptKey, kind: str, payload: str, done: Callable[[bool], None]) -> None:
        """Make a report durable. `done` is called on the loop: False where the attempt no longer counts."""
        pending = _Pending(uuid.uuid4().hex, key, kind, payload, done)
        self._loop.call_soon_threadsafe(self._add, pending)

    def _begin(self, attempts: Mapping[AttemptKey, str]) -> None:
        """Execute attempts that were taken."""
        for key, payload in attempts.items():
            task = self._main_loop.create_task(self._execute(payload))
            self._executing.add(task)
            task.add_done_callback(partial(self._executed, key))

    def _executed(self, key: AttemptKey, task: "asyncio.Task[bool]") -> None:
        self._executing.discard(task)
        if task.cancelled():
            known = True
        elif error := task.exception():
            log.error("%s of %s could not be begun: it is left to other workers", *key[1::-1], exc_info=error)
            known = False
        else:
            known = task.result()
        with contextlib.suppress(RuntimeError):  # this worker has left
            self._loop.call_soon_threadsafe(self._ended, key, known)

    def _there(self, work: Coroutine[Any, Any, None]) -> "asyncio.Future[None]":
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    # On the thread's loop from here on

    def _main(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._ending.wait())

    def _add(self, pending: _Pending) -> None:
        self._reports.append(pending)
        self._reporting.set()

    async def _start(self) -> None:
        connection = await self._connected()
        async with connection:
            await self._register(connection)
        works = self._beat, self._write, self._listen, self._fetch
        self._tasks = [asyncio.create_task(self._keep_doing(work)) for work in works]
        self._fetching = self._tasks[-1]
        if self._draining:
            self._fetching.cancel()

    async def _connected(self) -> "psycopg.AsyncConnection[Any]":
        return await psycopg.AsyncConnection.connect(
            self._database.address,
            autocommit=True,
            application_name="signoff worker",
            **line(self._database.address),
        )

    async def _register(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        presence = self._presence
        queues, workflows = json.dumps(presence.queues), json.dumps(presence.workflows)
        cursor = await connection.execute(
            statements.REGISTER, (presence.name, queues, presence.parallel, workflows)
        )
        row = await cursor.fetchone()
        assert row is not None
        self._id, self._seen_at = row[0], time.monotonic()

    async def _keep_doing(self, work: "Callable[[psycopg.AsyncConnection[Any]], Awaitable[None]]") -> None:
        """Do this on a connection of its own, and on a new one after each failure."""
        while True:
            try:
                async with await self._connected() as connection:
                    await work(connection)
            except psycopg.Error as error:
                self._note(error)
            except Exception:
                log.exception("A part of the line to the database failed: it starts again")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _beat(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        """Give signs of life, and notice attempts that no longer count."""
        while True:
            await self._give_sign(connection)
            await asyncio.sleep(BEAT_SECONDS)

    async def _give_sign(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        began = time.monotonic()
        row = await (await connection.execute(statements.BEAT, (self._draining, self._id))).fetchone()
        if row is None:
            log.warning("This worker was taken for dead, since it gave no sign of life: it starts afresh")
            lost, self._taken = list(self._taken), {}
            for key in lost:
                self._main_loop.call_soon_threadsafe(self._recall, key)
            await self._register(connection)
            return
        self._seen_at = began
        found = await connection.execute(statements.OURS, (self._id,))
        ours = set(await found.fetchall())
        reported = {each.key for each in self._reports}
        unknown = ours - self._taken.keys() - reported
        for key in unknown & self._unknown:  # its answer was lost on the way
            await connection.execute(statements.UNTOUCHED_BACK, (*key, self._id))
        self._unknown = unknown
        for key, taken in list(self._taken.items()):
            if key not in ours and taken < began and key not in reported:
                del self._taken[key]
                self._main_loop.call_soon_threadsafe(self._recall, key)
        self._note(None)

    def _note(self, error: Exception | None) -> None:
        problem = "" if error is None else first_line(error)
        if problem and not self.problem:
            log.warning("The database %s can't be reached (%s): trying again", self._database, problem)
        elif self.problem and not problem:
            log.warning("The database %s can be reached again", self._database)
        self.problem = problem

    async def _write(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        """Make reports durable, all that wait in one transaction."""
        while True:
            while self._reports:
                await self._write_batch(connection)
            self._reporting.clear()
            await self._reporting.wait()

    async def _write_batch(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        batch = self._reports[:_MAX_BATCH]
        rows = [(each.uid, *each.key, each.kind, each.payload) for each in batch]
        cursor = await connection.execute(statements.REPORT, (*map(list, zip(*rows, strict=True)), self._id))
        told = {uid for uid, _ in await cursor.fetchall()}
        del self._reports[: len(batch)]
        for each in batch:
            if not (counted := each.uid in told):
                log.info("%s of %s no longer counts: its report changes nothing", each.key[1], each.key[0])
            self._main_loop.call_soon_threadsafe(each.done, counted)

    async def _listen(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        """Wake the fetch when jobs are enqueued."""
        row = await (await connection.execute(f"SELECT {jobs.CHANNEL}")).fetchone()
        assert row is not None
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(row[0])))
        async for notice in connection.notifies():
            if notice.payload in self._presence.queues:
                self._wake.set()

    async def _fetch(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        """Take attempts from the queue, as many as may execute at once."""
        await connection.execute("SET synchronous_commit TO off")  # what is lost is taken again
        while True:
            self._wake.clear()
            while self._backs:
                await connection.execute(statements.BACK, (*self._backs[-1], self._id))
                self._backs.pop()
            limit = min(self._free, self._share)
            if limit and self._is_surely_known and await self._take(connection, limit) == limit:
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FETCH_SECONDS):
                    await self._wake.wait()

    @property
    def _is_surely_known(self) -> bool:
        """Return whether nobody can have taken this worker for dead. Otherwise it would take jobs in vain."""
        return time.monotonic() - self._seen_at < 0.75 * MAX_SILENCE_SECONDS

    async def _take(self, connection: "psycopg.AsyncConnection[Any]", limit: int) -> int:
        """Take attempts that still count. Return the number of their jobs."""
        picked = await jobs.pick(connection, self._manager, self._presence.queues, limit)
        if not picked:
            return 0
        cursor = await connection.execute(statements.TAKE, (self._manager, self._id, self._id))
        rows = sorted(await cursor.fetchall(), key=lambda row: (-row[0], row[1]))
        attempts: dict[AttemptKey, str] = {tuple(key): payload for _, _, *key, payload in rows}
        self._taken |= dict.fromkeys(attempts, time.monotonic())
        self._free -= len(attempts)
        self._main_loop.call_soon_threadsafe(self._begin, attempts)
        return picked

    async def _stop_fetching(self) -> None:
        if self._fetching is not None:
            _cancel(self._fetching)

    def _ended(self, key: AttemptKey, known: bool) -> None:
        self._taken.pop(key, None)
        if not known:
            self._backs.append(key)
        self._free += 1
        self._wake.set()

    async def _leave(self) -> None:
        await self._stop_fetching()
        while self._reports:
            self._reporting.set()
            await asyncio.sleep(0.05)
        for task in self._tasks:
            _cancel(task)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(psycopg.Error):
            async with await self._connected() as connection, connection.transaction():
                await connection.execute(statements.ALL_UNTOUCHED_BACK, (self._id,))
                await connection.execute("DELETE FROM worker WHERE id = %s", (self._id,))


def _cancel(task: "asyncio.Task[None]") -> None:
    """Cancel a task once: the driver leaves a connection open whose closing is cancelled."""
    if not task.cancelling():
        task.cancel()
