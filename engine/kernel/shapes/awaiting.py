"""Pure: tells the nodes that still wait as a row."""

from engine.kernel.live_run import LiveRun
from engine.model.spec import ChildSpec, WaitSpec
from engine.model.states import AWAITED


def is_open(state: LiveRun, step: str) -> bool:
    """Return whether a wait goes on, and no person is asked about its failure."""
    record = state.steps.get(step)
    if not isinstance(state.graph.nodes.get(step), WaitSpec | ChildSpec) or record is None:
        return False
    if record.state != "waiting":
        return False
    return not any(request.step == step and request.state in AWAITED for request in state.requests.values())


def starts_child(state: LiveRun, step: str) -> bool:
    """Return whether a step waits for a child run that has not started, as far as its run knows."""
    is_child = isinstance(state.graph.nodes.get(step), ChildSpec)
    return is_child and is_open(state, step) and not state.steps[step].reason
