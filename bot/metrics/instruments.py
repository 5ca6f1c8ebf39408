"""Instruments of the catalog, in a registry of their own."""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from bot.metrics.catalog import CATALOG, Metric, Role

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The text format of Prometheus."""
MAX_SERIES = 2000
"""Series of one metric, each a set of labels. Later ones are counted under `other`."""
Values = Mapping[str, Mapping[tuple[str, ...], float]]
"""By gauge: the value of each set of labels."""


class Instruments:
    """Counts, observes and sets by the names of the catalog. `role`: of the process."""

    def __init__(self, role: Role = "leader") -> None:
        self._registry = CollectorRegistry()
        catalog = [each for each in CATALOG if role in each.roles]
        self._metrics = {each.name: _instrument(each, self._registry) for each in catalog}
        self._labels = {each.name: each.labels for each in catalog}
        self._seen: dict[str, set[tuple[str, ...]]] = {each.name: set() for each in catalog}
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def add(self, name: str, labels: tuple[str, ...], value: float) -> None:
        """Count, or observe."""
        metric = self._metrics[name]
        child = metric.labels(*self._bounded(name, labels)) if labels else metric
        if isinstance(child, Histogram):
            child.observe(value)
        elif isinstance(child, Counter):
            child.inc(value)

    def set(self, values: Values) -> None:
        """Set gauges. Those of a gauge that are not among the values are gone."""
        for name, by_labels in values.items():
            gauge = self._metrics[name]
            assert isinstance(gauge, Gauge)
            if self._labels[name]:
                gauge.clear()
            for labels, value in _largest(by_labels.items()):
                (gauge.labels(*labels) if labels else gauge).set(value)

    def text(self) -> bytes:
        """Return all of it in the text format."""
        return generate_latest(self._registry)

    def families(self) -> list[Family]:
        """Return all of it as values; later counts do not change them."""
        return list(self._registry.collect())

    def _bounded(self, name: str, labels: tuple[str, ...]) -> tuple[str, ...]:
        seen = self._seen[name]
        if labels not in seen:
            if len(seen) >= MAX_SERIES:
                return ("other",) * len(labels)
            seen.add(labels)
        return labels


def _largest(items: Iterable[tuple[tuple[str, ...], float]]) -> list[tuple[tuple[str, ...], float]]:
    return sorted(items, key=lambda pair: -pair[1])[:MAX_SERIES]


def _instrument(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    match metric.kind:
        case "counter":
            return Counter(metric.name, metric.help, metric.labels, registry=registry)
        case "gauge":
            return Gauge(metric.name, metric.help, metric.labels, registry=registry)
        case "histogram":
            return Histogram(
                metric.name, metric.help, metric.labels, registry=registry, buckets=metric.buckets
            )
