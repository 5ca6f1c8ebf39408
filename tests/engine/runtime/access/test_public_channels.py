"""A public channel as approvers: anybody can join it and decide."""

import pytest
from pydantic import BaseModel

from engine import Actor, Escalate, StaticPeople, Workflow
from engine.errors import NotAllowed
from engine.testing import Harness

GROUPS = {"#open": ["U1", "U2"], "#closed": ["U1"], "dev": ["U3"], "owners": ["U9"], "all": ["U4"]}
PEOPLE = StaticPeople(groups=GROUPS, public=["#open"])


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


async def test_check_without_people_says_what_happens_to_a_public_channel_at_high_risk() -> None:
    made = flow(approvers=["@dev"], reassign_to=["#open"], risk="high")
    async with Harness(made, people=PEOPLE) as harness:
        assert await harness.engine.approver_review.approver_warnings(known=False) == [
            "The members of #open can decide in flow only if it is a private channel, because the approval "
            "is high risk: signoff check --people says whether it is."
        ]


@pytest.mark.parametrize("option", ["veto", "reassign_to", "escalate"])
async def test_check_with_people_names_an_unknown_group_of_every_option(option: str) -> None:
    given = [Escalate("1h", ["@ownerz"])] if option == "escalate" else ["@ownerz"]
    async with Harness(flow(approvers=["@dev"], **{option: given}), people=PEOPLE) as harness:
        review = harness.engine.approver_review
        ((workflow, step, why),) = await review.unknown_in_options()
        assert (workflow, step) == ("flow", "go")
        assert why.startswith(f"{option}: There is no group called @ownerz, or it is disabled.")


async def test_check_names_public_channels_of_every_option_at_high_risk() -> None:
    made = flow(approvers=["@dev"], reassign_to=["#open"], risk="high")
    made.approval("late", ask="Go?", expires="1d", advisory=True, approvers=["@dev"], veto=["#public"])
    people = StaticPeople(groups={**GROUPS, "#public": ["U1"]}, public=["#open", "#public"])
    async with Harness(made, people=people) as harness:
        assert await harness.engine.approver_review.approver_warnings(known=True) == [
            "#public is a public channel, so anybody can join it and decide. Name a group or a private "
            "channel.",
            "#open is a public channel, so anybody can join it. At risk=high its members cannot decide, "
            "veto or become approvers. Name a group or a private channel.",
        ]


@pytest.mark.parametrize("options", [{"reassign_to": ["#open"]}, {"reassign_to": ["@dev", "#open"]}])
@pytest.mark.parametrize("to", ["U1", "#open"])
async def test_a_high_risk_approval_is_not_reassigned_to_members_of_a_public_channel(
    options: dict[str, list[str]], to: str
) -> None:
    async with Harness(
        flow(approvers=["@dev"], veto=["#open"], risk="high", **options), people=PEOPLE
    ) as harness:
        await harness.start("flow", as_user="U4")
        (request,) = await harness.requests()
        with pytest.raises(NotAllowed) as refused:
            await harness.engine.reassign(request.id, to, actor=Actor("slack", "U9"))
        assert str(refused.value) == (
            "At risk=high the members of a public channel cannot decide, and anybody can join #open. Name a "
            "member of a group or of a private channel that the workflow names, or ask its author to add one "
            "to reassign_to=."
        )
        assert (await harness.try_decide("go", "approve", as_user="U1", comment="so")).code == "not_allowed"


async def test_a_new_approver_of_a_channel_that_becomes_public_does_not_decide_at_high_risk() -> None:
    people = StaticPeople(groups=GROUPS, public=["#open"])
    made = flow(approvers=["@dev"], reassign_to=["#open"], risk="high")
    private = StaticPeople(groups=GROUPS)
    async with Harness(made, people=private) as harness:
        await harness.start("flow", as_user="U4")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, "U1", actor=Actor("slack", "U9"))
        assert [one.step for one in await harness.engine.waiting_for("U1")] == ["go"]
        vars(private).update(vars(people))
        assert await harness.engine.waiting_for("U1") == []
        result = await harness.try_decide("go", "approve", as_user="U1", comment="so")
        assert (result.code, "anybody can join #open" in result.text) == ("not_allowed", True)


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
