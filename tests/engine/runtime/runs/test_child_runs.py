"""Nodes that run another workflow, and wait for the end of that run."""

import asyncio
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Decision, DefinitionError, DefinitionErrors, Registry, RunRecord, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.child_runs import ChildResult
from engine.kernel.transition import Transition
from engine.model.people import Person, StaticPeople
from engine.model.records.change import Change
from engine.model.states import IllegalTransition
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


async def test_a_parent_that_is_undone_cancels_its_child_and_both_undo_their_steps() -> None:
    undone: list[str] = []
    inner = Workflow("inner", owner="@dev")

    async def undo_inner(first: str) -> None:
        undone.append(first)

    @inner.step(undo=undo_inner)
    async def first() -> str:
        return "inner"

    inner.sleep("nap", "1h", after=[first])
    outer = Workflow("outer", owner="@ops")

    async def undo_outer(begin: str) -> None:
        undone.append(begin)

    @outer.step(undo=undo_outer)
    async def begin() -> str:
        return "outer"

    outer.child("inside", inner, after=[begin])
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        assert sorted(undone) == ["inner", "outer"]
        assert {one.state for one in await harness.runs()} == {"cancelled"}
        assert await harness.engine.next_due() is None
        assert (await harness.engine.audit()).findings == []


async def test_a_parent_that_fails_at_another_step_cancels_its_child() -> None:
    inner, _ = waiting_child()
    outer = Workflow("outer", owner="@ops", on_failure="fail")
    outer.child("inside", inner)

    @outer.step
    async def risky() -> None:
        raise RuntimeError("bad")

    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        assert (await harness.state(run)).run.state == "failed"
        assert [one.state for one in await harness.runs("inner")] in ([], ["cancelled"])
        assert await harness.engine.next_due() is None


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


async def test_a_child_that_is_about_to_start_waits_for_a_paused_parent() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        gate = held_back(harness)
        run = await harness.engine.start("outer", actor=CLI)
        await harness.engine.control.pause_run(run.id, actor=CLI)
        gate.set()
        await harness.run_until_idle()
        assert [one.workflow for one in await harness.runs()] == ["outer"]
        assert await harness.engine.next_due() is None
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_parent_that_is_cancelled_before_its_child_starts_starts_none() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        gate = held_back(harness)
        run = await harness.engine.start("outer", actor=CLI)
        await harness.engine.cancel(run.id, actor=CLI)
        gate.set()
        await harness.run_until_idle()
        assert [one.workflow for one in await harness.runs()] == ["outer"]
        assert await harness.engine.next_due() is None


async def test_a_parent_that_ends_while_its_child_is_being_created_leaves_none() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        parts = harness.engine._parts
        create = parts.execution.admission.start_from_step

        async def start(*arguments: Any) -> RunRecord:
            child = await create(*arguments)
            parent = arguments[3]
            await harness.engine.cancel(parent.id, actor=CLI)
            await parts.execution.runs.apply(parent.id, forgotten)  # as if an earlier look had found no run
            return child

        parts.execution.admission.start_from_step = start  # type: ignore[method-assign, assignment]
        run = await harness.start("outer")
        assert (await harness.state(run)).run.state == "cancelled"
        assert (await child_of(harness)).state == "cancelled"


def forgotten(transition: Transition) -> Change:
    transition.end_wait("child", f"{transition.state.run.id}:inside")
    return transition.finish()


def held_back(harness: Harness) -> asyncio.Event:
    """Hold the alarm back until the event is set."""
    return harness.engine._parts.timing.alarm.hold()


