"""Maintenance windows as data: when the guarded steps of an approval may start."""

from typing import ClassVar

from pydantic import Field

from engine.model.values.frozen import Frozen

MIN_LASTS, MAX_LASTS = 60.0, 24 * 3600.0
"""The shortest and the longest window, in seconds."""


class WindowSpec(Frozen):
    """The window of one approval: at a time of day, or from a moment that the input or a step names."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"minute", "days", "moment", "tz"})

    lasts: float
    """Seconds."""
    minute: int | None = None
    """Minutes after midnight at which it opens; None: at `moment`."""
    days: tuple[int, ...] = Field(default=())
    """Weekdays on which it opens, Monday is 0; empty: every day."""
    moment: str = ""
    """Path to the moment at which it opens, such as `input.window_start`."""
    tz: str = ""
    """Time zone of the time of day, and of a moment that names none; empty: such a moment is refused."""
