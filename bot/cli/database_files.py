"""Copies of the database, and what an operator accepts."""

import os
from pathlib import Path

from bot.cli.local_engine import target_settings
from bot.cli.target import Target
from bot.control_client import user_name
from bot.engine_settings import engine_settings
from engine import Actor, SystemClock
from engine.database import accept_on_server, backups

_DUMP = "Copy a database on a server with pg_dump, and the folder of keys with it."
_RESTORE = "Restore a database on a server with pg_restore, while no process serves it."
_VACUUM = "PostgreSQL vacuums by itself."


def back_up(target: Target, file: Path) -> backups.Copy:
    database = target.database.file("signoff db backup", _DUMP)
    return backups.backup(database, file)


def restore_backup(target: Target, file: Path) -> Path | None:
    """Return where the replaced database is; None if there was none."""
    database = target.database.file("signoff db restore", _RESTORE)
    keyring = engine_settings(target_settings(target)).keyring(database)
    return backups.restore(database, file, SystemClock().now(), keyring, _operator())


def vacuum_database(target: Target) -> tuple[int, int]:
    """Return the size before and after."""
    return backups.vacuum(target.database.file("signoff db vacuum", _VACUUM))


def accept_database(target: Target, reason: str) -> None:
    keyring = engine_settings(target_settings(target)).keyring(target.database.place)
    if target.database.server:
        accept_on_server(target.database.url, keyring, SystemClock().now(), _operator(), reason)
    else:
        backups.accept(target.database.place, keyring, SystemClock().now(), _operator(), reason)


def _operator() -> Actor:
    return Actor("cli", user_name(os.getuid()))
