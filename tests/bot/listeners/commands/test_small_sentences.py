"""Sentences of answers that are read once: each says one thing, and the thing that helps."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bot.slash.arguments import COMMANDS
from bot.views.answers.graph_answer import graph_in_text
from bot.views.answers.runs_answer import Listing, runs_page
from bot.views.conversation import conversation_answer
from bot.views.message import Message
from engine.model.input.input_problems import value_problems

ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
DEPLOYS, INCIDENTS = "C05DEPLOYS", "C02INCIDENTS"
Team = Any


class Size(BaseModel):
    rows: int


async def _said(team: Team, person: str, text: str) -> Any:
    await team.office.say(person, DEPLOYS, f"/workflow {text}")
    return await team.office.heard(person, DEPLOYS)


async def test_skip_without_a_step_names_the_steps_that_can_be_skipped(team: Team) -> None:
    await _said(team, ALICE, "run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?')
    run = (await team.bot.engine.runs())[0][0].short
    told = str((await _said(team, BOB, f"skip {run}"))["text"])
    assert f"Which step of {run}?" in told
    assert "These can be skipped: release." in told
    assert f"/workflow skip {run} release" in told
    assert "Only the owner, " in str((await _said(team, CAROL, f"skip {run}"))["text"])


async def test_a_filter_that_no_run_matches_is_not_told_of_runs(team: Team) -> None:
    told = str((await _said(team, BOB, "runs ship text=nowhere"))["text"])
    assert told == 'No run that is visible here matches the filters: ship, with "nowhere".'
    listing = Listing(workflow="ship", text="nowhere", next="later/ship-1")
    told = runs_page([], listing, datetime(2026, 1, 5, tzinfo=UTC), "/workflow").text
    assert told == (
        'None of the runs searched so far matches the filters: ship, with "nowhere". '
        "Press Older to search the older runs."
    )


async def test_the_history_of_a_workflow_without_runs_speaks_of_no_filter(team: Team) -> None:
    told = str((await _said(team, BOB, "history ship"))["text"])
    assert told == "*ship* has no runs yet that are visible here."


@pytest.mark.parametrize(
    ("choice", "told"), [("Skip step", "fall · skipped by bob"), ("Abort", "(aborted by bob)")]
)
async def test_a_message_names_who_decided_as_the_others_do(team: Team, choice: str, told: str) -> None:
    await team.office.say(BOB, INCIDENTS, "/workflow run shaky")
    question = await team.office.message(BOB, INCIDENTS, "*shaky* failed at *fall*", "can decide")
    await team.office.click(BOB, question, choice)
    if window := await team.office.view(BOB):
        await team.office.submit(BOB, window)

    async def named() -> Any:
        messages = await team.office.messages(BOB, INCIDENTS)
        return next((each for each in messages if told in str(each["blocks"])), None)

    assert "by a person" not in str((await team.office.until(BOB, named))["blocks"])


async def test_reassigning_to_a_name_asks_for_a_mention(team: Team) -> None:
    told = str((await _said(team, BOB, "reassign 8f3k Bob Lindqvist"))["text"])
    assert "“Bob Lindqvist” is not a mention" in told
    assert "/workflow reassign 8f3k @bob" in told


async def test_a_flag_that_is_mistyped_is_named_with_the_flag_that_was_meant(team: Team) -> None:
    heard = await _said(team, BOB, "show ship --pubilc")
    assert "There is no flag “--pubilc”." in heard["text"]
    assert "/workflow show ship --public" in heard["text"]
    assert heard["ephemeral_to"] == BOB


@pytest.mark.parametrize("moment", ["yesterday", "yesterday 17:00", "2d ago", "last fri"])
async def test_an_absence_until_a_past_moment_says_that_it_is_past(team: Team, moment: str) -> None:
    for delegate in ("", " to <@U03CAROL>"):
        told = str((await _said(team, BOB, f"away until {moment}{delegate}"))["text"])
        assert f"“{moment}” is in the past." in told


async def test_what_waits_is_told_without_a_command_that_would_show_it(team: Team) -> None:
    waiting = Message("1 request waits for you", ())
    told = conversation_answer("what waits for me", waiting, "/workflow", COMMANDS).text
    assert told == "1 request waits for you\n`/workflow help` shows what Signoff can do."
    alone = conversation_answer("hello", None, "/workflow", COMMANDS).text
    assert "`/workflow approvals` to see what waits for you" in alone


def test_a_graph_in_text_has_no_gaps() -> None:
    lines = [f"{number}. step {number}" for number in range(1, 21)]
    shown = graph_in_text("ship", lines, "No picture.")
    texts = [block["text"]["text"] for block in shown.blocks if block["type"] == "section"]
    assert "\n".join(lines) in texts
    long = [f"{number}. {'x' * 480}" for number in range(25)]
    texts = [block["text"]["text"] for block in graph_in_text("ship", long, "No picture.").blocks]
    assert "\n".join(texts[-5:]) == "\n".join(long)


def test_a_long_text_that_is_refused_keeps_its_closing_quote() -> None:
    with pytest.raises(ValidationError) as problem:
        Size.model_validate({"rows": "x" * 90})
    (told,) = value_problems(problem.value, {"rows": "x" * 90})
    assert told.shown == f'"{"x" * 57}…"'
