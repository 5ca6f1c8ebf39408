"""A custom step of Workflow Builder, while the bot is killed: it completes once, with the answer."""

import textwrap
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.slack.app_manifest import COMMAND, manifest_text
from tests.crash.conftest import Site, new_site

ALICE, CAROL, INCIDENTS = "U01ALICE", "U03CAROL", "C02INCIDENTS"
GATE = """
    from signoff import Gate

    gate = Gate("gate", owner="@on-call", channel="#incidents", approvers=["@release-managers"], expires="4d")
"""


@pytest.fixture
async def steps(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Site]:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(manifest_text(COMMAND, steps=True), encoding="utf-8")
    async with new_site(tmp_path, office_at, "--manifest", str(manifest)) as site:
        flows = site.folder / "gate.py"
        flows.write_text(textwrap.dedent(GATE), encoding="utf-8")
        site.environment |= {"SIGNOFF_WORKFLOWS": str(flows), "SIGNOFF_WORKFLOW_STEPS": "on"}
        yield site


@pytest.mark.long
@pytest.mark.parametrize("dies_at", ["decision.committed", "delivery.begun", "delivery.posted"])
async def test_a_step_completes_once_though_the_bot_died_after_the_decision(
    steps: Site, dies_at: str
) -> None:
    await steps.start()
    inputs = {"gate": "gate", "question": "Ship it?"}
    asked = await steps.office.do("function", callback_id="signoff_ask", inputs=inputs, **{"as": ALICE})
    question = await steps.office.message(CAROL, INCIDENTS, "Ship it?", "can decide")
    await steps.none_on_disk("SELECT 1 FROM delivery WHERE kind != 'custom_step' AND sent < wanted")
    assert steps.bot is not None
    await steps.bot.kill()
    await steps.start(dies_at)
    await steps.office.click(CAROL, question, "Approve")
    await steps.bot.died()
    await steps.start()

    async def ended() -> Any:
        (found,) = (await steps.office.read("functions"))["executions"]
        return found if found["state"] != "running" else None

    found = await steps.office.until(ALICE, ended)
    assert (found["id"], found["state"]) == (asked["id"], "succeeded")
    await steps.none_on_disk("SELECT 1 FROM delivery WHERE sent < wanted")
    calls = (await steps.office.read("calls", method="functions.completeSuccess"))["calls"]
    assert sum(bool(call["ok"]) for call in calls) == 1
