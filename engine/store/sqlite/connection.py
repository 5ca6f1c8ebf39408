"""Connections as the store uses them: WAL, and every commit on the disk before it is answered."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

T = TypeVar("T")


P = ParamSpec("P")
Work = Callable[[sqlite3.Connection], T]
Query = Callable[Concatenate[sqlite3.Connection, P], T]
"""A function of a connection, and of its own arguments."""


def connect(path: Path, *, read_only: bool = False, busy_ms: int = 5000) -> sqlite3.Connection:
    """A connection as the store uses it: WAL, every commit on the disk before it is answered."""
    address = f"file:{_quote(path)}?mode={'ro' if read_only else 'rwc'}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    connection.execute(f"PRAGMA busy_timeout = {busy_ms}")
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -65536")
    return connection


def _quote(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
