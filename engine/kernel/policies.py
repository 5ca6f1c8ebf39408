"""Pure: what the rules of a policy file decide about a run or a step.

A denial wins over a required approval, which wins over `allow`; the order of the rules makes no difference. A
rule that cannot be evaluated denies, or asks if it says so. It never allows.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from engine.model.definition.policies import (
    Effect,
    MatchedRule,
    Moment,
    PolicyRule,
    PolicySet,
    RequiredApproval,
    Ruling,
)
from engine.model.text.wording import count

MAX_CONDITION = 2_000
MAX_REASON = 500
ROOTS: Mapping[Moment, tuple[str, ...]] = {
    "start": ("workflow", "input", "requester", "trigger", "time", "env", "usage"),
    "step": ("workflow", "input", "requester", "trigger", "time", "env", "step"),
}
"""The first names of facts, by moment."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "workflow": ("name", "owner", "channel", "gate"),
    "requester": ("id", "source", "names"),
    "trigger": ("kind", "key"),
    "time": ("weekday", "hour", "minute", "date", "clock"),
    "usage": ("runs_today",),
    "step": ("name", "title", "kind", "uses", "queue", "approvals", "approved_by", "others_approved"),
}
"""The fields of each fact, by its first name. Those of `input` and `env` depend on workflow and file."""
_LOOPS = ("all", "exists", "exists_one", "filter", "map")
_LOOP = re.compile(rf"\.\s*({'|'.join(_LOOPS)})\s*\(")
_FIELD = re.compile(r"""\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\])""")
"""A field of a fact: `.name`, `["name"]` or `['name']`."""
_TEXT = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
Program = Callable[[Mapping[str, Any]], Any]


