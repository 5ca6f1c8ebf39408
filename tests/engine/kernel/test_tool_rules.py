"""Rules about calls of tools: which one decides, and what a file with a mistake is told."""

import re
from pathlib import Path

import pytest

from engine.errors import DefinitionError, DefinitionErrors
from engine.tool_rules import is_denied, read_tool_rules, rule_on_call, tool_rules_of_file

RULES = read_tool_rules(
    """
rules:
  - tool: [read_*, list_tables]
    allow: Reading changes nothing.
  - tool: query
    when: arguments.sql.startsWith("select ")
    allow: It only reads.
  - tool: query
    when: arguments.limit > 100
    deny: Too many rows.
  - tool: pay
    when: arguments.amount > 1000
    ask: It is much money.
  - tool: pay
    allow: It is little money.
  - tool: drop_*
    deny: Nobody drops tables.
""",
    "rules.yaml",
)


@pytest.mark.parametrize(
    ("tool", "arguments", "effect"),
    [
        ("read_note", {}, "allow"),
        ("list_tables", {}, "allow"),
        ("list_tables2", {}, "ask"),
        ("thread_x", {}, "ask"),
        ("query", {"sql": "select 1"}, "allow"),
        ("query", {"sql": "drop", "limit": 1}, "ask"),
        ("query", {"sql": "drop", "limit": 101}, "deny"),
        ("query", {"sql": "drop"}, "deny"),  # the denial cannot be evaluated
        ("query", {"sql": 1, "limit": 1}, "ask"),  # the allowance cannot be evaluated
        ("pay", {"amount": 10}, "allow"),
        ("pay", {"amount": "10"}, "ask"),
        ("pay", {}, "ask"),
        ("drop_table", {}, "deny"),
        ("Drop_table", {}, "deny"),
        ("Read_note", {}, "ask"),
        ("drop_\n", {}, "deny"),
    ],
)
def test_the_first_rule_that_fits_decides(tool: str, arguments: dict[str, object], effect: str) -> None:
    assert rule_on_call(RULES, tool, "db", arguments).effect == effect


def test_a_tool_is_denied_if_no_arguments_let_it_pass() -> None:
    assert [tool for tool in ("drop_table", "query", "pay", "other") if is_denied(RULES, tool)] == [
        "drop_table"
    ]


def test_the_rules_of_the_guide_decide_as_it_says() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/guides/mcp-proxy.md").read_text("utf-8")
    found = re.search(r'```yaml title="db.yaml"\n(.*?)```', page, re.DOTALL)
    assert found
    rules = read_tool_rules(found[1], "db.yaml")
    few, many = {"sql": "SELECT 1", "limit": 9}, {"sql": "SELECT 1", "limit": 999}
    calls = [("list_tables", {}), ("query", few), ("query", many), ("query", {}), ("drop_table", {})]
    effects = [rule_on_call(rules, tool, "db", arguments).effect for tool, arguments in calls]
    assert effects == ["allow", "allow", "ask", "ask", "deny"]


def test_without_a_rule_the_default_decides() -> None:
    rules = read_tool_rules("default: deny\nrules:\n  - tool: a\n    allow: Fine.\n", "rules.yaml")
    assert rule_on_call(rules, "b", "db", {}).effect == "deny"
    assert is_denied(rules, "b")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rules: []", "rules.yaml:1:8: There are no rules."),
        (
            "default: maybe\nrules:\n  - {tool: a, allow: Fine.}",
            "1:10: default is 'maybe'.",
        ),
        ("rules:\n  - {tools: a, allow: Fine.}", "2:6: There is no option tools. Did you mean tool?"),
        ("rules:\n  - {tool: a}", "2:5: The rule has no effect. Write one of allow:, deny: and ask:."),
        ("rules:\n  - {tool: a, allow: A., deny: B.}", "2:5: The rule has allow and deny."),
        ("rules:\n  - {tool: a, allow: true}", "2:22: allow is True. Write a sentence"),
        ("rules:\n  - {tool: a b, allow: A.}", "2:12: 'a b' cannot be the name of a tool."),
        ("rules:\n  - {allow: A.}", "The rule names no tool."),
        (
            "rules:\n  - {tool: a, when: argument.x == 1, allow: A.}",
            "2:21: argument is not a fact in a call",
        ),
        ("rules:\n  - {tool: a, when: 'arguments.x ==', allow: A.}", "2:21: The condition is not CEL"),
        ("rules:\n  - a", "2:5: The rule is 'a'."),
        ("rules:\n  - {tool: a, allow: A., allow: B.}", "The key allow is here twice"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises((DefinitionError, DefinitionErrors)) as caught:
        read_tool_rules(text, "rules.yaml")
    assert words in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"missing\.yaml: The file cannot be read"):
        tool_rules_of_file(tmp_path / "missing.yaml")
