"""Counts of a workflow by hour, for its objectives. Each reads an index alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.definition.spec import ObjectivesSpec
from engine.model.runs.measured import HOUR_SECONDS, Hour, rounded
from engine.store.schema import rows
from engine.store.work import Connection

_HOUR = HOUR_SECONDS * 1_000_000
_NEVER = 2**62
MAX_WAITING = 1_000
"""Open approvals that are counted as late."""
_MAX_SEARCHED = 1_000
"""Runs among which one is looked for that a trigger started."""


def _step(took: str) -> str:
    """Return the SQL that rounds a time up as `rounded` does, in microseconds."""
    steps = ((1_000_000, 10_000), (60_000_000, 500_000), (3_600_000_000, 10_000_000))
    cases = " ".join(f"WHEN {took} < {limit} THEN ({took} + {by - 1}) / {by} * {by}" for limit, by in steps)
    cases += f" WHEN {took} < {24 * _HOUR} THEN ({took} + 299999999) / 300000000 * 300000000"
    return f"CASE WHEN {took} < 0 THEN 0 {cases} ELSE ({took} + {_HOUR - 1}) / {_HOUR} * {_HOUR} END"


_RUNS = f"""
SELECT ended_at / {_HOUR}, {_step("(ended_at - started_at)")}, count(*),
  sum(CASE WHEN ended_at - started_at > :limit THEN 1 ELSE 0 END)
FROM run WHERE workflow = :workflow AND ended_at >= :since AND ended_at < :until AND state = 'succeeded'
GROUP BY 1, 2
"""  # noqa: S608
_ENDS = f"""
SELECT ended_at / {_HOUR}, state, count(*)
FROM run WHERE workflow = :workflow AND ended_at >= :since AND ended_at < :until
  AND state IN ('succeeded', 'failed')
GROUP BY 1, 2
"""  # noqa: S608
_DECISIONS = f"""
SELECT ended_at / {_HOUR}, {_step("(ended_at - opened_at)")}, count(*),
  sum(CASE WHEN ended_at - opened_at > :limit OR state = 'expired' THEN 1 ELSE 0 END)
FROM request WHERE workflow = :workflow AND kind = 'approval' AND ended_at >= :since AND ended_at < :until
  AND state IN ('held', 'decided', 'expired')
