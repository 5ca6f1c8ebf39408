"""Pure: the single use of an approval, by the program that asked for it at a gate.

The use is a signal of the run, so it is sealed, and kept and deleted with the run. The first one counts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.kernel.live_run import LiveRun
from engine.kernel.transition import Transition
from engine.model.definition.spec import Definition
from engine.model.people import Actor
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.runs.signals import SignalRecord
from engine.model.states import IllegalTransition

USED = "used"
"""Name of the signal. A gate has no waits, so no other signal of a gate has a name."""
USE_LIMIT = timedelta(hours=1)
"""The time after its end in which an approval can be used."""


def use(transition: Transition, actor: Actor, key: str) -> Change:
    """Record the use of an approval. `key`: of the use. Raises `IllegalTransition` with the reason."""
    state = transition.state
    if not state.definition.gate:
        raise IllegalTransition("This run is not of a gate, so nothing can be done with its approval.")
    if USED in state.signals:
        raise IllegalTransition("This approval was used before. An approval is for one use: ask again.")
    request = _approved(state)
    if state.run.ended_at is None or transition.now - state.run.ended_at > USE_LIMIT:
        raise IllegalTransition("This approval was not used within an hour. Ask again.")
    record = SignalRecord(state.run.id, USED, {"key": key}, actor, transition.now)
    state.signals[USED] = transition.change.signals[USED] = record
    transition.event("request.used", request.step, request.id)
    return transition.finish()


def used_at(definition: Definition, signals: Mapping[str, SignalRecord]) -> datetime | None:
    """Return the time at which the approval of a gate was used; None while it was not."""
    return signals[USED].at if definition.gate and USED in signals else None


def _approved(state: LiveRun) -> RequestRecord:
    request = next(reversed(state.requests.values()), None)
    if request is None or request.outcome != "approved" or state.run.ended_at is None:
        raise IllegalTransition("This request is not approved, so nothing can be done with it.")
    return request
