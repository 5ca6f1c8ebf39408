"""Reports of executing steps are shown in the run's message, which is edited at a bounded rate."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi
from engine import StaticPeople, StepContext, Workflow
from engine.testing import Harness

Local = Any
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})


def copying() -> Workflow:
    flow = Workflow("copying", owner="@platform", channel="#deploys")

    @flow.step
    async def copy(ctx: StepContext) -> None:
        for second in range(100):
            ctx.progress(second, of=100, text="copying")
            await ctx.sleep(1)

    return flow


@pytest.fixture
async def api(local: Local) -> AsyncIterator[SlackApi]:
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        yield api


async def test_the_message_shows_the_progress_and_is_edited_every_five_seconds(
    api: SlackApi, local: Local, tmp_path: Path
) -> None:
    edits = 0
    write = api.write

    async def counted(method: str, arguments: Any) -> Any:
        nonlocal edits
        edits += method == "chat.update"
        return await write(method, arguments)

    api.write = counted  # type: ignore[method-assign]
    async with Harness(copying(), people=PEOPLE, folder=tmp_path) as harness:
        engine, clock = harness.engine, harness.clock
        book = SlackPeople(api, clock, team_id="T1")
        render = Renderer(engine, engine.deliveries, book, api, clock, "signoff")
        parts = OutboxParts(
            engine.events, engine.deliveries, engine, PEOPLE, api, render, clock, reports=engine.reports
        )
        outbox = Outbox(parts)
        await outbox.start()
        await harness.start("copying", as_user="U01ALICE")
        for _ in range(32):
            await harness.advance(1)
            await outbox.settled()
        (message,) = await local.messages("C05DEPLOYS")
        assert "▰▰▱▱▱▱▱▱▱▱ 2" in str(message["blocks"]) or "▰▰▰▱▱▱▱▱▱▱ 3" in str(message["blocks"])
        assert "of 100 · copying" in str(message["blocks"])
        assert 4 <= edits <= 9
        await harness.advance("3m")
        await outbox.settled()
        (message,) = await local.messages("C05DEPLOYS")
        assert "▰" not in str(message["blocks"])
        await outbox.close(grace=0)
        await book.close()
