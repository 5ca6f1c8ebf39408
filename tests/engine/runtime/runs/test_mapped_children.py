"""Child workflows that run for every element of a list."""

import asyncio
import threading
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    Decision,
    DefinitionError,
    DefinitionErrors,
    Outcome,
    Registry,
    RunRecord,
    Settled,
    Workflow,
)
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.kernel.live_run import SHORT_MAP
from engine.model.definition.elements import MAX_CHILD_RUNS
from engine.model.people import Person, StaticPeople
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.queries.snapshots import snapshot_within
from engine.testing import Harness

PEOPLE = StaticPeople([Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"], "dev": ["U2"]})
CLI = Actor("cli", "root")


class Service(BaseModel):
    name: str
    replicas: int = 1


class Build(BaseModel):
    version: str
    name: str


class Release(BaseModel):
    version: str
    services: list[Service]


class Built(BaseModel):
    file: str


def build_workflow(broken: list[str] | None = None, **options: Any) -> Workflow:
    """`broken`: services that cannot be built."""
    flow = Workflow("build", owner="@dev", input=Build, **options)

    @flow.step
    async def compile_it(input: Build) -> Built:
        if input.name in (broken or []):
            raise ValueError(f"{input.name} does not compile")
        return Built(file=f"{input.name}-{input.version}")

    return flow


INPUT = {"version": "{input.version}", "name": "{element.name}"}


def release_workflow(build: Workflow | str, settled: bool = False, **options: Any) -> Workflow:
    flow = Workflow("release", owner="@ops", input=Release)
    flow.child("built", build, each="input.services", input=INPUT, **options)
    if settled:

        @flow.step
        async def publish(built: list[Settled[Built]]) -> list[str]:
            return [each.value.file if each.value else f"{each.state}: {each.error}" for each in built]

    else:

        @flow.step
        async def publish(built: list[Built]) -> list[str]:
            return [each.file for each in built]

    return flow


def listed(*names: str) -> dict[str, Any]:
    return {"version": "2", "services": [{"name": name} for name in names]}


async def states(harness: Harness, workflow: str = "build") -> list[str]:
    """Return the states of the runs, in alphabetical order."""
    return sorted(run.state for run in await harness.runs(workflow))


async def ended_cleanly(harness: Harness) -> None:
    assert await harness.engine.next_due() is None
    assert (await harness.engine.audit()).findings == []


async def test_every_element_has_a_child_run_of_its_own_and_the_list_keeps_its_order() -> None:
    build = build_workflow()
    async with Harness(build, release_workflow(build, at_once=2), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web", "jobs"))
        assert await harness.output(run, "publish") == ["api-2", "web-2", "jobs-2"]
        children = await harness.runs("build")
        assert {(child.parent or ("", ""))[0] for child in children} == {run.id}
        assert {(child.parent or ("", ""))[1] for child in children} == {"built[0]", "built[1]", "built[2]"}
        assert {child.actor for child in children} == {run.actor}
        counts = (await harness.state(run)).elements["built"]
        assert (counts.total, counts.succeeded, counts.waiting) == (3, 3, 0)
        await ended_cleanly(harness)


async def test_an_empty_list_starts_no_child_run() -> None:
    build = build_workflow()
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", listed())
        assert await harness.output(run, "publish") == []
        assert await harness.runs("build") == []


def napping() -> tuple[Workflow, Workflow]:
    """Child runs that last an hour."""
    inner = Workflow("inner", owner="@dev", input=Service)
    nap = inner.sleep("nap", "1h")

    @inner.step(after=[nap])
    async def done(input: Service) -> str:
        return input.name

    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("inside", inner, each="input.services", at_once=2)

    @outer.step
    async def after(inside: list[str]) -> str:
        return " ".join(inside)

    return inner, outer


async def test_no_more_child_runs_than_at_once_are_under_way_and_they_outlast_a_restart(
    tmp_path: Path,
) -> None:
    async with Harness(*napping(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("outer", listed("a", "b", "c"))
        assert await states(harness, "inner") == ["waiting", "waiting"]
        detail = await harness.state(run)
        assert (detail.run.state, detail.run.reason) == ("waiting", "waits for 2 child runs at inside")
        assert harness.engine._parts.execution.runs.in_memory == 0
        clock = harness.clock
    async with Harness(*napping(), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("1h")
        counts = (await harness.state(run)).elements["inside"]
        assert (counts.succeeded, counts.waiting, counts.ended) == (2, 1, 2)
        await harness.advance("1h")
        assert await harness.output(run, "after") == "a b c"
        await ended_cleanly(harness)


async def test_a_parent_of_many_child_runs_is_read_a_few_times_and_not_for_each_of_them() -> None:
    inner, outer = napping()
    many = SHORT_MAP + 40
    reads: list[str] = []

    def note(frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code is snapshot_within.__code__:
            reads.append(frame.f_locals["run_id"])

    threading.setprofile(note)  # the threads that read are new ones
    try:
        async with Harness(inner, outer, people=PEOPLE) as harness:
            run = await harness.start("outer", listed(*map(str, range(many))))
            for _ in range(many // 2):
                await harness.advance("1h")
            assert await harness.output(run, "after") == " ".join(map(str, range(many)))
    finally:
        threading.setprofile(None)
    children = [run_id for run_id in reads if run_id != run.id]
    assert len(children) >= many
    assert len(reads) - len(children) < 5


async def test_a_reader_of_settled_elements_takes_failures_and_skips() -> None:
    inner = Workflow("build", owner="@dev", input=Build, on_failure="fail")
    go = inner.approval("go", ask="Build {input.name}?", approvers=["@dev"], expires="1h")

    @inner.step(when=go.approved)
    async def compile_it(input: Build) -> Built:
        if input.name == "web":
            raise ValueError("no space left")
        return Built(file=input.name)

    async with Harness(inner, release_workflow(inner, settled=True), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web", "jobs"))
        for request in await harness.requests():
            choice = "reject" if "jobs" in request.ask else "approve"
            await harness.decide(request, choice, as_user="U2", comment="so")
        published = await harness.output(run, "publish")
        assert published[0] == "api"
        assert published[1].startswith("failed: build-")
        assert published[1].endswith("failed: compile-it failed: no space left")
        assert published[2].startswith("skipped: compile-it of build-")
        counts = (await harness.state(run)).elements["built"]
        assert (counts.succeeded, counts.failed, counts.skipped, counts.ended) == (1, 1, 1, 3)
        await ended_cleanly(harness)


async def test_a_reader_of_values_does_not_go_on_without_one_that_was_skipped() -> None:
    inner = Workflow("build", owner="@dev", input=Build)
    go = inner.approval("go", ask="Build?", approvers=["@dev"], expires="1h")

    @inner.step(when=go.approved)
    async def compile_it(input: Build) -> Built:
        return Built(file=input.name)

    async with Harness(inner, release_workflow(inner), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api"))
        await harness.decide("go", "reject", as_user="U2", comment="no")
        (request,) = await harness.requests()
        assert (request.kind, request.step) == ("failure", "built")
        assert "The child run has no output: compile-it of build-" in str(request.failure)
        await harness.decide(request, "retry", as_user="U1")
        await harness.decide("go", "approve", as_user="U2")
        assert await harness.output(run, "publish") == ["api"]


async def test_retry_starts_new_child_runs_for_the_failed_elements_alone() -> None:
    broken = ["web"]
    build = build_workflow(broken, on_failure="fail")
    async with Harness(build, release_workflow(build, at_once=1), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web", "jobs"))
        (request,) = await harness.requests()
        assert "1 of 3 elements failed. Element 1: build-" in str(request.failure)
        assert await states(harness) == ["failed", "succeeded"]
        broken.clear()
        await harness.decide(request, "retry", as_user="U1")
        assert await harness.output(run, "publish") == ["api-2", "web-2", "jobs-2"]
        assert await states(harness) == ["failed", "succeeded", "succeeded", "succeeded"]
        await ended_cleanly(harness)


async def test_more_failures_than_tolerated_end_it_early_and_child_runs_under_way_go_on() -> None:
    inner = Workflow("inner", owner="@dev", input=Service, on_failure="fail")
    nap = inner.sleep("nap", "1h")

    @inner.step
    async def check(input: Service) -> None:
        if input.name == "bad":
            raise ValueError("bad")

    @inner.step(after=[nap, check])
    async def done(input: Service) -> str:
        return input.name

    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("inside", inner, each="input.services", at_once=2, tolerate=1)

    @outer.step
    async def after(inside: list[Settled[str]]) -> str:
        return " ".join(str(each.value) for each in inside)

    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer", listed("a", "bad", "bad", "b", "c"))
        (request,) = await harness.requests()
        assert "2 of 5 elements failed, more than the 1 that may fail." in str(request.failure)
        assert await states(harness, "inner") == ["failed", "failed", "waiting"]
        await harness.advance("1h")  # what is under way ends, and nothing more starts
        assert await states(harness, "inner") == ["failed", "failed", "succeeded"]
        await harness.decide(request, "skip", as_user="U1")
        assert (await harness.state(run)).run.state == "succeeded"
        await ended_cleanly(harness)


@pytest.mark.parametrize("choice", ["skip", "abort"])
async def test_the_answer_of_the_owner_stops_the_child_runs_that_are_under_way(choice: str) -> None:
    inner = Workflow("inner", owner="@dev", input=Service, on_failure="fail")

    @inner.step
    async def check(input: Service) -> None:
        if input.name == "bad":
            raise ValueError("bad")

    inner.sleep("nap", "1h", after=[check])
    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("inside", inner, each="input.services")
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer", listed("a", "bad", "b"))
        await harness.decide("inside", choice, as_user="U1")
        assert await states(harness, "inner") == ["cancelled", "cancelled", "failed"]
        assert (await harness.state(run)).run.state == ("succeeded" if choice == "skip" else "failed")
        reasons = {child.reason for child in await harness.runs("inner") if child.state == "cancelled"}
        assert reasons == {
            f"inside of {run.short} was skipped" if choice == "skip" else f"{run.short} failed"
        }
        await ended_cleanly(harness)


async def test_cancel_travels_to_every_child_run_and_back_from_one() -> None:
    async with Harness(*napping(), people=PEOPLE) as harness:
        run = await harness.start("outer", listed("a", "b", "c"))
        second = await harness.start("outer", listed("d", "e"))
        child = next(one for one in await harness.runs("inner") if one.parent == (second.id, "inside[0]"))
        await harness.engine.cancel(child.id, actor=CLI)
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert request.run_id == second.id
        assert f"{child.short} was cancelled" in str(request.failure)
        of_first = [one for one in await harness.runs("inner") if one.parent and one.parent[0] == run.id]
        assert [one.state for one in of_first] == ["cancelled", "cancelled"]
        await harness.decide(request, "abort", as_user="U1")
        assert {one.state for one in await harness.runs()} == {"cancelled", "failed"}
        await ended_cleanly(harness)


async def test_a_paused_parent_takes_the_ends_of_child_runs_and_starts_no_further_one() -> None:
    async with Harness(*napping(), people=PEOPLE) as harness:
        run = await harness.start("outer", listed("a", "b", "c"))
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.advance("3h")
        assert await states(harness, "inner") == ["succeeded", "succeeded"]
        counts = (await harness.state(run)).elements["inside"]
        assert (counts.ended, counts.waiting) == (2, 0)
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert await harness.output(run, "after") == "a b c"


async def test_child_runs_that_are_about_to_start_wait_for_a_paused_parent() -> None:
    async with Harness(*napping(), people=PEOPLE) as harness:
        gate = held_back(harness)
        run = await harness.engine.start("outer", listed("a", "b"), actor=CLI)
        await harness.engine.control.pause_run(run.id, actor=CLI)
        gate.set()
        await harness.run_until_idle()
        assert [one.workflow for one in await harness.runs()] == ["outer"]
        assert await harness.engine.next_due() is None
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.advance("1h")
        assert await harness.output(run, "after") == "a b"


def held_back(harness: Harness) -> asyncio.Event:
    """Hold the alarm back until the event is set."""
    gate, alarm = asyncio.Event(), harness.engine._parts.timing.alarm
    ring = alarm._ring

    async def later(now: datetime) -> None:
        await gate.wait()
        await ring(now)

    alarm._ring = later
    return gate


def approved_children(ran: list[str], word: str) -> tuple[Workflow, Workflow]:
    """`word`: the code of the child run's step; another one is other code."""
    inner = Workflow("inner", owner="@dev", input=Service)
    nap = inner.sleep("nap", "1h")
    if word == "old":

        @inner.step(after=[nap])
        async def work(input: Service) -> None:
            ran.append(f"old {input.name}")

    else:

        @inner.step(after=[nap])
        async def work(input: Service) -> None:
            ran.append(f"new {input.name}")

    outer = Workflow("outer", owner="@ops", input=Release)
    go = outer.approval("go", ask="Go?", approvers=["@dev"], expires="9h")
    outer.child("inside", inner, each="input.services", at_once=1, when=go.approved)
    return inner, outer


async def test_people_are_asked_again_before_a_child_run_that_would_execute_other_code(
    tmp_path: Path,
) -> None:
    ran: list[str] = []
    async with Harness(*approved_children(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("outer", listed("a", "b"))
        await harness.decide("go", "approve", as_user="U2")
        assert await states(harness, "inner") == ["waiting"]
        clock = harness.clock
    async with Harness(
        *approved_children(ran, "new"), people=PEOPLE, folder=tmp_path, clock=clock
    ) as harness:
        await harness.advance("2h")
        assert len(await harness.runs("inner")) == 1
        (request,) = await harness.requests()
        assert request.step == "go"
        assert "the code of inside changed" in request.coverage.again
        await harness.decide(request, "approve", as_user="U2")
        await harness.advance("1h")
        assert (await harness.state(run)).run.state == "succeeded"
        assert ran[-1] == "new b"
        await ended_cleanly(harness)


async def test_people_are_asked_again_when_child_runs_that_have_not_started_changed(tmp_path: Path) -> None:
    ran: list[str] = []
    async with Harness(*approved_children(ran, "old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("outer", listed("a", "b"))
        held_back(harness)
        (request,) = await harness.requests()
        await harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U2"))
        clock = harness.clock
    async with Harness(
        *approved_children(ran, "new"), people=PEOPLE, folder=tmp_path, clock=clock
    ) as harness:
        await harness.run_until_idle()
        assert await harness.runs("inner") == []
        await harness.decide("go", "approve", as_user="U2")
        await harness.advance("2h")
        assert ran == ["new a", "new b"]
        assert (await harness.state(run)).run.state == "succeeded"
        await ended_cleanly(harness)


async def test_input_that_fits_only_at_load_fails_its_element_alone() -> None:
    inner = Workflow("inner", owner="@dev", input=Service)

    @inner.step
    async def done(input: Service) -> str:
        return input.name

    outer = Workflow("outer", owner="@ops")

    @outer.step
    async def load() -> list[Any]:
        return [{"name": "a"}, {"name": 3}, {"label": "c"}, "d"]

    outer.child("inside", inner, each=load, input={"name": "{element.name}"})

    @outer.step
    async def after(inside: list[Settled[str]]) -> list[str | None]:
        return [each.value or each.error for each in inside]

    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        first, wrong, missing, text = await harness.output(run, "after")
        assert first == "a"
        assert "name" in wrong
        assert missing == "input: {element.name} is missing. element has label."
        assert text == "input: {element.name} is missing. element is a text, which has no fields."
        assert len(await harness.runs("inner")) == 1
        await ended_cleanly(harness)


async def test_when_no_input_can_be_made_the_step_ends_early() -> None:
    inner = Workflow("inner", owner="@dev", input=Service)

    @inner.step
    async def done(input: Service) -> str:
        return input.name

    outer = Workflow("outer", owner="@ops")

    @outer.step
    async def load() -> list[Any]:
        return [{}, {}, {"name": "c"}]

    outer.child("inside", inner, each=load, input={"name": "{element.name}"})
    async with Harness(inner, outer, people=PEOPLE) as harness:
        run = await harness.start("outer")
        (request,) = await harness.requests()
        assert "1 of 3 elements failed. Element 0: input:" in str(request.failure)
        assert await harness.runs("inner") == []
        await harness.decide(request, "retry", as_user="U1")
        assert len(await harness.requests()) == 1
        await harness.engine.cancel(run.id, actor=CLI)
        await harness.run_until_idle()
        await ended_cleanly(harness)


async def test_a_list_that_is_too_long_starts_nothing() -> None:
    build = build_workflow()
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        many = listed(*[f"s{number}" for number in range(MAX_CHILD_RUNS + 1)])
        await harness.start("release", many)
        (request,) = await harness.requests()
        assert "has 1,001 elements, and a child workflow takes at most 1,000." in str(request.failure)
        assert await harness.runs("build") == []


async def test_child_runs_beyond_the_limit_of_their_workflow_wait_for_their_turn() -> None:
    build = build_workflow(max_active_runs=1)
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web", "jobs"))
        assert await harness.output(run, "publish") == ["api-2", "web-2", "jobs-2"]


async def test_an_approval_inside_a_child_run_names_its_element_and_not_the_requester() -> None:
    inner = Workflow("build", owner="@dev", input=Build)
    inner.approval("go", ask="Build {input.name}?", approvers=["@ops", "@dev"], expires="1h")

    @inner.step
    async def compile_it(input: Build, go: Outcome) -> Built:
        return Built(file=f"{input.name} by {go.by[0]}")

    async with Harness(inner, release_workflow(inner), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web"), as_user="U1")
        requests = await harness.requests()
        assert sorted(request.ask for request in requests) == ["Build api?", "Build web?"]
        for request in requests:
            refused = await harness.try_decide(request, "approve", as_user="U1")
            assert not refused.accepted
            await harness.decide(request, "approve", as_user="U2")
        assert await harness.output(run, "publish") == ["api by U2", "web by U2"]


async def test_a_fork_keeps_the_outputs_of_the_child_runs_or_starts_new_ones() -> None:
    build = build_workflow()
    async with Harness(build, release_workflow(build), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web"))
        await harness.engine.control.fork(run.id, "publish", actor=CLI)
        await harness.run_until_idle()
        assert len(await harness.runs("build")) == 2
        fork = await harness.engine.control.fork(run.id, "built", actor=CLI)
        await harness.run_until_idle()
        assert len(await harness.runs("build")) == 4
        assert await harness.output(fork, "publish") == ["api-2", "web-2"]


async def test_a_parent_names_the_child_runs_that_failed_or_are_under_way() -> None:
    build = build_workflow(["web"], on_failure="fail")
    async with Harness(build, release_workflow(build, settled=True), people=PEOPLE) as harness:
        run = await harness.start("release", listed("api", "web"))
        related = (await harness.state(run)).related
        assert [(each.kind, each.step, each.state) for each in related] == [("child", "built[1]", "failed")]
        child = await child_of(harness, run, "built[1]")
        (parent,) = (await harness.state(child)).related
        assert (parent.kind, parent.step, parent.id) == ("parent", "built[1]", run.id)


async def child_of(harness: Harness, run: RunRecord, step: str) -> RunRecord:
    return next(one for one in await harness.runs() if one.parent == (run.id, step))


# At load


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"each": "load"}, "each names load, which is not another step of this workflow."),
        ({"each": "input.version"}, "each names input.version, which is str."),
        ({"each": 3}, "each is 3, which is not a list."),
        ({"each": "input.services", "input": {"name": "x"}}, "input does not name the element"),
        (
            {"each": "input.services", "input": {"name": "{element.label}"}},
            "input.name names element.label, but Service has no field label.",
        ),
        ({"each": "input.services", "at_once": 0}, "at_once is 0."),
        ({"each": "input.services", "tolerate": "many"}, "tolerate is 'many'."),
        ({"at_once": 3}, "The child workflow has at_once, but no each."),
        ({"tolerate": 3}, "The child workflow has tolerate, but no each."),
        ({"input": {"name": "{element.name}"}}, "this workflow has no step element."),
    ],
)
def test_mistakes_in_the_options_are_named(options: dict[str, Any], problem: str) -> None:
    flow = Workflow("release", owner="@ops", input=Release)
    flow.child("built", "build", **options)
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow)
    assert any(problem in str(error) for error in raised.value.errors), raised.value.errors
    assert len(raised.value.errors) == 1


def child_problems(*workflows: Workflow) -> list[str]:
    registry = WorkflowRegistry()
    for workflow in workflows:
        registry.add(compile_workflow(workflow))
    return [f"{one.problem} {one.remedy}" for one in registry.child_errors()]


def test_a_step_that_is_called_as_an_element_is_refused() -> None:
    flow = Workflow("release", owner="@ops", input=Release)

    @flow.step
    async def element() -> str:
        return "x"

    flow.child("built", "build", each="input.services", input=INPUT)
    with pytest.raises(DefinitionErrors, match="a step is called element"):
        compile_workflow(flow)


def test_elements_that_do_not_fit_the_other_workflow_are_refused() -> None:
    build = build_workflow()
    outer = Workflow("outer", owner="@ops", input=Release)
    outer.child("built", build, each="input.services")
    (problem,) = child_problems(build, outer)
    assert problem.startswith("input is Service, but build takes Build.")


def test_a_reader_of_one_output_is_refused() -> None:
    build = build_workflow()
    flow = Workflow("release", owner="@ops", input=Release)
    flow.child("built", build, each="input.services", input=INPUT)

    @flow.step
    async def publish(built: Built) -> str:
        return built.file

    with pytest.raises(DefinitionErrors, match=r"takes Built, but built returns list\[Built\]"):
        compile_workflow(flow)


def test_a_circle_through_a_list_is_refused() -> None:
    first, second = (Workflow(name, owner="@ops", input=Release) for name in ("first", "second"))
    first.child(
        "in_second", "second", each="input.services", input={"version": "{element.name}", "services": []}
    )
    second.child(
        "in_first", "first", each="input.services", input={"version": "{element.name}", "services": []}
    )
    assert child_problems(first, second) == [
        "The workflow runs itself: first -> second -> first. Remove one of these child workflows."
    ]


async def test_a_child_for_each_element_in_dict_form_gives_the_next_task_the_list() -> None:
    class Publisher:
        def load(self) -> list[Service]:
            return [Service(name="api"), Service(name="bad")]

        def publish(self, built: list[Settled[Any]]) -> str:
            return ", ".join(each.value["file"] if each.value else each.state for each in built)

    data = {
        "id": "release",
        "owner": "@ops",
        "tasks": [
            {"id": "load", "service": "Publisher", "action": "load"},
            {
                "id": "built",
                "child": {"workflow": "build", "input": {"version": "1", "name": "{element.name}"}},
                "each": "load",
                "at_once": 1,
                "tolerate": "50%",
            },
            {"id": "publish", "service": "Publisher", "action": "publish"},
        ],
    }
    registry = Registry()
    registry.add("Publisher", Publisher())
    build = build_workflow(["bad"], on_failure="fail")
    async with Harness(build, data, people=PEOPLE, registry=registry) as harness:
        run = await harness.start("release")
        assert await harness.output(run, "publish") == "api-1, failed"


@pytest.mark.parametrize("key", ["each", "at_once", "tolerate"])
def test_another_wait_in_dict_form_has_no_list(key: str) -> None:
    task = {"id": "nap", "sleep": "1h", key: 3}
    with pytest.raises(DefinitionError, match=f"has '{key}'"):
        from_dict({"id": "release", "owner": "@ops", "tasks": [task]}, Registry())
