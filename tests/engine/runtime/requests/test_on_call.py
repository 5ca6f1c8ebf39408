"""People on call as approvers: who they are is looked up when they are asked, and again at each answer."""

import pytest

from engine import (
    Escalate,
    Group,
    NobodyOnCall,
    OnCallUnknown,
    Outcome,
    PeopleUnavailable,
    Person,
    Stage,
    StaticPeople,
    Workflow,
)
from engine.testing import Harness

GROUPS = {"owners": ["U9"], "dev": ["U1", "U2", "U3"], "others": ["U8"]}


class Failing(StaticPeople):
    """The source of the schedules fails while `failing` is set."""

    failing = ""

    async def resolve(self, ref: str) -> Person | Group:
        if self.failing and ref.startswith("oncall:"):
            raise NobodyOnCall(self.failing)
        return await super().resolve(ref)


def flow(approvers: list[str] | None = None, owner: str = "@owners", **options: object) -> Workflow:
    made = Workflow("flow", owner=owner)
    whom = {} if "stages" in options else {"approvers": approvers or ["oncall:primary"]}
    go = made.approval("go", ask="Go?", **{"expires": "1d", **whom, **options})  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(sorted(go.by))

    return made


async def test_the_person_on_call_decides_and_the_receipt_names_the_schedule() -> None:
    people = StaticPeople(groups=GROUPS, on_call={"primary": ["U1"]})
    async with Harness(flow(), people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        refused = await harness.try_decide("go", "approve", as_user="U2")
        assert refused.code == "not_allowed"
        assert refused.text.startswith("Only people on call for primary can decide this request")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert await harness.output(run, "act") == "U1"
        (request,) = (await harness.state(run)).requests
        receipt = (await harness.engine.receipts.receipt(request.id))["receipt"]
        assert [made["member_of"] for made in receipt["decisions"]] == [["oncall:primary"]]


async def test_a_person_whose_shift_ended_since_the_question_does_not_decide() -> None:
    shifts = {"primary": ["U1"]}
    async with Harness(flow(), people=StaticPeople(groups=GROUPS, on_call=shifts)) as harness:
        await harness.start("flow", as_user="U8")
        shifts["primary"] = ["U2"]
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "not_allowed"
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


async def test_an_answer_that_was_given_on_call_counts_after_the_shift() -> None:
    shifts = {"primary": ["U1"]}
    async with Harness(flow(quorum=2), people=StaticPeople(groups=GROUPS, on_call=shifts)) as harness:
        run = await harness.start("flow", as_user="U8")
        await harness.decide("go", "approve", as_user="U1")
        shifts["primary"] = ["U2"]
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"
        assert await harness.output(run, "act") == "U1, U2"


@pytest.mark.parametrize("why", ["Nobody is on call for primary now.", "The source did not answer in time."])
async def test_a_gap_and_an_error_of_the_source_bring_the_request_to_the_owner(why: str) -> None:
    people = Failing(groups=GROUPS, on_call={"primary": [] if "Nobody" in why else ["U1"]})
    people.failing = "" if "Nobody" in why else why
    async with Harness(flow(), people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        for stranger in ("U1", "U2", "U8"):
            assert (await harness.try_decide("go", "approve", as_user=stranger)).code == "not_allowed"
        await harness.engine.approver_review.review()
        (request,) = await harness.requests()
        assert request.approvers == ("oncall:primary", "@owners")
        (told,) = [each for each in await harness.engine.events.of_run(run.id) if "escalated" in each.type]
        assert told.data["why"] == why
        problem = await harness.engine.approver_review.finding()
        assert why in problem.text
        assert "The owner @owners was asked as well" in problem.text
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"


async def test_a_gap_that_began_after_the_question_is_said_at_the_click_and_goes_to_the_owner() -> None:
    shifts = {"primary": ["U1"]}
    async with Harness(flow(), people=StaticPeople(groups=GROUPS, on_call=shifts)) as harness:
        await harness.start("flow", as_user="U8")
        shifts["primary"] = []
        refused = await harness.try_decide("go", "approve", as_user="U1")
        assert "Nobody is on call for primary now." in refused.text
        await harness.advance("1m")
        (request,) = await harness.requests()
        assert "@owners" in request.approvers


async def test_the_next_person_on_call_can_decide_beside_the_owner_after_a_gap() -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    async with Harness(flow(), people=StaticPeople(groups=GROUPS, on_call=shifts)) as harness:
        await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        shifts["primary"] = ["U2"]
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


async def test_a_quorum_of_all_is_not_complete_because_nobody_is_on_call() -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    people = StaticPeople(groups=GROUPS, on_call=shifts)
    async with Harness(flow(["U1", "oncall:primary"], quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "recorded"
        (request,) = await harness.requests()
        assert request.state == "open"


async def test_schedules_can_be_owners_vetoes_and_targets_of_escalations() -> None:
    shifts = {"primary": ["U1"], "second": ["U2"], "lead": ["U3"]}
    made = flow(
        ["oncall:primary"], "oncall:lead", veto=["oncall:lead"], escalate=Escalate("1h", ["oncall:second"])
    )
    async with Harness(made, people=StaticPeople(groups=GROUPS, on_call=shifts)) as harness:
        run = await harness.start("flow", as_user="U8")
        assert (await harness.try_decide("go", "approve", as_user="U2")).code == "not_allowed"
        await harness.advance("61m")
        assert (await harness.decide("go", "reject", as_user="U3", comment="Not now")).code == "decided"
        assert (await harness.state(run)).requests[0].outcome == "rejected"


async def test_only_a_schedule_that_does_not_exist_is_reported_before_anybody_asks() -> None:
    people = StaticPeople(groups=GROUPS, on_call={"primary": [], "night": ["U1"]})
    stages = [Stage("one", ["oncall:primary"]), Stage("two", ["oncall:nigth"])]
    async with Harness(flow(stages=stages), people=people) as harness:
        (found,) = await harness.engine.approver_review.unanswerable()
        assert found[2] == (
            "There is no on-call schedule called nigth. Add it to SIGNOFF_ONCALL. Did you mean oncall:night?"
        )
    async with Harness(flow(owner="oncall:primary"), people=people) as harness:
        assert await harness.engine.approver_review.unanswerable() == []


class ShortlyFailing(Failing):
    async def resolve(self, ref: str) -> Person | Group:
        if self.failing and ref.startswith("oncall:"):
            raise OnCallUnknown(self.failing)
        return await super().resolve(ref)


async def test_a_short_failure_of_the_source_changes_nobody_who_is_asked() -> None:
    people = ShortlyFailing(groups=GROUPS, on_call={"primary": ["U1", "U2"]})
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        (before,) = await harness.requests()
        people.failing = "The source did not answer in time."
        with pytest.raises(PeopleUnavailable, match="did not answer in time"):
            await harness.engine.approver_review.review()
        assert (await harness.requests())[0].policy == before.policy
        assert (await harness.try_decide("go", "approve", as_user="U9")).code == "not_allowed"


async def test_the_owner_does_not_answer_in_the_place_of_people_on_call_who_are_shortly_unknown() -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    people = ShortlyFailing(groups=GROUPS, on_call=shifts)
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        shifts["primary"], people.failing = ["U1"], "The source did not answer in time."
        assert (await harness.try_decide("go", "approve", as_user="U9")).code == "unavailable"
        people.failing = ""
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_people_on_call_decide_again_after_a_gap_and_the_owner_alone_does_not() -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    people = StaticPeople(groups=GROUPS, on_call=shifts)
    async with Harness(flow(quorum="all"), people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        shifts["primary"] = ["U1", "U2"]
        assert (await harness.decide("go", "approve", as_user="U9")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"
        assert await harness.output(run, "act") == "U1, U2, U9"


async def test_the_owner_alone_decides_in_a_gap_where_all_on_call_are_needed() -> None:
    people = StaticPeople(groups=GROUPS, on_call={"primary": []})
    async with Harness(flow(quorum="all"), people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        await harness.engine.approver_review.review()
        (request,) = await harness.requests()
        assert request.approvers == ("oncall:primary", "@owners")
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"
        assert await harness.output(run, "act") == "U9"


@pytest.mark.parametrize("owners", [["U9"], ["U9", "U7"]])
async def test_an_approver_who_is_an_owner_is_not_two_people_in_a_gap(owners: list[str]) -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    people = StaticPeople(groups={**GROUPS, "owners": owners}, on_call=shifts)
    async with Harness(flow(["U9", "oncall:primary"], quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        assert (await harness.decide("go", "approve", as_user="U9")).code == "recorded"
        await harness.engine.approver_review.review()
        if len(owners) == 1:
            shifts["primary"] = ["U2"]
        by = "U2" if len(owners) == 1 else "U7"
        assert (await harness.decide("go", "approve", as_user=by)).code == "decided"


async def test_an_approver_who_is_an_owner_waits_for_people_who_are_on_call_again() -> None:
    shifts: dict[str, list[str]] = {"primary": []}
    people = StaticPeople(groups=GROUPS, on_call=shifts)
    async with Harness(flow(["U9", "oncall:primary"], quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U8")
        await harness.engine.approver_review.review()
        shifts["primary"] = ["U2"]
        assert (await harness.decide("go", "approve", as_user="U9")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


async def test_the_only_person_on_call_who_asks_does_not_take_the_schedule_out() -> None:
    shifts = {"primary": ["U1"]}
    people = StaticPeople(groups=GROUPS, on_call=shifts)
    async with Harness(flow(quorum="all"), people=people) as harness:
        await harness.start("flow", as_user="U1")
        await harness.engine.approver_review.review()
        shifts["primary"] = ["U2"]
        assert (await harness.decide("go", "approve", as_user="U9")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"
