"""Conditions as data: stored, digested, drawn, and evaluated without any of the author's code.

A test on a skipped step is false, except `.skipped`. A comparison with a missing value, or of values that
cannot be compared, raises `Undecidable`: it never counts as false.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from engine.errors import DefinitionError
from engine.model.states import OUTCOMES, OutcomeTest, StepState
from engine.model.values.comparison import Incomparable, compare

View = Mapping[str, tuple[StepState, Any]]
"""State and output (JSON) by step."""
Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in"]


class Undecidable(Exception):
    """A condition that is neither true nor false on what is stored. `str()` is a sentence for people."""


class _Condition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def __and__(self, other: "Condition") -> "AllOf":
        return AllOf(all=(_as_condition(self), _as_condition(other)))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf(any=(_as_condition(self), _as_condition(other)))

    def __invert__(self) -> "Not":
        return Not(no=_as_condition(self))

    def __bool__(self) -> NoReturn:
        # `a and b` would silently keep only b.
        raise DefinitionError(
            "A condition was used as if it were true or false now.",
            remedy="Combine conditions with &, | and ~ (and parentheses), not with and, or, not, in "
            "or 1 < x < 5.",
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
    outcome: OutcomeTest


class Compare(_Condition):
    """A field of a step's output against a value. `path`: names of fields, from the outside in.

    The author's value until it is compiled, JSON from then on.
    """

    kind: Literal["compare"] = "compare"
    step: str
    path: tuple[str, ...] = ()
    op: Operator
    value: Any
    types: tuple[str, ...] = ()
    """Kinds of value that the declared type has, where JSON alone does not tell: see `comparison`."""

    @model_serializer(mode="wrap")
    def _without_empty_types(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave `types` out while it is empty: the digests of earlier definitions stay as they are."""
        data: dict[str, Any] = handler(self)
        if not self.types:
            data.pop("types", None)
        return data

    def __str__(self) -> str:
        return f"{'.'.join((self.step, *self.path))} {self.op} {self.value!r}"


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


def _as_condition(condition: Any) -> Any:
    if not isinstance(condition, StateIs | OutcomeIs | Compare | AllOf | AnyOf | Not):
        raise DefinitionError(
            f"{condition!r} is not a condition.",
            remedy="Conditions come from steps: go_live.approved, build.failed, build.output.size > 3. "
            "Put each comparison in parentheses where & or | combines them.",
        )
    return condition


def evaluate(condition: Condition, view: View) -> bool:
    """Does it hold, given how every step that it names has ended? Raises `Undecidable`."""
    match condition:
        case StateIs():
            return view[condition.step][0] == condition.state
        case OutcomeIs():
            state, output = view[condition.step]
            return state == "succeeded" and _outcome_matches(_outcome(condition.step, output), condition)
        case Compare():
            state, output = view[condition.step]
            return state == "succeeded" and _holds(condition, output)
        case AllOf():
            return all(evaluate(each, view) for each in condition.all)
        case AnyOf():
            return any(evaluate(each, view) for each in condition.any)
        case Not():
            return not evaluate(condition.no, view)


def holds_after(condition: Condition, step: str, end: str) -> bool | None:
    """Does it hold after this end of an approval (an outcome, `skipped`, `failed`)? None: perhaps."""

    def test(leaf: Leaf) -> bool | None:
        return test_holds_after(leaf, end) if leaf.step == step else None

    return combine(condition, test)


def requires_approval(condition: Condition, step: str) -> bool:
    """Return whether it holds after neither a rejection nor the expiry of an approval.

    The compiler refuses a condition that a response would slip through, where the author allows responses.
    """
    return all(holds_after(condition, step, end) is False for end in ("rejected", "expired"))


def test_holds_after(leaf: Leaf, end: str) -> bool | None:
    """Does a test hold of an approval that ended so? None: that depends on more."""
    decided = end in OUTCOMES
    match leaf:
        case OutcomeIs():
            return _outcome_matches(end, leaf)
        case StateIs():
            return leaf.state == ("succeeded" if decided else end)
        case Compare():
            if not decided:
                return False
            return _known_to_hold(leaf, end) if leaf.path == ("outcome",) else None


def combine(condition: Condition, test: Callable[[Leaf], bool | None]) -> bool | None:
    """Does it hold, given what is known of each of its tests? None: that depends on more."""
    match condition:
        case AllOf():
            results = [combine(each, test) for each in condition.all]
            return False if False in results else None if None in results else True
        case AnyOf():
            results = [combine(each, test) for each in condition.any]
            return True if True in results else None if None in results else False
        case Not():
            no = combine(condition.no, test)
            return None if no is None else not no
        case _:
            return test(condition)


def steps_in(condition: Condition) -> tuple[str, ...]:
    """The steps it names, each once, in order: they are dependencies."""
    match condition:
        case StateIs() | OutcomeIs() | Compare():
            return (condition.step,)
        case AllOf():
            steps = [step for each in condition.all for step in steps_in(each)]
        case AnyOf():
            steps = [step for each in condition.any for step in steps_in(each)]
        case Not():
            steps = list(steps_in(condition.no))
    return tuple(dict.fromkeys(steps))


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


def _outcome_matches(outcome: Any, test: OutcomeIs) -> bool:
    if test.outcome == "answered":
        return outcome in OUTCOMES
    return bool(outcome == test.outcome)


def _outcome(step: str, output: Any) -> Any:
    if not isinstance(output, Mapping) or "outcome" not in output:
        raise Undecidable(f"The condition on {step} cannot be decided: {step} has no outcome.")
    return output["outcome"]


def _known_to_hold(test: Compare, outcome: str) -> bool | None:
    try:
        return _holds(test, {"outcome": outcome})
    except Undecidable:
        return None


def _holds(test: Compare, output: Any) -> bool:
    value = output
    for depth, name in enumerate(test.path):
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
            continue
        if not isinstance(value, Mapping) or name not in value:
            where = ".".join((test.step, *test.path[:depth]))
            why = "is empty (None)" if value is None else f"has no {name}"
            raise Undecidable(f"The condition {test} cannot be decided: {where} {why}.")
        value = value[name]
    try:
        return compare(value, test.op, test.value, test.types)
    except Incomparable as reason:
        where = ".".join((test.step, *test.path))
        raise Undecidable(f"The condition {test} cannot be decided: of {where}, {reason}.") from None
