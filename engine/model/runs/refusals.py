"""Pure: the refused approval because of which a run that succeeded went without steps."""

from collections.abc import Mapping
from typing import Literal

Refusal = Literal["", "rejected", "expired"]
_REFUSED = ("rejected", "expired")
ENDINGS = {"rejected": "was rejected", "expired": "was not answered in time"}
"""How a run ended because of a refusal, after "it"."""


def refused_step(outcomes: Mapping[str, str | None], states: Mapping[str, str]) -> str:
    """Return the last approval that was refused, if steps were skipped; else an empty text.

    `outcomes`: how the last request of each approval ended, in the order of the requests. `states`: of the
    steps, by name.
    """
    refused = [
        step for step, outcome in outcomes.items() if outcome in _REFUSED and states.get(step) == "succeeded"
    ]
    return refused[-1] if refused and "skipped" in states.values() else ""
