"""Connections to PostgreSQL that take the statements of the store, which are written for SQLite.

`functions.sql` adds the functions that only SQLite has. Parameters, and the one operator that PostgreSQL
spells otherwise, are translated here.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, cast

import psycopg
from psycopg.adapt import Dumper
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import StrDumper

from engine.store.postgres.round_trip import Answer, RoundTrips
from engine.store.schema.statements import INSERT_EVENT
from engine.store.work import READ_TOGETHER

Parameters = Sequence[object] | Mapping[str, object]
_MARK = re.compile(r"\?(\d*)")
_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_IS = re.compile(r"\bIS (?=\?)")


_WRITING = (
    "BEGIN",
    "SELECT pg_advisory_xact_lock(hashtext(current_schema()), 1)",
    "SELECT setval(pg_get_serial_sequence('event', 'seq'), greatest(told, 1), told > 0), "
    "pg_current_xact_id()::text "
    "FROM (SELECT greatest((SELECT max(seq) FROM log), (SELECT max(seq) FROM event), 0) AS told) AS newest",
)
"""The writers of all processes take turns, so that events have no gaps and a number is never given twice:
the sequence goes on from the last event that was committed. The result is the transaction's number."""
NEWEST_EVENT = (
    "SELECT greatest((SELECT max(seq) FROM log), (SELECT max(seq) FROM event), CAST(0 AS bigint)) AS newest"
)
_INSERT_EVENTS = INSERT_EVENT.partition(" (")[0]
_BEGINNINGS = {"BEGIN": "BEGIN ISOLATION LEVEL REPEATABLE READ", "BEGIN IMMEDIATE": ";".join(_WRITING)}
_LINE = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Seconds, and milliseconds for the last: after about ten a line that is cut counts as lost. By itself the
system waits for a quarter of an hour, or for two hours. The address may say otherwise."""
_SEVERAL_HOSTS = {"connect_timeout": 3, "target_session_attrs": "read-write"}
"""Of an address with several hosts: the one that takes writes is used, and a dead one delays little."""


def line(address: str) -> dict[str, Any]:
    """Return the options with which a line that is cut is noticed, less those that the address has."""
    given = conninfo_to_dict(address)
    several = any("," in str(given.get(name) or "") for name in ("host", "hostaddr"))
    options = _LINE | (_SEVERAL_HOSTS if several else {})
    return {name: value for name, value in options.items() if name not in given}


class Row(tuple[Any, ...]):
    """A row as SQLite's driver gives it: by place and by name."""

    __slots__ = ()
    _places: Mapping[str, int] = {}

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self._places[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        return list(self._places)


@cache
def _row_class(names: tuple[str, ...]) -> type[Row]:
    return type("Row", (Row,), {"__slots__": (), "_places": {name: n for n, name in enumerate(names)}})


def _row_factory(cursor: "psycopg.Cursor[Any]") -> Callable[[Sequence[Any]], Row]:
    description = cursor.description
    return _row_class(tuple(column.name for column in description)) if description else Row


class _WholeDumper(Dumper):
    """Whole numbers, and booleans, which the tables hold as whole numbers: always of eight bytes."""

    oid = psycopg.adapters.types["int8"].oid

    def dump(self, obj: int) -> bytes:
        return b"%d" % obj


@cache
def translated(statement: str) -> str:
    """Return the statement with PostgreSQL's own parameters: the driver then has nothing to translate.

    It translates a statement of more than fifty parameters each time, which took half of a step's time.
    """
    places = count(1)
    text = _IS.sub("IS NOT DISTINCT FROM ", statement)
    return _MARK.sub(lambda mark: f"${mark[1] or next(places)}", text)


def _placed(statement: str, parameters: Parameters) -> tuple[bytes, Sequence[object]]:
    if not isinstance(parameters, Mapping):
        return _encoded(statement), parameters
    text, names = _numbered(statement)
    return text, [parameters[name] for name in names]


@cache
def _encoded(statement: str) -> bytes:
    return translated(statement).encode()


@cache
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the statement with numbers for its names, and the names by number."""
    places: dict[str, int] = {}
    text = _NAMED.sub(lambda mark: f"${places.setdefault(mark[1], len(places) + 1)}", statement)
    return text.encode(), tuple(places)


@cache
def _named(statement: str) -> str:
    return _NAMED.sub(r"%(\1)s", statement.replace("%", "%%"))


_UNDONE, _UNKNOWN = ("23", "40"), "40003"
"""Classes of errors with which the server itself undoes a transaction at its COMMIT. Errors of other classes
may come from a proxy, which does not know; so does the one error of these that says that nobody knows."""


class NotCommitted(Exception):
    """It is sure that the server undid the transaction, or never got its COMMIT."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Connection:
    """As much of `sqlite3.Connection` as the store's queries and writes use."""

    def __init__(self, address: str, *, read_only: bool = False) -> None:
        self._driver = psycopg.connect(
            address, autocommit=True, row_factory=_row_factory, application_name="signoff", **line(address)
        )
        self._driver.adapters.register_dumper(str, StrDumper)
        self._driver.adapters.register_dumper(bool, _WholeDumper)
        self._driver.adapters.register_dumper(int, _WholeDumper)
        # At a ROLLBACK the driver drops all prepared statements, also those of the round trips.
        self._driver.prepare_threshold = 2 if read_only else None
        self._trips = RoundTrips(self._driver, _row_class)
        self._gathers = False
        self.wrote_events = False
        """The transaction that `begin_together` began has events."""
        if read_only:
            self._driver.read_only = True

    @property
    def driver(self) -> "psycopg.Connection[Any]":
        """Return the driver's connection, once the server has all statements before."""
        self._trips.send()
        return self._driver

    @property
    def process(self) -> int:
        """Id of the server's process for this connection."""
        return self._driver.info.backend_pid

    @property
    def in_transaction(self) -> bool:
        return self._driver.info.transaction_status != psycopg.pq.TransactionStatus.IDLE

    @functools.cached_property
    def timeline(self) -> str:
        """The history of the server, which changes when a standby takes over; empty where it has none."""
        try:
            query = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
            (name,) = self._driver.execute(cast("Any", query)).fetchall()
            return str(name[0])
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.InsufficientPrivilege):
            return ""

    @property
    def is_unfit(self) -> bool:
        """It is closed, or a transaction is under way."""
        return self._driver.closed or self.in_transaction

    def begin_together(self) -> Answer:
        """Begin a transaction for writing; return the answer that has the number of the newest event before
        it, and its own number.

        Until it ends, a statement waits for the first answer that somebody looks at, and travels with all
        that wait. An error of one is raised there.
        """
        self._gathers, self.wrote_events = True, False
        return [self._trips.add(statement.encode()) for statement in _WRITING][-1]

    def commit_together(self) -> None:
        """Send all statements that wait, and COMMIT behind them.

        Raises `NotCommitted`. After any other error the transaction may be committed: only the server knows.
        """
        self._gathers = False
        commit = self._trips.add(b"COMMIT")
        try:
            self._trips.send()
        except Exception as error:
            state = (commit.refusal.sqlstate or "") if commit.refusal is not None else ""
            refused = state.startswith(_UNDONE) and state != _UNKNOWN
            if refused or commit.is_skipped or not commit.is_sent:
                raise NotCommitted(error) from error
            raise
        if commit.tag == b"ROLLBACK":
            undone = psycopg.InternalError("the server undid a transaction of which a statement had failed")
            raise NotCommitted(undone)

    def roll_back(self) -> None:
        """End a transaction that is under way; drop what was not sent."""
        self._gathers = False
        self._trips.drop()
        if self.in_transaction:
            self._driver.execute("ROLLBACK")
        self._trips.clear()

    def execute(self, statement: str, parameters: Parameters = ()) -> Any:
        if statement == READ_TOGETHER:
            self._gathers = True
            return self._trips.add(_BEGINNINGS["BEGIN"].encode())
        if self._gathers and statement == "COMMIT":
            self._gathers = False
            answer = self._trips.add(b"COMMIT")
            self._trips.send()
            return answer
        if self._gathers:
            self.wrote_events = self.wrote_events or statement.startswith(_INSERT_EVENTS)
            return self._trips.add(*_placed(statement, parameters))
        if statement in _BEGINNINGS:
            return self._driver.execute(_BEGINNINGS[statement])
        if isinstance(parameters, Mapping):
            return self._driver.execute(cast("Any", _named(statement)), parameters)
        return self._cursor().execute(cast("Any", translated(statement)), parameters)

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> Any:
        if self._gathers:
            for row in rows:
                self.execute(statement, row)
            return None
        cursor = self._cursor()
        if rows:
            cursor.executemany(cast("Any", translated(statement)), rows)
        return cursor

    def _cursor(self) -> "psycopg.RawCursor[Any]":
        return psycopg.RawCursor(self._driver, row_factory=_row_factory)

    def close(self) -> None:
        self._driver.close()
