"""Queries of how far the consumers of the log have read it. The log does not cover that."""

from collections.abc import Mapping

from engine.errors import Altered
from engine.store.queries.readable import Skip
from engine.store.schema import rows
from engine.store.work import Connection

TELEMETRY = "telemetry"
"""The consumer that exports traces. No run is kept for it: its collector may be down, or no longer wanted."""

_PLACES = """
SELECT name, cursor, (SELECT coalesce(max(seq), 0) FROM event) AS newest, (
  SELECT coalesce(max(created), 0) FROM delivery
  WHERE consumer = name AND created <= (SELECT coalesce(max(seq), 0) FROM event)) AS told
FROM consumer
"""
"""`told`: the newest event of which the consumer made a message. It has read at least so far."""
_REMEDY = (
    "Restore a backup: signoff db restore BACKUP. If there is none, take the database as it is: "
    "signoff audit accept --reason …"
)


def cursor_of(connection: Connection, consumer: str, skip: Skip) -> int:
    """Return `seq` of the last event that this consumer has read; 0 at first.

    A place that was set back is reported, and the consumer goes on after the newest event of which it made a
    message: nothing is told twice. Raises `Altered` for one that the log does not have.
    """
    row = connection.execute(f"{_PLACES} WHERE name = ?", (consumer,)).fetchone()
    if row is None:
        return 0
    if altered := _altered(row, 0):
        if not _is_set_back(row, 0):
            raise altered
        skip(altered)
    return max(int(row["cursor"]), int(row["told"]))


def moved_cursor(connection: Connection, consumer: str, known: int) -> Altered | None:
    """Return what is wrong with the place of a consumer that has read to the event `known`."""
    row = connection.execute(
        "SELECT name, cursor, (SELECT coalesce(max(seq), 0) FROM event) AS newest, 0 AS told "
        "FROM consumer WHERE name = ?",
        (consumer,),
    ).fetchone()
    return _altered(row, known) if row is not None else None


def check_cursors(connection: Connection, known: Mapping[str, int]) -> dict[str, Altered | None]:
    """By subject: what is wrong with the place of each consumer; None where it is one of the log.

    `known`: the places to which this process has read.
    """
    return {_subject(row): _altered(row, known.get(row["name"], 0)) for row in connection.execute(_PLACES)}


def wrong_cursors(connection: Connection) -> list[str]:
    """Return the problems of the places of consumers, in words."""
    return [problem for row in connection.execute(_PLACES) if (problem := _problem(row, 0))]


def _is_set_back(row: rows.Row, known: int) -> bool:
    return isinstance(row["cursor"], int) and 0 <= row["cursor"] < max(known, row["told"])


def _problem(row: rows.Row, known: int) -> str:
    cursor, newest = row["cursor"], row["newest"]
    set_back = _is_set_back(row, known)
    if isinstance(cursor, int) and 0 <= cursor <= newest and not set_back:
        return ""
    place = cursor if isinstance(cursor, int) else rows.named(cursor)
    why = (
        f"although it has read to event {max(known, row['told'])}"
        if set_back
        else f"which is not a place in it: it ends at event {newest}"
    )
    return f"how far {rows.named(row['name'])} has read the log (consumer.cursor) is {place}, {why}"


def _altered(row: rows.Row, known: int) -> Altered | None:
    problem = _problem(row, known)
    if not problem:
        return None
    reached = max(known, row["told"]) if known or _is_set_back(row, known) else 0
    remedy = f"Signoff goes on after event {reached} and repeats nothing." if reached else _REMEDY
    text = f"{problem[0].upper()}{problem[1:]}. Another program changed it. {remedy}"
    return Altered(text, _subject(row))


def _subject(row: rows.Row) -> str:
    return f"consumer.{rows.named(row['name'])}"
