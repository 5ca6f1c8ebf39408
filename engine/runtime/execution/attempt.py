"""One attempt of a step: all values that it needs, and how long it may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.compiler.compiled import Compiled
from engine.compiler.nodes.step_code import StepCode
from engine.kernel.live_run import LiveRun
from engine.kernel.requests.revision import feedback_for
from engine.kernel.resilience.retry import time_left
from engine.model.definition.spec import StepSpec
from engine.model.people import Actor
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import Feedback
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.polling import POLLING_KEY, polling_of
from engine.model.values.durations import spoken_duration
from engine.model.values.trace import span_id, traceparent
from engine.runtime.execution.overruns import Key


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a step, with all values that it needs, taken from the run when the attempt began."""

    key: Key
    run_id: str
    workflow: str
    step: str
    """Name of the step run; of an element it is not the node's."""
    node: StepSpec
    number: int
    round: int
    actor: Actor
    code: StepCode | None
    """The code that was verified when the attempt began; None where other code is loaded by now."""
    input: Any
    outputs: Mapping[str, Any]
    """Values by parameter, as `StepCode.arguments` takes them."""
    checkpoints: Mapping[str, CheckpointRecord]
    """Kept by earlier attempts, by key."""
    checks: int = 0
    """Number of earlier attempts that only found the step not ready."""
    seconds: float | None = None
    """How long it may take: the step's timeout, or less where the deadline of all attempts is near."""
    trace_id: str = ""
    """The trace of its run."""
    feedback: tuple[Feedback, ...] = ()
    """Changes that approvers requested, for which it runs again."""

    @property
    def idempotency_key(self) -> str:
        return f"{self.run_id}:{self.step}:{self.round}"

    @property
    def traceparent(self) -> str:
        """The header that hands its trace on."""
        return traceparent(self.trace_id, span_id(*self.key)) if self.trace_id else ""

    @property
    def limit(self) -> str:
        """The limit that it exceeded, in words."""
        if self.seconds == self.node.timeout:
            return f"its timeout of {self.seconds:g} s"
        return f"the deadline of {spoken_duration(self.node.retry.deadline or 0)} for all attempts"

    @property
    def overdue(self) -> str:
        """Return why it was stopped."""
        if self.seconds == self.node.timeout:
            return f"no result within {self.seconds:g} s"
        return f"no result before {self.limit}"


def attempt_of(state: LiveRun, record: StepRecord, compiled: Compiled | None) -> Attempt:
    """Return the attempt of a step run that begins now. `compiled`: the loaded workflow."""
    node = state.graph.node(record.step)
    assert isinstance(node, StepSpec)
    code = compiled.code[node.name] if compiled and node.name in compiled.code else None
    outputs: dict[str, Any] = {}
    if node.each is not None:
        outputs[node.each.parameter] = state.element_value(record.step)
    for need in node.needs:
        if need.parameter in outputs:
            continue
        source = state.steps[need.step]
        if need.join == "settled":
            error = source.failure.message if source.failure else source.reason or None
            outputs[need.parameter] = {"state": source.state, "value": source.output, "error": error}
        else:
            outputs[need.parameter] = source.output
    run = state.run
    key = run.id, record.step, record.attempt
    kept = dict(state.checkpoints.get(record.step, ())) if state.checkpoints else {}
    polling = polling_of(kept) if kept else None
    if polling is not None:
        del kept[POLLING_KEY]
    return Attempt(
        key,
        run.id,
        run.workflow,
        record.step,
        node,
        record.attempt,
        record.round,
        run.actor,
        code if code and code.digest == record.code_digest else None,
        run.input,
        outputs,
        kept,
        polling.total if polling else 0,
        node.timeout if node.retry.deadline is None else _seconds(node, record),
        run.trace_id,
        feedback_for(state.requests.values(), record.step) if record.round > 1 else (),
    )


def _seconds(node: StepSpec, record: StepRecord) -> float | None:
    """Return how long an attempt of a step may take whose retries have a deadline."""
    limits = [limit for limit in (node.timeout, time_left(node.retry, record)) if limit is not None]
    return min(limits, default=None)
