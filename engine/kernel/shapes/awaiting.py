"""Pure: tells the nodes that still wait as a row."""

from engine.kernel.live_run import LiveRun
from engine.model.definition.elements import is_element
from engine.model.definition.spec import ChildSpec, WaitSpec
from engine.model.states import AWAITED


def is_open(state: LiveRun, step: str) -> bool:
    """Return whether a wait goes on, and no person is asked about its failure.

    A mapped child workflow waits by its elements alone.
    """
    record = state.record(step)
    if record is None or record.state != "waiting" or step in state.graph.mapped:
        return False
    if not isinstance(state.graph.node(step), WaitSpec | ChildSpec):
        return False
    if is_element(step):
        return True
    return not any(request.step == step and request.state in AWAITED for request in state.requests.values())


def starts_child(state: LiveRun, step: str) -> bool:
    """Return whether a step waits for a child run that has not started, as far as its run knows."""
    record = state.record(step)
    if record is None or record.reason or not is_open(state, step):
        return False
    return isinstance(state.graph.node(step), ChildSpec)
