"""Comparisons in `when=`: can the declared type ever hold the value, and how is what is stored to be read?"""

import difflib
import enum
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import AwareDatetime, NaiveDatetime, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from engine.authoring.refs import Field
from engine.authoring.workflow import Node
from engine.compiler.checks import Checks, type_name
from engine.compiler.declared_types import Alternative, alternatives, parts_of
from engine.compiler.paths import NoSuchField, field_at
from engine.compiler.round_trip import Codec, Unstorable
from engine.model.comparison import READ_AS, comparable_kind
from engine.model.conditions import AllOf, AnyOf, Compare, Condition, Not
from engine.model.json_safe import storage_problem

_ANY: TypeAdapter[Any] = TypeAdapter(Any)
_PLAIN = ("bool", "number", "text", "list", "object", "null")
_UNORDERED = ("object", "other", "null")
_ADDRESSES = (ipaddress.IPv4Address, ipaddress.IPv6Address)
"""Stored as texts, and in another order than those."""


class AsText(str):
    """A text of a definition that is data: it may stand for a Decimal, a date or another such value."""


class _ComparisonRefused(Exception):
    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison to check. `path` as the author wrote it."""

    path: str
    op: str
    declared: Any
    alternatives: tuple[Alternative, ...]

    @property
    def is_typed(self) -> bool:
        return all(one.kind for one in self.alternatives)


def typed_condition(checks: Checks, node: Node) -> Condition | None:
    """The condition of a node as it is stored: values as JSON, with how to read them."""
    return None if node.when is None else _typed_tests(checks, node, node.when)


def _typed_tests(checks: Checks, node: Node, condition: Condition) -> Condition:
    match condition:
        case Compare():
            try:
                return _typed_comparison(checks, condition)
            except _ComparisonRefused as refused:
                checks.error(f"when= {refused.problem}", refused.remedy, node)
            except NoSuchField as wrong:
                _no_such_field(checks, node, condition, wrong)
            return condition.model_copy(update={"value": None})
        case AllOf():
            return AllOf(all=tuple(_typed_tests(checks, node, each) for each in condition.all))
        case AnyOf():
            return AnyOf(any=tuple(_typed_tests(checks, node, each) for each in condition.any))
        case Not():
            return Not(no=_typed_tests(checks, node, condition.no))
    return condition


def _no_such_field(checks: Checks, node: Node, test: Compare, wrong: NoSuchField) -> None:
    path = ".".join((test.step, *test.path))
    close = difflib.get_close_matches(wrong.name, wrong.known, n=1)
    there = (
        f"There are: {', '.join(wrong.known)}." if wrong.known else "Compare it as a whole, or leave it out."
    )
    checks.error(f"when= names {path}, and {wrong}.", f"Did you mean {close[0]}?" if close else there, node)


def _typed_comparison(checks: Checks, test: Compare) -> Compare:
    declared = field_at(checks.returns.get(test.step, Any), test.path)
    path = ".".join((test.step, *test.path))
    found = _Test(path, test.op, declared, tuple(alternatives(declared)))
    if test.op == "in":
        value: Any = _stored_list(found, test.value)
        kinds = [kind for each in test.value for kind in [_kind(found, each)] if kind]
    else:
        value = _stored_value(found, test.value)
        kinds = [_kind(found, test.value)]
    _refuse_never_true(found, test.value)
    return test.model_copy(update={"value": value, "types": _types(found, kinds)})


def _stored_list(test: _Test, values: Any) -> list[Any]:
    if not isinstance(values, list | tuple | set | frozenset):
        raise _ComparisonRefused(f"{test.path} in {values!r}: that is no list.", "Give a list of values.")
    if not values:
        raise _ComparisonRefused(f"{test.path} in []: it can never be true.", "Give at least one value.")
    return [_stored_value(test, each) for each in values]


def _types(test: _Test, kinds: Iterable[str]) -> tuple[str, ...]:
    """Empty where the stored JSON already says what it is."""
    if not test.is_typed:
        return ()
    declared = {one.kind for one in test.alternatives} - {"null"}
    texts = {kind for kind in declared if kind == "text" or (kind in READ_AS and kind != "decimal")}
    texts |= {"decimal"} & declared
    if len(texts) > 1:
        raise _ComparisonRefused(
            f"compares {test.path}, which may be {' or '.join(sorted(texts))}: both are stored as text.",
            "Declare one of them, or compare in the step and return the result.",
        )
    if "decimal" in kinds and "decimal" not in declared:
        if declared != {"number"}:
            raise _ComparisonRefused(
                f"compares {test.path}, which is {_type_description(test)}, with a Decimal.",
                "Write the number as an int or a float.",
            )
        declared = {"decimal"}
    return () if len(declared) == 1 and declared <= set(_PLAIN) else tuple(sorted(declared))


def _stored_value(test: _Test, value: Any) -> Any:
    """The value as it is stored. Refuses what the declared type cannot hold or order."""
    if isinstance(value, Field):
        raise _ComparisonRefused(
            f"compares {test.path} with {value!r}.",
            "A condition compares with a fixed value: compare the two in a step and return the result.",
        )
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        raise _ComparisonRefused(f"compares {test.path} with {value}.", "Give a finite number.")
    if not test.is_typed:
        return _untyped_value(test, value)
    if value is None and test.op not in ("==", "!=", "in"):
        raise _ComparisonRefused(f"orders {test.path} by None.", f"Write {test.path} == None or != None.")
    kind = _kind(test, value)
    _refuse_without_comparison(test)
    fitting = [one for one in test.alternatives if comparable_kind(one.kind) == comparable_kind(kind)]
    if not fitting or kind == "other":
        raise _ComparisonRefused(_never_true_problem(test, value), _remedy(test, value))
    if test.op not in ("==", "!=", "in"):
        _refuse_unordered(test, fitting)
    _refuse_parts(test, fitting)
    _refuse_inexact(test, fitting, value)
    _refuse_zone(test, fitting, value)
    if kind == "null":
        return None
    if not any(_can_hold(one, test.op, value) for one in fitting):
        raise _ComparisonRefused(_never_true_problem(test, value), _remedy(test, value))
    return _typed_value(test, fitting, value)


def _untyped_value(test: _Test, value: Any) -> Any:
    plain = value.value if isinstance(value, enum.Enum) else value
    plain = str(plain) if type(plain) is AsText else plain
    if type(plain) not in (bool, int, float, str, list, dict, type(None)):
        raise _ComparisonRefused(
            f"compares {test.path} with {value!r}, and no type says how {test.path} is stored.",
            f"Declare the type of {test.path}, for instance with a Pydantic model.",
        )
    return _storable(test, plain)


def _typed_value(test: _Test, fitting: list[Alternative], value: Any) -> Any:
    if isinstance(value, AsText):
        value = _parse_text(test, fitting[0], value)
    for one in fitting:
        if one.values is not None and isinstance(one.source, enum.EnumMeta):
            value = next((each for each in one.values if _is_member(each, value)), value)
    return _storable(test, value)


def _storable(test: _Test, value: Any) -> Any:
    try:
        found = _as_json(value)
    except (PydanticSerializationError, ValueError) as error:
        raise _ComparisonRefused(
            f"compares {test.path} with {value!r}: {error}.", "Give a plain value."
        ) from None
    if why := storage_problem(found):
        raise _ComparisonRefused(
            f"compares {test.path} with {value!r}: {why}.", "Give a value that can be stored."
        )
    return found


def _as_json(value: Any) -> Any:
    plain = str(value) if isinstance(value, PurePath) else value
    return _ANY.dump_python(plain, mode="json", by_alias=False)


def _kind(test: _Test, value: Any) -> str:
    """The kind of a literal, as `engine.model.comparison` names it; "other" for what none has."""
    if isinstance(value, AsText):
        special = [one.kind for one in test.alternatives if one.kind in READ_AS]
        return special[0] if special else "text"
    if isinstance(value, enum.Enum):
        for one in test.alternatives:
            if one.values is not None and any(each is value for each in one.values):
                return one.kind
        if not isinstance(value, str | int):
            return "other"
        return "text" if isinstance(value, str) else "number"
    return alternatives(type(value))[0].kind or "other"


def _can_hold(one: Alternative, op: str, value: Any) -> bool:
    """Can this alternative equal the value; for an order, is it one that has any?"""
    if one.values is not None and op in ("==", "!=", "in"):
        return any(_is_member(each, value) for each in one.values)
    value = _plain(value)
    if one.values is not None:
        return one.kind != "text" or isinstance(value, str)
    if one.kind == "text" and not isinstance(value, AsText):
        # Texts, bytes, UUIDs and addresses are all stored as text, and never equal in Python.
        own = one.source if isinstance(one.source, type) else str
        if not isinstance(value, own):
            return False
    if op not in ("==", "!=", "in"):
        return True
    return isinstance(value, AsText) or _meets_constraints(one, value)


def _meets_constraints(one: Alternative, value: Any) -> bool:
    """Does it keep to the constraints of the declared type, in all its parts?"""
    composite = one.kind in ("list", "object")
    if not (one.metadata or composite):
        return True
    declared = one.source
    for each in one.metadata:
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


def _refuse_unordered(test: _Test, fitting: list[Alternative]) -> None:
    for one in fitting:
        plain_enum = isinstance(one.source, enum.EnumMeta) and not issubclass(one.source, str | int | float)
        unordered = isinstance(one.source, type) and issubclass(
            one.source, (dict, set, frozenset, *_ADDRESSES)
        )
        if one.kind not in _UNORDERED and not plain_enum and not unordered:
            return
    raise _ComparisonRefused(
        f"orders {test.path} with {test.op}, and {type_name(test.declared)} has no order.",
        f"Use ==, != or {test.path.replace('.', '.output.', 1)}.is_in([…]).",
    )


def _refuse_without_comparison(test: _Test) -> None:
    if any(one.kind not in ("other", "null") for one in test.alternatives):
        return
    if all(one.kind == "null" for one in test.alternatives):
        return
    raise _ComparisonRefused(
        f"compares {test.path}, and a condition cannot compare {type_name(test.declared)}.",
        "Compare it in the step that returns it, and return the result.",
    )


def _refuse_parts(test: _Test, fitting: list[Alternative]) -> None:
    """Lists and objects are compared as JSON: their parts must be equal, and in order, as their JSON is."""
    ordered = test.op not in ("==", "!=", "in")
    for one in fitting:
        if one.kind not in ("list", "object"):
            continue
        kind = next((kind for kind in parts_of(one.source) if _differs_as_json(kind, ordered)), None)
        if kind is not None:
            raise _ComparisonRefused(
                f"compares {test.path} as a whole, and a condition cannot compare "
                f"the {type_name(kind)} in it.",
                "Compare in the step that returns it, and return the result.",
            )


def _differs_as_json(kind: Any, ordered: bool) -> bool:
    """Values of this type may be equal, or stand in an order, in another way than their JSON."""
    if not isinstance(kind, type):
        return kind in (AwareDatetime, NaiveDatetime)
    if issubclass(kind, date) and not issubclass(kind, datetime):
        return False
    if issubclass(kind, (*READ_AS.values(), set, frozenset)):
        return True
    return ordered and issubclass(kind, (*_ADDRESSES, enum.Enum)) and not issubclass(kind, str | int | float)


def _refuse_inexact(test: _Test, fitting: list[Alternative], value: Any) -> None:
    if not isinstance(value, float) or not any(one.kind == "decimal" for one in fitting):
        return
    if Decimal(value) != Decimal(repr(value)):
        raise _ComparisonRefused(
            f"compares {test.path}, a Decimal, with the float {value!r}, which is not exactly that number.",
            f'Write Decimal("{value!r}").',
        )


def _refuse_zone(test: _Test, fitting: list[Alternative], value: Any) -> None:
    if not isinstance(value, datetime | time):
        return
    aware = value.utcoffset() is not None
    if isinstance(value, datetime) and all(
        one.source is (NaiveDatetime if aware else AwareDatetime) for one in fitting
    ):
        has, is_ = ("a time zone", "has none") if aware else ("no time zone", "has one")
        raise _ComparisonRefused(
            f"compares {test.path} with {value.isoformat()}, which has {has}; {test.path} always {is_}.",
            "Give both a time zone, or neither.",
        )


def _refuse_never_true(test: _Test, value: Any) -> None:
    """A bound that lies outside of `ge=`, `gt=`, `le=` and `lt=`."""
    if test.op not in ("<", "<=", ">", ">=") or not test.is_typed or isinstance(value, AsText):
        return
    held = [one for one in test.alternatives if one.kind != "null"]
    if not all(_is_out_of_bounds(one, test.op, value) for one in held):
        return
    raise _ComparisonRefused(
        f"has {test.path} {test.op} {value!r}, which its bounds never allow.",
        f"Compare with a value that {type_name(test.declared)} can reach.",
    )


def _is_out_of_bounds(one: Alternative, op: str, value: Any) -> bool:
    for each in _constraints(one.metadata):
        if op in (">", ">="):
            most, less = getattr(each, "le", None), getattr(each, "lt", None)
            if (most is not None and (value > most or (value == most and op == ">"))) or (
                less is not None and value >= less
            ):
                return True
        else:
            least, more = getattr(each, "ge", None), getattr(each, "gt", None)
            if (least is not None and (value < least or (value == least and op == "<"))) or (
                more is not None and value <= more
            ):
                return True
    return False


def _constraints(metadata: Iterable[Any]) -> Iterable[Any]:
    for each in metadata:
        yield from getattr(each, "metadata", None) or [each]


def _never_true_problem(test: _Test, value: Any) -> str:
    why = "they are never equal" if test.op in ("==", "!=", "in") else "they have no order"
    declared = _type_description(test)
    return f"compares {test.path} {test.op} {_plain(value)!r}, and {test.path} is {declared}: {why}."


def _type_description(test: _Test) -> str:
    allowed = [each for one in test.alternatives for each in one.values or ()]
    if not allowed:
        return type_name(test.declared)
    shown = ", ".join(repr(_plain(each)) for each in allowed[:10])
    return f"one of {shown}" + (" or more" if len(allowed) > 10 else "")


def _plain(member: Any) -> Any:
    return member.value if isinstance(member, enum.Enum) else member


def _remedy(test: _Test, value: Any) -> str:
    members = [each for one in test.alternatives for each in one.values or ()]
    by_name = {each.name: each.value for each in members if isinstance(each, enum.Enum)}
    if isinstance(value, str) and value in by_name:
        return f"Did you mean {by_name[value]!r}, the value of {value}?"
    texts = [str(_plain(each)) for each in members]
    close = difflib.get_close_matches(str(_plain(value)), texts, n=1)
    if close:
        return f"Did you mean {next(_plain(each) for each in members if str(_plain(each)) == close[0])!r}?"
    if members:
        return "Compare with one of those."
    return _as_declared(test, value) or f"Compare with {type_name(test.declared)}."


def _as_declared(test: _Test, value: Any) -> str:
    """Suggest what the author may have meant: the value read as the declared type."""
    for one in test.alternatives:
        if one.kind in ("null", "other", "list", "object"):
            continue
        try:
            read = TypeAdapter(one.source).validate_python(value)
        except Exception:  # noqa: S112 - then it is not what was meant
            continue
        return f"Did you mean {read!r}?"
    return ""


def _parse_text(test: _Test, one: Alternative, text: str) -> Any:
    """The value that a text of a definition stands for, where the declared type keeps it as text."""
    if one.values is not None:
        return str(text)
    try:
        return TypeAdapter(READ_AS.get(one.kind, one.source)).validate_python(str(text))
    except ValidationError:
        raise _ComparisonRefused(
            f"compares {test.path}, {_type_description(test)}, with {str(text)!r}.",
            f"Write it as {_type_description(test)} is stored.",
        ) from None
