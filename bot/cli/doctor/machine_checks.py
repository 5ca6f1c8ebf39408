"""Checks of the machine: the database, the disk, the process that serves."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bot.cli.connection import is_served
from bot.cli.doctor.finding import Finding
from bot.config import Settings
from bot.engine_settings import engine_settings
from engine import StoreInUse
from engine.database import database_problem
from engine.private_files import writable_by_others

_LOW_DISK_BYTES = 1_000_000_000
_GIGABYTE, _MEGABYTE = 1e9, 1e6


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is found on this machine. Nothing is changed."""
    database = settings.database_path
    yield _database(settings)
    yield _disk(database)
    yield from _folders(settings)
    if is_served(database):
        yield Finding("process", "ok", "A process serves this database.")
    else:
        text = "No process serves this database, so no run continues and no click is answered."
        yield Finding("process", "warning", text, "Start it: signoff serve.")


def _database(settings: Settings) -> Finding:
    path = settings.database_path
    if not path.exists():
        text = f"There is no database {path} yet."
        return Finding(
            "database",
            "warning",
            text,
            "signoff serve creates it. If you expected a database there, check DATABASE_URL.",
        )
    try:
        if problem := database_problem(path, engine_settings(settings).keyring(path)):
            return Finding("database", "problem", problem)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2)) as connection:
            (runs,) = connection.execute("SELECT count(*) FROM (SELECT 1 FROM run LIMIT 10001)").fetchone()
    except StoreInUse as error:
        return Finding("database", "problem", str(error))
    except sqlite3.Error as error:
        remedy = "Restore a backup: signoff db restore FILE. signoff audit verify says what is damaged."
        return Finding("database", "problem", f"{path} cannot be read ({error}).", remedy)
    size = sum(each.stat().st_size for each in _files(path))
    counted = "over 10,000 runs" if runs > 10_000 else f"{runs:,} run{'' if runs == 1 else 's'}"
    return Finding("database", "ok", f"{path} has {counted} in {size / _MEGABYTE:,.1f} MB.")


def _folders(settings: Settings) -> Iterator[Finding]:
    real = settings.database_path.resolve()
    for folder in dict.fromkeys([real.parent, settings.data_dir]):
        if problem := writable_by_others(folder):
            yield Finding("folders", "problem", f"{problem}.", f"If nobody else needs it: chmod 700 {folder}")


def _files(path: Path) -> list[Path]:
    return [each for ending in ("", "-wal", "-shm") if (each := Path(f"{path}{ending}")).exists()]


def _disk(database: Path) -> Finding:
    folder = next(parent for parent in database.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    text = f"{free / _GIGABYTE:,.1f} GB are free in {folder}."
    if free < _LOW_DISK_BYTES:
        return Finding("disk", "problem", text, "Free some space, or set SIGNOFF_KEEP to delete old runs.")
    return Finding("disk", "ok", text)
