"""Failures of a workflow in a span of time, for the weekly review. Each query reads an index."""

from dataclasses import dataclass
from datetime import datetime

from engine.store.queries.readable import Skip
from engine.store.queries.requests import select_requests
from engine.store.schema import rows
from engine.store.work import Connection

_MAX_REQUESTS = 200
"""Questions whose approvers are named."""
_MAX_STEPS = 3
_FAILED = """
SELECT count(*), sum(coalesce(run.ended_at, :until) - coalesce(run.started_at, run.created_at)) FROM run
JOIN (
  SELECT id FROM run
  WHERE workflow = :workflow AND ended_at >= :since AND ended_at < :until AND state = 'failed'
  UNION
  SELECT run_id FROM request
  WHERE workflow = :workflow AND kind = 'failure' AND opened_at >= :since AND opened_at < :until
) AS failing ON failing.id = run.id
"""
_STEPS = """
SELECT step, count(DISTINCT run_id) FROM request
WHERE workflow = :workflow AND kind = 'failure' AND opened_at >= :since AND opened_at < :until
GROUP BY step ORDER BY 2 DESC, 1 LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class FailedSpan:
    """Failures of a workflow. `seconds`: how long its failed runs took, up to now for those under way."""

    runs: int
    seconds: float
    steps: tuple[tuple[str, int], ...]
    """Steps about which people were asked most often, with the number of their runs."""
    asked: tuple[str, ...]
    """References of the people who were asked about failures."""
    open_failures: int
    open_approvals: int


def failed_span(
    connection: Connection, workflow: str, since: datetime, until: datetime, skip: Skip | None = None
) -> FailedSpan:
    """Return what failed in a span, and what waits for an answer now."""
    span = {"workflow": workflow, "since": rows.micros(since), "until": rows.micros(until)}
    failed = connection.execute(_FAILED, span).fetchone()
    steps = connection.execute(_STEPS, {**span, "limit": _MAX_STEPS}).fetchall()
    where = (
        "workflow = ? AND kind = 'failure' AND opened_at >= ? AND opened_at < ? ORDER BY opened_at LIMIT ?"
    )
    values = (workflow, span["since"], span["until"], _MAX_REQUESTS)
    requests = select_requests(connection, where, values, skip)
    asked = dict.fromkeys(ref for request in requests for ref in request.approvers)
    waiting = connection.execute(
        "SELECT kind, count(*) FROM request WHERE workflow = ? AND kind IN ('failure', 'approval') "
        "AND ended_at IS NULL AND state = 'open' GROUP BY kind",
        (workflow,),
    )
    counts = {row[0]: row[1] for row in waiting}
    return FailedSpan(
        failed[0],
        float(failed[1] or 0) / 1e6,
        tuple((row[0], row[1]) for row in steps),
        tuple(asked),
        counts.get("failure", 0),
        counts.get("approval", 0),
    )
