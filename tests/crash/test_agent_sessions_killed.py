"""The session of a run, while the bot is killed: Slack shows in the end how the run ended."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app_manifest import COMMAND, manifest_text
from tests.crash.conftest import Site, new_site

ALICE, CAROL, INCIDENTS = "U01ALICE", "U03CAROL", "C02INCIDENTS"
FLOWS = """
from signoff import Workflow

ask = Workflow("ask", owner="@on-call", channel="#incidents")
go = ask.approval("go", ask="Go on?", approvers=["@release-managers"], expires="4d")


@ask.step(when=go.approved)
async def act() -> str:
    return "done"
"""


@pytest.fixture
async def agent(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Site]:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(manifest_text(COMMAND, agent=True), encoding="utf-8")
    async with new_site(tmp_path, office_at, "--manifest", str(manifest)) as site:
        flows = site.folder / "ask.py"
        flows.write_text(FLOWS, encoding="utf-8")
        site.environment |= {"SIGNOFF_WORKFLOWS": str(flows), "SIGNOFF_AGENT_VIEW": "on"}
        yield site


@pytest.mark.long
@pytest.mark.parametrize("dies_at", ["decision.committed", "delivery.begun", "delivery.posted"])
async def test_a_session_is_closed_though_the_bot_died_after_the_decision(agent: Site, dies_at: str) -> None:
    await agent.start()
    await agent.office.say(ALICE, INCIDENTS, "/workflow run ask")
    question = await agent.office.message(CAROL, INCIDENTS, "Go on?", "can decide")

    async def shown(status: str) -> Any:
        sessions = (await agent.office.read("sessions"))["sessions"]
        return [each for each in sessions if each["status"] == status]

    assert len(await agent.office.until(ALICE, lambda: shown("suspended"))) == 1
    # The next life would tell what is not recorded as told, and die before the click.
    await agent.none_on_disk("SELECT 1 FROM delivery WHERE sent < wanted OR state = 'posting'")
    assert agent.bot is not None
    await agent.bot.kill()
    await agent.start(dies_at)
    await agent.office.click(CAROL, question, "Approve")
    await agent.bot.died()
    await agent.start()
    assert len(await agent.office.until(ALICE, lambda: shown("closed"))) == 1
    assert len((await agent.office.read("sessions"))["sessions"]) == 1
    await agent.none_on_disk("SELECT 1 FROM delivery WHERE kind = 'agent_session' AND sent < wanted")
