"""Cases of a policy file: facts, and the decision that its author expects. They stand beside the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.authoring.dict_form.marks import Mark, MarkedDict, MarkedList
from engine.authoring.mistakes import Mistakes
from engine.authoring.policy_file import read_policies, read_policy_document
from engine.errors import DefinitionError
from engine.kernel.policies import FIELDS, ROOTS, decide
from engine.kernel.policy_facts import time_facts
from engine.model.definition.policies import Effect, Moment, Ruling

MAX_CASES = 500
_KEYS = ("name", "at", "facts", "expect", "rules")
_MONDAY_NOON = "2026-01-05T12:00"
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "workflow": {"name": "", "owner": "", "channel": "", "gate": False},
    "requester": {"id": "U1", "source": "slack"},
    "trigger": {"kind": "manual", "key": "manual"},
    "input": {},
    "env": {},
    "usage": {"runs_today": 0},
    "step": {
        "name": "",
        "title": "",
        "kind": "function",
        "uses": [],
        "queue": "default",
        "approvals": [],
        "approved_by": [],
        "others_approved": 0,
    },
}


@dataclass(frozen=True, slots=True)
class TriedCase:
    """A case, and what the rules decide about it."""

    name: str
    line: int
    at: Moment
    expected: Effect
    expected_rules: tuple[str, ...] | None
    ruling: Ruling

    @property
    def passed(self) -> bool:
        """A rule that could not be evaluated denies, which is not what a case means by a denial."""
        if any(rule.problem for rule in self.ruling.matched):
            return False
        rules = tuple(sorted(rule.name for rule in self.ruling.matched))
        return self.ruling.decision == self.expected and self.expected_rules in (None, rules)


def try_cases(text: str, file: str) -> list[TriedCase]:
    """Return the cases of a policy file with the decisions.

    Raises `DefinitionError`, or `DefinitionErrors` for several mistakes.
    """
    policies = read_policies(text, file)
    cases = read_policy_document(text, file).get("cases", [])
    mistakes = Mistakes()
    if not isinstance(cases, MarkedList) or not 0 < len(cases) <= MAX_CASES:
        raise DefinitionError(
            "The file has no list of cases.",
            remedy=f"Write cases: and a list of 1 to {MAX_CASES}, each with facts: and expect:.",
            file=f"{file}:1:1",
        )
    tried = []
    for number, (data, mark) in enumerate(zip(cases, cases.items_at, strict=True), 1):
        with mistakes.collecting():
            name, at, facts, expected, rules = _case(data, mark, file, number, policies.zone)
            tried.append(TriedCase(name, mark.line, at, expected, rules, decide(policies, at, facts)))
    mistakes.tell()
    return tried


def _case(
    data: Any, mark: Mark, file: str, number: int, zone: str
) -> tuple[str, Moment, dict[str, Any], Effect, tuple[str, ...] | None]:
    def wrong(problem: str, remedy: str, key: str = "") -> DefinitionError:
        place = data.values_at.get(key, mark) if isinstance(data, MarkedDict) else mark
        return DefinitionError(problem, remedy=remedy, file=place.of(file))

    if not isinstance(data, MarkedDict):
        raise wrong(f"The case is {data!r:.60}.", "Write a mapping with facts: and expect:.")
    if unknown := [key for key in data if key not in _KEYS]:
        raise wrong(f"There is no option {unknown[0]}.", f"There are {', '.join(_KEYS)}.", unknown[0])
    facts = data.get("facts", {})
    at: Moment = data.get("at", "step" if isinstance(facts, dict) and "step" in facts else "start")
    if not isinstance(at, str) or at not in ROOTS:
        raise wrong(f"at is {at!r:.60}.", "Write start or step.", "at")
    if not isinstance(facts, dict) or not facts.keys() <= set(ROOTS[at]):
        raise wrong(f"facts is {facts!r:.60}.", f"Write a mapping of {', '.join(ROOTS[at])}.", "facts")
    for fact, given in facts.items():
        unknown = (
            sorted(map(str, given.keys() - {*FIELDS[fact]}))
            if fact in FIELDS and isinstance(given, dict)
            else []
        )
        if unknown and fact != "time":
            raise wrong(f"{fact} has no field {unknown[0]}.", f"It has {', '.join(FIELDS[fact])}.", "facts")
    expected = data.get("expect")
    if expected not in ("allow", "deny", "require"):
        raise wrong(f"expect is {expected!r:.60}.", "Write allow, deny or require.", "expect")
    rules = data.get("rules")
    if rules is not None and not (isinstance(rules, list) and all(isinstance(rule, str) for rule in rules)):
        raise wrong(f"rules is {rules!r:.60}.", "Write the list of names of rules that decide.", "rules")
    try:
        whole = _whole(facts, at, zone)
    except (TypeError, ValueError):
        remedy = "Write each as a mapping, and time like 2026-12-24T18:30."
        raise wrong("The facts are not understood.", remedy, "facts") from None
    name = str(data.get("name", f"case {number}"))
    return name, at, whole, expected, None if rules is None else tuple(sorted(rules))


def _whole(facts: Mapping[str, Any], at: Moment, zone: str) -> dict[str, Any]:
    """Return facts with a neutral value for each that the case does not give. Raises `ValueError`."""
    whole: dict[str, Any] = {
        name: {**_DEFAULTS[name], **facts.get(name, {})} for name in ROOTS[at] if name != "time"
    }
    whole["requester"].setdefault("names", [whole["requester"]["id"]])
    moment = datetime.fromisoformat(facts.get("time", _MONDAY_NOON))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    whole["time"] = time_facts(moment, zone)
    if at == "step":
        approvals = [
            {"name": "", "asked": [], "approved_by": [], **each} for each in whole["step"]["approvals"]
        ]
        people = {who for each in approvals for who in each["approved_by"]} | set(
            whole["step"]["approved_by"]
        )
        others = len(people - set(whole["requester"]["names"]))
        whole["step"] |= {"approvals": approvals, "approved_by": sorted(people), "others_approved": others}
    return whole
