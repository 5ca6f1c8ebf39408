"""What is read: by the engine to go on, and by people's lists."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.audit.seal import Seal, row_digest
from engine.errors import Altered, AlteredRun
from engine.model.change import Wait
from engine.model.people import Actor
from engine.model.records import DecisionRecord, EventRecord, RequestRecord, RunRecord, StepRecord
from engine.store import rows, standing
from engine.store.tail import Tail

MAX_RUNS_COUNTED = 10_000
"""People are told "over 10,000": counting a million takes a tenth of a second."""
SHORTEST_TAIL = 4


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is stored of one run. Steps that have no row are pending."""

    run: RunRecord
    steps: dict[str, StepRecord]
    requests: dict[str, RequestRecord]


Check = Callable[[sqlite3.Connection, str], list[str]]
"""Gives the problems of a run."""


def _unchecked(connection: sqlite3.Connection, run_id: str) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule row."""

    workflow: str
    key: str
    enabled: bool
    next_fire_at: datetime | None
    last_fire_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a finished run that was pruned."""

    run_id: str
    workflow: str
    state: str
    ended_at: datetime
    pruned_at: datetime


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would go on at a start: counts, and schedules with the moment at which they were due."""

    executing: int
    """Runs that would execute."""
    waiting: int
    """Runs that wait for people or for time."""
    due: dict[str, int]
    """Waits whose time is over, by kind (`retry`, `remind`, `expire`)."""
    schedules: tuple[ScheduleState, ...]
    """Those that would fire at once."""
    messages: dict[str, int]
    """Messages begun or wanted and not yet delivered, by kind."""
    untold: int
    """Events that nobody has been told of yet."""


def prospect(connection: sqlite3.Connection, now: datetime) -> Prospect:
    """Counts over all rows that something would be done about."""

    def counts(query: str, *values: object) -> dict[str, int]:
        return {row[0]: row[1] for row in connection.execute(query, values)}

    moment = rows.micros(now)
    states = counts("SELECT state, count(*) FROM run WHERE state IN ('running', 'waiting') GROUP BY state")
    untold = connection.execute(
        "SELECT count(*) FROM event WHERE seq > (SELECT coalesce(min(cursor), 0) FROM consumer)"
    ).fetchone()[0]
    return Prospect(
        executing=states.get("running", 0),
        waiting=states.get("waiting", 0),
        due=counts("SELECT kind, count(*) FROM wait WHERE due_at <= ? GROUP BY kind", moment),
        schedules=tuple(due_schedules(connection, now, 1000)),
        messages=counts(
            "SELECT kind, count(*) FROM delivery WHERE sent < wanted AND state <> 'dead' GROUP BY kind"
        ),
        untold=untold,
    )


def tombstone(connection: sqlite3.Connection, run_id: str) -> Tombstone | None:
    """By id."""
    row = connection.execute("SELECT * FROM tombstone WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        return None
    ended, pruned = rows.moment(row["ended_at"]), rows.moment(row["pruned_at"])
    assert ended is not None
    assert pruned is not None
    return Tombstone(row["run_id"], row["workflow"], row["state"], ended, pruned)


def fact(connection: sqlite3.Connection, name: str, seal: Seal) -> Any:
    """Raises `Altered` where it is not the one that was noted."""
    connection.execute("BEGIN")
    try:
        found = connection.execute("SELECT value FROM installation WHERE name = ?", (name,)).fetchone()
        tail = Tail.read(connection)
    finally:
        connection.execute("COMMIT")
    there = row_digest((name, found[0])) if found else None
    if tail is None or not tail[0].sealed(tail[1], seal) or rows.from_json(tail[0].facts).get(name) != there:
        raise Altered(
            f"What is stored of {name} was changed by another program. "
            "Ask the operator to run signoff audit verify."
        )
    return rows.from_json(found[0]) if found else None


def marked(connection: sqlite3.Connection, run_id: str, check: Check) -> tuple[Snapshot | None, str]:
    """A run to be shown, and why it is not as it was recorded; empty as a rule."""
    connection.execute("BEGIN")
    try:
        return _snapshot(connection, run_id, _unchecked), _altered(connection, run_id, check)
    finally:
        connection.execute("COMMIT")


def altered(connection: sqlite3.Connection, run_ids: Collection[str], check: Check) -> dict[str, str]:
    """By id: why those of the runs are not as they were recorded that are not."""
    connection.execute("BEGIN")
    try:
        found = {run_id: _altered(connection, run_id, check) for run_id in run_ids}
        return {run_id: why for run_id, why in found.items() if why}
    finally:
        connection.execute("COMMIT")


def _altered(connection: sqlite3.Connection, run_id: str, check: Check) -> str:
    problems = check(connection, run_id)
    return str(AlteredRun(run_id, problems[0])) if problems else ""


def snapshot(connection: sqlite3.Connection, run_id: str, check: Check = _unchecked) -> Snapshot | None:
    # One transaction, or a commit in between would give steps and requests of two versions.
    connection.execute("BEGIN")
    try:
        return _snapshot(connection, run_id, check)
    finally:
        connection.execute("COMMIT")


def snapshot_around(connection: sqlite3.Connection, request_id: str, check: Check) -> Snapshot | None:
    """Of the run whose request this is."""
    connection.execute("BEGIN")
    try:
        found = connection.execute("SELECT run_id FROM request WHERE id = ?", (request_id,)).fetchone()
        return _snapshot(connection, found[0], check) if found else None
    finally:
        connection.execute("COMMIT")


def _snapshot(connection: sqlite3.Connection, run_id: str, check: Check) -> Snapshot | None:
    found = connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
    if found is None:
        return None
    if problems := check(connection, run_id):
        raise AlteredRun(run_id, problems[0])
    steps = connection.execute("SELECT * FROM step_run WHERE run_id = ?", (run_id,))
    requests = _requests(connection, "run_id = ? ORDER BY opened_at, id", (run_id,))
    return Snapshot(
        rows.run_record(found),
        {row["step"]: rows.step_record(row) for row in steps},
        {request.id: request for request in requests},
    )


def _requests(connection: sqlite3.Connection, where: str, values: Sequence[object]) -> list[RequestRecord]:
    found = connection.execute(f"SELECT * FROM request WHERE {where}", values).fetchall()  # noqa: S608
    decisions: dict[str, list[DecisionRecord]] = {}
    for start in range(0, len(found), 500):
        ids = [row["id"] for row in found[start : start + 500]]
        marks = ", ".join("?" * len(ids))
        for row in connection.execute(
            f"SELECT * FROM decision WHERE request_id IN ({marks}) ORDER BY at, id",  # noqa: S608
            ids,
        ):
            decisions.setdefault(row["request_id"], []).append(rows.decision_record(row))
    return [rows.request_record(row, tuple(decisions.get(row["id"], ()))) for row in found]


def earlier(connection: sqlite3.Connection, request: RequestRecord, limit: int) -> list[RequestRecord]:
    """Those of the same step that were decided before it was opened, newest first."""
    where = (
        "workflow = ? AND step = ? AND kind = ? AND opened_at < ? AND state IN ('decided', 'expired') "
        "ORDER BY opened_at DESC, id DESC LIMIT ?"
    )
    opened = rows.micros(request.opened_at)
    return _requests(connection, where, (request.workflow, request.step, request.kind, opened, limit))


def request(connection: sqlite3.Connection, request_id: str) -> RequestRecord | None:
    found = _requests(connection, "id = ?", (request_id,))
    return found[0] if found else None


def requests(
    connection: sqlite3.Connection,
    state: str | None,
    run_id: str | None,
    limit: int,
    after: RequestRecord | None = None,
) -> list[RequestRecord]:
    """Oldest first; those behind `after` in that order."""
    tests, values = ["1 = 1"], list[object]()
    if state is not None:
        tests.append("state = ?")
        values.append(state)
    if run_id is not None:
        tests.append("run_id = ?")
        values.append(run_id)
    if after is not None:
        tests.append("(opened_at, id) > (?, ?)")
        values += [rows.micros(after.opened_at), after.id]
    return _requests(connection, f"{' AND '.join(tests)} ORDER BY opened_at, id LIMIT ?", [*values, limit])


def count_requests(connection: sqlite3.Connection, state: str) -> int:
    """Counted to `MAX_RUNS_COUNTED` + 1."""
    query = "SELECT count(*) FROM (SELECT 1 FROM request WHERE state = ? LIMIT ?)"
    (found,) = connection.execute(query, (state, MAX_RUNS_COUNTED + 1)).fetchone()
    return int(found)


def awaited_approvals(
    connection: sqlite3.Connection, after: RequestRecord | None, limit: int
) -> list[RequestRecord]:
    """A page of the approvals that are open or held, oldest first."""
    opened = (rows.micros(after.opened_at), after.id) if after else (-1, "")
    where = "state IN ('open', 'held') AND kind = 'approval' AND (opened_at, id) > (?, ?)"
    return _requests(connection, f"{where} ORDER BY opened_at, id LIMIT ?", [*opened, limit])


def awaited_code(connection: sqlite3.Connection) -> list[tuple[str, dict[str, str]]]:
    """Which code the approvals that are open or held cover: workflow and digests by step, each pair once."""
    found = connection.execute(
        "SELECT DISTINCT workflow, json_extract(policy, '$.binding.code') FROM request "
        "WHERE state IN ('open', 'held') AND kind = 'approval'"
    )
    return [(workflow, rows.from_json(code) or {}) for workflow, code in found if code]


def run(connection: sqlite3.Connection, run_id: str) -> RunRecord | None:
    found = connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
    return rows.run_record(found) if found else None


def runs(
    connection: sqlite3.Connection,
    workflow: str | None,
    states: Sequence[str] | None,
    limit: int,
    before: RunRecord | None,
    actor: Actor | None = None,
) -> tuple[list[RunRecord], int]:
    """Newest first, and how many there are whatever `before` says, counted to `MAX_RUNS_COUNTED` + 1."""
    tests, values = ["1 = 1"], list[object]()
    if workflow is not None:
        tests.append("workflow = ?")
        values.append(workflow)
    if actor is not None:
        tests.append("actor = ?")
        values.append(rows.from_actor(actor))
    # One state at a time goes by an index in the order that is wanted; several states at once don't.
    each = [(*tests, "state = ?") for _ in states] if states is not None else [tuple(tests)]
    bound = [[*values, state] for state in states] if states is not None else [values]
    total = 0
    for wheres, given in zip(each, bound, strict=True):
        query = f"SELECT 1 FROM run WHERE {' AND '.join(wheres)} LIMIT ?"  # noqa: S608
        limit = MAX_RUNS_COUNTED + 1 - total
        counted = connection.execute(f"SELECT count(*) FROM ({query})", [*given, limit])  # noqa: S608
        total += counted.fetchone()[0]
    found: list[RunRecord] = []
    for wheres, given in zip(each, bound, strict=True):
        where = " AND ".join(wheres)
        if before is not None:
            where += " AND (created_at, id) < (?, ?)"
            given = [*given, rows.micros(before.created_at), before.id]
        query = f"SELECT * FROM run WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ?"  # noqa: S608
        found += [rows.run_record(row) for row in connection.execute(query, [*given, limit])]
    found.sort(key=lambda record: (record.created_at, record.id), reverse=True)
    return found[:limit], total


def count_unfinished(connection: sqlite3.Connection, actor: Actor, most: int) -> int:
    """Runs of this actor that have not ended, counted to `most`."""
    query = "SELECT count(*) FROM (SELECT 1 FROM run WHERE actor = ? AND ended_at IS NULL LIMIT ?)"
    (count,) = connection.execute(query, (rows.from_actor(actor), most)).fetchone()
    return int(count)


def unfinished(
    connection: sqlite3.Connection, actor: Actor, workflow: str | None, since: datetime | None, limit: int
) -> list[str]:
    """Ids of this actor's runs that have not ended, oldest first."""
    found = connection.execute(
        "SELECT id FROM run WHERE actor = :actor AND ended_at IS NULL "
        "AND (:workflow IS NULL OR workflow = :workflow) AND created_at >= :since "
        "ORDER BY created_at, id LIMIT :limit",
        {
            "actor": rows.from_actor(actor),
            "workflow": workflow,
            "since": rows.micros(since) if since else 0,
            "limit": limit,
        },
    )
    return [row[0] for row in found]


