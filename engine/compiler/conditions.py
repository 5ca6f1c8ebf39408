"""Comparisons in `when=`: the values as they are stored, and how the stored output is read."""

import difflib
import enum
import math
from collections.abc import Iterable
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from engine.authoring.nodes import Node
from engine.authoring.refs import Field
from engine.compiler.definition.checks import Checks
from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.compiler.paths import NoSuchField, field_at, personal_at
from engine.compiler.types.comparability import (
    Comparison,
    ComparisonRefused,
    never_true_problem,
    plain_value,
    refuse_inexact,
    refuse_never_true,
    refuse_parts,
    refuse_unordered,
    refuse_without_comparison,
    refuse_zone,
    remedy,
    type_description,
)
from engine.compiler.types.declared_types import TypeAlternative, alternatives
from engine.model.definition.conditions import AllOf, AnyOf, Compare, Condition, Not
from engine.model.values.comparison import READ_AS, AsText, comparable_kind
from engine.model.values.json_safe import storage_problem

_ANY: TypeAdapter[Any] = TypeAdapter(Any)

_PLAIN = ("bool", "number", "text", "list", "object", "null")


def typed_condition(checks: Checks, node: Node) -> Condition | None:
    """The condition of a node as it is stored: values as JSON, with how to read them."""
    return None if node.when is None else typed_tests(checks, node.when, "when", node)


def typed_tests(checks: Checks, condition: Condition, option: str, node: Node | None = None) -> Condition:
    """The condition of an option as it is stored. What is wrong with it, the checks know then."""
    match condition:
        case Compare():
            try:
                return _typed_comparison(checks, condition)
            except ComparisonRefused as refused:
                checks.error(f"{option}= {refused.problem}", refused.remedy, node)
            except NoSuchField as wrong:
                _no_such_field(checks, condition, wrong, option, node)
            return condition.model_copy(update={"value": None})
        case AllOf():
            return AllOf(all=tuple(typed_tests(checks, each, option, node) for each in condition.all))
        case AnyOf():
            return AnyOf(any=tuple(typed_tests(checks, each, option, node) for each in condition.any))
        case Not():
            return Not(no=typed_tests(checks, condition.no, option, node))
    return condition


def _no_such_field(checks: Checks, test: Compare, wrong: NoSuchField, option: str, node: Node | None) -> None:
    path = ".".join((test.step, *test.path))
    close = difflib.get_close_matches(wrong.name, wrong.known, n=1)
    there = (
        f"There are: {', '.join(wrong.known)}." if wrong.known else "Compare it as a whole, or leave it out."
    )
    remedy = f"Did you mean {close[0]}?" if close else there
    checks.error(f"{option}= names {path}, and {wrong}.", remedy, node)


def _typed_comparison(checks: Checks, test: Compare) -> Compare:
    owner = checks.options.input if test.step == "input" else checks.returns.get(test.step, Any)
    declared = field_at(Any if owner is None else owner, test.path)
    path = ".".join((test.step, *test.path))
    if personal_at(Any if owner is None else owner, test.path):
        raise ComparisonRefused(
            f"compares {path}, which is or holds personal data.",
            "Compare it in a step, and return the result.",
        )
    comparison = Comparison(path, test.op, declared, tuple(alternatives(declared)))
    if test.op == "in":
        value: Any = _stored_list(comparison, test.value)
        kinds = [kind for each in test.value for kind in [_kind(comparison, each)] if kind]
    else:
        value = _stored_value(comparison, test.value)
        kinds = [_kind(comparison, test.value)]
    refuse_never_true(comparison, test.value)
    return test.model_copy(update={"value": value, "types": _types(comparison, kinds)})


def _stored_list(test: Comparison, values: Any) -> list[Any]:
    if not isinstance(values, list | tuple | set | frozenset):
        raise ComparisonRefused(
            f"tests {test.path} in {values!r}, which is not a list.", "Give a list of values."
        )
    if not values:
        raise ComparisonRefused(f"tests {test.path} in [], which is never true.", "Give at least one value.")
    return [_stored_value(test, each) for each in values]


def _types(test: Comparison, kinds: Iterable[str]) -> tuple[str, ...]:
    """Empty where the stored JSON already says what it is."""
    if not test.is_typed:
        return ()
    declared = {alternative.kind for alternative in test.alternatives} - {"null"}
    texts = {kind for kind in declared if kind == "text" or (kind in READ_AS and kind != "decimal")}
    texts |= {"decimal"} & declared
    if len(texts) > 1:
        raise ComparisonRefused(
            f"compares {test.path}, which may be {' or '.join(sorted(texts))}: both are stored as text.",
            "Declare one of them, or compare in the step and return the result.",
        )
    if "decimal" in kinds and "decimal" not in declared:
        if declared != {"number"}:
            raise ComparisonRefused(
                f"compares {test.path}, which is {type_description(test)}, with a Decimal.",
                "Write the number as an int or a float.",
            )
        declared = {"decimal"}
    return () if len(declared) == 1 and declared <= set(_PLAIN) else tuple(sorted(declared))


