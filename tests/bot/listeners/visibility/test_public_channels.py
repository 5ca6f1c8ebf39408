"""Channels of a local Slack as approvers of a high-risk request."""

from typing import Any

import pytest

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
Team = Any
FLOW = """
from signoff import Workflow

vault = Workflow("vault", owner="@platform", channel="#deploys")
vault.approval("open", ask="Open it?", approvers=["#deploys"], expires="1h", risk="high", advisory=True)
"""


@pytest.fixture
def workflows() -> str:
    return FLOW


async def test_the_members_of_a_public_channel_decide_nothing_of_high_risk(team: Team) -> None:
    await team.office.say(BOB, DEPLOYS, "/workflow run vault")
    question = await team.office.message(CAROL, DEPLOYS, "Open it?", "can decide")
    await team.office.click(CAROL, question, "Approve")
    heard = await team.office.message(CAROL, DEPLOYS, "anybody can join <#C05DEPLOYS>")
    assert heard["ephemeral_to"] == CAROL
    (request,) = await team.bot.engine.requests()
    assert (request.state, request.decisions) == ("open", ())
