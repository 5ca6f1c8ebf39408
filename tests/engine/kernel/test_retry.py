"""How long a failed step waits for its next attempt."""

from datetime import timedelta

import pytest

from engine.kernel.resilience.retry import retry_delay
from engine.model.definition.spec import RetrySpec
from signoff import Retry, Workflow
from signoff.testing import Harness


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (2, 6), (3, 18), (4, 30), (5, 30), (1000, 30)])
def test_each_wait_is_longer_by_the_backoff_up_to_the_longest(failures: int, seconds: int) -> None:
    spec = RetrySpec(attempts=9, delay=2, backoff=3, max_delay=30)
    assert retry_delay(spec, failures, 0) == timedelta(seconds=seconds)


@pytest.mark.parametrize("failures", [1, 2, 7])
def test_a_delay_above_a_minute_is_waited_in_full_without_max_delay(failures: int) -> None:
    """Its definition has the default of a minute, and so has its digest."""
    spec = RetrySpec(attempts=9, delay=600, max_delay=60)
    assert retry_delay(spec, failures, 0) == timedelta(minutes=10)


def test_jitter_only_shortens_a_wait() -> None:
    spec = RetrySpec(attempts=9, delay=100, max_delay=100, jitter=0.25)
    assert retry_delay(spec, 3, 0) == timedelta(seconds=100)
    assert retry_delay(spec, 3, 0.999) == timedelta(seconds=100 * (1 - 0.25 * 0.999))


async def test_an_author_who_gives_only_a_delay_of_ten_minutes_waits_ten_minutes() -> None:
    flow = Workflow("flow", owner="@ops")
    attempts: list[int] = []

    @flow.step(retry=Retry(attempts=2, delay="10m", jitter=0))
    async def pull() -> str:
        attempts.append(1)
        if len(attempts) == 1:
            raise ConnectionError("the server does not answer")
        return "done"

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.advance("9m59s")
        assert len(attempts) == 1
        await harness.advance("1s")
        assert await harness.output(run, "pull") == "done"
