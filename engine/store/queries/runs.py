"""Queries of runs, and of what is left of pruned ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from engine.errors import AlteredRun
from engine.kernel.resources.queue import PRIORITY_STEP
from engine.model.people import Actor
from engine.model.records.records import RunRecord, StepRecord, evolve
from engine.model.records.run_filter import OPEN_FAILURE, Backlog, ListPlace, StartedRuns
from engine.model.runs.refusals import refused_step
from engine.model.states import STEP_SETTLED
from engine.store.files.sqlite_errors import UNREADABLE
from engine.store.queries.readable import Skip, filled, readable
from engine.store.schema import columns, rows
from engine.store.work import Connection

MAX_RUNS_COUNTED = 10_000
"""People are told "over 10,000": counting a million takes a tenth of a second."""
MAX_FAILED_RUNS = 2_000
"""Newest failed runs of a workflow among which like failures are counted."""


MIN_TAIL_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Remains of a finished run that was pruned."""

    run_id: str
    workflow: str
    state: str
    ended_at: datetime
    pruned_at: datetime


def names_no_requesters(connection: Connection, run_id: str) -> bool:
    """Return whether a release created the run that did not record whose input it carries."""
    query = "SELECT 1 FROM run WHERE id = ? AND further_requesters IS NULL"
    return connection.execute(query, (run_id,)).fetchone() is not None


def began_at(connection: Connection, run_id: str) -> datetime | None:
    """Return when a run was created, also one that was pruned since; None if it never was."""
    query = (
        "SELECT created_at FROM run WHERE id = ?1 "
        "UNION ALL SELECT created_at FROM tombstone WHERE run_id = ?1"
    )
    row = connection.execute(query, (run_id,)).fetchone()
    return None if row is None else rows.moment(row[0])


def tombstone(connection: Connection, run_id: str) -> Tombstone | None:
    """By id."""
    row = connection.execute("SELECT * FROM tombstone WHERE run_id = ?", (run_id,)).fetchone()
    return None if row is None else tombstone_record(row)


def pruned_runs(connection: Connection, run_ids: Sequence[str]) -> list[str]:
    """Return those of the ids whose runs were removed."""
    selected = connection.execute(
        "SELECT run_id FROM tombstone WHERE run_id IN (SELECT value FROM json_each(?))",
        (rows.to_json(list(run_ids)),),
    )
    return [row[0] for row in selected]


def tombstone_record(row: rows.Row) -> Tombstone:
    """Raises `UnreadableRow`."""
    try:
        columns.TOMBSTONE.check(row)
        ended, pruned = rows.moment(row["ended_at"]), rows.moment(row["pruned_at"])
        assert ended is not None
        assert pruned is not None
    except UNREADABLE as error:
        run_id = rows.named(row["run_id"])
        what, subject = f"What is left of the pruned run {run_id}", f"tombstone.{run_id}"
        raise rows.unreadable_row(columns.TOMBSTONE, row, what, error, subject) from error
    return Tombstone(row["run_id"], row["workflow"], row["state"], ended, pruned)


def run(connection: Connection, run_id: str) -> RunRecord | None:
    row = connection.execute("SELECT * FROM run WHERE id = ?", (run_id,)).fetchone()
    return rows.run_record(row) if row else None


def runs(
    connection: Connection,
    workflow: str | None,
    states: Sequence[str] | None,
    limit: int,
    before: RunRecord | None,
    actor: Actor | None = None,
    skip: Skip | None = None,
) -> tuple[list[RunRecord], int]:
    """Newest first, and how many there are whatever `before` says, counted to `MAX_RUNS_COUNTED` + 1."""
    filters = _filters(workflow, states, actor)
    return _newest_runs(connection, filters, before, limit, skip), _count_runs(connection, filters)


def run_page(
    connection: Connection,
    workflow: str | None,
    states: Sequence[str] | None,
    actor: Actor | None,
    limit: int,
    before: ListPlace | None,
    skip: Skip | None = None,
) -> list[RunRecord]:
    """As `runs`, without counting them."""
    return _newest_runs(connection, _filters(workflow, states, actor), before, limit, skip)


