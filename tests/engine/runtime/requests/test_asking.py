"""Asking people, on the engine: quorums, stages, escalation, revoking, handing on."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Unpack

import pytest

from engine import (
    Actor,
    Decision,
    Escalate,
    Outcome,
    RequestRecord,
    SignoffError,
    Stage,
    StaticPeople,
    Workflow,
    WorkingHours,
    seen_digest,
)
from engine.authoring.approval_options import ApprovalPolicy
from engine.clock import FakeClock
from engine.kernel.requests.reassignment import is_replaced
from engine.testing import Harness
from tests.present import present

CROWD = StaticPeople(
    groups={
        "crowd": [f"U{number}" for number in range(1, 21)],
        "dev": ["U1", "U2"],
        "security": ["U2", "U3"],
        "leads": ["U7"],
        "#war-room": ["U8"],
        "owners": ["U9"],
        "others": ["U40"],
    }
)


def flow(**policy: Unpack[ApprovalPolicy]) -> Workflow:
    found = Workflow("flow", owner="@owners")
    whole: ApprovalPolicy = {"expires": "3d", **policy}
    go = found.approval("go", ask="Go?", **whole)

    @found.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return " ".join(go.by)

    return found


class TickingClock(FakeClock):
    """A clock on which a tenth of a second passes between two looks at it."""

    ticks = 0
    ticking = False

    def now(self) -> datetime:
        self.ticks += self.ticking
        return super().now() + self.ticks * timedelta(seconds=0.1)


@pytest.mark.parametrize("looks", range(1, 9))
async def test_an_answer_whose_deadline_passes_while_it_is_recorded_does_not_count(looks: int) -> None:
    clock = TickingClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
    async with Harness(flow(approvers=["@crowd"], expires="1h"), people=CROWD, clock=clock) as harness:
        await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        expires = present(asked.clock.expires_at)
        # The deadline is reached at this look, of those that the answer takes.
        clock.move_to(expires - looks * timedelta(seconds=0.1))
        clock.ticking = True
        result = await harness.try_decide(asked, "approve", as_user="U1")
        at = [decision.at for decision in present(result.request).decisions]
        assert (result.code, at) == ("expired", []) or at[0] < expires


async def test_two_answers_of_a_person_at_once_are_one() -> None:
    async with Harness(flow(approvers=["@crowd"], quorum=3), people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        answers = await asyncio.gather(
            *(
                harness.engine.decide(asked.id, Decision("approve"), actor=Actor("slack", "U1"))
                for _ in range(2)
            )
        )
        assert sorted(answer.code for answer in answers) == ["duplicate", "recorded"]
        (request,) = await harness.requests()
        assert [decision.actor.id for decision in request.decisions] == ["U1"]


async def test_twenty_people_at_once_count_exactly() -> None:
    async with Harness(flow(approvers=["@crowd"], quorum=12), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        answers = await asyncio.gather(
            *(
                harness.engine.decide(asked.id, Decision("approve"), actor=Actor("slack", f"U{n}"))
                for n in range(1, 21)
            )
        )
        await harness.run_until_idle()
        codes = [answer.code for answer in answers]
        assert (codes.count("recorded"), codes.count("decided"), codes.count("already_decided")) == (11, 1, 8)
        detail = await harness.state(run)
        assert len(detail.requests[0].decisions) == 12
        assert len((await harness.output(run, "act")).split()) == 12


async def test_stages_follow_each_other_and_say_so() -> None:
    stages = [Stage("team", ["@dev"]), Stage("security", ["@security"])]
    async with Harness(flow(stages=stages), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        assert (await harness.try_decide("go", "approve", as_user="U3")).code == "not_allowed"
        first = await harness.decide("go", "approve", as_user="U2")
        assert (first.code, first.text) == (
            "recorded",
            "Your answer is recorded. More approvers must answer.",
        )
        assert (await harness.decide("go", "approve", as_user="U2")).code == "duplicate"
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "not_allowed"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"
        assert await harness.output(run, "act") == "U2 U3"
        events = [
            event for event in await harness.engine.events.of_run(run.id) if event.type == "request.stage"
        ]
        assert [event.data["name"] for event in events] == ["security"]


def asked_of(path: str, value: Any) -> Workflow:
    found = Workflow("flow", owner="@owners")

    @found.step
    async def owners() -> Any:
        return value

    found.approval("go", ask="Go?", approvers=["@leads", path], expires="1h", after=[owners], advisory=True)
    return found


async def test_approvers_can_come_from_an_earlier_step() -> None:
    async with Harness(
        asked_of("{owners.of_service}", {"of_service": ["U5", "@dev"]}), people=CROWD
    ) as harness:
        await harness.start("flow")
        (asked,) = await harness.requests()
        assert asked.approvers == ("@leads", "U5", "@dev")
        assert (await harness.decide("go", "approve", as_user="U5")).accepted


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "approvers: {owners} names nobody."),
        ([], "approvers: {owners} names nobody."),
        (None, "approvers: {owners} names nobody."),
        (
            ["U5", "nobody in particular"],
            "approvers: {owners} has 'nobody in particular', which is not a group (@handle), a channel "
            "(#name) or a member id (U…).",
        ),
        (
            ["U5", 7],
            "approvers: {owners} has 7, which is not a group (@handle), a channel (#name) or a member id "
            "(U…).",
        ),
    ],
)
async def test_approvers_that_are_nobody_or_no_reference_are_not_left_out(value: Any, words: str) -> None:
    async with Harness(asked_of("{owners}", value), people=CROWD) as harness:
        await harness.start("flow")
        (asked,) = await harness.requests()
        assert (asked.kind, asked.policy.choices) == ("failure", ("retry", "skip", "abort"))
        assert asked.failure is not None
        assert asked.failure.message == words


async def test_it_is_brought_to_others_over_a_weekend() -> None:
    office = WorkingHours("09:00", "17:00", tz="Europe/Berlin")
    chain = [Escalate(after="8h", to="@leads"), Escalate(after="16h", to="#war-room", replace=True)]
    asked = flow(approvers=["@dev"], working_hours=office, escalate=chain, expires="24h", on_expiry="reject")
    # Friday, four in the afternoon in Berlin.
    async with Harness(asked, people=CROWD, at="2026-11-20T15:00:00+00:00") as harness:
        run = await harness.start("flow", as_user="U40")
        (request,) = await harness.requests()
        assert request.clock.expires_at == datetime(2026, 11, 25, 15, tzinfo=UTC)

        await harness.advance("2d")  # Sunday: nothing has happened
        assert (await harness.requests())[0].approvers == ("@dev",)
        await harness.advance("1d")  # Monday at four: a day of working time is over
        assert (await harness.requests())[0].approvers == ("@dev", "@leads")
        await harness.advance("1d")
        (request,) = await harness.requests()
        assert request.approvers == ("#war-room",)
        assert request.further_channels == ("#war-room",)
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "not_allowed"
        await harness.advance("1d")
        detail = await harness.state(run)
        assert (detail.requests[0].state, detail.requests[0].outcome) == ("expired", "rejected")
        assert await harness.engine.next_due() is None


async def test_an_escalation_records_who_could_decide_already() -> None:
    asked = flow(approvers=["@dev"], escalate=[Escalate("1h", ["@dev", "@leads"])], expires="1d")
    async with Harness(asked, people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        await harness.advance("61m")
        (told,) = [
            event for event in await harness.engine.events.of_run(run.id) if event.type == "request.escalated"
        ]
        assert (told.data["to"], told.data["already"]) == (["@dev", "@leads"], ["@dev"])


async def test_an_approval_can_be_taken_back_before_it_takes_effect() -> None:
    async with Harness(flow(approvers=["@dev"], revocable_for="5m", expires="1h"), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        assert (await harness.try_decide("go", "revoke", as_user="U2")).code == "bad_choice"
        result = await harness.decide("go", "approve", as_user="U1")
        assert (result.code, present(result.request).state) == ("decided", "held")
        request = present(result.request).id
        assert (await harness.state(run)).run.state == "waiting"
        assert (await harness.try_decide(request, "approve", as_user="U2")).code == "already_decided"
        assert (await harness.try_decide(request, "revoke", as_user="U3")).code == "not_allowed"
        await harness.advance("4m")
        assert (await harness.decide(request, "revoke", as_user="U2")).code == "decided"
        # Nobody's earlier answer counts any more, and the old end still holds.
        await harness.advance("10m")
        assert (await harness.step(run, "act")).state == "pending"
        assert (await harness.decide(request, "approve", as_user="U1")).code == "decided"
        await harness.advance("5m")
        assert (await harness.try_decide(request, "revoke", as_user="U2")).code == "already_decided"
        assert await harness.output(run, "act") == "U1"
        assert await harness.engine.next_due() is None


async def test_an_approval_that_was_taken_back_still_expires() -> None:
    async with Harness(flow(approvers=["@dev"], revocable_for="5m", expires="1h"), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        await harness.advance("58m")
        request = present((await harness.decide("go", "approve", as_user="U1")).request).id
        await harness.advance("4m")  # held over the end: it was answered in time
        assert (await harness.decide(request, "revoke", as_user="U2")).code == "decided"
        await harness.advance("1s")
        assert (await harness.state(run)).requests[0].outcome == "expired"
        assert (await harness.step(run, "act")).state == "skipped"


@pytest.mark.parametrize("minutes", [10, 58])
async def test_a_revoked_approval_is_never_approved_by_time(minutes: int) -> None:
    asked = flow(approvers=["@dev"], revocable_for="5m", expires="1h", on_expiry="approve")
    async with Harness(asked, people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        await harness.advance(f"{minutes}m")
        held = (await harness.decide("go", "approve", as_user="U1")).request
        assert held is not None
        await harness.advance("4m")  # the second time this is after the deadline
        assert (await harness.decide(held.id, "revoke", as_user="U2")).code == "decided"
        await harness.advance("1h")
        (record,) = (await harness.state(run)).requests
        assert (record.state, record.outcome) == ("expired", "expired")
        assert (await harness.step(run, "act")).state == "skipped"


async def test_a_revoked_approval_that_is_approved_again_takes_effect() -> None:
    asked = flow(approvers=["@dev"], revocable_for="5m", expires="1h", on_expiry="approve")
    async with Harness(asked, people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        held = (await harness.decide("go", "approve", as_user="U1")).request
        assert held is not None
        await harness.decide(held.id, "revoke", as_user="U2")
        await harness.decide(held.id, "approve", as_user="U1")
        await harness.advance("5m")
        assert await harness.output(run, "act") == "U1"


async def test_a_late_or_foreign_revocation_is_answered_with_what_to_do() -> None:
    asks = flow(approvers=["@dev"], revocable_for="5m")
    asks.approval("more", ask="More?", approvers=["@dev"], expires="3d", advisory=True)
    async with Harness(asks, people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        await harness.decide("go", "approve", as_user="U1")
        go = f"{run.id}.go"

        async def revoke(user: str) -> str:
            return (await harness.engine.decide(go, Decision("revoke"), actor=Actor("slack", user))).text

        foreign = await revoke("U7")
        assert foreign.endswith("can revoke this approval, and you are not one of them. Ask one of them.")
        await harness.advance("6m")
        late = "The approval has taken effect, so it can no longer be revoked."
        said = await revoke("U2")
        assert said == f"{late} Cancel the run to stop the steps that have not executed yet."
        await harness.decide("more", "approve", as_user="U1")
        await harness.advance("1s")
        assert (await harness.state(run)).run.state == "succeeded"
        said = await revoke("U2")
        assert said == f"{late} The run has ended. Ask the owner of the workflow to correct what it did."


async def test_cancelling_withdraws_an_approval_that_has_not_taken_effect() -> None:
    async with Harness(flow(approvers=["@dev"], revocable_for="5m"), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        await harness.decide("go", "approve", as_user="U1")
        await harness.engine.cancel(run.id, actor=Actor("slack", "U40"))
        await harness.advance("1h")
        detail = await harness.state(run)
        assert (detail.run.state, detail.requests[0].state) == ("cancelled", "withdrawn")
        assert await harness.engine.next_due() is None


async def test_only_what_is_of_low_risk_is_approved_together() -> None:
    low, high = flow(approvers=["@dev"], risk="low"), flow(approvers=["@dev"], risk="high")
    high.options = replace(high.options, name="high")
    async with Harness(low, high, people=CROWD) as harness:
        for name in ("flow", "flow", "high"):
            await harness.start(name, as_user="U40")
        seen = {one.id: seen_digest(one) for one in await harness.requests()} | {"unknown": "of another"}
        answers = await harness.engine.approve_together(seen, actor=Actor("slack", "U1"))
        assert [answer.code for answer in answers] == ["decided", "decided", "not_allowed", "unknown"]
        assert [one.workflow for one in await harness.requests()] == ["high"]
        again = await harness.engine.approve_together(seen, actor=Actor("slack", "U2"))
        assert [answer.code for answer in again] == [*["already_decided"] * 2, "not_allowed", "unknown"]


async def test_nothing_is_approved_together_without_a_digest_of_what_was_shown() -> None:
    async with Harness(flow(approvers=["@dev"], risk="low"), people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        (answer,) = await harness.engine.approve_together({asked.id: ""}, actor=Actor("slack", "U1"))
        assert answer.code == "changed"


async def change_by_answer(harness: Harness, asked: RequestRecord) -> None:
    await harness.engine.decide(asked.id, Decision("approve", comment="Mostly."), actor=Actor("slack", "U2"))


async def change_by_reassignment(harness: Harness, asked: RequestRecord) -> None:
    await harness.engine.reassign(asked.id, "U1", actor=Actor("slack", "U9"))


async def change_by_absence(harness: Harness, asked: RequestRecord) -> None:
    until = harness.clock.now() + timedelta(days=2)
    await harness.engine.delegations.away(Actor("slack", "U2"), "U3", until)
    await harness.advance("1s")


async def change_by_escalation(harness: Harness, asked: RequestRecord) -> None:
    await harness.advance("31m")


async def change_by_question(harness: Harness, asked: RequestRecord) -> None:
    await harness.engine.ask_requester(asked.id, "Is it production?", actor=Actor("slack", "U2"))


@pytest.mark.parametrize(
    ("change", "quorum"),
    [
        (change_by_answer, 2), (change_by_reassignment, 1), (change_by_absence, 1),
        (change_by_escalation, 1), (change_by_question, 1),
    ],
)  # fmt: skip
async def test_a_request_that_changed_after_it_was_shown_is_not_approved_with_others(
    change: Callable[[Harness, RequestRecord], Awaitable[None]], quorum: int
) -> None:
    asks = flow(
        approvers=["@dev"],
        quorum=quorum,
        risk="low",
        reassign_to=["@crowd"],
        escalate=[Escalate("1h", ["@leads"])],
    )
    actor = Actor("slack", "U1")
    async with Harness(asks, people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        await harness.advance("30m")
        await harness.start("flow", as_user="U40")
        first, second = sorted(await harness.requests(), key=lambda each: each.opened_at)
        seen = {each.id: seen_digest(each) for each in (first, second)}
        assert len(set(seen.values())) == 2
        await change(harness, first)
        if change is change_by_absence:  # it stands for every request
            seen.pop(second.id)
        refused, *answers = await harness.engine.approve_together(seen, actor=actor)
        assert not refused.accepted
        if change is not change_by_question:  # which has its own answer
            assert refused.code == "changed"
            assert refused.text.startswith("This request changed after it was shown to you")
        assert all(answer.accepted for answer in answers)
        now = {each.id: seen_digest(each) for each in await harness.requests() if each.id == first.id}
        (again,) = await harness.engine.approve_together(now, actor=actor)
        assert again.accepted == (change is not change_by_question)


async def test_what_an_approver_asked_about_is_not_approved_together() -> None:
    async with Harness(flow(approvers=["@dev"], risk="low"), people=CROWD) as harness:
        for _ in range(2):
            await harness.start("flow", as_user="U40")
        asked, other = await harness.requests()
        seen = {each.id: seen_digest(each) for each in (asked, other)}
        assert asked.together
        await harness.engine.ask_requester(asked.id, "Is it production?", actor=Actor("slack", "U1"))
        answers = await harness.engine.approve_together(seen, actor=Actor("slack", "U2"))
        assert [answer.code for answer in answers] == ["not_allowed", "decided"]
        assert answers[0].text.startswith("An approver asked a question about this request.")


async def test_a_question_is_handed_to_somebody_else() -> None:
    to_anybody = ["@crowd", "@others"]
    async with Harness(flow(approvers=["@dev"], reassign_to=to_anybody), people=CROWD) as harness:
        run = await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        for who, to, error in (
            ("U3", "U3", "Only @dev or @owners can reassign this request. Ask one of them."),
            ("U1", "U40", "U40 alone cannot complete this request"),
            ("U1", "@nobody", "@nobody names no person who can decide."),
            ("U1", "Bob", "Bob names no person who can decide."),
        ):
            with pytest.raises(SignoffError, match=error):
                await harness.engine.reassign(asked.id, to, actor=Actor("slack", who))
        assert (await harness.engine.reassign(asked.id, "U3", actor=Actor("slack", "U1"))).approvers == (
            "U3",
        )
        with pytest.raises(SignoffError, match="already waits for U3 alone, so nothing was changed"):
            await harness.engine.reassign(asked.id, "U3", actor=Actor("slack", "U9"))
        assert (await harness.try_decide("go", "approve", as_user="U2")).code == "not_allowed"
        assert (await harness.engine.reassign(asked.id, "@leads", actor=Actor("slack", "U9"))).approvers == (
            "@leads",
        )
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"
        with pytest.raises(SignoffError, match="no longer open"):
            await harness.engine.reassign(asked.id, "U3", actor=Actor("slack", "U1"))
        events = await harness.engine.events.of_run(run.id)
        assert [one.data["to"] for one in events if one.type == "request.reassigned"] == ["U3", "@leads"]


async def test_a_question_for_two_is_handed_on_by_its_owner_alone() -> None:
    """An approver who could replace the others would make a quorum of one."""
    async with Harness(flow(approvers=["@crowd"], quorum=2), people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        owner, approver = Actor("slack", "U9"), Actor("slack", "U7")
        (quorum,) = asked.policy.stages[0].quorums
        assert not is_replaced({"@crowd"}, lambda _: True, quorum)
        with pytest.raises(SignoffError, match="U3 alone cannot complete this request"):
            await harness.engine.reassign(asked.id, "U3", actor=owner)
        with pytest.raises(SignoffError, match="It needs several answers, so only the owner, @owners,"):
            await harness.engine.reassign(asked.id, "U3", actor=approver)
        await harness.decide("go", "approve", as_user="U1")
        handed = await harness.engine.reassign(asked.id, "U3", actor=owner)
        assert handed.approvers == ("U3",)
        # What was answered before it was handed on counts.
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_an_approver_hands_on_their_own_place_and_no_other() -> None:
    asked = flow(quorum={"@dev": 1, "@leads": 1}, reassign_to=["@crowd"])
    async with Harness(asked, people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        (request,) = await harness.requests()
        handed = await harness.engine.reassign(request.id, "U3", actor=Actor("slack", "U1"))
        assert handed.approvers == ("U3", "@leads")
        await harness.decide("go", "approve", as_user="U3")
        assert (await harness.requests())[0].outcome is None
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"


async def test_an_approval_with_confirm_needs_the_typed_text() -> None:
    async with Harness(flow(approvers=["@dev"], confirm="flow", risk="low"), people=CROWD) as harness:
        await harness.start("flow", as_user="U40")
        (asked,) = await harness.requests()
        assert not asked.together
        for typed in ("", "flaw"):
            result = await harness.try_decide("go", "approve", as_user="U1", typed=typed)
            assert (result.code, result.text) == (
                "confirm_required",
                "Type “flow” to confirm the approval.",
            )
        assert (await harness.decide("go", "approve", as_user="U1", typed=" flow ")).code == "decided"
