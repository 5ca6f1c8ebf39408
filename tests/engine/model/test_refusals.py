"""The refused approval because of which a run that succeeded went without steps."""

import pytest

from engine.model.runs.refusals import refused_step

DONE = {"build": "succeeded", "go": "succeeded", "release": "succeeded"}
SKIPPED = {**DONE, "release": "skipped"}


@pytest.mark.parametrize(
    ("outcomes", "states", "step"),
    [
        ({"go": "rejected"}, SKIPPED, "go"),
        ({"go": "expired"}, SKIPPED, "go"),
        ({"go": "approved"}, SKIPPED, ""),
        ({"go": None}, SKIPPED, ""),
        ({"go": "rejected"}, DONE, ""),
        ({"go": "rejected"}, {**SKIPPED, "go": "skipped"}, ""),
        ({"early": "rejected", "go": "expired"}, {**SKIPPED, "early": "succeeded"}, "go"),
        ({}, SKIPPED, ""),
    ],
)
def test_the_last_refused_approval_is_why_steps_were_skipped(
    outcomes: dict[str, str | None], states: dict[str, str], step: str
) -> None:
    assert refused_step(outcomes, states) == step
