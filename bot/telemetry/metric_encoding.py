"""Metrics in the protobuf form of OTLP. Import it only where metrics are exported: it needs the extra `otlp`.

It encodes what `/metrics` answers, so that both have the same names, types, labels and values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Sample

from bot.telemetry.attributes import Texts, nanoseconds

_CUMULATIVE = metrics_pb2.AGGREGATION_TEMPORALITY_CUMULATIVE
Points = Iterator[metrics_pb2.NumberDataPoint]


class MetricEncoding:
    """Encodes all metrics at one time. `resource`: attributes of the process; `hide`: hides credentials.

    `began`: the time at which the counters were zero.
    """

    def __init__(self, resource: Mapping[str, str], hide: Callable[[str], str], began: datetime) -> None:
        self._texts, self._began = Texts(hide), nanoseconds(began)
        self._resource = Resource(attributes=self._texts.attributes(resource))
        self._scope = InstrumentationScope(name="signoff")

    def request(self, families: Iterable[Family], now: datetime) -> bytes:
        """Return the body of a request with these metrics."""
        metrics = [self._metric(family, nanoseconds(now)) for family in families if family.samples]
        scoped = metrics_pb2.ScopeMetrics(scope=self._scope, metrics=metrics)
        batch = metrics_pb2.ResourceMetrics(resource=self._resource, scope_metrics=[scoped])
        return bytes(ExportMetricsServiceRequest(resource_metrics=[batch]).SerializeToString())

    def rejected(self, answer: bytes) -> int:
        """Return the number of values that the collector did not take, by its answer."""
        try:
            return int(ExportMetricsServiceResponse.FromString(answer).partial_success.rejected_data_points)
        except Exception:  # a collector that answers with something else has taken them
            return 0

    def _metric(self, family: Family, now: int) -> metrics_pb2.Metric:
        metric = metrics_pb2.Metric(name=family.name, description=self._texts.text(family.documentation))
        if family.type == "histogram":
            metric.histogram.aggregation_temporality = _CUMULATIVE
            metric.histogram.data_points.extend(self._histograms(family.samples, now))
        elif family.type == "counter":
            # The name of a counter in queries.
            metric.name = f"{family.name}_total"
            metric.sum.aggregation_temporality, metric.sum.is_monotonic = _CUMULATIVE, True
            metric.sum.data_points.extend(self._numbers(family, metric.name, now, self._began))
        else:
            metric.gauge.data_points.extend(self._numbers(family, family.name, now, 0))
        return metric

    def _numbers(self, family: Family, name: str, now: int, began: int) -> Points:
        """Yield a point for each sample of this name. Others say when a counter was created."""
        for sample in family.samples:
            if sample.name == name:
                yield metrics_pb2.NumberDataPoint(
                    attributes=self._texts.attributes(sample.labels),
                    start_time_unix_nano=began,
                    time_unix_nano=now,
                    as_double=sample.value,
                )

    def _histograms(self, samples: Iterable[Sample], now: int) -> Iterator[metrics_pb2.HistogramDataPoint]:
        """Yield a point for each set of labels.

        Prometheus counts a value in each bucket above it, and OTLP in one bucket.
        """
        points: dict[tuple[tuple[str, str], ...], metrics_pb2.HistogramDataPoint] = {}
        below = 0.0
        for sample in samples:
            labels = {name: text for name, text in sample.labels.items() if name != "le"}
            key = tuple(sorted(labels.items()))
            if key not in points:
                points[key], below = self._empty(labels, now), 0.0
            point = points[key]
            if sample.name.endswith("_bucket"):
                point.bucket_counts.append(round(sample.value - below))
                below = sample.value
                if sample.labels["le"] != "+Inf":
                    point.explicit_bounds.append(float(sample.labels["le"]))
            elif sample.name.endswith("_count"):
                point.count = round(sample.value)
            elif sample.name.endswith("_sum"):
                point.sum = sample.value
        yield from points.values()

    def _empty(self, labels: Mapping[str, str], now: int) -> metrics_pb2.HistogramDataPoint:
        return metrics_pb2.HistogramDataPoint(
            attributes=self._texts.attributes(labels), start_time_unix_nano=self._began, time_unix_nano=now
        )
