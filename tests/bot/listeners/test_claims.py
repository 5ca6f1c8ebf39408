"""An approver claims a request in Slack, and gives it back."""

from typing import Any

import pytest

from bot.cli import serializers
from bot.cli.run_view import how_to_decide

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL, DAVE = "U01ALICE", "U02BOB", "U03CAROL", "U04DAVE"
Team = Any
FLOWS = """
from signoff import Workflow

rollout = Workflow("rollout", owner="@platform", channel="#deploys")
go = rollout.approval(
    "go", ask="Roll out?", approvers=["@release-managers"], expires="4h", remind_every="20m", advisory=True
)

plan = Workflow("plan", owner="@platform", channel="#deploys")


@plan.step
async def draw() -> dict:
    return {"replicas": 3}


agreed = plan.approval(
    "agreed", ask="Agreed?", approvers=["@release-managers"], expires="4h", revise=[draw], rounds=2,
    show=[("Replicas", "draw.replicas")], advisory=True,
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


async def asked(team: Team, workflow: str = "rollout", question: str = "Roll out?") -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, f"/workflow run {workflow}")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, question, "can decide")
    return found


async def heard(team: Team, person: str, words: str) -> None:
    async def found() -> bool:
        return words in str(await team.office.heard(person, DEPLOYS))

    await team.office.until(person, found)


async def test_an_approver_is_on_it_and_everybody_sees_it(team: Team) -> None:
    office = team.office
    question = await asked(team)
    assert labels(question) == ["Approve", "Reject", "Ask", "I am on it", "Details"]
    await office.click(CAROL, question, "I am on it")
    claimed = await office.message(CAROL, DEPLOYS, "Roll out?", "🔎", "is on it since", "until")
    assert "carol" in str(claimed["blocks"])
    assert labels(claimed) == ["Approve", "Reject", "Ask", "Give back", "Details"]
    await office.click(ALICE, claimed, "Give back")
    await heard(team, ALICE, "Only carol can give it back. You can still decide it.")
    await office.click(CAROL, claimed, "Give back")

    async def back() -> bool:
        return "I am on it" in labels(await office.message(CAROL, DEPLOYS, "Roll out?", "can decide"))

    await office.until(CAROL, back)
    await office.line(CAROL, question, "carol gave it back. Waiting for")


async def test_a_person_who_may_not_decide_does_not_claim(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(BOB, question, "I am on it")
    await heard(team, BOB, "Only @release-managers")
    (request,) = await team.bot.engine.requests()
    assert request.people.claim is None


async def test_a_full_row_of_buttons_has_the_claim_in_details(team: Team) -> None:
    office = team.office
    question = await asked(team, "plan", "Agreed?")
    assert labels(question) == ["Approve", "Request changes", "Reject", "Ask", "Details"]
    await office.click(CAROL, question, "Details")
    details = await office.modal(CAROL, "Details")
    assert labels(details) == ["I am on it"]
    await office.click(BOB, question, "Details")
    assert labels(await office.modal(BOB, "Details")) == [], "the requester cannot approve"
    await office.click_in_view(CAROL, details, "I am on it")
    await office.message(CAROL, DEPLOYS, "Agreed?", "🔎", "is on it since")


async def test_the_list_of_what_waits_and_the_command_line_show_the_claim(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "I am on it")
    await office.message(CAROL, DEPLOYS, "Roll out?", "is on it since")
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    listed = await office.heard(CAROL, DEPLOYS)
    assert "is on it since" in str(listed["blocks"])
    (request,) = await team.bot.engine.requests()
    shown = serializers.request(request)
    assert shown["claim"]["by"] == CAROL
    assert any(f"🔎 {CAROL} is on it since" in line.plain for line in how_to_decide(shown))


async def test_only_the_claimer_is_offered_to_give_back_where_one_person_reads(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "I am on it")
    claimed = await office.message(CAROL, DEPLOYS, "Roll out?", "is on it since")
    for person, buttons in ((CAROL, ["Give back"]), (ALICE, []), (BOB, [])):
        await office.click(person, claimed, "Details")
        details = await office.modal(person, "Details")
        assert labels(details) == buttons
        assert "is on it since" in str(details["blocks"])
    for person, offered in ((CAROL, True), (ALICE, False)):
        await office.say(person, DEPLOYS, "/workflow approvals")
        assert ("Give back" in labels(await office.heard(person, DEPLOYS))) is offered


async def test_the_home_of_the_requester_shows_the_claim(team: Team) -> None:
    office = team.office
    question = await asked(team)
    await office.click(CAROL, question, "I am on it")
    await office.message(CAROL, DEPLOYS, "Roll out?", "is on it since")
    await office.do("home/open", **{"as": BOB})
    home = str(await office.until(BOB, lambda: office.home(BOB)))
    assert f"<@{CAROL}> is on it since" in home
