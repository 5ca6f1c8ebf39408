"""The writes of the engine, each one guarded: it happens whole, or is refused and changes nothing."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from engine.chain import link
from engine.change import Change, EventDraft, Lineage, Wait
from engine.records import DecisionRecord, RequestRecord, RunRecord, StepRecord
from engine.store import rows, statements
from engine.store.queries import ScheduleState
from engine.store.sqlite import Refused


class Stale(Refused):
    """The run is no longer at the version that this transition leaves."""


class Exists(Refused):
    """A run of this id was created before."""


class Full(Refused):
    """As many runs of the workflow as may be are under way."""


class Sheaf:
    """What one transaction of the database writes for many transitions, gathered by table.

    The guard of a transition is its run's version, as read at the begin and moved on here, and that nothing
    it was built on was refused. That holds because a transaction that writes holds the database; where
    several write, the read has to lock the rows.
    Of several transitions of one run the last one's rows stand; events are never merged.
    """

    def __init__(self, connection: sqlite3.Connection, run_ids: Sequence[str]) -> None:
        self._connection = connection
        self._heads = _heads(connection, run_ids)
        self._leaves: dict[str, int] = {}
        """Version of the row as it is now, by run; 0 for one that isn't there yet."""
        self._runs: dict[str, RunRecord] = {}
        self._moved: set[str] = set()
        self._steps: dict[tuple[str, str], StepRecord] = {}
        self._requests: dict[str, RequestRecord] = {}
        self._decisions: list[DecisionRecord] = []
        self._waits: dict[str, Wait | None] = {}
        self._events: list[rows.Values] = []
        self._fired: list[rows.Values] = []
        self._refused: set[Lineage] = set()

    def add(self, change: Change) -> None:
        """One transition of a run, whole; or `Stale`, `Exists` or `Full`, and nothing of it."""
        run = change.run
        version, head, count = self._heads.get(run.id, (0, "", 0))
        if change.lineage.broken or change.lineage in self._refused:
            raise Stale(run.id)
        if version != change.leaves:
            raise Stale(run.id) if change.leaves else Exists(run.id)
        if change.limit is not None:
            self.flush()
            (under_way,) = self._connection.execute(statements.UNDER_WAY, (run.workflow,)).fetchone()
            if under_way >= change.limit:
                raise Full(run.workflow)
        for event in change.events:
            count += 1
            values = rows.event_values(event, run, count)
            head = link(head, values)
            self._events.append((*values, head))
        self._heads[run.id] = (run.version, head, count)
        self._leaves.setdefault(run.id, version)
        self._runs[run.id] = run
        if change.moves_run:
            self._moved.add(run.id)
        for name, step in change.steps.items():
            self._steps[run.id, name] = step
        self._requests.update(change.requests)
        self._decisions += change.decisions
        self._waits.update(change.waits)
        if change.fired is not None:
            key, at = change.fired
            self._fired.append((rows.micros(at), run.workflow, key))

    def refuse(self, change: Change) -> None:
        """Nothing that is built on it may be added."""
        self._refused.add(change.lineage)

    def end(self) -> None:
        """Write the rest. From here on the transactions to come heed what this one refused."""
        self.flush()
        for lineage in self._refused:
            lineage.broken = True

    def flush(self) -> None:
        """Write what was gathered."""
        connection = self._connection
        self._write_runs()
        statements.PUT_STEPS.execute(connection, [rows.step_values(step) for step in self._steps.values()])
        requests = [rows.request_values(request) for request in self._requests.values()]
        statements.PUT_REQUESTS.execute(connection, requests)
        statements.INSERT_DECISIONS.execute(connection, list(map(rows.decision_values, self._decisions)))
        waits = [rows.wait_values(wait) for wait in self._waits.values() if wait]
        statements.PUT_WAITS.execute(connection, waits)
        ended = [(id_,) for id_, wait in self._waits.items() if wait is None]
        statements.END_WAITS.execute(connection, ended)
        statements.INSERT_EVENTS.execute(connection, self._events)
        connection.executemany(statements.FIRED, self._fired)
        for by_key in (self._leaves, self._runs, self._moved, self._steps, self._requests, self._waits):
            by_key.clear()
        for listed in (self._decisions, self._events, self._fired):
            listed.clear()

    def _write_runs(self) -> None:
        created, moved, advanced = [], [], []
        for id_, run in self._runs.items():
            leaves, (version, head, count) = self._leaves[id_], self._heads[id_]
            if leaves == 0:
                created.append(rows.run_values(run, head, count))
            elif id_ in self._moved:
                moved.append((id_, leaves, *rows.run_moves(run), head, count))
            else:
                advanced.append((id_, leaves, version, head, count))
        done = statements.INSERT_RUNS.execute(self._connection, created)
        done += statements.MOVE_RUNS.execute(self._connection, moved)
        done += statements.ADVANCE_RUNS.execute(self._connection, advanced)
        if done != len(self._runs):
            raise Stale(f"{len(self._runs) - done} runs were changed by others meanwhile")


