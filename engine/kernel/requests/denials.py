"""Pure: what the policies of the installation deny although people would approve it."""

from engine.kernel.transition import Transition
from engine.model.definition.spec import StepSpec
from engine.model.records.records import RequestRecord


def denial(request: RequestRecord, transition: Transition) -> str:
    """Return why the policies deny what would follow an approval; empty if they do not."""
    state, judge = transition.state, transition.policies
    for step in state.graph.scopes.guarded[request.step] if judge is not None else ():
        if judge is not None and isinstance(state.graph.nodes[step], StepSpec):
            ruling = judge.before_step(state, step, transition.now)
            if ruling is not None and ruling.decision == "deny":
                return f"The policies of this installation deny {step}."
    return ""
