"""A guarded step executes exactly what people approved, or they are asked again."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Decision, DefinitionErrors, Form, Outcome, StaticPeople, Workflow
from engine.compiler import compile_workflow
from engine.testing import Harness
from tests.engine.tampering import reseal
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"]})


class Release(BaseModel):
    version: str
    replicas: int = 2


class Ask(BaseModel):
    service: str = "billing"


def shipping(code: str = "old", **options: Any) -> Workflow:
    """Builds, asks, ships what was built; says so where it was rejected. `code`: of the step that ships."""
    flow = Workflow("flow", owner="@ops", input=Ask)

    @flow.step
    async def build(input: Ask) -> Release:
        return Release(version="1.4.2")

    go = flow.approval(
        "go", ask="Ship {build.version}?", show=build, approvers=["@ops"], expires="1d", **options
    )
    if code == "old":

        @flow.step(when=go.approved)
        async def ship(build: Release, input: Ask) -> str:
            return f"{input.service} {build.version} x {build.replicas}"
    else:

        @flow.step(name="ship", when=go.approved)
        async def ship_anew(build: Release, input: Ask) -> str:
            return f"{input.service} {build.version} x {build.replicas}, the new way"

    @flow.step(when=go.rejected | go.expired)
    async def leave(go: Outcome) -> str:
        return f"left: {go.comment}"

    @flow.step
    async def report(ship: str | None, leave: str | None) -> str:
        return ship or leave or "nothing"

    return flow


def change(folder: Path, statement: str, *values: object) -> None:
    """Change the database, as a person with access to the file and to its log's key could."""
    with sqlite3.connect(folder / "signoff.db") as connection:
        done = connection.execute(statement, values)
        assert done.rowcount == 1
    connection.close()
    reseal(folder)


