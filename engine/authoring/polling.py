"""Polling: a step that checks something outside until it is ready."""

from dataclasses import dataclass
from datetime import timedelta

from engine.authoring.options import Duration
from engine.model.values.durations import seconds


@dataclass(frozen=True, slots=True)
class Poll:
    """How long and how often a step that raises `NotYet` is checked again.

    - `deadline`: the time after the first check at which the step fails.
    - `delay`: the wait after the first check. Each further wait is `backoff` times as long.
    - `max_delay`: the longest wait.
    """

    deadline: Duration
    delay: Duration = "5s"
    backoff: float = 1.5
    max_delay: Duration = "5m"


class NotYet(Exception):
    """Raised by a step with `poll=`: what it checks is not ready, so check again later.

    `text`: what people read meanwhile. `after`: the wait until the next check, instead of the interval.
    Raises `InvalidDuration` for an invalid `after`.
    """

    def __init__(self, text: str = "", *, after: str | timedelta | None = None) -> None:
        self.text = str(text)
        self.after = None if after is None else seconds(after)
        super().__init__(text)
