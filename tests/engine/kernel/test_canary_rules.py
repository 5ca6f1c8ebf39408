"""Which runs execute a candidate, and what its rules say."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.kernel.canary import takes_candidate, verdict
from engine.model.people import Actor
from engine.model.versions.canary import Canary, CanaryRules, Tally

CANARY = Canary("ship", "next.py", 10, "d", "c", datetime(2026, 1, 5, tzinfo=UTC))


@pytest.mark.parametrize("share", [0.5, 10, 50, 100])
def test_the_share_of_many_runs_is_the_one_that_was_asked_for(share: float) -> None:
    canary = replace(CANARY, share=share)
    taken = sum(takes_candidate(canary, f"ship-{number}") for number in range(20_000))
    assert abs(taken / 20_000 - share / 100) < 0.01


def test_another_canary_takes_other_runs() -> None:
    later = replace(CANARY, started_at=datetime(2026, 1, 6, tzinfo=UTC))
    runs = [f"ship-{number}" for number in range(200)]
    assert [takes_candidate(CANARY, run) for run in runs] != [takes_candidate(later, run) for run in runs]


def test_promoted_takes_every_run_and_rolled_back_none() -> None:
    assert takes_candidate(CANARY.ended("promoted", ""), "ship-1")
    assert not takes_candidate(replace(CANARY, share=100).ended("rolled_back", ""), "ship-1")


RULES = CanaryRules(min_runs=10, max_failures=10, max_slowdown=1.5, promote_after=20)


@pytest.mark.parametrize(
    ("rules", "current", "candidate", "act"),
    [
        (CanaryRules(), Tally(100, 0), Tally(100, 100), None),
        (RULES, Tally(100, 10), Tally(5, 2), None),  # of ten runs two may fail
        (RULES, Tally(100, 10), Tally(5, 3), "roll_back"),
        (RULES, Tally(100, 10), Tally(10, 2), None),
        (RULES, Tally(100, 0, 10.0), Tally(9, 0, 100.0), None),  # too few to compare durations
        (RULES, Tally(100, 0, 10.0), Tally(10, 0, 15.0), None),
        (RULES, Tally(100, 0, 10.0), Tally(10, 0, 15.1), "roll_back"),
        (RULES, Tally(0, 0, None), Tally(10, 0, 15.1), None),
        (RULES, Tally(100, 0, 10.0), Tally(19, 0, 10.0), None),
        (RULES, Tally(100, 0, 10.0), Tally(20, 0, 10.0), "promote"),
        (RULES, Tally(100, 0, 10.0), Tally(20, 3, 10.0), "roll_back"),
        (CanaryRules(min_runs=1, promote_after=1), Tally(9, 0, 10.0), Tally(1, 1, 10.0), None),  # no bound
        (RULES, Tally(100, 0, None), Tally(20, 0, 10.0), None),
        (RULES, Tally(100, 0, 10.0), Tally(20, 0, None), None),
        (CanaryRules(max_failures=10, promote_after=20), Tally(), Tally(20, 0), None),
        (CanaryRules(max_failures=10, promote_after=20), Tally(20, 0), Tally(20, 0), "promote"),
        (CanaryRules(max_failures=10, promote_after=20), Tally(19, 0), Tally(20, 0), None),
        (CanaryRules(max_slowdown=1.5, promote_after=20), Tally(), Tally(20, 0, 10.0), None),
        (CanaryRules(max_slowdown=1.5), Tally(20, 0, 0.0), Tally(20, 0, 0.0), None),
        (CanaryRules(max_slowdown=1.5), Tally(20, 0, 0.0), Tally(20, 0, 1.0), "roll_back"),
        (CanaryRules(max_slowdown=1.5), Tally(19, 0, 0.0), Tally(20, 0, 1.0), None),
    ],
)
def test_the_rules_decide(rules: CanaryRules, current: Tally, candidate: Tally, act: str | None) -> None:
    decided = verdict(rules, current, candidate)
    assert (decided.act if decided else None) == act


def test_a_canary_is_read_back_as_it_was_stored() -> None:
    canary = replace(CANARY, rules=RULES, ask="gate", started_by=Actor("cli", "ops", "U1"))
    assert Canary.of_json(canary.as_json()) == canary
