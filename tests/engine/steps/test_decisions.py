"""Decisions: what rules and scores decide, and that the reasons say why."""

from datetime import UTC, datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from engine import Decided, DefinitionError, DefinitionErrors, Outcome, Registry, Rule, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.refs import NodeRef
from engine.compiler import compile_workflow
from engine.model.records.records import StepRecord
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
RULES = (
    Rule("input.amount > 1000 && input.share > 0.5", "high", reason="{input.amount} is above 1,000."),
    Rule('input.env == "prod"', "medium", reason="It is in production.", confidence=0.6),
)
POINTS = (
    Rule("input.amount > 1000", points=40, reason="The amount is {input.amount}"),
    Rule('input.env == "prod"', points=30.5, reason="It is in production"),
    Rule("input.due < '2026-01-01T00:00:00Z'", points=-10, reason="It is old"),
)


class Change(BaseModel):
    amount: int = 1
    share: float | None = 0.1
    env: Literal["prod", "test"] = "test"
    due: datetime = datetime(2026, 6, 1, tzinfo=UTC)
    text: str = ""


def flow(**options: Any) -> Workflow:
    made = Workflow("pay", owner="@ops", input=Change)
    made.decision("risk", **{"rules": RULES, "default": "low", **options})
    return made


def scored(kind: Any, value: Any, **options: Any) -> Workflow:
    made = Workflow("pay", owner="@ops", input=Change)

    async def predict() -> Any:
        return value

    predict.__annotations__["return"] = kind
    made.step(predict)
    made.decision("risk", **{"score": "predict", "default": "low", **options})
    return made


async def ended(workflow: Workflow, input: dict[str, Any] | None = None) -> StepRecord:
    async with Harness(workflow, people=PEOPLE) as harness:
        return await harness.step(await harness.start("pay", input or {}), "risk")


def decided(step: StepRecord) -> tuple[str, float, str]:
    assert step.failure is None, step.failure
    return step.output["outcome"], step.output["confidence"], step.output["why"]


def mistakes(workflow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as caught:
        compile_workflow(workflow)
    return [error.problem for error in caught.value.errors]


@pytest.mark.parametrize(
    ("input", "expected"),
    [
        ({"amount": 1001, "share": 0.9, "env": "prod"}, ("high", 1.0, "1001 is above 1,000.")),
        ({"amount": 1000, "share": 0.9, "env": "prod"}, ("medium", 0.6, "It is in production.")),
        ({}, ("low", 1.0, "No rule matched.")),
    ],
)
async def test_the_first_rule_that_matches_decides(
    input: dict[str, Any], expected: tuple[str, float, str]
) -> None:
    assert decided(await ended(flow(), input)) == expected


async def test_a_reason_has_the_values_that_its_condition_compared() -> None:
    step = await ended(flow(), {"amount": 2000, "share": 0.75})
    values = {"input.amount": 2000, "input.share": 0.75}
    assert step.output["reasons"] == [
        {"rule": 1, "text": "2000 is above 1,000.", "values": values, "points": None}
    ]


async def test_a_condition_on_a_missing_value_fails_the_decision() -> None:
    step = await ended(flow(), {"amount": 2000, "share": None})
    assert step.failure is not None
    rule = "Rule 1 (input.amount > 1000 && input.share > 0.5): The condition "
    assert step.failure.message.startswith(rule)
    assert "input.share" in step.failure.message


@pytest.mark.parametrize(
    ("input", "outcome", "score", "confidence"),
    [
        ({}, "low", 0, 1.0),
        ({"amount": 2000}, "medium", 40, 1.0),
        ({"amount": 2000, "env": "prod"}, "high", 70.5, 0.525),
        ({"amount": 2000, "env": "prod", "due": "2025-12-31T23:00:00-02:00"}, "high", 70.5, 0.525),
        ({"amount": 2000, "env": "prod", "due": "2025-12-31T23:00:00Z"}, "medium", 60.5, 0.975),
    ],
)
async def test_points_add_up_to_the_outcome_with_the_highest_threshold(
    input: dict[str, Any], outcome: str, score: float, confidence: float
) -> None:
    thresholds = {"high": 70, "medium": 30}
    step = await ended(flow(rules=POINTS, thresholds=thresholds, margin=10), input)
    assert decided(step)[:2] == (outcome, confidence)
    assert step.output["score"] == score


async def test_points_say_what_each_rule_added() -> None:
    step = await ended(flow(rules=POINTS, thresholds={"high": 70}), {"amount": 2000, "env": "prod"})
    expected = "Score 70.5: The amount is 2000 (+40); It is in production (+30.5)"
    assert decided(step) == ("high", 1.0, expected)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.72, ("high", 0.6, "The score is 0.72; high starts at 0.7.")),
        (0.95, ("high", 1.0, "The score is 0.95; high starts at 0.7.")),
        (0.1, ("low", 1.0, "The score is 0.1; below every threshold.")),
    ],
)
async def test_a_models_score_reaches_a_threshold(score: float, expected: tuple[str, float, str]) -> None:
    step = await ended(scored(float, score, thresholds={"high": 0.7}, margin=0.1))
    assert decided(step) == expected


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ({"high": 0.8, "low": 0.2}, ("high", 0.8, "high has the probability 0.8.")),
        (
            {"high": 0.6, "low": 0.4},
            ("low", 0.6, "high has the probability 0.6, below its threshold of 0.7."),
        ),
        ({"high": 0.3, "low": 0.7}, ("low", 0.7, "low has the probability 0.7.")),
    ],
)
async def test_the_most_probable_outcome_needs_its_threshold(
    probabilities: dict[str, float], expected: tuple[str, float, str]
) -> None:
    assert decided(await ended(scored(dict[str, float], probabilities, thresholds={"high": 0.7}))) == expected


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ({"hihg": 0.8}, "names the outcome 'hihg'. There are: high, low."),
        ({"high": 1.2}, "predict.high is 1.2: no probability."),
        ({}, "has no probabilities."),
        ("0.8", "predict is '0.8', which is a text: no score."),
        (True, "predict is True, which is true or false: no score."),
        (0.8, "so the decision needs margin= to tell its confidence."),
    ],
)
async def test_a_model_that_gives_something_else_fails_the_decision(score: Any, said: str) -> None:
    step = await ended(scored(Any, score, thresholds={"high": 0.7}))
    assert step.failure is not None
    assert said in step.failure.message


