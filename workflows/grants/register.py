"""The register of grants: a SQLite file. What is in it is not taken in again, nor decided twice."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS grant_decision (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, amount INTEGER NOT NULL, verdict TEXT NOT NULL,
    why TEXT NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `amount`: whole dollars; `at`: ISO 8601."""

    id: str
    name: str
    amount: int
    verdict: str
    at: str


class Register:
    """One file; made on first use."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def known(self) -> set[str]:
        """Ids that were decided."""
        with self._open() as database:
            return {row[0] for row in database.execute("SELECT id FROM grant_decision")}

    def enter(self, rows: Iterable[tuple[str, str, int, str, str, str, str]]) -> None:
        """(id, name, amount, verdict, why, run, at). An id that stands there already stays as it is."""
        with self._open() as database:
            database.executemany("INSERT OR IGNORE INTO grant_decision VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def of_run(self, run: str) -> list[Entry]:
        """Return the decisions that this run entered."""
        return self._entries("WHERE run = ? ORDER BY id", run)

    def awards(self) -> list[Entry]:
        """Return all awards, the newest first."""
        return self._entries("WHERE verdict = 'award' ORDER BY at DESC, id")

    def _entries(self, where: str, *values: str) -> list[Entry]:
        query = f"SELECT id, name, amount, verdict, at FROM grant_decision {where}"  # noqa: S608
        with self._open() as database:
            return [Entry(*row) for row in database.execute(query, values)]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self._file, timeout=10)
        try:
            with database:
                database.execute(_SCHEMA)
                yield database
        finally:
            database.close()
