"""Queries of how far the consumers of the log have read it. The log does not cover that."""

import sqlite3

from engine.errors import Altered
from engine.store.schema import rows

_PLACES = "SELECT name, cursor, (SELECT coalesce(max(seq), 0) FROM event) AS newest FROM consumer"
_REMEDY = (
    "Restore a backup: signoff db restore BACKUP. If there is none, take the database as it is: "
    "signoff audit accept --reason …"
)


def cursor_of(connection: sqlite3.Connection, consumer: str) -> int:
    """Return `seq` of the last event that this consumer has read; 0 at first. Raises `Altered`."""
    row = connection.execute(f"{_PLACES} WHERE name = ?", (consumer,)).fetchone()
    if row is None:
        return 0
    if problem := _problem(row):
        raise _altered(row, problem)
    return int(row["cursor"])


def check_cursors(connection: sqlite3.Connection) -> dict[str, Altered | None]:
    """By subject: what is wrong with the place of each consumer; None where it is one of the log."""
    return {
        _subject(row): _altered(row, problem) if (problem := _problem(row)) else None
        for row in connection.execute(_PLACES)
    }


def wrong_cursors(connection: sqlite3.Connection) -> list[str]:
    """Return the problems of the places of consumers, in words."""
    return [problem for row in connection.execute(_PLACES) if (problem := _problem(row))]


def _problem(row: rows.Row) -> str:
    cursor, newest = row["cursor"], row["newest"]
    if isinstance(cursor, int) and 0 <= cursor <= newest:
        return ""
    place = cursor if isinstance(cursor, int) else rows.named(cursor)
    return (
        f"how far {rows.named(row['name'])} has read the log (consumer.cursor) is {place}, "
        f"which is not a place in it: it ends at event {newest}"
    )


def _altered(row: rows.Row, problem: str) -> Altered:
    text = f"{problem[0].upper()}{problem[1:]}. Another program changed it. {_REMEDY}"
    return Altered(text, _subject(row))


def _subject(row: rows.Row) -> str:
    return f"consumer.{rows.named(row['name'])}"
