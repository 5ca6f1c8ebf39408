"""People steer runs: they pause and resume, skip a step, start again with the same input, and fork."""

import asyncio
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine import Actor, Engine, Every, Fatal, InvalidInput, NotAllowed, NotPossible, Outcome, Workflow
from engine.authoring.options import OnFailure
from engine.model.people import Person, StaticPeople
from engine.testing import Harness

PEOPLE = StaticPeople(
    [Person(id_, id_) for id_ in ("U1", "U2", "U3")], groups={"ops": ["U1"], "approvers": ["U2"]}
)
ALICE, BOB, CLI = Actor("slack", "U1"), Actor("slack", "U2"), Actor("cli", "root")


class Release(BaseModel):
    version: str
    count: int = 1


class Deploy:
    """A workflow that counts what it executes."""

    def __init__(
        self, *, fails: bool = False, approved: bool = True, on_failure: OnFailure | None = "fail"
    ) -> None:
        self.calls: list[str] = []
        self.fails = fails
        self.flow = flow = Workflow("deploy", owner="@ops", input=Release, on_failure=on_failure)

        @flow.step
        async def build(input: Release) -> str:
            self.calls.append("build")
            return input.version

        if approved:
            flow.approval("go", ask="Deploy {build}?", approvers=["@approvers"], expires="1d")

            @flow.step
            async def deploy(build: str, go: Outcome[None]) -> str:
                return await self._deploy(build)
        else:

            @flow.step(name="deploy")
            async def deploy_at_once(build: str) -> str:
                return await self._deploy(build)

        @flow.step
        async def announce(deploy: str) -> str:
            self.calls.append("announce")
            return deploy

    async def _deploy(self, build: str) -> str:
        self.calls.append("deploy")
        if self.fails:
            raise Fatal("the cluster is away")
        return f"{build} is live"


# Pause


