"""Pure: the transitions by which a step leaves the queue for resources: its turn, and its timeout."""

from collections.abc import Collection

from engine.errors import ResourceUnavailable
from engine.kernel.resilience.failure_rules import Action
from engine.kernel.resilience.failures import with_note
from engine.kernel.resources import use as resource_use
from engine.kernel.resources.use import UNAVAILABLE, WAITS_FOR
from engine.kernel.shapes import map_transitions
from engine.kernel.transition import Transition
from engine.model.definition.spec import StepSpec
from engine.model.records.change import Change
from engine.model.records.records import evolve
from engine.model.records.request_parts import Failure
from engine.model.states import IllegalTransition
from engine.model.values.durations import format_duration


def admit(transition: Transition, step: str) -> Change:
    """Start a step that waited for its resources: its turn has come.

    Where it cannot start yet for another reason, it keeps its place by the time since which it waits.
    """
    state = transition.state
    if step not in state.held:
        raise IllegalTransition(f"{step} waits for no resource")
    if state.run.state == "paused":
        raise IllegalTransition("the run is paused")
    del state.held[step]
    transition.change.tickets[step] = None
    transition.turn = step
    if step not in state.maps:
        state.ready.appendleft(step)
    return transition.finish()


def time_out(transition: Transition, step: str, secrets: Collection[str] = ()) -> Change:
    """Fail a step that waited for its resources for as long as its author allows.

    What follows is up to the author's rules for errors, but that it is not tried again.
    A step whose turn came, and which something else keeps from starting, leaves the queue instead: if its
    resources are in use when it could start, it waits for them again, with its whole time.
    """
    state, node, record = transition.state, transition.state.graph.node(step), transition.record(step)
    if record.queued_at is None or not isinstance(node, StepSpec) or node.resource_timeout is None:
        raise IllegalTransition(f"{step} waits for no resource")
    reason = state.held.get(step)
    if reason is None:
        transition.put_step(evolve(record, queued_at=None, reason=""))
        resource_use.leave(transition, step)
        return transition.finish()
    del state.held[step]
    resource, _, why = reason.removeprefix(WAITS_FOR).partition(": ")
    limit = format_duration(node.resource_timeout)
    text = f"{resource} was not available within {limit}, the step's resource_timeout: {why}."
    if step in state.maps:
        map_transitions.leave(transition, step)
    failure = Failure(UNAVAILABLE, text)
    consequence = transition.rules_of(node.name).consequence(ResourceUnavailable(text))
    if consequence.note:
        failure = with_note(failure, consequence.note, secrets)
    action: Action | None = None if consequence.action == "retry" else consequence.action
    if action is None and node.reroute_when_open:
        action = "alternative"
    transition.give_up(step, failure, action)
    return transition.finish()
