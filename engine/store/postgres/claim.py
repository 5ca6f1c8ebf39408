"""The claim of the one process that may use a database: a lock of its session, and signs of life beside it.

Another process may end the sessions of one that gives no sign of life, and take its place. What the earlier
one sends later reaches no session, so it records nothing more.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable

import psycopg

from engine.errors import StoreBroken, StoreInUse
from engine.store.postgres.connection import NEWEST_EVENT, Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.schema import check_version, has_tables

log = logging.getLogger(__name__)

LIFE_INTERVAL = 0.4
"""Seconds between two signs of life."""
MAX_SILENCE_SECONDS = 2.0
"""A process that gave no sign of life for longer may be displaced. The server's clock counts."""
_END_MILLISECONDS = 1000
_CLAIM, _LIFE, _DISPLACING = 3, 4, 5
"""Second halves of the keys of locks; the first is the schema."""

_HOLDERS = """
FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND classid::bigint = hashtext(current_schema())::bigint & 4294967295 AND objid = ? AND objsubid = 2
"""
HELD_BY = f"SELECT {_HOLDERS.replace('?', str(_CLAIM))} AND pid = %s"
"""Finds a row where this process of the server holds the claim. For the driver's own parameters."""
_HOLDER = f"SELECT pid, host(client_addr), to_char(backend_start, 'YYYY-MM-DD HH24:MI') {_HOLDERS}"
_SILENT = (
    f"SELECT pid {_HOLDERS} AND state_change < clock_timestamp() - make_interval(secs => CAST(? AS float8))"
)
_END = f"SELECT pg_terminate_backend(pid, {_END_MILLISECONDS}) {_HOLDERS} AND pid = ?"
_END_ANY = f"SELECT pg_terminate_backend(pid, {_END_MILLISECONDS}) {_HOLDERS}"
_TRY = "SELECT pg_try_advisory_lock(hashtext(current_schema()), CAST(? AS int))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext(current_schema()), CAST(? AS int))"


def claim(database: ServerDatabase, lost: int = 0) -> Connection:
    """Return a connection of the one process that may use the database. Raises `StoreInUse`.

    `lost`: the server's process of a connection of ours that was lost, which may hold the claim for long.
    """
    connection = Connection(database.address)
    try:
        check_version(database, connection.driver.info.server_version)
        if not _locked(connection, _CLAIM, lost):
            raise StoreInUse(
                f"The database {database} is in use by another process of Signoff{_holder(connection)}. "
                "Stop that one first: one process at a time uses a database."
            )
        if has_tables(connection):
            _count_claim(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def release(connection: Connection) -> None:
    """Give the claim back and close: the server ends a closed connection, with its locks, a moment later."""
    with contextlib.suppress(psycopg.Error):
        connection.execute(_UNLOCK, (_CLAIM,))
    connection.close()


def displace(database: ServerDatabase, silence: float = MAX_SILENCE_SECONDS) -> bool:
    """End the sessions of a process without a sign of life; return whether there was one.

    `silence`: seconds.
    """
    connection = Connection(database.address)
    with contextlib.closing(connection), connection.driver.transaction():
        # One at a time, so that nobody ends the sessions of a process that has just taken over.
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtext(current_schema()), CAST(? AS int))", (_DISPLACING,)
        )
        silent = connection.execute(_SILENT, (_LIFE, silence)).fetchone()
        if silent is None:
            return False
        connection.execute(_END_ANY, (_CLAIM,)).fetchall()
        connection.execute(_END, (_LIFE, silent[0])).fetchall()
        return True


class TakenOver(StoreBroken):
    """Another process has, or had, the claim meanwhile."""


class TransactionsLost(TakenOver):
    """The server has fewer events than were recorded: a standby took over before it had got all of them."""


