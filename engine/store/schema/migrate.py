"""Bring a database to this release's schema, at start."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import StoreBroken, StoreBusy
from engine.private_files import make_file, make_folder
from engine.store.files.sqlite_errors import (
    UNREADABLE_SCHEMA,
    damaged,
    explained,
    is_locked,
    lock_text,
    passes,
    problem,
    remedy,
)
from engine.store.schema import comparison
from engine.store.schema.layout import expected
from engine.store.schema.upgrade_copies import keep_copy

log = logging.getLogger(__name__)
T = TypeVar("T")

HEAD = "0024"
"""The newest revision in `engine/migrations/versions`; a test holds the two together."""
NEW_DATABASE = Path(__file__).with_name("new_database.sql")
"""Made by `python -m scripts.new_database`; a test compares it with the migrations."""
_REVISIONS = frozenset(f"{number:04}" for number in range(1, int(HEAD) + 1))
_REMEDY = (
    "Nothing in it was changed. Start the release that last wrote it, restore a backup with signoff db "
    "restore, or set DATABASE_URL to another file."
)


def migrate(path: Path, now: datetime | None = None) -> None:
    """Create or upgrade the schema, with a copy of what is upgraded beside the file.

    `now`: the time in the name of the copy. None makes no copy, for a file that is a copy itself.

    Raises `StoreBroken` for a foreign file, a newer release's, or one whose schema no release has made, and
    `StoreBusy` where the disk is full or the file cannot be written.

    While another process holds the lock it waits and says so in the log: the driver sleeps in each try.
    """
    make_folder(path.parent)
    make_file(path)
    revision = _unlocked(path, lambda: _revision(path))
    _check_revision(path, revision)
    work = _hold_against_release if revision == HEAD else upgrade if revision else create
    if now is not None and work is upgrade:
        _unlocked(path, lambda: keep_copy(path, str(revision), HEAD, now))
    _unlocked(path, lambda: work(path))


def is_current(path: Path, connection: sqlite3.Connection) -> bool:
    """Return whether a file that is only read needs no upgrade. Raises `StoreBroken` as `migrate` does."""
    revision = _revision_within(path, connection)
    _check_revision(path, revision)
    if revision == HEAD:
        _check(path, connection)
    return revision == HEAD


def _check_revision(path: Path, revision: str | None) -> None:
    if revision is not None and revision > HEAD:
        raise StoreBroken(
            f"The database {path} was written by a newer release of Signoff (schema {revision}, "
            f"this one knows {HEAD}). Start the newer release, or restore a backup from before it."
        )
    if revision is not None and revision not in _REVISIONS:
        raise StoreBroken(f"The database {path} has the schema {revision}, which no release has. {_REMEDY}")


def _unlocked(path: Path, work: Callable[[], T]) -> T:
    while True:
        try:
            return work()
        except Exception as error:
            # The schema's library wraps the driver's error.
            cause = getattr(error, "orig", None) or error
            if is_locked(cause):
                log.warning("%s; waiting until it is released", lock_text(path))
            elif passes(cause):
                raise StoreBusy(f"{problem(cause, path)}. {remedy(cause, path)}.") from error
            elif isinstance(cause, sqlite3.Error):
                raise _unfit(path, cause) from error
            elif isinstance(cause, UnicodeDecodeError):
                raise damaged(path, UNREADABLE_SCHEMA) from error
            else:
                raise


def _unfit(path: Path, error: sqlite3.Error) -> Exception:
    """A migration met tables that no release has made, or the file is damaged."""
    if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
        return explained(error, path, "brought up to date")
    return StoreBroken(
        f"The database {path} could not be brought up to date: {error}. No release of Signoff makes such "
        f"tables. {_REMEDY}"
    )


def _revision(path: Path) -> str | None:
    with closing(sqlite3.connect(path)) as connection:
        return _revision_within(path, connection)


def _revision_within(path: Path, connection: sqlite3.Connection) -> str | None:
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not names:
        return None
    if "alembic_version" not in names:
        raise StoreBroken(
            f"{path} is a database of another program (with the tables {', '.join(sorted(names)[:5])}). "
            "Set DATABASE_URL to a file of Signoff's own."
        )
    version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if version is None:
        raise StoreBroken(
            f"The database {path} does not say which release wrote it: the row of its table alembic_version "
            f"is missing. {_REMEDY}"
        )
    return str(version[0])


def create(path: Path) -> None:
    """Make this release's tables in an empty file, in one transaction, or upgrade a file that has tables."""
    statements = _statements_of_new_database()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
            for statement in statements:
                connection.execute(statement)
            connection.execute("COMMIT")
            return
    upgrade(path)  # another process has made tables since the revision was read


@cache
def _statements_of_new_database() -> tuple[str, ...]:
    """Return the statements that make the same of an empty file as all migrations, and take less time."""
    found: list[str] = []
    statement = ""
    for line in NEW_DATABASE.read_text(encoding="utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return tuple(found)


def migrated_statements() -> str:
    """Return what the migrations make of an empty file, as SQL: the content of `NEW_DATABASE`."""
    with _migrated(":memory:", "head") as connection:
        return "\n".join([*connection.iterdump()][1:-1]) + "\n"  # without its BEGIN and COMMIT


def upgrade(path: Path, to: str = "head") -> None:
    """Create or upgrade the schema to this revision, in one transaction."""
    with _migrated(str(path), to) as connection:
        if to == "head":
            _check(path, connection)


@contextmanager
def _migrated(name: str, to: str) -> Iterator[Any]:
    """Execute the migrations; they are committed when the caller is done with the driver's connection."""
    # Imported here because they take longer than everything else at start, and most starts need neither.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import URL, create_engine, event  # noqa: PLC0415

    config = Config()
    scripts = str(Path(__file__).parents[2] / "migrations")
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    database = create_engine(URL.create("sqlite", database=name))
    # The driver's own handling commits before every CREATE: a crash would leave half a schema.
    event.listen(database, "connect", lambda dbapi, _: setattr(dbapi, "isolation_level", None))
    event.listen(database, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with database.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            yield connection.connection.dbapi_connection
    finally:
        database.dispose()


def _hold_against_release(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        _check(path, connection)


def _check(path: Path, connection: Any) -> None:
    differences = comparison.differences(expected(), comparison.schema_of(connection))
    if differences:
        listed = comparison.told(differences)
        raise StoreBroken(
            f"The database {path} does not have the tables of this release: {listed}. {_REMEDY}"
        )
