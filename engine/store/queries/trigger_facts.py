"""Queries of what triggers have taken, and of bursts that wait for their end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.audit.seal import Seal
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.log import bursts
from engine.store.schema import columns, rows
from engine.store.work import Connection


@dataclass(frozen=True, slots=True)
class TakenFact:
    """A row of `trigger_fact`. `due_at`: when a burst ends; None where it is over, or is a single fact.

    `problem`: why a burst is not as it was recorded; empty as a rule.
    """

    workflow: str
    key: str
    fact: str
    run_id: str | None
    at: datetime
    due_at: datetime | None
    input: Any
    problem: str = ""


def taken_fact(connection: Connection, workflow: str, key: str, fact: str) -> TakenFact | None:
    query = "SELECT * FROM trigger_fact WHERE workflow = ? AND key = ? AND fact = ?"
    row = connection.execute(query, (workflow, key, fact)).fetchone()
    return None if row is None else fact_record(row)


def taken_facts(connection: Connection, workflow: str, key: str) -> set[str]:
    query = "SELECT fact FROM trigger_fact WHERE workflow = ? AND key = ?"
    return {fact for (fact,) in connection.execute(query, (workflow, key))}


def due_bursts(
    connection: Connection, now: datetime, limit: int, but: Collection[str], seal: Seal
) -> list[TakenFact]:
    """Return the bursts that are over, each held against the log. `but`: names of others."""
    query = (
        "SELECT * FROM trigger_fact WHERE due_at <= ? AND 'burst.' || workflow || ' ' || key || ' ' || fact "
        "NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at LIMIT ?"
    )
    connection.execute("BEGIN")
    try:
        due = connection.execute(query, (rows.micros(now), rows.to_json(list(but)), limit)).fetchall()
        return [_held(connection, row, seal) for row in due]
    finally:
        connection.execute("COMMIT")


def _held(connection: Connection, row: rows.Row, seal: Seal) -> TakenFact:
    if problem := bursts.problem(connection, row, seal):
        # Nothing is read of it but its name: its values may be of another kind.
        names = (rows.named(row["workflow"]), rows.named(row["key"]), rows.named(row["fact"]))
        return TakenFact(*names, None, datetime.fromtimestamp(0, UTC), None, None, problem)
    return fact_record(row)


def fact_record(row: rows.Row) -> TakenFact:
    """Raises `UnreadableRow`."""
    try:
        columns.TRIGGER_FACT.check(row)
        at = rows.moment(row["at"])
        assert at is not None
        due_at, given = rows.moment(row["due_at"]), rows.from_json(row["input"])
    except UNREADABLE as error:
        names = [rows.named(row[name]) for name in ("workflow", "key", "fact")]
        what = f"A fact that the trigger {names[1]} of {names[0]} has taken"
        raise rows.unreadable_row(columns.TRIGGER_FACT, row, what, error, bursts.name(*names)) from error
    return TakenFact(row["workflow"], row["key"], row["fact"], row["run_id"], at, due_at, given)
