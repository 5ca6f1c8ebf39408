"""Parameters of requests at the control socket: each name has one kind, whichever request it is in."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from engine import CanaryRules, SignoffError

MAX_NUMBER = 2**53
"""The largest whole number that every program that writes JSON writes exactly."""
MAX_LIMIT = 100_000
MAX_KEEP_SECONDS = 366 * 86_400.0
MAX_AGE_SECONDS = 100 * MAX_KEEP_SECONDS


class BadRequest(SignoffError):
    """A parameter is missing or has a value that the request cannot have."""


class Params(dict[str, Any]):
    """The parameters of a request; asking for one that is missing raises `BadRequest`."""

    def __missing__(self, name: str) -> Any:
        raise BadRequest(f"The parameter {name} is missing.")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _number(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and least <= value <= most


def _seconds(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= MAX_KEEP_SECONDS


def _age(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= MAX_AGE_SECONDS


def _place(value: Any) -> bool:
    """The number of an event or an element, or where events and reports stand."""
    whole = _number(-1, MAX_NUMBER)
    if isinstance(value, dict):
        return set(value) == {"events", "reports"} and all(map(whole, value.values()))
    return whole(value)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _finite(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _rules(value: Any) -> bool:
    known = {field.name for field in fields(CanaryRules)}
    return (
        isinstance(value, dict)
        and value.keys() <= known
        and all(bound is None or _finite(bound) for bound in value.values())
    )


def _text_by_name(value: Any) -> bool:
    return isinstance(value, dict) and _texts(list(value.values()))


def _marks(value: Any) -> bool:
    """Checkpoints, whose signature the command line verified."""
    return isinstance(value, list) and all(map(_mark, value))


def _mark(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    return type(value.get("events")) is int and _texts([value.get("digest"), value.get("at")])


def _parsed(parse: Callable[[str], Any]) -> Callable[[Any], bool]:
    def parses(value: Any) -> bool:
        try:
            parse(value)
        except (TypeError, ValueError):
            return False
        return True

    return parses


def _moment(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _period(value: Any) -> bool:
    """From when until when, where either may be left out."""
    if not isinstance(value, dict) or not value.keys() <= {"since", "until"}:
        return False
    return all(_moment(each) or _age(each) for each in value.values())


_KINDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(
        (
            "as_user", "choice", "comment", "cursor", "file", "key", "name", "one_time_code", "person",
            "reason", "request", "run", "seen", "started_by", "step", "target", "to", "typed", "user",
            "workflow",
        ),
        (_text, "a text"),
    ),
    **dict.fromkeys(("enabled", "served"), (_flag, "true or false")),
    **dict.fromkeys(("gates", "states", "types"), (_texts, "a list of texts")),
    "after": (_place, "a whole number, or the place where events and reports stand"),
    "end": (_parsed(date.fromisoformat), "a date such as 2026-01-31"),
    "headers": (_text_by_name, "an object of texts"),
    "keep": (_seconds, f"a number of seconds up to {MAX_KEEP_SECONDS:.0f}"),
    "limit": (_number(1, MAX_LIMIT), f"a whole number from 1 to {MAX_LIMIT:,}"),
    "marks": (_marks, "a list of checkpoints, each with events, digest and at"),
    "priority": (_number(-MAX_NUMBER, MAX_NUMBER), "a whole number"),
    "rules": (_rules, "an object with the rules of a canary, each a number"),
    "share": (_finite, "a number of percent"),
    **dict.fromkeys(("before", "last", "offset"), (_number(0, MAX_NUMBER), "a whole number")),
    "reports": (_number(0, MAX_NUMBER), "a whole number"),
    "period": (_period, "an object with since and until, each a moment or a number of seconds before now"),
    "since": (_moment, "a moment such as 2026-01-31T09:00:00+00:00"),
    "start": (_parsed(date.fromisoformat), "a date such as 2026-01-01"),
    "values": (_object, "an object"),
}  # fmt: skip
_MAY_BE_NULL = frozenset({
    "after", "as_user", "before", "cursor", "key", "one_time_code", "person", "seen", "since", "states",
    "step", "typed", "types", "workflow",
})  # fmt: skip


def checked(params: Mapping[str, Any]) -> Params:
    """Return the parameters of a request, without those that say nothing. Raises `BadRequest` with the first
    that is wrong."""
    given = {name: value for name, value in params.items() if value is not None or name not in _MAY_BE_NULL}
    for name, value in given.items():
        kind = _KINDS.get(name)
        if kind is None:
            continue
        holds, expected = kind
        if not holds(value):
            raise BadRequest(f"The parameter {name} is {_short(value)}. It must be {expected}.")
    return Params(given)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
