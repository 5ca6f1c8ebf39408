"""An approver approves further requests in Slack, and revokes that."""

from typing import Any

import pytest

from bot.views.button_values import UnknownButton
from bot.views.forms import grant_form
from engine import Actor

DEPLOYS = "C05DEPLOYS"
BOB, CAROL = "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from signoff import Grants, Workflow

rollout = Workflow("rollout", owner="@platform", channel="#deploys")
go = rollout.approval(
    "go", ask="Roll out?", approvers=["@release-managers"], expires="4h", advisory=True,
    grants=Grants(uses=3, within="30m"),
)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def asked(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, "/workflow run rollout")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, "Roll out?", "can decide")
    return found


def option(value: int) -> dict[str, Any]:
    return {"selected_option": {"value": str(value)}}


async def given(team: Team, uses: int) -> dict[str, Any]:
    """Give a grant in the window, and return the question."""
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "Approve more…")
    window = await office.modal(CAROL, "Approve further ones")
    assert "with exactly the same arguments" in str(window)
    assert (await office.submit(CAROL, window, uses=option(uses), lasts=option(1800)))["result"] == "closed"
    return question


async def test_a_grant_is_told_in_the_thread_with_each_use_until_it_is_used_up(team: Team) -> None:
    office = team.office
    question = await given(team, 1)
    await office.line(CAROL, question, "also approved up to one more request")
    await office.say(BOB, DEPLOYS, "/workflow run rollout")
    await office.line(CAROL, question, "use 1 of 1")
    approved = await office.message(CAROL, DEPLOYS, "Roll out?", "Approved", "use 1 of 1, ends")
    assert "by a grant of " in str(approved["blocks"])
    assert "By grant" not in str(approved["blocks"])


async def test_its_giver_revokes_a_grant_by_the_button_in_the_thread(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    question = await given(team, 3)
    await office.line(CAROL, question, "also approved up to 3 more requests")
    (line,) = [each for each in await office.replies(CAROL, question) if "also approved" in each["text"]]
    (grant,) = await engine.grants.all(actor=Actor("slack", CAROL))
    assert (grant.uses, grant.used) == (3, ())
    await office.click(CAROL, line, "Revoke")
    await office.line(CAROL, question, "It was used 0 of 3 times")
    assert await engine.grants.all(actor=Actor("slack", CAROL)) == []


async def test_a_person_who_cannot_approve_gives_no_grant(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(BOB, question, "Approve more…")
    window = await office.modal(BOB, "Approve further ones")
    await office.submit(BOB, window, uses=option(1), lasts=option(1800))
    assert await team.bot.engine.grants.all(actor=Actor("slack", CAROL)) == []
    assert len(await team.bot.engine.requests()) == 1


def odd(uses: Any, lasts: Any) -> dict[str, Any]:
    return {"state": {"values": {"uses": uses, "lasts": lasts}}}


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None},
        {"state": {"values": []}},
        odd(None, {"lasts": option(60)}),
        odd({"uses": option(1)}, {"lasts": {"selected_option": None}}),
        odd({"uses": option(1)}, {"lasts": {"selected_option": {"value": 60}}}),
        odd({"uses": option(1)}, {"lasts": {"selected_option": {"value": "9" * 20}}}),
        odd({"uses": {"selected_option": {"value": "\u0661"}}}, {"lasts": option(60)}),
        odd({"uses": {"selected_option": {"value": "-1"}}}, {"lasts": option(60)}),
    ],
)
def test_a_window_with_an_odd_part_is_refused_and_gives_no_grant(view: dict[str, Any]) -> None:
    with pytest.raises(UnknownButton, match="nothing was approved"):
        grant_form.chosen(view)
