"""Writes that belong to no transition of a run: facts, definitions, schedules, and events about them."""

from collections.abc import Sequence
from datetime import datetime

from engine.audit.seal import Digests, Seal, row_digest
from engine.model.records.change import EventDraft
from engine.model.runs.resources import Resource
from engine.store.log.tail import Tail
from engine.store.queries.schedules import ScheduleState
from engine.store.schema import rows, statements
from engine.store.work import Connection, Stale


def end_wait(connection: Connection, wait_id: str) -> None:
    """Drop a wait whose run is gone."""
    connection.execute(statements.END_WAIT, (wait_id,))


def put_definition(
    connection: Connection, digest: str, workflow: str, canonical: bytes, at: datetime, seal: Seal
) -> None:
    """Store a definition once; equal ones share a row."""
    text = canonical.decode()
    values = (digest, workflow, text, rows.micros(at))
    connection.execute(statements.INSERT_DEFINITION, (*values, seal.of("definition", *values)))


def put_code(connection: Connection, digest: str, steps: dict[str, str], seal: Seal) -> None:
    text = rows.to_json(steps)
    connection.execute(statements.INSERT_CODE, (digest, text, seal.of("code", digest, text)))


def append_event(connection: Connection, event: EventDraft, seal: Seal) -> None:
    """A fact that belongs to no run."""
    _tell(connection, [event], {}, Tail.load(connection, seal), seal)


def _tell(
    connection: Connection, events: Sequence[EventDraft], changed: Digests, tail: Tail, seal: Seal
) -> None:
    """Append these events, the last of which tells how rows stand now."""
    for event in events:
        tail.tell(connection, event, changed if event is events[-1] else None)
    tail.save(connection, seal)


def put_resource(connection: Connection, resource: Resource, event: EventDraft, seal: Seal) -> None:
    """A resource that a person reset, and what is told of it."""
    statements.PUT_RESOURCES.execute(connection, [rows.resource_values(resource)])
    append_event(connection, event, seal)


def set_next_fire(
    connection: Connection,
    moved: ScheduleState,
    leaves: datetime | None,
    events: Sequence[EventDraft],
    seal: Seal,
) -> None:
    """Move a schedule on; refused where somebody moved it before."""
    done = connection.execute(
        "UPDATE schedule SET next_fire_at = ?, failures = ? "
        "WHERE workflow = ? AND key = ? AND next_fire_at IS ?",
        (rows.micros(moved.next_fire_at), moved.failures, moved.workflow, moved.key, rows.micros(leaves)),
    )
    if done.rowcount == 0:
        raise Stale(f"{moved.workflow} {moved.key}")
    if events:
        _tell(connection, events, {}, Tail.load(connection, seal), seal)


def put_schedules(
    connection: Connection, states: Sequence[ScheduleState], events: Sequence[EventDraft], seal: Seal
) -> None:
    """New schedules, or ones that are switched on or off, and what is told of that."""
    changed: Digests = {}
    for row in states:
        changed[f"schedule.{row.workflow} {row.key}"] = row_digest((row.workflow, row.key, int(row.enabled)))
    _tell(connection, events, changed, Tail.load(connection, seal), seal)
    connection.executemany(
        "INSERT INTO schedule (workflow, key, enabled, next_fire_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workflow, key) DO UPDATE "
        "SET enabled = excluded.enabled, next_fire_at = excluded.next_fire_at",
        [(row.workflow, row.key, row.enabled, rows.micros(row.next_fire_at)) for row in states],
    )


def drop_schedule(connection: Connection, workflow: str, key: str, event: EventDraft, seal: Seal) -> None:
    """A trigger that its workflow no longer has."""
    done = connection.execute("DELETE FROM schedule WHERE workflow = ? AND key = ?", (workflow, key))
    if done.rowcount:
        _tell(connection, [event], {f"schedule.{workflow} {key}": None}, Tail.load(connection, seal), seal)


def note(connection: Connection, name: str, value: object, events: Sequence[EventDraft], seal: Seal) -> None:
    """A fact about the installation, and what is told of it; None forgets it."""
    text = None if value is None else rows.to_json(value)
    tail = Tail.load(connection, seal)
    changed = tail.note(name, None if text is None else row_digest((name, text)))
    connection.execute("DELETE FROM installation WHERE name = ?", (name,))
    if text is not None:
        connection.execute("INSERT INTO installation (name, value) VALUES (?, ?)", (name, text))
    _tell(connection, events, changed, tail, seal)
