"""The help lists what a person may do, and nothing else."""

from typing import Any

import pytest

from engine import Actor

ALICE, BOB, CAROL, FRANK = "U01ALICE", "U02BOB", "U03CAROL", "U06FRANK"
GENERAL = "C01GENERAL"
FLOWS = """
from signoff import Workflow

ship = Workflow("ship", owner="U02BOB", channel="#deploys", may_run=["@release-managers"])
go = ship.approval("go", ask="Ship it?", approvers=["U02BOB"], expires="4h", advisory=True)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def help_of(team: Any, person: str) -> str:
    await team.office.say(person, GENERAL, "/workflow help")
    return str(await team.office.heard(person, GENERAL))


async def test_who_may_start_nothing_is_told_of_no_run_to_start_or_control(team: Any) -> None:
    said = await help_of(team, FRANK)
    assert "What you can do" in said
    for word in ("*Start*", "Control", "cancel RUN", "Run…", "Answer for a workflow"):
        assert word not in said
    assert "*See*" in said
    assert "*Decide*" in said


async def test_the_help_says_how_values_runs_and_shared_answers_are_written(team: Any) -> None:
    said = await help_of(team, CAROL)
    for line in (
        'Put values with spaces in quotes: `note="two words"`',
        "The end of a run's id is enough: `8f3k`, or `1126T234500Z` for the run of a schedule",
        "`--public` shares an answer in the channel",
    ):
        assert line in said.replace("\\'", "'")


async def test_a_starter_controls_their_runs_and_the_owner_all(team: Any) -> None:
    said = await help_of(team, CAROL)
    assert "*Start*" in said
    assert "*Control runs that you started*" in said
    assert "Answer for a workflow" not in said
    said = await help_of(team, BOB)
    assert "*Start*" not in said
    assert "*Control*" in said
    assert "*Answer for a workflow*" in said


async def test_who_has_a_run_that_has_not_ended_may_control_it_though_they_start_no_more(team: Any) -> None:
    await team.bot.engine.start("ship", {}, actor=Actor("slack", ALICE))
    await team.office.do("group", id="S02RELEASE", users=[CAROL])

    async def may_not_start() -> str:
        said = await help_of(team, ALICE)
        return "" if "*Start*" in said else said

    said = await team.office.until(ALICE, may_not_start)
    assert "*Control runs that you started*" in said
