"""The values of options: retries, stages, escalations, forms and working hours."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel

from engine.authoring.refs import Ref
from engine.authoring.resources import Resource

Duration = str | timedelta


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried, and how long it waits between two attempts.

    - `attempts`: how many attempts there are in all, the first one included.
    - `delay`: the wait after the first failure. Each further wait is `backoff` times as long.
    - `max_delay`: the longest wait. None: a minute, or `delay` if that is longer.
    - `jitter`: the largest share of a wait, from 0 to 1, that is randomly taken off it.
    - `retry_on`: the error classes worth another attempt. None: every `Exception` except `Fatal`.
    - `alternative_on`: the error classes after which the alternative executes at once.
    - `ask_on`: the error classes after which the owner is asked at once, even with `on_failure="fail"`.
    - `fail_on`: the error classes after which the run fails at once.
    - `classify`: a function that gets the error and returns `"retry"`, `"alternative"`, `"ask"`, `"fail"`, or
      a duration such as `"30s"` after which to try again. None: the options above decide.
    - `deadline`: the time for all attempts together, from the start of the first one. Signoff stops an
      attempt that still executes then. None: any time.
    """

    attempts: int = 3
    delay: Duration = "1s"
    backoff: float = 2.0
    max_delay: Duration | None = None
    jitter: float = 0.25
    retry_on: tuple[type[Exception], ...] | None = None
    alternative_on: tuple[type[Exception], ...] | None = None
    ask_on: tuple[type[Exception], ...] | None = None
    fail_on: tuple[type[Exception], ...] | None = None
    classify: Callable[[Exception], str | timedelta | None] | None = None
    deadline: Duration | None = None


@dataclass(frozen=True, slots=True)
class AskOwner:
    """Asks the owner what to do about a step that failed for good: Retry, Skip or Abort.

    - `remind_every`: the time between two reminders. None: no reminder.
    - `expires`: the time after which an unanswered question aborts the run.
    """

    remind_every: Duration | None = "4h"
    expires: Duration = "3d"


@dataclass(frozen=True, slots=True)
class Undo:
    """Undoes a step that succeeded, when its run fails or is cancelled.

    - `function`: takes the step's output, by the step's name, and where it needs them `input` and `ctx`.
    - `retry`: how often it is tried. None: `Retry()`, three times. Then the owner is asked.
    - `timeout`: how long an attempt may take. None: any time.
    - `uses`: the resources that each attempt uses. Default: none.
    """

    function: Callable[..., Any]
    retry: Retry | None = None
    timeout: Duration | None = None
    uses: Resource | str | Iterable[Resource | str] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """Executes another function in place of a step that failed for good.

    - `function`: returns the same type as the step, and takes nothing that the step does not take.
    - `ask`: the owner decides, with a Reroute button. Default: False, and it executes without a question.
    - `retry`: how often it is tried. None: once. If it fails, the owner is asked.
    - `timeout`: how long an attempt may take. None: any time.
    - `uses`: the resources that each attempt uses. Default: none.
    """

    function: Callable[..., Any]
    ask: bool = False
    retry: Retry | None = None
    timeout: Duration | None = None
    uses: Resource | str | Iterable[Resource | str] = ()


OnFailure = AskOwner | Literal["fail"]


@dataclass(frozen=True, slots=True)
class Escalate:
    """Asks further people when nobody has answered for some time.

    - `after`: the time since it was asked, less than `expires`.
    - `to`: the groups and people, as in `approvers`. In a `#channel` the question is posted as well.
    - `replace`: they are asked instead of the earlier approvers. Default: False, so they are asked as well.
    """

    after: Duration
    to: str | Iterable[str]
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Grants:
    """Bounds of what an approver may approve in advance: further requests like the one that they read.

    - `uses`: further approvals that one grant gives at most, from 1 to 20.
    - `within`: how long it holds at most, from one minute to one day.
    - `match`: the arguments that may differ, by path such as `input.replicas`: a list of values,
      `{"from": 1, "to": 5}` for numbers, or `{"starts_with": "release-"}` for a text that goes on with
      letters and digits. Default: none, so everything is exactly as it was approved.
    """

    uses: int
    within: Duration
    match: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """When the steps that an approval guards may start: people are asked now, and the steps run later.

    - `not_before`: a time of day such as `22:00`, or a moment that the input or a step names, such as
      `{input.window_start}`.
    - `lasts`: how long after that a step may still start, from one minute to one day.
    - `tz`: a time zone such as `Europe/Berlin`. A time of day needs it, and a moment without an offset.
    - `days`: weekdays such as `sat` or `mon-fri`, for a time of day. None: every day.
    """

    not_before: str
    lasts: Duration
    tz: str | None = None
    days: str | None = None


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Lets people approve a request alone in an emergency, with a reason and a one-time code.

    - `people`: groups and people by id, each of whom may.
    - `review`: the name of a gate. Its approvers review each use, and until they have, the same person cannot
      use break-glass again.
    """

    people: str | Iterable[str]
    review: str


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work: the clock of an approval runs only then.

    Durations count working time: with nine to five, `8h` are one day and `24h` are three.

    - `start`, `end`: times of day. An end before the start is on the next day.
    - `days`: weekdays such as `mon-fri` or `mon,wed`.
    - `tz`: a time zone such as `Europe/Berlin`, or `approvers` for the one that most approvers have in Slack.
    - `holidays`: dates such as `2026-12-25`.
    """

    start: str = "09:00"
    end: str = "17:00"
    days: str = "mon-fri"
    tz: str = "UTC"
    holidays: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """Texts of which an approver chooses.

    - `options`: at least two texts, or the step or `"step.field"` that has a list of them.
    - `multiple`: an approver may choose several, and at least one. Default: False, for exactly one.
    """

    options: Iterable[str] | Ref | str
    multiple: bool = False


Quorum = int | Literal["all"] | Mapping[str, int]
"""A number of approvers, all of them, or numbers by group: `{"@security": 1, "@platform": 2}`."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of several stages in a row: its approvers are asked when the stage before it is complete.

    A person counts once in a stage, and in one stage only. The options are those of an approval.
    """

    name: str
    approvers: Iterable[str] = ()
    quorum: Quorum = 1


@dataclass(frozen=True, slots=True)
class Form:
    """Values that an approver gives. Steps get them as `Outcome[TheModel].value`.

    - `model`: the Pydantic model of the values.
    - `defaults_from`: the step, or `"step.field"`, whose values the form shows and an approver may change.
      None: the form is empty except for the model's defaults.
    - `options`: by field, the step, or `"step.field"`, with the list of texts that an approver chooses from.
    """

    model: type[BaseModel]
    defaults_from: Ref | str | None = None
    options: Mapping[str, Ref | str] = field(default_factory=dict)
