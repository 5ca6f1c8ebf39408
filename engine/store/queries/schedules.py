"""Queries of schedules and waits: what is due, and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.errors import UnreadableRow
from engine.model.notices.trouble import NO_TROUBLE, Trouble
from engine.model.records.change import Wait
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.queries.readable import Skip, filled, readable
from engine.store.schema import columns, rows
from engine.store.work import Connection


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
    problem: str = ""
    """Why the row cannot be read; empty as a rule. Only its names are known then, and nothing acts on it."""


def due_waits(
    connection: Connection,
    now: datetime,
    limit: int,
    but: Collection[str],
    skip: Skip | None = None,
) -> list[Wait]:
    """`but`: ids of waits, and of runs whose waits, are left alone. `skip`: takes note of those that cannot
    be read, also where that is the moment at which they are due."""
    left_alone = rows.to_json(list(but))

    def fetch(number: int) -> tuple[list[Wait], int]:
        selected = connection.execute(
            "SELECT * FROM wait WHERE (due_at <= ? OR due_at > ?) "
            "AND run_id NOT IN (SELECT value FROM json_each(?)) "
            "AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at, id LIMIT ?",
            (rows.micros(now), columns.MAX_MOMENT, left_alone, left_alone, number),
        ).fetchall()
        return readable(selected, rows.wait_record, skip), len(selected)

    return filled(fetch, limit)


def wait_exists(connection: Connection, wait_id: str) -> bool:
    return connection.execute("SELECT 1 FROM wait WHERE id = ?", (wait_id,)).fetchone() is not None


def waits_of_kind(connection: Connection, kind: str, skip: Skip | None = None) -> list[Wait]:
    """Return all waits of a kind. Their ids begin with it, so no other waits are read."""
    selected = connection.execute(
        "SELECT * FROM wait WHERE id >= ? AND id < ? AND kind = ? ORDER BY id", (f"{kind}:", f"{kind};", kind)
    )
    return readable(selected, rows.wait_record, skip)


def next_due(
    connection: Connection, but: Collection[str] = (), paused: Collection[str] = ()
) -> datetime | None:
    """The earliest moment at which a wait or a schedule is due. `but`: as in `due_waits`; `paused`: as in
    `due_schedules`."""
    waits = "SELECT min(due_at) AS at FROM wait WHERE due_at <= ?3"  # text and binary data are greater
    if but:
        waits += " AND run_id NOT IN (SELECT value FROM json_each(?1))"
        waits += " AND id NOT IN (SELECT value FROM json_each(?1))"
    bursts = ""
    if but:
        bursts = " AND 'burst.' || workflow || ' ' || key || ' ' || fact NOT IN "
        bursts += "(SELECT value FROM json_each(?1))"
    row = connection.execute(
        f"SELECT min(at) FROM ({waits} "  # noqa: S608
        "UNION ALL SELECT min(next_fire_at) FROM schedule WHERE enabled = 1 AND next_fire_at <= ?3 "
        f"AND {_NOT_PAUSED.format(2)} "
        f"UNION ALL SELECT min(due_at) FROM trigger_fact WHERE due_at <= ?3{bursts})",
        (rows.to_json(list(but)), rows.to_json(list(paused)), columns.MAX_MOMENT),
    ).fetchone()
    return rows.moment(row[0])


_NOT_PAUSED = (
    "workflow NOT IN (SELECT value FROM json_each(?{0})) AND '*' NOT IN (SELECT value FROM json_each(?{0}))"
)


def due_schedules(
    connection: Connection,
    now: datetime,
    limit: int,
    paused: Collection[str] = (),
    skip: Skip | None = None,
) -> list[ScheduleState]:
    """`paused`: names of workflows that do not start; `*` stands for all. `skip`: as in `due_waits`."""

    def fetch(number: int) -> tuple[list[ScheduleState], int]:
        selected = connection.execute(
            "SELECT * FROM schedule WHERE enabled = 1 AND (next_fire_at <= ?1 OR next_fire_at > ?4) "  # noqa: S608
            f"AND {_NOT_PAUSED.format(3)} ORDER BY next_fire_at LIMIT ?2",
            (rows.micros(now), number, rows.to_json(list(paused)), columns.MAX_MOMENT),
        ).fetchall()
        return readable(selected, schedule_record, skip), len(selected)

    return filled(fetch, limit)


def schedule(
    connection: Connection, workflow: str, key: str, skip: Skip | None = None
) -> ScheduleState | None:
    query = "SELECT * FROM schedule WHERE workflow = ? AND key = ?"
    row = connection.execute(query, (workflow, key)).fetchone()
    return None if row is None else _read_or_marked(row, skip)


def schedules(connection: Connection, skip: Skip | None = None) -> list[ScheduleState]:
    """Return every schedule. `skip`: takes note of those whose row cannot be read; they have a `problem`."""
    selected = connection.execute("SELECT * FROM schedule ORDER BY workflow, key")
    return [_read_or_marked(row, skip) for row in selected]


def _read_or_marked(row: rows.Row, skip: Skip | None) -> ScheduleState:
    try:
        return schedule_record(row)
    except UnreadableRow as error:
        if skip is not None:
            skip(error)
        names = rows.named(row["workflow"]), rows.named(row["key"])
        return ScheduleState(*names, False, None, None, problem=error.problem)


def schedule_record(row: rows.Row) -> ScheduleState:
    """Raises `UnreadableRow`."""
    try:
        columns.SCHEDULE.check(row)
        rows.from_json(row["cursor"])
        trouble = rows.trouble(row["trouble"])
        next_fire_at, last_fire_at = rows.moment(row["next_fire_at"]), rows.moment(row["last_fire_at"])
    except UNREADABLE as error:
        workflow, key = rows.named(row["workflow"]), rows.named(row["key"])
        what, subject = f"The schedule {key} of {workflow}", f"schedule.{workflow} {key}"
        raise rows.unreadable_row(columns.SCHEDULE, row, what, error, subject) from error
    return ScheduleState(
        row["workflow"],
        row["key"],
        bool(row["enabled"]),
        next_fire_at,
        last_fire_at,
        row["cursor"],
        row["failures"],
        trouble,
    )


MAX_OUTCOMES = 64
"""Newest runs that are looked at to count failures in a row."""


def scheduled_outcomes(connection: Connection, workflow: str, key: str) -> list[tuple[str, str]]:
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
