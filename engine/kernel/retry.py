"""How long to wait before the next attempt. The waiting itself is a durable row, not a sleep."""

from datetime import timedelta
from typing import Any, cast

from tenacity import RetryCallState, wait_exponential

from engine.model.spec import RetrySpec


def delay(spec: RetrySpec, failures: int, chance: float) -> timedelta:
    """After the `failures`-th failure: `first * factor ** (failures - 1)`, at most `cap`, less jitter.

    `chance`: a number in [0, 1) that the caller drew. Jitter only shortens, so that `cap` holds.
    """
    backoff = wait_exponential(multiplier=spec.first, exp_base=spec.factor, max=spec.cap)
    state = RetryCallState(cast(Any, None), None, (), {})
    state.attempt_number = failures
    return timedelta(seconds=backoff(state) * (1 - spec.jitter * chance))