async def test_low_confidence_asks_people_who_see_the_outcome_and_the_reason() -> None:
    made = Workflow("pay", owner="@ops", input=Change)
    risk = made.decision("risk", rules=RULES, default="low")
    ask = "Risk {risk.outcome}: {risk.why} Pay?"
    made.approval("go", ask=ask, when=risk.confidence < 0.8, approvers=["@ops"], expires="4h")

    @made.step
    async def pay(risk: Decided, go: Outcome | None) -> str:
        return f"{risk.outcome}, {'asked' if go else 'not asked'}"

    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("pay", {"env": "prod"})
        (request,) = await harness.requests()
        assert request.ask == 'Risk medium: "It is in production." Pay?'
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.step(run, "pay")).output == "medium, asked"
        sure = await harness.start("pay", {})
        assert (await harness.step(sure, "pay")).output == "low, not asked"


async def test_the_run_says_what_was_decided_and_why() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("pay", {"env": "prod"})
        detail = await harness.engine.detail(run.id)
        assert [step.reason for step in detail.steps] == ["medium (60 %): It is in production."]
        assert detail.result is not None
        told = {"outcome": "medium", "confidence": 0.6, "why": "It is in production."}
        assert (detail.result.step, detail.result.value) == ("risk", told)


def test_the_digest_of_the_version_covers_the_rules() -> None:
    changed = (RULES[0], Rule('input.env == "prod"', "medium", reason="In production.", confidence=0.6))
    digests = {compile_workflow(flow(rules=rules)).definition.digest() for rules in (RULES, changed, RULES)}
    assert len(digests) == 2


def test_dict_and_python_are_the_same() -> None:
    rules = [
        {"when": rule.when, "outcome": rule.outcome, "reason": rule.reason, "confidence": rule.confidence}
        for rule in RULES
    ]
    data = {"id": "pay", "owner": "@ops", "input": Change, "tasks": [
        {"id": "risk", "decision": {"rules": rules, "default": "low"}},
    ]}  # fmt: skip
    from_data = compile_workflow(from_dict(data, Registry()))
    assert from_data.definition.nodes == compile_workflow(flow()).definition.nodes


def test_a_rule_as_data_takes_a_condition_of_the_dict_form() -> None:
    condition = {"all": [{"task": "input", "field": "amount", "op": ">", "value": 3}]}
    rule = {"when": condition, "outcome": "high", "reason": "Many."}
    data = {"id": "pay", "owner": "@ops", "input": Change, "tasks": [
        {"id": "risk", "decision": {"rules": [rule], "default": "low"}},
    ]}  # fmt: skip
    (node,) = compile_workflow(from_dict(data, Registry())).definition.nodes
    assert node.operation.rules[0].written == "input.amount > 3"  # type: ignore[union-attr]


def test_a_task_that_decides_refuses_options_of_other_tasks() -> None:
    task = {"id": "risk", "decision": {"rules": [], "default": "low"}, "timeout": "2s"}
    with pytest.raises(DefinitionError, match="'timeout', which a task with 'decision' does not take"):
        from_dict({"id": "pay", "owner": "@ops", "tasks": [task]}, Registry())


def test_conditions_are_made_of_steps_too() -> None:
    made = Workflow("pay", owner="@ops", input=Change)

    @made.step
    async def plan(input: Change) -> dict[str, int]:
        return {"destroys": 3}

    rule = Rule((plan.output.destroys > 2) & ~(plan.output.destroys == 9), "high", reason="It destroys.")
    made.decision("risk", rules=[rule], default="low")
    (_, node) = compile_workflow(made).definition.nodes
    written = "(plan.destroys > 2) && (!(plan.destroys == 9))"
    assert node.operation.rules[0].written == written  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (Rule(NodeRef("risk").succeeded, "high", reason="x"), "Rule 1 tests how a step ended"),
        (Rule("input == 3", "high", reason="x"), "Rule 1 compares the whole input"),
        (Rule("input.amount > 1", "", reason="x"), "Rule 1 gives the outcome ''"),
        (Rule("input.amount > 1", "high", reason="{input.}"), "a brace holds no path"),
        (Rule("input.amount > 1", "high", reason="{input.amuont}"), "has no field amuont"),
        (Rule("input.amount > 1", "high", reason="x", confidence=2), "Rule 1 has the confidence 2."),
        (Rule("input.amount > 1", "high", 3, reason="x"), "Rule 1 gives the outcome 'high' and 3 points"),
        (Rule(3, "high", reason="x"), "The condition of rule 1 is 3."),  # type: ignore[arg-type]
        (Rule('input.amount == "many"', "high", reason="x"), "they are never equal"),
    ],
)
def test_a_mistake_in_a_rule_is_named(rule: Rule, problem: str) -> None:
    assert any(problem in said for said in mistakes(flow(rules=[rule])))
