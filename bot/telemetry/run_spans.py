"""Spans that the events of one run give. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.telemetry.span import Attributes, Moment, Span, child_span, request_span, run_span
from engine import EventRecord
from engine.tracing import span_id

_MAX_MOMENTS = 50
"""Decisions that the span of a request shows."""
_AUTOMATIC = frozenset({"schedule", "webhook", "event", "file", "query", "engine"})
_RUN_ENDS = frozenset({"run.succeeded", "run.failed", "run.cancelled"})
_REQUEST_ENDS = frozenset({"request.decided", "request.expired", "request.withdrawn"})
_ATTEMPT_ENDS = {
    "step.succeeded": "succeeded",
    "step.retrying": "retried",
    "step.rerouted": "rerouted",
    "step.waiting": "failed",
    "step.failed": "failed",
    "step.interrupted": "interrupted",
    "step.cancelled": "cancelled",
    "step.skipped": "skipped",
}
_BAD = frozenset({"retried", "rerouted", "failed", "interrupted"})
ENDS = _RUN_ENDS | _REQUEST_ENDS | _ATTEMPT_ENDS.keys()
"""Types of the events that end a span."""


@dataclass(slots=True)
class _Begun:
    """An attempt, or a wait, that has begun."""

    at: datetime
    attempt: int | None
    """None for a wait: the event that ends it has the number."""
    kind: str
    child: str = ""


@dataclass(slots=True)
class _Asked:
    """A request to people that is open."""

    at: datetime
    decisions: list[Moment] = field(default_factory=list)


class RunSpans:
    """The parts of one run that have begun. Give `take` all events of the run, in order."""

    def __init__(self) -> None:
        self._created: datetime | None = None
        self._trigger, self._parent = "", ""
        self._steps: dict[str, _Begun] = {}
        self._requests: dict[str, _Asked] = {}

    def take(self, event: EventRecord) -> Span | None:
        """Return the span that ends with the event; None where none does, or its beginning is unknown."""
        if not event.run_id or not event.trace_id:
            return None
        if event.type in _RUN_ENDS:
            return self._run(event)
        if event.type in _REQUEST_ENDS:
            return self._request(event)
        if event.type in _ATTEMPT_ENDS:
            return self._attempt(event)
        self._begin(event)
        return None

    def _begin(self, event: EventRecord) -> None:
        step, request = event.step or "", event.request_id or ""
        match event.type:
            case "run.created":
                self._created = event.at
                self._trigger = str(event.data.get("trigger", ""))
                self._parent = _parent(event, self._trigger)
            case "step.started":
                attempt = _number(event)
                if (before := self._steps.get(step)) is None or before.attempt != attempt:
                    self._steps[step] = _Begun(event.at, attempt, "step")
            case "step.awaiting":
                self._steps[step] = _Begun(event.at, None, str(event.data.get("kind", "wait")))
            case "child.started" if step in self._steps:
                self._steps[step].child = str(event.data.get("run", ""))
            case "request.opened":
                self._requests[request] = _Asked(event.at)
            case "request.decision" if (asked := self._requests.get(request)) is not None:
                if len(asked.decisions) < _MAX_MOMENTS:
                    asked.decisions.append(Moment("decision", event.at, _decision(event)))

    def _run(self, event: EventRecord) -> Span | None:
        if self._created is None:
            return None
        state = event.type.partition(".")[2]
        trigger = self._trigger.partition(":")[0]
        return Span(
            trace=event.trace_id or "",
            id=run_span(event.run_id or ""),
            parent=self._parent,
            name=event.workflow or "run",
            began=self._created,
            ended=event.at,
            attributes=_place(event) | {"signoff.trigger": trigger, "signoff.state": state},
            kind="consumer" if self._parent and trigger not in ("child", "follow_up") else "internal",
            error=str(event.data.get("reason") or "the run failed") if state == "failed" else None,
        )

    def _request(self, event: EventRecord) -> Span | None:
        asked = self._requests.pop(event.request_id or "", None)
        if asked is None:
            return None
        kind = str(event.data.get("kind") or "approval")
        more: dict[str, str | int | float] = {
            "signoff.request": event.request_id or "",
            "signoff.kind": kind,
            "signoff.outcome": str(event.data.get("outcome") or event.type.partition(".")[2]),
        }
        if event.type == "request.decided" and (person := _person(event)):
            more["signoff.decided_by"] = person
        return Span(
            trace=event.trace_id or "",
            id=request_span(event.request_id or ""),
            parent=run_span(event.run_id or ""),
            name=f"{kind} {event.step}" if event.step else kind,
            began=asked.at,
            ended=event.at,
            attributes=_place(event) | more,
            moments=tuple(asked.decisions),
        )

    def _attempt(self, event: EventRecord) -> Span | None:
        step = event.step or ""
        begun = self._steps.pop(step, None)
        if begun is None:
            return None
        attempt = begun.attempt if begun.attempt is not None else _number(event)
        outcome = _ATTEMPT_ENDS[event.type]
        more: dict[str, str | int | float] = {
            "signoff.kind": begun.kind,
            "signoff.attempt": attempt,
            "signoff.outcome": outcome,
        }
        error = None
        if outcome in _BAD:
            kind, error = _failure(event)
            more |= {"error.type": kind} if kind else {}
        return Span(
            trace=event.trace_id or "",
            id=child_span(begun.child) if begun.child else span_id(event.run_id, step, attempt),
            parent=self._above(event.run_id or "", step),
            name=step,
            began=begun.at,
            ended=event.at,
            attributes=_place(event) | more,
            error=error,
        )

    def _above(self, run_id: str, step: str) -> str:
        """Return the span above that of a step: of its mapped step for an element, else of its run."""
        name, element, _ = step.partition("[")
        if element and (mapped := self._steps.get(name)) is not None and mapped.attempt is not None:
            return span_id(run_id, name, mapped.attempt)
        return run_span(run_id)


def _parent(event: EventRecord, trigger: str) -> str:
    """Return the span that a run belongs to: of the step or the run that started it, or of its sender."""
    kind, _, rest = trigger.partition(":")
    if kind == "child":
        return child_span(event.run_id or "")
    if kind == "follow_up":
        return run_span(rest.rpartition(":")[2])
    return str(event.data.get("sender", ""))


def _number(event: EventRecord) -> int:
    attempt = event.data.get("attempt")
    return attempt if isinstance(attempt, int) else 1


def _place(event: EventRecord) -> dict[str, str | int | float]:
    """Return where a span belongs. No attribute holds an input, an output or a text of people."""
    place = {"signoff.run": event.run_id, "signoff.workflow": event.workflow, "signoff.step": event.step}
    return {name: value for name, value in place.items() if value}


def _decision(event: EventRecord) -> Attributes:
    return {"signoff.choice": str(event.data.get("choice", "")), "signoff.person": _person(event)}


def _person(event: EventRecord) -> str:
    """Return the id of the person who acted; empty for the engine and for triggers."""
    return "" if event.actor.source in _AUTOMATIC else event.actor.as_user or event.actor.id


def _failure(event: EventRecord) -> tuple[str, str]:
    failure = event.data.get("failure")
    if not isinstance(failure, Mapping):
        return "", str(event.data.get("reason") or event.type.partition(".")[2])
    kind = str(failure.get("kind") or "")
    return kind, str(failure.get("message") or kind)
