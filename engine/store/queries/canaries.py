"""Queries of the runs of both sides of a canary."""

import sqlite3
from collections.abc import Sequence

from engine.model.versions.canary import Canary, Tally
from engine.store.schema import rows
from engine.store.work import Connection

MAX_RUNS_COMPARED = 5000
"""The newest ended runs of each side since a canary began."""


def canary_tallies(connection: Connection, canary: Canary) -> tuple[Tally, Tally]:
    """Tallies of the runs since the canary began: of the current file, and of the candidate."""
    since = rows.micros(canary.started_at)
    under_way = connection.execute(
        "SELECT definition = ? AND code = ?, count(*) FROM run WHERE workflow = ? AND created_at >= ? "
        "AND ended_at IS NULL GROUP BY 1",
        (canary.definition, canary.code, canary.workflow, since),
    )
    open_runs = {bool(row[0]): int(row[1]) for row in under_way}
    current, candidate = (_ended(connection, canary, side) for side in (False, True))
    return _tally(current, open_runs.get(False, 0)), _tally(candidate, open_runs.get(True, 0))


def _ended(connection: Connection, canary: Canary, candidate: bool) -> list[sqlite3.Row]:
    """The state and the duration of the newest ended runs of one side."""
    return connection.execute(
        "SELECT state, ended_at - started_at FROM run WHERE workflow = ? AND created_at >= ? "
        "AND state IN ('succeeded', 'failed') "
        "AND CASE WHEN definition = ? AND code = ? THEN 1 ELSE 0 END = ? "
        "ORDER BY created_at DESC LIMIT ?",
        (
            canary.workflow,
            rows.micros(canary.started_at),
            canary.definition,
            canary.code,
            candidate,
            MAX_RUNS_COMPARED,
        ),
    ).fetchall()


def _tally(ended: Sequence[sqlite3.Row], under_way: int) -> Tally:
    took = sorted(row[1] for row in ended if row[1] is not None)
    median = took[len(took) // 2] / 1e6 if took else None
    return Tally(len(ended), sum(row[0] == "failed" for row in ended), median, under_way)
