"""Nodes that run another workflow, and wait for the end of that run."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, DefinitionError, DefinitionErrors, Registry, RunRecord, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.model.people import Person, StaticPeople
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.testing import Harness

PEOPLE = StaticPeople([Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"], "dev": ["U2"]})
CLI = Actor("cli", "root")
BOB = Actor("slack", "U3")


class Build(BaseModel):
    version: str
    size: int = 1


class Release(BaseModel):
    version: str


class Built(BaseModel):
    file: str


def build_workflow(broken: list[str]) -> Workflow:
    """`broken`: versions that cannot be built."""
    flow = Workflow("build", owner="@dev", input=Build)

    @flow.step
    async def compile_it(input: Build) -> Built:
        if input.version in broken:
            raise ValueError(f"{input.version} does not compile")
        return Built(file=f"app-{input.version}.tar.gz")

    return flow


def release_workflow(build: Workflow) -> Workflow:
    flow = Workflow("release", owner="@ops", input=Release)
    flow.child("built", build, input={"version": "{input.version}"})

    @flow.step
    async def publish(built: Built) -> str:
        return f"published {built.file}"

    return flow


def waiting_child() -> tuple[Workflow, Workflow]:
    inner = Workflow("inner", owner="@dev")
    pause = inner.sleep("nap", "1h")

    @inner.step(after=[pause])
    async def work() -> str:
        return "done"

    outer = Workflow("outer", owner="@ops")
    outer.child("inside", inner)

    @outer.step
    async def after(inside: str) -> str:
        return f"inside: {inside}"

    return inner, outer


async def child_of(harness: Harness) -> RunRecord:
    (run,) = [run for run in await harness.runs() if run.parent]
    return run


async def ask_failed(harness: Harness, step: str) -> Any:
    (request,) = [one for one in await harness.requests() if one.step == step]
    return request


async def test_a_child_gives_its_last_output() -> None:
    build = build_workflow([])
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", {"version": "1.2"}, as_user="U3")
        assert (await harness.state(run)).run.state == "succeeded"
        assert await harness.output(run, "publish") == "published app-1.2.tar.gz"
        child = await child_of(harness)
        assert child.input == {"version": "1.2", "size": 1}
        assert child.actor == BOB
        assert child.parent == (run.id, "built")
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []


async def test_a_waiting_child_costs_rows_alone_and_outlasts_a_restart(tmp_path: Path) -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("outer")
        child = await child_of(harness)
        state = (await harness.state(run)).run
        assert (state.state, state.reason) == ("waiting", f"waits for {child.short} at inside")
        assert harness.engine._parts.execution.runs.in_memory == 0
        clock = harness.clock
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("1h")
        assert await harness.output(run, "after") == "inside: done"
        assert len(await harness.runs()) == 2


async def test_a_failed_child_asks_the_owner_and_retry_starts_a_new_one() -> None:
    broken = ["1.2"]
    build = build_workflow(broken)
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", {"version": "1.2"})
        child = await child_of(harness)
        await harness.decide("compile_it", "abort", as_user="U2")
        request = await ask_failed(harness, "built")
        assert request.failure.message == (
            f"{child.short} failed: compile-it failed: 1.2 does not compile (aborted by a person)"
        )
        broken.clear()
        await harness.decide(request, "retry", as_user="U1")
        assert await harness.output(run, "publish") == "published app-1.2.tar.gz"
        assert {one.state for one in await harness.runs("build")} == {"succeeded", "failed"}


async def test_a_cancelled_child_fails_its_step() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        await harness.start("outer")
        child = await child_of(harness)
        await harness.engine.cancel(child.id, actor=CLI)
        await harness.run_until_idle()
        request = await ask_failed(harness, "inside")
        assert request.failure.message.startswith(f"{child.short} was cancelled")


async def test_a_cancelled_parent_cancels_its_child() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        child = await child_of(harness)
        assert (child.state, child.reason) == ("cancelled", f"{run.short} was cancelled")
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []


async def test_a_skipped_child_is_cancelled() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.engine.control.skip(run.id, "inside", actor=CLI)
        await harness.run_until_idle()
        child = await child_of(harness)
        assert (child.state, child.reason) == ("cancelled", f"inside of {run.short} was skipped")
        assert (await harness.step(run, "after")).state == "skipped"
        assert await harness.engine.next_due() is None


async def test_a_paused_parent_takes_the_end_of_its_child_and_starts_nothing() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert await harness.output(run, "inside") == "done"
        assert (await harness.step(run, "after")).state == "pending"
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_paused_parent_starts_no_child() -> None:
    inner, _ = waiting_child()
    first = Workflow("first", owner="@ops")
    nap = first.sleep("nap", "1h")
    first.child("inside", inner, after=[nap])
    async with Harness(inner, first, people=PEOPLE) as harness:
        run = await harness.start("first")
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("2h")
        assert [one.workflow for one in await harness.runs()] == ["first"]
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_rejected_child_skips_its_step() -> None:
    inner = Workflow("inner", owner="@dev")
    go = inner.approval("go", ask="Go?", approvers=["@dev"], expires="1h")

    @inner.step(when=go.approved)
    async def work() -> str:
        return "done"

    outer = Workflow("outer", owner="@ops")
    outer.child("inside", inner)

    @outer.step
    async def after(inside: str | None) -> str:
        return f"inside: {inside}"

    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.decide("go", "reject", as_user="U2", comment="No.")
        child = await child_of(harness)
        step = await harness.step(run, "inside")
        assert (step.state, step.reason) == ("skipped", f"work of {child.short} was skipped")
        assert await harness.output(run, "after") == "inside: None"


async def test_the_requester_of_the_parent_cannot_approve_in_the_child() -> None:
    inner = Workflow("inner", owner="@dev")
    go = inner.approval("go", ask="Go?", approvers=["U2"], expires="1h")

    @inner.step(when=go.approved)
    async def work() -> str:
        return "done"

    outer = Workflow("outer", owner="@ops")
    outer.child("inside", inner)
    async with Harness(inner, outer, people=PEOPLE) as harness:
        await harness.start("outer", as_user="U2")
        assert not (await harness.try_decide("go", "approve", as_user="U2")).accepted


async def test_input_that_fits_only_at_load_but_not_in_the_run_fails_the_step() -> None:
    inner = Workflow("inner", owner="@dev", input=Build)

    @inner.step
    async def work(input: Build) -> str:
        return "done"

    outer = Workflow("outer", owner="@ops")

    @outer.step
    async def plan() -> dict[str, Any]:
        return {"version": 7, "size": "big"}

    outer.child("inside", inner, input="{plan}")
    async with Harness(inner, outer, people=PEOPLE) as harness:
        await harness.start("outer")
        request = await ask_failed(harness, "inside")
        assert request.failure.kind == "InvalidInput"
        assert "size" in request.failure.message
        assert [one.workflow for one in await harness.runs()] == ["outer"]


async def test_children_of_children_name_their_path() -> None:
    inner, middle = waiting_child()
    top = Workflow("top", owner="@ops")
    top.child("whole", middle)
    async with Harness(inner, middle, top, people=PEOPLE) as harness:
        await harness.start("top")
        runs = {run.workflow: run for run in await harness.runs()}
        await harness.engine.cancel(runs["inner"].id, actor=CLI)
        await harness.run_until_idle()
        await harness.decide("inside", "abort", as_user="U1")
        request = await ask_failed(harness, "whole")
        assert request.failure.message.startswith(
            f"{runs['outer'].short} failed: inside failed: {runs['inner'].short} was cancelled"
        )


# What is refused at load


def problems(*workflows: Workflow) -> list[str]:
    registry = WorkflowRegistry()
    try:
        for workflow in workflows:
            registry.add(compile_workflow(workflow))
    except DefinitionErrors as errors:
        return [f"{one.problem} {one.remedy}" for one in errors.errors]
    return [f"{one.problem} {one.remedy}" for one in registry.child_problems()]


def outer_with(workflow: Any, **options: Any) -> Workflow:
    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("inside", workflow, **options)
    return outer


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "input.version is missing."),
        ({"input": {"version": "1", "colour": 1}}, "input has colour, but build has no such field."),
        ({"input": {"version": "1", "size": "big"}}, 'input.size "big" is not a whole number.'),
        (
            {"input": {"version": "{input.release}"}},
            "input.version names input.release, but Release has no field",
        ),
        (
            {"input": {"version": "{plan.x}"}},
            "input.version names plan.x, but this workflow has no step plan.",
        ),
        ({"input": 3}, "input is 3. Give a mapping"),
        ({"input": {"version": "{"}}, "input.version is '{': a brace is not closed"),
        (
            {"input": "{input}", "result": "compil_it"},
            "result names compil_it, but build has no such step. Did you",
        ),
    ],
)
def test_input_that_does_not_fit_is_refused_at_load(options: Any, problem: str) -> None:
    build = build_workflow([])
    assert [text for text in problems(build, outer_with(build, **options)) if text.startswith(problem)]


def test_a_type_that_does_not_fit_is_refused_at_load() -> None:
    build, outer = build_workflow([]), Workflow("outer", owner="@ops", input=Release)

    @outer.step
    async def sizes() -> dict[str, int]:
        return {"a": 1}

    outer.child("inside", build, input={"version": "1", "size": "{sizes}"})
    assert problems(build, outer) == [
        "input.size is dict[str, int], but build takes int. Name a value of that type."
    ]


def test_a_reader_of_another_type_is_refused_at_load() -> None:
    outer = outer_with(build_workflow([]), input={"version": "1"})

    @outer.step
    async def after(inside: int) -> None: ...

    assert problems(outer)[0].startswith("The parameter inside takes int, but inside returns Built.")


def test_an_unknown_workflow_is_refused_once_all_are_loaded() -> None:
    (text,) = problems(build_workflow([]), outer_with("biuld"))
    assert text == "It runs the workflow biuld, which is not loaded. Did you mean build?"


def test_a_circle_of_workflows_is_refused() -> None:
    one, two = Workflow("one", owner="@ops"), Workflow("two", owner="@ops")
    one.child("second", two)
    two.child("first", one)
    assert problems(one, two) == [
        "The workflow runs itself: one -> two -> one. Remove one of these child workflows."
    ]
    alone = Workflow("alone", owner="@ops")
    alone.child("again", alone)
    assert problems(alone)[0].startswith("The workflow runs itself: alone -> alone.")


# In dict form


async def test_a_child_in_dict_form_gives_the_next_task_its_output() -> None:
    class Publisher:
        def publish(self, built: dict[str, Any]) -> str:
            return f"published {built['file']}"

    data = {
        "id": "release",
        "owner": "@ops",
        "input": Release,
        "tasks": [
            {"id": "built", "child": {"workflow": "build", "input": {"version": "{input.version}"}}},
            {"id": "publish", "service": "Publisher", "action": "publish"},
        ],
    }
    registry = Registry()
    registry.add("Publisher", Publisher())
    async with Harness(build_workflow([]), data, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("release", {"version": "1.2"})
        assert await harness.output(run, "publish") == "published app-1.2.tar.gz"


@pytest.mark.parametrize(
    ("child", "problem"),
    [
        ({"input": {}}, "child has no 'workflow'."),
        ({"workflow": "build", "inputs": {}}, "inputs"),
        ("build", "child"),
    ],
)
def test_a_child_in_dict_form_is_checked(child: Any, problem: str) -> None:
    data = {"id": "release", "owner": "@ops", "tasks": [{"id": "built", "child": child}]}
    with pytest.raises(DefinitionError) as raised:
        from_dict(data, Registry())
    assert problem in raised.value.problem


def test_a_task_with_a_child_has_no_action() -> None:
    task = {"id": "built", "child": {"workflow": "build"}, "action": "x"}
    with pytest.raises(DefinitionError, match="has 'action'"):
        from_dict({"id": "release", "owner": "@ops", "tasks": [task]}, Registry())
