"""Contracts of the threads of a store. Queries and writes are functions of a connection to any database."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import orjson

from engine.errors import Altered, StoreBroken, Unstorable
from engine.model.values.json_safe import encoding_problem

T = TypeVar("T")
P = ParamSpec("P")

LOCK_WAIT_SECONDS = 1.5
"""Seconds for which a person's write waits for another process's lock: they are answered in time then."""


READ_TOGETHER = "BEGIN DEFERRED"
"""Begins a read whose statements travel to a server with the first whose rows somebody looks at."""


class NamedDatabase(Protocol):
    """A database: its file, or one on a server. As text it is named for people."""

    @property
    def name(self) -> str:
        """Of files that belong to it."""


class Cursor(Protocol):
    """Rows that a statement selected; each is read by place and by name of its column."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection to SQLite or PostgreSQL. Statements are written for SQLite; both take them."""

    def execute(self, statement: str, parameters: Any = ..., /) -> Cursor: ...
    def executemany(self, statement: str, parameters: Any, /) -> Cursor: ...
    def close(self) -> None: ...


Work = Callable[[Connection], T]
Query = Callable[Concatenate[Connection, P], T]
"""A function of a connection, and of its own arguments."""


class GuardFailed(Exception):
    """Raised by a write whose guard failed before it changed anything. It alone is undone."""


class Stale(GuardFailed):
    """The run is no longer at the version that this transition leaves."""


Perform = Callable[[Connection, Sequence[Any]], list[Any]]
"""Does the works of one transaction in order; gives what each came to, or the `GuardFailed` that it met."""


class Unwritable(Exception):
    """Nothing of this try was done, and another one may succeed: `error` says what is in the way."""

    def __init__(self, error: Exception) -> None:
        self.error = error


_MAX_DETAIL = 300
_TOO_BIG = "Python int too large to convert to SQLite INTEGER"


def unstorable(error: Exception, database: object, detail: str = "") -> Unstorable | None:
    """Return the error for a value that no database can hold; None for another error.

    `detail`: what this database says of a value that it cannot hold.
    """
    if isinstance(error, UnicodeEncodeError):
        detail = "a text has half a character, a lone surrogate"
    elif isinstance(error, orjson.JSONEncodeError):
        detail = encoding_problem(error)
    elif isinstance(error, OverflowError) and str(error) == _TOO_BIG:
        detail = "a whole number is beyond 64 bits"
    if not detail:
        return None
    explanation = Unstorable(
        f"The database {database} cannot hold a value of this ({detail[:_MAX_DETAIL]}), so nothing of it was "
        "done. Change the value and try again."
    )
    explanation.__cause__ = error
    return explanation


Settle = Callable[[Any, Exception | None], None]


class Writes(Protocol):
    """The writing thread. Writes are made durable in the order in which they were submitted."""

    on_damage: Callable[[StoreBroken], None]
    """Called on the loop when the database turns out to be damaged."""
    damaged: bool

    @property
    def missing(self) -> str:
        """Which of the files of the database is gone or replaced; empty as a rule."""

    @property
    def problem(self) -> str:
        """Return the problem that delays writes, its duration and the remedy; empty if there is none."""

    def submit(self, work: Work[T], patience: float | None = None) -> asyncio.Future[T]:
        """Run `work` in a transaction; the future is done when that is durable.

        `work` may run twice: when another write of its batch breaks the transaction, all of the
        batch are made again one by one. It raises `Refused` before it has changed anything, or
        any other error, which undoes it alone. `patience`: seconds to wait for a lock or a disk; then
        it raises `StoreBusy`, and is not done later either. None: as long as it takes.
        """

    def post(self, work: Any, settle: Settle, patience: float | None = None) -> None:
        """As `submit`, for those who need no future: `settle` is called on the loop."""

    async def close(self, *, keep_claim: bool = False) -> None:
        """Make durable what was submitted, then end the thread; it waits a few seconds where it must.

        `keep_claim`: the claim on a database on a server outlives it. A file has a lock of its own.
        """


class Reads(Protocol):
    """Threads that read, so that neither the loop nor the writer waits for them."""

    missing: Callable[[], str]
    """Says what has become of the files. Another connection would then make new ones in their place."""
    on_damage: Callable[[StoreBroken], None]
    """Called on the loop when the database turns out to be damaged."""
    on_altered: Callable[[Altered], None]
    """Called on the loop when a query finds rows that another program changed."""

    @property
    def problem(self) -> str:
        """Return why nothing can be read now; empty as a rule."""

    async def read(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """For what takes milliseconds at most: those asked for at the same time wait for each other."""

    async def read_at_length(self, query: Query[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """On a thread and a connection of its own: for what reads all there is."""

    def skip(self, error: Altered) -> None:
        """Note a row that a list leaves out. Called by a query."""

    async def close(self) -> None: ...
