"""Queries of past decisions by rules, and of the values that they decided on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial

from engine.model.records.records import RunRecord, StepRecord
from engine.store.queries.readable import Skip, filled, readable
from engine.store.schema import rows
from engine.store.work import Connection

_DECIDED = (
    "EXISTS (SELECT 1 FROM step_run WHERE run_id = run.id AND step = ? AND state IN ('succeeded', "
    "'compensated'))"
)


def decided_runs(
    connection: Connection,
    workflow: str,
    step: str,
    since: datetime,
    before: RunRecord | None,
    limit: int,
    skip: Skip | None = None,
) -> list[RunRecord]:
    """Return runs created since then in which the step has decided, newest first, older than `before`."""
    tests = ["workflow = ?", "created_at >= ?", _DECIDED]
    values: list[object] = [workflow, rows.micros(since), step]
    if before is not None:
        tests.append("(created_at, id) < (?, ?)")
        values += [rows.micros(before.created_at), before.id]
    query = f"SELECT * FROM run WHERE {' AND '.join(tests)} ORDER BY created_at DESC, id DESC LIMIT ?"  # noqa: S608
    return filled(partial(_fetch, connection, query, values, skip), limit)


def _fetch(
    connection: Connection, query: str, values: Sequence[object], skip: Skip | None, number: int
) -> tuple[list[RunRecord], int]:
    selected = connection.execute(query, [*values, number]).fetchall()
    return readable(selected, rows.run_record, skip), len(selected)


def steps_with_output(
    connection: Connection, run_ids: Collection[str], steps: Collection[str], skip: Skip | None = None
) -> list[StepRecord]:
    """Return those steps of these runs that succeeded."""
    selected = connection.execute(
        "SELECT * FROM step_run WHERE run_id IN (SELECT value FROM json_each(?)) "
        "AND step IN (SELECT value FROM json_each(?)) AND state IN ('succeeded', 'compensated')",
        (rows.to_json(list(run_ids)), rows.to_json(list(steps))),
    )
    return readable(selected, rows.step_record, skip)
