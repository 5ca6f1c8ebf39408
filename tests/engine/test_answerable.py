"""Is an approval one that the people there are can complete, whoever asks?"""

from dataclasses import replace

import pytest

from engine import Person, Stage, StaticPeople, Workflow
from engine.testing import Bench

PEOPLE = StaticPeople(
    [Person("U3", "Gone", active=False)],
    {"one": ["U1"], "two": ["U1", "U2"], "three": ["U4", "U5", "U6"], "left": ["U3"], "half": ["U3", "U4"]},
)


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ({"approvers": ["@two"]}, ""),
        ({"approvers": ["@one"]}, "If U1 asks, the others are too few to approve it."),
        ({"approvers": ["@one"], "self_approval": True}, ""),
        ({"approvers": ["@nobody"]}, "@nobody names nobody there is."),
        ({"approvers": ["@left"]}, "Needed: 1 people. Able to decide: 0."),
        ({"approvers": ["@two"], "quorum": 2}, "If U1 or U2 asks, the others are too few to approve it."),
        ({"approvers": ["@three"], "quorum": 2}, ""),
        ({"approvers": ["@three"], "quorum": 4}, "Needed: 4 people. Able to decide: 3."),
        ({"approvers": ["@three"], "quorum": "all"}, ""),
        ({"quorum": {"@one": 1, "@two": 1}}, "If U1 or U2 asks, the others are too few to approve it."),
        ({"quorum": {"@one": 1, "@two": 1}, "self_approval": True}, ""),
        (
            {"stages": [Stage("a", ["@one"]), Stage("b", ["@one"])]},
            "Needed: 2 people. Able to decide: 1.",
        ),
        ({"stages": [Stage("a", ["@three"]), Stage("b", ["@three"])]}, ""),
        ({"approvers": ["@half", "@two"], "quorum": 2}, ""),
    ],
)
async def test_what_can_be_answered(policy: dict, why: str) -> None:
    flow = Workflow("flow", owner="@two")
    flow.approval("go", ask="Go?", expires="1h", **policy)
    async with Bench(flow, people=PEOPLE) as bench:
        assert await bench.engine.unanswerable() == ([("flow", "go", why)] if why else [])


async def test_what_an_earlier_step_names_is_not_known_beforehand() -> None:
    flow = Workflow("flow", owner="@two")

    @flow.step
    async def owner() -> str:
        return "@three"

    flow.approval("go", ask="Go?", approvers=["{owner}"], expires="1h", after=[owner])
    async with Bench(flow, people=PEOPLE) as bench:
        assert await bench.engine.unanswerable() == []


class Leaving(StaticPeople):
    """People of whom some leave."""

    def __init__(self) -> None:
        super().__init__(groups={"two": ["U1", "U2"], "owners": ["U9"], "others": ["U8"]})
        self.gone: set[str] = set()

    async def person(self, user_id: str) -> Person:
        return replace(await super().person(user_id), active=user_id not in self.gone)


async def test_what_those_who_are_left_cannot_complete_goes_to_the_owner() -> None:
    people, flow = Leaving(), Workflow("flow", owner="@owners")
    flow.approval("go", ask="Go?", approvers=["@two"], quorum=2, expires="1h")
    async with Bench(flow, people=people) as bench:
        run = await bench.start("flow", as_user="U8")
        assert await bench.engine.review() == 0
        await bench.decide("go", "approve", as_user="U1")
        people.gone = {"U1"}  # who has answered may leave
        assert await bench.engine.review() == 0
        people.gone = {"U2"}
        assert (await bench.engine.review(), await bench.engine.review()) == (1, 0)
        (request,) = await bench.requests()
        assert request.approvers == ("@two", "@owners")
        assert (await bench.decide("go", "approve", as_user="U9")).code == "decided"
        told = [
            event for event in await bench.engine.events.of_run(run.id) if event.type == "request.escalated"
        ]
        assert [event.data["unanswerable"] for event in told] == [True]
