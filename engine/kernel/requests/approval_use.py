"""Pure: the single use of an approval by the program that asked at a gate, and the redemption of its permit.

Both are signals of the run, so they are sealed, and kept and deleted with the run. The first one counts.
A permit is signed for a use, so that another program can verify it; that program redeems it.
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
REDEEMED, REFUSED = "redeemed", "redemption refused"
USE_LIMIT = timedelta(hours=1)
"""The time after its end in which an approval can be used."""


def use(transition: Transition, actor: Actor, key: str) -> Change:
    """Record the use of an approval. `key`: of the use. Raises `IllegalTransition` with the reason."""
    state = transition.state
    if not state.definition.gate:
        raise IllegalTransition("This run is not of a gate, so nothing can be done with its approval.")
    if USED in state.signals:
        raise IllegalTransition("This approval was used before. An approval is for one use: ask again.")
    _approved(state)
    if state.run.ended_at is None or transition.now - state.run.ended_at > USE_LIMIT:
        raise IllegalTransition("This approval was not used within an hour. Ask again.")
    return _recorded(transition, actor, USED, key, "request.used")


def redeem(transition: Transition, actor: Actor, key: str, issued_at: int) -> Change:
    """Record the redemption of a permit. `key`: of the redemption. `issued_at`: seconds since the epoch.

    Raises `IllegalTransition` with the reason.
    """
    state = transition.state
    used = state.signals.get(USED)
    if used is None or int(used.at.timestamp()) != issued_at:
        raise IllegalTransition("The permit is not of a use that is recorded here.")
    if REDEEMED in state.signals:
        raise IllegalTransition("This permit was redeemed before. A permit is for one call.")
    return _recorded(transition, actor, REDEEMED, key, "request.redeemed")


def refuse_redemption(transition: Transition, actor: Actor, key: str) -> Change:
    """Record the first time that a redeemed permit comes again; later ones change nothing."""
    if REFUSED in transition.state.signals:
        raise IllegalTransition("It is recorded that the permit came again.")
    return _recorded(transition, actor, REFUSED, key, "request.redemption_refused")


def _recorded(transition: Transition, actor: Actor, name: str, key: str, event: str) -> Change:
    state = transition.state
    request = _approved(state)
    record = SignalRecord(state.run.id, name, {"key": key}, actor, transition.now)
    state.signals[name] = transition.change.signals[name] = record
    transition.event(event, request.step, request.id)
    return transition.finish()


def used_at(definition: Definition, signals: Mapping[str, SignalRecord]) -> datetime | None:
    """Return the time at which the approval of a gate was used; None while it was not."""
    return signals[USED].at if definition.gate and USED in signals else None


def _approved(state: LiveRun) -> RequestRecord:
    request = next(reversed(state.requests.values()), None)
    if request is None or request.outcome != "approved" or state.run.ended_at is None:
        raise IllegalTransition("This request is not approved, so nothing can be done with it.")
    return request
