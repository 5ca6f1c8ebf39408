"""Clicks of people on call, from a Python function of the settings to the local Slack."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.demo.clock import DemoClock
from engine import PeopleUnavailable, UnknownPeople
from localslack import MovableClock

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
Team = Any
FLOW = """
from signoff import Workflow

ship = Workflow("ship", owner="@release-managers", channel="#deploys")
ship.approval("go", ask="Ship it?", approvers=["oncall:primary"], expires="4h", advisory=True)
"""
WHO = """
from pathlib import Path

def who(schedule):
    text = Path(__file__).with_name("shift").read_text()
    if text == "fails":
        raise ConnectionError("secret")
    return text.split()
"""


@pytest.fixture
def workflows() -> str:
    return FLOW


@pytest.fixture
def more_settings(tmp_path: Path) -> Mapping[str, str]:
    (tmp_path / "shifts.py").write_text(WHO, "utf-8")
    shift(tmp_path, BOB)
    file = tmp_path / "oncall.json"
    file.write_text(
        json.dumps({"schedules": {"primary": {"source": "python", "function": "shifts.py:who"}}}), "utf-8"
    )
    return {"SIGNOFF_ONCALL": str(file)}


@pytest.fixture
def movable() -> MovableClock:
    return MovableClock()


@pytest.fixture
def clock(movable: MovableClock) -> DemoClock:
    return DemoClock(movable)


def shift(folder: Path, who: str) -> None:
    (folder / "shift").write_text(who, "utf-8")


async def test_the_next_person_on_call_decides_and_the_former_one_reads_who_can(
    team: Team, movable: MovableClock
) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship")
    question = await team.office.message(BOB, DEPLOYS, "Ship it?", "on call for primary")
    shift(team.folder, CAROL)
    movable.move(2.1)  # an answer of the source counts for two seconds
    await team.office.click(BOB, question, "Approve")
    await team.office.message(BOB, DEPLOYS, "Only people on call for primary can decide this request")
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Ship it?", "Approved")


@pytest.mark.parametrize("state", ["", "fails"])
async def test_the_owner_decides_while_nobody_is_on_call(
    team: Team, state: str, movable: MovableClock
) -> None:
    shift(team.folder, state)
    for _ in range(3):  # a source that fails for five minutes has nobody on call
        movable.move(150)
        with suppress(UnknownPeople, PeopleUnavailable):
            await team.bot.engine.people.resolve("oncall:primary")
    await team.office.say(ALICE, DEPLOYS, "/workflow run ship")
    question = await team.office.message(CAROL, DEPLOYS, "Ship it?", "on call for primary or")
    await team.office.click(ERIN, question, "Approve")
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Ship it?", "Approved")
    (run,), _ = await team.bot.engine.runs("ship")
    (request,) = (await team.bot.engine.detail(run.id)).requests
    assert [decision.actor.id for decision in request.decisions] == [CAROL]
    assert [decision.member_of for decision in request.decisions] == [("@release-managers",)]
