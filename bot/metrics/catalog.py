"""Catalog of the metrics: each with its name, its type, its labels and what it counts."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]
Role = Literal["leader", "member"]
"""Role of a process. One alone on its database is a leader."""
_STEP_SECONDS = (0.01, 0.1, 1, 10, 60, 600, 3600)
_RELAY_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_RUN_SECONDS = (1, 10, 60, 600, 3600, 4 * 3600, 86400, 7 * 86400)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `name`: with the unit, and without the `_total` that Prometheus adds to a counter."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    roles: tuple[Role, ...] = ("leader",)
    """Processes that have it. A sum would count one that each of them has several times."""

    @property
    def shown_as(self) -> str:
        """Its name in queries."""
        return f"{self.name}_total" if self.kind == "counter" else self.name


_BOTH: tuple[Role, ...] = ("leader", "member")
_MEMBER: tuple[Role, ...] = ("member",)
CATALOG = (
    Metric("signoff_runs_started", "counter", "Runs that began, by their trigger.", ("workflow", "trigger")),
    Metric("signoff_runs_ended", "counter", "Runs that ended.", ("workflow", "state")),
    Metric(
        "signoff_run_seconds", "histogram", "Time from the creation of a run to its end.",
        ("workflow", "state"), _RUN_SECONDS,
    ),
    Metric(
        "signoff_attempts", "counter", "Attempts of steps that ended.", ("workflow", "step", "outcome")
    ),
    Metric(
        "signoff_step_seconds", "histogram", "Time that an attempt which succeeded took.",
        ("workflow", "step"), _STEP_SECONDS,
    ),
    Metric("signoff_requests_opened", "counter", "Requests to people.", ("workflow", "kind")),
    Metric("signoff_requests_ended", "counter", "Requests that ended.", ("workflow", "kind", "outcome")),
    Metric("signoff_decisions", "counter", "Decisions of people.", ("workflow", "kind", "choice")),
    Metric(
        "signoff_decide_seconds", "histogram", "Time from the opening of a request to its end.",
        ("workflow", "kind"), _RUN_SECONDS,
    ),
    Metric("signoff_spans_dropped", "counter", "Spans that the collector of traces did not take."),
    Metric("signoff_ready", "gauge", "1 if /readyz answers 200, else 0.", roles=_BOTH),
    Metric("signoff_problem", "gauge", "1 for each problem that /readyz names.", ("problem",), roles=_BOTH),
    Metric("signoff_leads", "gauge", "1 if the process leads, 0 if it is a member.", roles=_BOTH),
    Metric("signoff_runs", "gauge", "Runs that have not ended.", ("workflow", "state")),
    Metric("signoff_requests_open", "gauge", "Requests that wait for a decision.", ("workflow", "kind")),
    Metric("signoff_messages_waiting", "gauge", "Messages that Slack has not received yet."),
    Metric("signoff_resource_in_use", "gauge", "Attempts that use a resource.", ("resource",)),
    Metric("signoff_resource_waiting", "gauge", "Steps that wait for a resource.", ("resource",)),
    Metric("signoff_breaker_open", "gauge", "1 if a circuit breaker is not closed, else 0.", ("resource",)),
    Metric("signoff_workers", "gauge", "Workers that are alive."),
    Metric("signoff_queue_waiting", "gauge", "Attempts that wait for a worker.", ("queue",)),
    Metric(
        "signoff_relayed", "counter", "Requests that a member relayed to the leader.", ("lane", "outcome"),
        roles=_MEMBER,
    ),
    Metric(
        "signoff_relay_seconds", "histogram", "Time until a member had the answer of the leader.",
        ("lane",), _RELAY_SECONDS, _MEMBER,
    ),
    Metric(
        "signoff_relay_waiting", "gauge", "Requests of a member that wait for the leader.", roles=_MEMBER
    ),
)  # fmt: skip
