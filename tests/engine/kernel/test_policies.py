"""Rules and facts give a decision: denials win, order makes no difference, and an error never allows."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.policies import ConditionError, check_condition, decide, reads_usage
from engine.model.definition.policies import Effect, Moment, PolicyRule, PolicySet, RequiredApproval

BOTH: frozenset[Moment] = frozenset({"start", "step"})
EFFECTS: tuple[Effect, ...] = ("allow", "deny", "require")
STRICTNESS = {"allow": 0, "require": 1, "deny": 2}
CONDITIONS = ("true", "false", "input.amount > 10", "input.missing > 1", "input.amount", "input.name < 3")
FACTS: dict[str, Any] = {
    "input": {"amount": 20, "name": "a"},
    "requester": {"names": ["U1"]},
    "step": {"approvals": []},
}


def rules_of(rules: Sequence[PolicyRule], default: Any = "allow") -> PolicySet:
    return PolicySet(tuple(rules), "d1", default=default)


@st.composite
def rules(draw: st.DrawFn) -> PolicyRule:
    effect = draw(st.sampled_from(EFFECTS))
    return PolicyRule(
        draw(st.sampled_from("abcdef")),
        effect,
        "Because.",
        draw(st.sampled_from(CONDITIONS)),
        draw(st.sampled_from([BOTH, frozenset({"step"})])),
        unless=draw(st.sampled_from(["", "false", "true", "input.missing"])),
        required=RequiredApproval(("@a",)) if effect == "require" else None,
        asks_on_error=draw(st.booleans()),
    )


@given(st.lists(rules(), max_size=6), st.randoms())
def test_the_order_of_rules_makes_no_difference(found: list[PolicyRule], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert (
        decide(rules_of(found), "step", FACTS).decision == decide(rules_of(shuffled), "step", FACTS).decision
    )


@given(st.lists(rules(), max_size=5), rules().filter(lambda rule: rule.effect != "allow"))
def test_a_further_rule_that_denies_or_requires_never_makes_a_decision_milder(
    found: list[PolicyRule], further: PolicyRule
) -> None:
    before = decide(rules_of(found), "step", FACTS).decision
    after = decide(rules_of([*found, further]), "step", FACTS).decision
    assert STRICTNESS[after] >= STRICTNESS[before]


@given(
    st.lists(rules(), max_size=5), st.sampled_from(["input.missing > 1", "input.amount", "input.name < 3"])
)
def test_a_rule_that_cannot_be_evaluated_never_allows(found: list[PolicyRule], condition: str) -> None:
    broken = PolicyRule("broken", "allow", "Fine.", condition, BOTH)
    assert decide(rules_of([*found, broken]), "step", FACTS).decision == "deny"


@given(st.lists(rules(), max_size=6))
def test_every_denial_has_a_reason_and_the_rules_that_made_it(found: list[PolicyRule]) -> None:
    ruling = decide(rules_of(found, default="deny"), "step", FACTS)
    if ruling.decision != "allow":
        assert ruling.reason
        assert all(rule.effect == ruling.decision for rule in ruling.matched)


def test_a_missing_field_denies_and_names_the_field() -> None:
    rule = PolicyRule("limit", "deny", "Too much.", "input.missing > 1", BOTH)
    ruling = decide(rules_of([rule]), "start", FACTS)
    assert (
        ruling.reason
        == "The policy limit could not be evaluated, so it denies: the field missing is missing."
    )


def test_a_rule_may_ask_where_it_cannot_be_evaluated() -> None:
    required = RequiredApproval(("@finance",))
    rule = PolicyRule(
        "limit", "require", "Much.", "input.missing > 1", BOTH, "", required, asks_on_error=True
    )
    assert decide(rules_of([rule]), "step", FACTS).decision == "require"


def approved(by: list[str], asked: list[str], requester: str = "U1") -> dict[str, Any]:
    approvals = [{"name": "go", "asked": asked, "approved_by": by}]
    return {**FACTS, "requester": {"names": [requester]}, "step": {"approvals": approvals}}


@pytest.mark.parametrize("when", ["true", "input.missing > 1"])
@pytest.mark.parametrize(("by", "decision"), [([], "require"), (["U2"], "allow")])
def test_a_given_approval_allows_where_the_default_denies(when: str, by: list[str], decision: str) -> None:
    required = RequiredApproval(("@finance",))
    rule = PolicyRule("limit", "require", "Much.", when, BOTH, "", required, asks_on_error=True)
    facts = approved(by, ["@finance"])
    assert decide(rules_of([rule], default="deny"), "step", facts).decision == decision


@pytest.mark.parametrize(
    ("by", "asked", "decision"),
    [
        (["U2", "U3"], ["@managers"], "allow"),
        (["U2"], ["@managers"], "require"),
        (["U2", "U3"], ["@managers", "@everybody"], "require"),
        (["U1", "U2"], ["@managers"], "require"),
        (["U2", "U7"], ["@managers", "@everybody"], "require"),
        (["U7", "U8"], ["@everybody"], "allow"),
        ([], [], "require"),
    ],
)
def test_only_people_whom_the_policy_names_count_and_not_the_requester(
    by: list[str], asked: list[str], decision: str
) -> None:
    rule = PolicyRule("two", "require", "", "true", BOTH, "", RequiredApproval(("@managers", "U7", "U8"), 2))
    assert decide(rules_of([rule]), "step", approved(by, asked)).decision == decision


def test_an_exception_is_named_in_the_ruling() -> None:
    rule = PolicyRule(
        "freeze", "deny", "Frozen.", "true", BOTH, unless='requester.names.exists(n, n == "U1")'
    )
    ruling = decide(rules_of([rule]), "start", FACTS)
    assert (ruling.decision, ruling.exceptions) == ("allow", ("freeze",))


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("input.amount >", "The condition is not CEL: mismatched input '<EOF>' at its character 15."),
        ("inptu.amount > 1", "inptu is not a fact at start and step."),
        ("usage.runs_today > 1", "usage is not a fact at start and step."),
        ("has(workflow.nmae)", "workflow has no field nmae."),
        ("workflow['nmae'] == 'x'", "workflow has no field nmae."),
        ('has(env.FREEZE) && env.FREEZE == "on"', "env has no field FREEZE."),
        ('"on" in env', "env is used without one of its fields."),
        ('input.a == "env.X" && requester.rolle == "x"', "requester has no field rolle."),
        ("time[input.field] > 1", "time is used without one of its fields."),
        (
            "input.a.exists(x, input.b.exists(y, x == y))",
            "The condition goes through lists 2 times, with exists and exists.",
        ),
    ],
)
def test_a_condition_that_cannot_work_is_refused(condition: str, problem: str) -> None:
    with pytest.raises(ConditionError) as refused:
        check_condition(condition, BOTH, ["REGION"])
    assert refused.value.problem == problem
    assert refused.value.remedy


@pytest.mark.parametrize(
    "condition",
    [
        'env.REGION == "a"',
        'env["REGION"] == "a"',
        "input.workflow.nmae == 1",
        "input.step == 'env.X workflow'",
    ],
)
def test_a_condition_on_facts_that_there_are_is_taken(condition: str) -> None:
    check_condition(condition, BOTH, ["REGION"])


def test_runs_are_counted_only_for_a_rule_that_needs_it() -> None:
    budget = PolicyRule("budget", "deny", "No.", "usage.runs_today > 1", frozenset({"start"}))
    assert reads_usage(rules_of([budget]))
    assert not reads_usage(rules_of([PolicyRule("x", "deny", "No.", "true", BOTH)]))
