"""A person who sends too many commands and clicks is told so each time: nothing is lost silently."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.demo.clock import DemoClock
from localslack import MovableClock
from tests.bot.listeners.test_clicks import ALICE, BOB, CAROL, DEPLOYS, asked

Team = Any
LIMIT = 4
REFUSED = f"Signoff accepts {LIMIT} commands and clicks of one person a minute. Nothing was done."


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    return {"SIGNOFF_CALLS_PER_MINUTE": str(LIMIT)}


@pytest.fixture
def movable() -> MovableClock:
    return MovableClock()


@pytest.fixture
def clock(movable: MovableClock) -> DemoClock:
    return DemoClock(movable)


async def spend(team: Team, person: str, count: int = LIMIT) -> None:
    for _ in range(count):
        await team.office.say(person, DEPLOYS, "/workflow help")


async def states(team: Team) -> list[str]:
    return [str(one.state) for one in await team.bot.engine.requests(state=None)]


async def test_a_command_too_many_does_nothing_and_says_when_to_try_again(team: Team) -> None:
    await spend(team, BOB)
    await team.office.say(BOB, DEPLOYS, "/workflow run ship service=billing")
    told = await team.office.message(BOB, DEPLOYS, REFUSED)
    assert told["ephemeral_to"] == BOB
    assert await team.bot.engine.runs() == ([], 0)


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_a_decision_beyond_the_limit_is_refused_in_words_and_counts_when_it_is_sent_again(
    team: Team, movable: MovableClock
) -> None:
    question = await asked(team)
    await spend(team, CAROL)
    assert (await team.office.click(CAROL, question, "Approve"))["ok"]
    assert (await team.office.message(CAROL, DEPLOYS, REFUSED))["ephemeral_to"] == CAROL
    assert await states(team) == ["open"]
    movable.move(20)
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Approved")
    assert await states(team) == ["decided"]


async def test_a_flood_of_one_person_takes_no_decision_from_another(team: Team) -> None:
    question = await asked(team)
    await spend(team, ALICE, 5 * LIMIT)
    await team.office.click(CAROL, question, "Approve")
    assert await states(team) == ["decided"]
    events = await team.bot.engine.events.read(0, 500)
    limited = [event.actor.id for event in events if event.type == "calls.limited"]
    assert limited == [ALICE]


async def test_a_window_stays_open_with_what_was_typed_in_it(team: Team, movable: MovableClock) -> None:
    question = await asked(team)
    await team.office.click(CAROL, question, "Reject")
    modal = await team.office.modal(CAROL, "Reject")
    await spend(team, CAROL)
    refused = await team.office.submit(CAROL, modal, comment={"value": "Not today."})
    assert refused["result"] == "errors"
    assert REFUSED in str(refused)
    assert await states(team) == ["open"]
    movable.move(60)
    assert (await team.office.submit(CAROL, modal, comment={"value": "Not today."}))["result"] == "closed"
    assert await states(team) == ["decided"]


async def test_a_shortcut_too_many_is_answered_in_a_window(team: Team) -> None:
    await spend(team, ALICE)
    await team.office.shortcut(ALICE, "signoff:run")
    window = await team.office.until(ALICE, lambda: team.office.view(ALICE))
    assert REFUSED in str(window)


async def test_a_click_too_many_in_the_home_is_answered_in_a_window(team: Team) -> None:
    await asked(team)
    await team.office.do("home/open", **{"as": CAROL})
    home = await team.office.until(CAROL, lambda: team.office.home(CAROL))
    await spend(team, CAROL)
    await team.office.click_in_view(CAROL, home, "Approve")
    assert REFUSED in str(await team.office.until(CAROL, lambda: team.office.view(CAROL)))
    assert await states(team) == ["open"]