OUTPUT = "UPDATE step_run SET output = ? WHERE step = 'build'"
TAMPERINGS: dict[str, tuple[Callable[[Path], None], str]] = {
    "an output": (
        lambda folder: change(folder, OUTPUT, '{"version": "6.6.6", "replicas": 2}'),
        "the output of build changed",
    ),
    "the input": (
        lambda folder: change(folder, "UPDATE run SET input = ?", '{"service":"payments"}'),
        "the run's input changed",
    ),
    "what was shown": (
        lambda folder: change(folder, "UPDATE request SET shown = ?", '[["Version", "1.0"]]'),
        "the values that were shown, or the policy, changed after the decision",
    ),
    "the question": (
        lambda folder: change(folder, "UPDATE request SET ask = ?", "Have lunch?"),
        "the values that were shown, or the policy, changed after the decision",
    ),
    "what was taken down": (
        lambda folder: change(
            folder, "UPDATE request SET policy = json_set(policy, '$.binding', json('null'), '$.digest', '')"
        ),
        "the record of what people were asked is gone",
    ),
    "the policy": (
        lambda folder: change(
            folder, 'UPDATE request SET policy = replace(policy, \'"risk":"normal"\', \'"risk":"low"\')'
        ),
        "the values that were shown, or the policy, changed after the decision",
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
async def test_a_change_after_the_approval_is_not_executed(what: str, tmp_path: Path) -> None:
    tamper, why = TAMPERINGS[what]
    async with Harness(shipping(revocable_for="1h"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1")
    tamper(tmp_path)
    async with Harness(shipping(revocable_for="1h"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("2h")
        detail = await harness.state(run)
        assert {one.step: one.state for one in detail.steps}["ship"] == "pending"
        (first, again) = detail.requests
        assert (first.state, first.outcome, again.state, again.id) == (
            "decided",
            "approved",
            "open",
            f"{first.id}.2",
        )
        assert again.coverage.again == why
        outdated = [
            one for one in await harness.engine.events.of_run(run.id) if one.type == "request.outdated"
        ]
        assert [one.data["changes"] for one in outdated] == [[why]]
        # Asked of what is there now, they may well say yes.
        await harness.decide("go", "approve", as_user="U2")
        await harness.advance("2h")
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_change_during_the_request_is_not_executed(tmp_path: Path) -> None:
    """They saw the values as they were: what is there when they answer is not what they approve."""
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    change(tmp_path, OUTPUT, '{"version": "6.6.6", "replicas": 2}')
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        (request,) = await harness.requests()
        assert (request.ask, request.coverage.again) == ("Ship 6.6.6?", "the output of build changed")
        assert (await harness.decide("go", "reject", as_user="U2", comment="no")).code == "decided"
        detail = await harness.state(run)
        assert {one.step: one.state for one in detail.steps} == {
            "build": "succeeded", "go": "succeeded", "ship": "skipped",
            "leave": "succeeded", "report": "succeeded",
        }  # fmt: skip
        assert await harness.output(run, "report") == "left: no"


def unseen(gate: asyncio.Event, *, asks: bool) -> Workflow:
    """Makes a plan and executes it when approved. `asks`: an approval, not a step, is between the two."""
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def plan() -> str:
        await gate.wait()
        return "unseen"

    more: dict[str, Any] = {"approvers": ["@ops"], "expires": "1d"}
    if asks:
        check: Any = flow.approval("check", ask="Is {plan} sound?", **more)
    else:

        @flow.step
        async def check(plan: str) -> str:
            return plan

    @flow.step(after=[check])
    async def told() -> str:
        return "told"

    go = flow.approval("go", ask="Go?", after=[told], **more)

    @flow.step(when=go.approved)
    async def act(plan: str) -> str:
        return plan

    return flow


@pytest.mark.parametrize("asks", [False, True])
async def test_nobody_is_asked_while_a_step_executes_whose_value_is_used(asks: bool) -> None:
    gate = asyncio.Event()
    async with Harness(unseen(gate, asks=asks), people=PEOPLE) as harness:
        actor = Actor("slack", "U3")
        run_id = (await harness.engine.start("flow", actor=actor)).id
        await asyncio.sleep(0)
        await harness.engine.control.skip(run_id, "check", "no need", actor=actor)
        assert await harness.requests() == []
        gate.set()
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert request.coverage.binding is not None
        assert list(request.coverage.binding.outputs) == ["plan"]
        await harness.decide("go", "approve", as_user="U1")
        (run,) = await harness.runs("flow")
        assert await harness.output(run, "act") == "unseen"
        assert (await harness.engine.audit()).findings == []


async def test_an_output_that_was_missing_when_people_were_asked_is_not_used(tmp_path: Path) -> None:
    """An earlier release asked people although a step before the approval had not settled."""
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    change(tmp_path, "UPDATE request SET policy = json_set(policy, '$.binding.outputs', json('{}'))")
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.step(run, "ship")).state == "pending"
        (again,) = await harness.requests()
        assert again.coverage.again == "the output of build changed"


async def test_an_open_approval_is_asked_again_at_the_start_with_changed_code(tmp_path: Path) -> None:
    """Nobody approves first and learns then that the code had changed."""
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        runs = [await harness.start("flow") for _ in range(3)]
    async with Harness(shipping("new"), people=PEOPLE, folder=tmp_path) as harness:
        requests = await harness.requests()
        assert [one.coverage.again for one in requests] == ["the code of ship changed"] * 3
        old, new = (await harness.state(runs[0])).requests
        assert (old.state, old.outcome, old.coverage.superseded) == (
            "withdrawn",
            None,
            "the code of ship changed",
        )
        assert (await harness.try_decide(old, "approve", as_user="U1")).code == "withdrawn"
        await harness.decide(new, "approve", as_user="U1")
        assert await harness.output(runs[0], "ship") == "billing 1.4.2 x 2, the new way"
        assert len([one for one in (await harness.state(runs[0])).requests if one.coverage.superseded]) == 1
    async with Harness(shipping("new"), people=PEOPLE, folder=tmp_path) as harness:
        assert len(await harness.requests()) == 2, "the same code is not asked about again"


async def test_an_approval_that_can_be_revoked_is_asked_again_at_the_start_with_changed_code(
    tmp_path: Path,
) -> None:
    async with Harness(shipping(revocable_for="10m"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        assert present((await harness.decide("go", "approve", as_user="U1")).request).state == "held"
    async with Harness(shipping("new", revocable_for="10m"), people=PEOPLE, folder=tmp_path) as harness:
        (request,) = await harness.requests()
        assert request.coverage.again == "the code of ship changed"
        await harness.advance("10m")
        assert (await harness.step(run, "ship")).state == "pending"


def twice_approved(code: str = "old", name: str = "ship", announced: str = "") -> Workflow:
    """Ship what two approvals guard. `announced`: the code of a second step that they guard."""
    flow = Workflow("flow", owner="@ops")
    first = flow.approval("first", ask="Ship?", approvers=["@ops"], expires="1d")
    second = flow.approval("second", ask="Really?", approvers=["@ops"], expires="1d", after=[first])
    go = first.approved & second.approved
    if code == "old":

        @flow.step(name=name, when=go)
        async def ship() -> str:
            return "the old way"
    else:

        @flow.step(name=name, when=go)
        async def ship_anew() -> str:
            return "the new way"

    if announced == "old":

        @flow.step(name="announce", when=go)
        async def announce() -> str:
            return "old"
    elif announced:

        @flow.step(name="announce", when=go)
        async def announce_anew() -> str:
            return "new"

    return flow


async def test_an_approval_that_was_given_is_asked_again_before_its_step_starts(tmp_path: Path) -> None:
    """The second approver does not agree to code that the first one never saw."""
    async with Harness(twice_approved(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.decide("first", "approve", as_user="U1")
    async with Harness(twice_approved("new"), people=PEOPLE, folder=tmp_path) as harness:
        (again,) = await harness.requests()
        assert (again.step, again.coverage.again) == ("first", "the code of ship changed")
        old = next(one for one in (await harness.state(run)).requests if one.outcome == "approved")
        assert old.coverage.superseded == "the code of ship changed"
        await harness.decide("first", "approve", as_user="U1")
        await harness.decide("second", "approve", as_user="U2")
        assert await harness.output(run, "ship") == "the new way"
    async with Harness(twice_approved(), people=PEOPLE, folder=tmp_path) as harness:
        assert await harness.requests() == [], "what has executed is not asked about again"


async def test_an_approval_that_was_given_stays_while_the_code_is_missing(tmp_path: Path) -> None:
    async with Harness(twice_approved(announced="old"), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.decide("first", "approve", as_user="U1")
    async with Harness(twice_approved("new", "deliver", "new"), people=PEOPLE, folder=tmp_path) as harness:
        assert [one.step for one in await harness.requests()] == ["second"]
    async with Harness(twice_approved(announced="old"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("second", "approve", as_user="U2")
        assert await harness.output(run, "ship") == "the old way"


async def test_an_approval_of_an_earlier_version_is_marked_superseded(tmp_path: Path) -> None:
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    change(tmp_path, OUTPUT, '{"version": "6.6.6", "replicas": 2}')
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1")
        old, _ = (await harness.state(run)).requests
        assert (old.outcome, old.coverage.superseded) == ("approved", "the output of build changed")


async def test_a_forged_outcome_is_not_executed(tmp_path: Path) -> None:
    """A rejection made an approval, in the step's row alone or in the request's as well."""
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    change(tmp_path, "UPDATE request SET state = 'decided', outcome = 'approved', ended_at = 1")
    approved = '{"outcome": "approved", "by": ["U1"], "comment": "", "at": "2024-01-01T00:00:00+00:00"}'
    change(tmp_path, "UPDATE step_run SET state = 'succeeded', output = ? WHERE step = 'go'", approved)
    # As if the process had died while it was shipped, so that the start goes on with it.
    change(
        tmp_path,
        "INSERT INTO step_run (run_id, step, state, attempt, round, crashes, failures, reason, code_digest, "
        "started_at) VALUES (?, 'ship', 'running', 1, 1, 0, 0, '', '', 1)",
        run.id,
    )
    change(tmp_path, "UPDATE run SET state = 'running'")
    async with Harness(shipping(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        detail = await harness.state(run)
        assert {one.step: one.state for one in detail.steps}["ship"] == "pending"
        asked = [one.state for one in detail.requests if one.kind == "approval"]
        assert asked == ["decided", "open"]


async def test_changed_values_are_not_executed(tmp_path: Path) -> None:
    def flow() -> Workflow:
        made = Workflow("flow", owner="@ops")

        @made.step
        async def plan() -> Release:
            return Release(version="1.4.2")

        go = made.approval(
            "go",
            ask="Go?",
            approvers=["@ops"],
            expires="1d",
            form=Form(Release, defaults_from=plan),
            revocable_for="1h",
        )

        @made.step(when=go.approved)
        async def act(go: Outcome[Release]) -> str:
            assert go.value is not None
            return go.value.version

        return made

    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1", value={"version": "1.4.3"})
        await harness.advance("2h")
        assert await harness.output(run, "act") == "1.4.3"
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1", value={"version": "1.4.3"})
        clock = harness.clock
    change(
        tmp_path,
        "UPDATE request SET policy = replace(policy, '1.4.3', '6.6.6') WHERE state = 'held'",
    )
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("2h")
        assert (await harness.state(run)).run.state == "waiting"
        (request,) = await harness.requests()
        assert request.value == {"version": "1.4.2", "replicas": 2}


async def test_every_attempt_is_held_against_what_was_approved(tmp_path: Path) -> None:
    """Not the first one alone: an attempt that failed is made again on what is there then."""

    def flow() -> Workflow:
        made = Workflow("flow", owner="@ops")

        @made.step
        async def build() -> Release:
            return Release(version="1.4.2")

        go = made.approval("go", ask="Ship?", approvers=["@ops"], expires="1d", after=[build])

        @made.step(when=go.approved)
        async def ship(build: Release) -> str:
            if build.version == "1.4.2":
                raise ValueError("the harbor is closed")
            return build.version

        return made

    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1")
        (failed,) = await harness.requests()
        assert failed.kind == "failure"
    change(tmp_path, OUTPUT, '{"version": "6.6.6", "replicas": 2}')
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.engine.decide(failed.id, Decision("retry"), actor=Actor("slack", "U1"))
        await harness.run_until_idle()
        (again,) = await harness.requests()
        assert (again.kind, again.coverage.again) == ("approval", "the output of build changed")
        assert {one.step: one.state for one in (await harness.state(run)).steps}["ship"] == "pending"
        await harness.decide("go", "reject", as_user="U1", comment="not that one")
        detail = await harness.state(run)
        assert {one.step: one.state for one in detail.steps}["ship"] == "skipped"
        assert detail.run.state == "succeeded"


async def test_each_decision_says_what_it_covers() -> None:
    async with Harness(shipping(quorum=2), people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1")
        await harness.decide("go", "approve", as_user="U2")
        (request,) = (await harness.state(run)).requests
        assert len({one.digest for one in request.decisions}) == 1
        assert request.coverage.digest == request.decisions[-1].digest
        assert len(request.coverage.digest) == 64
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.decision"]
        assert {one.data["digest"] for one in told} == {request.coverage.digest}


def test_a_shown_value_that_may_be_missing_is_refused_at_load() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def build() -> str:
        return "1"

    @flow.step
    async def scan() -> str:
        return "clean"

    go = flow.approval("go", ask="Ship {build}?", approvers=["@ops"], expires="1d")

    @flow.step(when=go.approved)
    async def ship(build: str, scan: str) -> str:
        return build + scan

    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(flow)
    assert "The step takes scan, which may not have ended when go asks people." in str(caught.value)
    assert "after=[scan]" in str(caught.value)
