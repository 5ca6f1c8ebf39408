"""Insight of an engine: which approvals are about a decision, and what people answered."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Insight, NotPossible, Outcome, Rule, Share, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
AGE = timedelta(days=90)


class Change(BaseModel):
    amount: int = 1
    team: str = "red"


def flow(**options: Any) -> tuple[Workflow, Any]:
    made = Workflow("pay", owner="@ops", input=Change)
    risk = made.decision(
        "risk",
        rules=[Rule("input.amount > 100", "high", reason="Much.")],
        default="low",
        recommends={"high": "reject", "low": "approve"},
        **options,
    )
    return made, risk


def guarded(made: Workflow) -> Workflow:
    @made.step
    async def act(go: Outcome) -> str:
        return "done"

    return made


async def told(harness: Harness) -> Insight:
    return await harness.engine.insight("pay", since=harness.clock.now() - AGE)


@pytest.mark.parametrize(
    "options",
    [
        {"ask": "Do it, with {risk.outcome} risk?"},
        {"ask": "Do it?", "show": [("Risk", "risk.outcome")]},
        {"ask": "Do it?", "when": "risk"},
    ],
    ids=["ask", "show", "when"],
)
async def test_approvals_that_read_the_decision_answer_it(options: dict[str, Any]) -> None:
    made, risk = flow(groups=["input.team"])
    if options.get("when"):
        options = {**options, "when": risk.confidence >= 0.5}
    made.approval("go", approvers=["@ops"], expires="4h", **options)
    async with Harness(guarded(made), people=PEOPLE) as harness:
        for amount, team, answer in ((500, "red", "reject"), (500, "blue", "approve"), (1, "red", "approve")):
            await harness.start("pay", {"amount": amount, "team": team})
            await harness.decide("go", answer, as_user="U1", comment="So.")
        await harness.start("pay", {"amount": 1})
        figures = await told(harness)
    assert (figures.step, figures.approvals, figures.agreement) == ("risk", ("go",), Share(2, 3))
    assert (figures.runs, figures.unanswered) == (4, 1)
    assert [(each.value, each.against, each.agreement) for each in figures.groups] == [
        ("red", Share(1, 3), Share(2, 2)),
        ("blue", Share(1, 1), Share(0, 1)),
    ]


async def test_an_approval_that_only_comes_after_the_decision_does_not_answer_it() -> None:
    made, risk = flow()
    made.approval("go", ask="Do it?", approvers=["@ops"], expires="4h", after=[risk])
    async with Harness(guarded(made), people=PEOPLE) as harness:
        with pytest.raises(NotPossible, match="No approval of pay is about risk, so nobody answers it"):
            await told(harness)


async def test_older_runs_are_not_counted() -> None:
    made, _ = flow()
    made.approval("go", ask="Risk {risk.outcome}?", approvers=["@ops"], expires="4h")
    async with Harness(guarded(made), people=PEOPLE) as harness:
        await harness.start("pay", {})
        await harness.decide("go", "approve", as_user="U1")
        harness.clock.advance(AGE + timedelta(days=1))
        await harness.start("pay", {"amount": 500})
        figures = await told(harness)
    assert (figures.runs, figures.agreement) == (1, Share())
