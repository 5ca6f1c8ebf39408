"""Pure: what the policies of the installation refuse although people would approve it."""

from dataclasses import replace

from engine.kernel.live_run import LiveRun
from engine.kernel.transition import Transition
from engine.model.definition.policies import Ruling
from engine.model.definition.spec import StepSpec
from engine.model.records.records import RequestRecord, evolve


def denial(request: RequestRecord, transition: Transition) -> str:
    """Return why the policies deny what would follow an approval; empty if they do not."""
    for step in transition.state.graph.scopes.guarded[request.step]:
        ruling = _ruling(transition, step)
        if ruling is not None and ruling.decision == "deny":
            return f"The policies of this installation deny {step}."
    return ""


def missing_approvers(request: RequestRecord, transition: Transition) -> str:
    """Return why the policies would refuse what follows, if this request were approved as it is now.

    Empty if they would not, or if another approval that guards the step can still bring the people.
    `request`: with the decision that would approve it.
    """
    state = transition.state
    approved = evolve(request, outcome="approved")
    after = replace(state, requests={**state.requests, request.id: approved})
    for step in state.graph.scopes.guarded[request.step]:
        others = {*state.graph.scopes.guards.get(step, ())} - {request.step}
        if any(state.steps[name].state in ("pending", "waiting") for name in others if name in state.steps):
            continue
        ruling = _ruling(transition, step, after)
        if ruling is not None and ruling.decision == "require":
            return f"The policies of this installation would then refuse {step}. {ruling.reason}"
    return ""


def _ruling(transition: Transition, step: str, state: LiveRun | None = None) -> Ruling | None:
    state, judge = state or transition.state, transition.policies
    if judge is None or not isinstance(state.graph.nodes[step], StepSpec):
        return None
    return judge.before_step(state, step, transition.now)
