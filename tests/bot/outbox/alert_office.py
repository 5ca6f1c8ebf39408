"""Engine, outbox and a local Slack under one virtual clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.oncall.schedules import OnCall
from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi
from engine import People, StaticPeople, Workflow
from engine.testing import Harness
from tests import spoken

Local = Any
PEOPLE = StaticPeople(
    groups={
        "platform": ["U01ALICE"],
        "on-call": ["U02BOB", "U01ALICE"],
        "grants-board": ["U05ERIN", "U06FRANK"],
    }
)


class AlertOffice:
    """People who read in the local Slack while time passes."""

    def __init__(self, harness: Harness, api: SlackApi, local: Local, on_call: OnCall | None = None) -> None:
        self._on_call = on_call
        self.harness, self.local, self.engine = harness, local, harness.engine
        self._api = api
        self.parts: dict[str, Any] = {}
        """Further parts of the outbox, from its next restart on."""
        self.outbox = self._outbox()

    def _outbox(self) -> Outbox:
        engine, clock = self.engine, self.harness.clock
        book = SlackPeople(self._api, clock, team_id="T0LOCAL", places=engine.places, on_call=self._on_call)
        self.channels = book.channels
        cards = engine.failure_cards
        renders = Renderer(engine, engine.deliveries, book, self._api, clock, "signoff", cards)
        log, rows = engine.events, engine.deliveries
        parts = OutboxParts(
            log,
            rows,
            engine,
            book,
            self._api,
            renders,
            clock,
            cards=cards,
            channels=book.channels,
            followed=book.followed_channels,
        )
        return Outbox(replace(parts, subscriptions=engine.subscriptions, **self.parts))

    async def advance(self, by: str = "1s") -> None:
        """Let time pass, then some seconds more in which everything due is delivered."""
        await self.harness.advance(by)
        for _ in range(8):
            async with asyncio.timeout(10):
                await self.outbox.settled()
            await self.harness.advance(2)
        async with asyncio.timeout(10):
            await self.outbox.settled()

    async def restart_outbox(self) -> None:
        await self.outbox.close(grace=0)
        self.outbox = self._outbox()
        await self.outbox.start()

    async def cards(self, channel: str) -> list[dict[str, Any]]:
        """The messages of a channel that tell of a failed step."""
        messages = await self.local.messages(channel)
        return [message for message in messages if "failed at" in message["text"]]


@asynccontextmanager
async def office(
    local: Local,
    folder: Path,
    *workflows: Workflow,
    at: str = "2026-01-05T09:00:00+00:00",
    answer_timeout: float = 2,
    people: People = PEOPLE,
    on_call: OnCall | None = None,
) -> AsyncIterator[AlertOffice]:
    timeouts = CallTimeouts(connect=2, answer=answer_timeout, first_retry=0.01)
    token, url = local.server.bot_token, local.server.api_url
    async with (
        SlackApi(token, base_url=url, timeouts=timeouts) as api,
        Harness(*workflows, people=people, folder=folder, at=at) as harness,
    ):
        opened = AlertOffice(harness, api, local, on_call)
        await opened.outbox.start()
        yield opened
        await opened.outbox.close(grace=0)
        spoken.check(local.server, (workflow.name for workflow in workflows))
