"""The health of workflows as a person reads it: the list, one workflow, the Home, and who may read what."""

from typing import Any

import pytest

from bot.slash.arguments import parse
from bot.slash.commands import HealthCommand
from tests.bot.listeners.commands.test_reading import ALICE, BOB, CAROL, DEPLOYS, answer, read

Team = Any
FLOWS = """
from signoff import Objectives, Workflow

STANDARD = Objectives(success="90%", p95="10s", window="7d")
own = {"owner": "@platform", "channel": "#deploys"}
good = Workflow("good", title="Good one", objectives=STANDARD, **own)


@good.step
async def work() -> str:
    return "done"


bad = Workflow("bad", objectives=STANDARD, on_failure="fail", **own)


@bad.step
async def fails() -> str:
    raise ValueError("no disk")


plain = Workflow("plain", **own)


@plain.step
async def only() -> str:
    return "done"


half = Workflow("half", objectives=STANDARD, may_see=["@platform"], may_run=["U03CAROL", "@platform"], **own)


@half.step
async def part() -> str:
    return "done"


secret = Workflow("secret", objectives=STANDARD, may_see=["@platform"], may_run=["@platform"], **own)


@secret.step
async def act() -> str:
    return "done"
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def test_the_list_says_the_color_in_words_and_the_worst_comes_first(team: Team) -> None:
    for name in ("good", "bad", "bad", "plain"):
        await answer(team, ALICE, f"run {name}")
    await team.office.message(ALICE, DEPLOYS, "bad", "failed")
    told = await read(team, BOB, "health")
    assert "1 red" in told
    red = told.index("red, failing. Success is missed: 0% against a target of 90%")
    assert red < told.index("*Good one* · green, healthy")
    assert "it meets its objectives: success, duration" in told.lower()
    assert "*plain* · green, " in told
    assert "A workflow without objectives is judged by its last runs." in told
    shown = await read(team, BOB, "show bad")
    assert "Failing. Success is missed" in shown


async def test_one_workflow_shows_each_objective_with_what_is_left(team: Team) -> None:
    await answer(team, ALICE, "run bad")
    await team.office.message(ALICE, DEPLOYS, "bad", "failed")
    told = await read(team, BOB, "health bad")
    for words in (
        "amber, needs a look",
        "*Success* at risk: 0% against a target of 90%",
        "1 of 1 run failed · 0% of its budget is left · burn rate 10.0",
        "*Duration* nothing measured yet, target 10 s",
        "Measured over 7 days.",
    ):
        assert words in told, words
    assert "so it is judged by its last runs" in await read(team, BOB, "health plain")


async def test_objectives_of_runs_that_a_person_may_not_see_are_not_told(team: Team) -> None:
    await answer(team, ALICE, "run secret")
    assert "*Success*" in await read(team, ALICE, "health secret")
    await answer(team, ALICE, "run half")
    assert "*Success*" in await read(team, ALICE, "health half")
    told = await read(team, CAROL, "health half")
    assert "*Success*" not in told
    assert "Its objectives are for people who see all of its runs" in told
    assert "There is no workflow" in await read(team, CAROL, "health secret")
    assert "secret" not in await read(team, CAROL, "health")
    await team.office.say(ALICE, DEPLOYS, "/workflow health --public")
    shared = await team.office.message(CAROL, DEPLOYS, "3 workflows:")
    assert "secret" not in str(shared)


def test_arguments_of_health() -> None:
    assert parse("health") == HealthCommand()
    assert parse("health bad page=2") == HealthCommand("bad", 2)
    with pytest.raises(Exception, match="one workflow"):
        parse("health a b")
    with pytest.raises(Exception, match="is not a page"):
        parse("health page=x")


async def test_the_home_shows_missed_objectives_first_and_says_how_others_are_judged(team: Team) -> None:
    for name in ("bad", "bad", "plain"):
        await answer(team, ALICE, f"run {name}")
    await team.office.message(ALICE, DEPLOYS, "bad", "failed")
    await team.office.do("home/open", **{"as": ALICE})
    view = str(await team.office.until(ALICE, lambda: team.office.home(ALICE)))
    assert "*bad* Failing. Success is missed" in view
    assert view.index("*bad* Failing") < view.index("*Good one*")
    assert "A workflow without objectives is judged by its last runs." in view
