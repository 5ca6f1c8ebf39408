"""The writes of the engine, each one guarded: it happens whole, or is refused and changes nothing."""

import sqlite3
from datetime import datetime

from engine.chain import link
from engine.change import Change, EventDraft
from engine.store import rows, statements
from engine.store.sqlite import Refused


class Stale(Refused):
    """The run is no longer at the version that this transition leaves."""


class Exists(Refused):
    """A run of this id was created before."""


class Full(Refused):
    """As many runs of the workflow as may be are under way."""


def commit_change(connection: sqlite3.Connection, change: Change) -> None:
    """One transition of a run. The run's version is the guard for all that belongs to the run."""
    run = change.run
    head, count = _before(connection, change)
    events = []
    for event in change.events:
        count += 1
        values = rows.event_values(event, run, count)
        head = link(head, values)
        events.append((*values, head))
    if change.limit is not None:
        (under_way,) = connection.execute(statements.UNDER_WAY, (run.workflow,)).fetchone()
        if under_way >= change.limit:
            raise Full(run.workflow)
    _guard(connection, change, head, count)
    if change.fired is not None:
        _fired(connection, run.workflow, *change.fired)
    if change.steps:
        connection.executemany(statements.PUT_STEP, map(rows.step_values, change.steps.values()))
    for request in change.requests.values():
        connection.execute(statements.PUT_REQUEST, rows.request_values(request))
    for decision in change.decisions:
        connection.execute(statements.INSERT_DECISION, rows.decision_values(decision))
    for id_, wait in change.waits.items():
        if wait is None:
            connection.execute(statements.END_WAIT, (id_,))
        else:
            connection.execute(statements.PUT_WAIT, rows.wait_values(wait))
    connection.executemany(statements.INSERT_EVENT, events)


def _before(connection: sqlite3.Connection, change: Change) -> tuple[str, int]:
    """The newest event's hash and how many events there are: the chain is made under the run's guard."""
    if change.leaves == 0:
        return "", 0
    found = connection.execute(statements.HEAD, (change.run.id, change.leaves)).fetchone()
    if found is None:
        raise Stale(change.run.id)
    return found[0], found[1]


def _guard(connection: sqlite3.Connection, change: Change, head: str, events: int) -> None:
    run = change.run
    if change.leaves == 0:
        if connection.execute(statements.INSERT_RUN, rows.run_values(run, head, events)).rowcount == 0:
            raise Exists(run.id)
        return
    values = (
        run.state, run.version, rows.micros(run.started_at), rows.micros(run.ended_at), run.reason,
        head, events, run.id, change.leaves,
    )  # fmt: skip
    if connection.execute(statements.MOVE_RUN, values).rowcount == 0:
        raise Stale(run.id)


def _fired(connection: sqlite3.Connection, workflow: str, key: str, at: datetime) -> None:
    connection.execute(
        "UPDATE schedule SET last_fire_at = max(coalesce(last_fire_at, 0), ?) WHERE workflow = ? AND key = ?",
        (rows.micros(at), workflow, key),
    )


def end_wait(connection: sqlite3.Connection, wait_id: str) -> None:
    """Drop a wait that nothing waits on any more."""
    connection.execute(statements.END_WAIT, (wait_id,))


def put_definition(
    connection: sqlite3.Connection, digest: str, workflow: str, canonical: bytes, at: datetime
) -> None:
    """Store a definition once; equal ones share a row."""
    values = (digest, workflow, canonical.decode(), rows.micros(at))
    connection.execute(statements.INSERT_DEFINITION, values)


def put_code(connection: sqlite3.Connection, digest: str, steps: dict[str, str]) -> None:
    connection.execute(statements.INSERT_CODE, (digest, rows.to_json(steps)))


def append_event(connection: sqlite3.Connection, event: EventDraft) -> None:
    """A fact that belongs to no run."""
    connection.execute(statements.INSERT_EVENT, (*rows.event_values(event, None, None), None))


def set_next_fire(
    connection: sqlite3.Connection, workflow: str, key: str, leaves: datetime | None, enters: datetime | None
) -> None:
    """Move a schedule on; refused where somebody moved it before."""
    done = connection.execute(
        "UPDATE schedule SET next_fire_at = ? WHERE workflow = ? AND key = ? AND next_fire_at IS ?",
        (rows.micros(enters), workflow, key, rows.micros(leaves)),
    )
    if done.rowcount == 0:
        raise Stale(f"{workflow} {key}")


def put_schedule(
    connection: sqlite3.Connection, workflow: str, key: str, enabled: bool, next_fire_at: datetime | None
) -> None:
    """A new schedule, or one that is switched on or off."""
    connection.execute(
        "INSERT INTO schedule (workflow, key, enabled, next_fire_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workflow, key) DO UPDATE "
        "SET enabled = excluded.enabled, next_fire_at = excluded.next_fire_at",
        (workflow, key, enabled, rows.micros(next_fire_at)),
    )


def drop_schedule(connection: sqlite3.Connection, workflow: str, key: str) -> None:
    """A trigger that its workflow no longer has."""
    connection.execute("DELETE FROM schedule WHERE workflow = ? AND key = ?", (workflow, key))
