"""Many people at once, through Slack's own dispatch."""

import asyncio
from collections import Counter
from typing import Any

import pytest

DEPLOYS = "C05DEPLOYS"
ALICE = "U01ALICE"
CROWD = [f"U2{number:02}" for number in range(20)]
Team = Any


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_twenty_people_click_at_once_and_are_counted_exactly(team: Team) -> None:
    office = team.office
    await office.say(ALICE, DEPLOYS, "/workflow run vote")
    question = await office.message(ALICE, DEPLOYS, "Are we sure?", "12 of")
    clicks = [office.click(who, question, "Approve") for who in CROWD for _ in range(2)]
    answers = await asyncio.gather(*clicks)
    assert all(answer["ok"] for answer in answers)
    await office.message(ALICE, DEPLOYS, "Are we sure?", "Approved")
    (request,) = await team.bot.engine.requests("decided")
    counted = Counter(made.actor.id for made in request.decisions)
    assert len(counted) == 12
    assert set(counted.values()) == {1}
    assert set(counted) <= set(CROWD)
    assert request.outcome == "approved"
