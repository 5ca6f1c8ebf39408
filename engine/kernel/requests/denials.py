"""Pure: what the policies of the installation refuse although people would approve it."""

from engine.kernel.transition import Transition
from engine.model.definition.policies import Ruling
from engine.model.definition.spec import StepSpec
from engine.model.records.records import RequestRecord


def denial(request: RequestRecord, transition: Transition) -> str:
    """Return why the policies deny what would follow an approval; empty if they do not."""
    for step in transition.state.graph.scopes.guarded.get(request.step, ()):
        ruling = _ruling(transition, step)
        if ruling is not None and ruling.decision == "deny":
            return f"The policies of this installation deny {step}."
    return ""


def _ruling(transition: Transition, step: str) -> Ruling | None:
    state, judge = transition.state, transition.policies
    if judge is None or not isinstance(state.graph.nodes[step], StepSpec):
        return None
    return judge.before_step(state, step, transition.now)