def runs_ending_with(connection: sqlite3.Connection, text: str, limit: int) -> list[RunRecord]:
    """Runs whose id is the text, or ends with its part after the last `-`; newest first.

    Of that part four characters at least are needed, or none is found.
    """
    exact = run(connection, text)
    if exact is not None:
        return [exact]
    name, dash, tail = text.rpartition("-")
    if len(tail) < SHORTEST_TAIL:
        return []
    pattern = _escaped(tail)
    like = f"{_escaped(name)}-%{pattern}" if dash else f"%{pattern}"
    found = connection.execute(
        "SELECT * FROM run WHERE tail IN (?, ?) AND id LIKE ? ESCAPE '\\' "
        "ORDER BY created_at DESC, id DESC LIMIT ?",
        (tail[-SHORTEST_TAIL:], tail[-SHORTEST_TAIL:].lower(), like, limit),
    )
    return [rows.run_record(row) for row in found]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def run_ids(connection: sqlite3.Connection, states: Sequence[str]) -> list[str]:
    """Oldest first."""
    marks = ", ".join("?" * len(states))
    found = connection.execute(
        f"SELECT id FROM run WHERE state IN ({marks}) ORDER BY created_at, id",  # noqa: S608
        list(states),
    )
    return [row[0] for row in found]


