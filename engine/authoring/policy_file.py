"""Reads the policy file of an installation: rules as YAML, with every mistake named and placed."""

import difflib
import hashlib
import re
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from engine.authoring.dict_form.marks import Mark, MarkedDict, MarkedList
from engine.authoring.mistakes import Mistakes
from engine.authoring.yaml_form.documents import read_documents
from engine.errors import DefinitionError
from engine.kernel.policies import MAX_REASON, ConditionError, check_condition
from engine.model.definition.policies import Effect, Moment, PolicyRule, PolicySet, RequiredApproval
from engine.model.people import REFERENCE
from engine.model.values.durations import InvalidDuration, seconds

MAX_RULES = 200
_FILE_KEYS = ("zone", "environment", "default", "rules", "cases")
_RULE_KEYS = ("name", "at", "when", "unless", "allow", "deny", "require", "reason", "on_error")
_REQUIRE_KEYS = ("by", "people", "expires")
_MIN_EXPIRES = 60.0
_EFFECTS: tuple[Effect, ...] = ("allow", "deny", "require")
_MOMENTS: tuple[Moment, ...] = ("start", "step")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


def read_policies(text: str, file: str) -> PolicySet:
    """Return the rules of a policy file. Raises `DefinitionError`, or `DefinitionErrors` for several."""
    return _Reader(file).policies(read_policy_document(text, file), text)


def read_policy_document(text: str, file: str) -> MarkedDict:
    """Return the one document of a policy file. Raises `DefinitionError`."""
    documents = read_documents(text, file)
    if len(documents) != 1:
        raise DefinitionError(
            f"The file has {len(documents)} documents.",
            remedy="Write one mapping, with rules: and a list of rules.",
            file=f"{file}:1:1",
        )
    return documents[0]


