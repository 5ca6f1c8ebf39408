"""Reads a file of rules about calls of tools, as YAML, with every mistake named and placed."""

import difflib
import re
from typing import Any

from engine.authoring.dict_form.marks import Mark, MarkedDict, MarkedList
from engine.authoring.mistakes import Mistakes
from engine.authoring.yaml_form.documents import read_documents
from engine.errors import DefinitionError
from engine.kernel.policies import MAX_REASON, ConditionError, check_names
from engine.kernel.tool_rules import FACTS
from engine.model.definition.tool_rules import ToolEffect, ToolRule, ToolRules

MAX_RULES = 200
_FILE_KEYS = ("default", "rules")
_RULE_KEYS = ("tool", "when", "allow", "deny", "ask")
_EFFECTS: tuple[ToolEffect, ...] = ("allow", "deny", "ask")
_PATTERN = re.compile(r"[A-Za-z0-9_./*-]{1,128}")
_PATTERN_REMEDY = "Write the name of a tool, such as drop_table; * stands for any text."


def read_tool_rules(text: str, file: str) -> ToolRules:
    """Return the rules of a file. Raises `DefinitionError`, or `DefinitionErrors` for several."""
    documents = read_documents(text, file)
    if len(documents) != 1:
        raise DefinitionError(
            f"The file has {len(documents)} documents.",
            remedy="Write one mapping, with rules: and a list of rules.",
            file=f"{file}:1:1",
        )
    return _Reader(file).rules(documents[0])


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.mistakes = file, Mistakes()

    def rules(self, data: MarkedDict) -> ToolRules:
        self._unknown(data, _FILE_KEYS)
        default = data.get("default", "ask")
        if default not in _EFFECTS:
            self._note(data, "default", f"default is {default!r:.60}.", "Write allow, deny or ask.")
        rules, found = data.get("rules"), []
        if not isinstance(rules, MarkedList) or not rules:
            problem = "There are no rules." if not rules else f"rules is {rules!r:.60}."
            self._note(data, "rules", problem, "Write rules: and a list of rules, each with a tool.")
        elif len(rules) > MAX_RULES:
            self._note(data, "rules", f"There are {len(rules)} rules.", f"Write at most {MAX_RULES}.")
        else:
            found = [self._rule(item, mark) for item, mark in zip(rules, rules.items_at, strict=True)]
        self.mistakes.tell()
        return ToolRules(tuple(rule for rule in found if rule is not None), default)

    def _rule(self, data: Any, mark: Mark) -> ToolRule | None:
        if not isinstance(data, MarkedDict):
            self._tell(mark, f"The rule is {data!r:.60}.", "Write a mapping with tool: and allow:.")
            return None
        self._unknown(data, _RULE_KEYS)
        tools, when = self._tools(data), self._when(data)
        effects = [effect for effect in _EFFECTS if effect in data]
        if len(effects) != 1:
            problem = f"The rule has {' and '.join(effects)}." if effects else "The rule has no effect."
            self._tell(data.mark, problem, "Write one of allow:, deny: and ask:.")
            return None
        return ToolRule(tools, effects[0], self._reason(data, effects[0]), when, mark.line)

    def _tools(self, data: MarkedDict) -> tuple[str, ...]:
        given = data.get("tool")
        if "tool" not in data or not given:
            self._note(data, "tool", "The rule names no tool.", _PATTERN_REMEDY)
            return ()
        patterns = given if isinstance(given, list) else [given]
        for pattern in patterns:
            if not isinstance(pattern, str) or not _PATTERN.fullmatch(pattern):
                self._note(data, "tool", f"{pattern!r:.60} cannot be the name of a tool.", _PATTERN_REMEDY)
        return tuple(map(str, patterns))

    def _when(self, data: MarkedDict) -> str:
        if "when" not in data:
            return ""
        text = data["when"]
        if not isinstance(text, str) or not text.strip():
            remedy = 'Write a condition such as arguments.table == "users", or leave it out.'
            self._note(data, "when", f"when is {text!r:.60}.", remedy)
            return ""
        try:
            check_names(text, FACTS, "in a call of a tool")
        except ConditionError as error:
            self._note(data, "when", error.problem, error.remedy)
        return text

    def _reason(self, data: MarkedDict, effect: ToolEffect) -> str:
        reason = data[effect]
        if not isinstance(reason, str) or not reason.strip() or len(reason) > MAX_REASON:
            remedy = f"Write a sentence of at most {MAX_REASON} characters that says why."
            self._note(data, effect, f"{effect} is {reason!r:.60}.", remedy)
            return ""
        return " ".join(reason.split())

    def _unknown(self, data: MarkedDict, known: tuple[str, ...]) -> None:
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
                self._tell(data.keys_at[key], f"There is no option {key}.", remedy)

    def _note(self, data: MarkedDict, key: str, problem: str, remedy: str) -> None:
        self._tell(data.values_at.get(key, data.mark), problem, remedy)

    def _tell(self, mark: Mark, problem: str, remedy: str) -> None:
        self.mistakes.found.append(DefinitionError(problem, remedy=remedy, file=mark.of(self.file)))
