"""Conditions as data: stored, digested, drawn, and evaluated without any of the author's code.

A test on a skipped step is false, except `.skipped`; a comparison with something that isn't there is
false. Neither raises.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field

from engine.errors import DefinitionError
from engine.states import StepState

View = Mapping[str, tuple[StepState, Any]]
"""State and output (JSON) by step."""
OUTCOMES = ("approved", "rejected", "expired")
"""What people, or time, make of an approval."""
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in"]


class _Condition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __and__(self, other: "Condition") -> "AllOf":
        return AllOf(all=(_known(self), _known(other)))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf(any=(_known(self), _known(other)))

    def __invert__(self) -> "Not":
        return Not(no=_known(self))

    def __bool__(self) -> NoReturn:
        # `a and b` would silently keep only b.
        raise DefinitionError(
            "A condition was used as if it were true or false now.",
            remedy="Combine conditions with &, | and ~ (and parentheses), not with and, or, not.",
        )


class StateIs(_Condition):
    """The step ended this way."""

    kind: Literal["state"] = "state"
    step: str
    state: Literal["succeeded", "failed", "skipped"]


class OutcomeIs(_Condition):
    """People, or time, decided this."""

    kind: Literal["outcome"] = "outcome"
    step: str
    outcome: Literal["approved", "rejected", "expired", "answered"]
    """`answered`: any of the other three."""


class Compare(_Condition):
    """A field of a step's output against a value. `path`: names of fields, from the outside in."""

    kind: Literal["compare"] = "compare"
    step: str
    path: tuple[str, ...] = ()
    op: Operator
    value: Any


class AllOf(_Condition):
    kind: Literal["all"] = "all"
    all: tuple["Condition", ...]


class AnyOf(_Condition):
    kind: Literal["any"] = "any"
    any: tuple["Condition", ...]


class Not(_Condition):
    kind: Literal["not"] = "not"
    no: "Condition"


Leaf = StateIs | OutcomeIs | Compare
"""A single test."""
Condition = Annotated[StateIs | OutcomeIs | Compare | AllOf | AnyOf | Not, Field(discriminator="kind")]
for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()


def _known(condition: Any) -> Any:
    if not isinstance(condition, StateIs | OutcomeIs | Compare | AllOf | AnyOf | Not):
        raise DefinitionError(
            f"{condition!r} is not a condition.",
            remedy="Conditions come from steps: go_live.approved, build.failed, build.output.size > 3.",
        )
    return condition


def evaluate(condition: Condition, view: View) -> bool:
    """Does it hold, given how every step that it names has ended?"""
    match condition:
        case StateIs():
            return view[condition.step][0] == condition.state
        case OutcomeIs():
            state, output = view[condition.step]
            return state == "succeeded" and _decided(_at(output, ("outcome",)), condition)
        case Compare():
            state, output = view[condition.step]
            return state == "succeeded" and _compare(_at(output, condition.path), condition)
        case AllOf():
            return all(evaluate(each, view) for each in condition.all)
        case AnyOf():
            return any(evaluate(each, view) for each in condition.any)
        case Not():
            return not evaluate(condition.no, view)


def given(condition: Condition, step: str, end: str) -> bool | None:
    """Does it hold after this end of an approval (an outcome, `skipped`, `failed`)? None: perhaps."""

    def test(leaf: Leaf) -> bool | None:
        return leaf_given(leaf, end) if leaf.step == step else None

    return combined(condition, test)


def leaf_given(leaf: Leaf, end: str) -> bool | None:
    """Does a test hold of an approval that ended so? None: that depends on more."""
    decided = end in OUTCOMES
    match leaf:
        case OutcomeIs():
            return _decided(end, leaf)
        case StateIs():
            return leaf.state == ("succeeded" if decided else end)
        case Compare():
            if not decided:
                return False
            return _compare(end, leaf) if leaf.path == ("outcome",) else None


def combined(condition: Condition, test: Callable[[Leaf], bool | None]) -> bool | None:
    """Does it hold, given what is known of each of its tests? None: that depends on more."""
    match condition:
        case AllOf():
            found = [combined(each, test) for each in condition.all]
            return False if False in found else None if None in found else True
        case AnyOf():
            found = [combined(each, test) for each in condition.any]
            return True if True in found else None if None in found else False
        case Not():
            no = combined(condition.no, test)
            return None if no is None else not no
        case _:
            return test(condition)


def steps_in(condition: Condition) -> tuple[str, ...]:
    """The steps it names, each once, in order: they are dependencies."""
    match condition:
        case StateIs() | OutcomeIs() | Compare():
            return (condition.step,)
        case AllOf():
            found = [step for each in condition.all for step in steps_in(each)]
        case AnyOf():
            found = [step for each in condition.any for step in steps_in(each)]
        case Not():
            found = list(steps_in(condition.no))
    return tuple(dict.fromkeys(found))


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Its single tests, however they are combined."""
    match condition:
        case StateIs() | OutcomeIs() | Compare():
            return (condition,)
        case AllOf():
            return tuple(leaf for each in condition.all for leaf in leaves(each))
        case AnyOf():
            return tuple(leaf for each in condition.any for leaf in leaves(each))
        case Not():
            return leaves(condition.no)


def _decided(outcome: Any, test: OutcomeIs) -> bool:
    if test.outcome == "answered":
        return outcome in OUTCOMES
    return bool(outcome == test.outcome)


class _Nothing:
    """What is found where there is no such field."""


_NOTHING = _Nothing()


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, Mapping) or name not in value:
            return _NOTHING
        value = value[name]
    return value


def _compare(found: Any, test: Compare) -> bool:
    if found is _NOTHING or (found is None and test.op not in ("==", "!=")):
        return False
    try:
        match test.op:
            case "==":
                return bool(found == test.value)
            case "!=":
                return bool(found != test.value)
            case "<":
                return bool(found < test.value)
            case "<=":
                return bool(found <= test.value)
            case ">":
                return bool(found > test.value)
            case ">=":
                return bool(found >= test.value)
            case "in":
                return found in test.value
    except TypeError:
        return False
