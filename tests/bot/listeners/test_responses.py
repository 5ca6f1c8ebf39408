"""Responses: an approver hands a text back at a gate, which is neither yes nor no."""

from typing import Any

import pytest

from bot.cli import serializers
from bot.cli.commands.receipt import lines as receipt_lines
from bot.cli.run_view import lines
from bot.views.message import MENTIONED
from bot.views.runs.run import headline_of
from engine import Actor, Decision

DEPLOYS = "C05DEPLOYS"
BOB, CAROL = "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from signoff import Gate

talk_gate = Gate(
    "talk-gate",
    owner="@platform",
    channel="#deploys",
    approvers=["@release-managers"],
    expires="4h",
    rounds=2,
    respond=True,
)
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


async def test_a_response_is_shown_literally_and_told_to_the_person_who_asked(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    run = await engine.start("talk-gate", {"question": "Which region?"}, actor=Actor("slack", BOB))
    question = await office.message(CAROL, DEPLOYS, "Which region?", "can decide")
    assert labels(question) == ["Approve", "Request changes", "Respond", "Reject", "Ask", "Details"]
    await office.click(CAROL, question, "Respond")
    modal = await office.modal(CAROL, "Respond")
    assert "Your response" in str(modal)
    assert "Nothing is approved or rejected" in str(modal)
    empty = await office.submit(CAROL, modal, comment={"value": " \u200b "})
    assert empty["result"] == "errors"
    text = "eu & <@U02BOB>, *not* us"
    assert (await office.submit(CAROL, modal, comment={"value": text}))["result"] == "closed"
    closed = await office.message(
        CAROL, DEPLOYS, "*Responded* by carol", "It is neither approved nor rejected."
    )
    assert labels(closed) == []
    literal = "`eu &amp; &lt;@U02BOB&gt;, *not* us`"
    assert literal in str(closed["blocks"])
    told = await office.message(CAROL, DEPLOYS, "*talk-gate*", "answered with a response")
    await office.line(CAROL, told, "responded to *decision*, neither yes nor no")
    assert literal in str(await office.replies(CAROL, told))
    await office.until(BOB, lambda: office.direct(BOB))
    assert any("Responded" in str(told) and literal in str(told) for told in await office.direct(BOB))
    detail = await engine.detail(run.id)
    assert "answered with a response" in headline_of(detail, MENTIONED)
    shown = "\n".join(line.plain for line in lines(serializers.detail(detail)))
    assert text in shown
    assert "esponded" in shown
    late = await engine.decide(f"{run.id}.decision", Decision("approve"), actor=Actor("slack", CAROL))
    assert late.code == "already_decided"
    signed = await engine.receipts.receipt(f"{run.id}.decision")
    receipt = receipt_lines(signed["receipt"], "key")
    assert "  a response: nothing was approved or rejected" in receipt
    assert await office.until(BOB, lambda: runs_of(team, BOB, "answered with a response"))


async def runs_of(team: Team, person: str, words: str) -> bool:
    await team.office.do("home/open", **{"as": person})
    return words in str(await team.office.home(person))


async def test_a_requester_cannot_approve_with_a_click_after_a_response(team: Team) -> None:
    """Four-eyes holds as for any answer: the requester may say what they want, and approves nothing."""
    engine = team.bot.engine
    run = await engine.start("talk-gate", {"question": "Ship?"}, actor=Actor("slack", CAROL))
    own = await engine.decide(f"{run.id}.decision", Decision("approve"), actor=Actor("slack", CAROL))
    assert own.code == "self_approval"
    answer = Decision("respond", comment="Yes, do it, approved.")
    assert (await engine.decide(f"{run.id}.decision", answer, actor=Actor("slack", CAROL))).accepted
    (request,) = (await engine.detail(run.id)).requests
    assert (request.state, request.outcome) == ("decided", "responded")
