"""The database as a file: copies of it, and what an operator accepts."""

import os
from pathlib import Path

from bot.cli.local_engine import target_settings
from bot.cli.target import Target
from bot.control_client import user_name
from bot.engine_settings import engine_settings
from engine import Actor, SystemClock
from engine.database import backups


def back_up(target: Target, file: Path) -> backups.Copy:
    return backups.backup(target.database, file)


def restore_backup(target: Target, file: Path) -> Path | None:
    """Return where the replaced database is; None if there was none."""
    keyring = engine_settings(target_settings(target)).keyring(target.database)
    return backups.restore(target.database, file, SystemClock().now(), keyring, _operator())


def vacuum_database(target: Target) -> tuple[int, int]:
    """Return the size before and after."""
    return backups.vacuum(target.database)


def accept_database(target: Target, reason: str) -> None:
    keyring = engine_settings(target_settings(target)).keyring(target.database)
    backups.accept(target.database, keyring, SystemClock().now(), _operator(), reason)


def _operator() -> Actor:
    return Actor("cli", user_name(os.getuid()))
