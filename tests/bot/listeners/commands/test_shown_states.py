"""State of a run in lists: one with a failed step that waits for its owner is a failed one."""

from typing import Any

import pytest

from engine import OPEN_FAILURE, Actor, RunFilter
from tests.bot.listeners.commands.test_reading import ALICE, BOB, CAROL, DEPLOYS, answer, read
from tests.bot.listeners.test_home import opened

Team = Any
FLOWS = """
import asyncio
from signoff import Cron, Fatal, Workflow

shaky = Workflow("shaky", owner="@platform", channel="#deploys", triggers=[Cron("0 2 * * *")])


@shaky.step
async def fall() -> str:
    raise Fatal("the gateway is gone")


ended = Workflow("ended", owner="@platform", channel="#deploys", on_failure="fail")


@ended.step
async def fall_for_good() -> str:
    raise Fatal("the gateway is gone")


ask = Workflow("ask", owner="@platform", channel="#deploys")
go = ask.approval("go", ask="May we?", approvers=["@platform"], expires="4h")


@ask.step(when=go.approved)
async def act() -> str:
    return "done"


fine = Workflow("fine", owner="@platform", channel="#deploys", triggers=[Cron("0 3 * * *")])


@fine.step
async def work() -> str:
    return "done"
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def failed(team: Team) -> None:
    """Start a run that waits for its owner, one that failed for good, and one that waits for approval."""
    for name in ("shaky", "ended", "ask"):
        await answer(team, ALICE, f"run {name}")
    await team.office.message(BOB, DEPLOYS, "*shaky* failed at *fall*")
    await team.office.message(ALICE, DEPLOYS, "*ended*", "failed after")
    await team.office.message(BOB, DEPLOYS, "May we?")


@pytest.mark.parametrize(
    "typed", ["runs failed", "runs state=failed", "runs shaky failed", "runs failed mine"]
)
async def test_failed_runs_are_those_that_ended_so_and_those_that_wait_for_their_owner(
    team: Team, typed: str
) -> None:
    await failed(team)
    told = await read(team, ALICE, typed)
    assert "shaky-" in told
    assert "🔴 failed, waits for @platform" in told
    assert ("ended-" in told) is ("shaky" not in typed)
    assert "ask-" not in told


@pytest.mark.parametrize("typed", ["runs", "runs waiting", "show shaky", "history shaky"])
async def test_every_list_says_that_a_run_failed_and_waits_for_its_owner(team: Team, typed: str) -> None:
    await failed(team)
    told = await read(team, ALICE, typed)
    assert "failed, waits for @platform" in told
    assert "⏸️ 1 waiting" not in told
    run = (await team.bot.engine.runs("shaky"))[0][0]
    assert "🔴 *shaky* · fall failed, waiting for @platform" in await read(team, ALICE, f"show {run.short}")


async def test_the_run_message_and_the_home_have_the_sign_of_a_failure(team: Team) -> None:
    await failed(team)
    await team.office.message(ALICE, DEPLOYS, "🔴 *shaky* · fall failed, waiting for @platform")
    home = str(await opened(team, ALICE, "Your runs", "shaky-"))
    yours = home.partition("Your runs")[2]
    assert "failed, waits for @platform · started" in yours
    assert "⏸️ *ask-" in yours


async def test_a_failed_step_that_was_reassigned_waits_for_that_person_by_name(team: Team) -> None:
    await failed(team)
    (request,) = [each for each in await team.bot.engine.requests() if each.kind == "failure"]
    await team.bot.engine.reassign(request.id, CAROL, actor=Actor("slack", BOB))
    told = await read(team, ALICE, "runs failed")
    assert "🔴 failed, waits for carol" in told
    assert CAROL not in told


async def test_a_page_of_failed_runs_has_each_run_once_and_counts_it_once(team: Team) -> None:
    await failed(team)
    engine, states = team.bot.engine, ["failed", "waiting", OPEN_FAILURE]
    runs, total = await engine.runs(states=states)
    assert sorted(run.workflow for run in runs) == ["ask", "ended", "shaky"]
    assert total == 3
    view = engine.seen_by(Actor("cli", "root"))
    found = await view.find(RunFilter(states=["failed", OPEN_FAILURE]), 9)
    assert sorted(run.workflow for run in found.runs) == ["ended", "shaky"]


async def test_a_paused_workflow_names_no_time_at_which_it_fires_next(team: Team) -> None:
    for typed in ("schedules", "triggers", "list", "show shaky"):
        assert "next <!date" in await read(team, BOB, typed)
    await read(team, BOB, "pause shaky")
    for typed in ("schedules shaky", "triggers shaky", "show shaky"):
        told = await read(team, BOB, typed)
        assert "💤 paused" in told, typed
        assert "next <!date" not in told, typed
        assert "next one fires" not in told, typed
    listed = str((await answer(team, BOB, "list"))["blocks"])
    assert listed.count("next <!date") == 1  # of the other workflow
    assert listed.count("💤 paused") == 1
    await read(team, BOB, "resume shaky")
    assert "next <!date" in await read(team, BOB, "schedules shaky")
