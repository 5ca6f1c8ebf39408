"""Pure: how a wait begins and ends. It is a row that time or a signal ends; no task waits in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.errors import CannotAsk
from engine.kernel.live_run import LiveRun
from engine.kernel.record_changes import RecordChanges
from engine.model.change import WaitKind
from engine.model.request_parts import Failure
from engine.model.spec import WaitSpec
from engine.model.states import AWAITED, IllegalTransition
from engine.model.template import value_at


def begin(changes: RecordChanges, step: str) -> Failure | None:
    """Begin a wait, as a row. Return why it cannot begin; None as a rule."""
    state, node = changes.state, changes.state.graph.nodes[step]
    assert isinstance(node, WaitSpec)
    try:
        due = _due(changes, node)
    except (CannotAsk, ValueError) as error:
        return Failure("NotAMoment", f"at: {error}")
    kind = kind_of(node)
    attempt = changes.record(step).attempt + 1
    changes.move_step(
        step, "await", started_at=changes.now, attempt=attempt, next_attempt_at=due, failure=None, reason=""
    )
    changes.event("step.awaiting", step, title=node.title, kind=kind, until=due and due.isoformat())
    if due is not None and due <= changes.now:
        _arrive(changes, step, due.isoformat())
    else:
        changes.wait(kind, f"{state.run.id}:{step}", step, due)
    return None


def end_by_time(changes: RecordChanges, step: str) -> None:
    """End a wait whose time has come."""
    record, node = changes.record(step), changes.state.graph.nodes[step]
    if not isinstance(node, WaitSpec) or record.state != "waiting" or record.next_attempt_at is None:
        raise IllegalTransition(f"{step} is {record.state}, and waits for no moment")
    drop(changes, step)
    _arrive(changes, step, record.next_attempt_at.isoformat())


def drop(changes: RecordChanges, step: str) -> None:
    """Remove the row of a wait that something else ends."""
    node = changes.state.graph.nodes[step]
    if isinstance(node, WaitSpec):
        changes.end_wait(kind_of(node), f"{changes.state.run.id}:{step}")


def is_open(state: LiveRun, step: str) -> bool:
    """Whether a wait goes on, and no person is asked about its failure."""
    record = state.steps.get(step)
    if not isinstance(state.graph.nodes.get(step), WaitSpec) or record is None or record.state != "waiting":
        return False
    return not any(request.step == step and request.state in AWAITED for request in state.requests.values())


def kind_of(node: WaitSpec) -> WaitKind:
    """The kind of its row."""
    return "until" if node.at else "sleep"


def lasts(state: LiveRun, step: str) -> bool:
    """Whether a wait goes on whose end moves with a jump of the clock, as that of a moment does not."""
    node = state.graph.nodes.get(step)
    return isinstance(node, WaitSpec) and kind_of(node) != "until" and is_open(state, step)


def words(state: LiveRun) -> list[str]:
    """Return what a run waits for besides people: `until 2026-01-05 11:00 UTC at Cool down`."""
    found = []
    for step in state.graph.order:
        if is_open(state, step):
            due, title = state.steps[step].next_attempt_at, state.graph.nodes[step].title
            found.append(f"until {due:%Y-%m-%d %H:%M} UTC at {title}" if due else f"at {title}")
    return found


def as_moment(value: Any) -> datetime:
    """A moment from its JSON. Raises `ValueError`, which says what it is instead."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:60]!r} is not a moment such as 2026-01-05T09:00:00+00:00") from None
    if moment.tzinfo is None:
        raise ValueError(f"{str(value)[:60]!r} names no time zone")
    return moment.astimezone(UTC)


def _due(changes: RecordChanges, node: WaitSpec) -> datetime | None:
    if node.duration is not None:
        return changes.now + timedelta(seconds=node.duration)
    if node.at[:1].isdigit():
        return as_moment(node.at)
    scope: dict[str, Any] = {"input": changes.state.run.input}
    scope |= {need.step: changes.record(need.step).output for need in node.needs}
    return as_moment(value_at(node.at, scope))


def _arrive(changes: RecordChanges, step: str, output: Any) -> None:
    changes.move_step(
        step, "arrive", output=output, ended_at=changes.now, next_attempt_at=None, failure=None, reason=""
    )
    title = changes.state.graph.nodes[step].title
    changes.event("step.succeeded", step, attempt=changes.record(step).attempt, title=title, log=[])