class _Reader:
    def __init__(self, file: str) -> None:
        self.file, self.mistakes = file, Mistakes()
        self.zone = "UTC"

    def policies(self, data: MarkedDict, text: str) -> PolicySet:
        self._unknown(data, _FILE_KEYS)
        zone = self._zone(data)
        default = data.get("default", "allow")
        if default not in ("allow", "deny"):
            self._note(data, "default", f"default is {default!r}.", "Write allow or deny.")
        environment = self.environment = tuple(
            self._texts(data, "environment", _VARIABLE, "names of variables such as REGION")
        )
        rules = data.get("rules")
        found: list[PolicyRule] = []
        if not isinstance(rules, MarkedList) or not rules:
            problem = "There are no rules." if not rules else f"rules is {rules!r:.60}."
            self._note(data, "rules", problem, "Write rules: and a list of rules, each with a name.")
        elif len(rules) > MAX_RULES:
            self._note(data, "rules", f"There are {len(rules)} rules.", f"Write at most {MAX_RULES}.")
        else:
            found = [
                rule
                for item, mark in zip(rules, rules.items_at, strict=True)
                if (rule := self._rule(item, mark))
            ]
        self._names(found)
        self.mistakes.tell()
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        return PolicySet(tuple(found), digest, zone, environment, "deny" if default == "deny" else "allow")

    def _zone(self, data: MarkedDict) -> str:
        zone = data.get("zone", "UTC")
        try:
            return ZoneInfo(zone).key if isinstance(zone, str) else self._no_zone(data, zone)
        except (KeyError, OSError, ValueError):
            return self._no_zone(data, zone)

    def _no_zone(self, data: MarkedDict, zone: Any) -> str:
        self._note(data, "zone", f"There is no time zone {zone!r:.60}.", "Write one like Europe/Berlin.")
        return "UTC"

    def _rule(self, data: Any, mark: Mark) -> PolicyRule | None:
        if not isinstance(data, MarkedDict):
            self._tell(mark, f"The rule is {data!r:.60}.", "Write a mapping with name:, when: and deny:.")
            return None
        before = len(self.mistakes.found)
        self._unknown(data, _RULE_KEYS)
        name = data.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self._note(
                data, "name", f"The name of the rule is {name!r:.60}.", "Write one like change-freeze."
            )
        effect = self._effect(data)
        required = self._required(data) if effect == "require" else None
        at = self._moments(data, effect)
        for key in ("when", "unless"):
            if key in data or key == "when":
                self._condition(data, key, at)
        reason = self._reason(data, effect)
        on_error = data.get("on_error", "deny")
        if on_error != "deny" and not (on_error == "require" and effect == "require"):
            remedy = "Write deny, or require in a rule that requires an approval."
            self._note(data, "on_error", f"on_error is {on_error!r:.60}.", remedy)
        if len(self.mistakes.found) > before or effect is None:
            return None
        asks = on_error == "require"
        unless = data.get("unless", "")
        return PolicyRule(str(name), effect, reason, data["when"], at, unless, required, asks, mark.line)

    def _effect(self, data: MarkedDict) -> Effect | None:
        effects = [effect for effect in _EFFECTS if effect in data]
        if len(effects) == 1:
            return effects[0]
        problem = f"The rule has {' and '.join(effects)}." if effects else "The rule has no effect."
        self._tell(data.mark, problem, "Write one of allow:, deny: and require:.")
        return None

    def _moments(self, data: MarkedDict, effect: Effect | None) -> frozenset[Moment]:
        given = data.get("at", "step" if effect == "require" else ["start", "step"])
        words = given if isinstance(given, list) else [given]
        moments = frozenset(moment for moment in _MOMENTS if moment in words)
        if not words or len(moments) != len(words):
            self._note(data, "at", f"at is {given!r:.60}.", "Write start, step, or [start, step].")
            return frozenset(_MOMENTS)
        if effect == "require" and "start" in moments:
            remedy = "Write at: step. People are asked before the step executes."
            self._note(data, "at", "An approval cannot be required at the start of a run.", remedy)
        return moments

    def _condition(self, data: MarkedDict, key: str, at: frozenset[Moment]) -> None:
        text = data.get(key)
        if text is True and key == "when":
            data[key] = "true"
            return
        if not isinstance(text, str) or not text.strip():
            remedy = "Write a condition such as input.amount > 100, or true."
            self._note(
                data, key, f"{key} is {text!r:.60}." if key in data else f"The rule has no {key}.", remedy
            )
            return
        try:
            check_condition(text, at, self.environment)
        except ConditionError as error:
            self._note(data, key, error.problem, error.remedy)

    def _reason(self, data: MarkedDict, effect: Effect | None) -> str:
        if effect is None:
            return ""
        key = "reason" if effect == "require" else effect
        if effect != "require" and "reason" in data:
            self._note(data, "reason", f"The reason is the text of {effect}.", "Remove reason:.")
        reason = data.get(key, "")
        if not isinstance(reason, str) or not reason.strip() or len(reason) > MAX_REASON:
            remedy = f"Write a sentence of at most {MAX_REASON} characters that people read when it applies."
            self._note(data, key, f"{key} is {reason!r:.60}.", remedy)
            return ""
        return " ".join(reason.split())

    def _required(self, data: MarkedDict) -> RequiredApproval | None:
        given = data["require"]
        if not isinstance(given, MarkedDict):
            given_at = MarkedDict(data.values_at["require"])
            given_at["by"] = given
            given_at.keys_at["by"] = given_at.values_at["by"] = data.values_at["require"]
            given = given_at
        self._unknown(given, _REQUIRE_KEYS)
        people = given.get("people", 1)
        if not isinstance(people, int) or isinstance(people, bool) or not 1 <= people <= 20:
            self._note(given, "people", f"people is {people!r:.60}.", "Write a number from 1 to 20.")
            people = 1
        if isinstance(given.get("by"), str):
            by: Iterable[str] = [given["by"]]
            if not REFERENCE.fullmatch(given["by"]):
                self._note(given, "by", f"{given['by']!r:.60} names nobody.", "Write @group, #channel or U….")
        else:
            by = self._texts(given, "by", REFERENCE, "@group, #channel or the id of a member")
            if not given.get("by"):
                self._note(given, "by", "require names nobody.", "Write @group, #channel or U….")
        return RequiredApproval(tuple(by), people, self._expires(given))

    def _expires(self, given: MarkedDict) -> float:
        try:
            return seconds(given.get("expires", "1d"), at_least=_MIN_EXPIRES)
        except InvalidDuration as error:
            self._note(given, "expires", f"expires {error.problem}.", error.remedy)
            return _MIN_EXPIRES

    def _texts(self, data: MarkedDict, key: str, pattern: re.Pattern[str], what: str) -> list[str]:
        values = data.get(key, [])
        if not isinstance(values, list):
            self._note(data, key, f"{key} is {values!r:.60}.", f"Write a list of {what}.")
            return []
        wrong = [value for value in values if not isinstance(value, str) or not pattern.fullmatch(value)]
        for value in wrong:
            self._note(data, key, f"{key} has {value!r:.60}.", f"Write a list of {what}.")
        return [] if wrong else values

    def _names(self, rules: list[PolicyRule]) -> None:
        seen: dict[str, int] = {}
        for rule in rules:
            if rule.name in seen:
                problem = f"The rule {rule.name} is here twice; the first one is in line {seen[rule.name]}."
                self._tell(Mark(rule.line, 1), problem, "Rename one of them.")
            seen.setdefault(rule.name, rule.line)

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
