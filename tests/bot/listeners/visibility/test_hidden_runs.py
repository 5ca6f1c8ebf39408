"""Runs of a private channel that a person is not in: every door in Slack answers as if they did not exist."""

import sqlite3
from collections.abc import Awaitable, Callable, Collection
from contextlib import closing
from typing import Any

import pytest

from bot.views import button_values
from tests.conftest import spoken

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
ALICE, BOB, CAROL, ERIN, FRANK = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN", "U06FRANK"
Team = Any
Forge = Callable[[str, str, str], Awaitable[str]]


@pytest.fixture
def private_channels() -> Collection[str]:
    return ["deploys"]


@pytest.fixture
async def run(team: Team) -> str:
    await team.office.say(BOB, DEPLOYS, "/workflow run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?', "can decide")
    (request,) = await team.bot.engine.requests()
    return str(request.run_id)


async def heard(team: Team, person: str, command: str) -> str:
    await team.office.say(person, GENERAL, command)
    return str(spoken(await team.office.heard(person, GENERAL)))


async def test_commands_know_no_run_of_a_channel_that_one_is_not_in(team: Team, run: str) -> None:
    missing = run[:-4] + "zzzz"
    for command in ("status {}", "cancel {}", "reassign {} @alice"):
        said = [
            (await heard(team, FRANK, "/workflow " + command.format(id_))).replace(id_, "ID")
            for id_ in (run, missing)
        ]
        assert said[0] == said[1]
        assert "There is no run ID." in said[0]
    assert "No runs are visible here yet." in await heard(team, FRANK, "/workflow status")
    assert run[-4:] in await heard(team, CAROL, "/workflow status")
    assert '*ship* input "billing"' in await heard(team, ERIN, f"/workflow status {run}")  # the operator


@pytest.mark.parametrize(
    ("action", "word"),
    [
        (button_values.DETAILS_OF_RUN, "details"),
        (button_values.DETAILS_OF_REQUEST, "details"),
        (button_values.MORE, "cancel"),
        (button_values.CANCEL_RUN, "cancel"),
        (button_values.CHANGE, "change"),
        (button_values.ASK, "ask"),
        (f"{button_values.DECIDE}:approve", "approve"),
        (f"{button_values.DECIDE}:reject", "reject"),
    ],
)
async def test_a_forged_click_is_answered_as_one_about_nothing(
    team: Team, run: str, forge: Forge, action: str, word: str
) -> None:
    of_run = action in (button_values.DETAILS_OF_RUN, button_values.MORE, button_values.CANCEL_RUN)
    said = []
    for id_ in (run, run[:-4] + "zzzz"):
        value = button_values.encode(id_ if of_run else f"{id_}.go", word)
        said.append((await forge(FRANK, action, value)).replace(id_, "ID"))
    assert said[0] == said[1]
    assert "billing" not in said[0]
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


@pytest.mark.parametrize("word", ["approve", "reject"])
async def test_a_forged_click_on_a_changed_run_is_answered_as_one_about_nothing(
    team: Team, run: str, forge: Forge, word: str
) -> None:
    with closing(sqlite3.connect(team.folder / "signoff.db")) as connection, connection:
        assert connection.execute("UPDATE request SET ask = 'Have lunch?'").rowcount
    said = []
    for id_ in (run, run[:-4] + "zzzz"):
        value = button_values.encode(f"{id_}.go", word)
        said.append((await forge(FRANK, f"{button_values.DECIDE}:{word}", value)).replace(id_, "ID"))
    assert said[0] == said[1]
    value = button_values.encode(f"{run}.go", word)
    assert "was changed by another program" in await forge(CAROL, f"{button_values.DECIDE}:{word}", value)
