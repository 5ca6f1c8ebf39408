"""Pure: whether a node that waits as a row still waits."""

from engine.kernel.live_run import LiveRun
from engine.model.spec import ChildSpec, WaitSpec
from engine.model.states import AWAITED


def is_open(state: LiveRun, step: str) -> bool:
    """Whether a wait goes on, and no person is asked about its failure."""
    record = state.steps.get(step)
    if not isinstance(state.graph.nodes.get(step), WaitSpec | ChildSpec) or record is None:
        return False
    if record.state != "waiting":
        return False
    return not any(request.step == step and request.state in AWAITED for request in state.requests.values())
