"""A named person approves alone in Slack; everybody concerned is told, and others review it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from engine import Actor

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
BOB, CAROL, DAVE, FRANK = "U02BOB", "U03CAROL", "U04DAVE", "U06FRANK"
Team = Any
FLOWS = """
from pydantic import BaseModel
from signoff import BreakGlass, Gate, Workflow

class Rollout(BaseModel):
    service: str = "checkout-<api>"

rollout = Workflow("rollout", owner="@platform", channel="#deploys", input=Rollout)
go = rollout.approval(
    "go", ask="Roll out?", approvers=["@release-managers"], quorum=2, expires="4h", show=["input.service"],
    break_glass=BreakGlass(people="U02BOB", review="glass-review"),
)

@rollout.step(when=go.approved)
def act(input: Rollout) -> None: ...

talk = Gate(
    "talk", owner="@platform", channel="#deploys", approvers="@release-managers", expires="4h", respond=True
)
review = Gate(
    "glass-review", owner="@platform", channel="#deploys", approvers="@release-managers", expires="never",
    remind_every="1d",
)
"""
REASON = "Payments are down and nobody answers."


@pytest.fixture
def workflows() -> str:
    return FLOWS


def typed(reason: str, code: str) -> dict[str, Any]:
    return {"comment": {"value": reason}, "code": {"value": code}}


async def test_the_help_names_break_glass_and_responses_to_the_people_who_may_use_them(team: Team) -> None:
    async def told(person: str) -> str:
        await team.office.say(person, GENERAL, "/workflow help")
        return str((await team.office.heard(person, GENERAL))["blocks"])

    bob, carol, frank = await told(BOB), await told(CAROL), await told(FRANK)
    assert "*Details*, then *Break glass…*" in bob
    assert "Break glass" not in carol + frank
    assert "press *Respond*" in carol
    assert "Respond" not in frank


async def test_break_glass_in_slack_from_the_window_to_the_verdict(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    address = await engine.one_time_codes.enrol(BOB, "bob", Actor("cli", "root"))
    totp = pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])
    await office.say(BOB, DEPLOYS, "/workflow run rollout")
    question = await office.message(CAROL, DEPLOYS, "Roll out?", "must approve")
    # Only people who may are offered it.
    await office.click(CAROL, question, "Details")
    assert "Break glass" not in str(await office.modal(CAROL, "Details"))
    await office.click(BOB, question, "Details")
    details = await office.modal(BOB, "Details")
    await office.click_in_view(BOB, details, "Break glass…")
    window = await office.modal(BOB, "Break glass")
    for shown in ("Roll out?", "checkout-<api>", "You approve this alone"):
        assert shown in str(window["blocks"])
    code = totp.now()
    for reason, given, field in [("urgent!", code, "comment"), (REASON, "000000", "code")]:
        refused = await office.submit(BOB, window, **typed(reason, given))
        assert list(refused["errors"]) == [field], refused
    assert (await office.submit(BOB, window, **typed(REASON, code)))["result"] == "cleared"
    approved = await office.message(CAROL, DEPLOYS, "Roll out?", "Approved", "break-glass of bob")
    assert REASON in str(approved["blocks"])
    await office.line(CAROL, question, "Break-glass:")

    async def told() -> bool:
        return any("*Break-glass:* bob" in each["text"] for each in await office.direct(CAROL))

    await office.until(CAROL, told)
    assert code not in str([event.data for event in await engine.events.read(0, 1000)])
    review = await office.message(CAROL, DEPLOYS, "Was the break-glass of bob (U02BOB) at rollout justified?")
    assert REASON in str(review["blocks"])
    await office.click(CAROL, review, "Approve")
    await office.line(CAROL, question, "The break-glass of bob was *justified*")
    assert await engine.open_reviews() == []
