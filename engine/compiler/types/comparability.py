"""Comparisons that a condition cannot make, or that are never true: what is wrong, and the remedy."""

import difflib
import enum
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime, NaiveDatetime, TypeAdapter

from engine.compiler.definition.checks import type_name
from engine.compiler.types.declared_types import TypeAlternative, parts_of
from engine.model.values.comparison import READ_AS, AsText

_UNORDERED = ("object", "other", "null")

_ADDRESSES = (ipaddress.IPv4Address, ipaddress.IPv6Address)
"""Stored as texts, and in another order than those."""


class ComparisonRefused(Exception):
    def __init__(self, problem: str, remedy: str) -> None:
        self.problem, self.remedy = problem, remedy


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison to check. `path` as the author wrote it."""

    path: str
    op: str
    declared: Any
    alternatives: tuple[TypeAlternative, ...]

    @property
    def is_typed(self) -> bool:
        return all(alternative.kind for alternative in self.alternatives)


def refuse_unordered(test: Comparison, fitting: list[TypeAlternative]) -> None:
    for alternative in fitting:
        plain_enum = isinstance(alternative.source, enum.EnumMeta) and not issubclass(
            alternative.source, str | int | float
        )
        unordered = isinstance(alternative.source, type) and issubclass(
            alternative.source, (dict, set, frozenset, *_ADDRESSES)
        )
        if alternative.kind not in _UNORDERED and not plain_enum and not unordered:
            return
    raise ComparisonRefused(
        f"orders {test.path} with {test.op}, but {type_name(test.declared)} has no order.",
        f"Use ==, != or {test.path.replace('.', '.output.', 1)}.is_in([…]).",
    )


def refuse_without_comparison(test: Comparison) -> None:
    if any(alternative.kind not in ("other", "null") for alternative in test.alternatives):
        return
    if all(alternative.kind == "null" for alternative in test.alternatives):
        return
    raise ComparisonRefused(
        f"compares {test.path}, and a condition cannot compare {type_name(test.declared)}.",
        "Compare it in the step that returns it, and return the result.",
    )


def refuse_parts(test: Comparison, fitting: list[TypeAlternative]) -> None:
    """Lists and objects are compared as JSON: their parts must be equal, and in order, as their JSON is."""
    ordered = test.op not in ("==", "!=", "in")
    for alternative in fitting:
        if alternative.kind not in ("list", "object"):
            continue
        kind = next((kind for kind in parts_of(alternative.source) if _differs_as_json(kind, ordered)), None)
        if kind is not None:
            raise ComparisonRefused(
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


def refuse_inexact(test: Comparison, fitting: list[TypeAlternative], value: Any) -> None:
    if not isinstance(value, float) or not any(alternative.kind == "decimal" for alternative in fitting):
        return
    if Decimal(value) != Decimal(repr(value)):
        raise ComparisonRefused(
            f"compares {test.path}, a Decimal, with the float {value!r}, which is not exactly that number.",
            f'Write Decimal("{value!r}").',
        )


def refuse_zone(test: Comparison, fitting: list[TypeAlternative], value: Any) -> None:
    if not isinstance(value, datetime | time):
        return
    aware = value.utcoffset() is not None
    if isinstance(value, datetime) and all(
        alternative.source is (NaiveDatetime if aware else AwareDatetime) for alternative in fitting
    ):
        has, is_ = ("a time zone", "has none") if aware else ("no time zone", "has one")
        raise ComparisonRefused(
            f"compares {test.path} with {value.isoformat()}, which has {has}; {test.path} always {is_}.",
            "Give both a time zone, or neither.",
        )


def refuse_never_true(test: Comparison, value: Any) -> None:
    """A bound that lies outside of `ge=`, `gt=`, `le=` and `lt=`."""
    if test.op not in ("<", "<=", ">", ">=") or not test.is_typed or isinstance(value, AsText):
        return
    possible = [alternative for alternative in test.alternatives if alternative.kind != "null"]
    if not all(_is_out_of_bounds(alternative, test.op, value) for alternative in possible):
        return
    raise ComparisonRefused(
        f"has {test.path} {test.op} {value!r}, which its bounds never allow.",
        f"Compare with a value that {type_name(test.declared)} can reach.",
    )


def _is_out_of_bounds(alternative: TypeAlternative, op: str, value: Any) -> bool:
    for each in _constraints(alternative.metadata):
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


def never_true_problem(test: Comparison, value: Any) -> str:
    why = "they are never equal" if test.op in ("==", "!=", "in") else "they have no order"
    declared = type_description(test)
    return f"compares {test.path} {test.op} {plain_value(value)!r}, and {test.path} is {declared}: {why}."


def type_description(test: Comparison) -> str:
    allowed = [each for alternative in test.alternatives for each in alternative.values or ()]
    if not allowed:
        return type_name(test.declared)
    shown = ", ".join(repr(plain_value(each)) for each in allowed[:10])
    return f"one of {shown}" + (" or more" if len(allowed) > 10 else "")


def plain_value(member: Any) -> Any:
    return member.value if isinstance(member, enum.Enum) else member


def remedy(test: Comparison, value: Any) -> str:
    members = [each for alternative in test.alternatives for each in alternative.values or ()]
    by_name = {each.name: each.value for each in members if isinstance(each, enum.Enum)}
    if isinstance(value, str) and value in by_name:
        return f"Did you mean {by_name[value]!r}, the value of {value}?"
    texts = [str(plain_value(each)) for each in members]
    close = difflib.get_close_matches(str(plain_value(value)), texts, n=1)
    if close:
        meant = next(plain_value(each) for each in members if str(plain_value(each)) == close[0])
        return f"Did you mean {meant!r}?"
    if members:
        return "Compare with one of those."
    return _as_declared(test, value) or f"Compare with {type_name(test.declared)}."


def _as_declared(test: Comparison, value: Any) -> str:
    """Suggest what the author may have meant: the value read as the declared type."""
    for alternative in test.alternatives:
        if alternative.kind in ("null", "other", "list", "object"):
            continue
        try:
            read = TypeAdapter(alternative.source).validate_python(value)
        except Exception:  # noqa: S112 - then it is not what was meant
            continue
        return f"Did you mean {read!r}?"
    return ""
