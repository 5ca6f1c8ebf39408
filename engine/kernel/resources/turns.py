"""Pure: the transitions by which a step leaves the queue for resources: its turn, and its timeout."""

from engine.kernel.resilience.failure_rules import Action
from engine.kernel.resources.use import UNAVAILABLE
from engine.kernel.shapes import map_transitions
from engine.kernel.transition import Transition
from engine.model.change import Change
from engine.model.durations import spoken_duration
from engine.model.request_parts import Failure
from engine.model.spec import StepSpec
from engine.model.states import IllegalTransition


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


def time_out(transition: Transition, step: str) -> Change:
    """Fail a step that waited for its resources for as long as its author allows."""
    state, node = transition.state, transition.state.graph.node(step)
    reason = state.held.pop(step, "")
    if not reason or not isinstance(node, StepSpec) or node.resource_timeout is None:
        raise IllegalTransition(f"{step} waits for no resource")
    allowed_time = spoken_duration(node.resource_timeout)
    text = f"The step {reason}. It waited for {allowed_time}, the longest that its resource_timeout allows."
    if step in state.maps:
        map_transitions.leave(transition, step)
    action: Action | None = "alternative" if node.reroute_when_open else None
    transition.give_up(step, Failure(UNAVAILABLE, text), action)
    return transition.finish()
