"""Commands for what cannot be done: refused at once, with words that fit and a command that works."""

from typing import Any

import pytest

from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse
from engine import Actor, Decision
from tests.bot.listeners.commands.test_reading import ALICE, BOB, DEPLOYS, answer, read
from tests.bot.listeners.commands.test_reading import FLOWS as READ_FLOWS

Team = Any
FLOWS = (
    READ_FLOWS
    + """
from datetime import timedelta
from signoff import Retry

gated = Workflow("gated", owner="@platform", channel="#deploys")
ok = gated.approval("ok", ask="May we?", approvers=["@platform"], expires="4h")


@gated.step(name="fetch", title="Fetch the data")
async def fetch() -> str:
    return "x"


@gated.step(when=ok.approved, title="Act on it")
async def act_on_it() -> str:
    return "done"


again = Workflow("again", owner="@platform", channel="#deploys")


@again.step(retry=Retry(attempts=3, delay="1h", jitter=0))
async def fall_twice() -> str:
    raise ConnectionError("no answer")
"""
)


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def started(team: Team, name: str, state: str) -> str:
    await answer(team, ALICE, f"run {name}")

    async def found() -> str | None:
        runs, _ = await team.bot.engine.runs(name, state.split())
        return runs[0].short if runs else None

    return str(await team.office.until(ALICE, found))


async def retrying(team: Team) -> str:
    """Return a run whose step failed once and waits for its next attempt."""
    run = await started(team, "again", "running waiting")

    async def failed_once() -> bool | None:
        detail = await team.bot.engine.detail((await team.bot.engine.find_run(run)).id)
        return detail.steps[0].state == "retrying" or None

    await team.office.until(ALICE, failed_once)
    return run


async def test_a_skip_that_is_not_possible_is_refused_before_a_window_opens(team: Team) -> None:
    run = await started(team, "gated", "waiting")
    told = await read(team, BOB, f"skip {run} fetch")
    assert f"Fetch the data of {run} is done, so it cannot be skipped." in told
    told = await read(team, BOB, f"skip {run} ok")
    assert f"ok of {run} waits for people, so it cannot be skipped. Answer its message instead." in told
    done = await started(team, "quick", "succeeded")
    assert f"{done} has already ended: it succeeded." in await read(team, BOB, f"skip {done} only")
    assert await team.office.view(BOB) is None
    detail = await team.bot.engine.detail((await team.bot.engine.find_run(run)).id)
    assert [step.state for step in detail.steps if step.step == "fetch"] == ["succeeded"]


async def test_the_window_of_a_skip_tells_a_step_that_executed_from_one_that_did_not(team: Team) -> None:
    run = await started(team, "gated", "waiting")
    await team.office.say(BOB, DEPLOYS, f"/workflow skip {run} act_on_it")
    window = await team.office.modal(BOB, "Skip this step?")
    assert "Act on it never executes in this run." in str(window)
    failed = await retrying(team)
    await team.office.say(BOB, DEPLOYS, f"/workflow skip {failed} fall_twice")

    async def other() -> Any:
        view = await team.office.view(BOB)
        return view if "does not execute again in this run" in str(view) else None

    assert "never executes" not in str(await team.office.until(BOB, other))


async def test_steps_that_are_offered_are_named_by_their_titles(team: Team) -> None:
    run = await started(team, "gated", "waiting")
    told = await read(team, BOB, f"skip {run}")
    assert "These can be skipped: Act on it (act_on_it)." in told
    assert f"skip {run} act_on_it" in told


@pytest.mark.parametrize(
    "typed", ["retry quick", "logs quick", "cancel quick", "skip quick only", "fork quick"]
)
async def test_a_workflow_in_place_of_a_run_leads_to_its_newest_run(team: Team, typed: str) -> None:
    run = await started(team, "quick", "succeeded")
    told = await read(team, BOB, typed)
    assert "quick is a workflow, and this command takes one of its runs" in told
    assert f"/workflow runs quick lists them. The newest is {run}." in told
    assert f"/workflow {typed.replace('quick', run, 1)}" in told


async def test_a_workflow_without_runs_in_place_of_a_run_leads_to_its_list(team: Team) -> None:
    told = await read(team, BOB, "retry quick")
    assert "quick is a workflow, and this command takes one of its runs. It has none yet" in told
    assert "/workflow run quick" in told


async def test_a_fork_without_a_step_offers_the_steps_of_its_run(team: Team) -> None:
    run = await started(team, "gated", "waiting")
    (request,) = await team.bot.engine.requests(run_id=(await team.bot.engine.find_run(run)).id)
    await team.bot.engine.decide(request.id, Decision("approve"), actor=Actor("slack", BOB))
    await team.office.message(ALICE, DEPLOYS, "*gated*", "done after")
    told = await read(team, BOB, f"fork {run}")
    assert f"From which step of {run}?" in told
    assert "Its steps are" in told
    assert "Fetch the data (fetch)" in told
    assert f"/workflow fork {run} " in told


async def test_a_command_with_an_open_quote_suggests_no_field_that_does_not_exist(team: Team) -> None:
    told = await read(team, ALICE, 'run quick note="abc')
    assert "quote" in told
    assert "/workflow run quick`" in told
    assert "note=" not in told.partition("Try")[2]
    told = await read(team, ALICE, 'run ship service=billing note="abc')
    assert "/workflow run ship service=billing note=" in told


SUGGESTED = [
    ("runs mine --page 2", "/workflow runs mine"),
    ("runs --since 2d", "/workflow runs since=2d"),
    ("runs --state failed", "/workflow runs state=failed"),
    ("schedules --page 2", "/workflow schedules page=2"),
    ("runs --limit 20 ship", "/workflow runs ship"),
    ("show --json ship", "/workflow show ship"),
]


@pytest.mark.parametrize(("typed", "corrected"), SUGGESTED)
def test_a_flag_that_does_not_exist_takes_its_value_with_it(typed: str, corrected: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse(typed)
    assert refused.value.corrected == corrected
    parse(corrected.removeprefix("/workflow "))
