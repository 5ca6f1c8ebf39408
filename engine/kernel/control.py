"""Pure: the transitions by which people steer a run: pause, unpause, skip a step, fork from a step."""

from collections.abc import Mapping
from typing import Any

from engine.kernel.requests.requesters import further_names
from engine.kernel.requests.unasked import SKIPPED_BY_PERSON
from engine.kernel.resilience.compensation import BEING_UNDONE
from engine.kernel.shapes import child_runs, waits
from engine.kernel.shapes.awaiting import is_open
from engine.kernel.transition import Transition
from engine.model.definition.elements import is_element
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec
from engine.model.records.change import Change
from engine.model.records.records import StepRecord, evolve
from engine.model.states import RUN_ENDED, STEP_SETTLED, IllegalTransition, StepState

KEPT = "kept from the run that this one was forked from"
"""The reason of a step that a fork did not execute."""


def pause(transition: Transition, reason: str, *, own: bool) -> Change:
    """Start nothing new. Attempts under way end, and decisions are recorded.

    `own`: for this run alone, so that it stays paused when its workflow is resumed.
    """
    run = transition.state.run
    if run.state == "compensating":
        raise IllegalTransition(BEING_UNDONE)
    if run.state != "paused":
        transition.move_run("pause", reason=reason, event="run.paused")
    elif not own:
        raise IllegalTransition("the run is paused")
    if own:
        transition.wait("pause", run.id, "", None)
    return transition.finish()


def unpause(transition: Transition, reason: str = "") -> Change:
    """Start what became ready meanwhile, and ask what became due to be asked. `reason`: of a person."""
    state = transition.state
    transition.end_wait("pause", state.run.id)
    transition.move_run("unpause", reason=reason, event="run.unpaused")
    state.run = evolve(state.run, reason="")  # the reason is that of the act, and not of the run's state
    for step in state.suspects:
        if is_element(step):
            state.requeue(step)
    for step in [step for step in state.held if step in state.maps]:
        del state.held[step]  # it is filled again
    waiting = [step for step in (*state.suspects, *state.blocked, *state.held) if not is_element(step)]
    state.held.clear()
    state.ready.extend(step for step in waiting if step not in state.ready)
    state.suspects.clear()
    child_runs.resume(transition)
    return transition.finish()


def unskippable(state: StepState) -> str:
    """Return why a step in this state cannot be skipped, after its title."""
    if state == "waiting":
        return "waits for people, so it cannot be skipped. Answer its message instead"
    return f"{_HOW[state]}, so it cannot be skipped"


_HOW: Mapping[str, str] = {
    "running": "executes now",
    "succeeded": "is done",
    "failed": "failed",
    "skipped": "was skipped",
    "compensated": "was undone",
    "cancelled": "was cancelled",
}


def skip(transition: Transition, step: str, reason: str) -> Change:
    """A person skips a step that has not started, that waits for its next attempt, or that is a wait.

    Nothing that an approval guards runs because a person skipped the approval.
    """
    state, record = transition.state, transition.record(step)
    if state.run.state in RUN_ENDED:
        raise IllegalTransition(f"the run is {state.run.state}")
    waits_on = is_open(state, step)
    if record.state not in ("pending", "retrying") and not waits_on:
        raise IllegalTransition(f"{state.graph.nodes[step].title} {unskippable(record.state)}")
    if waits_on:
        waits.drop(transition, step)
    if record.state == "retrying":
        transition.end_wait("retry", f"{state.run.id}:{step}")
    if state.blocked.pop(step, None):
        transition.end_wait("code", f"{state.run.id}:{step}")
    if step in state.ready:
        state.ready.remove(step)
    state.suspects.pop(step, None)
    asks = isinstance(state.graph.nodes[step], ApprovalSpec)
    move = "leave_unasked" if asks else "skip_asked"
    transition.move_step(step, move, reason=SKIPPED_BY_PERSON, ended_at=transition.now, next_attempt_at=None)
    title = state.graph.nodes[step].title
    transition.event("step.skipped", step, reason=SKIPPED_BY_PERSON, title=title, comment=reason)
    _tell_approvers(transition, step)
    return transition.finish()


