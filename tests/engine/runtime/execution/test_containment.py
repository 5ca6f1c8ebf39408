"""Whatever a step does to end itself or the process, it has failed, and the others go on."""

import asyncio
import sys

from engine import Retry, Workflow
from engine.testing import Harness

flow = Workflow("flow", owner="@platform")
AGAIN = Retry(attempts=3, delay="1s")


@flow.step(retry=AGAIN)
async def cancels_itself() -> None:
    raise asyncio.CancelledError


@flow.step(timeout="5s")
async def awaits_what_it_cancelled() -> None:
    task = asyncio.ensure_future(asyncio.Event().wait())
    task.cancel()
    await task


@flow.step(retry=AGAIN)
async def exits() -> None:
    sys.exit(3)


@flow.step
def exits_in_a_thread() -> None:
    sys.exit(4)


@flow.step
def interrupts() -> None:
    raise KeyboardInterrupt


@flow.step
async def interrupts_the_loop() -> None:
    raise KeyboardInterrupt


@flow.step(retry=AGAIN)
async def exits_in_a_task() -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(exits_inside())


async def exits_inside() -> None:
    sys.exit(5)


class Odd(BaseException):
    pass


@flow.step(retry=AGAIN)
async def raises_no_exception() -> None:
    raise Odd("the valve is stuck")


@flow.step
def generator_exit() -> None:
    raise GeneratorExit


@flow.step
def cancels_in_a_thread() -> None:
    raise asyncio.CancelledError


@flow.step
async def is_fine() -> int:
    return 1


async def test_it_is_a_failure_and_not_tried_again() -> None:
    async with Harness(flow) as harness:
        run = await harness.start("flow")
        detail = await harness.state(run)
        said = {step.step: step.failure.message for step in detail.steps if step.failure}
        assert said == {
            "cancels_itself": "The step was cancelled from within.",
            "awaits_what_it_cancelled": "The step was cancelled from within.",
            "exits": "The step tried to end the process (SystemExit).",
            "exits_in_a_thread": "The step tried to end the process (SystemExit).",
            "interrupts_the_loop": "The step tried to end the process (KeyboardInterrupt).",
            "exits_in_a_task": "The step tried to end the process (SystemExit).",
            "interrupts": "The step tried to end the process (KeyboardInterrupt).",
            "raises_no_exception": "The step raised Odd, which is not an Exception: the valve is stuck",
            "generator_exit": "The step raised GeneratorExit, which is not an Exception",
            "cancels_in_a_thread": "The step was cancelled from within.",
        }
        assert {step.attempt for step in detail.steps} == {1}
        assert await harness.output(run, "is_fine") == 1
        assert len(await harness.requests()) == 10
