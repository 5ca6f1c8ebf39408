"""`Show log` while a step executes: a line in the run's thread, clicked by people in a local Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.outbox.projector import run_key
from tests.bot.listeners.test_clicks import ALICE, BOB, DEPLOYS, GUEST, option

Team = Any
FLOWS = """
from signoff import StepContext, Workflow

copying = Workflow("copying", owner="U01ALICE", channel="#deploys")


@copying.step
async def copy(ctx: StepContext) -> None:
    ctx.log("batch 1")
    for _ in range(10):
        await ctx.sleep(60)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def test_show_log_posts_one_line_in_the_thread(team: Team) -> None:
    office = team.office
    await office.do("channel/invite", channel=DEPLOYS, user=GUEST)
    await office.say(BOB, DEPLOYS, "/workflow run copying")
    run = await office.message(BOB, DEPLOYS, "*copying*", "running")
    await _known(lambda: _posted(team))
    await office.click(GUEST, run, "menu", selected_option=option(run, "Show log"))
    await office.message(GUEST, DEPLOYS, "Only full, active members")
    assert not (await team.bot.engine.deliveries.find(subject=(await _run(team)), kind="tail"))
    await office.click(BOB, run, "menu", selected_option=option(run, "Show log"))
    told = await office.message(BOB, DEPLOYS, "now follows the log of *copy*")
    assert told["ephemeral_to"] == BOB
    await _known(lambda: _line(team))
    await _known(lambda: _logged(team))
    await office.say(ALICE, DEPLOYS, f"/workflow logs {await _run(team)} copy")
    answer = await office.message(ALICE, DEPLOYS, "Log of copying-", "running")
    await office.click(ALICE, answer, "Follow in the thread")
    again = await office.message(ALICE, DEPLOYS, "already follows the log of *copy*")
    (row,) = await team.bot.engine.deliveries.find(subject=await _run(team), kind="tail")
    assert f"p{row.ref['ts'].replace('.', '')}?thread_ts={run['ts']}|thread>" in str(again["blocks"])


async def _run(team: Team) -> str:
    return str((await team.bot.engine.runs("copying"))[0][0].id)


async def _known(find: Callable[[], Awaitable[Any]]) -> None:
    """Return once the bot knows the place of a message: Slack shows the message a little sooner."""
    while not await find():
        await asyncio.sleep(0)


async def _posted(team: Team) -> Any:
    return (await team.bot.engine.deliveries.get(run_key(await _run(team)))).ref


async def _logged(team: Team) -> Any:
    return await team.bot.engine.step_logs(await _run(team)) or None


async def _line(team: Team) -> Any:
    rows = await team.bot.engine.deliveries.find(subject=await _run(team), kind="tail")
    return rows[0].ref if rows else None
