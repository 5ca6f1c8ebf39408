"""Pure: the refused approval because of which a run that succeeded went without steps, or was all in vain."""

from collections.abc import Mapping
from typing import Literal

from engine.model.states import REFUSALS, RefusedOutcome

Refusal = Literal["", RefusedOutcome]
ENDINGS: Mapping[RefusedOutcome, str] = {
    "rejected": "was rejected",
    "expired": "was not answered in time",
    "changes_requested": "was sent back",
    "responded": "got a response instead of a decision",
}
"""How a run ended because of a refusal, after "it"."""


def refusal_of(outcome: str | None) -> Refusal:
    """Return the outcome of an approval that was refused; empty for any other."""
    return outcome if outcome in REFUSALS else ""


def refused_step(outcomes: Mapping[str, str | None], states: Mapping[str, str]) -> str:
    """Return the last approval that was refused, if steps were skipped or the run only asks; else nothing.

    `outcomes`: how the last request of each approval ended, in the order of the requests. `states`: of the
    steps, by name.
    """
    refused = [
        step for step, outcome in outcomes.items() if outcome in REFUSALS and states.get(step) == "succeeded"
    ]
    matters = "skipped" in states.values() or states.keys() <= outcomes.keys()
    return refused[-1] if refused and matters else ""
