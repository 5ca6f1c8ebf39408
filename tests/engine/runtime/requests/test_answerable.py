"""Approvals that the existing people cannot complete are found before anyone is asked."""

from dataclasses import replace
from typing import Any

import pytest

from engine import Actor, Group, NotPossible, Person, Stage, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(
    [Person("U3", "Gone", active=False)],
    {"one": ["U1"], "two": ["U1", "U2"], "three": ["U4", "U5", "U6"], "left": ["U3"], "half": ["U3", "U4"]},
)


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"approvers": ["@two"]}, ""),
        ({"approvers": ["@one"]}, "If U1 requests it, too few people are left to approve it."),
        ({"approvers": ["@one"], "self_approval": True}, ""),
        ({"approvers": ["@nobody"]}, "There is no group called @nobody, or it is disabled."),
        ({"approvers": ["@left"]}, "@left: 1 person must approve, and nobody can decide."),
        (
            {"approvers": ["@two"], "quorum": 2},
            "If U1 or U2 requests it, too few people are left to approve it.",
        ),
        ({"approvers": ["@three"], "quorum": 2}, ""),
        ({"approvers": ["@three"], "quorum": 4}, "@three: 4 people must approve, and 3 people can decide."),
        ({"approvers": ["@three"], "quorum": "all"}, ""),
        (
            {"quorum": {"@one": 1, "@two": 1}},
            "If U1 or U2 requests it, too few people are left to approve it.",
        ),
        ({"quorum": {"@one": 1, "@two": 1}, "self_approval": True}, ""),
        (
            {"stages": [Stage("a", ["@one"]), Stage("b", ["@one"])]},
            "@one: 2 people must approve, and 1 person can decide.",
        ),
        ({"stages": [Stage("a", ["@three"]), Stage("b", ["@three"])]}, ""),
        ({"approvers": ["@half", "@two"], "quorum": 2}, ""),
    ],
)
async def test_an_approval_that_its_approvers_cannot_complete_is_reported(
    policy: dict[str, Any], why: str
) -> None:
    flow = Workflow("flow", owner="@two")
    flow.approval("go", ask="Go?", expires="1h", **policy, advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        assert await harness.engine.approver_review.unanswerable() == ([("flow", "go", why)] if why else [])


async def test_approvers_that_an_earlier_step_names_are_not_checked_beforehand() -> None:
    flow = Workflow("flow", owner="@two")

    @flow.step
    async def owner() -> str:
        return "@three"

    flow.approval("go", ask="Go?", approvers=["{owner}"], expires="1h", after=[owner], advisory=True)
    async with Harness(flow, people=PEOPLE) as harness:
        assert await harness.engine.approver_review.unanswerable() == []


class Departures(StaticPeople):
    """People of whom some leave."""

    def __init__(self) -> None:
        super().__init__(groups={"two": ["U1", "U2"], "owners": ["U9"], "others": ["U8"]})
        self.gone: set[str] = set()

    async def person(self, user_id: str) -> Person:
        return replace(await super().person(user_id), active=user_id not in self.gone)


async def test_the_owner_decides_once_all_remaining_approvers_have_agreed() -> None:
    people, flow = Departures(), Workflow("flow", owner="@owners")
    flow.approval("go", ask="Go?", approvers=["@two"], quorum="all", expires="1h", advisory=True)
    async with Harness(flow, people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        await harness.decide("go", "approve", as_user="U1")
        assert await harness.engine.approver_review.review() == 0
        people.gone = {"U2"}
        assert (
            await harness.engine.approver_review.review(),
            await harness.engine.approver_review.review(),
        ) == (1, 0)
        (request,) = await harness.requests()
        assert request.approvers == ("@owners",)
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.escalated"]
        assert [one.data["replace"] for one in told] == [True]
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"


async def test_in_place_of_a_group_that_is_gone_the_owner_answers_and_everybody_else_must_still() -> None:
    flow = Workflow("flow", owner="@owners")
    flow.approval("go", ask="Go?", approvers=["@two", "@gone"], quorum="all", expires="1h", advisory=True)
    people = StaticPeople(groups={"two": ["U1", "U2"], "owners": ["U8", "U9"], "others": ["U7"]})
    async with Harness(flow, people=people) as harness:
        await harness.start("flow", as_user="U7")
        codes = [(await harness.decide("go", "approve", as_user=who)).code for who in ("U9", "U1", "U2")]
        assert codes == ["recorded", "recorded", "decided"]


async def test_all_does_not_mean_as_many_others() -> None:
    """An approver who leaves the group does not count for a person who joined."""
    groups = {"two": {"U1", "U2"}, "owners": {"U9"}, "others": {"U8"}}

    class FactChange(StaticPeople):
        async def resolve(self, ref: str) -> Person | Group:
            return Group(ref, ref[1:], frozenset(groups[ref[1:]]))

    flow = Workflow("flow", owner="@owners")
    flow.approval("go", ask="Go?", approvers=["@two"], quorum="all", expires="1h", advisory=True)
    everybody = [Person(f"U{number}", "") for number in range(1, 10)]
    async with Harness(flow, people=FactChange(everybody)) as harness:
        await harness.start("flow", as_user="U8")
        await harness.decide("go", "approve", as_user="U1")
        groups["two"] = {"U2", "U3"}
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_a_request_to_all_is_not_handed_to_an_approver_who_has_answered() -> None:
    flow = Workflow("flow", owner="@owners")
    flow.approval(
        "go",
        ask="Go?",
        approvers=["@two"],
        quorum="all",
        expires="1h",
        advisory=True,
        reassign_to=["@two", "@others"],
    )
    people = StaticPeople(groups={"two": ["U1", "U2"], "owners": ["U9"], "others": ["U5", "U8"]})
    async with Harness(flow, people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        await harness.decide("go", "approve", as_user="U1")
        (request,) = await harness.requests()
        owner = Actor("slack", "U9")
        with pytest.raises(NotPossible, match="alone cannot complete this request"):
            await harness.engine.reassign(request.id, "U1", actor=owner)
        await harness.engine.reassign(request.id, "U5", actor=owner)
        # What the first of all said is not what this one says.
        assert (await harness.decide("go", "reject", as_user="U5", comment="no")).code == "decided"
        (request,) = (await harness.state(run)).requests
        assert request.outcome == "rejected"


async def test_a_request_that_the_remaining_approvers_cannot_complete_goes_to_the_owner() -> None:
    people, flow = Departures(), Workflow("flow", owner="@owners")
    flow.approval(
        "go", ask="Go?", approvers=["@two"], quorum=2, expires="1h", advisory=True, count_leavers=True
    )
    async with Harness(flow, people=people) as harness:
        run = await harness.start("flow", as_user="U8")
        assert await harness.engine.approver_review.review() == 0
        await harness.decide("go", "approve", as_user="U1")
        people.gone = {"U1"}  # who has answered may leave, as the author says
        assert await harness.engine.approver_review.review() == 0
        people.gone = {"U2"}
        assert (
            await harness.engine.approver_review.review(),
            await harness.engine.approver_review.review(),
        ) == (1, 0)
        (request,) = await harness.requests()
        assert request.approvers == ("@two", "@owners")
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"
        told = [
            event for event in await harness.engine.events.of_run(run.id) if event.type == "request.escalated"
        ]
        assert [event.data["unanswerable"] for event in told] == [True]