_Filter = tuple[list[str], list[object]]
"""Tests of a WHERE clause, and their values."""


def _filters(workflow: str | None, states: Sequence[str] | None, actor: Actor | None) -> list[_Filter]:
    tests, values = ["1 = 1"], list[object]()
    if workflow is not None:
        tests.append("workflow = ?")
        values.append(workflow)
    if actor is not None:
        tests.append("actor = ?")
        values.append(rows.from_actor(actor))
    # One state at a time goes by an index in the order that is wanted; several states at once don't.
    if states is None:
        return [(tests, values)]
    filters: list[_Filter] = [
        ([*tests, "state = ?"], [*values, state]) for state in states if state != OPEN_FAILURE
    ]
    if OPEN_FAILURE in states:  # each run once
        listed = rows.to_json([state for state in states if state != OPEN_FAILURE])
        filters.append(([*tests, _HAS_OPEN_FAILURE], [*values, listed]))
    return filters


_HAS_OPEN_FAILURE = (
    "ended_at IS NULL AND id IN (SELECT run_id FROM request WHERE state = 'open' AND kind = 'failure') "
    "AND state NOT IN (SELECT value FROM json_each(?))"
)


def _count_runs(connection: Connection, filters: Sequence[_Filter]) -> int:
    total = 0
    for tests, values in filters:
        query = f"SELECT 1 FROM run WHERE {' AND '.join(tests)} LIMIT ?"  # noqa: S608
        still_counted = MAX_RUNS_COUNTED + 1 - total
        counted = connection.execute(f"SELECT count(*) FROM ({query})", [*values, still_counted])  # noqa: S608
        total += counted.fetchone()[0]
    return total


def _newest_runs(
    connection: Connection,
    filters: Sequence[_Filter],
    before: RunRecord | ListPlace | None,
    limit: int,
    skip: Skip | None,
) -> list[RunRecord]:
    newest: list[RunRecord] = []
    for tests, values in filters:
        where = " AND ".join(tests)
        if before is not None:
            where += " AND (created_at, id) < (?, ?)"
            values = [*values, rows.micros(before.created_at), before.id]
        query = f"SELECT * FROM run WHERE {where} ORDER BY created_at DESC, id DESC LIMIT ?"  # noqa: S608
        newest += filled(partial(_fetch, connection, query, values, skip), limit)
    newest.sort(key=lambda run: (run.created_at, run.id), reverse=True)
    return [explained(connection, run) for run in newest[:limit]]


def _fetch(
    connection: Connection, query: str, values: Sequence[object], skip: Skip | None, number: int
) -> tuple[list[RunRecord], int]:
    selected = connection.execute(query, [*values, number]).fetchall()
    return readable(selected, rows.run_record, skip), len(selected)


def count_unfinished(connection: Connection, actor: Actor, most: int) -> int:
    """Runs of this actor that have not ended, counted to `most`."""
    query = "SELECT count(*) FROM (SELECT 1 FROM run WHERE actor = ? AND ended_at IS NULL LIMIT ?)"
    (count,) = connection.execute(query, (rows.from_actor(actor), most)).fetchone()
    return int(count)


def count_started(connection: Connection, workflow: str, since: datetime) -> int:
    """Runs of this workflow that were created since then."""
    query = "SELECT count(*) FROM run WHERE workflow = ? AND created_at >= ?"
    (count,) = connection.execute(query, (workflow, rows.micros(since))).fetchone()
    return int(count)


def unfinished(connection: Connection, chosen: StartedRuns, after: RunRecord | None, limit: int) -> list[str]:
    """Ids of the chosen runs that have not ended, oldest first, that come after `after` in that order."""
    tests, values = _unfinished(chosen)
    if after is not None:
        tests.append("(created_at, id) > (?, ?)")
        values += [rows.micros(after.created_at), after.id]
    query = f"SELECT id FROM run WHERE {' AND '.join(tests)} ORDER BY created_at, id LIMIT ?"  # noqa: S608
    return [row[0] for row in connection.execute(query, [*values, limit])]


