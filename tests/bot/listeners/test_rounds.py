"""Changes that an approver requests in Slack, and the message of the next round."""

from typing import Any

import pytest

from bot.cli import serializers
from bot.cli.run_view import lines
from bot.views.message import MENTIONED
from bot.views.runs.run import headline_of
from engine import Actor, Decision

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from signoff import Gate, Outcome, StepContext, Workflow

plan_gate = Gate(
    "plan-gate",
    owner="@platform",
    channel="#deploys",
    approvers=["@release-managers"],
    expires="4h",
    rounds=3,
)

rollout = Workflow("rollout", owner="@platform", channel="#deploys")


@rollout.step
async def plan(ctx: StepContext) -> dict:
    wishes = [each.comment for each in ctx.feedback]
    return {"replicas": 3 + len(wishes), "steps": chr(10).join(["build", "switch", *wishes])}


go = rollout.approval(
    "go",
    ask="Roll out?",
    show=[("Replicas", "plan.replicas"), ("Steps", "plan.steps")],
    approvers=["@release-managers"],
    expires="4h",
    revise=[plan],
    rounds=2,
)


@rollout.step(when=go.approved)
async def act(plan: dict, go: Outcome) -> int:
    return plan["replicas"]


final = Workflow("final", owner="@platform", channel="#deploys")
last = final.approval("last", ask="For good?", approvers=["@release-managers"], expires="4h", advisory=True)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


def labels(message: dict[str, Any]) -> list[str]:
    return [
        element["text"]["text"]
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


async def asked(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, "/workflow run rollout")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, "Roll out?", "can decide")
    return found


async def send_back(team: Team, question: dict[str, Any], comment: str) -> dict[str, Any]:
    office = team.office
    await office.click(CAROL, question, "Request changes")
    modal = await office.modal(CAROL, "Request changes")
    empty = await office.submit(CAROL, modal, comment={"value": "   "})
    assert empty["result"] == "errors"
    assert (await office.submit(CAROL, modal, comment={"value": comment}))["result"] == "closed"
    found: dict[str, Any] = await office.message(CAROL, DEPLOYS, "Round 2 of 2", "can decide")
    return found


async def test_the_next_round_shows_the_comment_and_what_changed(team: Team) -> None:
    office = team.office
    question = await asked(team)
    assert labels(question) == ["Approve", "Request changes", "Reject", "Ask", "Details"]
    second = await send_back(team, question, "At <night>, *please*")
    closed = await office.message(CAROL, DEPLOYS, "Changes requested", "by carol", "Signoff asks again")
    assert labels(closed) == []
    shown = str(second["blocks"])
    assert "carol requested changes" in shown
    assert ">`At &lt;night&gt;, *please*`" in shown
    assert "3 → 4" in shown
    assert "+At <night>, *please*" in shown
    assert "This is the last round, so changes cannot be requested again." in shown
    assert labels(second) == ["Approve", "Reject", "Ask", "I am on it", "Details"]
    run = await office.message(CAROL, DEPLOYS, "*rollout*", "waiting for", " · round 2 of 2")
    await office.do("home/open", **{"as": BOB})
    assert "round 2 of 2 · expires" in str(await office.until(BOB, lambda: office.home(BOB)))
    await office.line(CAROL, run, "requested changes at *go*")
    await office.until(BOB, lambda: office.direct(BOB))
    assert any("Changes requested" in str(told) for told in await office.direct(BOB))
    await office.click(CAROL, second, "Approve")
    await office.message(CAROL, DEPLOYS, "*rollout*", "done after")


async def test_an_answer_to_a_round_that_has_ended_is_refused_plainly(team: Team) -> None:
    question = await asked(team)
    await team.office.click(ALICE, question, "Reject")
    modal = await team.office.modal(ALICE, "Reject")
    await send_back(team, question, "Later")
    late = await team.office.submit(ALICE, modal, comment={"value": "no"})
    assert late["result"] == "updated"
    assert "An approver already requested changes, so this round has ended." in str(late["view"])
    second = (await team.bot.engine.requests(state="open"))[0]
    assert (second.decisions, second.id.endswith(".go.2")) == ((), True)


async def test_details_and_the_command_line_show_each_round(team: Team) -> None:
    question = await asked(team)
    second = await send_back(team, question, "Four of them")
    await team.office.click(CAROL, second, "Details")
    details = await team.office.modal(CAROL, "Details")
    assert "Round 1: carol requested changes" in str(details["blocks"])
    assert "Replicas, since the last round" in str(details["blocks"])
    (request,) = await team.bot.engine.requests(state="open")
    shown = serializers.detail(await team.bot.engine.detail(request.run_id))
    text = "\n".join(line.plain for line in lines(shown))
    assert "Round 2 of 2" in text
    assert "Four of them" in text
    open_ = next(each for each in shown["requests"] if each["state"] == "open")
    assert (open_["revision"]["round"], open_["revision"]["feedback"][0]["by"]) == (2, CAROL)


