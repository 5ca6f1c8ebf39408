"""Every mistake in a policy file is named with its line, its column and a remedy."""

import pytest

from engine.authoring.policy_cases import try_cases
from engine.authoring.policy_file import read_policies
from engine.errors import DefinitionError, DefinitionErrors

RULE = "rules:\n  - name: a\n    when: input.amount > 1\n    deny: Too much.\n"


def problems_of(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises((DefinitionError, DefinitionErrors)) as refused:
        read_policies(text, "p.yaml")
    value = refused.value
    errors = value.errors if isinstance(value, DefinitionErrors) else [value]
    found = [error for error in errors if isinstance(error, DefinitionError)]
    assert len(found) == len(errors)
    return [(str(error.file), error.problem, error.remedy) for error in found]


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("zone: Mars/Base\n" + RULE, "1:7", "There is no time zone 'Mars/Base'."),
        ("zone: 3\n" + RULE, "1:7", "There is no time zone 3."),
        ("default: maybe\n" + RULE, "1:10", "default is 'maybe'."),
        ("environment: [a b]\n" + RULE, "1:14", "environment has 'a b'."),
        ("environment: REGION\n" + RULE, "1:14", "environment is 'REGION'."),
        ("rulez: []\n" + RULE, "1:1", "There is no option rulez."),
        ("rules: []\n", "1:8", "There are no rules."),
        ("zone: UTC\n", "1:1", "There are no rules."),
        ("rules: 5\n", "1:8", "rules is 5."),
        ("rules: [5]\n", "1:9", "The rule is 5."),
        (RULE.replace("deny", "forbid"), "4:5", "There is no option forbid."),
        (RULE + "    allow: Yes.\n", "2:5", "The rule has allow and deny."),
        (RULE.replace("name: a", "name: A b"), "2:11", "The name of the rule is 'A b'."),
        (RULE + RULE[7:], "5:1", "The rule a is here twice; the first one is in line 2."),
        (RULE + "    at: end\n", "5:9", "at is 'end'."),
        (RULE + "    reason: Since.\n", "5:13", "The reason is the text of deny."),
        (RULE + "    on_error: require\n", "5:15", "on_error is 'require'."),
        (RULE.replace("Too much.", '""'), "4:11", "deny is ''."),
        (RULE.replace("    when: input.amount > 1\n", ""), "2:5", "The rule has no when."),
        (RULE.replace("input.amount > 1", "input.amount >"), "3:11", "The condition is not CEL: mismatched"),
        (RULE.replace("input.", "inptu."), "3:11", "inptu is not a fact at start and step."),
        (RULE.replace("deny: Too much.", "require: somebody"), "4:14", "'somebody' names nobody."),
        (RULE.replace("deny: Too much.", "require: {by: []}"), "4:19", "require names nobody."),
        (RULE.replace("deny: Too much.", 'require: {by: ["@a"], people: 0}'), "4:35", "people is 0."),
        (
            RULE.replace("deny: Too much.", 'require: "@a"\n    at: start'),
            "5:9",
            "An approval cannot be required at the start of a run.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_a_remedy(text: str, place: str, problem: str) -> None:
    found = problems_of(text)
    matching = [each for each in found if each[1].startswith(problem)]
    assert matching, found
    assert matching[0][0] == f"p.yaml:{place}"
    assert all(remedy for _, _, remedy in found)


def test_several_mistakes_are_told_together() -> None:
    assert len(problems_of("zone: Mars\ndefault: 5\n" + RULE.replace("input.", "inptu."))) == 3


def test_a_file_is_read_whole() -> None:
    text = (
        "zone: Europe/Berlin\nenvironment: [REGION]\ndefault: deny\n"
        + RULE
        + (
            "  - name: b\n    when: true\n    require: {by: ['@a'], people: 2}\n    reason: Two.\n"
            "    on_error: require\n    unless: requester.id == 'U1'\n"
        )
    )
    policies = read_policies(text, "p.yaml")
    assert (policies.zone, policies.environment, policies.default) == ("Europe/Berlin", ("REGION",), "deny")
    first, second = policies.rules
    assert (first.effect, first.at, first.reason) == ("deny", frozenset({"start", "step"}), "Too much.")
    assert (second.when, second.at, second.asks_on_error) == ("true", frozenset({"step"}), True)
    assert second.required is not None
    assert (second.required.by, second.required.people) == (("@a",), 2)


CASE = """
rules:
  - {name: big, at: start, when: input.amount > 5, deny: Too much.}
cases:
  - {name: a, facts: {FACTS}, expect: deny}
"""


def test_a_case_does_not_pass_because_a_rule_could_not_be_evaluated() -> None:
    (tried,) = try_cases(CASE.replace("FACTS", "input: {amont: 10}"), "policies.yaml")
    assert tried.ruling.decision == "deny"
    assert not tried.passed
    (tried,) = try_cases(CASE.replace("FACTS", "input: {amount: 10}"), "policies.yaml")
    assert tried.passed


def test_a_case_with_a_fact_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(DefinitionError, match="workflow has no field nmae"):
        try_cases(CASE.replace("FACTS", "workflow: {nmae: x}, input: {amount: 9}"), "policies.yaml")


def test_the_time_of_a_case_keeps_its_offset() -> None:
    text = CASE.replace("input.amount > 5", "time.hour == 4").replace("FACTS", "time: 2026-01-05T23:00-05:00")
    (tried,) = try_cases(text, "policies.yaml")
    assert tried.passed
