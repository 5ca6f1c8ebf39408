"""Somebody decides for who is away: for how long, for whom, and never twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from engine import (
    Actor,
    Decision,
    Escalate,
    Group,
    NotAllowed,
    NotPossible,
    Outcome,
    PeopleUnavailable,
    Person,
    Stage,
    StaticPeople,
    Workflow,
)
from engine.audit.keys import Keyring
from engine.model.records.change import EventDraft
from engine.store.on_sqlite import open_store
from engine.testing import Harness

GROUPS = {"ops": ["U1", "U2", "U3"], "security": ["U4", "U5"]}
PEOPLE = [Person(f"U{number}", f"person {number}") for number in range(1, 10)]
GUEST, GONE = Person("U8", "guest", outside=True), Person("U9", "gone", active=False)


def people(**groups: list[str]) -> StaticPeople:
    return StaticPeople([*PEOPLE[:7], GUEST, GONE], {**GROUPS, **groups})


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@ops")
    asked = {"approvers": ["@ops"], "expires": "10d", **options}
    if "stages" in asked:
        del asked["approvers"]
    go = made.approval("go", ask="Go?", **asked)  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(go.by)

    return made


async def away(harness: Harness, user: str, to: str, days: float = 5) -> None:
    until = harness.clock.now() + timedelta(days=days)
    await harness.engine.delegations.away(Actor("slack", user), to, until)
    await harness.run_until_idle()


async def test_a_stand_in_decides_and_it_is_recorded_for_whom() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U1", "U7")
        run = await harness.start("flow")
        (request,) = await harness.requests()
        assert [(one.away, one.to) for one in request.people.delegates] == [("U1", "U7")]
        assert [one.id for one in await harness.engine.waiting_for("U7")] == [request.id]
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"
        (request,) = (await harness.state(run)).requests
        assert [(one.actor.id, one.on_behalf) for one in request.decisions] == [("U7", "U1")]
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.decision"]
        assert told[0].data["on_behalf"] == "U1"


async def test_a_delegate_decides_at_once_while_many_other_requests_follow_an_absence() -> None:
    async with Harness(flow(), people=people(), conceals=True) as harness:
        runs = [await harness.start("flow") for _ in range(30)]
        until = harness.clock.now() + timedelta(days=5)
        await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
        request_id = f"{runs[-1].id}.go"
        stored = await harness.engine.request(request_id)
        assert stored is not None
        assert stored.people.delegates == (), "nothing is shown where the others come first"
        for choice, code in (("reject", "comment_required"), ("approve", "decided")):
            result = await harness.engine.decide(request_id, Decision(choice), actor=Actor("slack", "U7"))
            assert result.code == code, result.text
        assert result.request is not None
        assert [one.on_behalf for one in result.request.decisions] == ["U1"]


TWO_STAGES = [Stage("one", "@ops"), Stage("two", "@security")]


@pytest.mark.parametrize(("to", "stands_in"), [("U7", []), ("U4", [("U1", "U4")])])
async def test_at_high_risk_only_an_approver_stands_in(to: str, stands_in: list[tuple[str, str]]) -> None:
    async with Harness(flow(risk="high", stages=TWO_STAGES), people=people()) as harness:
        await away(harness, "U1", to)
        await harness.start("flow")
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert [(one.away, one.to) for one in request.people.delegates] == stands_in
        result = await harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", to))
        assert result.accepted == bool(stands_in), result


async def test_at_high_risk_a_delegate_who_left_the_group_does_not_decide() -> None:
    source = Source(people())
    async with Harness(flow(risk="high", stages=TWO_STAGES), people=source) as harness:
        await away(harness, "U1", "U4")
        await harness.start("flow")
        await harness.run_until_idle()
        source.now = people(security=["U5"])
        (request,) = await harness.requests()
        result = await harness.engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U4"))
        assert not result.accepted


async def test_questions_that_are_open_already_follow_and_are_given_back() -> None:
    async with Harness(flow(), people=people()) as harness:
        await harness.start("flow")
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        await away(harness, "U1", "U7")
        (request,) = await harness.requests()
        assert [one.to for one in request.people.delegates] == ["U7"]
        assert await harness.engine.delegations.back(Actor("slack", "U1"))
        await harness.run_until_idle()
        (request,) = await harness.requests()
        assert request.people.delegates == ()
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        assert not await harness.engine.delegations.back(Actor("slack", "U1"))


async def test_it_ends_by_itself() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U1", "U7", days=2)
        await harness.start("flow")
        await harness.advance("2d")
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        assert await harness.engine.waiting_for("U7") == []
        assert await harness.engine.delegations.absences() == []


async def test_a_person_counts_once_by_themselves_or_through_a_delegate() -> None:
    async with Harness(flow(quorum=2), people=people()) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "recorded"
        # U1 was counted by U7, and U7 is one person.
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "already_answered"
        assert (
            await harness.try_decide("go", "reject", as_user="U7", comment="no")
        ).code == "already_answered"
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


async def test_an_approver_who_has_answered_needs_no_delegate() -> None:
    async with Harness(flow(quorum=2), people=people()) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "recorded"
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"


async def test_the_requests_that_wait_for_a_person_are_those_that_they_can_answer() -> None:
    async with Harness(flow(quorum=2), people=people()) as harness:
        await away(harness, "U2", "U7")
        run = await harness.start("flow", as_user="U3")

        async def whom() -> list[str]:
            return [f"U{n}" for n in range(1, 8) if await harness.engine.waiting_for(f"U{n}")]

        assert await whom() == ["U1", "U2", "U7"]  # the requester can't approve
        await harness.decide("go", "approve", as_user="U7")
        assert await whom() == ["U1"]  # U2 was answered for
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.state(run)).run.state == "succeeded"
        assert await whom() == []


async def test_one_who_stands_in_for_two_counts_once() -> None:
    async with Harness(flow(quorum=2), people=people()) as harness:
        await away(harness, "U1", "U7")
        await away(harness, "U2", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U7")).code == "duplicate"
        (request,) = await harness.requests()
        assert len(request.decisions) == 1


async def test_a_delegate_never_approves_for_the_requester() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow", as_user="U1")
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        assert (await harness.decide("go", "reject", as_user="U7", comment="no")).code == "decided"


async def test_not_in_two_stages() -> None:
    stages = [Stage("one", ["U1"]), Stage("two", ["U4", "U5"])]
    async with Harness(flow(stages=stages), people=people()) as harness:
        await away(harness, "U1", "U7")
        await away(harness, "U4", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U7")).code == "duplicate"
        assert (
            await harness.try_decide("go", "reject", as_user="U7", comment="x")
        ).code == "already_answered"
        assert (await harness.decide("go", "approve", as_user="U5")).code == "decided"


async def test_everybody_without_who_is_away_where_the_stand_in_is_asked_anyway() -> None:
    async with Harness(flow(quorum="all"), people=people()) as harness:
        await away(harness, "U1", "U2")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_a_chain_is_followed_to_its_end_and_a_circle_is_refused() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U6", "U7")
        await away(harness, "U1", "U6")
        with pytest.raises(NotPossible, match="is away too, and you decide for them"):
            await away(harness, "U7", "U1")
        await harness.start("flow")
        (request,) = await harness.requests()
        assert [(one.away, one.to) for one in request.people.delegates] == [("U1", "U7")]
        assert (await harness.try_decide("go", "approve", as_user="U6")).code == "not_allowed"
        # Whom somebody goes away to later is followed too.
        await away(harness, "U7", "U5")
        (request,) = await harness.requests()
        assert [(one.away, one.to) for one in request.people.delegates] == [("U1", "U5")]


@pytest.mark.parametrize(
    ("to", "days", "error", "why"),
    [
        ("U1", 1, NotPossible, "your own delegate"),
        ("U8", 1, NotAllowed, "Only full, active members"),
        ("U9", 1, NotAllowed, "Only full, active members"),
        ("UNOBODY", 1, NotPossible, "There is no person UNOBODY in this workspace"),
        ("@ops", 1, NotPossible, "is a group. A delegate is one person"),
        ("U7", 0, NotPossible, "in the past"),
        ("U7", 91, NotPossible, "90 days at most"),
    ],
)
async def test_an_invalid_absence_is_refused(to: str, days: float, error: type[Exception], why: str) -> None:
    async with Harness(flow(), people=people()) as harness:
        with pytest.raises(error, match=why):
            await away(harness, "U1", to, days)
        assert await harness.engine.delegations.absences() == []


async def test_absences_survive_a_restart_and_cover_what_was_asked_meanwhile(tmp_path: Path) -> None:
    async with Harness(flow(), people=people(), folder=tmp_path) as harness:
        await away(harness, "U4", "U7")
        await harness.start("flow")
        clock = harness.clock
    # The group has got another member while nobody served.
    async with Harness(flow(), people=people(ops=["U4"]), folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert [one.user_id for one in await harness.engine.delegations.absences()] == ["U4"]
        (request,) = await harness.requests()
        assert [one.to for one in request.people.delegates] == ["U7"]


async def test_a_return_just_before_a_kill_ends_the_delegation(tmp_path: Path) -> None:
    async with Harness(flow(), people=people(), folder=tmp_path) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow")
        clock = harness.clock
    # It was durable that they are back, and open questions were not looked at any more.
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), clock.now())
    await store.note("absences", None, [EventDraft("person.back", clock.now(), Actor("slack", "U1"))])
    await store.close()
    async with Harness(flow(), people=people(), folder=tmp_path, clock=clock) as harness:
        await harness.run_until_idle()
        assert (await harness.requests())[0].people.delegates == ()


async def test_an_absence_that_ended_stays_ended_when_the_clock_moves_back() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U2", "U6")
        await away(harness, "U1", "U7", days=1)
        await harness.advance("1d")
        harness.clock.move_to(harness.clock.now() - timedelta(hours=1))
        await harness.start("flow")
        assert [one.away for one in (await harness.requests())[0].people.delegates] == ["U2"]
        await harness.advance("1h")
        assert [one.away for one in (await harness.requests())[0].people.delegates] == ["U2"]
        backs = [one for one in await harness.engine.events.read(0, 500) if one.type == "person.back"]
        assert [one.data["user"] for one in backs] == ["U1"], "people were told once"


async def test_an_approver_added_by_an_escalation_may_have_a_delegate() -> None:
    async with Harness(flow(escalate=[Escalate("1h", "@security")]), people=people()) as harness:
        await away(harness, "U4", "U7")
        await harness.start("flow")
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        await harness.advance("2h")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"


class Source:
    """People as they are at the moment: `now` is exchanged, and `gone` while nobody can be asked. While there
    is a `slow`, who is in a group is said when that is set, to those who have `asked`."""

    def __init__(self, now: StaticPeople) -> None:
        self.now, self.gone = now, False
        self.slow: asyncio.Event | None = None
        self.asked = 0

    async def person(self, user_id: str) -> Person:
        return await self._here().person(user_id)

    async def resolve(self, ref: str) -> Person | Group:
        if self.slow is not None:
            self.asked += 1
            await self.slow.wait()
        return await self._here().resolve(ref)

    def _here(self) -> StaticPeople:
        if self.gone:
            raise PeopleUnavailable("Slack does not answer.")
        return self.now


async def test_an_approver_who_left_has_no_delegate() -> None:
    source = Source(people())
    async with Harness(flow(), people=source) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow")
        source.now = StaticPeople([Person("U1", "left", active=False), *PEOPLE[1:]], GROUPS)
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"


async def test_a_return_ends_the_delegation_although_people_cannot_be_read() -> None:
    source = Source(people())
    async with Harness(flow(), people=source) as harness:
        await away(harness, "U1", "U7")
        await away(harness, "U2", "U6")
        await harness.start("flow", as_user="U4")
        source.gone = True
        assert await harness.engine.delegations.back(Actor("slack", "U1"))
        await harness.run_until_idle()
        source.gone = False
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        (request,) = await harness.requests()
        with pytest.raises(NotAllowed, match="can ask about this"):
            await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U7"))
        await harness.advance("1m")
        (request,) = await harness.requests()
        assert [one.away for one in request.people.delegates] == ["U2"]


async def test_a_slow_look_does_not_undo_a_newer_one() -> None:
    source = Source(people())
    async with Harness(flow(), people=source) as harness:
        await away(harness, "U1", "U7")
        source.slow = asyncio.Event()
        run = await harness.engine.start("flow", actor=Actor("cli", "t"))
        async with asyncio.timeout(10):
            while not source.asked:
                await asyncio.sleep(0)
        await harness.engine.delegations.back(Actor("slack", "U1"))
        async with asyncio.timeout(10):
            await harness.engine.next_due()  # what could go on without an answer has had its turn
        source.slow.set()
        await harness.run_until_idle()
        assert (await harness.state(run)).requests[0].people.delegates == ()


async def test_a_request_whose_people_could_not_be_read_is_reviewed_again() -> None:
    source = Source(people())
    async with Harness(flow(), people=source) as harness:
        await away(harness, "U1", "U7")
        source.gone = True
        await harness.start("flow")
        source.gone = False
        assert (await harness.requests())[0].people.delegates == ()
        await harness.advance("1m")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "decided"


async def test_away_and_back_in_one_breath_leaves_nothing() -> None:
    async with Harness(flow(), people=people()) as harness:
        await harness.start("flow")
        until = harness.clock.now() + timedelta(days=1)
        for rounds in range(100):  # wherever the look at open questions is by then, its write included
            await harness.engine.delegations.away(Actor("slack", "U1"), "U7", until)
            for _ in range(rounds):
                await asyncio.sleep(0)
            await harness.engine.delegations.back(Actor("slack", "U1"))
            await harness.run_until_idle()
            (request,) = await harness.requests()
            assert request.people.delegates == (), rounds


@pytest.mark.parametrize("delegate", ["U2", "U7"])
async def test_all_are_all_though_one_who_has_agreed_goes_away(delegate: str) -> None:
    async with Harness(flow(quorum="all"), people=people()) as harness:
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "recorded"
        await away(harness, "U1", delegate)
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_a_returned_approver_is_not_asked_again_after_the_delegate_answered() -> None:
    async with Harness(flow(quorum="all"), people=people()) as harness:
        await away(harness, "U1", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "recorded"
        await harness.engine.delegations.back(Actor("slack", "U1"))
        await harness.run_until_idle()
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_a_returned_approver_is_needed_before_the_request_could_be_changed() -> None:
    source = Source(people())
    async with Harness(flow(quorum="all"), people=source) as harness:
        await away(harness, "U4", "U5")  # whom the look at open questions has to ask about
        await away(harness, "U1", "U2")
        await harness.start("flow")
        source.gone = True
        await harness.engine.delegations.back(Actor("slack", "U1"))
        await harness.run_until_idle()
        source.gone = False
        assert (await harness.decide("go", "approve", as_user="U2")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_two_of_all_who_named_the_same_one_need_that_one_once() -> None:
    async with Harness(flow(quorum="all"), people=people()) as harness:
        await away(harness, "U1", "U7")
        await away(harness, "U2", "U7")
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U7")).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U3")).code == "decided"


async def test_when_the_middle_of_a_chain_is_back_questions_are_theirs() -> None:
    async with Harness(flow(), people=people()) as harness:
        await away(harness, "U1", "U6", days=5)
        await away(harness, "U6", "U7", days=2)
        await harness.start("flow")
        assert [one.to for one in (await harness.requests())[0].people.delegates] == ["U7"]
        await harness.advance("2d")
        assert [one.to for one in (await harness.requests())[0].people.delegates] == ["U6"]
        assert (await harness.try_decide("go", "approve", as_user="U7")).code == "not_allowed"
        assert (await harness.decide("go", "approve", as_user="U6")).code == "decided"
        await harness.advance("5d")
        assert await harness.engine.delegations.absences() == []


async def test_the_log_says_who_is_back_and_not_who_was_only_replaced() -> None:
    async with Harness(flow(), people=people()) as harness:
        run = await harness.start("flow")
        await away(harness, "U1", "U7")
        await away(harness, "U1", "U6")
        await harness.engine.delegations.back(Actor("slack", "U1"))
        await harness.run_until_idle()
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.delegated"]
        assert [[away for away, *_ in one.data["ended"]] for one in told] == [[], [], ["U1"]]
        await away(harness, "U1", "U7")
        (request,) = await harness.requests()
        await harness.engine.reassign(request.id, "U3", actor=Actor("slack", "U2"))
        await harness.run_until_idle()
        told = [one for one in await harness.engine.events.of_run(run.id) if one.type == "request.delegated"]
        assert told[-1].data["ended"] == [], "a person whose request goes to others is not back"
