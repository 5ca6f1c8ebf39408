"""The device database: a SQLite file that is made, with a small plant in it, where there is none.

Sync on purpose: the steps that use it execute in threads.
"""

import difflib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from signoff import Fatal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS device (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, site TEXT NOT NULL,
    highest REAL NOT NULL, load INTEGER NOT NULL, spare TEXT,
    calls_to_wake INTEGER NOT NULL DEFAULT 0, alarm INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS alert (
    key TEXT PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS command (
    key TEXT PRIMARY KEY, device TEXT NOT NULL, command TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ticket (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE NOT NULL, device TEXT NOT NULL,
    why TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS page (
    key TEXT PRIMARY KEY, device TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS safe_mode (device TEXT PRIMARY KEY, since TEXT NOT NULL);
"""
_PLANT = [
    # name, kind, site, highest value in normal use, load in %, spare, calls until its controller answers
    ("pump-07", "cooling pump", "Hall 2", 85.0, 90, "pump-08", 0),
    ("pump-08", "cooling pump", "Hall 2", 85.0, 15, "pump-07", 0),
    ("fan-21", "exhaust fan", "Roof", 70.0, 60, None, 4),
    ("press-03", "hydraulic press", "Hall 1", 95.0, 40, None, 0),
]


class Device(BaseModel):
    """A device as the database has it. `highest`: of its readings in normal use; `load`: percent."""

    name: str
    kind: str
    site: str
    highest: float
    load: int
    spare: str | None
    alerts_before: int
    """In the seven days before the alert."""


class NoAnswer(ConnectionError):
    """The device's controller did not answer. It may the next time."""


class Devices:
    """One file; made on first use."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def find(self, name: str, since: str) -> Device:
        """`since`: ISO time from which earlier alerts are counted. Raises `Fatal` for an unknown device."""
        with self._open() as database:
            row = database.execute("SELECT * FROM device WHERE name = ?", (name,)).fetchone()
            if row is None:
                names = [found["name"] for found in database.execute("SELECT name FROM device ORDER BY name")]
                close = difflib.get_close_matches(name, names, n=1)
                hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(names)}."
                raise Fatal(f"The device database knows no device {name}. {hint}")
            counted = "SELECT count(*) FROM alert WHERE device = ? AND at >= ?"
            (before,) = database.execute(counted, (name, since)).fetchone()
        known = {key: row[key] for key in row.keys() if key in Device.model_fields}  # noqa: SIM118 - a Row
        return Device(**known, alerts_before=before)

    def log_alert(self, key: str, device: str, metric: str, value: float, at: str) -> None:
        self._once("INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?, ?)", key, device, metric, value, at)

    def page(self, key: str, device: str, text: str, at: str) -> None:
        """Page the person on call, and sound the alarm at the site."""
        self._once("INSERT OR IGNORE INTO page VALUES (?, ?, ?, ?)", key, device, text, at)
        self._once("UPDATE device SET alarm = 1 WHERE name = ?", device)

    def enter_safe_mode(self, device: str, at: str) -> None:
        """Stop the device by its interlock, which works also while its controller sleeps."""
        self._once("INSERT OR IGNORE INTO safe_mode VALUES (?, ?)", device, at)

    def command(self, key: str, device: str, command: str, at: str) -> None:
        """Send a command to the device's controller. Raises `NoAnswer` while that sleeps."""
        with self._open() as database:
            row = database.execute("SELECT calls_to_wake FROM device WHERE name = ?", (device,)).fetchone()
            if row["calls_to_wake"] > 0:
                database.execute(
                    "UPDATE device SET calls_to_wake = calls_to_wake - 1 WHERE name = ?", (device,)
                )
                database.commit()
                raise NoAnswer(f"The controller of {device} did not answer.")
            database.execute("INSERT OR IGNORE INTO command VALUES (?, ?, ?, ?)", (key, device, command, at))
            database.execute("UPDATE device SET alarm = 0 WHERE name = ?", (device,))
            database.execute("DELETE FROM safe_mode WHERE device = ?", (device,))

    def open_ticket(self, key: str, device: str, why: str, at: str) -> int:
        """The ticket's number; the same key gives the same ticket."""
        with self._open() as database:
            database.execute(
                "INSERT OR IGNORE INTO ticket (key, device, why, at) VALUES (?, ?, ?, ?)",
                (key, device, why, at),
            )
            found = database.execute("SELECT number FROM ticket WHERE key = ?", (key,)).fetchone()
        return int(found["number"])

    def commands(self, device: str) -> list[str]:
        """Return the commands that the device got, in order."""
        with self._open() as database:
            found = database.execute("SELECT command FROM command WHERE device = ? ORDER BY at", (device,))
            return [row["command"] for row in found]

    def _once(self, statement: str, *values: Any) -> None:
        with self._open() as database:
            database.execute(statement, values)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=10)
        database.row_factory = sqlite3.Row
        try:
            with database:
                database.executescript(_SCHEMA)
                database.execute("BEGIN IMMEDIATE")
                database.executemany(
                    "INSERT OR IGNORE INTO device (name, kind, site, highest, load, spare, calls_to_wake)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    _PLANT,
                )
                yield database
        finally:
            database.close()
