"""An attempt as text for a worker, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from engine.compiler.compiled import Compiled
from engine.kernel.live_run import LiveRun
from engine.kernel.requests.approval_digest import window_end
from engine.model.definition.spec import StepSpec
from engine.model.people import Actor
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import Feedback
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.dispatch import Job
from engine.runtime.execution.attempt import Attempt, attempt_of


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt as a worker gets it, without its code. `digest`: of the code that was verified."""

    run_id: str
    workflow: str
    step: str
    node: dict[str, Any]
    number: int
    round: int
    actor: Actor
    digest: str
    channel: str | None
    """The run's own channel, which `ctx.notify` may post to."""
    input: Any
    outputs: dict[str, Any]
    checkpoints: list[CheckpointRecord]
    checks: int
    seconds: float | None
    trace_id: str = ""
    feedback: tuple[Feedback, ...] = ()
    window_end: datetime | None = None
    """From this moment on, its approval no longer lets it begin."""

    def attempt(self, compiled: Compiled | None) -> Attempt:
        """Return the attempt with its code; without, where this code is not loaded."""
        node = StepSpec.model_validate(self.node)
        code = compiled.code.get(node.name) if compiled else None
        return Attempt(
            (self.run_id, self.step, self.number),
            self.run_id,
            self.workflow,
            self.step,
            node,
            self.number,
            self.round,
            self.actor,
            code if code and code.digest == self.digest else None,
            self.input,
            self.outputs,
            {each.key: each for each in self.checkpoints},
            self.checks,
            self.seconds,
            self.trace_id,
            self.feedback,
        )


_SENT = TypeAdapter(Sent)


def job_of(state: LiveRun, record: StepRecord) -> Job:
    """Return the attempt of a step run that begins now, as workers get it."""
    attempt, run = attempt_of(state, record, None), state.run
    sent = Sent(
        run.id,
        run.workflow,
        record.step,
        attempt.node.model_dump(mode="json", by_alias=True),
        record.attempt,
        record.round,
        run.actor,
        record.code_digest,
        run.channel,
        attempt.input,
        dict(attempt.outputs),
        list(attempt.checkpoints.values()),
        attempt.checks,
        attempt.seconds,
        run.trace_id,
        attempt.feedback,
        window_end(state, attempt.node.name),
    )
    payload = json.dumps(_SENT.dump_python(replace(sent), mode="json"))
    return Job(attempt.key, attempt.node.queue_name, run.priority, payload)


def sent_of(payload: str) -> Sent:
    return _SENT.validate_python(json.loads(payload))


def uses_of(payload: str) -> tuple[str, ...]:
    """Return the names of the resources that an attempt uses."""
    node: Mapping[str, Any] = json.loads(payload)["node"]
    return tuple(node.get("uses", ()))
