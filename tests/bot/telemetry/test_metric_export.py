"""Metrics by OTLP: the collector gets what `/metrics` answers, and holds up nothing when it is away."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.errors import ConfigError
from bot.metrics.gauges import Problems
from bot.metrics.service import Metrics
from bot.settings.config import read_settings
from bot.telemetry.metric_export import MetricExport
from bot.telemetry.opening import open_metrics
from engine import EventRecord
from signoff.testing import Harness
from tests.bot.telemetry.local_collector import LocalCollector, local_collector, values
from tests.bot.telemetry.test_traces import CAROL, PEOPLE, SECRET, inner, ship, until

_PROCESS = re.compile(r"(process|python)_")
"""Metrics of the process, whose values change by themselves."""


@pytest.fixture
async def collector() -> AsyncIterator[LocalCollector]:
    async with local_collector() as collector:
        yield collector


@pytest.fixture
async def harness() -> AsyncIterator[Harness]:
    async with Harness(ship(), inner(), people=PEOPLE) as harness:
        yield harness


async def no_problems() -> Mapping[str, str]:
    return {}


@asynccontextmanager
async def exporting(
    harness: Harness, collector: LocalCollector, folder: Path, problems: Problems = no_problems
) -> AsyncIterator[tuple[Metrics, MetricExport]]:
    """Export every 10 s of the virtual clock, as `signoff serve` does."""
    settings = read_settings(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_EXPORTER_OTLP_HEADERS": f"x-key={SECRET}",
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_METRIC_EXPORT_INTERVAL": "10000",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
            "SIGNOFF_DATA_DIR": str(folder),
        }
    )
    metrics = Metrics(harness.engine, problems)
    async with AsyncExitStack() as stack:
        export = open_metrics(stack, settings, harness.clock, metrics.families)
        task = asyncio.create_task(export.run())
        yield metrics, export
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def happened(harness: Harness, metrics: Metrics) -> None:
    """Runs of two workflows, with a retry, an approval and a failure that waits; all of it counted."""
    await harness.start("ship", {})
    await harness.advance("5s")
    await harness.decide("go", "approve", as_user=CAROL)
    await harness.start("inner")
    await harness.run_until_idle()
    for event in await all_events(harness):
        await metrics.take(event)


async def all_events(harness: Harness) -> list[EventRecord]:
    return list(await harness.engine.events.read(0, 1000))


Sample = tuple[str, str, frozenset[tuple[str, str]]]


def pulled(text: bytes) -> dict[Sample, float]:
    """Return the samples of `/metrics`: by name, type and labels."""
    return {
        (sample.name, family.type, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        if not family.name.endswith("_created")
        for sample in family.samples
    }


def pushed(batch: Any) -> dict[Sample, float]:
    """Return the samples that a Prometheus server makes of a batch."""
    samples: dict[Sample, float] = {}
    for metric in batch.scope_metrics[0].metrics:
        kind = metric.WhichOneof("data")
        for point in getattr(metric, kind).data_points:
            labels = values(point.attributes)
            if kind != "histogram":
                assert kind == "gauge" or (
                    metric.sum.is_monotonic and metric.sum.aggregation_temporality == 2
                )
                key = (metric.name, "gauge" if kind == "gauge" else "counter", frozenset(labels.items()))
                samples[key] = point.as_double
                continue
            assert metric.histogram.aggregation_temporality == 2
            total, bounds = 0, [*map(repr, point.explicit_bounds), "+Inf"]
            for bound, number in zip(bounds, point.bucket_counts, strict=True):
                total += number
                labelled = frozenset({**labels, "le": bound}.items())
                samples[f"{metric.name}_bucket", "histogram", labelled] = total
            samples[f"{metric.name}_count", "histogram", frozenset(labels.items())] = point.count
            samples[f"{metric.name}_sum", "histogram", frozenset(labels.items())] = point.sum
    return samples


async def test_a_collector_gets_the_names_types_labels_and_values_of_the_text(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    async with exporting(harness, collector, tmp_path) as (metrics, export):
        await happened(harness, metrics)
        await harness.advance("10s")
        await until(lambda: sent(collector, 1))
        expected = pulled(await metrics.text())
    [batch] = collector.batches
    own = {key: value for key, value in expected.items() if not _PROCESS.match(key[0])}
    found = pushed(batch)
    assert {key: value for key, value in found.items() if not _PROCESS.match(key[0])} == own
    assert found.keys() == expected.keys()
    ended = frozenset({("workflow", "inner"), ("state", "succeeded")})
    assert own["signoff_runs_ended_total", "counter", ended] == 1
    assert any(name == "signoff_run_seconds_bucket" for name, _, _ in own)
    resource = values(batch.resource.attributes)
    assert (resource["service.name"], resource["deployment.environment.name"]) == ("signoff", "test")
    assert collector.headers[0]["x-key"] == SECRET
    points = batch.scope_metrics[0].metrics[0].sum.data_points
    assert 0 < points[0].start_time_unix_nano <= points[0].time_unix_nano
    assert export.problem == ""


async def sent(collector: LocalCollector, times: int) -> bool:
    return len(collector.batches) >= times


async def test_a_collector_that_is_down_is_told_once_and_gets_all_counts_later(
    harness: Harness, collector: LocalCollector, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    collector.status = 503
    async with exporting(harness, collector, tmp_path) as (metrics, export):
        await happened(harness, metrics)

        async def called(times: int) -> bool:
            await harness.advance("10s")
            return collector.calls >= times and bool(export.problem)

        await until(lambda: called(3))
        assert export.problem.startswith(
            "the collector in OTEL_EXPORTER_OTLP_ENDPOINT answered with the status 503."
        )
        collector.status = 200

        async def recovered() -> bool:
            await harness.advance("10s")
            return not export.problem

        await until(recovered)
        assert pushed(collector.batches[-1])["signoff_runs_started_total", "counter", STARTED] == 1
    assert caplog.text.count("Metrics: the collector in") == 2  # down, and up again
    assert SECRET not in caplog.text
    assert collector.url.removeprefix("http://") not in "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("bot.")
    )


STARTED = frozenset({("workflow", "inner"), ("trigger", "manual")})


async def test_metrics_that_cannot_be_read_once_are_exported_at_the_next_interval(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    broken = [RuntimeError("once")]

    async def problems() -> Mapping[str, str]:
        if broken:
            raise broken.pop()
        return {}

    async def exported() -> bool:
        await harness.advance("10s")
        return bool(collector.batches)

    async with exporting(harness, collector, tmp_path, problems):
        await until(exported)
        assert not broken


async def test_a_collector_that_does_not_answer_holds_up_no_run_and_no_end(
    harness: Harness, collector: LocalCollector, tmp_path: Path
) -> None:
    forever = asyncio.Event()
    collector.before = forever.wait
    async with exporting(harness, collector, tmp_path) as (metrics, export):
        await harness.advance("10s")

        async def called() -> bool:
            return collector.calls == 1

        await until(called)
        async with asyncio.timeout(5):
            await happened(harness, metrics)
            await export.finish()
        forever.set()
    assert (await harness.run("inner")).state == "succeeded"


def test_metrics_without_a_collector_and_odd_intervals_are_refused(tmp_path: Path) -> None:
    base = {"SIGNOFF_DATA_DIR": str(tmp_path)}
    with pytest.raises(ConfigError, match="Set OTEL_EXPORTER_OTLP_ENDPOINT too"):
        read_settings({**base, "OTEL_METRICS_EXPORTER": "otlp"})
    with pytest.raises(ConfigError, match="OTEL_METRIC_EXPORT_INTERVAL"):
        read_settings({**base, "OTEL_METRIC_EXPORT_INTERVAL": "0"})
    with pytest.raises(ConfigError, match="OTEL_METRICS_EXPORTER"):
        read_settings({**base, "OTEL_METRICS_EXPORTER": "prometheus"})
    traced = {**base, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
    assert read_settings(traced).otlp_metrics == "none"
