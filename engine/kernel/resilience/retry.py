"""How long to wait before the next attempt. The waiting itself is a durable row, not a sleep."""

from datetime import datetime, timedelta
from typing import Any, cast

from tenacity import RetryCallState, wait_exponential

from engine.kernel.resilience.failures import with_note
from engine.model.definition.spec import RetrySpec
from engine.model.records.records import StepRecord
from engine.model.records.request_parts import Failure
from engine.model.values.durations import spoken_duration


def retry_delay(spec: RetrySpec, failures: int, chance: float) -> timedelta:
    """After the `failures`-th failure: `delay * backoff ** (failures - 1)`, at most `max_delay`, less jitter.

    `chance`: a number in [0, 1) that the caller drew. Jitter only shortens, so that `max_delay` holds. A
    `max_delay` below `delay` is the default of a definition, not the author's choice, and `delay` holds.
    """
    longest = max(spec.max_delay, spec.delay)
    backoff = wait_exponential(multiplier=spec.delay, exp_base=spec.backoff, max=longest)
    state = RetryCallState(cast(Any, None), None, (), {})
    state.attempt_number = failures
    return timedelta(seconds=backoff(state) * (1 - spec.jitter * chance))


def is_too_late(spec: RetrySpec, since: datetime | None, moment: datetime) -> bool:
    """Return whether no attempt may begin at that moment. `since`: the start of the first one, if any."""
    if spec.deadline is None or since is None:
        return False
    return moment >= since + timedelta(seconds=spec.deadline)


def time_left(spec: RetrySpec, record: StepRecord) -> float | None:
    """Return the seconds that an attempt which begins now has before the deadline; None: any time."""
    if spec.deadline is None or record.round_started_at is None or record.started_at is None:
        return None
    return spec.deadline - (record.started_at - record.round_started_at).total_seconds()


def given_up(record: StepRecord, failure: Failure | None, now: datetime) -> Failure:
    """Return the failure of a step whose deadline leaves no time for another attempt.

    `failure`: of the last attempt; None where the process stopped during the only one.
    """
    assert record.round_started_at is not None
    if failure is None:
        failure = Failure("DeadlineExceeded", "The process stopped while the step executed.")
    tries = record.failures + record.crashes
    after = spoken_duration((now - record.round_started_at).total_seconds())
    attempts = f", {tries} attempt{'' if tries == 1 else 's'}" if tries else ""
    return with_note(failure, f"Gave up after {after}{attempts}.")
