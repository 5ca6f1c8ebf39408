"""An approver asks the requester: the clock is paused, and goes on where it was."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from engine import (
    Actor,
    Decision,
    Escalate,
    NotAllowed,
    NotPossible,
    Outcome,
    StaticPeople,
    Workflow,
    WorkingHours,
)
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "leads": ["U5"], "all": ["U3", "U4"]})
BOB = Actor("slack", "U1")


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@leads")
    asked = {"approvers": ["@ops"], "expires": "4h", "on_expiry": "reject", **options}
    go = made.approval("go", ask="Go?", **asked)  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return "done"

    return made


async def test_the_answer_comes_back_and_the_clock_goes_on_where_it_was() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.advance("3h")
        question = await harness.engine.ask_requester(request.id, "Which customers?", actor=BOB)
        assert (question.kind, question.approvers, question.clarification.about) == (
            "clarification",
            ("U3",),
            request.id,
        )
        assert [one.id for one in await harness.engine.waiting_for("U3")] == [question.id]
        await harness.advance("10h")  # far past the end that it had
        assert (await harness.engine.request(request.id)).state == "open"  # type: ignore[union-attr]
        bob = await harness.engine.decide(question.id, Decision("answer", comment="all"), actor=BOB)
        assert bob.code == "not_allowed"
        result = await harness.engine.decide(question.id, Decision("answer"), actor=Actor("slack", "U3"))
        assert (result.code, result.text) == ("comment_required", "Write your answer.")
        result = await harness.engine.decide(
            question.id, Decision("answer", comment="All."), actor=Actor("slack", "U3")
        )
        assert result.code == "decided"
        answered, asked = (await harness.state(run)).requests[::-1]
        assert (answered.outcome, answered.decisions[0].comment) == ("answered", "All.")
        assert asked.clock.expires_at == request.clock.expires_at + timedelta(hours=10)  # type: ignore[operator]
        await harness.advance("59m")
        assert (await harness.state(run)).requests[0].state == "open"
        await harness.advance("2m")
        assert (await harness.state(run)).requests[0].outcome == "rejected"
        assert await harness.engine.next_due() is None


async def test_a_question_that_nobody_answers_holds_it_for_a_day() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        await harness.advance("25h")
        asked, question = (await harness.state(run)).requests
        assert (asked.state, question.state) == ("open", "expired")
        await harness.advance("4h")
        assert (await harness.state(run)).requests[0].outcome == "rejected"


async def test_reminders_and_escalation_wait_too() -> None:
    chain = [Escalate("2h", "@leads")]
    async with Harness(flow(escalate=chain, remind_every="90m", expires="8h"), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.advance("1h")
        question = await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        await harness.advance("5h")
        held = await harness.engine.request(request.id)
        assert held is not None
        assert (held.clock.reminders, held.clock.escalated) == (0, 0)
        await harness.engine.decide(
            question.id, Decision("answer", comment="So."), actor=Actor("slack", "U3")
        )
        await harness.advance("59m")
        held = await harness.engine.request(request.id)
        assert held is not None
        assert (held.clock.reminders, held.clock.escalated) == (0, 0)
        await harness.advance("2m")
        held = await harness.engine.request(request.id)
        assert held is not None
        assert held.clock.escalated == 1


async def test_in_working_hours_a_night_costs_nothing() -> None:
    async with Harness(
        flow(working_hours=WorkingHours()), people=PEOPLE, at="2026-01-05T16:00:00+00:00"
    ) as harness:
        await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.advance("30m")
        question = await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        await harness.advance("17h")  # to half past nine: an hour of work
        await harness.engine.decide(
            question.id, Decision("answer", comment="So."), actor=Actor("slack", "U3")
        )
        held = await harness.engine.request(request.id)
        assert held is not None
        assert request.clock.expires_at is not None
        assert held.clock.expires_at == request.clock.expires_at + timedelta(hours=1)


@pytest.mark.parametrize("undo", [None, "1h"])
async def test_deciding_withdraws_the_question(undo: str | None) -> None:
    async with Harness(flow(revocable_for=undo), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        question = await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        assert (await harness.decide(request, "approve", as_user="U2")).code == "decided"
        found = await harness.engine.request(question.id)
        assert found is not None
        assert found.state == "withdrawn"
        await harness.advance("2h")
        assert (await harness.state(run)).run.state == "succeeded"
        assert await harness.engine.next_due() is None


async def test_cancelling_a_run_withdraws_its_approval_and_its_clarification() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        await harness.engine.cancel(run.id, actor=Actor("slack", "U3"))
        assert [one.state for one in (await harness.state(run)).requests] == ["withdrawn", "withdrawn"]
        withdrawn = [
            one for one in await harness.engine.events.of_run(run.id) if one.type == "request.withdrawn"
        ]
        assert len(withdrawn) == 2
        assert await harness.engine.next_due() is None


async def test_only_an_approver_asks_and_never_themselves() -> None:
    async with Harness(flow(self_approval=True), people=PEOPLE) as harness:
        await harness.start("flow", as_user="U1")
        (request,) = await harness.requests()
        with pytest.raises(NotPossible, match="You requested this yourself"):
            await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        with pytest.raises(NotAllowed, match="Only @ops or @leads can ask"):
            await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U4"))
        with pytest.raises(NotPossible, match="Write your question"):
            await harness.engine.ask_requester(request.id, " ", actor=Actor("slack", "U2"))
        await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U5"))
        with pytest.raises(NotPossible, match="another question about it is open"):
            await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U2"))
        await harness.engine.cancel(request.run_id, actor=Actor("slack", "U5"))
        with pytest.raises(NotPossible, match="no longer open"):
            await harness.engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U2"))
        await harness.engine.start("flow", actor=Actor("cli", "root"))
        await harness.run_until_idle()
        (request,) = await harness.requests()
        with pytest.raises(NotPossible, match="nobody can be asked"):
            await harness.engine.ask_requester(request.id, "Why?", actor=BOB)


@pytest.mark.parametrize("hours", [None, WorkingHours(start="09:00", end="17:00", days="mon-sun")])
async def test_questions_pause_an_approval_for_a_day_in_all(hours: WorkingHours | None) -> None:
    options = {"working_hours": hours} if hours else {}
    async with Harness(flow(expires="4h", **options), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        for _ in range(40):  # far more than a day, if each of them counted
            if (await harness.state(run)).run.state != "waiting":
                break
            await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
            with pytest.raises(NotPossible, match="another question about it is open"):
                await harness.engine.ask_requester(request.id, "And?", actor=BOB)
            (question,) = [one for one in await harness.requests() if one.kind == "clarification"]
            await harness.advance("10h")
            found = await harness.engine.request(question.id)
            if found is not None and found.state == "open":
                await harness.engine.decide(
                    question.id, Decision("answer", comment="So."), actor=Actor("slack", "U3")
                )
        ended = await harness.engine.request(request.id)
        assert ended is not None
        assert (ended.state, ended.outcome) == ("expired", "rejected")
        assert ended.clock.paused_seconds <= timedelta(days=1).total_seconds()
        whole = timedelta(hours=28) if hours is None else timedelta(days=5)
        assert ended.ended_at - ended.opened_at <= whole  # type: ignore[operator]


async def test_a_question_that_pauses_nothing_ends_with_the_approval() -> None:
    async with Harness(flow(expires="2d"), people=PEOPLE) as harness:
        run = await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        await harness.advance("25h")
        late = await harness.engine.ask_requester(request.id, "Why?", actor=BOB)
        paused = await harness.engine.request(request.id)
        assert paused is not None
        assert paused.clock.paused_since is None
        await harness.decide(request, "approve", as_user="U1")
        states = {one.id: one.state for one in (await harness.state(run)).requests}
        assert (states[request.id], states[late.id]) == ("decided", "withdrawn")


async def test_a_clarification_is_stored_by_the_word_of_earlier_releases(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("flow", as_user="U3")
        (request,) = await harness.requests()
        asked = await harness.engine.ask_requester(request.id, "Which customers?", actor=BOB)
        with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
            query = "SELECT kind, policy FROM request WHERE id = ?"
            ((kind, _),) = connection.execute(query, (asked.id,))
            ((_, policy),) = connection.execute(query, (request.id,))
        assert (asked.kind, kind) == ("clarification", "question")
        stored = json.loads(policy)
        assert (stored["questions"], stored["held_since"] is None) == (1, False)
        read = await harness.engine.request(request.id)
        assert read is not None
        assert (read.clarification.clarifications, read.clock.paused_since) == (1, harness.clock.now())