GROUP BY 1, 2
"""  # noqa: S608
_TURNS = """
WITH mark AS (
  SELECT ended_at AS at, 0 AS failed FROM run
  WHERE workflow = :workflow AND ended_at >= :since AND ended_at < :until AND state = 'succeeded'
  UNION ALL
  SELECT ended_at, 1 FROM run
  WHERE workflow = :workflow AND ended_at >= :since AND ended_at < :until AND state = 'failed'
    AND NOT EXISTS (SELECT 1 FROM request WHERE request.run_id = run.id AND request.kind = 'failure')
  UNION ALL
  SELECT opened_at, 1 FROM request
  WHERE workflow = :workflow AND kind = 'failure' AND opened_at >= :since AND opened_at < :until
), turn AS (
  SELECT at, failed, lag(failed) OVER (ORDER BY at, failed DESC) AS earlier FROM mark
)
SELECT at, failed FROM turn WHERE earlier IS NULL OR earlier <> failed ORDER BY at, failed DESC
"""
"""Moments at which a workflow began to fail, or succeeded again. A run fails when its owner is asked."""


@dataclass(frozen=True, slots=True)
class HourCounts:
    """Counts of a span of hours. `failing_since`: the first failure since the last success at its end."""

    hours: dict[int, Hour]
    failing_since: datetime | None


def hour_counts(
    connection: Connection,
    workflow: str,
    spec: ObjectivesSpec,
    first: int,
    until: int,
    failing_since: datetime | None = None,
) -> HourCounts:
    """Return the counts of the hours from `first` until before `until`. `failing_since`: when they began."""
    span = {"workflow": workflow, "since": first * _HOUR, "until": until * _HOUR}
    hours: defaultdict[int, Hour] = defaultdict(Hour)
    for number, state, count in connection.execute(_ENDS, span):
        if state == "succeeded":
            hours[number].succeeded = count
        else:
            hours[number].failed = count
    if spec.p95 is not None:
        for number, took, count, slow in connection.execute(_RUNS, {**span, "limit": int(spec.p95 * 1e6)}):
            hours[number].took[(took or 0) / 1e6] += count
            hours[number].slow += slow
    if spec.decide is not None:
        limit = {"limit": int(spec.decide * 1e6)}
        for number, waited, count, late in connection.execute(_DECISIONS, {**span, **limit}):
            hours[number].waited[waited / 1e6] += count
            hours[number].decided += count
            hours[number].late += late
    if spec.recover is not None:
        since = rows.micros(failing_since)
        turns = connection.execute(_TURNS, span)
        for failed, succeeded in _outages(turns, since):
            if succeeded is None:
                return HourCounts(dict(hours), rows.moment(failed))
            took = (succeeded - failed) / 1e6
            hour = hours[succeeded // _HOUR]
            hour.recovered += 1
            hour.recovered_late += took > spec.recover
            hour.recoveries[rounded(took)] += 1
    return HourCounts(dict(hours), None)


def _outages(turns: Iterable[Sequence[int]], since: int | None) -> Iterator[tuple[int, int | None]]:
    """Yield the beginning and the end of each time in which a workflow failed; no end for the last one."""
    for at, failed in turns:
        if failed and since is None:
            since = at
        elif not failed and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, None


def waiting_now(connection: Connection, workflow: str) -> tuple[int, tuple[datetime, ...]]:
    """Return how many runs ask about a failure, and when the oldest open approvals were opened."""
    failing = connection.execute(
        "SELECT count(DISTINCT run_id) FROM request "
        "WHERE workflow = ? AND kind = 'failure' AND ended_at IS NULL AND state = 'open'",
        (workflow,),
    ).fetchone()
    waiting = connection.execute(
        "SELECT opened_at FROM request WHERE workflow = ? AND kind = 'approval' AND ended_at IS NULL "
        "AND state = 'open' ORDER BY opened_at LIMIT ?",
        (workflow, MAX_WAITING),
    )
    return int(failing[0]) if failing else 0, tuple(_moment(row[0]) for row in waiting)


def undecided(
    connection: Connection, workflow: str, before: datetime, limit: int
) -> list[tuple[str, str, str, datetime]]:
    """Return open approvals that were opened before a moment: id, run, step and opening."""
    selected = connection.execute(
        "SELECT id, run_id, step, opened_at FROM request "
        "WHERE workflow = ? AND kind = 'approval' AND ended_at IS NULL "
        "AND state = 'open' AND opened_at < ? ORDER BY opened_at LIMIT ?",
        (workflow, rows.micros(before), limit),
    )
    return [(row[0], row[1], row[2], _moment(row[3])) for row in selected]


def long_runs(
    connection: Connection, workflow: str, before: datetime, limit: int
) -> list[tuple[str, datetime]]:
    """Return runs that execute and started before a moment: id and start."""
    selected = connection.execute(
        "SELECT id, started_at FROM run WHERE workflow = ? "
        "AND state IN ('running', 'compensating') AND started_at < ? ORDER BY created_at, id LIMIT ?",
        (workflow, rows.micros(before), limit),
    )
    return [(row[0], _moment(row[1])) for row in selected]


def last_triggered(connection: Connection, workflow: str) -> datetime | None:
    """Return when a trigger last started a run, among the newest runs."""
    row = connection.execute(
        "SELECT max(created_at) FROM (SELECT created_at, trigger FROM run WHERE workflow = ? "
        "ORDER BY created_at DESC LIMIT ?) AS newest WHERE trigger <> 'manual'",
        (workflow, _MAX_SEARCHED),
    ).fetchone()
    return rows.moment(row[0]) if row else None


def _moment(value: int) -> datetime:
    moment = rows.moment(value)
    assert moment is not None
    return moment