def unfinished_counts(connection: Connection, chosen: StartedRuns) -> list[tuple[str, str, int]]:
    """How many of the chosen runs have not ended, by workflow and source of the actor, most first."""
    tests, values = _unfinished(chosen)
    query = (
        "SELECT workflow, substr(actor, 1, instr(actor, ':') - 1) AS source, count(*) AS runs "  # noqa: S608
        f"FROM run WHERE {' AND '.join(tests)} GROUP BY workflow, source ORDER BY runs DESC, workflow, source"
    )
    return [tuple(row) for row in connection.execute(query, values)]


def backlog(connection: Connection) -> Backlog:
    """Return what has not ended: runs, requests to people, and messages that are not sent."""
    runs = "SELECT workflow, state, count(*) FROM run WHERE ended_at IS NULL GROUP BY workflow, state"
    requests = "SELECT workflow, kind, count(*) FROM request WHERE state = 'open' GROUP BY workflow, kind"
    messages = "SELECT count(*) FROM delivery WHERE sent < wanted AND state <> 'dead'"
    (waiting,) = connection.execute(messages).fetchone()
    return Backlog(
        tuple(tuple(row) for row in connection.execute(runs)),
        tuple(tuple(row) for row in connection.execute(requests)),
        waiting,
    )


def _unfinished(chosen: StartedRuns) -> _Filter:
    tests, values = ["ended_at IS NULL"], list[object]()
    source, _, id_ = chosen.started_by.partition(":")
    if id_:
        tests.append("actor = ?")
        values.append(chosen.started_by)
    elif source:
        tests.append("actor >= ? AND actor < ?")
        values += [f"{source}:", f"{source};"]  # all that begin with the source and a colon
    if chosen.workflow is not None:
        tests.append("workflow = ?")
        values.append(chosen.workflow)
    if chosen.since is not None:
        tests.append("created_at >= ?")
        values.append(rows.micros(chosen.since))
    return tests, values


def run_workflows(connection: Connection) -> list[str]:
    """Return the names of all workflows that have or had a run, or have a schedule."""
    selected = connection.execute(
        "SELECT workflow FROM run UNION SELECT workflow FROM tombstone "
        "UNION SELECT workflow FROM definition UNION SELECT workflow FROM schedule"
    )
    return [row[0] for row in selected]


def run_starters(connection: Connection) -> list[str]:
    """Return the actors that started the stored runs, as `source:id`."""
    return [row[0] for row in connection.execute("SELECT DISTINCT actor FROM run ORDER BY actor")]


def runs_ending_with(
    connection: Connection, text: str, limit: int, skip: Skip | None = None
) -> list[RunRecord]:
    """Runs whose id is the text, or ends with its part after the last `-`; newest first.

    Of that part four characters at least are needed, or none is found.
    """
    exact = run(connection, text)
    if exact is not None:
        return [exact]
    name, dash, tail = text.rpartition("-")
    if len(tail) < MIN_TAIL_LENGTH:
        return []
    pattern = _escaped(tail)
    like = f"{_escaped(name)}-%{pattern}" if dash else f"%{pattern}"
    selected = connection.execute(
        "SELECT * FROM run WHERE tail IN (?, ?) AND id LIKE ? ESCAPE '\\' "
        "ORDER BY created_at DESC, id DESC LIMIT ?",
        (tail[-MIN_TAIL_LENGTH:], tail[-MIN_TAIL_LENGTH:].lower(), like, limit),
    )
    return readable(selected, rows.run_record, skip)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def run_ids(connection: Connection, states: Sequence[str], workflow: str | None = None) -> list[str]:
    """Ids of runs in these states, oldest first. `workflow` None: of all workflows."""
    selected = connection.execute(
        "SELECT id FROM run WHERE state IN (SELECT value FROM json_each(?1)) "
        "AND (workflow = ?2 OR ?2 IS NULL) ORDER BY created_at, id",
        (rows.to_json(list(states)), workflow),
    )
    return [row[0] for row in selected]


