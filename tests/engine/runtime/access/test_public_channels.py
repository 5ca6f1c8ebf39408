"""A public channel as approvers: anybody can join it and decide."""

import pytest
from pydantic import BaseModel

from engine import Escalate, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(
    groups={"#open": ["U1", "U2"], "#closed": ["U1"], "dev": ["U3"], "owners": ["U9"], "all": ["U4"]},
    public=["#open"],
)


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners")
    made.approval("go", ask="Go?", expires="1d", advisory=True, **options)  # type: ignore[arg-type]
    return made


async def test_a_member_of_a_public_channel_does_not_decide_at_high_risk() -> None:
    async with Harness(flow(approvers=["#open"], risk="high"), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U4")
        (request,) = await harness.requests()
        assert request.approvers == ("#open", "@owners")  # brought to the owner at once
        for choice in ("approve", "reject"):
            result = await harness.try_decide("go", choice, as_user="U1", comment="so")
            assert (result.code, result.text) == (
                "not_allowed",
                "This approval is high risk, and anybody can join #open, so its members cannot decide it. "
                "Ask the owner of the workflow to reassign it to a group.",
            )
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"
        told = await harness.engine.approver_review.unanswerable()
        assert told == [
            ("flow", "go", "#open is public: anybody can join it, and the approval is high risk.")
        ]


async def test_a_request_does_not_wait_for_members_of_a_public_channel_who_cannot_decide() -> None:
    async with Harness(flow(approvers=["#open"], risk="high"), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U4")
        assert await harness.engine.waiting_for("U1") == []
        assert [one.step for one in await harness.engine.waiting_for("U9")] == ["go"]


@pytest.mark.parametrize("refs", [["#closed"], ["@dev", "#open"]])
async def test_a_member_of_a_group_or_a_private_channel_decides_at_high_risk(refs: list[str]) -> None:
    async with Harness(flow(approvers=refs, risk="high"), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U4")
        who = "U1" if refs == ["#closed"] else "U3"
        assert (await harness.decide("go", "approve", as_user=who)).code == "decided"


async def test_below_high_risk_it_is_a_warning() -> None:
    async with Harness(flow(approvers=["#open"]), people=PEOPLE) as harness:
        assert await harness.engine.approver_review.unanswerable() == []
        assert await harness.engine.approver_review.approver_warnings(known=True) == [
            "#open is a public channel, so anybody can join it and decide. Name a group or a private channel."
        ]
        (perhaps,) = await harness.engine.approver_review.approver_warnings(known=False)
        assert perhaps.startswith("The members of #open can decide in flow. If it is a public channel")
        await harness.start("flow", as_user="U4")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_check_warns_of_a_public_channel_to_which_an_approval_can_be_reassigned() -> None:
    async with Harness(flow(approvers=["@dev"], reassign_to=["#open"]), people=PEOPLE) as harness:
        review = harness.engine.approver_review
        assert await review.approver_warnings(known=True) == [
            "#open is a public channel, so anybody can join it and decide. Name a group or a private channel."
        ]
        assert len(await review.approver_warnings(known=False)) == 1


class Change(BaseModel):
    reviewer: str


async def test_check_warns_that_the_requester_names_the_approvers() -> None:
    made = Workflow("flow", owner="@owners", input=Change)
    made.approval("go", ask="Go?", expires="1d", advisory=True, approvers=["{input.reviewer}", "@dev"])
    later = [Escalate(after="1h", to="{input.reviewer}")]
    made.approval("late", ask="Go?", expires="1d", advisory=True, approvers=["@dev"], escalate=later)
    async with Harness(made, people=PEOPLE) as harness:
        assert await harness.engine.approver_review.approver_warnings(known=True) == [
            f"The requester of flow chooses who decides {name}: its approvers are {{input.reviewer}}. "
            "Name a group, or let a step look up the people."
            for name in ("go", "late")
        ]