async def test_a_paused_run_records_decisions_and_starts_nothing_before_it_is_resumed() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"}, as_user="U3")
        paused = await harness.engine.control.pause_run(
            run.id, "freeze until noon", actor=Actor("slack", "U3")
        )
        assert (paused.state, paused.reason) == ("paused", "freeze until noon")
        await harness.decide("go", "approve", as_user="U2")
        assert made.calls == ["build"]
        assert (await harness.state(run)).run.state == "paused"
        await harness.engine.control.resume_run(run.id, actor=ALICE)
        await harness.run_until_idle()
        assert made.calls == ["build", "deploy", "announce"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_people_are_not_asked_while_a_run_is_paused() -> None:
    flow, gate = Workflow("ask", owner="@ops"), asyncio.Event()

    @flow.step
    async def prepare() -> str:
        await gate.wait()
        return "ready"

    go = flow.approval("go", ask="Go with {prepare}?", approvers=["@approvers"], expires="1d")

    @flow.step(when=go.approved)
    async def act() -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.engine.start("ask", actor=CLI)
        await harness.engine.control.pause_run(run.id, actor=CLI)
        gate.set()
        await harness.run_until_idle()
        assert await harness.output(run, "prepare") == "ready"
        assert await harness.requests() == []
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert [request.step for request in await harness.requests()] == ["go"]


async def test_a_pause_outlasts_the_process(tmp_path: Path) -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("deploy", {"version": "1"})
        await harness.engine.control.pause_run(run.id, actor=CLI)
        await harness.decide("go", "approve", as_user="U2")
    again = Deploy()
    async with Harness(again.flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert again.calls == []
        await harness.engine.control.resume_run(run.id, actor=CLI)
        await harness.run_until_idle()
        assert again.calls == ["deploy", "announce"]


async def test_only_the_requester_and_the_owner_pause_a_run_and_only_what_runs_is_paused() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"}, as_user="U3")
        control = harness.engine.control
        with pytest.raises(NotAllowed, match="Only its requester or @ops can pause"):
            await control.pause_run(run.id, actor=BOB)
        with pytest.raises(NotPossible, match="is not paused"):
            await control.resume_run(run.id, actor=ALICE)
        await control.pause_run(run.id, actor=ALICE)
        with pytest.raises(NotPossible, match="is already paused"):
            await control.pause_run(run.id, actor=ALICE)
        await harness.engine.cancel(run.id, actor=ALICE)
        with pytest.raises(NotPossible, match="is not paused"):
            await control.resume_run(run.id, actor=ALICE)
        with pytest.raises(NotPossible, match="already ended"):
            await control.pause_run(run.id, actor=ALICE)


# Pause of a workflow


async def test_a_paused_workflow_queues_new_runs_and_misses_no_schedule() -> None:
    flow, started = Workflow("tick", owner="@ops", triggers=[Every("10m")]), list[str]()

    @flow.step
    async def note() -> None:
        started.append("run")

    async with Harness(flow, people=PEOPLE) as harness:
        await harness.engine.control.pause_workflow("tick", "maintenance", actor=ALICE)
        await harness.advance("1h")
        run = await harness.start("tick", as_user="U3")
        assert (run.state, run.reason) == ("pending", "tick is paused: maintenance")
        assert started == []
        await harness.engine.control.resume_workflow("tick", actor=ALICE)
        await harness.advance("1s")
        # The run that waited, and the latest of the missed fires.
        assert started == ["run", "run"]


async def test_runs_of_a_paused_workflow_go_on_after_it_and_those_paused_themselves_do_not() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        own = await harness.start("deploy", {"version": "1"})
        other = await harness.start("deploy", {"version": "2"})
        control = harness.engine.control
        await control.pause_run(own.id, "look first", actor=CLI)
        assert await control.pause_workflow("deploy", actor=ALICE) == 1
        with pytest.raises(NotPossible, match="deploy is already paused"):
            await control.pause_workflow("deploy", actor=ALICE)
        with pytest.raises(NotPossible, match="cannot continue while deploy is paused"):
            await control.resume_run(own.id, actor=CLI)
        assert await control.resume_workflow("deploy", actor=ALICE) == 1
        assert (await harness.state(own)).run.state == "paused"
        assert (await harness.state(other)).run.state == "waiting"


async def test_a_paused_installation_starts_nothing_also_after_a_restart(tmp_path: Path) -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE, folder=tmp_path) as harness:
        with pytest.raises(NotAllowed, match="Only the operator can pause all workflows"):
            await harness.engine.control.pause_workflow("*", actor=ALICE)
        await harness.engine.control.pause_workflow("*", "database move", actor=CLI)
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("deploy", {"version": "1"})
        assert run.reason == "all workflows are paused: database move"
        assert made.calls == []
        await harness.engine.control.resume_workflow("*", actor=CLI)
        await harness.run_until_idle()
        assert made.calls == ["build"]


async def test_only_its_owner_pauses_a_workflow() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        with pytest.raises(NotAllowed, match="Only the owner, @ops, can pause deploy"):
            await harness.engine.control.pause_workflow("deploy", actor=BOB)
        with pytest.raises(NotPossible, match="deploy is not paused"):
            await harness.engine.control.resume_workflow("deploy", actor=ALICE)


# Skip


async def test_a_step_that_has_not_started_is_skipped_with_what_needs_it() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        with pytest.raises(NotAllowed, match="Only the owner, @ops, can skip"):
            await harness.engine.control.skip(run.id, "deploy", actor=BOB)
        await harness.engine.control.skip(run.id, "announce", "no news today", actor=ALICE)
        await harness.decide("go", "approve", as_user="U2")
        assert made.calls == ["build", "deploy"]
        detail = await harness.state(run)
        assert detail.run.reason == "a person skipped announce; 1 of 4 steps skipped"


async def test_an_approval_that_a_person_skips_opens_nothing_that_it_guards() -> None:
    flow, acted, gate = Workflow("guarded", owner="@ops"), list[str](), asyncio.Event()

    @flow.step
    async def plan() -> str:
        await gate.wait()
        return "the plan"

    go = flow.approval("go", ask="Go with {plan}?", approvers=["@approvers"], expires="1d")

    @flow.step(when=go.approved | go.skipped)
    async def act() -> None:
        acted.append("act")

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.engine.start("guarded", actor=CLI)
        await harness.engine.control.skip(run.id, "go", actor=CLI)
        gate.set()
        await harness.run_until_idle()
        assert acted == []
        assert (await harness.state(run)).run.ended_at is not None


def guarded(acted: list[str]) -> Workflow:
    """A release and a notice that wait for one approval."""
    flow = Workflow("guarded", owner="@ops")

    @flow.step
    def plan() -> str:
        return "the plan"

    go = flow.approval("go", ask="Go with {plan}?", approvers=["@approvers"], expires="1d")

    @flow.step(when=go.approved)
    def release(plan: str) -> None:
        acted.append("release")

    @flow.step(when=go.approved)
    def tell(plan: str) -> None:
        acted.append("tell")

    return flow


async def test_approvers_are_asked_again_when_a_person_skips_what_they_are_asked_about() -> None:
    acted: list[str] = []
    async with Harness(guarded(acted), people=PEOPLE) as harness:
        run = await harness.start("guarded")
        (first,) = await harness.requests()
        await harness.engine.control.skip(run.id, "release", "copied by hand", actor=ALICE)
        (second,) = await harness.requests()
        assert (first.id != second.id, second.coverage.again) == (True, "a person skipped release")
        before = {request.id: request for request in (await harness.state(run)).requests}[first.id]
        assert (before.state, before.coverage.superseded) == ("withdrawn", "a person skipped release")
        await harness.decide("go", "approve", as_user="U2")
        assert acted == ["tell"]


async def test_nobody_is_asked_about_steps_that_a_person_skipped() -> None:
    acted: list[str] = []
    async with Harness(guarded(acted), people=PEOPLE) as harness:
        run = await harness.start("guarded")
        await harness.engine.control.skip(run.id, "release", actor=ALICE)
        await harness.engine.control.skip(run.id, "tell", actor=ALICE)
        await harness.run_until_idle()
        detail = await harness.state(run)
        assert await harness.requests() == []
        assert (acted, {request.state for request in detail.requests}) == ([], {"withdrawn"})
        assert (detail.run.state, detail.run.reason) == (
            "succeeded",
            "a person skipped release, tell; 2 of 4 steps skipped",
        )


async def test_a_step_is_named_as_people_read_it_and_what_is_done_is_not_skipped() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        with pytest.raises(
            NotPossible, match=r"has no step nowhere\. Its steps are build, go, deploy, announce"
        ):
            await harness.engine.control.skip(run.id, "nowhere", actor=CLI)
        with pytest.raises(NotPossible, match="build is done, so it cannot be skipped"):
            await harness.engine.control.skip(run.id, "Build", actor=CLI)


# Rerun and fork


async def test_a_rerun_names_its_origin_and_takes_the_same_input_with_changes() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1", "count": 3})
        again = await harness.engine.control.rerun(run.id, {"version": "2"}, actor=ALICE)
        assert (again.input, again.origin) == ({"version": "2", "count": 3}, run.id)
        assert again.short == f"deploy-{again.id[-4:]}"
        with pytest.raises(InvalidInput, match="count"):
            await harness.engine.control.rerun(run.id, {"count": "many"}, actor=ALICE)


async def test_the_reason_of_a_rerun_and_a_fork_is_recorded_and_kept_for_people() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        await harness.decide("go", "approve", as_user="U2")
        control = harness.engine.control
        again = await control.rerun(run.id, {}, actor=ALICE, reason="The registry is back")
        fork = await control.fork(run.id, "announce", actor=ALICE, reason="Nobody read it")
        plain = await control.rerun(run.id, {}, actor=ALICE)
        for repeated, reason in ((again, "The registry is back"), (fork, "Nobody read it"), (plain, "")):
            created = next(e for e in await harness.engine.events.read(0, 5000) if e.run_id == repeated.id)
            assert (created.type, created.data.get("reason", "")) == ("run.created", reason)
            assert (await harness.engine.detail(repeated.id)).repeats_because == reason


async def test_the_reason_of_every_act_is_in_the_log_and_listed_for_people() -> None:
    made = Deploy(fails=True, on_failure=None)
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        control = harness.engine.control
        await control.pause_run(run.id, "freeze", actor=ALICE)
        await control.resume_run(run.id, "thaw", actor=ALICE)
        await control.prioritize(run.id, 5, "urgent", actor=ALICE)
        await control.prioritize(run.id, 4, actor=ALICE)
        await harness.decide("go", "approve", as_user="U2", comment="fine")
        await harness.decide("deploy", "retry", as_user="U1", comment="it is back")
        await control.skip(run.id, "announce", "nobody reads it", actor=ALICE)
        await control.pause_workflow("deploy", "holidays", actor=ALICE)
        await control.resume_workflow("deploy", "back at work", actor=ALICE)
        acts = await harness.engine.reasoned_acts(run.id)
        assert [(act.act, act.step, act.reason) for act in acts] == [
            ("pause", None, "freeze"),
            ("resume", None, "thaw"),
            ("priority", None, "urgent"),
            ("approve", "go", "fine"),
            ("retry", "deploy", "it is back"),
            ("skip", "announce", "nobody reads it"),
            ("pause", None, "deploy is paused: holidays"),
            ("resume", None, "back at work"),
        ]
        assert {act.actor.id for act in acts} == {"U1", "U2"}
        events = await harness.engine.events.read(0, 5000)
        assert [each.data["reason"] for each in events if each.type == "workflow.resumed"] == ["back at work"]
        assert (await harness.state(run)).run.reason != "back at work"


async def test_a_fork_keeps_results_and_asks_again_for_what_executes_twice() -> None:
    made = Deploy(fails=True)
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        with pytest.raises(NotPossible, match="has not ended"):
            await harness.engine.control.fork(run.id, actor=ALICE)
        await harness.decide("go", "approve", as_user="U2")
        assert (await harness.state(run)).run.state == "failed"
        made.fails = False
        fork = await harness.engine.control.fork(run.id, actor=ALICE)
        await harness.run_until_idle()
        assert made.calls == ["build", "deploy"], "deploy executes only when it is approved again"
        assert await harness.output(fork, "build") == "1"
        await harness.decide("go", "approve", as_user="U2", run=fork)
        assert made.calls == ["build", "deploy", "deploy", "announce"]
        detail = await harness.state(fork)
        assert (detail.run.state, detail.run.origin) == ("succeeded", run.id)
        assert (await harness.engine.audit()).findings == []


async def test_a_fork_from_a_later_step_keeps_an_approval_that_guards_nothing_that_executes() -> None:
    made = Deploy()
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        await harness.decide("go", "approve", as_user="U2")
        made.calls.clear()
        fork = await harness.engine.control.fork(run.id, "announce", actor=ALICE)
        await harness.run_until_idle()
        assert made.calls == ["announce"]
        assert (await harness.state(fork)).run.state == "succeeded"


async def test_a_fork_decides_again_what_follows_from_an_approval_that_is_asked_again() -> None:
    flow, calls = Workflow("deploy", owner="@ops", on_failure="fail"), list[str]()
    go = flow.approval("go", ask="Ship?", approvers=["@approvers"], expires="1d")

    @flow.step(when=go.approved)
    async def ship() -> None:
        calls.append("ship")
        raise Fatal("the cluster is away")

    @flow.step(when=go.rejected)
    async def stand_down() -> None:
        calls.append("stand_down")

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("deploy")
        await harness.decide("go", "approve", as_user="U2")
        fork = await harness.engine.control.fork(run.id, "ship", actor=ALICE)
        await harness.run_until_idle()
        await harness.decide("go", "reject", as_user="U2", run=fork, comment="not today")
        states = {step.step: step.state for step in (await harness.state(fork)).steps}
        assert states == {"go": "succeeded", "ship": "skipped", "stand_down": "succeeded"}
        assert calls == ["ship", "stand_down"]


async def test_a_fork_is_refused_where_a_result_no_longer_fits(tmp_path: Path) -> None:
    made = Deploy(fails=True, approved=False)
    async with Harness(made.flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("deploy", {"version": "1"})
    changed = Workflow("deploy", owner="@ops", input=Release)

    @changed.step
    async def build(input: Release) -> int:
        return 1

    @changed.step
    async def deploy(build: int) -> int:
        return build

    async with Harness(changed, people=PEOPLE, folder=tmp_path) as harness:
        with pytest.raises(NotPossible, match="The step build has changed"):
            await harness.engine.control.fork(run.id, "deploy", actor=CLI)
        with pytest.raises(NotPossible, match="no longer has the step announce"):
            await harness.engine.control.fork(run.id, "announce", actor=CLI)


async def test_the_same_key_forks_once() -> None:
    made = Deploy(approved=False)
    async with Harness(made.flow, people=PEOPLE) as harness:
        run = await harness.start("deploy", {"version": "1"})
        first = await harness.engine.control.rerun(run.id, {}, actor=ALICE, key="click-1")
        second = await harness.engine.control.rerun(run.id, {}, actor=ALICE, key="click-1")
        assert first.id == second.id


async def test_a_fork_keeps_the_elements_of_a_list_and_what_an_alternative_gave() -> None:
    flow, sent, fails = Workflow("letters", owner="@ops", on_failure="fail"), list[int](), [True]

    @flow.step
    async def load() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=load)
    async def send(item: int) -> int:
        sent.append(item)
        return item * 10

    async def by_post(load: list[int]) -> int:
        return 7

    @flow.step(alternative=by_post)
    async def by_mail(load: list[int]) -> int:
        raise Fatal("no mail today")

    @flow.step
    async def total(send: list[int], by_mail: int) -> int:
        if fails[0]:
            raise Fatal("the sum is wrong")
        return sum(send) + by_mail

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("letters")
        fails[0] = False
        fork = await harness.engine.control.fork(run.id, actor=ALICE)
        await harness.run_until_idle()
        assert await harness.output(fork, "total") == 67
        assert sorted(sent) == [1, 2, 3]
        assert (await harness.engine.audit()).findings == []


async def test_pauses_add_up_also_where_no_process_serves(tmp_path: Path) -> None:
    for name in ("first", "second"):
        engine = await Engine.open(tmp_path / "signoff.db")
        for workflow in ("first", "second"):
            flow = Workflow(workflow, owner="@ops")
            flow.step(name="act")(_nothing)
            engine.register(flow)
        await engine.control.pause_workflow(name, actor=CLI)
        assert name in engine.control.paused_workflows()
        paused = engine.control.paused_workflows()
        await engine.close()
    assert paused == ["first", "second"]


async def _nothing() -> None: ...
