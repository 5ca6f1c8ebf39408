"""Changes that an approver requests: steps run again, and people are asked in a new round."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine import (
    Actor,
    Decision,
    Outcome,
    StaticPeople,
    StepContext,
    Workflow,
    seen_digest,
)
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"], "sec": ["U4"], "owners": ["U9"]})


def planning(**options: Any) -> Workflow:
    """Plans, draws up the plan, asks, and carries it out."""
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def plan(ctx: StepContext) -> dict[str, Any]:
        said = [f"{each.round}:{each.by}:{each.comment}" for each in ctx.feedback]
        return {"replicas": 2 + len(said), "feedback": said, "key": ctx.idempotency_key}

    @flow.step
    async def draw(plan: dict[str, Any]) -> str:
        return f"replicas: {plan['replicas']}"

    whole = {"approvers": ["@ops"], "expires": "1d", "revise": [plan], **options}
    go = flow.approval("go", ask="Go?", show=[("Plan", "draw"), ("Replicas", "plan.replicas")], **whole)

    @flow.step(when=go.approved)
    async def act(draw: str, go: Outcome) -> str:
        return f"{draw} by {' '.join(go.by)}"

    return flow


async def send_back(harness: Harness, user: str, comment: str, **more: Any) -> Any:
    return await harness.decide("go", "request_changes", as_user=user, comment=comment, **more)


async def test_named_steps_run_again_with_feedback_and_a_new_round_is_asked() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        (first,) = await harness.requests()
        assert first.policy.choices == ("approve", "request_changes", "reject")
        result = await send_back(harness, "U1", "Three, please.")
        assert (result.code, result.request.outcome) == ("decided", "changes_requested")
        (second,) = await harness.requests()
        assert second.id == f"{first.id}.2"
        assert second.revision is not None
        assert (second.revision.round, second.revision.rounds, second.revision.previous) == (2, 3, first.id)
        (said,) = second.revision.feedback
        assert (said.approval, said.round, said.by, said.comment) == ("go", 1, "U1", "Three, please.")
        assert [item.value for item in second.revision.shown] == ["replicas: 2", 2]
        assert [item.value for item in second.shown] == ["replicas: 3", 3]
        assert second.coverage.again == ""
        await harness.decide("go", "approve", as_user="U2")
        assert await harness.output(run, "act") == "replicas: 3 by U2"
        plan = await harness.output(run, "plan")
        assert plan["feedback"] == ["1:U1:Three, please."]
        assert plan["key"].endswith(":2")


async def test_votes_of_an_earlier_round_never_count() -> None:
    async with Harness(planning(quorum=2), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        await send_back(harness, "U2", "Three, please.")
        (second,) = await harness.requests()
        assert second.decisions == ()
        # Each person may answer again, and both are needed.
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert await harness.output(run, "act") == "replicas: 3 by U2 U1"


async def test_buttons_of_an_earlier_round_decide_nothing() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        (first,) = await harness.requests()
        await send_back(harness, "U1", "Three, please.")
        for choice in ("approve", "reject", "request_changes"):
            late = await harness.engine.decide(
                first.id, Decision(choice, comment="late"), actor=Actor("slack", "U2")
            )
            assert (late.code, late.text) == (
                "already_decided",
                "An approver already requested changes, so this round has ended. "
                "Your answer was not recorded.",
            )
        (second,) = await harness.requests()
        assert (second.state, second.decisions) == ("open", ())


async def test_rounds_are_bounded() -> None:
    async with Harness(planning(rounds=2), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        await send_back(harness, "U1", "Three, please.")
        (last,) = await harness.requests()
        assert last.policy.choices == ("approve", "reject")
        refused = await harness.try_decide("go", "request_changes", as_user="U1", comment="Four.")
        assert (refused.code, refused.text) == (
            "bad_choice",
            "This is round 2 of 2, so changes can no longer be requested. Your answer was not recorded. "
            "Approve or reject it.",
        )


async def test_a_comment_says_what_is_to_change() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        refused = await harness.try_decide("go", "request_changes", as_user="U1", comment=" ")
        assert (refused.code, refused.text) == ("comment_required", "Write the changes that you want.")
        refused = await harness.try_decide("go", "request_changes", as_user="U4", comment="More.")
        assert refused.code == "not_allowed"


async def test_without_revise_nobody_requests_changes() -> None:
    async with Harness(planning(revise=()), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        (asked,) = await harness.requests()
        assert (asked.policy.choices, asked.revision) == (("approve", "reject"), None)
        refused = await harness.try_decide("go", "request_changes", as_user="U1", comment="More.")
        assert refused.text == (
            "Changes cannot be requested at this approval: its author does not allow it. "
            "Your answer was not recorded. Approve or reject it."
        )


async def test_four_eyes_hold_in_each_round() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U1")
        await send_back(harness, "U2", "Three, please.")
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "self_approval"


async def test_a_decision_covers_the_round_with_its_difference() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        (first,) = await harness.requests()
        await send_back(harness, "U1", "Three, please.")
        (second,) = await harness.requests()
        assert seen_digest(first) != seen_digest(second)
        from engine.kernel.requests.approval_digest import covered_values

        covered = covered_values(second)["revision"]
        assert covered["feedback"][0][2:4] == ["U1", "Three, please."]
        assert covered["shown"][0][:2] == ["Plan", "replicas: 2"]


async def test_every_round_outlives_a_restart(tmp_path: Path) -> None:
    async with Harness(planning(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow", as_user="U9")
        await send_back(harness, "U1", "Three, please.")
    async with Harness(planning(), people=PEOPLE, folder=tmp_path) as harness:
        await send_back(harness, "U2", "Four, please.")
        (third,) = await harness.requests()
        assert third.revision is not None
        assert [each.comment for each in third.revision.feedback] == ["Three, please.", "Four, please."]
        await harness.decide("go", "approve", as_user="U3")
        assert (await harness.output(run, "plan"))["replicas"] == 4
        detail = await harness.state(run)
        assert [request.outcome for request in detail.requests] == [
            "changes_requested", "changes_requested", "approved",
        ]  # fmt: skip
        assert (await harness.engine.audit()).findings == []


@pytest.mark.parametrize("early", [False, True])
async def test_nobody_is_asked_about_a_step_that_runs_again_past_a_skipped_one(early: bool) -> None:
    """`early`: the owner skips it while the step before it runs again, and not before."""
    flow, ran, gate = Workflow("flow", owner="@owners"), list[str](), asyncio.Event()

    @flow.step
    async def plan(ctx: StepContext) -> str:
        if ctx.feedback:
            await gate.wait()
            ran.append("planned again")
            return "second"
        return "first"

    @flow.step
    async def check(plan: str) -> str:
        if not early:
            raise RuntimeError("no checker")
        return plan

    after: list[Any] = [check]
    if not early:

        @flow.step(after=[check])
        async def notify() -> str:
            ran.append("notify")
            return "told"

        after.append(notify)
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1d", revise=[plan], after=after)

    @flow.step(when=go.approved)
    async def act(plan: str) -> str:
        return plan

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        if not early:
            await harness.decide("check", "skip", as_user="U9")
        (first,) = await harness.requests()
        changes = Decision("request_changes", comment="More.")
        await harness.engine.decide(first.id, changes, actor=Actor("slack", "U1"))
        if early:
            await harness.engine.control.skip(run.id, "check", "no need", actor=Actor("slack", "U9"))
        assert await harness.requests() == [], "nobody is asked while the plan is made again"
        assert (await harness.engine.detail(run.id)).run.state == "running"
        gate.set()
        await harness.run_until_idle()
        assert early or ran == ["notify", "planned again", "notify"]
        (second,) = await harness.requests()
        assert second.id == f"{first.id}.2"
        await harness.decide("go", "approve", as_user="U2")
        assert await harness.output(run, "act") == "second"
        states = {step.step: (step.state, step.reason) for step in (await harness.state(run)).steps}
        assert states["check"] == ("skipped", "skipped by a person")
        assert (await harness.engine.audit()).findings == []


def both_ask(**options: Any) -> Workflow:
    """Two approvals beside each other ask about one plan."""
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def plan(ctx: StepContext) -> int:
        return len(ctx.feedback)

    go = flow.approval("go", ask="Go {plan}?", approvers=["@ops"], expires="1d", revise=[plan], **options)
    legal = flow.approval("legal", ask="Legal {plan}?", approvers=["@sec"], expires="1d")

    @flow.step(when=go.approved & legal.approved)
    async def act(plan: int) -> int:
        return plan

    return flow


@pytest.mark.parametrize("decided", [False, True])
async def test_approvals_beside_it_are_asked_again(decided: bool) -> None:
    async with Harness(both_ask(), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        if decided:
            await harness.decide("legal", "approve", as_user="U4")
        await send_back(harness, "U1", "More.")
        asked = {request.step: request for request in await harness.requests()}
        assert asked["legal"].ask == "Legal 1?"
        assert asked["legal"].coverage.again == "changes were requested at go"
        await harness.decide("go", "approve", as_user="U1")
        await harness.decide("legal", "approve", as_user="U4")
        assert await harness.output(run, "act") == 1
        assert (await harness.engine.audit()).findings == []


async def test_an_approval_that_was_skipped_is_not_said_to_be_outdated() -> None:
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def plan(ctx: StepContext) -> int:
        return len(ctx.feedback)

    @flow.step
    async def probe() -> int:
        return 1

    more: dict[str, Any] = {"expires": "1d", "when": probe.failed}
    legal = flow.approval("legal", ask="Legal {plan}?", approvers=["@sec"], **more)
    go = flow.approval("go", ask="Go {plan}?", approvers=["@ops"], expires="1d", revise=[plan])

    @flow.step(when=go.approved, after=[legal])
    async def act(plan: int) -> int:
        return plan

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        await send_back(harness, "U1", "More.")
        events = await harness.engine.events.of_run(run.id)
        assert [event.step for event in events if event.type == "request.outdated"] == []


def counting(folder: Path) -> Workflow:
    """A step that keeps a checkpoint, and says which it found."""
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def plan(ctx: StepContext) -> list[Any]:
        found = dict(ctx.checkpoints)
        if ctx.feedback and (folder / "again").exists():
            (folder / "again").unlink()
            raise RuntimeError("again")
        await ctx.checkpoint("round", len(ctx.feedback))
        return [found, len(ctx.feedback)]

    go = flow.approval("go", ask="Go?", show=plan, approvers=["@ops"], expires="1d", revise=[plan])

    @flow.step(when=go.approved)
    async def act(plan: list[Any]) -> list[Any]:
        return plan

    return flow


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_step_that_runs_again_has_no_checkpoints_of_its_last_round(
    tmp_path: Path, restarts: bool
) -> None:
    async with Harness(counting(tmp_path), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow", as_user="U9")
        if restarts:  # it fails in the new round, and is retried after the restart
            (tmp_path / "again").touch()
        await send_back(harness, "U1", "More.")
        if not restarts:
            await harness.decide("go", "approve", as_user="U1")
            assert await harness.output(run, "act") == [{}, 1]
    if restarts:
        async with Harness(counting(tmp_path), people=PEOPLE, folder=tmp_path) as harness:
            await harness.decide("plan", "retry", as_user="U9")
            await harness.decide("go", "approve", as_user="U1")
            assert await harness.output(run, "act") == [{}, 1]


async def test_nobody_sends_back_what_a_later_step_has_used(tmp_path: Path) -> None:
    def twice(code: str) -> Workflow:
        flow = Workflow("flow", owner="@owners")

        @flow.step
        async def plan() -> int:
            return 1

        go = flow.approval("go", ask="Go {plan}?", approvers=["@ops"], expires="1d", revise=[plan])

        @flow.step(when=go.approved)
        async def first(plan: int) -> int:
            return plan

        wait = flow.sleep("wait", "1h", after=[first])

        if code == "old":

            @flow.step(when=go.approved, after=[wait])
            async def second(plan: int) -> int:
                return plan
        else:

            @flow.step(name="second", when=go.approved, after=[wait])
            async def second_anew(plan: int) -> int:
                return plan + 1

        return flow

    async with Harness(twice("old"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        now = harness.clock.now()
    async with Harness(twice("new"), people=PEOPLE, folder=tmp_path, at=now) as harness:
        await harness.advance("2h")
        (asked,) = await harness.requests()
        assert asked.policy.choices == ("approve", "reject")
        refused = await harness.try_decide("go", "request_changes", as_user="U1", comment="More.")
        assert refused.text == (
            "first has already executed, so changes can no longer be requested. "
            "Your answer was not recorded. Approve or reject it."
        )


async def test_a_step_that_a_person_skipped_stays_skipped() -> None:
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def plan(ctx: StepContext) -> int:
        return len(ctx.feedback)

    @flow.step
    async def check(plan: int) -> int:
        raise RuntimeError("no checker")

    go = flow.approval("go", ask="Go {plan}?", approvers=["@ops"], expires="1d", revise=[plan], after=[check])

    @flow.step(when=go.approved)
    async def act(plan: int) -> int:
        return plan

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U9")
        await harness.decide("check", "skip", as_user="U9")
        await send_back(harness, "U1", "More.")
        await harness.decide("go", "approve", as_user="U1")
        assert await harness.output(run, "act") == 1
        states = {step.step: step.state for step in (await harness.state(run)).steps}
        assert states["check"] == "skipped"


async def test_a_low_risk_request_is_approved_together_with_others_in_its_first_round_only() -> None:
    async with Harness(planning(risk="low"), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        (first,) = await harness.requests()
        await send_back(harness, "U1", "Three, please.")
        (second,) = await harness.requests()
        assert (first.together, second.together) == (True, False)


async def test_the_receipt_of_a_round_proves_what_was_requested() -> None:
    async with Harness(planning(), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U9")
        (first,) = await harness.requests()
        await send_back(harness, "U1", "Three, please.")
        (second,) = await harness.requests()
        await harness.decide("go", "approve", as_user="U2")
        for request, outcome in ((first, "changes_requested"), (second, "approved")):
            receipt = await harness.engine.receipts.receipt(request.id)
            assert receipt["receipt"]["outcome"] == outcome
        covered = receipt["receipt"]["covered"]["revision"]
        assert (covered["round"], covered["previous"]) == (2, first.id)
        assert covered["feedback"][0][:4] == ["go", 1, "U1", "Three, please."]
        revised = [
            event
            for event in await harness.engine.events.of_run(first.run_id)
            if event.type == "step.revised"
        ]
        assert [event.step for event in revised] == ["plan", "draw"]
        assert all(event.data["output"] for event in revised)
