"""Size of records. Counting is bounded, so that a huge value costs little."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine import RequestRecord, RunDetail, RunRecord

LIGHT_LIMIT = 20_000
"""Characters and items that are rendered in a few milliseconds."""


def small(value: Any, most: int) -> bool:
    """Return whether a JSON value has at most `most` characters and items together."""
    left, waiting = most, [value]
    while waiting:
        each = waiting.pop()
        left -= len(each) if isinstance(each, str) else 1
        if isinstance(each, Mapping | list | tuple):
            # So that no more is put on the stack than is walked through.
            left -= len(each)
            if left >= 0:
                waiting += [*each, *each.values()] if isinstance(each, Mapping) else each
        if left < 0:
            return False
    return True


def light(*subjects: RunDetail | RequestRecord | RunRecord, most: int = LIGHT_LIMIT) -> bool:
    """Return whether these records render fast enough for the event loop."""
    return small([value for subject in subjects for value in _values(subject)], most)


def _values(subject: RunDetail | RequestRecord | RunRecord) -> Iterator[Any]:
    match subject:
        case RunRecord():
            yield subject.input
            yield subject.reason
        case RequestRecord():
            yield from (subject.ask, subject.coverage.again, subject.value, subject.proposed)
            for item in subject.shown:
                yield from (item.label, item.value)
            for decision in subject.decisions:
                yield from (decision.comment, decision.value)
            if subject.failure is not None:
                yield from (subject.failure.message, subject.failure.detail)
        case RunDetail():
            yield from _values(subject.run)
            for request in subject.requests:
                yield from _values(request)
            for step in subject.steps:
                yield from (step.output, step.log)
                if step.failure is not None:
                    yield from (step.failure.message, step.failure.detail)
