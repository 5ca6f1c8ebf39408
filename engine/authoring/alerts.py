"""Alerts of failures, as an author declares them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["low", "normal", "high"]


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When failures that are not of high severity wait.

    - `start`, `end`: times of day. An end before the start is on the next day.
    - `days`: weekdays on which they start, such as `mon-fri` or `sat,sun`.
    - `tz`: a time zone such as `Europe/Berlin`. None: that of the workflow's first schedule, else UTC.
    """

    start: str = "22:00"
    end: str = "07:00"
    days: str = "mon-sun"
    tz: str | None = None


@dataclass(frozen=True, slots=True)
class Alerts:
    """Where the news of a failure goes, and when.

    - `to`: the channels, groups and people, for every severity, or by severity:
      `{"high": [...], "normal": ...}`. The first channel gets the message with the buttons, each other
      channel a copy, and people a direct message. None: the `to` of the workflow's `alerts`, or else the
      workflow's channel.
    - `severity`: `low`, `normal` or `high`. None: the severity of the workflow's `alerts`, or else `normal`.
    - `quiet_hours`: the time in which failures of low and normal severity wait. None: the quiet hours of the
      workflow's `alerts`, or else none.
    """

    to: str | Iterable[str] | Mapping[str, str | Iterable[str]] | None = None
    severity: Severity | None = None
    quiet_hours: QuietHours | None = None
