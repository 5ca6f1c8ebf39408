"""The undo function of a mapped step executes for each element that succeeded, however the list ended."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.compiler.workflow import compile_workflow
from engine.errors import DefinitionErrors
from engine.model.people import Actor, StaticPeople
from engine.testing import Harness
from signoff import Fatal, Retry, StepContext, Undo, Workflow

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
CLI = Actor("cli", "root")


class Fleet:
    """Installs on five hosts, of which `broken` fail; then a check fails, or a person is asked.

    `stuck`: hosts that cannot be cleaned.
    """

    def __init__(
        self,
        *,
        broken: tuple[int, ...] = (),
        stuck: tuple[int, ...] = (),
        count: int = 5,
        on_failure: Any = "fail",
        waits: bool = False,
        hangs: bool = False,
        **options: Any,
    ) -> None:
        self.broken, self.stuck, self.hangs = set(broken), set(stuck), hangs
        self.installed: list[int] = []
        self.removed: list[str] = []
        self.keys: list[str] = []
        self.reached = asyncio.Event()
        self.flow = flow = Workflow("fleet", owner="@ops", on_failure=on_failure)

        async def remove(install: str, ctx: StepContext) -> None:
            self.removed.append(install)
            self.keys.append(ctx.idempotency_key)
            if self.hangs and len(self.removed) == 2:
                self.reached.set()
                await asyncio.Event().wait()
            if int(install[-1]) in self.stuck:
                raise Fatal(f"{install} does not answer")

        @flow.step
        async def hosts() -> list[int]:
            return list(range(count))

        undo = Undo(remove, retry=Retry(attempts=1))

        @flow.step(each=hosts, at_once=1, undo=undo, retry=Retry(attempts=1), **options)
        async def install(host: int) -> str:
            if host in self.broken:
                raise Fatal(f"host {host} is full")
            self.installed.append(host)
            return f"host-{host}"

        if waits:
            flow.approval("go", ask="Go?", approvers=["@ops"], after=[install], expires="1d", advisory=True)
        else:

            @flow.step(after=[install])
            async def check() -> None:
                raise Fatal("not healthy")


async def states(harness: Harness, run: Any) -> dict[str, str]:
    return {step.step: step.state for step in (await harness.state(run)).steps}


async def elements(harness: Harness, run: Any, step: str, state: str) -> list[str]:
    found = await harness.engine.elements(run.id, step, state=state)  # type: ignore[arg-type]
    return [record.step for record in found]


async def test_each_element_that_succeeded_is_undone_with_what_it_returned() -> None:
    fleet = Fleet()
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        assert fleet.removed == [f"host-{number}" for number in reversed(range(5))]
        assert fleet.keys[0] == f"{run.id}:install.undo[4]:1"
        found = await states(harness, run)
        assert (found["install"], found["install.undo"]) == ("compensated", "succeeded")
        assert len(await elements(harness, run, "install", "compensated")) == 5
        assert (await harness.state(run)).run.state == "failed"


async def test_the_elements_before_the_one_that_failed_are_undone() -> None:
    fleet = Fleet(broken=(3,))
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        assert fleet.installed == [0, 1, 2]
        assert fleet.removed == ["host-2", "host-1", "host-0"]
        found = await states(harness, run)
        assert (found["install"], found["install.undo"]) == ("failed", "succeeded")
        assert (await harness.state(run)).run.reason.startswith("install failed: 1 of 5 elements failed")


async def test_tolerated_failures_leave_gaps_and_each_element_keeps_its_number() -> None:
    fleet = Fleet(broken=(0, 2), tolerate=2)
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        assert fleet.removed == ["host-4", "host-3", "host-1"]
        names = await elements(harness, run, "install.undo", "succeeded")
        assert names == [f"install.undo[{number}]" for number in (1, 3, 4)]
        counts = (await harness.state(run)).elements["install.undo"]
        assert (counts.total, counts.succeeded) == (3, 3)


async def test_an_element_that_cannot_be_undone_does_not_keep_the_others_from_it() -> None:
    fleet = Fleet(stuck=(1, 2))
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        assert fleet.removed == [f"host-{number}" for number in reversed(range(5))]
        (request,) = await harness.requests()
        assert (request.kind, request.step) == ("failure", "install.undo")
        assert request.failure is not None
        assert request.failure.message == "2 of 5 elements failed. Element 1: host-1 does not answer"
        fleet.stuck.clear()
        await harness.decide("install.undo", "retry", as_user="U1")
        assert fleet.removed[5:] == ["host-2", "host-1"]
        assert fleet.keys[-1] == f"{run.id}:install.undo[1]:2"
        assert (await states(harness, run))["install"] == "compensated"
        assert (await harness.state(run)).run.state == "failed"


async def test_the_owner_leaves_the_elements_that_cannot_be_undone() -> None:
    fleet = Fleet(stuck=(1,))
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        await harness.decide("install.undo", "skip", as_user="U1")
        assert await elements(harness, run, "install", "succeeded") == ["install[1]"]
        assert (await states(harness, run))["install.undo"] == "skipped"
        assert (await harness.state(run)).run.state == "failed"


async def test_a_list_without_elements_leaves_nothing_to_undo() -> None:
    fleet = Fleet(count=0)
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        assert "install.undo" not in await states(harness, run)
        assert (await harness.state(run)).undoes == ()


async def test_a_restart_goes_on_with_the_elements_that_are_left(tmp_path: Path) -> None:
    fleet = Fleet(waits=True, hangs=True)
    async with Harness(fleet.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("fleet")
        assert (await harness.state(run)).undoes == ("install",)
        await harness.engine.cancel(run.id, actor=CLI, reason="wrong fleet")
        await fleet.reached.wait()
    again = Fleet(waits=True)
    async with Harness(again.flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert again.removed == [f"host-{number}" for number in reversed(range(4))]
        assert (await states(harness, run))["install"] == "compensated"
        assert (await harness.state(run)).run.state == "cancelled"


async def test_the_owner_aborts_while_elements_are_undone() -> None:
    fleet = Fleet(stuck=(0,))
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        await harness.decide("install.undo", "abort", as_user="U1")
        ended = (await harness.state(run)).run
        assert ended.state == "failed"
        assert "not everything was undone" in ended.reason


async def test_what_a_fork_kept_of_a_list_is_undone_too() -> None:
    fleet = Fleet(waits=True)
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        await harness.decide("go", "approve", as_user="U1")
        fork = await harness.engine.control.fork(run.id, "go", actor=CLI)
        await harness.run_until_idle()
        assert (await harness.state(fork)).undoes == ("install",)
        await harness.engine.cancel(fork.id, actor=CLI, reason="not needed")
        await harness.run_until_idle()
        assert fleet.removed == [f"host-{number}" for number in reversed(range(5))]
        assert (await states(harness, fork))["install"] == "compensated"


async def test_the_log_holds_what_became_of_each_element() -> None:
    fleet = Fleet(broken=(4,))
    async with Harness(fleet.flow, people=PEOPLE) as harness:
        run = await harness.start("fleet")
        events = await harness.engine.events.of_run(run.id)
        undone = [event.step for event in events if event.type == "step.compensated"]
        assert undone == [f"install[{number}]" for number in reversed(range(4))]
        assert not (await harness.engine.audit()).findings


async def mistyped(install: int) -> None: ...


async def without_output(ctx: StepContext) -> None: ...


@pytest.mark.parametrize(
    ("undo", "problem"),
    [
        (mistyped, "takes int, but an element returns str"),
        (without_output, "does not take what an element returned"),
    ],
)
def test_a_mistake_in_the_undo_function_of_a_list_is_named(undo: Any, problem: str) -> None:
    flow = Workflow("fleet", owner="@ops")

    @flow.step
    async def hosts() -> list[int]:
        return []

    @flow.step(each=hosts, undo=undo)
    async def install(host: int) -> str:
        return ""

    with pytest.raises(DefinitionErrors, match=problem):
        compile_workflow(flow)
