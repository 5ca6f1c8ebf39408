"""Queries of the runs of both sides of a canary."""

import sqlite3
from collections.abc import Sequence

from engine.model.canary import Canary, Tally
from engine.store.schema import rows

MAX_RUNS_COMPARED = 5000
"""The newest ended runs since a canary began."""


def canary_tallies(connection: sqlite3.Connection, canary: Canary) -> tuple[Tally, Tally]:
    """Tallies of the runs since the canary began: of the current file, and of the candidate."""
    since = rows.micros(canary.started_at)
    ended = connection.execute(
        "SELECT definition = ? AND code = ?, state, ended_at - started_at FROM run WHERE workflow = ? "
        "AND created_at >= ? AND state IN ('succeeded', 'failed') ORDER BY created_at DESC LIMIT ?",
        (canary.definition, canary.code, canary.workflow, since, MAX_RUNS_COMPARED),
    ).fetchall()
    under_way = connection.execute(
        "SELECT definition = ? AND code = ?, count(*) FROM run WHERE workflow = ? AND created_at >= ? "
        "AND ended_at IS NULL GROUP BY 1",
        (canary.definition, canary.code, canary.workflow, since),
    )
    open_runs = {bool(row[0]): int(row[1]) for row in under_way}
    return _tally(ended, False, open_runs), _tally(ended, True, open_runs)


def _tally(ended: Sequence[sqlite3.Row], candidate: bool, open_runs: dict[bool, int]) -> Tally:
    own = [row for row in ended if bool(row[0]) is candidate]
    took = sorted(row[2] for row in own if row[2] is not None)
    median = took[len(took) // 2] / 1e6 if took else None
    return Tally(len(own), sum(row[1] == "failed" for row in own), median, open_runs.get(candidate, 0))
