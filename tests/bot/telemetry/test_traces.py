"""Traces: what a collector gets of a run, also after restarts and while it is down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import BaseModel

from bot.errors import ConfigError
from bot.metrics.service import Metrics
from bot.settings import config_validators
from bot.settings.config import read_settings
from bot.telemetry.encoding import Encoding
from bot.telemetry.opening import open_traces
from bot.telemetry.run_spans import RunSpans
from bot.telemetry.span import Span, child_span, request_span, run_span
from bot.telemetry.traces import MAX_AGE, Traces
from engine import Person, StaticPeople, UnknownRun
from engine.text import redacted
from engine.tracing import INCOMING_SPAN, INCOMING_TRACE, TELEMETRY, span_id
from signoff import Fatal, Retry, Workflow
from signoff.testing import Harness
from tests.bot.telemetry.local_collector import LocalCollector, local_collector, rejecting

CAROL = "U03CAROL"
PEOPLE = StaticPeople([Person(CAROL, "Carol")], groups={"managers": [CAROL], "platform": [CAROL]})
TRACE, SENDER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PRIVATE = "an-input-that-stays-here"
SECRET = "header-secret-1f0c9b7e"


class Service(BaseModel):
    name: str = PRIVATE


def ship() -> Workflow:
    flow = Workflow("ship", owner="@platform", channel="#deploys", input=Service)
    failed: list[str] = []

    @flow.step(retry=Retry(attempts=2, delay="2s"))
    async def build(input: Service) -> str:
        await asyncio.sleep(0)
        if not failed:
            failed.append("once")
            raise ConnectionError("down: Authorization: Bearer abcdef0123456789abcdef")
        return input.name

    go = flow.approval("go", ask="Ship?", approvers=["@managers"], show=["build"], expires="4h")

    @flow.step(when=go.approved)
    async def release(build: str) -> str:
        raise Fatal("the gateway is gone")

    return flow


def outer() -> Workflow:
    flow = Workflow("outer", owner="@platform", channel="#deploys")

    @flow.step
    async def load() -> list[int]:
        return [1, 2]

    @flow.step(each="load")
    async def send(item: int) -> int:
        return item

    flow.child("inside", "inner", after=["send"])
    return flow


def inner() -> Workflow:
    flow = Workflow("inner", owner="@platform", channel="#deploys")

    @flow.step
    async def within() -> str:
        return "done"

    return flow


@pytest.fixture
async def collector() -> AsyncIterator[LocalCollector]:
    async with local_collector() as collector:
        yield collector


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    async with Harness(ship(), outer(), inner(), people=PEOPLE) as harness:
        yield harness


def settings_of(url: str, folder: Path, **more: str) -> Any:
    return read_settings(
        {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "SIGNOFF_DATA_DIR": str(folder), **more},
    )


@asynccontextmanager
async def exporting(
    harness: Harness, collector: LocalCollector, folder: Path, **more: str
) -> AsyncIterator[Traces]:
    """Export, as `signoff serve` does, until the block ends."""
    async with AsyncExitStack() as stack:
        traces = open_traces(stack, settings_of(collector.url, folder, **more), harness.engine, harness.clock)
        task = asyncio.create_task(traces.run())
        await until(lambda: harness.engine.deliveries.begun(TELEMETRY))
        yield traces
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.005)


async def exported(harness: Harness) -> None:
    """Return when the collector has taken all spans of the log."""
    await harness.run_until_idle()
    newest = await harness.engine.events.newest()

    async def reached() -> bool:
        await harness.advance("1s")
        return await harness.engine.deliveries.cursor(TELEMETRY) >= newest

    await until(reached)


async def shipped(harness: Harness) -> Any:
    """Return a run from a request of another system, whose release fails and is aborted."""
    trace, span = INCOMING_TRACE.set(TRACE), INCOMING_SPAN.set(SENDER)
    run = await harness.start("ship", {})
    INCOMING_TRACE.reset(trace)
    INCOMING_SPAN.reset(span)
    await harness.advance("10s")
    await harness.decide("go", "approve", as_user=CAROL)
    await harness.run_until_idle()
    await harness.decide("release", "abort", as_user=CAROL, comment=PRIVATE)
    await harness.run_until_idle()
    return run


async def test_a_run_its_attempts_and_its_requests_are_spans_of_one_trace(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    async with exporting(harness, collector, tmp_path):
        run = await shipped(harness)
        await exported(harness)
    assert {span.trace for span in collector.spans} == {TRACE}
    [whole] = collector.named("ship")
    assert (whole.id, whole.parent) == (run_span(run.id), SENDER)
    assert whole.attributes == {
        "signoff.run": run.id,
        "signoff.workflow": "ship",
        "signoff.trigger": "manual",
        "signoff.state": "failed",
    }
    assert whole.error
    assert {span.parent for span in collector.spans if span is not whole} == {whole.id}
    first, second = collector.named("build")
    assert (first.id, second.id) == (span_id(run.id, "build", 1), span_id(run.id, "build", 2))
    assert (first.attributes["signoff.outcome"], second.attributes["signoff.outcome"]) == (
        "retried",
        "succeeded",
    )
    assert first.attributes["error.type"] == "ConnectionError"
    assert first.error is not None
    assert first.error.startswith("down")
    assert "abcdef0123456789" not in first.error
    assert second.error is None
    [asked] = collector.named("approval go")
    assert asked.attributes["signoff.outcome"] == "approved"
    assert asked.attributes["signoff.decided_by"] == CAROL
    assert 5 < asked.seconds < 15
    assert asked.moments == (("decision", {"signoff.choice": "approve", "signoff.person": CAROL}),)
    assert asked.error is None
    [failure] = collector.named("failure release")
    assert failure.attributes["signoff.outcome"] == "abort"
    [release] = collector.named("release")
    assert release.error == "the gateway is gone"
    assert whole.resource["service.name"] == "signoff"


async def test_no_span_has_an_input_an_output_or_a_comment(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    async with exporting(harness, collector, tmp_path):
        await shipped(harness)
        await exported(harness)
    assert collector.spans
    assert PRIVATE.encode() not in b"".join(collector.raw)


async def test_a_span_that_ended_is_exported_while_its_run_still_waits(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    async with exporting(harness, collector, tmp_path):
        await harness.start("ship", {})
        await harness.advance("10s")
        await exported(harness)
        assert [span.name for span in collector.spans] == ["build", "build"]


async def test_child_runs_and_elements_stand_below_the_steps_that_started_them(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    async with exporting(harness, collector, tmp_path):
        run = await harness.start("outer")
        await exported(harness)
    child = await harness.run("inner")
    [mapped], [inside] = collector.named("send"), collector.named("inside")
    assert {span.parent for span in collector.named("send[0]") + collector.named("send[1]")} == {mapped.id}
    assert inside.id == child_span(child.id)
    assert inside.parent == mapped.parent == run_span(run.id)
    [below] = collector.named("inner")
    assert below.parent == inside.id
    assert len({span.id for span in collector.spans}) == len(collector.spans)


async def test_a_restart_doubles_and_loses_no_span(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    """The second exporter knows nothing of the first one but its place in the log."""
    async with exporting(harness, collector, tmp_path):
        run = await harness.start("ship", {})
        await harness.advance("10s")
        await exported(harness)
    await harness.decide("go", "approve", as_user=CAROL)
    await harness.run_until_idle()
    async with exporting(harness, collector, tmp_path):
        await harness.decide("release", "abort", as_user=CAROL, comment="no")
        await exported(harness)
    names = sorted(span.name for span in collector.spans)
    assert names == ["approval go", "build", "build", "failure release", "release", "ship"]
    assert len({span.id for span in collector.spans}) == len(names)
    [asked] = collector.named("approval go")
    assert asked.id == request_span(f"{run.id}.go")
    assert asked.seconds > 5


async def test_the_same_events_give_the_same_ids_again(harness: Harness) -> None:
    run = await shipped(harness)
    events = await harness.engine.events.of_run(run.id)
    [one, two] = [
        [span for event in events if (span := each.take(event))] for each in (RunSpans(), RunSpans())
    ]
    assert one == two
    assert len(one) == 6


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_spans_wait_for_a_collector_that_is_down_and_the_bot_says_so(
    harness: Harness, collector: LocalCollector, tmp_path: Path, status: int
) -> None:
    collector.status = status
    async with exporting(harness, collector, tmp_path) as traces:
        await harness.start("ship", {})

        async def refused() -> bool:
            await harness.advance("1s")
            return bool(traces.problem)

        await until(refused)
        assert traces.problem.startswith(
            f"the collector in OTEL_EXPORTER_OTLP_ENDPOINT answered with the status {status}."
        )
        collector.status = 200
        await harness.advance("10m")
        await exported(harness)
        assert [span.name for span in collector.spans] == ["build", "build"]
        assert traces.problem == ""


async def test_spans_that_no_collector_takes_for_a_day_are_dropped_and_counted(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    collector.status = 503
    async with exporting(harness, collector, tmp_path) as traces:
        await harness.start("ship", {})
        await until(lambda: called(harness, collector, 1))
        await harness.advance(MAX_AGE + timedelta(minutes=1))
        collector.status = 200
        await exported(harness)
        assert collector.named("build") == []
        assert "dropped spans: " in traces.problem
        await harness.advance("2h")
        assert traces.problem == ""


def test_an_odd_span_keeps_back_no_other() -> None:
    """Another program may have changed the ids in the log."""
    at = datetime(2026, 11, 28, tzinfo=UTC)
    fine = Span(TRACE, SENDER, "", "fine", at, at, {})
    odd = [
        replace(fine, trace="not hex"),
        replace(fine, parent="xyz"),
        replace(fine, attributes={"n": 2**70}),
    ]
    body = Encoding({}, str).request([*odd, fine])
    [batch] = ExportTraceServiceRequest.FromString(body).resource_spans
    assert [span.name for span in batch.scope_spans[0].spans] == ["fine"]


def test_a_credential_in_any_text_is_hidden() -> None:
    at = datetime(2026, 11, 28, tzinfo=UTC)
    span = Span(TRACE, SENDER, "", SECRET, at, at, {"signoff.step": SECRET}, error=f"refused {SECRET}")
    body = Encoding({}, lambda text: redacted(text, [SECRET])).request([span])
    assert SECRET.encode() not in body
    assert b"refused [hidden]" in body


def test_a_text_with_half_a_character_and_a_long_one_are_encoded() -> None:
    at = datetime(2026, 11, 28, tzinfo=UTC)
    span = Span(TRACE, SENDER, "", "half \ud800", at, at, {}, error="x" * 100_000)
    [batch] = ExportTraceServiceRequest.FromString(Encoding({}, str).request([span])).resource_spans
    [found] = batch.scope_spans[0].spans
    assert found.name == "half \\ud800"
    assert len(found.status.message) == 1_000


async def test_dropped_spans_are_among_the_metrics_and_the_warnings(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    collector.status = 400
    metrics = Metrics(harness.engine, no_problems)
    async with AsyncExitStack() as stack:
        settings = settings_of(collector.url, tmp_path)
        traces = open_traces(stack, settings, harness.engine, harness.clock, metrics.spans_dropped)
        task = asyncio.create_task(traces.run())
        await until(lambda: harness.engine.deliveries.begun(TELEMETRY))
        await harness.start("inner")
        await exported(harness)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert b"signoff_spans_dropped_total 2.0" in await metrics.text()
    assert traces.problem.startswith("dropped spans: 2")


async def no_problems() -> Mapping[str, str]:
    return {}


async def called(harness: Harness, collector: LocalCollector, times: int) -> bool:
    await harness.advance("1s")
    return collector.calls >= times


@pytest.mark.parametrize(("status", "answer"), [(400, b""), (200, rejecting(2))])
async def test_spans_that_the_collector_refuses_are_dropped_and_later_ones_exported(
    harness: Harness, collector: LocalCollector, tmp_path: Path, status: int, answer: bytes
) -> None:
    collector.status, collector.answer = status, answer
    async with exporting(harness, collector, tmp_path) as traces:
        await harness.start("ship", {})
        await harness.advance("10s")
        await exported(harness)
        assert "dropped spans: " in traces.problem
        collector.status, collector.answer = 200, b""
        await harness.decide("go", "approve", as_user=CAROL)
        await exported(harness)
        assert collector.named("approval go")


async def test_a_collector_that_does_not_answer_holds_up_neither_the_loop_nor_a_run(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    forever = asyncio.Event()
    collector.before = forever.wait
    async with exporting(harness, collector, tmp_path):
        await harness.start("ship", {})
        await until(lambda: called(harness, collector, 1))
        async with asyncio.timeout(5):
            await harness.advance("10s")
            await harness.decide("go", "approve", as_user=CAROL)
            await harness.run_until_idle()
            await harness.decide("release", "skip", as_user=CAROL, comment="no")
            await harness.run_until_idle()
        assert (await harness.run("ship")).state == "succeeded"
        forever.set()


async def test_a_pause_between_tries_blocks_no_loop(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    collector.status = 503
    async with exporting(harness, collector, tmp_path):
        await harness.start("ship", {})
        await until(lambda: called(harness, collector, 1))
        began = asyncio.get_running_loop().time()
        await harness.advance("30s")
        assert asyncio.get_running_loop().time() - began < 0.5


async def test_headers_go_to_the_collector_and_neither_they_nor_the_address_to_the_log(
    harness: Harness, collector: LocalCollector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-key={SECRET},x-team=a%2Cb",
        "OTEL_SERVICE_NAME": "signoff-eu",
    }
    async with exporting(harness, collector, tmp_path, **headers) as traces:
        await harness.start("ship", {})
        await exported(harness)
        assert collector.headers[0]["x-key"] == SECRET
        assert collector.headers[0]["x-team"] == "a,b"
        assert collector.spans[0].resource["service.name"] == "signoff-eu"
        collector.status = 500
        await harness.advance("10s")
        await harness.decide("go", "approve", as_user=CAROL)
        await until(lambda: called(harness, collector, 3))
        assert SECRET not in traces.problem
        assert collector.url not in traces.problem
    assert SECRET not in caplog.text


async def test_traces_keep_no_run_from_being_pruned(collector: LocalCollector, tmp_path: Path) -> None:
    """The collector was taken out of the settings: its place in the log moves no more."""
    async with Harness(inner(), people=PEOPLE, folder=tmp_path, keep=timedelta(days=1)) as harness:
        async with exporting(harness, collector, tmp_path):
            pass
        run = await harness.start("inner")
        await harness.run_until_idle()
        await harness.advance("3d")
        with pytest.raises(UnknownRun, match="was deleted"):
            await harness.engine.find_run(run.id)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://user:{SECRET}@collector:4318"}, "_ENDPOINT"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "_ENDPOINT"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": SECRET}, "_HEADERS"),
        ({"OTEL_EXPORTER_OTLP_HEADERS": f"key={SECRET}%0Ax"}, "_HEADERS"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "_PROTOCOL"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "a b=c"}, "OTEL_RESOURCE_ATTRIBUTES"),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
                "OTEL_EXPORTER_OTLP_HEADERS": f"key={SECRET}",
            },
            "unencrypted",
        ),
    ],
)
def test_a_setting_that_is_not_valid_is_named_without_its_secret(
    settings: dict[str, str], named: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings({"SIGNOFF_DATA_DIR": str(tmp_path), **settings})
    assert named in str(raised.value)
    assert SECRET not in str(raised.value)


def test_a_missing_package_is_named_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_validators, "find_spec", lambda name: None)
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "SIGNOFF_DATA_DIR": str(tmp_path)}
    with pytest.raises(ConfigError, match=r"signoff\[otlp\]"):
        read_settings(settings, serving=True)
    read_settings(settings)
