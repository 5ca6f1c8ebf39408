"""How long to wait before the next attempt. The waiting itself is a durable row, not a sleep."""

from datetime import timedelta
from typing import Any, cast

from tenacity import RetryCallState, wait_exponential

from engine.model.spec import RetrySpec


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