def _heads(connection: sqlite3.Connection, run_ids: Sequence[str]) -> dict[str, tuple[int, str, int]]:
    """Version, newest event's hash and number of events, of those runs that there are."""
    found = {}
    for start in range(0, len(run_ids), 64):
        some = run_ids[start : start + 64]
        # Padded, so that the statement is one of two that are prepared.
        size = 64 if len(some) > 1 else 1
        query = statements.HEADS.format(marks=", ".join("?" * size))
        padded = [*some, *[None] * (size - len(some))]
        for id_, *head in connection.execute(query, padded + padded):
            found[id_] = tuple(head)
    return found


def perform(
    connection: sqlite3.Connection, works: Sequence[Change | Callable[[sqlite3.Connection], object]]
) -> list[object]:
    """The works of one transaction, in order: transitions are gathered, anything else is done in place."""
    sheaf = Sheaf(connection, [work.run.id for work in works if isinstance(work, Change)])
    try:
        results = [_done(work, sheaf, connection) for work in works]
        sheaf.end()
    except Exception:
        # Among others it is made again by itself; alone, it has failed for good.
        if len(works) == 1 and isinstance(works[0], Change):
            works[0].lineage.broken = True
        raise
    return results


def _done(
    work: Change | Callable[[sqlite3.Connection], object], sheaf: Sheaf, connection: sqlite3.Connection
) -> object:
    """What it came to, or the `Refused` that it met."""
    try:
        if isinstance(work, Change):
            sheaf.add(work)
            return None
        sheaf.flush()
        return work(connection)
    except Refused as refusal:
        if isinstance(work, Change):
            sheaf.refuse(work)
        return refusal


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


def shift(
    connection: sqlite3.Connection,
    by: timedelta,
    schedules: Sequence[ScheduleState],
    fact: tuple[str, object],
    event: EventDraft,
) -> None:
    """Move what is due by a jump of the clock, and tell of it: all of it once, or nothing."""
    jump = by // timedelta(microseconds=1)
    connection.execute("UPDATE wait SET due_at = due_at + ? WHERE due_at IS NOT NULL", (jump,))
    connection.execute(
        "UPDATE request SET expires_at = expires_at + ?1, effective_at = effective_at + ?1 "
        "WHERE state IN ('open', 'held')",
        (jump,),
    )
    connection.execute(
        "UPDATE delivery SET not_before = not_before + ? WHERE not_before IS NOT NULL", (jump,)
    )
    put_schedules(connection, schedules)
    note(connection, *fact, [event])


def put_schedules(
    connection: sqlite3.Connection, states: Sequence[ScheduleState], events: Sequence[EventDraft] = ()
) -> None:
    """New schedules, or ones that are switched on or off, and what is told of that."""
    for event in events:
        append_event(connection, event)
    connection.executemany(
        "INSERT INTO schedule (workflow, key, enabled, next_fire_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workflow, key) DO UPDATE "
        "SET enabled = excluded.enabled, next_fire_at = excluded.next_fire_at",
        [(row.workflow, row.key, row.enabled, rows.micros(row.next_fire_at)) for row in states],
    )


def drop_schedule(connection: sqlite3.Connection, workflow: str, key: str) -> None:
    """A trigger that its workflow no longer has."""
    connection.execute("DELETE FROM schedule WHERE workflow = ? AND key = ?", (workflow, key))


def note(connection: sqlite3.Connection, name: str, value: object, events: Sequence[EventDraft] = ()) -> None:
    """A fact about the installation, and what is told of it; None forgets it."""
    connection.execute("DELETE FROM installation WHERE name = ?", (name,))
    if value is not None:
        connection.execute(
            "INSERT INTO installation (name, value) VALUES (?, ?)", (name, rows.to_json(value))
        )
    for event in events:
        append_event(connection, event)
