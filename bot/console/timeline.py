"""When the steps of a run executed, as bars on one scale."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.wording import icons
from bot.views.wording.times import duration, nth
from engine import EventRecord, RunDetail

WIDTH = 1000
"""Units of the scale, from the start of the run to its end."""
_LEAST = 8.0
"""Units of the shortest bar, so that it can be seen."""
_ENDS = {
    "step.succeeded": "succeeded",
    "step.retrying": "failed",
    "step.failed": "failed",
    "step.waiting": "failed",
    "step.interrupted": "cancelled",
    "step.cancelled": "cancelled",
    "step.rerouted": "failed",
    "step.skipped": "skipped",
}
"""By type of the event that ends an attempt: the state that styles its bar and names its end."""
_INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` in units of the scale. `state`: the class that styles it."""

    x: float
    width: float
    state: str
    text: str


def bars(detail: RunDetail, events: Sequence[EventRecord], now: datetime) -> dict[str, list[Bar]]:
    """Return the bars of each step: its attempts, and the requests that it opened."""
    start = detail.run.started_at or detail.run.created_at
    end = max(detail.run.ended_at or now, start)
    spans: dict[str, list[_Span]] = {}
    for step, span in [*_attempts(events), *_requests(detail)]:
        spans.setdefault(step, []).append(span)
    scale = WIDTH / max((end - start).total_seconds(), 0.001)
    return {step: [_bar(span, start, scale, now) for span in each] for step, each in spans.items()}


@dataclass(frozen=True, slots=True)
class _Span:
    began: datetime
    ended: datetime | None
    state: str
    words: str


def _attempts(events: Sequence[EventRecord]) -> Iterator[tuple[str, _Span]]:
    open_: dict[str, EventRecord] = {}
    for event in events:
        step = event.step or ""
        if event.type == "step.started":
            open_[step] = event
        elif event.type in _ENDS and (began := open_.pop(step, None)) is not None:
            state = _ENDS[event.type]
            word = _INTERRUPTED if event.type == "step.interrupted" else icons.STEP_WORDS[state]
            yield step, _Span(began.at, event.at, state, f"{_nth_attempt(began)}{word}")
    for step, began in open_.items():
        yield step, _Span(began.at, None, "running", f"{_nth_attempt(began)}{icons.STEP_WORDS['running']}")


def _nth_attempt(event: EventRecord) -> str:
    attempt = event.data.get("attempt")
    return f"{nth(attempt)} attempt " if isinstance(attempt, int) and attempt > 1 else ""


def _requests(detail: RunDetail) -> Iterator[tuple[str, _Span]]:
    for request in detail.requests:
        if request.kind != "clarification":
            words = "waiting for people" if request.ended_at is None else "waited for people"
            yield request.step, _Span(request.opened_at, request.ended_at, "waiting", words)


def _bar(span: _Span, start: datetime, scale: float, now: datetime) -> Bar:
    seconds = max(((span.ended or now) - span.began).total_seconds(), 0.0)
    width = min(max(seconds * scale, _LEAST), WIDTH)
    x = min(max((span.began - start).total_seconds() * scale, 0.0), WIDTH - width)
    return Bar(round(x, 1), round(width, 1), span.state, f"{span.words}, {duration(seconds)}")
