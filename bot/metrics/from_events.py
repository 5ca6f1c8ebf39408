"""Measurements that an event of the log gives. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import EventRecord


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value of a metric. A counter grows by it; a histogram observes it."""

    metric: str
    labels: tuple[str, ...]
    value: float = 1


@dataclass(frozen=True, slots=True)
class Span:
    """A time that ends with the event and began with the run, or with the request `request`."""

    metric: str
    labels: tuple[str, ...]
    request: str = ""


Found = Iterator[Measurement | Span]
_ATTEMPTS = {
    "step.succeeded": "succeeded",
    "step.retrying": "retried",
    "step.rerouted": "rerouted",
    "step.waiting": "failed",
    "step.failed": "failed",
    "step.interrupted": "interrupted",
}
_TRIGGERS = frozenset({
    "manual", "cron", "every", "once", "webhook", "file", "query", "event", "after_run", "rerun", "fork",
    "child", "follow_up", "canary", "backfill",
})  # fmt: skip


def measured(event: EventRecord) -> Found:
    """Yield what the event gives; nothing for most types."""
    if find := _FOUND.get(event.type):
        yield from find(event, event.workflow or "")
    elif event.type in _ATTEMPTS and event.step:
        yield from _attempt(event, event.workflow or "")


def _created(event: EventRecord, workflow: str) -> Found:
    kind = str(event.data.get("trigger", "")).partition(":")[0]
    yield Measurement("signoff_runs_started", (workflow, kind if kind in _TRIGGERS else "other"))


def _ended(event: EventRecord, workflow: str) -> Found:
    state = event.type.partition(".")[2]
    yield Measurement("signoff_runs_ended", (workflow, state))
    yield Span("signoff_run_seconds", (workflow, state))


def _attempt(event: EventRecord, workflow: str) -> Found:
    """An element of a mapped step counts as its step: `send[17]` as `send`."""
    step = str(event.step).partition("[")[0]
    yield Measurement("signoff_attempts", (workflow, step, _ATTEMPTS[event.type]))
    seconds = event.data.get("seconds")
    if event.type == "step.succeeded" and isinstance(seconds, int | float):
        yield Measurement("signoff_step_seconds", (workflow, step), float(seconds))


def _opened(event: EventRecord, workflow: str) -> Found:
    yield Measurement("signoff_requests_opened", (workflow, _kind(event.data)))


def _decision(event: EventRecord, workflow: str) -> Found:
    choice = str(event.data.get("choice", ""))
    yield Measurement("signoff_decisions", (workflow, _kind(event.data), choice))


def _request_ended(event: EventRecord, workflow: str) -> Found:
    outcome = str(event.data.get("outcome") or event.type.partition(".")[2])
    yield Measurement("signoff_requests_ended", (workflow, _kind(event.data), outcome))
    yield Span("signoff_decide_seconds", (workflow, _kind(event.data)), event.request_id or "")


def _kind(data: Mapping[str, Any]) -> str:
    return str(data.get("kind") or "approval")


_FOUND: Mapping[str, Callable[[EventRecord, str], Found]] = {
    "run.created": _created,
    "run.succeeded": _ended,
    "run.failed": _ended,
    "run.cancelled": _ended,
    "request.opened": _opened,
    "request.decision": _decision,
    "request.decided": _request_ended,
    "request.expired": _request_ended,
    "request.withdrawn": _request_ended,
}
