"""A request that another program changed in the database is marked wherever a person reads it."""

import sqlite3
from contextlib import closing
from typing import Any

from bot.cli import run_view
from bot.cli.handlers import handlers
from tests.bot.listeners.test_clicks import ALICE, CAROL, DEPLOYS, asked, option

Team = Any
MARK = "This does not match the log"


def change(team: Team, statement: str) -> None:
    with closing(sqlite3.connect(team.folder / "signoff.db")) as connection, connection:
        assert connection.execute(statement).rowcount


async def changed(team: Team) -> dict[str, Any]:
    question = await asked(team)
    change(team, "UPDATE request SET ask = 'Have lunch?'")
    return question


async def test_details_of_a_changed_request_do_not_match_the_log(team: Team) -> None:
    office = team.office
    question = await changed(team)
    await office.click(CAROL, question, "Details")
    assert MARK in str(await office.modal(CAROL, "Details"))
    run = await office.message(CAROL, DEPLOYS, "*ship*", "waiting for")
    await office.click(CAROL, run, "menu", selected_option=option(run, "Details"))
    assert MARK in str(await office.modal(CAROL, "Details"))


async def test_details_of_a_request_that_is_as_recorded_have_no_mark(team: Team) -> None:
    await team.office.click(CAROL, await asked(team), "Details")
    assert MARK not in str(await team.office.modal(CAROL, "Details"))


async def test_lists_and_the_home_mark_a_changed_request(team: Team) -> None:
    office = team.office
    await changed(team)
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    assert MARK in str(await office.message(CAROL, DEPLOYS, "waits for you"))
    await office.do("home/open", **{"as": CAROL})
    assert MARK in str(await office.until(CAROL, lambda: office.home(CAROL)))


async def test_the_status_of_a_changed_run_does_not_match_the_log(team: Team) -> None:
    await changed(team)
    (run,), _ = await team.bot.engine.runs()
    await team.office.say(ALICE, DEPLOYS, f"/workflow status {run.id}")
    await team.office.message(ALICE, DEPLOYS, MARK)


async def test_the_command_line_marks_a_changed_request(team: Team) -> None:
    await changed(team)
    engine = team.bot.engine
    (run,), _ = await engine.runs()
    table = handlers(engine)
    shown = await table["show"]({"run": run.id}, "root")
    assert MARK in next(run_view.lines(shown)).plain
    listed = await table["requests"]({"limit": 5}, "root")
    assert "was changed by another program" in listed["requests"][0]["altered"]


async def test_an_earlier_answer_that_was_changed_is_marked(team: Team) -> None:
    office = team.office
    await office.click(CAROL, await asked(team), "Approve")
    await office.message(CAROL, DEPLOYS, "Approved")
    change(team, "UPDATE request SET outcome = 'rejected'")
    await office.click(CAROL, await asked(team), "Details")
    assert MARK in str(await office.modal(CAROL, "Details"))