def unsettled(connection: Connection, after: str, limit: int) -> list[tuple[str, str, str, frozenset[str]]]:
    """Runs under way by id, from the first one after `after`: workflow, definition, and settled steps."""
    selected = connection.execute(
        "SELECT id, workflow, definition, (SELECT json_group_array(step) FROM step_run "
        "WHERE run_id = run.id AND state IN (SELECT value FROM json_each(?3))) "
        "FROM run WHERE ended_at IS NULL AND id > ?1 ORDER BY id LIMIT ?2",
        (after, limit, rows.to_json(sorted(STEP_SETTLED))),
    )
    return [(row[0], row[1], row[2], frozenset(rows.from_json(row[3]))) for row in selected]


def interrupted(connection: Connection, skip: Skip | None = None) -> list[StepRecord]:
    """Running steps, and pending ones under which the process died."""
    selected = connection.execute(
        "SELECT step_run.* FROM run JOIN step_run ON step_run.run_id = run.id "
        "WHERE run.state IN ('running', 'paused', 'compensating') "
        "AND ((step_run.state = 'running' AND step_run.attempt > 0) "  # a mapped step has no attempt
        "OR (step_run.state = 'pending' AND step_run.deaths > 0))"
    )
    return readable(selected, rows.step_record, skip)


_PRIORITY_STEP = PRIORITY_STEP // timedelta(microseconds=1)
_UNDER_WAY = "('running', 'waiting', 'paused', 'compensating')"


def next_pending(
    connection: Connection, workflow: str, but: Collection[str], limit: int | None = None
) -> tuple[str, str] | None:
    """Return the run that comes next, and its key: by priority and by the time for which it waits.

    `but`: ids of runs that are left alone. `limit`: pass over runs whose key has as many under way.
    """
    has_room = ""
    if limit is not None:
        has_room = (
            "AND (SELECT count(*) FROM run WHERE workflow = p.workflow "  # noqa: S608
            f"AND concurrency_key = p.concurrency_key AND state IN {_UNDER_WAY}) < ?3 "
        )
    row = connection.execute(
        "SELECT id, concurrency_key FROM run AS p WHERE workflow = ?1 AND state = 'pending' "  # noqa: S608
        f"AND id NOT IN (SELECT value FROM json_each(?2)) {has_room}"
        f"ORDER BY created_at - priority * {_PRIORITY_STEP}, created_at, id LIMIT 1",
        (workflow, rows.to_json(list(but)), *([] if limit is None else [limit])),
    ).fetchone()
    return (row[0], row[1]) if row else None


def oldest_under_way(connection: Connection, workflow: str, key: str = "") -> str | None:
    """The run with this key that has been under way for longest, undoing aside."""
    row = connection.execute(
        "SELECT id FROM run WHERE workflow = ? AND state IN ('running', 'waiting', 'paused') "
        "AND concurrency_key = ? ORDER BY created_at, id LIMIT 1",
        (workflow, key),
    ).fetchone()
    return row[0] if row else None


def explained(connection: Connection, record: RunRecord) -> RunRecord:
    """Return a run with what people need to read its state.

    That is the run that it waits for, its refusal, or the people for whom its failed step waits.
    """
    if record.state == "succeeded":
        return _with_refusal(connection, record)
    if record.ended_at is None and record.state != "pending":
        return _with_open_failure(connection, record)
    return _with_blocker(connection, record)


def _with_open_failure(connection: Connection, record: RunRecord) -> RunRecord:
    """Return a run with the approvers of its oldest open failure."""
    query = (
        "SELECT * FROM request WHERE run_id = ? AND state = 'open' AND kind = 'failure' "
        "ORDER BY opened_at, id LIMIT 1"
    )
    row = connection.execute(query, (record.id,)).fetchone()
    if row is None:
        return record
    try:
        return evolve(record, failure_waits_for=rows.request_record(row, ()).approvers)
    except AlteredRun:
        return record


