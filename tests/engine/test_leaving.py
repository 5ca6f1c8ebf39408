"""People who decided leave the group, or the company, before the request completes."""

from engine import Actor, Group, Outcome, Person, Stage, StaticPeople, Workflow
from engine.model.records import DecisionRecord
from engine.testing import Harness


class FactChange(StaticPeople):
    """People of whom some leave groups, or are deactivated."""

    def __init__(self) -> None:
        super().__init__([Person(f"U{number}", "") for number in range(1, 10)])
        self.groups = {"dev": {"U1", "U2", "U3"}, "security": {"U1", "U4", "U5"}, "owners": {"U9"}}
        self.gone: set[str] = set()

    async def person(self, user_id: str) -> Person:
        found = await super().person(user_id)
        return Person(found.id, found.name, active=user_id not in self.gone)

    async def resolve(self, ref: str) -> Person | Group:
        if ref[0] == "@":
            return Group(ref, ref[1:], frozenset(self.groups[ref[1:]]))
        return await self.person(ref)


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners")
    whom = {} if {"stages", "quorum"} & {*options} and options.get("quorum") != 2 else {"approvers": ["@dev"]}
    go = made.approval("go", ask="Go?", **{"expires": "1d", **whom, **options})  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(sorted(go.by))

    return made


async def who(harness: Harness) -> list[str]:
    (request,) = await harness.requests()
    return [made.actor.id for made in _counting(request.decisions, request.lost)]


def _counting(made: tuple[DecisionRecord, ...], lost: object) -> list[DecisionRecord]:
    return [one for one in made if one.id not in lost]  # type: ignore[operator]


async def test_a_decision_of_who_left_the_group_does_not_complete_it() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2), people=people) as harness:
        run = await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert await who(harness) == ["U2"]
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"
        assert await harness.output(run, "act") == "U2, U3"
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.recounted"]
        assert [one.data["people"] for one in told] == [[["U1", "approve", ["@dev"]]]]
        (request,) = (await harness.state(run)).requests
        receipt = (await harness.engine.receipts.receipt(request.id))["receipt"]
        assert [made["counts"] for made in receipt["decisions"]] == [False, True, True]


async def test_a_decision_of_a_deactivated_person_does_not_count_and_its_stage_is_open_again() -> None:
    people = FactChange()
    stages = [Stage("team", ["@dev"]), Stage("security", ["@security"])]
    async with Harness(flow(stages=stages), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U2")
        people.gone.add("U2")
        await harness.engine.review()
        (request,) = await harness.requests()
        assert request.stage == 0
        assert (await harness.answer("go", "approve", as_user="U4")).code == "not_allowed"
        await harness.decide("go", "approve", as_user="U3")
        assert (await harness.decide("go", "approve", as_user="U4")).code == "decided"


async def test_a_change_of_groups_is_seen_before_anybody_clicks() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        await harness.engine.review()
        assert await who(harness) == []


async def test_who_left_one_of_two_groups_counts_for_the_other_alone() -> None:
    people = FactChange()
    async with Harness(flow(quorum={"@dev": 1, "@security": 1}), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["security"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U4")).code == "decided"


async def test_a_rejection_of_who_left_does_not_count_either() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2, reject_quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "reject", as_user="U1", comment="no")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "reject", as_user="U2", comment="no")).code == "recorded"


async def test_who_comes_back_answers_again() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        await harness.engine.review()
        people.groups["dev"].add("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_a_delegates_answer_for_who_left_does_not_count() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2), people=people) as harness:
        until = harness.clock.now().replace(year=2026, month=2)
        await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U7")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert await who(harness) == ["U2"]


async def test_the_author_may_let_leavers_count() -> None:
    people = FactChange()
    async with Harness(flow(quorum=2, leavers_count=True), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"
