"""Span of a trace: a part of a run, with its beginning and its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.tracing import span_id

Kind = Literal["internal", "consumer", "producer"]
Attributes = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened during a span, such as a person's decision."""

    name: str
    at: datetime
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class Span:
    """A span that has ended. Its id follows from what it shows, so that it is the same after a restart."""

    trace: str
    id: str
    parent: str
    """Id of the span above it; empty for none."""
    name: str
    began: datetime
    ended: datetime
    attributes: Attributes
    kind: Kind = "internal"
    error: str | None = None
    """Text of the failure; None: it did not fail."""
    moments: tuple[Moment, ...] = field(default=())


def run_span(run_id: str) -> str:
    """Return the id of the span of a run."""
    return span_id("run", run_id)


def request_span(request_id: str) -> str:
    """Return the id of the span of a request to people."""
    return span_id("request", request_id)


def child_span(child_run: str) -> str:
    """Return the id of the span of a step that waits for this child run."""
    return span_id("child", child_run)