def _stored_value(test: Comparison, value: Any) -> Any:
    """The value as it is stored. Refuses what the declared type cannot hold or order."""
    if isinstance(value, Field):
        raise ComparisonRefused(
            f"compares {test.path} with {value!r}.",
            "A condition compares with a fixed value: compare the two in a step and return the result.",
        )
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise ComparisonRefused(f"compares {test.path} with {value}.", "Give a finite number.")
    if not test.is_typed:
        return _untyped_value(test, value)
    if value is None and test.op not in ("==", "!=", "in"):
        raise ComparisonRefused(f"orders {test.path} by None.", f"Write {test.path} == None or != None.")
    kind = _kind(test, value)
    refuse_without_comparison(test)
    fitting = [
        alternative
        for alternative in test.alternatives
        if comparable_kind(alternative.kind) == comparable_kind(kind)
    ]
    if not fitting or kind == "other":
        raise ComparisonRefused(never_true_problem(test, value), remedy(test, value))
    if test.op not in ("==", "!=", "in"):
        refuse_unordered(test, fitting)
    refuse_parts(test, fitting)
    refuse_inexact(test, fitting, value)
    refuse_zone(test, fitting, value)
    if kind == "null":
        return None
    if not any(_can_hold(alternative, test.op, value) for alternative in fitting):
        raise ComparisonRefused(never_true_problem(test, value), remedy(test, value))
    return _typed_value(test, fitting, value)


def _untyped_value(test: Comparison, value: Any) -> Any:
    plain = value.value if isinstance(value, enum.Enum) else value
    plain = str(plain) if type(plain) is AsText else plain
    if type(plain) not in (bool, int, float, str, list, dict, type(None)):
        raise ComparisonRefused(
            f"compares {test.path} with {value!r}, but no type says how {test.path} is stored.",
            f"Declare the type of {test.path}, for instance with a Pydantic model.",
        )
    return _storable(test, plain)


def _typed_value(test: Comparison, fitting: list[TypeAlternative], value: Any) -> Any:
    if isinstance(value, AsText):
        value = _parse_text(test, fitting[0], value)
    for alternative in fitting:
        if alternative.values is not None and isinstance(alternative.source, enum.EnumMeta):
            value = next((each for each in alternative.values if _is_member(each, value)), value)
    return _storable(test, value)


def _storable(test: Comparison, value: Any) -> Any:
    try:
        stored = _as_json(value)
    except (PydanticSerializationError, ValueError) as error:
        raise ComparisonRefused(
            f"compares {test.path} with {value!r}: {error}.", "Give a plain value."
        ) from None
    if why := storage_problem(stored):
        raise ComparisonRefused(
            f"compares {test.path} with {value!r}: {why}.", "Give a value that can be stored."
        )
    return stored


def _as_json(value: Any) -> Any:
    plain = str(value) if isinstance(value, PurePath) else value
    return _ANY.dump_python(plain, mode="json", by_alias=False)


def _kind(test: Comparison, value: Any) -> str:
    """The kind of a literal, as `engine.model.values.comparison` names it; "other" for what none has."""
    if isinstance(value, AsText):
        special = [alternative.kind for alternative in test.alternatives if alternative.kind in READ_AS]
        return special[0] if special else "text"
    if isinstance(value, enum.Enum):
        for alternative in test.alternatives:
            if alternative.values is not None and any(each is value for each in alternative.values):
                return alternative.kind
        if not isinstance(value, str | int):
            return "other"
        return "text" if isinstance(value, str) else "number"
    return alternatives(type(value))[0].kind or "other"


def _can_hold(alternative: TypeAlternative, op: str, value: Any) -> bool:
    """Return whether the alternative can equal the value or, for an order, can be ordered with it."""
    if alternative.values is not None and op in ("==", "!=", "in"):
        return any(_is_member(each, value) for each in alternative.values)
    value = plain_value(value)
    if alternative.values is not None:
        return alternative.kind != "text" or isinstance(value, str)
    if alternative.kind == "text" and not isinstance(value, AsText):
        # Texts, bytes, UUIDs and addresses are all stored as text, and never equal in Python.
        own = alternative.source if isinstance(alternative.source, type) else str
        if not isinstance(value, own):
            return False
    if op not in ("==", "!=", "in"):
        return True
    return isinstance(value, AsText) or _meets_constraints(alternative, value)


def _meets_constraints(alternative: TypeAlternative, value: Any) -> bool:
    """Return whether the value meets the constraints of the declared type, in all its parts."""
    composite = alternative.kind in ("list", "object")
    if not (alternative.metadata or composite):
        return True
    declared = alternative.source
    for each in alternative.metadata:
        declared = Annotated[declared, each]
    try:
        codec = Codec(TypeAdapter(declared))
        read = codec.read(value)
        return bool(codec.store(read) == _as_json(value) if composite else read == value)
    except Unstorable:
        return False
    except ValidationError:
        return False
    except Exception:  # a validator of the author's that needs more than the value
        return True


def _is_member(member: Any, value: Any) -> bool:
    """Is the value this member of a Literal or an Enum, or the member's value? True is not 1."""
    if isinstance(value, enum.Enum) and isinstance(member, enum.Enum):
        return member is value
    plain = member.value if isinstance(member, enum.Enum) else member
    value = value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, AsText):
        return str(plain) == str(value) if not isinstance(plain, bool | int | float) else False
    return isinstance(plain, bool) is isinstance(value, bool) and bool(plain == value)


def _parse_text(test: Comparison, alternative: TypeAlternative, text: str) -> Any:
    """The value that a text of a definition stands for, where the declared type keeps it as text."""
    if alternative.values is not None:
        return str(text)
    try:
        return TypeAdapter(READ_AS.get(alternative.kind, alternative.source)).validate_python(str(text))
    except ValidationError:
        raise ComparisonRefused(
            f"compares {test.path}, {type_description(test)}, with {str(text)!r}.",
            f"Write it as {type_description(test)} is stored.",
        ) from None
