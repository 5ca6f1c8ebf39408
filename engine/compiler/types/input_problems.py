"""Pure: what is wrong with a value, in words for people: the value, what is wrong, the remedy."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.model.json_schema import Schema, choices, fields_of

_MAX_SHOWN = 60
Say = Callable[[Mapping[str, Any]], tuple[str, str]]
"""Given the context of a mistake: what the value is not, and the remedy."""


def problems_in(error: ValidationError, value: Any, schema: Schema) -> list[tuple[str, str]]:
    """By field, as `place.port` or `hosts.0`: what is wrong there."""
    fields = fields_of(schema)
    by_path: dict[tuple[str, ...], list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        by_path.setdefault(_path(detail, value), []).append(detail)
    return [(".".join(path), _sentence(path, errors, fields)) for path, errors in by_path.items()]


def _path(error: ErrorDetails, value: Any) -> tuple[str, ...]:
    """Where in the value it is. What the location says of unions and validators is left out."""
    parts: list[str] = []
    here = value
    for number, part in enumerate(error["loc"]):
        last = number == len(error["loc"]) - 1
        if isinstance(here, Mapping) and part in here:
            here = here[part]
        elif isinstance(here, Sequence) and not isinstance(here, str) and _index(part, here) is not None:
            here = here[int(part)]
        elif not (last and error["type"] == "missing"):
            continue
        parts.append(str(part))
    return tuple(parts)


def _index(part: Any, here: Sequence[Any]) -> int | None:
    return part if isinstance(part, int) and 0 <= part < len(here) else None


def _sentence(path: tuple[str, ...], errors: list[ErrorDetails], fields: Mapping[str, Schema]) -> str:
    if all(detail["type"] == "missing" for detail in errors):
        return "is missing. Give it a value."
    schema = fields.get(path[0], {}) if path else {}
    sentences = list(
        dict.fromkeys(
            _error_sentence(detail, schema, len(path)) for detail in errors if detail["type"] != "missing"
        )
    )
    whats = " and ".join(dict.fromkeys(what for what, _ in sentences if what))
    remedies = " Or: ".join(dict.fromkeys(remedy for _, remedy in sentences if remedy))
    if errors[0]["input"] is None:
        omitted = "Or leave it out." if len(path) == 1 and "default" in schema else ""
        return " ".join(filter(None, ["It has no value.", remedies, omitted]))
    shown = _shown(errors[0], schema)
    return " ".join(filter(None, [f"{shown} {whats}." if whats else "", remedies]))


def _shown(error: ErrorDetails, schema: Schema) -> str:
    """The value, shortened; a secret is not repeated."""
    value = error["input"]
    if schema.get("writeOnly"):
        return "The value"
    if value in ("", [], {}) and not isinstance(value, bool | int | float):
        return "An empty value"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _error_sentence(error: ErrorDetails, schema: Schema, depth: int) -> tuple[str, str]:
    """Return what is wrong with the value, and the remedy."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("enum", "literal_error"):
        return "is not one of the options", f"Choose {_listed(error, schema, depth)}."
    if kind == "string_pattern_mismatch" and schema.get("description"):
        # A pattern is for machines.
        return "does not fit", f"Give: {str(schema['description']).rstrip('.')}."
    if kind in _SAY:
        return _SAY[kind](context)
    for prefix, say in _FAMILIES.items():
        if kind.startswith(prefix):
            return say(context)
    return "is refused", _own_words(error)


