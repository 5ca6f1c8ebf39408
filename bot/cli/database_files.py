"""Copies of the database, and what an operator accepts."""

import os
from dataclasses import dataclass
from pathlib import Path

from bot.cli.local_engine import target_settings
from bot.cli.output import CommandError
from bot.cli.target import Target
from bot.control_socket.client import user_name
from bot.settings.database_url import is_server, on_server
from bot.settings.engine_settings import engine_settings
from engine import Actor, SystemClock
from engine.database import accept_on_server, backups, move_to_server

_DUMP = "Copy a database on a server with pg_dump, and the folder of keys with it."
_RESTORE = "Restore a database on a server with pg_restore, while no process serves it."
_VACUUM = "PostgreSQL vacuums by itself."


@dataclass(frozen=True, slots=True)
class MovedDatabase:
    """Where an installation is now. `keys`: folder that SIGNOFF_KEYS must name; None: it is found."""

    server: str
    runs: int
    events: int
    keys: Path | None


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


def move_database(target: Target, url: str) -> MovedDatabase:
    """Raises `CommandError` for an address that cannot be used, and the engine's errors."""
    database = target.database.file("signoff db migrate-to", "It is on a server already.")
    settings = target_settings(target)
    if not is_server(url):
        raise CommandError("The address of the server must start with postgresql://.")
    try:
        server = on_server(url, settings.data_dir)
    except ValueError as error:
        raise CommandError(f"The address of the server {error}") from None
    chosen = engine_settings(settings)
    keys = chosen.keys_dir or database.parent / "keys"
    moved = move_to_server(database, url, chosen.keyring(database), SystemClock().now(), _operator())
    expected = chosen.keys_dir or server.place.parent / "keys"
    return MovedDatabase(str(server), moved.runs, moved.events, None if keys == expected else keys)


def accept_database(target: Target, reason: str) -> None:
    keyring = engine_settings(target_settings(target)).keyring(target.database.place)
    if target.database.server:
        accept_on_server(target.database.url, keyring, SystemClock().now(), _operator(), reason)
    else:
        backups.accept(target.database.place, keyring, SystemClock().now(), _operator(), reason)


def _operator() -> Actor:
    return Actor("cli", user_name(os.getuid()))
