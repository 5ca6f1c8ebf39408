"""Pure: the transition of a check that found its step not ready, and the wait until the next one."""

from collections.abc import Sequence
from datetime import timedelta

from engine.kernel.resources import use as resource_use
from engine.kernel.run_transitions import is_current, record_late_end
from engine.kernel.transition import Transition
from engine.model.definition.spec import PollSpec, StepSpec
from engine.model.records.change import Change
from engine.model.records.records import evolve
from engine.model.records.request_parts import Failure
from engine.model.runs.checkpoint import CheckpointRecord
from engine.model.runs.polling import POLLING_KEY, Polling
from engine.model.values.durations import spoken_duration


def not_yet(
    transition: Transition, step: str, attempt: int, text: str, after: float | None, log: Sequence[str]
) -> Change:
    """Count a check, and add a durable wait for the next one; beyond the deadline give the step up.

    A check is neither a failure nor an attempt. `after`: the wait that the step asks for, in seconds.
    """
    if not is_current(transition, step, attempt):
        return record_late_end(transition, step, attempt, "a check")
    state, node = transition.state, transition.state.graph.node(step)
    assert isinstance(node, StepSpec)
    assert node.poll is not None
    before = transition.record(step)
    if state.graph.uses:
        resource_use.answered(transition, step)
    polling = _polling(transition, step)
    polling = evolve(polling, checks=polling.checks + 1, text=text)
    _keep(transition, step, attempt, polling)
    state.put(
        evolve(before, failures=0, crashes=0, deaths=0, round_started_at=None, log=tuple(log), reason=text)
    )
    deadline = polling.since + timedelta(seconds=node.poll.deadline)
    if transition.now >= deadline:
        transition.give_up(step, _too_late(node.poll, polling))
        return transition.finish()
    # The last check is at the deadline, however long the interval is by then.
    due = min(transition.now + poll_delay(node.poll, polling.checks, after), deadline)
    transition.move_step(step, "retry_later", failure=None, ended_at=transition.now, next_attempt_at=due)
    transition.wait("retry", f"{state.run.id}:{step}", step, due)
    transition.event(
        "step.not_yet",
        step,
        attempt=attempt,
        title=node.title,
        checks=polling.checks,
        text=text,
        next_check_at=due.isoformat(),
        deadline=deadline.isoformat(),
        log=list(log),
    )
    return transition.finish()


def poll_delay(spec: PollSpec, checks: int, after: float | None) -> timedelta:
    """Return the wait after so many checks: `delay * backoff ** (checks - 1)`, at most `max_delay`.

    `after`: the wait that the step asks for instead, at least a second.
    """
    if after is not None:
        return timedelta(seconds=max(after, 1.0))
    seconds = spec.delay
    for _ in range(checks - 1):
        seconds = min(seconds * spec.backoff, spec.max_delay)
        if seconds == spec.max_delay or spec.backoff == 1:
            break
    return timedelta(seconds=seconds)


def _polling(transition: Transition, step: str) -> Polling:
    """Return the checks so far. A person's Retry begins them again, with a deadline of its own."""
    record = transition.record(step)
    kept = transition.state.checkpoints.get(step, {}).get(POLLING_KEY)
    if kept is not None and (polling := Polling.read(kept.value)).round == record.round:
        return polling
    earlier = Polling.read(kept.value).total if kept is not None else 0
    return Polling(record.round, 0, record.started_at or transition.now, "", earlier)


def _keep(transition: Transition, step: str, attempt: int, polling: Polling) -> None:
    run_id, now = transition.state.run.id, transition.now
    kept = CheckpointRecord(run_id, step, -1, POLLING_KEY, attempt, polling.as_json(), now)
    transition.state.checkpoints.setdefault(step, {})[POLLING_KEY] = kept
    transition.change.checkpoints[kept.id] = kept


def _too_late(spec: PollSpec, polling: Polling) -> Failure:
    times = "once" if polling.checks == 1 else f"{polling.checks} times"
    said = f" The last check said: {polling.text}" if polling.text else ""
    text = f"It was not ready within {spoken_duration(spec.deadline)}, checked {times}.{said}"
    return Failure("DeadlineExceeded", text)
