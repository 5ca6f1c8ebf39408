"""Workflows are replaced while runs are under way."""

import asyncio
from pathlib import Path

from engine import Actor, Every, OnEvent, Registry, StaticPeople, Workflow
from engine.runtime.workflows.workflow_registry import PreparedWorkflows
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
OPS = Actor("cli", "ops")


def prepared(harness: Harness, *workflows: Workflow) -> PreparedWorkflows:
    return harness.engine.prepare([(workflow, None) for workflow in workflows], Registry())


def slow(word: str, go: asyncio.Event, begun: list[str]) -> Workflow:
    """Two steps that execute one after the other. The first one waits for `go`."""
    flow = Workflow("slow", owner="@ops")
    if word == "old":

        @flow.step(name="first")
        async def old_first() -> str:
            begun.append("old")
            await go.wait()
            return "old"

        @flow.step(name="second")
        async def old_second(first: str) -> str:
            return f"{first}, old"
    else:

        @flow.step(name="first")
        async def new_first() -> str:
            begun.append("new")
            return "new"

        @flow.step(name="second")
        async def new_second(first: str) -> str:
            return f"{first}, new"

    return flow


async def test_an_attempt_ends_with_the_code_that_it_began_with(tmp_path: Path) -> None:
    go, begun = asyncio.Event(), list[str]()
    async with Harness(slow("old", go, begun), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.engine.start("slow", actor=OPS)
        while not begun:
            await asyncio.sleep(0)
        await harness.engine.replace(prepared(harness, slow("new", go, begun)))
        go.set()
        await harness.run_until_idle()
        assert begun == ["old"]
        assert await harness.output(run, "second") == "old, new"


async def test_an_attempt_whose_code_was_replaced_before_it_began_starts_again(tmp_path: Path) -> None:
    """Its start was verified against the earlier code, and is durable."""
    go, begun = asyncio.Event(), list[str]()
    async with Harness(slow("old", go, begun), people=PEOPLE, folder=tmp_path) as harness:
        new = prepared(harness, slow("new", go, begun))
        runs = harness.engine._parts.execution.runs
        assert runs.effects is not None
        launch = runs.effects.launch

        def replaced_first(*values: object) -> None:
            harness.engine._workflows.take(new.registry)
            launch(*values)  # type: ignore[arg-type]

        runs.effects.launch = replaced_first  # type: ignore[assignment,method-assign]
        run = await harness.start("slow")
        assert begun == ["new"]
        events = [event.type for event in await harness.engine.events.of_run(run.id)]
        assert events.index("step.interrupted") < events.index("step.succeeded")
        assert await harness.output(run, "second") == "new, new"


async def test_triggers_are_replaced_and_keep_their_place(tmp_path: Path) -> None:
    def flows(heard: bool) -> list[Workflow]:
        tick = Workflow("tick", owner="@ops", triggers=[Every("1h")])

        @tick.step
        async def beat() -> str:
            return "beat"

        listener = Workflow(
            "listener", owner="@ops", triggers=[OnEvent("run.succeeded", workflow="tick")] if heard else []
        )

        @listener.step
        async def listen() -> str:
            return "heard"

        return [tick, listener]

    async with Harness(*flows(True), people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("1h")
        assert len(await harness.runs("listener")) == 1
        await harness.engine.replace(prepared(harness, *flows(False)))
        await harness.advance("1h")
        assert len(await harness.runs("listener")) == 1, "a trigger that is gone starts nothing"
        await harness.engine.replace(prepared(harness, *flows(True)))
        await harness.advance("1h")
        assert len(await harness.runs("listener")) == 2, "it begins with the events to come"


async def test_a_schedule_with_another_rule_fires_by_it(tmp_path: Path) -> None:
    def flow(every: str) -> Workflow:
        tick = Workflow("tick", owner="@ops", triggers=[Every(every)])

        @tick.step
        async def beat() -> str:
            return "beat"

        return tick

    async with Harness(flow("1d"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.engine.replace(prepared(harness, flow("5m")))
        await harness.advance("11m")
        assert len(await harness.runs("tick")) == 2
        await harness.engine.replace(prepared(harness, flow("5m")))
        await harness.advance("4m")
        assert len(await harness.runs("tick")) == 3, "one with the same rule keeps its next fire"


async def test_what_was_replaced_is_an_event(tmp_path: Path) -> None:
    go, begun = asyncio.Event(), list[str]()
    go.set()
    async with Harness(slow("old", go, begun), people=PEOPLE, folder=tmp_path) as harness:
        other = Workflow("other", owner="@ops")

        @other.step
        async def work() -> None: ...

        await harness.engine.replace(prepared(harness, slow("new", go, begun), other))
        await harness.engine.replace(prepared(harness, other))
        events = [one.data for one in await harness.engine.events.read(0, 100) if one.type == "code.loaded"]
        assert events == [
            {"added": ["other"], "changed": ["slow"], "removed": []},
            {"added": [], "changed": [], "removed": ["slow"]},
        ]
