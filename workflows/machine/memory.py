"""Memory between runs, in a SQLite file. A run's conclusion and its consequences for the next
run are one transaction, so that an attempt that is made again changes nothing and gives the same."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from workflows.machine.quality import Tail
from workflows.machine.readings import Cursor, Reading
from workflows.machine.rule import State

_SCHEMA = """
CREATE TABLE IF NOT EXISTS known (machine TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reading (
    machine TEXT, at REAL, value REAL, PRIMARY KEY (machine, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conclusion (run TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS act (
    key TEXT PRIMARY KEY, machine TEXT NOT NULL, what TEXT NOT NULL, at TEXT NOT NULL);
"""


class Known(BaseModel):
    """Of one machine: how far its source was read, and what the checks and the rule remember."""

    cursor: Cursor = Cursor()
    tail: Tail = Tail()
    state: State = State()


class Memory:
    """One file; made on first use."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def known(self, machine: str) -> Known:
        with self._open() as database:
            row = database.execute("SELECT body FROM known WHERE machine = ?", (machine,)).fetchone()
        return Known.model_validate_json(row[0]) if row else Known()

    def history(self, machine: str) -> list[tuple[datetime, float]]:
        """Return times and values of the baseline's readings, oldest first."""
        with self._open() as database:
            found = database.execute(
                "SELECT at, value FROM reading WHERE machine = ? ORDER BY at", (machine,)
            )
            return [(datetime.fromtimestamp(at, UTC), value) for at, value in found]

    def conclusion(self, run: str) -> str | None:
        """Return the stored conclusion of this run, as JSON."""
        with self._open() as database:
            row = database.execute("SELECT body FROM conclusion WHERE run = ?", (run,)).fetchone()
        return str(row[0]) if row else None

    def conclude(
        self,
        run: str,
        machine: str,
        body: str,
        before: Cursor,
        known: Known,
        learnt: Sequence[Reading],
        forget_before: datetime,
    ) -> bool:
        """False, and nothing is changed, when another run has read on from `before` meanwhile."""
        with self._open() as database:
            row = database.execute("SELECT body FROM known WHERE machine = ?", (machine,)).fetchone()
            if (Known.model_validate_json(row[0]) if row else Known()).cursor != before:
                return False
            database.execute("INSERT INTO conclusion VALUES (?, ?)", (run, body))
            database.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (machine, known.model_dump_json()))
            database.executemany(
                "INSERT OR REPLACE INTO reading VALUES (?, ?, ?)",
                [(machine, reading.at.timestamp(), reading.value) for reading in learnt],
            )
            database.execute(
                "DELETE FROM reading WHERE machine = ? AND at < ?", (machine, forget_before.timestamp())
            )
        return True

    def act(self, key: str, machine: str, what: str, at: str) -> None:
        """Record an action on the machine, once for each key."""
        with self._open() as database:
            database.execute("INSERT OR IGNORE INTO act VALUES (?, ?, ?, ?)", (key, machine, what, at))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=10)
        try:
            database.executescript(_SCHEMA)
            with database:
                database.execute("BEGIN IMMEDIATE")
                yield database
        finally:
            database.close()
