"""People who decided leave the group, or the company, before the request completes."""

from datetime import timedelta
from pathlib import Path

import pytest

from engine import Actor, Group, Outcome, Person, Stage, StaticPeople, Workflow
from engine.errors import PeopleUnavailable
from engine.model.records.records import DecisionRecord, RunRecord
from engine.testing import Harness
from tests.present import present


class ChangingPeople(StaticPeople):
    """People of whom some leave groups, or are deactivated."""

    def __init__(self) -> None:
        super().__init__([Person(f"U{number}", "") for number in range(1, 10)])
        self.groups = {"dev": {"U1", "U2", "U3"}, "security": {"U1", "U4", "U5"}, "owners": {"U9"}}
        self.gone: set[str] = set()
        self.away = False
        """Nobody can be looked up."""

    async def person(self, user_id: str) -> Person:
        if self.away:
            raise PeopleUnavailable("Slack does not answer.")
        found = await super().person(user_id)
        return Person(found.id, found.name, active=user_id not in self.gone)

    async def resolve(self, ref: str) -> Person | Group:
        if ref[0] == "@" and not self.away:
            return Group(ref, ref[1:], frozenset(self.groups[ref[1:]]))
        return await self.person(ref)


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners")
    names_them = "stages" in options or isinstance(options.get("quorum"), dict)
    whom = {} if names_them else {"approvers": ["@dev"]}
    go = made.approval("go", ask="Go?", **{"expires": "1d", **whom, **options})  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(sorted(go.by))

    return made


async def who(harness: Harness) -> list[str]:
    (request,) = await harness.requests()
    return [made.actor.id for made in _counting(request.decisions, request.people.lost)]


def _counting(made: tuple[DecisionRecord, ...], lost: object) -> list[DecisionRecord]:
    return [one for one in made if one.id not in lost]  # type: ignore[operator]


async def test_a_decision_of_who_left_the_group_does_not_complete_it() -> None:
    people = ChangingPeople()
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
    people = ChangingPeople()
    stages = [Stage("team", ["@dev"]), Stage("security", ["@security"])]
    async with Harness(flow(stages=stages), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U2")
        people.gone.add("U2")
        await harness.engine.approver_review.review()
        (request,) = await harness.requests()
        assert request.stage == 0
        assert (await harness.try_decide("go", "approve", as_user="U4")).code == "not_allowed"
        await harness.decide("go", "approve", as_user="U3")
        assert (await harness.decide("go", "approve", as_user="U4")).code == "decided"


async def test_a_claim_ends_when_an_earlier_stage_is_open_again() -> None:
    people = ChangingPeople()
    stages = [Stage("team", ["@dev"]), Stage("security", ["@security"], quorum=2)]
    async with Harness(flow(stages=stages), people=people) as harness:
        run = await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U2")
        await harness.decide("go", "approve", as_user="U4")
        (request,) = await harness.requests()
        await harness.engine.claim(request.id, actor=Actor("slack", "U5"))
        people.gone.add("U4")  # the stage stays
        await harness.engine.approver_review.review()
        (request,) = await harness.requests()
        assert (request.stage, present(request.people.claim).by) == (1, "U5")
        people.gone.add("U2")
        await harness.engine.approver_review.review()
        (request,) = await harness.requests()
        assert (request.stage, request.people.claim) == (0, None)
        assert (await harness.engine.claim(request.id, actor=Actor("slack", "U3"))).people.claim is not None
        await harness.advance("31m")
        events = await harness.engine.events.of_run(run.id)
        assert [each.data["by"] for each in events if each.type == "request.claim_ended"] == ["U3"]


async def test_a_change_of_groups_is_seen_before_anybody_clicks() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        await harness.engine.approver_review.review()
        assert await who(harness) == []


async def test_an_approver_who_left_one_of_two_groups_counts_for_the_other_alone() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum={"@dev": 1, "@security": 1}), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["security"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U4")).code == "decided"


async def test_a_rejection_of_who_left_does_not_count_either() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2, reject_quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "reject", as_user="U1", comment="no")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "reject", as_user="U2", comment="no")).code == "recorded"


async def test_an_approver_who_comes_back_answers_again() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        await harness.engine.approver_review.review()
        people.groups["dev"].add("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_a_delegates_answer_for_who_left_does_not_count() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2), people=people) as harness:
        until = harness.clock.now().replace(year=2026, month=2)
        await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U7")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert await who(harness) == ["U2"]


async def test_the_author_may_let_leavers_count() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2, count_leavers=True), people=people) as harness:
        await harness.start("flow", as_user="U9")
        await harness.decide("go", "approve", as_user="U1")
        people.groups["dev"].discard("U1")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


