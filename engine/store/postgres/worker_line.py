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
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import procrastinate
import psycopg
from procrastinate.exceptions import ProcrastinateException
from psycopg_pool import PoolTimeout

from engine.errors import StoreBusy
from engine.model.runs.dispatch import TASK, AttemptKey
from engine.store.postgres.connection import Connection, line
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained, first_line
from engine.store.postgres.listener import CHANNEL
from engine.store.postgres.schema import check_release, check_version, has_tables

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.4
"""Between two signs of life."""
_PAUSE_SECONDS = 0.2
"""Between two tries to reach the server."""
_FETCH_SECONDS = 0.1
"""Between two looks at the queue. Procrastinate misses a notice that comes while it looks."""
_MAX_BATCH = 500
_TAKE = """
UPDATE dispatched SET worker = %s, taken_at = clock_timestamp()
WHERE run_id = %s AND step = %s AND attempt = %s AND worker IS NULL
  AND EXISTS (SELECT FROM worker WHERE id = %s)
  AND NOT EXISTS (SELECT FROM run WHERE id = run_id AND state = 'paused') RETURNING payload
"""
"""A step of a paused run does not begin: the process that serves enqueues it again until it is resumed."""
_BACK = "UPDATE dispatched SET worker = NULL WHERE run_id = %s AND step = %s AND attempt = %s AND worker = %s"
_UNREPORTED = """NOT EXISTS (
  SELECT FROM worker_report r WHERE r.run_id = d.run_id AND r.step = d.step AND r.attempt = d.attempt
  AND r.kind IN ('succeed', 'fail', 'not_yet', 'give_back'))
"""
_UNTOUCHED_BACK = f"""
UPDATE dispatched d SET worker = NULL
WHERE run_id = %s AND step = %s AND attempt = %s AND worker = %s AND {_UNREPORTED}
"""  # noqa: S608
_ALL_UNTOUCHED_BACK = f"UPDATE dispatched d SET worker = NULL WHERE worker = %s AND {_UNREPORTED}"  # noqa: S608
"""A worker that leaves has reported the end of every attempt that it began."""
_REPORT = """
INSERT INTO worker_report (uid, run_id, step, attempt, kind, payload)
SELECT %s, run_id, step, attempt, %s, %s FROM dispatched
WHERE run_id = %s AND step = %s AND attempt = %s AND worker = %s
ON CONFLICT (uid) DO UPDATE SET uid = excluded.uid RETURNING number
"""
_REGISTER = "INSERT INTO worker (name, queues, parallel, workflows) VALUES (%s, %s, %s, %s) RETURNING id"
_BEAT = """
UPDATE worker SET beat = beat + 1, seen_at = clock_timestamp(), draining = %s WHERE id = %s RETURNING beat
"""


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
        self._slots = asyncio.Semaphore(presence.parallel)
        self._unknown: set[AttemptKey] = set()
        """Attempts that are ours in the database and that nothing here executes, as the last sign found."""
        self._reports: list[_Pending] = []
        self._reporting = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._draining, self._ending = False, asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
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
        self._tasks = [asyncio.create_task(each) for each in (self._beat(), self._write(), self._fetch())]

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
        cursor = await connection.execute(_REGISTER, (presence.name, queues, presence.parallel, workflows))
        row = await cursor.fetchone()
        assert row is not None
        self._id = row[0]

    async def _beat(self) -> None:
        """Give signs of life, and notice attempts that no longer count."""
        while True:
            try:
                async with await self._connected() as connection:
                    while True:
                        await self._give_sign(connection)
                        await asyncio.sleep(BEAT_SECONDS)
            except psycopg.Error as error:
                self._note(error)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _give_sign(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        began = time.monotonic()
        row = await (await connection.execute(_BEAT, (self._draining, self._id))).fetchone()
        if row is None:
            log.warning("This worker was taken for dead, since it gave no sign of life: it starts afresh")
            lost, self._taken = list(self._taken), {}
            for key in lost:
                self._main_loop.call_soon_threadsafe(self._recall, key)
            await self._register(connection)
            return
        found = await connection.execute(
            "SELECT run_id, step, attempt FROM dispatched WHERE worker = %s", (self._id,)
        )
        ours = set(await found.fetchall())
        reported = {each.key for each in self._reports}
        unknown = ours - self._taken.keys() - reported
        for key in unknown & self._unknown:  # its answer was lost on the way
            await connection.execute(_UNTOUCHED_BACK, (*key, self._id))
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

    async def _write(self) -> None:
        """Make reports durable, all that wait in one transaction."""
        while True:
            try:
                async with await self._connected() as connection:
                    while True:
                        await self._reporting.wait()
                        self._reporting.clear()
                        while self._reports:
                            await self._write_batch(connection)
            except psycopg.Error as error:
                self._note(error)
                self._reporting.set()
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _write_batch(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        batch, counts = self._reports[:_MAX_BATCH], []
        async with connection.transaction(), connection.pipeline():
            cursors = [
                await connection.execute(_REPORT, (each.uid, each.kind, each.payload, *each.key, self._id))
                for each in batch
            ]
            await connection.execute(f"SELECT pg_notify({CHANNEL}, '')")
            counts = [await cursor.fetchone() is not None for cursor in cursors]
        del self._reports[: len(batch)]
        for each, counted in zip(batch, counts, strict=True):
            if not counted:
                log.info("%s of %s no longer counts: its report changes nothing", each.key[1], each.key[0])
            self._main_loop.call_soon_threadsafe(each.done, counted)

    async def _fetch(self) -> None:
        """Take attempts from the queue, as many as may execute at once."""
        while not self._draining:
            try:
                await self._fetch_on_one_pool()
            except (psycopg.Error, ProcrastinateException, PoolTimeout, OSError) as error:
                self._note(error)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _fetch_on_one_pool(self) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._database.address, min_size=1, max_size=4, timeout=5,
            kwargs={"application_name": "signoff worker", **line(self._database.address)},
        )  # fmt: skip
        app = procrastinate.App(connector=connector)

        @app.task(name=TASK)
        async def attempt(run_id: str, step: str, attempt: int) -> None:
            await self._take((run_id, step, attempt), connector)

        async with app.open_async():
            self._fetching = asyncio.create_task(
                app.run_worker_async(
                    queues=list(self._presence.queues),
                    name=self._presence.name,
                    concurrency=self._presence.parallel,
                    fetch_job_polling_interval=_FETCH_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=0,
                )
            )
            if self._draining:
                self._fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._fetching

    async def _stop_fetching(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()

    async def _take(self, key: AttemptKey, connector: procrastinate.PsycopgConnector) -> None:
        """Execute an attempt, if it still counts and nobody else has it."""
        await self._slots.acquire()
        row = None
        try:
            async with connector.pool.connection() as connection:
                row = await (await connection.execute(_TAKE, (self._id, *key, self._id))).fetchone()
        finally:
            if row is None:
                self._slots.release()
        if row is None:
            return
        self._taken[key] = time.monotonic()
        executing: Future[bool] = asyncio.run_coroutine_threadsafe(self._execute(row[0]), self._main_loop)
        executing.add_done_callback(lambda _: self._loop.call_soon_threadsafe(self._ended, key))
        try:
            known = await asyncio.shield(asyncio.wrap_future(executing))
        except Exception:
            log.exception("%s of %s could not be begun: it is left to other workers", key[1], key[0])
            known = False
        if not known:
            async with connector.pool.connection() as connection:
                await connection.execute(_BACK, (*key, self._id))  # the process that serves enqueues it again

    def _ended(self, key: AttemptKey) -> None:
        self._taken.pop(key, None)
        self._slots.release()

    async def _leave(self) -> None:
        await self._stop_fetching()
        while self._reports:
            self._reporting.set()
            await asyncio.sleep(0.05)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(psycopg.Error):
            async with await self._connected() as connection, connection.transaction():
                await connection.execute(_ALL_UNTOUCHED_BACK, (self._id,))
                await connection.execute("DELETE FROM worker WHERE id = %s", (self._id,))