async def test_without_revise_there_is_no_button(team: Team) -> None:
    await team.office.say(BOB, DEPLOYS, "/workflow run final")
    question = await team.office.message(CAROL, DEPLOYS, "For good?", "can decide")
    assert "Request changes" not in labels(question)


async def test_a_caller_asks_again_in_the_thread_of_the_last_round(team: Team) -> None:
    office, by = team.office, Actor("slack", BOB)
    first = await team.bot.engine.start("plan-gate", {"question": "Ship?", "details": "noon"}, actor=by)
    question = await office.message(CAROL, DEPLOYS, "Ship?", "can decide")
    await office.click(CAROL, question, "Request changes")
    modal = await office.modal(CAROL, "Request changes")
    await office.submit(CAROL, modal, comment={"value": "At night"})
    closed = await office.message(CAROL, DEPLOYS, "Changes requested", "The caller can ask again.")
    again = {"question": "Ship at night?", "details": "night", "revises": first.id}
    second = await team.bot.engine.start("plan-gate", again, actor=by)
    asked = await office.message(
        CAROL, DEPLOYS, "Ship at night?", "Round 2 of 3", "noon → night", "can decide"
    )
    assert asked["thread_ts"] == closed["ts"]
    await office.click(CAROL, asked, "Request changes")
    modal = await office.modal(CAROL, "Request changes")
    await office.submit(CAROL, modal, comment={"value": "Later still"})
    await office.message(CAROL, DEPLOYS, "Ship at night?", "Later still", "Changes requested")
    last = {"question": "Ship tomorrow?", "revises": second.id}
    await team.bot.engine.start("plan-gate", last, actor=by)
    third = await office.message(CAROL, DEPLOYS, "Ship tomorrow?", "Round 3 of 3", "carol requested")
    assert third["thread_ts"] == closed["ts"]
    assert "Request changes" not in labels(third)
    await office.line(CAROL, closed, "Full text of")  # the message shows the last comment alone

    async def approved() -> bool:
        await office.click(CAROL, third, "Approve")  # refused until the full text is known to be posted
        decided = await team.bot.engine.requests(state="decided")
        return any(request.outcome == "approved" for request in decided)

    await office.until(CAROL, approved)
    await office.message(CAROL, DEPLOYS, "Ship tomorrow?", "Approved")


async def test_a_step_that_runs_again_is_in_its_round_and_not_in_an_attempt(team: Team) -> None:
    await send_back(team, await asked(team), "Smaller")
    run = await team.office.message(CAROL, DEPLOYS, "rollout", "plan", "round 2", "waiting for")
    assert "2nd attempt" not in str(run["blocks"])


@pytest.mark.parametrize(
    ("choice", "words"), [("request_changes", "was sent back"), ("reject", "was rejected")]
)
async def test_a_gate_that_was_not_approved_is_not_done(team: Team, choice: str, words: str) -> None:
    engine = team.bot.engine
    run = await engine.start("plan-gate", {"question": "Ship?"}, actor=Actor("slack", BOB))
    await team.office.message(CAROL, DEPLOYS, "Ship?", "can decide")
    (request,) = await engine.requests()
    await engine.decide(request.id, Decision(choice, comment="At night"), actor=Actor("slack", CAROL))
    detail = await engine.detail(run.id)
    assert words in headline_of(detail, MENTIONED)
    assert detail.run.ending == words


async def test_a_round_whose_thread_is_gone_is_asked_in_the_channel(team: Team) -> None:
    office, by = team.office, Actor("slack", BOB)
    first = await team.bot.engine.start("plan-gate", {"question": "Ship?"}, actor=by)
    question = await office.message(CAROL, DEPLOYS, "Ship?", "can decide")
    await office.click(CAROL, question, "Request changes")
    modal = await office.modal(CAROL, "Request changes")
    await office.submit(CAROL, modal, comment={"value": "At night"})
    await office.message(CAROL, DEPLOYS, "Changes requested", "The caller can ask again.")
    await team.bot.outbox.settled()  # an edit under way would bring the message back
    await team.bot.engine.deliveries.dead(f"request:{first.id}.decision", "message_not_found")
    again = {"question": "Ship at night?", "revises": first.id}
    await team.bot.engine.start("plan-gate", again, actor=by)
    asked = await office.message(CAROL, DEPLOYS, "Round 2 of 3", "can decide")
    assert asked["thread_ts"] in (None, "", asked["ts"])
