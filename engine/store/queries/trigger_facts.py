"""Queries of what triggers have taken, and of bursts that wait for their end."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.store.schema import rows


@dataclass(frozen=True, slots=True)
class TakenFact:
    """A row of `trigger_fact`. `due_at`: when a burst ends; None where it is over, or is a single fact."""

    workflow: str
    key: str
    fact: str
    run_id: str | None
    at: datetime
    due_at: datetime | None
    input: Any


def taken_fact(connection: sqlite3.Connection, workflow: str, key: str, fact: str) -> TakenFact | None:
    query = "SELECT * FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ?"
    row = connection.execute(query, (workflow, key, fact)).fetchone()
    return None if row is None else _fact(row)


def taken_facts(connection: sqlite3.Connection, workflow: str, key: str) -> set[str]:
    query = "SELECT fact FROM trigger_fact WHERE workflow = ? AND key = ?"
    return {fact for (fact,) in connection.execute(query, (workflow, key))}


def due_bursts(connection: sqlite3.Connection, now: datetime, limit: int) -> list[TakenFact]:
    query = "SELECT * FROM trigger_fact WHERE due_at <= ? ORDER BY due_at LIMIT ?"
    return [_fact(row) for row in connection.execute(query, (rows.micros(now), limit))]


def _fact(row: rows.Row) -> TakenFact:
    at = rows.moment(row["at"])
    assert at is not None
    return TakenFact(
        row["workflow"],
        row["key"],
        row["fact"],
        row["run_id"],
        at,
        rows.moment(row["due_at"]),
        None if row["input"] is None else rows.from_json(row["input"]),
    )
