"""Problems of a database, found without a change to it."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.audit.keys import Keyring
from engine.errors import StoreBroken
from engine.store.files.file_lock import require_name_in_use
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.log import opening
from engine.store.queries import integrity
from engine.store.schema.migrate import is_current
from engine.store.sqlite.connection import connect
from engine.store.work import Connection, NamedDatabase

_MAX_LISTED = 3


def database_problem(path: Path, keyring: Keyring) -> str:
    """Return why a start refuses or pauses the database, or what was changed beside its runs.

    Empty if nothing; else in sentences, with the remedy. Reads what a start reads, all of the log's
    hashes, and no run. Raises `sqlite3.Error` for a file that cannot be read, and `StoreInUse` for one that
    a process has open by another name.
    """
    require_name_in_use(path)
    with closing(connect(path, read_only=True, any_text=True)) as connection:
        connection.execute("BEGIN")
        try:
            return _problem(connection, path, keyring)
        except StoreBroken as error:
            return str(error)
        except UNREADABLE as error:
            return unreadable(path, error)


def _problem(connection: sqlite3.Connection, path: Path, keyring: Keyring) -> str:
    # The next start upgrades an older one, and seals it.
    return log_problem(connection, path, keyring) if is_current(path, connection) else ""


def unreadable(database: NamedDatabase, error: Exception) -> str:
    """Return the text for rows that another program made unreadable."""
    return f"A row of the database {database} cannot be read ({type(error).__name__}). {opening.REMEDY}"


def log_problem(connection: Connection, database: NamedDatabase, keyring: Keyring) -> str:
    """As `database_problem`, for a database of this release's schema."""
    seal = opening.existing_seal(database, keyring, connection)
    if seal is None:  # the next start seals it
        return ""
    marks: list[Mapping[str, Any] | None] = [*opening.known_marks(keyring, database, seal)] or [None]
    problems = [opening.problem_at_a_glance(connection, seal, mark) for mark in marks]
    if all(problems):
        return f"The database {database}: {problems[0]}. {opening.REMEDY}"
    changed = integrity.outside_runs(connection, seal)
    if not changed:
        return ""
    more = len(changed) - _MAX_LISTED
    listed = "; ".join([*changed[:_MAX_LISTED], *([f"and {more:,} more"] if more > 0 else [])])
    return f"The database {database} was changed outside Signoff: {listed}. {opening.REMEDY}"
