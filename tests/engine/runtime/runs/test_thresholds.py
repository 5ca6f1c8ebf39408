"""Thresholds that approvers change: what they read, what later runs use, and how it is taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Gate, NotAllowed, NotPossible, Outcome, Rule, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})
AGE = timedelta(days=90)
OWNER = Actor("slack", "U1")


class Refund(BaseModel):
    amount: int


def flow(threshold: float = 60, *, guarded: bool = False) -> Workflow:
    made = Workflow("refund", owner="@ops", input=Refund)
    rules = [Rule(f"input.amount >= {n}", points=10, reason=f"At least {n}") for n in range(1, 11)]
    options: dict[str, Any] = {}
    if guarded:
        begin = made.approval("begin", ask="Begin with {input.amount}?", approvers=["@ops"], expires="4h")
        options["when"] = begin.approved
    made.decision(
        "check",
        rules=rules,
        thresholds={"refuse": threshold},
        default="pay",
        recommends={"refuse": "reject", "pay": "approve"},
        **options,
    )
    made.approval(
        "go", ask="Refund {input.amount}? {check.outcome}: {check.why}", approvers=["@ops"], expires="4h"
    )

    @made.step
    async def pay(go: Outcome) -> str:
        return "paid"

    return made


def gate() -> Gate:
    return Gate("tuning", owner="@ops", approvers=["@ops"], expires="3d")


async def answered(harness: Harness, rejected_from: int = 8) -> None:
    """Let people answer runs of every score twice: they reject from this amount."""
    for amount in [*range(1, 11), *range(1, 11)]:
        run = await harness.start("refund", {"amount": amount})
        if "begin" in (await harness.state(run)).titles:
            await harness.decide("begin", "approve", as_user="U1")
        choice = "reject" if amount >= rejected_from else "approve"
        await harness.decide("go", choice, as_user="U1", comment="So.")


async def proposed(harness: Harness) -> str:
    _, run = await harness.engine.thresholds.propose(
        "refund", "", "tuning", since=harness.clock.now() - AGE, actor=OWNER
    )
    await harness.run_until_idle()
    return run


async def decision(harness: Harness, amount: int) -> dict[str, Any]:
    run = await harness.start("refund", {"amount": amount})
    return dict((await harness.step(run, "check")).output)


async def test_an_approved_threshold_is_used_recorded_and_can_be_taken_back() -> None:
    async with Harness(flow(), gate(), people=PEOPLE) as harness:
        await answered(harness)
        assert (await decision(harness, 7))["outcome"] == "refuse"
        question = await proposed(harness)
        (request,) = await harness.engine.requests(run_id=question)
        assert request.ask.strip('"') == "Let refuse of refund.check begin at 80 instead of 60?"
        shown = str(request.shown)
        for words in (
            "Threshold of refuse: 60 now, 80 proposed",
            "People agreed with 16 of 20; with it, 20 of 20",
            "refuse would be pay: 5 runs",
        ):
            assert words in shown, words
        assert (await decision(harness, 7))["outcome"] == "refuse"
        await harness.decide("decision", "approve", as_user="U2")
        await harness.run_until_idle()
        output = await decision(harness, 7)
        assert output["outcome"] == "pay"
        assert output["why"].endswith("(threshold setting 1: refuse from 80)")
        figures = await harness.engine.insight("refund", since=harness.clock.now() - AGE)
        assert [each.threshold for each in figures.thresholds if each.is_current] == [80]
        await harness.engine.thresholds.take_back("refund", "", actor=OWNER)
        output = await decision(harness, 7)
        assert (output["outcome"], "setting" in output["why"]) == ("refuse", False)
        with pytest.raises(NotPossible, match="nothing to take back"):
            await harness.engine.thresholds.take_back("refund", "", actor=OWNER)


async def test_only_the_threshold_that_its_owner_saw_is_proposed() -> None:
    async with Harness(flow(), gate(), people=PEOPLE) as harness:
        await answered(harness)
        thresholds, since = harness.engine.thresholds, harness.clock.now() - AGE
        with pytest.raises(NotAllowed):
            await thresholds.proposable("refund", "", since=since, actor=Actor("slack", "U9"))
        _, step, found = await thresholds.proposable("refund", "", since=since, actor=OWNER)
        assert (step, found.after) == ("check", 80)
        run = await harness.start("refund", {"amount": 5})
        await harness.decide((await harness.engine.requests(run_id=run.id))[0].id, "approve", as_user="U1")
        asked: dict[str, Any] = {"since": since, "actor": OWNER, "stamp": found.stamp}
        with pytest.raises(NotPossible, match="have changed since this proposal was shown"):
            await thresholds.propose("refund", "", "tuning", **asked)
        assert "proposals" not in await thresholds.fact.read()
        _, _, again = await thresholds.proposable("refund", "", since=since, actor=OWNER)
        await thresholds.propose("refund", "", "tuning", **{**asked, "stamp": again.stamp})


async def test_a_rejected_proposal_changes_nothing() -> None:
    async with Harness(flow(), gate(), people=PEOPLE) as harness:
        await answered(harness)
        await proposed(harness)
        await harness.decide("decision", "reject", as_user="U2", comment="No.")
        await harness.run_until_idle()
        assert (await decision(harness, 7))["outcome"] == "refuse"
        assert (await harness.engine.thresholds.fact.read())["proposals"] == {}


async def test_a_second_approval_of_an_earlier_threshold_changes_nothing() -> None:
    async with Harness(flow(), gate(), people=PEOPLE) as harness:
        await answered(harness)
        first, second = await proposed(harness), await proposed(harness)
        for question in (first, second):
            (request,) = await harness.engine.requests(run_id=question)
            await harness.decide(request.id, "approve", as_user="U2")
            await harness.run_until_idle()
        stored = (await harness.engine.thresholds.fact.read())["settings"]["refund.check"]
        assert (stored["number"], stored["question"]) == (1, first)


async def test_a_setting_survives_a_restart_and_ends_with_other_thresholds_in_the_file(
    tmp_path: Path,
) -> None:
    async with Harness(flow(), gate(), people=PEOPLE, folder=tmp_path) as harness:
        await answered(harness)
        await proposed(harness)
        await harness.decide("decision", "approve", as_user="U2")
        await harness.run_until_idle()
        now = harness.clock.now()
    async with Harness(flow(), gate(), people=PEOPLE, folder=tmp_path, at=now) as harness:
        assert (await decision(harness, 7))["outcome"] == "pay"
    async with Harness(flow(70), gate(), people=PEOPLE, folder=tmp_path, at=now) as harness:
        assert (await decision(harness, 7))["outcome"] == "refuse"


async def test_nothing_is_proposed_without_answers_or_without_a_better_threshold() -> None:
    async with Harness(flow(), gate(), people=PEOPLE) as harness:
        with pytest.raises(NotPossible, match=r"There are 0 answers .* A proposal needs 20"):
            await proposed(harness)
        await answered(harness, rejected_from=6)
        with pytest.raises(NotPossible, match="No other threshold is better: people agreed with 20 of 20"):
            await proposed(harness)
        with pytest.raises(NotPossible, match="refund, which is not a gate"):
            await harness.engine.thresholds.propose(
                "refund", "", "refund", since=harness.clock.now() - AGE, actor=OWNER
            )


async def test_an_open_approval_of_a_decision_is_asked_again_when_its_threshold_changes() -> None:
    async with Harness(flow(guarded=True), gate(), people=PEOPLE) as harness:
        await answered(harness)
        run = await harness.start("refund", {"amount": 7})
        (before,) = await harness.engine.requests(run_id=run.id)
        await proposed(harness)
        await harness.decide("decision", "approve", as_user="U2")
        await harness.run_until_idle()
        (after,) = await harness.engine.requests(run_id=run.id)
        assert (before.step, after.step, before.id != after.id) == ("begin", "begin", True)
        await harness.decide(after, "approve", as_user="U1")
        assert (await harness.step(run, "check")).output["outcome"] == "pay"