def _tell_approvers(transition: Transition, step: str) -> None:
    """Ask again at the open approvals that guard a skipped step: they read that it would execute.

    Nobody is asked at an approval of which every step that waits for its answer has settled.
    """
    state = transition.state
    title = state.graph.nodes[step].title
    for name in reversed(state.graph.order):
        node, record = state.graph.nodes[name], transition.record(name)
        waiting = state.graph.dependents(name)
        if not isinstance(node, ApprovalSpec) or record.state in STEP_SETTLED or not waiting:
            continue
        if step not in state.graph.after(name):
            continue
        if all(transition.record(later).state in STEP_SETTLED for later in waiting):
            transition.leave_unasked(name, f"a person skipped {title}")
        elif name in state.graph.scopes.guards.get(step, ()):
            transition.ask_again_of(name, [f"a person skipped {title}"])


def prioritize(transition: Transition, priority: int, reason: str) -> Change:
    """Give a run another priority. Its steps that wait for resources move in the queue."""
    state, run = transition.state, transition.state.run
    if run.state in RUN_ENDED:
        raise IllegalTransition(f"the run is {run.state}")
    if run.priority == priority:
        raise IllegalTransition(f"its priority is already {priority}")
    state.run = evolve(run, priority=priority)
    transition.event("run.prioritized", priority=priority, before=run.priority, reason=reason)
    for step in state.held:
        book = transition.resources
        ticket = book.ticket(run.id, step) if book is not None else None
        if ticket is not None:
            transition.change.tickets[step] = evolve(ticket, priority=priority)
    return transition.finish()


def kept_steps(graph: Graph, step: str, steps: Mapping[str, StepRecord]) -> list[str]:
    """Return the steps whose results a fork from `step` keeps, in order.

    What succeeded or was skipped is kept, unless it depends on a step that executes in the fork. An approval
    is asked again when it guards a step that executes: nobody approved that this step executes twice. What
    depends on that approval follows from its new outcome.
    """
    executed: set[str] = set()
    added = {
        name for name in graph.order if name not in steps or steps[name].state not in ("succeeded", "skipped")
    }
    added.add(step)
    while added:
        executed |= {later for name in added for later in (name, *graph.after(name))}
        added = {guard for name in executed for guard in graph.scopes.guards.get(name, ())} - executed
    return [name for name in graph.order if name not in executed]


def done_twice(graph: Graph, step: str, steps: Mapping[str, StepRecord]) -> str:
    """Return the first step with an undo that stands, and that a fork from `step` would execute again.

    Nobody asked for that where it comes before `step`: it executes because a step before it was undone. Empty
    where there is none.
    """
    kept = kept_steps(graph, step, steps)
    again = (name for name in graph.order if name not in kept and name not in (step, *graph.after(step)))
    standing = (name for name in again if name in graph.undo and name in steps)
    return next((name for name in standing if steps[name].state == "succeeded"), "")


def fork(
    transition: Transition,
    origin: str,
    step: str,
    kept: Mapping[str, StepRecord],
    *,
    start: bool,
    reason: str = "",
) -> Change:
    """The first transition of a run that goes on from `step` with the results of another run.

    `origin`: the other run's id; `kept`: its records of the steps that are not executed again.
    `reason`: of the person who wants it.
    """
    run = transition.state.run
    more: dict[str, Any] = {"further_requesters": further_names(run)} if run.further_requesters else {}
    more |= {"reason": reason} if reason else {}
    more |= {"sender": transition.sender} if transition.sender else {}
    if transition.transforms:
        more["transforms"] = [each.as_json() for each in transition.transforms]
    transition.event("run.created", input=run.input, trigger=run.trigger, origin=origin, step=step, **more)
    for name, record in kept.items():
        move = "keep" if record.state == "succeeded" else "skip"
        reason = KEPT if record.state == "succeeded" else record.reason
        transition.move_step(name, move, output=record.output, reason=reason, ended_at=transition.now)
        title = transition.state.graph.nodes[name].title
        transition.event("step.kept", name, title=title, state=record.state, origin=origin)
    if not start:
        transition.state.recount()
        return transition.finish()
    transition.move_run("start", event="run.started")
    transition.plan_roots()
    return transition.finish()