class HeldClaim:
    """The claim of a process that serves, over lost connections. Used by one thread at a time."""

    def __init__(self, database: ServerDatabase, now: Callable[[], float] = time.monotonic) -> None:
        """Raises `StoreInUse`."""
        self._database = database
        self.connection: Connection | None = claim(database)
        self._process = self.connection.process
        self._number = 0
        self.newest_event = 0
        """Number of an event that was recorded, as high as is known."""
        self._life = SignsOfLife(database, lambda: self._process, now)
        self._life.start()

    def note(self) -> None:
        """Note which claim this is, once there are tables."""
        assert self.connection is not None
        self._number = _count_claim(self.connection)

    def on_doubt(self, look: Callable[[], None]) -> None:
        """Call `look`, on another thread, when the claim may be lost."""
        self._life.on_doubt = look

    @property
    def process(self) -> int:
        """Return the server's process that has the claim for us, as far as we know."""
        return self._process

    @property
    def silence(self) -> float:
        """Return the seconds since the server last answered."""
        return self._life.silence

    def connected(self) -> Connection:
        """Return a connection that holds the claim.

        Raises `psycopg.Error` and `StoreInUse` while there is none, and `TakenOver` once another process
        has had the claim, or the server lacks what was recorded: what this one remembers may not be true any
        more.
        """
        if self.connection is None or self.connection.driver.closed:
            connection = self._claimed_again()
            try:
                self._check_alone(connection)
            except BaseException:
                release(connection)
                raise
            self.connection, self._process = connection, connection.process
        return self.connection

    def _claimed_again(self) -> Connection:
        try:
            return claim(self._database, self._process)
        except StoreInUse as error:
            with contextlib.closing(Connection(self._database.address)) as connection:
                holder = connection.execute(_HOLDER, (_CLAIM,)).fetchone()
            if holder is None or holder[0] == self._process:
                raise
            raise _taken_over(self._database) from error

    def _check_alone(self, connection: Connection) -> None:
        """Raise `TakenOver` where another process had the claim meanwhile, or transactions are lost."""
        (number,) = connection.execute("SELECT number FROM claim").fetchone()
        (newest,) = connection.execute(NEWEST_EVENT).fetchone()
        if newest < self.newest_event:
            raise _transactions_lost(self._database, newest, self.newest_event)
        if number != self._number + 1:
            raise _taken_over(self._database)
        self._number = number

    def drop(self) -> None:
        """Close a connection that is of no use."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def release(self) -> None:
        """Give the claim back."""
        connection, self.connection = self.connection, None
        self._life.stop()
        if connection is not None:
            release(connection)


class SignsOfLife:
    """A thread with a session of its own, so that a busy loop is not taken for a dead process."""

    def __init__(
        self, database: ServerDatabase, process: Callable[[], int], now: Callable[[], float]
    ) -> None:
        """`process`: gives the server's process that has the claim for us, as far as we know."""
        self._database, self._claiming, self._now = database, process, now
        self._given = now()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._main, name="signoff-life", daemon=True)
        self._connection: Connection | None = None
        self._lost = 0
        self.on_doubt: Callable[[], None] = lambda: None

    @property
    def silence(self) -> float:
        """Return the seconds since the server last answered."""
        return self._now() - self._given

    def start(self) -> None:
        """Begin; the first sign is given when this returns, if the server can be reached."""
        self._give()
        self._thread.start()

    def stop(self) -> None:
        """End without a wait for a server that does not answer."""
        self._ending.set()
        self._thread.join(LIFE_INTERVAL)

    def _main(self) -> None:
        while not self._ending.wait(LIFE_INTERVAL):
            self._give()
        if self._connection is not None:
            self._connection.close()

    def _give(self) -> None:
        try:
            if self._connection is None:
                self._connect()
            elif not self._is_ours(self._connection):
                self._drop()  # the process that has the claim now gives its signs under the same key
                self.on_doubt()
            self._given = self._now()
        except psycopg.Error as error:
            log.debug("no sign of life could be given: %s", type(error).__name__)
            self._drop()

    def _connect(self) -> None:
        connection = Connection(self._database.address)
        try:
            is_ours = self._is_ours(connection)
            if is_ours and _locked(connection, _LIFE, self._lost):
                self._connection = connection
        finally:
            if self._connection is None:
                connection.close()
        if not is_ours:
            self.on_doubt()

    def _is_ours(self, connection: Connection) -> bool:
        """Return whether the claim is ours. Only the claim's session may have ended."""
        holder = connection.execute(_HOLDER, (_CLAIM,)).fetchone()
        return holder is not None and holder[0] == self._claiming()

    def _drop(self) -> None:
        if self._connection is not None:
            self._lost = self._connection.process
            self._connection.close()
            self._connection = None


def _locked(connection: Connection, key: int, lost: int) -> bool:
    if connection.execute(_TRY, (key,)).fetchone()[0]:
        return True
    if not lost:
        return False
    connection.execute(_END, (key, lost)).fetchall()
    return bool(connection.execute(_TRY, (key,)).fetchone()[0])


def _holder(connection: Connection) -> str:
    row = connection.execute(_HOLDER, (_CLAIM,)).fetchone()
    return f" (connected from {row[1] or 'the same machine'} since {row[2]})" if row else ""


def _count_claim(connection: Connection) -> int:
    """Return the number of this claim. It counts on this server only, so its table is left out of copies."""
    connection.execute("CREATE TABLE IF NOT EXISTS claim (number BIGINT NOT NULL)")
    row = connection.execute("UPDATE claim SET number = number + 1 RETURNING number").fetchone()
    if row is None:
        row = connection.execute("INSERT INTO claim VALUES (1) RETURNING number").fetchone()
    return int(row[0])


def _transactions_lost(database: ServerDatabase, there: int, known: int) -> TransactionsLost:
    return TransactionsLost(
        f"The database {database} has {there:,} events, and Signoff had recorded {known:,} or more. The "
        "server that answers now was a standby that had not received all of them, or was restored. This "
        "process ends and records nothing more. Start it again: it continues from what the server has. Then "
        "compare the messages in Slack with signoff runs, since the newest decisions may be missing."
    )


def _taken_over(database: ServerDatabase) -> TakenOver:
    return TakenOver(
        f"Another process of Signoff took over the database {database} while this one could not reach it, or "
        "gave no sign of life. This one ends, and records nothing more. Start it again: it stands by until "
        "the other one ends."
    )
