"""Context of a step: facts about its attempt, and functions to log, sleep and reach services."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from engine.model.people import Actor
from engine.model.records.request_parts import Feedback

MAX_SLEEP_SECONDS = 60
"""Longest sleep within a step, which holds its slot meanwhile."""


LONG_SLEEP_REMEDY = (
    'Wait between two steps instead, with workflow.sleep("pause", "1h") or workflow.until. To look again '
    "until something is ready, raise NotYet."
)


def long_sleep_problem(seconds: float) -> str:
    """Return what is wrong with a step that sleeps longer."""
    return f"ctx.sleep({seconds:g}) holds a slot for longer than {MAX_SLEEP_SECONDS} s."


class ReportProgress(Protocol):
    """Shows people how far a step has got."""

    def __call__(self, done: float, of: float | None = None, text: str = "") -> None: ...


Row = TypeVar("Row")


class CheckRows(Protocol):
    """Checks rows one by one; returns those that fit."""

    def __call__(self, rows: Iterable[Any], row: type[Row], unique: str = "") -> list[Row]: ...


class AskForRun(Protocol):
    """Asks for a run that follows this one, and returns its id."""

    def __call__(self, workflow: Any, input: Mapping[str, Any] | BaseModel | None = None) -> str: ...


class Notify(Protocol):
    """Posts a message to a channel, a group, a person or an address of the workflow."""

    def __call__(
        self,
        to: str,
        message: str | Sequence[Mapping[str, Any]],
        *,
        table: Sequence[Mapping[str, Any]] | Sequence[Sequence[Any]] | None = None,
        subject: str | None = None,
    ) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class StepContext:
    """Facts and functions of one attempt. A sync step may use all of them from its thread, except `sleep`."""

    run_id: str
    workflow: str
    step: str
    attempt: int
    """1 for the first attempt; an attempt that a crash interrupted counts."""
    idempotency_key: str
    """The same for every automatic attempt; a person's Retry gets a new one."""
    actor: Actor
    """The actor that started the run."""
    data_dir: Path
    """A folder of the installation in which workflows keep their files."""
    now: Callable[[], datetime]
    log: Callable[[str], None]
    """Log a line for people, who read it within a second or so. The last two hundred lines are kept."""
    sleep: Callable[[float], Awaitable[None]]
    """Sleep for at most 60 seconds of the engine's clock, so that tests need not wait."""
    service: Callable[[str], Any]
    """A service of the registry by name."""
    progress: ReportProgress
    """Show people how far the step has got. It never waits; the newest is shown within a second or so."""
    checkpoint: Callable[[str, Any], Awaitable[None]]
    """Keep a JSON value under a key, durable when it is awaited; a sync step is blocked until then."""
    checkpoints: Mapping[str, Any]
    """The values that this attempt and earlier ones kept, by key."""
    rows: CheckRows
    """Check rows against a type and return those that fit; the others are counted, logged and shown.

    `unique`: the field that tells rows apart. Raises `RowsRejected` beyond the `quality` of the step."""
    follow_up: AskForRun
    """Ask for a run of another workflow that starts, once, when the result of this attempt is recorded."""
    notify: Notify
    """Post a text or blocks to a channel, a group or a person; durable when it is awaited, and posted once.

    A text also goes to `mailto:ADDRESS` and to `https://…`. `table`: rows as dicts, or as lists of which the
    first is the head. `subject`: of an e-mail; by default, its first line. Raises `ContractError` for a place
    that is neither the run's own channel nor in the workflow's `may_notify`."""
    trace_id: str
    """The trace of the run: 32 hex digits, in the log, in every event and in requests to other systems."""
    traceparent: str
    """The same with this attempt, as the header `traceparent` of W3C trace context."""
    shutting_down: Callable[[], bool]
    """Return whether Signoff stops. What a step started elsewhere may go on: its next attempt finds it."""
    feedback: tuple[Feedback, ...] = ()
    """The changes that approvers requested, oldest first, for which the step runs again. Empty at first."""
