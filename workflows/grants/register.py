"""The register of grants: a SQLite file. What is in it is not taken in again, nor decided twice."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS grant_decision (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, amount INTEGER NOT NULL, verdict TEXT NOT NULL,
    why TEXT NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL)
"""


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

    def of_run(self, run: str) -> list[tuple[str, int, str]]:
        """(id, amount, verdict) that this run entered."""
        with self._open() as database:
            found = database.execute(
                "SELECT id, amount, verdict FROM grant_decision WHERE run = ? ORDER BY id", (run,)
            )
            return [(str(id_), int(amount), str(verdict)) for id_, amount, verdict in found]

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
