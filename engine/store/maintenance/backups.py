"""Copies of a database: taken while it is in use, put back in place of it, and paused then."""

import contextlib
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from engine.audit.keys import Keyring
from engine.errors import NotPossible, StoreBroken, StoreBusy
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.private_files import make_file
from engine.store.files.checkup import look_at_wal, look_through
from engine.store.files.file_lock import FileLock, require_name_in_use
from engine.store.files.rescue import settle
from engine.store.files.sqlite_errors import UNREADABLE_SCHEMA, damaged, explained, passes
from engine.store.log import opening
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect
from engine.store.sqlite.copying import to_disk, write_copy
from engine.store.writes import acceptance, facts
from engine.store.writes.acceptance import Acceptor


@dataclass(frozen=True, slots=True)
class Copy:
    """A backup that was made and looked through. `size` in bytes; `events`: in its log."""

    path: Path
    size: int
    runs: int
    events: int


_DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""Errors of reading a damaged file: the driver cannot read every message of SQLite about one."""


def paused_text(fact: Mapping[str, Any] | None) -> str:
    """Why the installation is paused, from what is noted of it; empty when it isn't."""
    if fact is None:
        return ""
    if "moved" in fact:
        return (
            f"Signoff is paused: this database was moved to {fact['moved']}. Set DATABASE_URL to that one. "
            "To go on with this one, which knows nothing of what happened there: signoff db resume."
        )
    return (
        f"Signoff is paused: its database was restored from {fact['backup']}. "
        "The operator checks signoff db prospect and ends the pause with signoff db resume."
    )


def backup(database: Path, target: Path) -> Copy:
    """Copy the database as of one moment, while others use it by this name.

    Raises `NotPossible`, `StoreInUse` and `StoreBroken`.
    """
    try:
        return _backed_up(database, target)
    except OSError as error:
        raise NotPossible(
            f"{target} cannot be written ({error.strerror}). Name a new file in a folder that this user can "
            "write to, on a disk with free space."
        ) from error


def _backed_up(database: Path, target: Path) -> Copy:
    if not database.exists():
        raise NotPossible(
            f"There is no database {database}. Name the folder that has signoff.db: --data DIR."
        )
    if os.path.lexists(target):
        raise NotPossible(f"{target} already exists. Name a new file.")
    if not target.parent.is_dir():
        raise NotPossible(f"There is no folder {target.parent}. Create it first.")
    require_name_in_use(database)
    if database.stat().st_size:
        look_through(database, new=False)
    try:
        return write_copy(database, target, lambda partial: _looked_through(partial, target))
    except sqlite3.Error as error:
        raise StoreBroken(
            f"{database} could not be copied to {target} ({error}). Check that the disk has space for it."
        ) from error


def restore(database: Path, copy: Path, now: datetime, keyring: Keyring, actor: Actor) -> Path | None:
    """Put a backup in the database's place, paused; gives where the one that was there is now.

    The log of what is restored says so.

    Nobody may have it open. Raises `NotPossible`, `StoreInUse` and `StoreBroken`.
    """
    if not copy.is_file():
        raise NotPossible(f"There is no backup {copy}. Name a file that signoff db backup wrote.")
    require_name_in_use(copy)
    look_at_wal(copy)
    _looked_through(copy, copy)
    if database.is_symlink():
        database = Path(os.path.realpath(database))
    lock = FileLock(database)
    lock.take(create=False)
    try:
        return _restored(database, copy, now, keyring, actor)
    except _DAMAGE as error:
        database.with_name(database.name + ".restoring").unlink(missing_ok=True)
        if passes(error):
            raise explained(error, database, "restored") from error
        raise StoreBroken(f"{copy} is damaged ({error}). Use another backup.") from error
    finally:
        lock.release()


def _restored(database: Path, copy: Path, now: datetime, keyring: Keyring, actor: Actor) -> Path | None:
    fresh = database.with_name(database.name + ".restoring")
    fresh.unlink(missing_ok=True)
    make_file(fresh, exclusive=True)
    with (
        contextlib.closing(connect(copy, read_only=True)) as source,
        contextlib.closing(sqlite3.connect(fresh)) as new,
    ):
        source.backup(new)
    migrate(fresh)
    seal = opening.look(fresh, keyring, now, partial(connect, fresh, any_text=True)).seal
    with contextlib.closing(connect(fresh)) as new:
        new.execute("BEGIN IMMEDIATE")
        restored = EventDraft("installation.restored", now, actor, data={"backup": copy.name})
        paused = {"backup": copy.name, "at": now.isoformat()}
        facts.note(new, "paused", paused, [restored], seal)
        new.execute("COMMIT")
        mark = opening.checkpoint(new, now)
    to_disk(fresh)
    # Both while neither a start with this database nor one with the restored one may raise an alarm.
    opening.keep(mark, database, keyring, seal, opening.known_marks(keyring, database, seal))
    aside = _set_aside(database, now)
    os.rename(fresh, database)
    settle(database)
    to_disk(database.parent)
    opening.keep(mark, database, keyring, seal)
    return aside


def accept(database: Path, keyring: Keyring, now: datetime, actor: Actor, reason: str) -> None:
    """Take a database as it is for what was recorded; its log says so. Nobody may have it open."""
    if not database.exists():
        raise NotPossible(f"There is no database {database}.")
    by = Acceptor.of(actor, reason)
    lock = FileLock(database)
    lock.take()
    try:
        look_at_wal(database)
        migrate(database, now)
        with contextlib.closing(connect(database, any_text=True)) as connection:
            acceptance.accept(database, connection, keyring, now, by)
    finally:
        lock.release()


def vacuum(database: Path) -> tuple[int, int]:
    """Give free pages back to the disk; the size in bytes before and after. Nobody may have it open."""
    if not database.exists():
        raise NotPossible(f"There is no database {database}.")
    lock = FileLock(database)
    lock.take()
    try:
        look_at_wal(database)
        before = database.stat().st_size
        with contextlib.closing(connect(database)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return before, database.stat().st_size
    except sqlite3.Error as error:
        raise StoreBroken(
            f"{database} could not be made smaller ({error}). This needs free space of the database's size."
        ) from error
    except UnicodeDecodeError as error:
        raise damaged(database, UNREADABLE_SCHEMA) from error
    finally:
        lock.release()


def _looked_through(path: Path, named: Path) -> Copy:
    """Check a copy. Raises `StoreBroken` if it is damaged or not a database of Signoff."""
    try:
        with contextlib.closing(connect(path, read_only=True)) as copy:
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise StoreBroken(f"{named} is damaged ({verdict}). Use another backup.")
            (runs,) = copy.execute("SELECT count(*) FROM run").fetchone()
            (events,) = copy.execute("SELECT count(*) FROM event").fetchone()
    except _DAMAGE as error:
        raise StoreBroken(f"{named} is not a database of Signoff ({error}). Use another file.") from error
    return Copy(named, path.stat().st_size, runs, events)


def _set_aside(database: Path, now: datetime) -> Path | None:
    if not database.exists():
        return None
    with contextlib.suppress(sqlite3.Error, StoreBroken, StoreBusy):
        look_through(database)  # a -wal that is not this file's stays apart from it
        with contextlib.closing(connect(database)) as old:
            # So that one file holds all of it.
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    for end in ("-wal", "-shm"):
        extra = database.with_name(database.name + end)
        if extra.exists():
            os.chmod(extra, 0o600)
            os.rename(extra, aside.with_name(aside.name + end))
    os.rename(database, aside)
    os.chmod(aside, 0o600)
    return aside
