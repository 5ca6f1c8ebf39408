"""Connections of processes that serve one database: presence, and requests on their way to the leader.

The leader has the claim on the database: it plans, sends and answers. A member takes requests of people too,
makes each durable in a row, and gives the answer that the leader writes there.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from engine.errors import StoreBusy
from engine.model.runs.relay import MAX_SILENCE_SECONDS
from engine.store.postgres.connection import Connection, line
from engine.store.postgres.database import ServerDatabase

log = logging.getLogger(__name__)

REQUESTS = "'signoff_requests_' || current_schema()"
ANSWERS = "'signoff_answers_' || current_schema()"
"""Names of channels, as SQL: channels are common to all schemas of a database."""
POLL_SECONDS = 0.25
"""Between two looks for what no notice came of."""
BEAT_SECONDS = 0.5
FORGOTTEN_SECONDS = 60.0
_PAUSE_SECONDS = 0.2
_NOW_SECONDS = 0.5
UNREACHABLE = (psycopg.Error, PoolTimeout, OSError)
_TABLES = """
CREATE TABLE serving (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL,
  leads BOOLEAN NOT NULL DEFAULT false, connections BIGINT NOT NULL,
  started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  seen_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE relayed (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL UNIQUE, lane TEXT NOT NULL,
  lasting BOOLEAN NOT NULL, request TEXT NOT NULL,
  received_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), begun_by BIGINT,
  answer TEXT, answered_at TIMESTAMPTZ
);
CREATE INDEX relayed_waiting ON relayed (lane, number) WHERE answered_at IS NULL;
"""
_REGISTER = "INSERT INTO serving (name, connections) VALUES (%s, %s) RETURNING id"
_SIGN = """
UPDATE serving SET seen_at = clock_timestamp(), connections = %s WHERE id = %s RETURNING leads
"""
_OTHERS = """
SELECT count(*) FILTER (WHERE leads), coalesce(sum(connections), 0)::bigint FROM serving
WHERE id != %s AND seen_at > clock_timestamp() - make_interval(secs => %s)
"""
_SPEND = """
INSERT INTO relayed (name, lane, lasting, request, answer, answered_at)
VALUES (%s, 'spent', TRUE, '', '', clock_timestamp() + make_interval(secs => %s))
ON CONFLICT (name) DO UPDATE SET answered_at = excluded.answered_at, received_at = clock_timestamp()
WHERE relayed.answered_at <= clock_timestamp() - make_interval(secs => %s) RETURNING number
"""
"""A name that counts once is a row of the past, which the leader forgets like one that it answered."""
_SPENT = (
    "SELECT 1 FROM relayed WHERE name = %s AND answered_at > clock_timestamp() - make_interval(secs => %s)"
)


def make_relay(connection: Connection) -> None:
    """Make the tables where there are none."""
    with connection.driver.transaction():
        if connection.execute("SELECT to_regclass('relayed')").fetchone()[0] is None:
            connection.driver.execute(_TABLES)


class RelayLine:
    """Connections of one process, on its event loop, and its signs of life in the table `serving`."""

    def __init__(
        self,
        database: ServerDatabase,
        name: str,
        channel: str,
        heard: Callable[[], None],
        connections: Callable[[], int],
        *,
        durable: bool,
    ) -> None:
        """`name`: as people read it. `channel`: SQL. `heard`: called at each notice, and from time to time.

        `connections`: how many connections to Slack this process holds or is about to make.
        `durable`: its writes are on the server's disk when they return; otherwise once a later one is.
        """
        self._database, self._name, self._channel, self._heard = database, name, channel, heard
        self._connections, self._durable = connections, durable
        self._pool: AsyncConnectionPool[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.id = 0
        self.leads = False
        self.has_leader = False
        """Another process leads, as far as the last sign of life tells."""
        self.siblings = 0
        """Connections to Slack that the other processes hold."""
        self.problem = "no connection to the database yet"
        """Why the database cannot be used; empty as a rule."""
        self.beaten: Callable[[], Any] | None = None
        """Awaited after each sign of life."""

    async def open(self) -> None:
        """Connect and register. Raises `StoreBusy` where tables are missing or the server does not answer."""
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            self._database.address, min_size=1, max_size=4, timeout=2.0, open=False,
            configure=self._configure,
            kwargs={"autocommit": True, "application_name": "signoff relay", **line(self._database.address)},
        )  # fmt: skip
        try:
            await pool.open()
            self._pool = pool
            await self._register()
            await self._beat()
        except UNREACHABLE as error:
            await pool.close(1)
            raise StoreBusy(f"The database {self._database} cannot relay requests now.") from error
        self._tasks = [asyncio.create_task(each) for each in (self._listen(), self._live())]

    async def close(self) -> None:
        """Leave. The others notice at once."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(*UNREACHABLE, TimeoutError):
            await asyncio.wait_for(self.run("DELETE FROM serving WHERE id = %s", self.id), 2)
        if self._pool is not None:
            await self._pool.close(1)

    async def run(self, statement: str, *parameters: object) -> list[Any]:
        """Execute a statement on its own; return its rows. Raises one of `UNREACHABLE`."""
        assert self._pool is not None
        async with self._pool.connection() as connection:
            cursor = await connection.execute(statement, parameters)
            return await cursor.fetchall() if cursor.description else []

    async def spend(self, name: str, seconds: float) -> bool:
        """Return whether no process spent the name; it counts for so many seconds. Raises `OSError`."""
        kept = seconds - FORGOTTEN_SECONDS
        return bool(await self._run_now(_SPEND, f"spent {name}", kept, FORGOTTEN_SECONDS))

    async def is_spent(self, name: str) -> bool:
        """Return whether a process spent the name, and its time is not over. Raises `OSError`."""
        return bool(await self._run_now(_SPENT, f"spent {name}", FORGOTTEN_SECONDS))

    async def give_back(self, name: str) -> None:
        """Let the name count again. Raises `OSError`."""
        await self._run_now("DELETE FROM relayed WHERE name = %s", f"spent {name}")

    async def _run_now(self, statement: str, *parameters: object) -> list[Any]:
        """Execute a statement within the pause that a click can take. Raises `OSError`."""
        if self._pool is None:
            raise ConnectionError("there is no connection yet")
        try:
            async with asyncio.timeout(_NOW_SECONDS):
                return await self.run(statement, *parameters)
        except (*UNREACHABLE, TimeoutError) as error:
            raise ConnectionError(type(error).__name__) from error

    async def _configure(self, connection: "psycopg.AsyncConnection[Any]") -> None:
        connection.prepare_threshold = 2
        if not self._durable:
            await connection.execute("SET synchronous_commit = off")

    async def _register(self) -> None:
        ((self.id,),) = await self.run(_REGISTER, self._name, self._connections())

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._beat()
            except UNREACHABLE as error:
                self.problem = f"the database does not answer ({type(error).__name__})"

    async def _beat(self) -> None:
        signed = await self.run(_SIGN, self._connections(), self.id)
        if not signed:
            await self._register()
        self.leads = bool(signed and signed[0][0])
        ((leaders, self.siblings),) = await self.run(_OTHERS, self.id, MAX_SILENCE_SECONDS)
        self.has_leader, self.problem = leaders > 0, ""
        if self.beaten is not None:
            await self.beaten()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except UNREACHABLE as error:
                log.debug("nothing can be heard from the database: %s", type(error).__name__)
            self._heard()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _hear(self) -> None:
        address = self._database.address
        async with await psycopg.AsyncConnection.connect(
            address, autocommit=True, application_name="signoff relay", **line(address)
        ) as connection:
            row = await (await connection.execute(f"SELECT {self._channel}".encode())).fetchone()
            assert row is not None
            await connection.execute(f'LISTEN "{row[0]}"'.encode())
            while True:
                self._heard()
                async for _ in connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                    pass