class ConditionError(Exception):
    """A condition cannot be used. `problem` and `remedy` are sentences."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy
        super().__init__(f"{problem} {remedy}")


def decide(policies: PolicySet, moment: Moment, facts: Mapping[str, Any]) -> Ruling:
    """Return what the rules decide on these facts."""
    matched, exceptions = [], []
    for rule in policies.rules:
        if moment not in rule.at:
            continue
        found = _applied(rule, facts, policies.default)
        if isinstance(found, MatchedRule):
            matched.append(found)
        elif found:
            exceptions.append(rule.name)
    decision = strictest(each.effect for each in matched) or policies.default
    counted = tuple(each for each in matched if each.effect == decision)
    reason = " ".join(dict.fromkeys(each.reason for each in counted))
    if not counted and decision == "deny":
        reason = "No rule of the policy file allows it."
    return Ruling(decision, reason, policies.digest, counted, tuple(exceptions))


def check_condition(text: str, moments: frozenset[Moment], environment: Collection[str]) -> None:
    """Raise `ConditionError` for a condition that cannot be evaluated at these moments.

    `environment`: the variables that the file lists. `has()` of a field that no fact has would be false
    forever, and the rule would never apply.
    """
    check_names(text, _common_roots(moments), f"at {' and '.join(sorted(moments))}")
    for name, fields in ({**FIELDS, "env": tuple(environment)}).items():
        _check_fields(text, name, fields)


def check_names(text: str, known: Sequence[str], where: str) -> None:
    """Raise `ConditionError` for a condition that cannot be read, or that names a fact not in `known`."""
    if len(text) > MAX_CONDITION:
        raise ConditionError(f"The condition has {len(text):,} characters.", "Split it into several rules.")
    loops = _LOOP.findall(_TEXT.sub('""', text))
    if len(loops) > 1:
        raise ConditionError(
            f"The condition goes through lists {len(loops)} times, with {' and '.join(loops)}.",
            "Use one of them in a condition, and split the rule if it needs more.",
        )
    for name in _variables(text):
        if name in known or (loops and re.search(rf"\(\s*{re.escape(name)}\s*,", text)):
            continue
        listed = ", ".join(known)
        raise ConditionError(
            f"{name} is not a fact {where}.", f"There are {listed}. A text is in quotation marks."
        )


def _check_fields(text: str, name: str, fields: Sequence[str]) -> None:
    """Raise `ConditionError` where a condition uses a fact other than by a field that it has."""
    # Texts are blanked, each by as many characters, so that a place in one is a place in the other.
    blanked = _TEXT.sub(lambda found: '"' * len(found[0]), text)
    for used in re.finditer(rf"(?<![\w.]){name}\b", blanked):
        field = _FIELD.match(text, used.end())
        if field is None:
            example = f"{name}.{fields[0]}" if fields else "input.amount"
            raise ConditionError(f"{name} is used without one of its fields.", f"Write one, as in {example}.")
        if (found := field[1] or field[2] or field[3]) not in fields:
            listed = ", ".join(fields)
            remedy = f"It has {listed}." if listed else "Write environment: and a list of variables."
            raise ConditionError(f"{name} has no field {found}.", remedy)


def _common_roots(moments: frozenset[Moment]) -> list[str]:
    return [name for name in dict.fromkeys(sum(ROOTS.values(), ())) if all(name in ROOTS[m] for m in moments)]


def reads_usage(policies: PolicySet) -> bool:
    """Return whether a rule counts runs, so that the count has to be read."""
    return any(
        "usage" in _variables(text) for rule in policies.rules for text in (rule.when, rule.unless) if text
    )


def strictest(effects: Iterable[Effect]) -> Effect | None:
    """Return the effect that wins over the others; None for none."""
    found = set(effects)
    order: tuple[Effect, ...] = ("deny", "require", "allow")
    return next((effect for effect in order if effect in found), None)


def _applied(rule: PolicyRule, facts: Mapping[str, Any], default: Effect) -> MatchedRule | bool:
    """Return the rule if it applies, True if it is an exception, and False if it does not match.

    Where the default is to deny, an approval that a rule requires and that was given allows the step.
    """
    try:
        if not _is_true(rule.when, facts):
            return False
        if rule.unless and _is_true(rule.unless, facts):
            return True
    except ConditionError as error:
        return _undecided(rule, facts, error, default)
    if rule.required is not None and _is_approved(rule, rule.required, facts):
        return _given(rule, default)
    return MatchedRule(rule.name, rule.effect, _reason(rule), rule=rule)


def _given(rule: PolicyRule, default: Effect) -> MatchedRule | bool:
    """Return what a rule decides whose approval was given."""
    text = f"The approval that the policy {rule.name} requires was given."
    return MatchedRule(rule.name, "allow", text, rule=rule) if default == "deny" else False


def _undecided(
    rule: PolicyRule, facts: Mapping[str, Any], error: ConditionError, default: Effect
) -> MatchedRule | bool:
    if rule.asks_on_error and rule.required is not None:
        if _is_approved(rule, rule.required, facts):
            return _given(rule, default)
        return MatchedRule(rule.name, "require", _reason(rule), error.problem, rule)
    reason = f"The policy {rule.name} could not be evaluated, so it denies: {error.problem}"
    return MatchedRule(rule.name, "deny", reason, error.problem)


def _reason(rule: PolicyRule) -> str:
    if rule.required is None:
        return rule.reason
    who, people = " or ".join(rule.required.by), rule.required.people
    needs = (
        f"It needs an approval by {who}" if people == 1 else f"It needs {count(people, 'person')} of {who}"
    )
    return f"{rule.reason} {needs} in this run.".strip()


def _is_approved(rule: PolicyRule, required: RequiredApproval, facts: Mapping[str, Any]) -> bool:
    """Return whether enough people approved. Those whose input the run carries do not count.

    What people approved because another rule asked them counts for that rule alone.
    """
    step, requesters = facts.get("step", {}), set(facts["requester"]["names"])
    people = set(facts.get("given", {}).get(rule.digest, ()))
    for approval in step.get("approvals", ()):
        asked = set(approval["asked"])
        all_count = bool(asked) and asked <= set(required.by)
        people |= {who for who in approval["approved_by"] if all_count or who in required.by}
    return len(people - requesters) >= required.people


def holds(text: str, facts: Mapping[str, Any]) -> bool:
    """Return the value of a condition. Raises `ConditionError` where it has none."""
    return _is_true(text, facts)


def _is_true(text: str, facts: Mapping[str, Any]) -> bool:
    """Return the value of a condition. Raises `ConditionError` where it has none."""
    try:
        value = _program(text)(facts)
    except KeyError as error:
        raise ConditionError(f"the field {error.args[0]} is missing.", "Test it with has().") from None
    except ConditionError:
        raise
    except Exception as error:
        raise ConditionError(_said(error), "") from None
    if not isinstance(value, bool):
        raise ConditionError(f"the condition gives {type(value).__name__}, and not true or false.", "")
    return value


def _said(error: Exception) -> str:
    text = str(error)
    if "No such overload" in text:
        return "it compares values of different types."
    return f"{' '.join(text.split())[:200].rstrip('.')}."


@lru_cache(maxsize=1_000)
def _compiled(text: str) -> Any:
    # Imported here: an installation without a policy file needs no CEL.
    import cel  # noqa: PLC0415

    try:
        return cel.compile(text)
    except ValueError as error:
        raise ConditionError(_syntax(str(error)), "Write it in CEL, as in input.amount > 100.") from None
    except BaseException as error:  # the parser is not written in Python, and may panic
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise ConditionError("The condition cannot be read.", "Write a simpler one.") from None


def _syntax(text: str) -> str:
    """Return a parser's message as a sentence."""
    found = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)", text)
    if found is None:
        return "The condition is not CEL."
    what = found[3].partition(" expecting ")[0]
    return f"The condition is not CEL: {what} at its character {found[2]}."


def _program(text: str) -> Program:
    program = _compiled(text)

    def execute(facts: Mapping[str, Any]) -> Any:
        try:
            return program.execute(dict(facts))
        except Exception:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise ConditionError("it could not be computed.", "") from None

    return execute


def _variables(text: str) -> Iterator[str]:
    yield from _compiled(text).variables()
