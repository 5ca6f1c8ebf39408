"""The review of approvals over a period, from runs in virtual time."""

from datetime import timedelta
from pathlib import Path

from engine import Actor, Gate, Workflow
from engine.audit.review import Approvals, Decider, Timed
from engine.testing import Harness
from tests.engine.tampering import PEOPLE


def flow() -> Workflow:
    made = Workflow("flow", owner="@boss", channel="#ops")
    go = made.approval("go", ask="Go?", approvers=["@ops"], expires="2h", self_approval=True)

    @made.step(when=go.approved)
    async def act() -> str:
        return "done"

    return made


async def test_a_request_counts_where_it_was_asked_and_where_it_ended(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        began = harness.clock.now()
        runs = [await harness.start("flow") for _ in range(5)]
        await harness.advance("1m")
        await harness.decide("go", "approve", as_user="U1", run=runs[0])
        await harness.decide("go", "reject", as_user="U2", comment="no", run=runs[1])
        await harness.engine.cancel(runs[2].id, actor=Actor("cli", "root"))
        middle = harness.clock.now() + timedelta(minutes=1)
        await harness.advance("30m")
        await harness.decide("go", "approve", as_user="U1", run=runs[3])
        await harness.advance("3h")
        first = await harness.engine.audit_review(began, middle)
        second = await harness.engine.audit_review(middle, harness.clock.now())
    assert first.workflows == [
        Approvals("flow", asked=5, approved=1, rejected=1, withdrawn=1, open=2, seconds=[60.0, 60.0])
    ]
    assert second.workflows == [Approvals("flow", approved=1, expired=1, seconds=[31 * 60.0])]
    assert first.people == [
        Decider("U1", approved=1, seconds=[60.0]),
        Decider("U2", rejected=1, seconds=[60.0]),
    ]
    assert [person.person for person in second.people] == ["U1"]
    assert (first.events["run.cancelled"], second.events.get("run.cancelled")) == (1, None)


async def test_a_person_who_approves_everything_at_once_is_named(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        began = harness.clock.now()
        for number in range(10):
            run = await harness.start("flow")
            await harness.advance("2s" if number else "1h")
            await harness.decide("go", "approve", as_user="U1", run=run)
            careful = await harness.start("flow")
            await harness.advance("5m")
            await harness.decide("go", "approve", as_user="U2", run=careful)
        ending = harness.clock.now() + timedelta(seconds=1)
        people = (await harness.engine.audit_review(began, ending)).people
    assert [(each.person, each.quick, each.stamps) for each in people] == [("U1", 9, True), ("U2", 0, False)]


async def test_a_round_that_is_sent_back_does_not_count_as_rejected(tmp_path: Path) -> None:
    made = Workflow("flow", owner="@boss", channel="#ops")

    @made.step
    async def plan() -> str:
        return "small"

    go = made.approval("go", ask="Go {plan}?", approvers=["@ops"], expires="1d", revise=[plan])

    @made.step(when=go.approved)
    async def act(plan: str) -> str:
        return plan

    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        began = harness.clock.now()
        run = await harness.start("flow")
        await harness.advance("20s")
        await harness.decide("go", "request_changes", as_user="U1", comment="larger", run=run)
        await harness.advance("20s")
        await harness.decide("go", "approve", as_user="U2", run=run)
        review = await harness.engine.audit_review(began, harness.clock.now() + timedelta(seconds=1))
    assert review.workflows == [Approvals("flow", asked=2, approved=1, sent_back=1, seconds=[20.0, 20.0])]
    assert review.people == [
        Decider("U1", sent_back=1, seconds=[20.0]),
        Decider("U2", approved=1, seconds=[20.0]),
    ]


def test_a_person_with_a_rejection_or_few_decisions_is_not_named() -> None:
    assert not Decider("U1", approved=9, seconds=[1.0] * 9).stamps
    assert not Decider("U1", approved=9, rejected=1, seconds=[1.0] * 10).stamps
    assert not Decider("U1", approved=10, seconds=[1.0] * 5 + [60.0] * 5).stamps
    assert Decider("U1", approved=10, seconds=[1.0] * 6 + [60.0] * 4).stamps


def test_95_of_100_are_within_the_longer_time() -> None:
    assert Timed().most_within is None
    assert Timed(seconds=[5.0]).most_within == 5.0
    assert Timed(seconds=[float(number) for number in range(100, 0, -1)]).most_within == 95.0
    assert Timed(seconds=[1.0, 2.0]).most_within == 2.0


async def test_a_response_counts_neither_as_an_approval_nor_as_a_rejection(tmp_path: Path) -> None:
    gate = Gate("gate", owner="@boss", channel="#ops", approvers=["@ops"], expires="1d", respond=True)
    async with Harness(gate, people=PEOPLE, folder=tmp_path) as harness:
        began = harness.clock.now()
        await harness.start("gate", {"question": "Which region?"})
        await harness.advance("20s")
        await harness.decide("decision", "respond", as_user="U1", comment="eu")
        review = await harness.engine.audit_review(began, harness.clock.now() + timedelta(seconds=1))
    assert review.workflows == [Approvals("gate", asked=1, responded=1, seconds=[20.0])]
    assert review.people == [Decider("U1", responded=1, seconds=[20.0])]
    assert review.people[0].decisions == 1
