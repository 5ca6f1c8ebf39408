"""Pure: the runs that a step asks for. They are recorded with its result, and start from rows."""

from collections.abc import Sequence
from typing import Any

from engine.kernel.record_changes import RecordChanges
from engine.model.records.records import FOLLOW_UP, RunRecord
from engine.model.runs.follow_up import FollowUp
from engine.model.values.ids import derived_run_id


def run_id(run: str, step: str, attempt: int, number: int, workflow: str) -> str:
    """The id of a run that an attempt asks for; the same whenever it is computed."""
    return derived_run_id(workflow, "follow_up", run, step, str(attempt), str(number))


def trigger(follow_up: FollowUp) -> str:
    """The trigger of a follow-up run, as its record has it."""
    return f"{FOLLOW_UP}{follow_up.step}:{follow_up.run_id}"


def record(changes: RecordChanges, step: str, asked: Sequence[tuple[str, str, Any]]) -> None:
    """Record the runs that an attempt asked for, each with its id, workflow and input."""
    run = changes.state.run
    for id_, workflow, values in asked:
        changes.change.follow_ups[id_] = FollowUp(id_, run.id, step, workflow, values, changes.now)
        changes.wait("follow_up", id_, step, changes.now)
        changes.event("follow_up.asked", step, run=id_, workflow=workflow)


def started(changes: RecordChanges, follow_up: FollowUp, run: RunRecord) -> None:
    """Note that the run is there."""
    changes.end_wait("follow_up", follow_up.id)
    changes.event("follow_up.started", follow_up.step, run=run.id, workflow=run.workflow)


def refuse(changes: RecordChanges, follow_up: FollowUp, reason: str) -> None:
    """Note that the run could not be started."""
    changes.end_wait("follow_up", follow_up.id)
    workflow = follow_up.workflow
    changes.event("follow_up.refused", follow_up.step, run=follow_up.id, workflow=workflow, reason=reason)