def interrupted(connection: sqlite3.Connection) -> list[StepRecord]:
    """Running steps, and pending ones under which the process died."""
    found = connection.execute(
        "SELECT step_run.* FROM run JOIN step_run ON step_run.run_id = run.id WHERE run.state = 'running'"
        " AND (step_run.state = 'running' OR (step_run.state = 'pending' AND step_run.deaths > 0))"
    )
    return [rows.step_record(row) for row in found]


def oldest_pending(connection: sqlite3.Connection, workflow: str, but: Collection[str]) -> str | None:
    """`but`: ids of runs that are left alone."""
    found = connection.execute(
        "SELECT id FROM run WHERE workflow = ? AND state = 'pending' "
        "AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY created_at, id LIMIT 1",
        (workflow, rows.to_json(list(but))),
    ).fetchone()
    return found[0] if found else None


def usual_seconds(connection: sqlite3.Connection, workflow: str) -> float | None:
    """Median time of the last twenty runs that succeeded; None below three."""
    found = connection.execute(
        "SELECT ended_at - started_at FROM run WHERE workflow = ? AND state = 'succeeded' "
        "ORDER BY created_at DESC LIMIT 20",
        (workflow,),
    ).fetchall()
    took = sorted(row[0] for row in found if row[0] is not None)
    return took[len(took) // 2] / 1e6 if len(took) >= 3 else None


def due_waits(connection: sqlite3.Connection, now: datetime, limit: int, but: Collection[str]) -> list[Wait]:
    """`but`: ids of waits, and of runs whose waits, are left alone."""
    left_alone = rows.to_json(list(but))
    found = connection.execute(
        "SELECT * FROM wait WHERE due_at <= ? AND run_id NOT IN (SELECT value FROM json_each(?)) "
        "AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at, id LIMIT ?",
        (rows.micros(now), left_alone, left_alone, limit),
    )
    return [rows.wait_record(row) for row in found]


def waits(connection: sqlite3.Connection, wait_id: str) -> bool:
    return connection.execute("SELECT 1 FROM wait WHERE id = ?", (wait_id,)).fetchone() is not None


def waits_of_kind(connection: sqlite3.Connection, kind: str) -> list[Wait]:
    found = connection.execute("SELECT * FROM wait WHERE kind = ? ORDER BY id", (kind,))
    return [rows.wait_record(row) for row in found]


def next_due(connection: sqlite3.Connection, but: Collection[str]) -> datetime | None:
    """The earliest moment at which a wait or a schedule is due. `but`: as in `due_waits`."""
    waits = "SELECT min(due_at) AS at FROM wait"
    if but:
        waits += " WHERE run_id NOT IN (SELECT value FROM json_each(?1))"
        waits += " AND id NOT IN (SELECT value FROM json_each(?1))"
    found = connection.execute(
        f"SELECT min(at) FROM ({waits} "  # noqa: S608
        "UNION ALL SELECT min(next_fire_at) FROM schedule WHERE enabled = 1)",
        (rows.to_json(list(but)),) if but else (),
    ).fetchone()
    return rows.moment(found[0])


def due_schedules(connection: sqlite3.Connection, now: datetime, limit: int) -> list[ScheduleState]:
    found = connection.execute(
        "SELECT * FROM schedule WHERE enabled = 1 AND next_fire_at <= ? ORDER BY next_fire_at LIMIT ?",
        (rows.micros(now), limit),
    )
    return [_schedule(row) for row in found]


def schedules(connection: sqlite3.Connection) -> list[ScheduleState]:
    found = connection.execute("SELECT * FROM schedule ORDER BY workflow, key")
    return [_schedule(row) for row in found]


def _schedule(row: rows.Row) -> ScheduleState:
    return ScheduleState(
        row["workflow"],
        row["key"],
        bool(row["enabled"]),
        rows.moment(row["next_fire_at"]),
        rows.moment(row["last_fire_at"]),
    )


def definition(connection: sqlite3.Connection, digest: str, seal: Seal) -> bytes | None:
    """Raises `Altered` where it is not the one that was stored."""
    found = connection.execute("SELECT * FROM definition WHERE digest = ?", (digest,)).fetchone()
    if found is None:
        return None
    if not seal.holds(found["seal"], "definition", *(found[name] for name in standing.DEFINITION)):
        raise Altered(
            f"The stored definition of {found['workflow']} was changed by another program. "
            "Ask the operator to run signoff audit verify."
        )
    return bytes(found["canonical"].encode())


def definitions_of_rule_1(connection: sqlite3.Connection) -> list[bytes]:
    """By the digests in them, which have no number of a rule."""
    found = connection.execute(
        'SELECT canonical FROM definition WHERE canonical LIKE \'%"schema_digest":"%\' '
        'AND canonical NOT LIKE \'%"schema_digest":"2:%\''
    )
    return [row[0].encode() for row in found]


def code(connection: sqlite3.Connection, digest: str) -> dict[str, str]:
    """Digests of code by step."""
    found = connection.execute("SELECT steps FROM code WHERE digest = ?", (digest,)).fetchone()
    return rows.from_json(found[0]) if found else {}


def events(connection: sqlite3.Connection, after: int, limit: int) -> list[EventRecord]:
    found = connection.execute("SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [rows.event_record(row) for row in found]


def events_of_run(connection: sqlite3.Connection, run_id: str) -> list[EventRecord]:
    found = connection.execute("SELECT * FROM event WHERE run_id = ? ORDER BY seq", (run_id,))
    return [rows.event_record(row) for row in found]


def last_event(connection: sqlite3.Connection) -> int:
    """The newest event's `seq`; 0 when there is none."""
    (found,) = connection.execute("SELECT max(seq) FROM event").fetchone()
    return found or 0
