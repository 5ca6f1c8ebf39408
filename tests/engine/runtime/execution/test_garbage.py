"""Tests that a run leaves nothing to the garbage collector: its values would stay until a collection."""

import gc
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

from bot.garbage import GARBAGE_THRESHOLD
from engine import Actor, Decision, Fatal, StaticPeople, StepContext, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})
flow = Workflow("flow", owner="@ops")


class Row(BaseModel):
    id: int


@flow.step
async def plain() -> int:
    return 1


@flow.step
async def checks(ctx: StepContext, plain: int) -> int:
    ctx.log("rows")
    return len(ctx.rows([{"id": plain}, {"id": "none"}], Row))


@flow.step
def in_a_thread(checks: int) -> int:
    return checks


go = flow.approval("go", ask="Go?", show=["in_a_thread"], approvers=["@ops"], expires="30d")


@flow.step(when=go.approved)
def approved(ctx: StepContext, in_a_thread: int) -> None:
    values = [in_a_thread] * 1000
    raise Fatal(f"{len(values)} values")


@contextmanager
def collected() -> Iterator[list[Any]]:
    """Give, at the end, what only the collector frees of the engine's objects, functions and frames."""
    of_engine: list[Any] = []
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield of_engine
        gc.collect()
        of_engine += [each for each in gc.garbage if _is_of_engine(each)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def _is_of_engine(each: Any) -> bool:
    if isinstance(each, types.FrameType):
        return "/engine/" in each.f_code.co_filename
    module = each.__module__ if isinstance(each, types.FunctionType) else type(each).__module__
    return bool(module) and str(module).startswith("engine.")


async def test_a_run_and_its_decision_leave_nothing_to_the_collector() -> None:
    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("flow")
        with collected() as garbage:
            run = await harness.start("flow")
            (request,) = [each for each in await harness.requests() if each.run_id == run.id]
            await harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U1"))
            await harness.run_until_idle()
        assert (await harness.step(run, "approved")).failure is not None
    assert garbage == []


def test_objects_that_refer_to_each_other_are_found_here() -> None:
    class Ring:
        __module__ = "engine.ring"

    with collected() as garbage:
        ring = Ring()
        ring.itself = ring  # type: ignore[attr-defined]
        del ring
    assert [type(each).__name__ for each in garbage] == ["Ring"]


def test_the_bot_collects_garbage_rarely() -> None:
    code = "import gc, bot.__main__; print(gc.isenabled(), gc.get_threshold()[0])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", str(GARBAGE_THRESHOLD)]