async def held(harness: Harness, *who: str) -> RunRecord:
    run = await harness.start("flow", as_user="U9")
    for user in who:
        await harness.decide("go", "approve", as_user=user)
    assert [one.state for one in (await harness.state(run)).requests] == ["held"]
    return run


async def test_a_revocable_approval_whose_approver_left_is_asked_again_before_it_takes_effect() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2, revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1", "U2")
        people.groups["dev"].discard("U1")
        await harness.advance("6m")
        (request,) = (await harness.state(run)).requests
        assert (request.state, request.outcome, request.clock.effective_at) == ("open", None, None)
        assert (await harness.step(run, "act")).state == "pending"
        assert await who(harness) == ["U2"]
        assert present((await harness.decide("go", "approve", as_user="U3")).request).state == "held"
        await harness.advance("6m")
        assert await harness.output(run, "act") == "U2, U3"
        receipt = (await harness.engine.receipts.receipt(request.id))["receipt"]
        assert [made["counts"] for made in receipt["decisions"]] == [False, True, True]
        assert (await harness.engine.audit()).findings == []


async def test_a_revocable_approval_of_a_deactivated_approver_does_not_take_effect() -> None:
    people = ChangingPeople()
    async with Harness(flow(revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1")
        people.gone.add("U1")
        await harness.advance("6m")
        assert (await harness.step(run, "act")).state == "pending"
        assert [one.state for one in await harness.requests()] == ["open"]


async def test_a_revocable_approval_that_nobody_is_left_to_give_again_is_brought_to_the_owner() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum=2, revocable_for="5m"), people=people) as harness:
        await held(harness, "U1", "U2")
        people.groups["dev"] = {"U2"}
        await harness.advance("6m")
        (request,) = await harness.requests()
        assert request.approvers == ("@dev", "@owners")


async def test_an_approval_that_is_asked_again_has_the_time_that_it_had_when_it_was_approved() -> None:
    people = ChangingPeople()
    async with Harness(flow(revocable_for="5m", expires="1h", on_expiry="approve"), people=people) as harness:
        run = await harness.start("flow", as_user="U9")
        await harness.advance("58m")
        await harness.decide("go", "approve", as_user="U1")
        people.gone.add("U1")
        await harness.advance("5m")
        (request,) = await harness.requests()
        assert request.clock.expires_at == harness.clock.now() + timedelta(minutes=2)
        assert (await harness.step(run, "act")).state == "pending"


@pytest.mark.parametrize(("window", "most"), [("5h", 24 + 5), ("2d", 48 + 48)])
async def test_an_approver_who_leaves_and_returns_again_and_again_postpones_no_deadline_for_long(
    window: str, most: int
) -> None:
    people = ChangingPeople()
    options = {"revocable_for": window, "expires": "3h", "on_expiry": "reject"}
    async with Harness(flow(**options), people=people) as harness:
        run = await harness.start("flow", as_user="U9")
        began = harness.clock.now()
        for _ in range(40):
            if not await harness.requests():
                break
            await harness.decide("go", "approve", as_user="U1")
            people.groups["dev"].discard("U1")
            await harness.advance(window)
            people.groups["dev"].add("U1")
        assert harness.clock.now() - began <= timedelta(hours=3 + most)
        (request,) = (await harness.state(run)).requests
        assert (request.state, request.outcome) == ("expired", "rejected")


