"""Personal data that a workflow plants reaches nobody in Slack, no trace and no export."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bot.audit_files import Format
from engine import Actor
from engine.tracing import TELEMETRY
from tests.bot.listeners.test_planted_secret import exported
from tests.bot.telemetry.local_collector import LocalCollector, local_collector
from tests.planted_personal import INPUT, WORKFLOW, found_below, found_in

ALICE, DEPLOYS = "U01ALICE", "C05DEPLOYS"
Team = Any


@pytest.fixture
async def collector() -> AsyncIterator[LocalCollector]:
    async with local_collector() as collector:
        yield collector


@pytest.fixture
def more_settings(collector: LocalCollector) -> Mapping[str, str]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}


@pytest.fixture
def workflows() -> str:
    return WORKFLOW.replace("@ops", "@platform")


async def test_planted_personal_data_reaches_nobody_in_slack_and_leaves_by_no_export(
    team: Team, collector: LocalCollector
) -> None:
    engine, office = team.bot.engine, team.office
    run = await engine.start("signup", INPUT, actor=Actor("slack", ALICE))
    await engine.signal(run.id, "reply", {"phone": INPUT["phones"][0]}, actor=Actor("slack", ALICE))

    async def settled() -> bool:
        states = {step.step: step.state for step in (await engine.detail(run.id)).steps}
        return bool(states["greet"] == "succeeded" and states["misfits"] == "waiting")

    await office.until(ALICE, settled)
    await office.message(ALICE, DEPLOYS, "the output of misfits does not fit its type at owner")
    for words in ("show", "logs", "report"):
        await office.say(ALICE, DEPLOYS, f"/workflow {words} {run.id}")
    newest = await engine.events.newest()

    async def told() -> bool:
        return bool(await engine.deliveries.cursor(TELEMETRY) >= newest)

    await office.until(ALICE, told)
    calls = json.dumps((await office.read("calls"))["calls"])
    assert "[personal]" in calls
    assert "[personal:" not in calls
    assert found_in(calls.encode()) == []
    assert found_below(team.folder) == []
    assert collector.spans
    assert [found_in(data) for data in collector.raw if found_in(data)] == []
    forms: tuple[Format, ...] = ("jsonl", "csv")
    for form in forms:
        assert found_in((await exported(engine, form)).encode()) == []
