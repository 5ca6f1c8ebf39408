"""Owners and the operator get a direct message about code that runs under way need."""

from pathlib import Path
from typing import Any

from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from engine import StaticPeople, Workflow
from engine.testing import Harness

Local = Any
PEOPLE = StaticPeople(groups={"platform": ["U01ALICE"]})


def deploy(step: str) -> Workflow:
    flow = Workflow("deploy", owner="@platform", channel="#deploys")
    go = flow.approval("go", ask="Publish?", approvers=["@platform"], expires="1d")

    @flow.step(name=step, when=go.approved)
    async def publish() -> str:
        return "published"

    return flow


async def served(folder: Path, local: Local, step: str, *, start: bool = False) -> None:
    """Serve a version of the workflow until every message is delivered."""
    async with (
        SlackApi(local.server.bot_token, base_url=local.server.api_url) as api,
        Harness(deploy(step), people=PEOPLE, folder=folder) as harness,
    ):
        engine, clock = harness.engine, harness.clock
        people = SlackPeople(api, clock, team_id="T0LOCAL")
        render = Renderer(engine, engine.deliveries, people, api, clock, "signoff")
        parts = OutboxParts(
            engine.events, engine.deliveries, engine, PEOPLE, api, render, clock, operator="U03CAROL"
        )
        outbox = Outbox(parts)
        await outbox.start()
        if start:
            await harness.start("deploy", as_user="U01ALICE")
        for _ in range(5):
            await harness.advance(1)
            await outbox.settled()
        await outbox.close(grace=0)


async def test_the_owner_and_the_operator_are_told_once_which_runs_wait(local: Local, tmp_path: Path) -> None:
    await served(tmp_path, local, "publish", start=True)
    assert await local.direct("U01ALICE") == []
    for _ in range(2):
        await served(tmp_path, local, "deliver")
    (owner,) = await local.direct("U01ALICE")
    (operator,) = await local.direct("U03CAROL")
    assert owner == operator
    assert "*deploy* has runs that cannot end with the code that is loaded now." in owner
    assert "1 run of deploy waits for the step publish, which is no longer in" in owner
