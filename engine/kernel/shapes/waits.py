"""Pure: how a wait begins and ends. It is a row that time or a signal ends; no task waits in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.errors import CannotAsk
from engine.kernel.live_run import LiveRun
from engine.kernel.record_changes import RecordChanges
from engine.kernel.shapes import child_runs
from engine.kernel.shapes.awaiting import is_open
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ChildSpec, WaitSpec
from engine.model.records.change import WaitKind
from engine.model.records.request_parts import Failure
from engine.model.runs.signals import SignalRecord
from engine.model.states import RUN_ENDED, IllegalTransition
from engine.model.text.template import value_at
from engine.model.values.durations import spoken_duration


def begin(changes: RecordChanges, step: str) -> Failure | None:
    """Begin a wait, as a row. Return why it cannot begin; None as a rule."""
    state, node = changes.state, changes.state.graph.nodes[step]
    if isinstance(node, ChildSpec):
        return child_runs.begin(changes, step)
    assert isinstance(node, WaitSpec)
    try:
        due = _due(changes, node)
    except (CannotAsk, ValueError) as error:
        return Failure("NotAMoment", f"at: {error}")
    kind, reason = kind_of(node), f"for the signal {node.signal}" if node.signal else ""
    attempt = changes.record(step).attempt + 1
    changes.move_step(
        step,
        "await",
        started_at=changes.now,
        attempt=attempt,
        next_attempt_at=due,
        failure=None,
        reason=reason,
    )
    changes.event("step.awaiting", step, title=node.title, kind=kind, until=due and due.isoformat())
    if (signal := state.signals.get(node.signal)) is not None:
        _arrive(changes, step, signal.payload)
    elif due is not None and due <= changes.now:
        _arrive(changes, step, due.isoformat())
    else:
        changes.wait(kind, f"{state.run.id}:{step}", step, due)
    return None


def receive(changes: RecordChanges, signal: SignalRecord) -> None:
    """Record a signal. It ends the wait for it, or the one that comes later. The first of a name counts.

    Raises `IllegalTransition` where another one counted, or the run has ended.
    """
    state = changes.state
    if signal.name in state.signals or state.run.state in RUN_ENDED:
        raise IllegalTransition(f"{signal.name} came before, or the run is {state.run.state}")
    state.signals[signal.name] = changes.change.signals[signal.name] = signal
    step = next((node.name for node in waits_for(state.graph, signal.name)), None)
    changes.event("signal.received", step, name=signal.name)
    if step is not None and is_open(state, step):
        drop(changes, step)
        _arrive(changes, step, signal.payload)


def waits_for(graph: Graph, signal: str) -> list[WaitSpec]:
    """Return the node that waits for a signal; empty for a name that none waits for."""
    return [node for node in graph.nodes.values() if isinstance(node, WaitSpec) and node.signal == signal]


def end_by_time(changes: RecordChanges, step: str) -> Failure | None:
    """End a wait whose time has come. Return the failure of one that its signal did not reach in time."""
    record, node = changes.record(step), changes.state.graph.nodes[step]
    if not isinstance(node, WaitSpec) or record.state != "waiting" or record.next_attempt_at is None:
        raise IllegalTransition(f"{step} is {record.state}, and waits for no moment")
    drop(changes, step)
    if not node.signal:
        _arrive(changes, step, record.next_attempt_at.isoformat())
        return None
    missed = f"The signal {node.signal} did not come within {spoken_duration(node.expires or 0)}"
    if node.on_expiry == "fail":
        return Failure("Expired", f"{missed}.")
    changes.move_step(step, "skip_asked", ended_at=changes.now, next_attempt_at=None, reason=missed)
    changes.event("step.skipped", step, reason=missed, title=node.title)
    return None


def drop(changes: RecordChanges, step: str) -> None:
    """Remove the row of a wait that something else ends; that of a child run stops it first."""
    node = changes.state.graph.nodes[step]
    if isinstance(node, ChildSpec):
        if node.each is None:  # its elements have rows of their own
            child_runs.look_again(changes, step)
    elif isinstance(node, WaitSpec):
        changes.end_wait(kind_of(node), f"{changes.state.run.id}:{step}")


def kind_of(node: WaitSpec) -> WaitKind:
    """The kind of its row."""
    if node.signal:
        return "signal"
    return "until" if node.at else "sleep"


def lasts(state: LiveRun, step: str) -> bool:
    """Return whether a wait goes on whose end moves with a jump of the clock: that of a moment does not."""
    node = state.graph.nodes.get(step)
    return isinstance(node, WaitSpec) and kind_of(node) != "until" and is_open(state, step)


def words(state: LiveRun) -> list[str]:
    """Return what a run waits for besides people: `until 2026-01-05 11:00 UTC at Cool down`."""
    found = []
    for step in state.graph.order:
        if step in state.maps and (count := len(state.maps[step].awaited)):
            runs = "child run" if count == 1 else "child runs"
            found.append(f"for {count:,} {runs} at {state.graph.nodes[step].title}")
        if is_open(state, step):
            due, title = state.steps[step].next_attempt_at, state.graph.nodes[step].title
            until = f"until {due:%Y-%m-%d %H:%M} UTC" if due else ""
            found.append(" ".join(filter(None, [state.steps[step].reason, until, f"at {title}"])))
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
    if node.signal:
        return None if node.expires is None else changes.now + timedelta(seconds=node.expires)
    if node.duration is not None:
        return changes.now + timedelta(seconds=node.duration)
    if node.at[:1].isdecimal():
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