def _own_words(error: ErrorDetails) -> str:
    """Return the text of the author's validator, or that of the library."""
    text = error["msg"]
    for prefix in ("Value error, ", "Assertion failed, "):
        text = text.removeprefix(prefix)
    text = text.replace("Input should", "It must").strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _listed(error: ErrorDetails, schema: Schema, depth: int) -> str:
    options = choices(schema) or choices(schema.get("items") or {}) if depth <= 2 else []
    if not options:
        return str((error.get("ctx") or {}).get("expected", "another value"))
    shown = [_option(option) for option in options[:20]]
    more = f" or one of {len(options) - 20} more" if len(options) > 20 else ""
    return ", ".join(shown) + more if more or len(shown) < 2 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _option(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
    return str(value)


def _is(what: str, remedy: str) -> Say:
    return lambda context: (what, remedy)


def _bound(what: str, remedy: str, key: str) -> Say:
    return lambda context: (what, remedy.format(context.get(key), s="" if context.get(key) == 1 else "s"))


_WHOLE = _is("is not a whole number", "Write one such as 3, with digits alone.")
_NUMBER = _is("is not a number", "Write one such as 2.5, with digits and one point.")
_TEXT = _is("is not text", "Give a text.")
_LIST = _is("is not a list", 'Write the values with commas between them, or as JSON: ["a", "b"].')
_OBJECT = _is("is not a JSON object", 'Write one such as {"name": "value"}.')
_SAY: Mapping[str, Say] = {
    "greater_than": _bound("is too small", "Give more than {}.", "gt"),
    "greater_than_equal": _bound("is too small", "Give at least {}.", "ge"),
    "less_than": _bound("is too large", "Give less than {}.", "lt"),
    "less_than_equal": _bound("is too large", "Give at most {}.", "le"),
    "multiple_of": _bound("does not fit", "Give a multiple of {}.", "multiple_of"),
    "finite_number": _is("is not a finite number", "Write one such as 2.5."),
    "int_from_float": _is("is not a whole number", "Leave out the point and the digits after it."),
    "int_parsing_size": _is("is too large", "Give a smaller number."),
    "string_too_short": _bound("is too short", "Give at least {} character{s}.", "min_length"),
    "string_too_long": _bound("is too long", "Give at most {} character{s}.", "max_length"),
    "string_pattern_mismatch": _bound("does not fit", "It must match the pattern {}.", "pattern"),
    "too_short": _bound("has too few values", "Give at least {}.", "min_length"),
    "too_long": _bound("has too many values", "Give at most {}.", "max_length"),
    "decimal_max_digits": _bound("has too many digits", "Give at most {}.", "max_digits"),
    "decimal_max_places": _bound("has too many digits after the point", "Give at most {}.", "decimal_places"),
    "decimal_whole_digits": _bound(
        "is too large", "Give at most {} digit{s} before the point.", "whole_digits"
    ),
    "timezone_aware": _is("has no time zone", "Write one such as 2026-01-31T15:00:00+01:00."),
    "timezone_naive": _is("has a time zone", "Write it without one, such as 2026-01-31T15:00:00."),
    "date_past": _is("is not in the past", "Give an earlier date."),
    "date_future": _is("is not in the future", "Give a later date."),
    "datetime_past": _is("is not in the past", "Give an earlier time."),
    "datetime_future": _is("is not in the future", "Give a later time."),
    "extra_forbidden": _is("is given for a field that does not exist", "Leave it out."),
    "union_tag_not_found": _bound("does not say which kind it is", "Give {}.", "discriminator"),
    "union_tag_invalid": lambda context: (
        f"has an unknown {context.get('discriminator', 'kind')!s}",
        f"Choose {context.get('expected_tags', 'another one')}.",
    ),
    "none_required": _is("is given where no value is allowed", "Leave it empty."),
}
_FAMILIES: Mapping[str, Say] = {
    "int_": _WHOLE,
    "float_": _NUMBER,
    "decimal_": _NUMBER,
    "bool_": _is("is neither yes nor no", "Write yes or no."),
    "string_": _TEXT,
    "list_": _LIST,
    "tuple_": _LIST,
    "set_": _LIST,
    "frozen_set_": _LIST,
    "dict_": _OBJECT,
    "mapping_": _OBJECT,
    "model_": _OBJECT,
    "dataclass_": _OBJECT,
    "datetime_": _is("is not a time", "Write one such as 2026-01-31T15:00:00+01:00."),
    "date_": _is("is not a date", "Write one such as 2026-01-31."),
    "time_delta_": _is("is not a duration", "Write one such as PT1H30M or 01:30:00."),
    "time_": _is("is not a time of day", "Write one such as 15:30."),
    "uuid_": _is("is not a UUID", "Write one such as 123e4567-e89b-12d3-a456-426614174000."),
    "ip_": _is("is not an IP address", "Write one such as 192.0.2.1."),
    "url_": _is("is not an address", "Write one such as https://example.com/path."),
}