async def test_people_are_asked_again_when_the_workflow_that_runs_after_an_approval_changed(
    tmp_path: Path,
) -> None:
    def flows(word: str) -> tuple[Workflow, Workflow]:
        inner = Workflow("inner", owner="@dev")
        inner.sleep("nap", word)
        outer = Workflow("outer", owner="@ops")
        nap = outer.sleep("nap", "1h")
        go = outer.approval(
            "go", ask="Go?", approvers=["@dev"], expires="9h", revocable_for="2h", after=[nap]
        )
        outer.child("inside", inner, when=go.approved)
        return inner, outer

    async with Harness(*flows("1h"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("outer")
        await harness.advance("1h")
        await harness.decide("go", "approve", as_user="U2")
        clock = harness.clock
    async with Harness(*flows("2h"), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("3h")
        assert [one.workflow for one in await harness.runs()] == ["outer"]
        (request,) = await harness.requests()
        assert (request.step, request.state) == ("go", "open")
        await harness.decide("go", "approve", as_user="U2")
        await harness.advance("5h")
        assert (await harness.state(run)).run.state == "succeeded"


def approved_child(ran: list[str], word: str) -> tuple[Workflow, Workflow]:
    """`word`: what the child run's step does; another one is other code."""
    inner = Workflow("inner", owner="@dev")
    if word == "old":

        @inner.step
        async def work() -> None:
            ran.append("old")

    else:

        @inner.step
        async def work() -> None:
            ran.append("new")

    outer = Workflow("outer", owner="@ops")
    go = outer.approval("go", ask="Go?", approvers=["@dev"], expires="9h")
    outer.child("inside", inner, when=go.approved)
    return inner, outer


async def approve_before_child_starts(harness: Harness, gate: asyncio.Event | None = None) -> RunRecord:
    run = await harness.start("outer")
    if gate is None:
        held_back(harness)
    (request,) = await harness.requests()
    verdict = await harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U2"))
    assert verdict.accepted
    step = await harness.step(run, "inside")
    assert (step.state, step.reason) == ("waiting", "")
    return run


async def approve_again(harness: Harness, run: RunRecord) -> None:
    (request,) = await harness.requests()
    assert (request.step, request.state) == ("go", "open")
    assert "the code of inside changed" in request.coverage.again
    assert [one.workflow for one in await harness.runs()] == ["outer"]
    await harness.decide("go", "approve", as_user="U2")
    assert (await harness.state(run)).run.state == "succeeded"
    assert await harness.engine.next_due() is None
    assert (await harness.engine.audit()).findings == []


async def test_people_are_asked_again_when_a_child_run_that_has_not_started_changed(tmp_path: Path) -> None:
    ran: list[str] = []
    async with Harness(*approved_child(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await approve_before_child_starts(harness)
        clock = harness.clock
    async with Harness(*approved_child(ran, "new"), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert ran == []
        await approve_again(harness, run)
        assert ran == ["new"]


async def test_a_child_run_that_a_pause_held_back_is_verified_before_it_starts(tmp_path: Path) -> None:
    ran: list[str] = []
    async with Harness(*approved_child(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await approve_before_child_starts(harness)
        await harness.engine.control.pause_run(run.id, actor=CLI)
        clock = harness.clock
    async with Harness(*approved_child(ran, "new"), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert ran == []
        await approve_again(harness, run)
        assert ran == ["new"]


async def test_nobody_waits_for_the_start_of_a_child_run_to_be_asked_again(tmp_path: Path) -> None:
    ran: list[str] = []
    async with Harness(*approved_child(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        gate = held_back(harness)
        run = await approve_before_child_starts(harness, gate)
        changed = [(flow, None) for flow in approved_child(ran, "new")]
        await harness.engine.replace(harness.engine.prepare(changed, Registry()))
        assert [(one.step, one.state) for one in await harness.requests()] == [("go", "open")]
        gate.set()
        await harness.run_until_idle()
        await approve_again(harness, run)
        assert ran == ["new"]


async def test_a_child_run_starts_after_a_restart_with_the_code_that_was_approved(tmp_path: Path) -> None:
    ran: list[str] = []
    async with Harness(*approved_child(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await approve_before_child_starts(harness)
        clock = harness.clock
    async with Harness(*approved_child(ran, "old"), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert (await harness.state(run)).run.state == "succeeded"
        assert ran == ["old"]


async def test_the_end_of_an_earlier_child_run_is_not_taken() -> None:
    inner, outer = waiting_child()
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        state = await harness.engine._parts.execution.runs.proven(run.id)
        end = partial(finished, child="inner-00000000000000")
        with pytest.raises(IllegalTransition, match="another run"):
            await harness.engine._parts.execution.runs.apply(state.id, end)
        assert (await harness.step(run, "inside")).state == "waiting"


def finished(transition: Transition, child: str) -> Change:
    child_runs.finish(transition, "inside", child, ChildResult("done"))
    return transition.finish()


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


def packing(**options: Any) -> Workflow:
    flow = Workflow("pack", owner="@dev", **options)

    @flow.step
    async def pack() -> Built:
        return Built(file="app.tar.gz")

    @flow.step
    async def clean(pack: Built) -> int:
        return 3

    return flow


@pytest.mark.parametrize(
    ("options", "output", "expected"),
    [
        ({}, None, 3),
        ({}, "pack", {"file": "app.tar.gz"}),
        ({"result": "{pack.file}"}, None, "app.tar.gz"),
        ({"result": "{pack.file}"}, "clean", 3),
        ({"result": "Packed {pack.file}"}, None, 3),
    ],
)
async def test_a_child_gives_the_output_that_is_named(options: Any, output: Any, expected: Any) -> None:
    inner, outer = packing(**options), Workflow("outer", owner="@ops")
    outer.child("inside", inner, output=output)
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        assert await harness.output(run, "inside") == expected


async def test_several_last_steps_give_a_mapping() -> None:
    inner, outer = packing(), Workflow("outer", owner="@ops")

    @inner.step
    async def note() -> str:
        return "noted"

    outer.child("inside", inner)
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        assert await harness.output(run, "inside") == {"clean": 3, "note": "noted"}


async def test_a_child_beyond_the_limit_of_its_workflow_waits_for_its_turn() -> None:
    inner, outer = waiting_child()
    inner.options = replace(inner.options, max_active_runs=1, overlap="queue")
    async with Harness(inner, outer, people=PEOPLE) as harness:
        runs = [await harness.start("outer") for _ in range(2)]
        assert sorted(run.state for run in await harness.runs("inner")) == ["pending", "waiting"]
        await harness.advance("2h")
        assert [(await harness.state(run)).run.state for run in runs] == ["succeeded"] * 2


async def test_a_child_that_its_workflow_skips_fails_its_step() -> None:
    inner, outer = waiting_child()
    inner.options = replace(inner.options, max_active_runs=1, overlap="skip")
    async with Harness(inner, outer, people=PEOPLE) as harness:
        await harness.start("inner")
        await harness.start("outer")
        request = await ask_failed(harness, "inside")
        assert request.failure.message.startswith("inner is already running")


async def test_a_fork_that_executes_the_node_starts_a_child_of_its_own() -> None:
    broken = ["1.2"]
    build = build_workflow(broken)
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", {"version": "1.2"})
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        broken.clear()
        fork = await harness.engine.control.fork(run.id, "built", actor=CLI)
        await harness.run_until_idle()
        assert await harness.output(fork, "publish") == "published app-1.2.tar.gz"
        assert {one.parent for one in await harness.runs("build")} == {(run.id, "built"), (fork.id, "built")}


# What is refused at load


def problems(*workflows: Workflow) -> list[str]:
    registry = WorkflowRegistry()
    try:
        for workflow in workflows:
            registry.add(compile_workflow(workflow))
    except DefinitionErrors as errors:
        return [f"{one.problem} {one.remedy}" for one in errors.errors]
    return [f"{one.problem} {one.remedy}" for one in registry.child_errors()]


def outer_with(workflow: Any, **options: Any) -> Workflow:
    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("inside", workflow, **options)
    return outer


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "input.version is missing."),
        ({"input": {"version": "1", "color": 1}}, "input has color, but build has no such field."),
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
            {"input": "{input}", "output": "compil_it"},
            "output names compil_it, but build has no such step. Did you",
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
