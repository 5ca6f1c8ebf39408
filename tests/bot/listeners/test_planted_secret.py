"""A secret that a workflow plants reaches nobody in Slack, no trace, no export and no report."""

import io
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bot.audit_files import Format, Writer
from bot.reports.html_page import html_page
from bot.reports.markdown import markdown
from bot.reports.reading import read_report
from bot.reports.typst_text import typst_text
from bot.views.message import Names
from engine import Actor, Engine, SystemClock
from engine.tracing import TELEMETRY
from tests.bot.telemetry.local_collector import LocalCollector, local_collector
from tests.planted_secret import NAME, VALUE, WORKFLOW, found_below, found_in

ALICE, DEPLOYS = "U01ALICE", "C05DEPLOYS"
Team = Any
UNSETTLED = ("pending", "queued", "running", "retrying")


@pytest.fixture
async def collector() -> AsyncIterator[LocalCollector]:
    async with local_collector() as collector:
        yield collector


@pytest.fixture
def more_settings(collector: LocalCollector) -> Mapping[str, str]:
    return {NAME: VALUE, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}


@pytest.fixture
def workflows() -> str:
    return WORKFLOW.replace("@ops", "@platform")


@pytest.mark.long
async def test_a_planted_secret_reaches_nobody_in_slack_and_leaves_by_no_export(
    team: Team, collector: LocalCollector
) -> None:
    engine, office = team.bot.engine, team.office
    run = await engine.start("pay", {}, actor=Actor("slack", ALICE))

    async def settled() -> bool:
        states = {step.step: step.state for step in (await engine.detail(run.id)).steps}
        return {name for name, state in states.items() if state in UNSETTLED} <= {"polls"}

    await office.until(ALICE, settled)
    asked = len(await engine.requests(limit=None))
    assert asked > 5
    await office.message(ALICE, DEPLOYS, "sent with [hidden]")
    await office.message(ALICE, DEPLOYS, "outer [hidden]")
    for words in ("show", "logs", "report"):
        await office.say(ALICE, DEPLOYS, f"/workflow {words} {run.id}")
    newest = await engine.events.newest()

    async def told() -> bool:
        return bool(await engine.deliveries.cursor(TELEMETRY) >= newest)

    await office.until(ALICE, told)
    calls = json.dumps((await office.read("calls"))["calls"])
    assert "[hidden]" in calls
    assert found_in(calls.encode()) == []
    assert found_below(team.folder, without="flows.py") == []
    assert collector.spans
    assert [found_in(data) for data in collector.raw if found_in(data)] == []
    for form in ("jsonl", "csv"):
        assert found_in((await exported(engine, form)).encode()) == []
    report = await read_report(engine, run.id, nobody)
    for text in (markdown(report), html_page(report), typst_text(report)):
        assert "[hidden]" in text
        assert found_in(text.encode()) == []


async def exported(engine: Engine, form: Format) -> str:
    """Return the whole log as `signoff audit export` writes it."""
    document = await engine.receipts.export(None, None, SystemClock().now())
    file = io.StringIO(newline="")
    writer, place = Writer(file, form, document), document["export"]["after"]
    while page := await engine.receipts.export_page(place, document["export"]["events"]):
        for record in page:
            writer.add(record)
        place = page[-1]["seq"]
    return file.getvalue()


async def nobody(*_: object) -> Names:
    return Names({})
