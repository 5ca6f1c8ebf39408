"""Reassignment in Slack: what is refused, and how loudly it is said."""

from typing import Any

import pytest

from engine import Actor
from tests.conftest import spoken

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL, VOTER = "U01ALICE", "U02BOB", "U03CAROL", "U200"
Team = Any
FLOW = """
from signoff import Workflow

vault = Workflow("vault", owner="@platform", channel="#deploys")
vault.approval(
    "open", ask="Open the vault?", approvers=["@release-managers"], expires="1h", risk="high", advisory=True
)
"""


@pytest.fixture
def workflows() -> str:
    return FLOW


async def asked(team: Team, requester: str) -> tuple[dict[str, Any], str]:
    await team.office.say(requester, DEPLOYS, "/workflow run vault")
    question = await team.office.message(CAROL, DEPLOYS, "Open the vault?", "can decide")
    (request,) = await team.bot.engine.requests()
    return question, request.run_id[-6:]


async def test_the_requester_of_the_owners_group_chooses_no_approver(team: Team) -> None:
    _, run = await asked(team, BOB)
    await team.office.say(BOB, DEPLOYS, f"/workflow reassign {run} @alice")
    heard = await team.office.heard(BOB, DEPLOYS)
    assert (
        "You requested this approval, so another person must reassign it. "
        "Ask @release-managers or @platform." in heard["text"]
    )


async def test_a_high_risk_approval_is_reassigned_loudly(team: Team) -> None:
    question, run = await asked(team, VOTER)
    await team.office.say(CAROL, DEPLOYS, f"/workflow reassign {run} <@{ALICE}>")
    assert "only the owner, @platform, or the operator" in (await team.office.heard(CAROL, DEPLOYS))["text"]
    await team.office.say(BOB, DEPLOYS, f"/workflow reassign {run} <@{VOTER}>")
    heard = (await team.office.heard(BOB, DEPLOYS))["text"]
    assert "can only be reassigned to members of @release-managers or @platform" in heard
    await team.office.say(BOB, DEPLOYS, f"/workflow reassign {run} <@{ALICE}>")
    said = await team.office.message(
        CAROL, DEPLOYS, "High-risk approval reassigned", "from @release-managers"
    )
    assert said["thread_ts"] == question["ts"], "it is in the thread, and shown in the channel"
    shown = await team.office.message(CAROL, DEPLOYS, "Open the vault?", "Reassigned by bob")
    assert "from @release-managers to alice" in spoken(shown)


async def test_the_message_says_that_nobody_knows_who_started_it(team: Team) -> None:
    await team.bot.engine.start("vault", actor=Actor("cli", "root"))
    told = "Started on the command line by root, who is mapped to no Slack user. Nobody can approve it."
    question = await team.office.message(CAROL, DEPLOYS, "Open the vault?", told)
    await team.office.click(CAROL, question, "Approve")
    heard = await team.office.message(CAROL, DEPLOYS, "Ask the operator to add root to SIGNOFF_CLI_USERS.")
    assert heard["ephemeral_to"] == CAROL


async def test_the_message_names_the_person_whose_run_was_started_again(team: Team) -> None:
    run = await team.bot.engine.start("vault", actor=Actor("slack", CAROL))
    await team.bot.engine.cancel(run.id, actor=Actor("cli", "root"))
    await team.bot.engine.control.rerun(run.id, {}, actor=Actor("slack", BOB))
    question = await team.office.message(
        CAROL, DEPLOYS, "Open the vault?", "asked by bob with input from carol"
    )
    await team.office.click(CAROL, question, "Approve")
    told = "This run carries input that you gave, so another approver must approve it."
    heard = await team.office.message(CAROL, DEPLOYS, told)
    assert heard["ephemeral_to"] == CAROL
