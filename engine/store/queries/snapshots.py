"""Queries of one run with its steps and requests, held against the log where the engine goes on with it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import cast

from engine.errors import AlteredRun
from engine.model.definition.elements import is_element
from engine.model.records.records import RequestRecord, RunRecord, StepRecord
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.signals import SignalRecord
from engine.model.states import StepState
from engine.store.log.row_digests import RunRows, run_rows
from engine.store.queries.requests import with_decisions
from engine.store.schema import rows
from engine.store.work import READ_TOGETHER, Connection


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that is stored of one run. Steps that have no row are pending."""

    run: RunRecord
    steps: dict[str, StepRecord]
    requests: dict[str, RequestRecord]
    checkpoints: dict[str, dict[str, CheckpointRecord]]
    """By step and key."""
    elements: dict[str, StepRecord] = field(default_factory=dict)
    """Step runs of the elements of mapped steps; empty where they were not read."""
    counts: dict[str, dict[StepState, int]] = field(default_factory=dict)
    """By mapped step that has begun: the number of its elements by state, where they were not read."""
    signals: dict[str, SignalRecord] = field(default_factory=dict)
    """By name."""


Check = Callable[[Connection, RunRows], list[str]]
"""Gives the problems of a run, whose rows were read in the same transaction."""


def marked(connection: Connection, run_id: str, check: Check) -> tuple[Snapshot | None, str]:
    """A run to be shown, and why it is not as it was recorded; empty as a rule."""
    connection.execute(READ_TOGETHER)
    try:
        return snapshot_within(connection, run_id), _altered(connection, run_id, check)
    finally:
        connection.execute("COMMIT")


def altered(connection: Connection, run_ids: Collection[str], check: Check) -> dict[str, str]:
    """By id: why those of the runs are not as they were recorded that are not."""
    connection.execute(READ_TOGETHER)
    try:
        reasons = {run_id: _altered(connection, run_id, check) for run_id in run_ids}
        return {run_id: why for run_id, why in reasons.items() if why}
    finally:
        connection.execute("COMMIT")


def _altered(connection: Connection, run_id: str, check: Check) -> str:
    problems = check(connection, run_rows(connection, run_id))
    return str(AlteredRun(run_id, problems[0])) if problems else ""


def snapshot(
    connection: Connection, run_id: str, check: Check | None = None, *, elements: bool = False
) -> Snapshot | None:
    # One transaction, or a commit in between would give steps and requests of two versions.
    connection.execute(READ_TOGETHER)
    try:
        return snapshot_within(connection, run_id, check, elements=elements)
    finally:
        connection.execute("COMMIT")


def signal(connection: Connection, run_id: str, name: str) -> SignalRecord | None:
    """Return the signal of this name that a run got."""
    row = connection.execute("SELECT * FROM signal WHERE run_id = ? AND name = ?", (run_id, name)).fetchone()
    return None if row is None else rows.signal_record(row)


def snapshot_around(connection: Connection, request_id: str, check: Check) -> Snapshot | None:
    """Return a snapshot of the run that this request belongs to."""
    connection.execute(READ_TOGETHER)
    try:
        row = connection.execute("SELECT run_id FROM request WHERE id = ?", (request_id,)).fetchone()
        return snapshot_within(connection, row[0], check, elements=True) if row else None
    finally:
        connection.execute("COMMIT")


def snapshot_within(
    connection: Connection, run_id: str, check: Check | None = None, *, elements: bool = False
) -> Snapshot | None:
    """As `snapshot`, within a transaction of the caller's."""
    stored = run_rows(connection, run_id, elements=elements or check is not None)
    if not stored["run"]:
        return None
    if check is not None and (problems := check(connection, stored)):
        raise AlteredRun(run_id, problems[0])
    records = {
        row["step"]: rows.step_record(row)
        for row in stored["step."]
        if elements or check is None or not is_element(row["step"])
    }
    request_record = with_decisions(stored["decision."])
    return Snapshot(
        rows.run_record(stored["run"][0]),
        {name: record for name, record in records.items() if not is_element(name)},
        {row["id"]: request_record(row) for row in stored["request."]},
        _checkpoints(stored["checkpoint."]),
        {name: record for name, record in records.items() if is_element(name)},
        {} if elements else _counts(connection, run_id),
        {row["name"]: rows.signal_record(row) for row in stored["signal."]},
    )


def _checkpoints(selected: Iterable[rows.Row]) -> dict[str, dict[str, CheckpointRecord]]:
    by_step: dict[str, dict[str, CheckpointRecord]] = {}
    for row in selected:
        by_step.setdefault(row["step"], {})[row["key"]] = rows.checkpoint_record(row)
    return by_step


def _counts(connection: Connection, run_id: str) -> dict[str, dict[StepState, int]]:
    counts: dict[str, dict[StepState, int]] = {}
    for step, state, count in connection.execute(
        "SELECT substr(step, 1, instr(step, '[') - 1), state, count(*) FROM step_run "
        "WHERE run_id = ? AND step LIKE '%]' GROUP BY 1, 2",
        (run_id,),
    ):
        counts.setdefault(step, {})[cast(StepState, state)] = count
    return counts
