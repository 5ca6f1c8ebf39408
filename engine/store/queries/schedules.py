"""Queries of schedules and waits: what is due, and when."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.model.change import Wait
from engine.model.trouble import NO_TROUBLE, Trouble
from engine.store.schema import rows


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule row."""

    workflow: str
    key: str
    enabled: bool
    next_fire_at: datetime | None
    last_fire_at: datetime | None
    cursor: str | None = None
    """The place of a trigger in what it observes."""
    failures: int = 0
    """Failed runs in a row for which it is slowed down."""
    trouble: Trouble = NO_TROUBLE


def due_waits(connection: sqlite3.Connection, now: datetime, limit: int, but: Collection[str]) -> list[Wait]:
    """`but`: ids of waits, and of runs whose waits, are left alone."""
    left_alone = rows.to_json(list(but))
    selected = connection.execute(
        "SELECT * FROM wait WHERE due_at <= ? AND run_id NOT IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at, id LIMIT ?",
        (rows.micros(now), left_alone, left_alone, limit),
    )
    return [rows.wait_record(row) for row in selected]


def wait_exists(connection: sqlite3.Connection, wait_id: str) -> bool:
    return connection.execute("SELECT 1 FROM wait WHERE id = ?", (wait_id,)).fetchone() is not None


def waits_of_kind(connection: sqlite3.Connection, kind: str) -> list[Wait]:
    selected = connection.execute("SELECT * FROM wait WHERE kind = ? ORDER BY id", (kind,))
    return [rows.wait_record(row) for row in selected]


def next_due(
    connection: sqlite3.Connection, but: Collection[str] = (), paused: Collection[str] = ()
) -> datetime | None:
    """The earliest moment at which a wait or a schedule is due. `but`: as in `due_waits`; `paused`: as in
    `due_schedules`."""
    waits = "SELECT min(due_at) AS at FROM wait"
    if but:
        waits += " WHERE run_id NOT IN (SELECT value FROM json_each(?1))"
        waits += " AND id NOT IN (SELECT value FROM json_each(?1))"
    bursts = ""
    if but:
        bursts = " WHERE 'burst.' || workflow || ' ' || key || ' ' || fact NOT IN "
        bursts += "(SELECT value FROM json_each(?1))"
    row = connection.execute(
        f"SELECT min(at) FROM ({waits} "  # noqa: S608
        f"UNION ALL SELECT min(next_fire_at) FROM schedule WHERE enabled = 1 AND {_NOT_PAUSED.format(2)} "
        f"UNION ALL SELECT min(due_at) FROM trigger_fact{bursts})",
        (rows.to_json(list(but)), rows.to_json(list(paused))),
    ).fetchone()
    return rows.moment(row[0])


_NOT_PAUSED = (
    "workflow NOT IN (SELECT value FROM json_each(?{0})) AND '*' NOT IN (SELECT value FROM json_each(?{0}))"
)


def due_schedules(
    connection: sqlite3.Connection, now: datetime, limit: int, paused: Collection[str] = ()
) -> list[ScheduleState]:
    """`paused`: names of workflows that do not start; `*` stands for all."""
    selected = connection.execute(
        f"SELECT * FROM schedule WHERE enabled = 1 AND next_fire_at <= ?1 AND {_NOT_PAUSED.format(3)} "  # noqa: S608
        "ORDER BY next_fire_at LIMIT ?2",
        (rows.micros(now), limit, rows.to_json(list(paused))),
    )
    return [_schedule(row) for row in selected]


def schedule(connection: sqlite3.Connection, workflow: str, key: str) -> ScheduleState | None:
    query = "SELECT * FROM schedule WHERE workflow = ? AND key = ?"
    row = connection.execute(query, (workflow, key)).fetchone()
    return None if row is None else _schedule(row)


def schedules(connection: sqlite3.Connection) -> list[ScheduleState]:
    selected = connection.execute("SELECT * FROM schedule ORDER BY workflow, key")
    return [_schedule(row) for row in selected]


def _schedule(row: rows.Row) -> ScheduleState:
    return ScheduleState(
        row["workflow"],
        row["key"],
        bool(row["enabled"]),
        rows.moment(row["next_fire_at"]),
        rows.moment(row["last_fire_at"]),
        row["cursor"],
        row["failures"],
        rows.trouble(row["trouble"]),
    )


MAX_OUTCOMES = 64
"""Newest runs that are looked at to count failures in a row."""


def scheduled_outcomes(connection: sqlite3.Connection, workflow: str, key: str) -> list[tuple[str, str]]:
    """Return the newest runs of a schedule with their ids, newest first: `succeeded`, `failed`, or neither.

    A run that asks what to do about a failed step counts as failed.
    """
    return connection.execute(
        "SELECT CASE WHEN state = 'succeeded' AND reason = '' THEN 'succeeded' "
        "WHEN state = 'failed' OR EXISTS (SELECT 1 FROM request WHERE run_id = run.id AND kind = 'failure' "
        "AND request.state = 'open') THEN 'failed' ELSE '' END, id "
        "FROM (SELECT * FROM run WHERE workflow = ? ORDER BY created_at DESC, id DESC LIMIT ?) AS run "
        "WHERE trigger = ? ORDER BY created_at DESC, id DESC",
        (workflow, MAX_OUTCOMES, key),
    ).fetchall()
