"""Checks of the machine: the database, the disk, the process that serves."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.connection import is_served
from bot.cli.doctor.finding import Finding
from bot.settings.config import Settings
from bot.settings.engine_settings import engine_settings
from engine import SignoffError, StoreBroken, StoreBusy, StoreInUse
from engine.database import database_problem, server_state
from engine.private_files import writable_by_others

_LAST_DECISION = "SELECT at FROM decision WHERE actor LIKE 'slack:%' ORDER BY rowid DESC LIMIT 1"
_LOW_DISK_BYTES = 1_000_000_000
_GIGABYTE, _MEGABYTE = 1e9, 1e6


def machine_findings(settings: Settings) -> Iterator[Finding]:
    """Yield what is found on this machine. Nothing is changed."""
    database = settings.database
    yield _on_server(settings) if database.server else _in_file(settings)
    yield _disk(database.place)
    yield from _folders(settings)
    yield from _checkpoint_folders(settings)
    yield from _event_files(settings)
    if is_served(database.place):
        yield Finding("process", "ok", "A process serves this database.")
    else:
        text = "No process serves this database, so no run continues and no click is answered."
        yield Finding("process", "warning", text, "Start it: signoff serve.")


def last_decision(settings: Settings) -> datetime | None:
    """Return when a person last decided in Slack; None for never, and where it cannot be read."""
    database = settings.database
    try:
        if database.server:
            return server_state(database.url, engine_settings(settings).keyring(database.place)).decided
        with closing(sqlite3.connect(f"file:{database.place}?mode=ro", uri=True, timeout=2)) as connection:
            row = connection.execute(_LAST_DECISION).fetchone()
    except (sqlite3.Error, SignoffError):
        return None  # the check of the database says why
    return datetime.fromtimestamp(row[0] / 1_000_000, UTC) if row else None


def _on_server(settings: Settings) -> Finding:
    database = settings.database
    try:
        state = server_state(database.url, engine_settings(settings).keyring(database.place))
    except StoreBusy as error:
        remedy = "Check that the server runs, and check DATABASE_URL."
        return Finding("database", "problem", str(error).removesuffix(" Try again."), remedy)
    except StoreBroken as error:
        return Finding("database", "problem", str(error))
    if state.empty:
        text = f"The database {database} (PostgreSQL {state.version}) has no tables of Signoff yet."
        remedy = "signoff serve creates them. If you expected some there, check DATABASE_URL."
        return Finding("database", "warning", text, remedy)
    if state.problem:
        return Finding("database", "problem", state.problem)
    return Finding(
        "database",
        "ok",
        f"{database} (PostgreSQL {state.version}) has {_counted(state.runs)} in "
        f"{state.size / _MEGABYTE:,.1f} MB.",
    )


def _counted(runs: int) -> str:
    return "over 10,000 runs" if runs > 10_000 else f"{runs:,} run{'' if runs == 1 else 's'}"


def _in_file(settings: Settings) -> Finding:
    path = settings.database.place
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
    return Finding("database", "ok", f"{path} has {_counted(runs)} in {size / _MEGABYTE:,.1f} MB.")


def _folders(settings: Settings) -> Iterator[Finding]:
    real = settings.database.place.resolve()
    for folder in dict.fromkeys([real.parent, settings.data_dir]):
        if problem := writable_by_others(folder):
            yield Finding("folders", "problem", f"{problem}.", f"If nobody else needs it: chmod 700 {folder}")


def _checkpoint_folders(settings: Settings) -> Iterator[Finding]:
    for place in settings.checkpoint_places:
        if place.startswith("/"):  # an address takes checkpoints only, and nothing is sent to try it
            remedy = "Create it for the user of Signoff, or correct SIGNOFF_CHECKPOINT_TO."
            ok = f"Signed checkpoints of the log go to {place}."
            yield _folder("checkpoints", Path(place), ok, remedy)


def _event_files(settings: Settings) -> Iterator[Finding]:
    for target in settings.events_to.spec.targets if settings.events_to is not None else ():
        if target.is_file:
            remedy = "Create it for the user of Signoff, or correct the file of SIGNOFF_EVENTS_TO."
            ok = f"The events of {target.name} go to {target.to}."
            yield _folder("events", Path(target.to).parent, ok, remedy)


def _folder(area: str, folder: Path, ok: str, remedy: str) -> Finding:
    """Return whether Signoff can write into a folder that settings name. `ok`: what to say if it can."""
    if not folder.is_dir():
        return Finding(area, "problem", f"The folder {folder} does not exist.", remedy)
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(area, "problem", f"Nothing can be written into {folder}.", remedy)
    return Finding(area, "ok", ok)


def _files(path: Path) -> list[Path]:
    return [each for ending in ("", "-wal", "-shm") if (each := Path(f"{path}{ending}")).exists()]


def _disk(database: Path) -> Finding:
    folder = next(parent for parent in database.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    text = f"{free / _GIGABYTE:,.1f} GB are free in {folder}."
    if free < _LOW_DISK_BYTES:
        return Finding("disk", "problem", text, "Free some space, or set SIGNOFF_KEEP to delete old runs.")
    return Finding("disk", "ok", text)
