"""`/workflow rerun` and `/workflow fork` ask for confirmation: steps that executed execute again."""

import asyncio
from typing import Any

import pytest

from bot.views.button_values import ButtonValue, UnknownButton
from bot.views.forms.repeating import changes_in
from tests.bot.listeners.commands.test_reading import read

ALICE, BOB, CAROL, DEPLOYS = "U01ALICE", "U02BOB", "U03CAROL", "C05DEPLOYS"
Team = Any
FLOWS = """
from pydantic import BaseModel

from signoff import Fatal, Workflow


class Release(BaseModel):
    service: str
    copies: int = 2
    note: str = ""


release = Workflow("release", owner="@platform", channel="#deploys", input=Release, on_failure="fail")


@release.step
async def build(input: Release) -> str:
    return input.service


@release.step
async def publish(build: str) -> str:
    raise Fatal("The registry refuses the *image*")


secret = Workflow("secret", owner="@platform", channel="#deploys", may_run=["@platform"])


@secret.step
async def only() -> int:
    return 1
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def failed(team: Team) -> Any:
    """Start a release that fails, and return its run."""
    await read(team, ALICE, "run release service=billing")
    await team.office.message(ALICE, DEPLOYS, "*release*", "failed")
    return (await team.bot.engine.runs())[0][0]


async def asked(team: Team, command: str, title: str) -> dict[str, Any]:
    """Type a command as Bob, and return the window that it opens."""
    await team.office.say(BOB, DEPLOYS, f"/workflow {command}")
    return dict(await team.office.modal(BOB, title))


async def test_a_rerun_asks_with_the_whole_input_before_it_starts(team: Team) -> None:
    run = await failed(team)
    window = await asked(team, f"rerun {run.short} copies=5 --reason 'it *is* back'", "Run again?")
    shown = str(window["blocks"])
    assert "*release* with Copies changed" in shown
    assert "A new run executes every step" in shown
    assert "billing" in shown
    assert "5" in shown
    (reason,) = [block for block in window["blocks"] if block["type"] == "input"]
    assert reason["element"]["initial_value"] == "it *is* back"
    assert (await team.bot.engine.runs())[1] == 1
    assert "Started" in str(await team.office.submit(BOB, window))
    again, first = (await team.bot.engine.runs())[0]
    assert (again.trigger, again.origin, again.input) == (
        f"rerun:{first.id}", first.id, {"service": "billing", "copies": 5, "note": ""},
    )  # fmt: skip


async def test_a_window_that_is_submitted_twice_starts_one_run(team: Team) -> None:
    run = await failed(team)
    window = await asked(team, f"rerun {run.short}", "Run again?")
    assert f"with the input of {run.short}" in str(window["blocks"])
    await asyncio.gather(*(team.office.submit(BOB, window) for _ in range(2)))
    assert (await team.bot.engine.runs())[1] == 2


async def test_a_fork_asks_with_the_step_and_the_input_before_it_starts(team: Team) -> None:
    run = await failed(team)
    window = await asked(team, f"fork {run.short} --reason again", "Start a new run?")
    shown = str(window["blocks"])
    assert "*release* from *publish*" in shown
    assert f"It keeps the other results of {run.short}" in shown
    assert "billing" in shown
    assert (await team.bot.engine.runs())[1] == 1
    assert "Started" in str(await team.office.submit(BOB, window))
    assert (await team.bot.engine.runs())[0][0].trigger == f"fork:{run.id}"


async def test_what_cannot_start_is_refused_before_a_window_asks(team: Team) -> None:
    run = await failed(team)
    for typed, words in (
        (f"rerun {run.short} copies=many", "copies=…"),
        (f"rerun {run.short} --reason '{'x' * 1001}'", "The reason has 1,001 characters"),
        (f"rerun {run.short} note='{'x' * 1800}'", "too long for a window that asks for confirmation"),
        (f"fork {run.short} bild", "has no step bild. Did you mean build?"),
        (f"fork {run.short} build --reason '{'x' * 1001}'", "The reason has 1,001 characters"),
    ):
        assert words in await read(team, BOB, typed)
    assert await team.office.view(BOB) is None
    assert (await team.bot.engine.runs())[1] == 1


async def test_a_person_who_may_not_start_the_workflow_gets_no_window(team: Team) -> None:
    await read(team, BOB, "run secret")
    await team.office.message(BOB, DEPLOYS, "*secret*", "done after")
    run = (await team.bot.engine.runs())[0][0]
    for typed in (f"rerun {run.short}", f"fork {run.short} only"):
        assert "Only @platform can start secret" in await read(team, CAROL, typed)
    assert await team.office.view(CAROL) is None
    assert (await team.bot.engine.runs())[1] == 1


@pytest.mark.parametrize("packed", ["", "***", "WzFd", "bm8="])
def test_changes_that_cannot_be_read_start_no_run(packed: str) -> None:
    with pytest.raises(UnknownButton, match="no run was started"):
        changes_in(ButtonValue("release-8f3k", f"-@{packed}"))
