"""One run from a webhook to a message in Slack, a click and its last step, as a collector gets it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

import aiohttp
import pytest

from engine.tracing import span_id
from tests.bot.listeners.conftest import Team
from tests.bot.telemetry.local_collector import LocalCollector, local_collector, values

TRACE, SENDER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SECRET = "hook-secret-7d1e"
CAROL = "U03CAROL"


@pytest.fixture
def workflows() -> str:
    return """
from pydantic import BaseModel
from signoff import StepContext, Webhook, Workflow


class Alert(BaseModel):
    service: str


restart = Workflow(
    "restart", input=Alert, owner="@platform", channel="#deploys",
    triggers=[Webhook("alerts", secret="ALERTS_SECRET", input={"service": "{payload.service}"})],
)


@restart.step
async def look(input: Alert) -> str:
    return input.service


go = restart.approval("go", ask="Restart {look}?", show=look, approvers=["@release-managers"], expires="4h")


@restart.step(when=go.approved)
async def act(ctx: StepContext, look: str) -> str:
    return ctx.traceparent
"""


@pytest.fixture
async def collector() -> AsyncIterator[LocalCollector]:
    async with local_collector() as collector:
        yield collector
        if collector.status == 200:
            last_metrics_came(collector)


def last_metrics_came(collector: LocalCollector) -> None:
    """Signoff has ended, long before its first interval: the metrics came with the end."""
    [batch] = collector.batches
    [ended] = [each for each in batch.scope_metrics[0].metrics if each.name == "signoff_runs_ended_total"]
    labels = values(ended.sum.data_points[0].attributes)
    assert labels == {"workflow": "restart", "state": "succeeded"}


@pytest.fixture
def more_settings(collector: LocalCollector) -> Mapping[str, str]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_METRICS_EXPORTER": "otlp",
        "SIGNOFF_CONSOLE": "open",
        "ALERTS_SECRET": SECRET,
    }


async def test_a_run_has_one_trace_from_its_webhook_to_its_last_step(
    team: Team, collector: LocalCollector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "signoff.runs")
    site = f"http://127.0.0.1:{team.bot.port}"
    headers = {"Authorization": f"Bearer {SECRET}", "traceparent": f"00-{TRACE}-{SENDER}-01"}
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{site}/hooks/alerts", json={"service": "billing"}, headers=headers) as answer:
            assert answer.status == 202
        question = await team.office.message(CAROL, "C05DEPLOYS", "Restart billing?")
        await team.office.click(CAROL, question, "Approve")

        async with asyncio.timeout(20):
            while not collector.named("restart"):
                await collector.asked()
        [run] = (await team.bot.engine.runs())[0]
        async with http.get(f"{site}/console/runs/{run.id}") as page:
            shown = await page.text()

    # The same id in span, run, event, line of the log and page of the console.
    assert {span.trace for span in collector.spans} == {TRACE}
    assert run.trace_id == TRACE
    assert {event.trace_id for event in await team.bot.engine.events.of_run(run.id)} == {TRACE}
    lines = [record for record in caplog.records if record.name == "signoff.runs"]
    assert {getattr(record, "trace", "") for record in lines} == {TRACE}
    assert "succeeded" in lines[-1].getMessage()
    assert TRACE in shown

    # The webhook's sender is above the run, which is above all that happened in it.
    [whole_run] = collector.named("restart")
    assert whole_run.parent == SENDER
    assert whole_run.attributes["signoff.trigger"] == "webhook"
    [look], [act], [asked] = (collector.named(name) for name in ("look", "act", "approval go"))
    assert {look.parent, act.parent, asked.parent} == {whole_run.id}
    assert act.id == span_id(run.id, "act", 1)
    assert asked.attributes["signoff.decided_by"] == CAROL
    assert asked.attributes["signoff.outcome"] == "approved"
    [message] = [span for span in collector.named("slack message") if span.parent == asked.id]
    assert message.attributes["slack.ts"] == question["ts"]
    assert b"billing" not in b"".join(collector.raw)


async def test_readyz_warns_of_a_collector_that_is_down_while_runs_go_on(
    team: Team, collector: LocalCollector
) -> None:
    collector.status = 503
    site = f"http://127.0.0.1:{team.bot.port}"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {SECRET}"}) as http:
        async with http.post(f"{site}/hooks/alerts", json={"service": "billing"}) as answer:
            assert answer.status == 202

        text = ""
        async with asyncio.timeout(20):
            while not text:
                async with http.get(f"{site}/readyz") as answer:
                    assert answer.status == 200
                    text = (await answer.json()).get("warnings", {}).get("otlp", "")
    assert text.startswith("the collector in OTEL_EXPORTER_OTLP_ENDPOINT answered with the status 503")
    assert collector.url not in text