def _with_refusal(connection: Connection, record: RunRecord) -> RunRecord:
    """Return a run with how the approval ended because of which it skipped steps."""
    query = "SELECT step, outcome FROM request WHERE run_id = ? AND kind = 'approval' ORDER BY opened_at, id"
    outcomes = dict(connection.execute(query, (record.id,)).fetchall())
    if outcomes.keys() == {step for step, outcome in outcomes.items() if outcome == "approved"}:
        return record  # as a rule, and most runs have no approval
    states = connection.execute("SELECT step, state FROM step_run WHERE run_id = ?", (record.id,)).fetchall()
    refused = refused_step(outcomes, dict(states))
    return evolve(record, refusal=outcomes[refused]) if refused else record


def _with_blocker(connection: Connection, waiting: RunRecord) -> RunRecord:
    """Return a run with the run that it waits for as its reason."""
    if waiting.state != "pending" or waiting.reason:
        return waiting
    blocker = oldest_under_way(connection, waiting.workflow, waiting.concurrency_key)
    try:
        record = run(connection, blocker) if blocker else None
    except AlteredRun:
        return waiting
    if record is None:
        return waiting
    if not waiting.concurrency_key:
        return evolve(waiting, reason=f"{record.short} is under way")
    key = one_line_of(waiting.concurrency_key)
    return evolve(waiting, reason=f"{record.short} is under way, with the same key: {key}")


def one_line_of(text: str) -> str:
    """Return the begin of a key, for people."""
    return " ".join(text.split())[:60]


def usual_seconds(connection: Connection, workflow: str) -> float | None:
    """Median time of the last twenty runs that succeeded; None below three."""
    selected = connection.execute(
        "SELECT ended_at - started_at FROM run WHERE workflow = ? AND state = 'succeeded' "
        "ORDER BY created_at DESC LIMIT 20",
        (workflow,),
    ).fetchall()
    took = sorted(row[0] for row in selected if row[0] is not None)
    return took[len(took) // 2] / 1e6 if len(took) >= 3 else None


_FAILURES = f"""
WITH failed AS (
  SELECT id FROM run WHERE workflow = (SELECT workflow FROM run WHERE id = :run) AND state = 'failed'
  ORDER BY created_at DESC, id DESC LIMIT {MAX_FAILED_RUNS}
)
SELECT failed.id, max(step_run.ended_at), (SELECT count(*) FROM failed)
FROM failed JOIN step_run ON step_run.run_id = failed.id
WHERE step_run.step = :step AND step_run.state = 'failed' GROUP BY failed.id ORDER BY 2, 1
"""  # noqa: S608
_DAY = timedelta(days=1) // timedelta(microseconds=1)


def earlier_failures(connection: Connection, run_id: str, step: str, span: timedelta) -> int:
    """Return how many runs failed at this step before this one, since the last one that was told aloud.

    A failure is told aloud when `span` has passed since the last one that was; 0: it is this one. Only the
    newest `MAX_FAILED_RUNS` failed runs of the workflow count.
    """
    failures = connection.execute(_FAILURES, {"run": run_id, "step": step}).fetchall()
    own = next((position for position, (id_, *_) in enumerate(failures) if id_ == run_id), None)
    if own is None:
        return 0
    times = [int(ended) for _, ended, _ in failures[: own + 1]]
    is_complete = failures[0][2] < MAX_FAILED_RUNS
    return failures_since_told(times, span // timedelta(microseconds=1), is_complete=is_complete)


def failures_since_told(times: list[int], span: int, *, is_complete: bool) -> int:
    """Return how many failures precede the last one, from the last that was told aloud; 0: it is the last.

    `times`: of the failures in microseconds, in order. `is_complete`: they begin with the first failure.
    """
    last = len(times) - 1
    told = 0 if is_complete else _first_told(times, span)
    if told is None:
        return last
    for position in range(told, len(times)):
        if times[position] - times[told] >= span:
            told = position
    return last - told


def _first_told(times: list[int], span: int) -> int | None:
    """Return the first failure after the last midnight, or else after the last multiple of the span.

    Older failures are not read, so the first one that is read changes with each failure.
    None: no failure that was read is known to be told aloud.
    """
    for unit in (_DAY, span):
        for position in range(len(times) - 1, 0, -1):
            if times[position] // unit != times[position - 1] // unit:
                return position
    return None
