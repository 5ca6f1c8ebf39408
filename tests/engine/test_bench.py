"""The test helper for people who write workflows."""

import pytest

from engine import Fatal, Workflow
from engine.testing import Bench


async def test_the_output_of_a_step_that_failed_raises_with_the_reason() -> None:
    flow = Workflow("flow", owner="@platform")

    @flow.step
    async def fall() -> str:
        raise Fatal("the gateway is gone")

    async with Bench(flow) as bench:
        run = await bench.start("flow")
        with pytest.raises(AssertionError, match="fall has no output, it is waiting: the gateway is gone"):
            await bench.output(run, "fall")
