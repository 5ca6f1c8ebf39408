"""A request that another program changed in the database is marked wherever a person reads it."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.cli import run_view
from bot.cli.handlers import handlers
from engine import Actor, AlteredRun, seen_digest
from tests.bot.listeners.test_clicks import ALICE, BOB, CAROL, DEPLOYS, asked, option
from tests.conftest import spoken

Team = Any
MARK = "This does not match the log"


def change(team: Team, statement: str) -> None:
    with closing(sqlite3.connect(team.folder / "signoff.db")) as connection, connection:
        assert connection.execute(statement).rowcount


async def changed(team: Team) -> dict[str, Any]:
    question = await asked(team)
    change(team, "UPDATE request SET ask = 'Have lunch?'")
    return question


UNREADABLE = [
    "UPDATE run SET further_requesters = 5",
    "UPDATE run SET further_requesters = '{'",
    "UPDATE request SET policy = '{'",
]


@pytest.mark.parametrize("statement", UNREADABLE)
async def test_a_click_or_command_about_rows_that_cannot_be_read_says_that_they_were_changed(
    team: Team, statement: str
) -> None:
    office, question = team.office, await asked(team)
    (run,), _ = await team.bot.engine.runs()
    words = f"{run.id} was changed by another program: "
    await office.click(CAROL, question, "Reject")
    window = await office.modal(CAROL, "Reject")
    change(team, statement)
    assert words in str(await office.submit(CAROL, window, comment={"value": "Not now."}))
    for label, heard in (("Approve", f"Your answer was not recorded. {words}"), ("Details", words)):
        await office.click(CAROL, question, label)
        await office.message(CAROL, DEPLOYS, f"🟠 {heard}")
    for command in ("status", "cancel", "mute", "graph"):
        more = " for=2h" if command == "mute" else ""
        await office.say(CAROL, DEPLOYS, f"/workflow {command} {run.id}{more}")
        said = spoken(await office.heard(CAROL, DEPLOYS))
        assert words in said
        assert said.splitlines()[0].endswith("Ask the operator to run signoff audit verify.")
        assert "/workflow runs" not in said


@pytest.mark.parametrize("statement", UNREADABLE)
async def test_one_request_that_cannot_be_read_keeps_no_other_from_being_approved_together(
    team: Team, statement: str
) -> None:
    for _ in range(2):
        await team.office.say(BOB, DEPLOYS, "/workflow run big rows=1")
    await team.office.message(CAROL, DEPLOYS, "Apply it?", "can decide")
    while len(requests := await team.bot.engine.requests()) < 2:
        await asyncio.sleep(0)
    first, second = requests
    seen = {each.id: seen_digest(each) for each in (first, second)}
    change(team, f"{statement} WHERE {'id' if ' run ' in statement else 'run_id'} = '{first.run_id}'")
    actor = Actor("slack", CAROL)
    refused, decided = await team.bot.engine.approve_together(seen, actor=actor)
    assert (refused.code, decided.code) == ("unavailable", "decided")
    assert f"{first.run_id} was changed by another program" in refused.text


async def test_the_command_line_says_of_rows_that_cannot_be_read_that_they_were_changed(team: Team) -> None:
    await asked(team)
    engine = team.bot.engine
    (run,), _ = await engine.runs()
    change(team, UNREADABLE[0])
    table = handlers(engine)
    decision = {"request": f"{run.id}.go", "choice": "reject", "comment": "Not now."}
    words = f"{run.id} was changed by another program: "
    assert (await table["decide"](decision, "root"))["text"] == f"Your answer was not recorded. {words}" + (
        "its row cannot be read (run.further_requesters holds JSON of another shape). "
        "Signoff does not act on it. Ask the operator to run signoff audit verify."
    )
    for name, values in (
        ("show", {"run": run.id}),
        ("graph", {"target": run.id}),
        ("mute", {"target": run.id, "seconds": 60}),
    ):
        with pytest.raises(AlteredRun, match=f"^{words}.* Ask the operator to run signoff audit verify.$"):
            await table[name](values, "root")


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


UNREADABLE_LISTED = [
    *UNREADABLE,
    "UPDATE run SET created_at = 'now'",
    "UPDATE run SET created_at = 1000000000000000000",
    "UPDATE run SET workflow = x'00'",
    "UPDATE run SET state = 'lost'",
    "UPDATE run SET version = 9223372036854775807",
    "UPDATE run SET trigger = CAST(x'ff' AS TEXT)",
    "UPDATE request SET ask = x'00'",
    "UPDATE request SET opened_at = 'now'",
]


@pytest.mark.parametrize("statement", UNREADABLE_LISTED)
async def test_one_run_that_cannot_be_read_keeps_no_other_from_a_list_and_its_id_is_not_told(
    team: Team, statement: str
) -> None:
    for _ in range(2):
        await team.office.say(BOB, DEPLOYS, "/workflow run big rows=1")
    await team.office.message(CAROL, DEPLOYS, "Apply it?", "can decide")
    engine = team.bot.engine
    while len(requests := await engine.requests()) < 2:
        await asyncio.sleep(0)
    broken, other = requests
    change(team, f"{statement} WHERE {'id' if ' run ' in statement else 'run_id'} = '{broken.run_id}'")
    row = "1 run could not be read: it was changed by another program."
    for command in ("runs", "history big", "show big", "approvals"):
        await team.office.say(CAROL, DEPLOYS, f"/workflow {command}")
        said = spoken(await team.office.heard(CAROL, DEPLOYS))
        assert row in said, command
        if command != "approvals":  # who is asked may see it
            assert broken.run_id not in said
            assert other.run_id[-4:] in said
    await team.office.do("home/open", **{"as": CAROL})
    home = str(await team.office.until(CAROL, lambda: team.office.home(CAROL)))
    assert row in home
    table = handlers(engine)
    assert (await table["requests"]({"limit": 50}, "root"))["unreadable"] == [broken.run_id]
    listed = await table["runs"]({"limit": 50}, "root")
    assert listed["unreadable"] == [broken.run_id]
    assert other.run_id in [run["id"] for run in listed["runs"]]
