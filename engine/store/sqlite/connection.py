"""Connections as the store uses them: WAL, and every commit on the disk before it is answered."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate

from engine.store.work import P, T

Work = Callable[[sqlite3.Connection], T]
Query = Callable[Concatenate[sqlite3.Connection, P], T]
"""A function of a connection, and of its own arguments."""

_SAME: dict[None, None] = {}
sqlite3.register_adapter(type(None), _SAME.get)
"""Without an adapter for None, the driver looks for one at each None that it is handed: six of them took more
than half the time of writing a row of ten values."""


def connect(
    path: Path, *, read_only: bool = False, busy_ms: int = 5000, any_text: bool = False
) -> sqlite3.Connection:
    """A connection as the store uses it: WAL, every commit on the disk before it is answered.

    `any_text`: text that is not UTF-8 is read as bytes. It takes longer than to let the driver refuse it.
    """
    address = f"file:{_quote(path)}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    if any_text:
        connection.text_factory = _text_or_bytes
    connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _text_or_bytes(value: bytes) -> str | bytes:
    """Return text that is not UTF-8 as it is stored: what reads a row then refuses it as binary data."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def is_undecodable(error: BaseException) -> bool:
    """Return whether the driver refused text that is not UTF-8. It has no error code of its own."""
    return isinstance(error, sqlite3.OperationalError) and "decode to UTF-8" in str(error)


@contextmanager
def any_text(connection: sqlite3.Connection) -> Iterator[None]:
    """Read text that is not UTF-8 as bytes meanwhile."""
    connection.text_factory = _text_or_bytes
    try:
        yield
    finally:
        connection.text_factory = str


def queried(connection: sqlite3.Connection, query: Work[T]) -> T:
    """Return what a query reads; rows with text that is not UTF-8 keep back no other rows."""
    try:
        return query(connection)
    except sqlite3.OperationalError as error:
        if not is_undecodable(error):
            raise
    with any_text(connection):
        return query(connection)


def _quote(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