async def test_a_revocable_approval_waits_until_its_approvers_can_be_looked_up() -> None:
    people = ChangingPeople()
    async with Harness(flow(revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1")
        people.away = True
        await harness.advance("10m")
        (request,) = (await harness.state(run)).requests
        assert (request.state, (await harness.step(run, "act")).state) == ("held", "pending")
        told = [one.type for one in await harness.engine.events.of_run(run.id)]
        assert told.count("request.effect_delayed") == 1
        people.away = False
        await harness.advance("1m")
        assert await harness.output(run, "act") == "U1"


async def test_a_revocable_approval_that_waits_beyond_its_time_can_still_be_revoked() -> None:
    people = ChangingPeople()
    async with Harness(flow(revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1")
        people.away = True
        await harness.advance("10m")
        people.away = False
        (request,) = (await harness.state(run)).requests
        assert present((await harness.decide(request.id, "revoke", as_user="U2")).request).state == "open"
        await harness.advance("10m")
        assert (await harness.step(run, "act")).state == "pending"


async def test_a_revocable_approval_is_looked_at_again_after_a_restart(tmp_path: Path) -> None:
    people = ChangingPeople()
    asked = flow(revocable_for="5m")
    async with Harness(asked, people=people, folder=tmp_path) as harness:
        run = await held(harness, "U1")
        clock = harness.clock
    people.groups["dev"].discard("U1")
    clock.advance(timedelta(minutes=10))
    async with Harness(asked, people=people, folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert [one.state for one in (await harness.state(run)).requests] == ["open"]


async def test_a_revocable_approval_of_leavers_takes_effect_where_the_author_lets_them_count() -> None:
    people = ChangingPeople()
    async with Harness(flow(revocable_for="5m", count_leavers=True), people=people) as harness:
        run = await held(harness, "U1")
        people.gone.add("U1")
        await harness.advance("6m")
        assert await harness.output(run, "act") == "U1"


async def test_a_revocable_approval_of_all_stands_where_all_who_are_left_approved() -> None:
    people = ChangingPeople()
    async with Harness(flow(quorum="all", revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1", "U2", "U3")
        people.groups["dev"].discard("U1")
        await harness.advance("6m")
        assert await harness.output(run, "act") == "U2, U3"


async def test_all_of_an_earlier_stage_have_approved_when_a_later_one_decides() -> None:
    people = ChangingPeople()
    stages = [Stage("team", ["@dev"], quorum="all"), Stage("security", ["@security"])]
    async with Harness(flow(stages=stages, revocable_for="5m"), people=people) as harness:
        run = await held(harness, "U1", "U2", "U3", "U4")
        people.groups["dev"].discard("U1")
        await harness.advance("6m")
        assert await harness.output(run, "act") == "U2, U3, U4"


@pytest.mark.parametrize("to", ["@pair", "U2"])
async def test_a_new_approver_decides_only_while_the_policy_means_them(to: str) -> None:
    """After a reassignment a friend joins the small group, and an approver leaves the large one."""
    people = ChangingPeople()
    people.groups["pair"] = {"U2"}
    async with Harness(flow(), people=people) as harness:
        await harness.start("flow", as_user="U6")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, to, actor=Actor("slack", "U1"))
        people.groups |= {"pair": {"U2", "U7"}, "dev": {"U1", "U3"}}
        for who in ("U7", "U2"):
            assert (await harness.try_decide("go", "approve", as_user=who)).code == "not_allowed"
        result = await harness.try_decide("go", "approve", as_user="U2")
        assert result.text == (
            f"This request was reassigned to {to}. Only members of @dev can decide it, and you are "
            "not one of them."
        )
        await harness.engine.approver_review.review()
        (waiting,) = await harness.requests()
        assert waiting.approvers == (to, "@owners")  # nobody else is left
        assert (await harness.decide("go", "approve", as_user="U9")).code == "decided"


async def test_a_new_approver_who_leaves_the_policys_groups_loses_their_decision() -> None:
    people = ChangingPeople()
    people.groups["pair"] = {"U2", "U3"}
    async with Harness(flow(quorum={"@dev": 1, "@security": 1}), people=people) as harness:
        await harness.start("flow", as_user="U6")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, "@pair", actor=Actor("slack", "U9"))
        await harness.decide("go", "approve", as_user="U2")
        people.groups["dev"] = {"U1", "U3"}
        assert (await harness.decide("go", "approve", as_user="U4")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_an_approver_of_a_later_stage_needs_no_membership_in_the_groups_of_an_earlier_one() -> None:
    people = ChangingPeople()
    people.groups["pair"] = {"U2"}
    stages = [Stage("first", ["@dev"]), Stage("second", ["@pair"])]
    async with Harness(flow(stages=stages), people=people) as harness:
        await harness.start("flow", as_user="U6")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, "@pair", actor=Actor("slack", "U1"))
        people.groups["pair"] = {"U2", "U7"}
        await harness.decide("go", "approve", as_user="U2")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"


async def test_a_request_no_longer_waits_for_a_person_whose_handover_lapsed() -> None:
    people = ChangingPeople()
    async with Harness(flow(), people=people) as harness:
        await harness.start("flow", as_user="U9")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, "U2", actor=Actor("slack", "U1"))
        assert [one.id for one in await harness.engine.waiting_for("U2")] == [request.id]
        people.groups["dev"].discard("U2")
        assert await harness.engine.waiting_for("U2") == []
        assert (await harness.try_decide("go", "approve", as_user="U2")).code == "not_allowed"


async def test_a_request_no_longer_waits_for_the_delegate_of_a_deactivated_person() -> None:
    people = ChangingPeople()
    async with Harness(flow(), people=people) as harness:
        until = harness.clock.now() + timedelta(days=5)
        await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        await harness.start("flow", as_user="U9")
        await harness.run_until_idle()
        assert len(await harness.engine.waiting_for("U7")) == 1
        people.gone.add("U1")
        assert await harness.engine.waiting_for("U7") == []
        assert await harness.engine.waiting_for("U1") == []
