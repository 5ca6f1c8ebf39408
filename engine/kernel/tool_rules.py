"""Pure: what the rules of a file decide about a call of a tool.

A condition that cannot be evaluated never allows: a rule that denies or asks fits then, and one that allows
does not.
"""

import re
from collections.abc import Mapping
from typing import Any

from engine.kernel.policies import ConditionError, holds
from engine.model.definition.tool_rules import ToolRule, ToolRules, ToolRuling

FACTS = ("tool", "server", "arguments")
"""The first names that a condition can use."""


def rule_on_call(rules: ToolRules, tool: str, server: str, arguments: Mapping[str, Any]) -> ToolRuling:
    """Return what the first rule that fits decides about a call."""
    facts = {"tool": tool, "server": server, "arguments": dict(arguments)}
    for rule in rules.rules:
        if _names(rule, tool) and _fits(rule, facts):
            return ToolRuling(rule.effect, rule.reason, rule.line)
    return ToolRuling(rules.default, "")


def is_denied(rules: ToolRules, tool: str) -> bool:
    """Return whether every call of a tool is denied, whatever its arguments."""
    for rule in rules.rules:
        if _names(rule, tool):
            if rule.effect != "deny":
                return False
            if not rule.when:
                return True
    return rules.default == "deny"


def _names(rule: ToolRule, tool: str) -> bool:
    """Return whether a rule is about a tool. Only a rule that allows minds the case of the name."""
    flags = re.DOTALL if rule.effect == "allow" else re.DOTALL | re.IGNORECASE
    return any(re.fullmatch(_pattern(pattern), tool, flags) for pattern in rule.tools)


def _pattern(pattern: str) -> str:
    return ".*".join(map(re.escape, pattern.split("*")))


def _fits(rule: ToolRule, facts: Mapping[str, Any]) -> bool:
    try:
        return not rule.when or holds(rule.when, facts)
    except ConditionError:
        return rule.effect != "allow"
