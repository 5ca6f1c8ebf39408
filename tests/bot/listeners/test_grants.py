"""An approver approves further requests in Slack, and revokes that."""

from typing import Any

import pytest

from bot.views.button_values import UnknownButton
from bot.views.forms import grant_form
from engine import Actor

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
BOB, CAROL, DAVE, FRANK = "U02BOB", "U03CAROL", "U04DAVE", "U06FRANK"
Team = Any
FLOWS = """
from pydantic import BaseModel
from signoff import Grants, Personal, Workflow

class Rollout(BaseModel):
    service: str = "checkout-<api>"
    person: Personal[str] | None = None

rollout = Workflow("rollout", owner="@platform", channel="#deploys", input=Rollout)

@rollout.step
def plan(input: Rollout) -> dict[str, int]:
    return {"replicas": 4711}

go = rollout.approval(
    "go", ask="Roll out?", approvers=["@release-managers"], expires="4h", show=["plan"],
    grants=Grants(uses=3, within="30m"),
)

@rollout.step(when=go.approved)
def act(input: Rollout, plan: dict[str, int]) -> None: ...
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
    for covered in ("checkout-&lt;api&gt;", "4711", "what the steps read of plan", "Details of the request"):
        assert covered in str(window["blocks"])
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


async def heard(team: Team, person: str, command: str, channel: str = DEPLOYS) -> dict[str, Any]:
    await team.office.say(person, channel, f"/workflow {command}")
    found: dict[str, Any] = await team.office.heard(person, channel)
    return found


async def test_the_list_shows_each_grant_and_its_button_only_to_people_who_may_use_it(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    assert "No grant that you can see is in force." in str(await heard(team, CAROL, "grants"))
    await given(team, 3)
    (grant,) = await engine.grants.all(actor=Actor("slack", CAROL))
    seen = await heard(team, DAVE, "grants", GENERAL)
    assert f"Grant {grant.id}, used 0 of 3, ends" in str(seen["blocks"])
    assert "Revoke" not in str(seen["blocks"])
    mine = await heard(team, CAROL, "grants")
    assert "1 grant in force" in str(mine["blocks"])
    await office.click(CAROL, mine, "Revoke")
    await office.until(CAROL, lambda: _none_left(team))
    assert "No grant that you can see is in force." in str((await office.heard(CAROL, DEPLOYS))["blocks"])


async def _none_left(team: Team) -> bool:
    heard = await team.office.heard(CAROL, DEPLOYS)
    return "No grant" in str(heard["blocks"])


async def test_the_home_lists_the_grants_of_a_person_with_the_button_that_ends_one(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    await given(team, 2)

    async def home(person: str, words: str, *, there: bool = True) -> Any:
        shown = await office.home(person)
        return shown if shown and (words in str(shown)) == there else None

    for person in (CAROL, FRANK):
        await office.do("home/open", **{"as": person})
    view = await office.until(CAROL, lambda: home(CAROL, "What you approved in advance"))
    await office.until(FRANK, lambda: home(FRANK, "Start a run"))
    assert "What you approved in advance" not in str(await office.home(FRANK))
    await office.click_in_view(CAROL, view, "Revoke")
    await office.until(CAROL, lambda: home(CAROL, "What you approved in advance", there=False))
    assert await engine.grants.all(actor=Actor("slack", CAROL)) == []
