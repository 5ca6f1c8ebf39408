"""Pure: what is wrong with a value, in words for people: the value, what is wrong, the remedy."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.model.input.json_schema import PERSONAL, Schema, choices, fields_of, holds_reference, is_personal
from engine.model.input.typed_input import LIST_REMEDY
from engine.model.text.wording import count

MISSING_VALUE, NO_VALUE, REFUSED = "is missing", "has no value", "is refused"
NO_SCHEMA: Schema = MappingProxyType({})
_HIDDEN: Schema = MappingProxyType({"writeOnly": True, PERSONAL: True})
_MAX_SHOWN = 60
_MAX_PROBLEMS = 5
Say = Callable[[Mapping[str, Any]], tuple[str, str]]
"""Given the context of a mistake: what the value is not, and the remedy."""


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """Mistake at one place of a value. `path`: as `place.port` or `hosts.0`; empty for the whole value."""

    path: str
    shown: str
    """The value, shortened; a secret is not repeated. Empty where it is missing."""
    what: str
    """As `is not a whole number`."""
    remedy: str

    @property
    def sentence(self) -> str:
        head = f"{self.shown} {self.what}.".lstrip() if self.what else ""
        return " ".join(filter(None, [head, self.remedy]))


def problems_in(error: ValidationError, value: Any, schema: Schema) -> list[tuple[str, str]]:
    """By field, as `place.port` or `hosts.0`: what is wrong there."""
    return [(each.path, each.sentence) for each in value_problems(error, value, schema)]


def value_problems(error: ValidationError, value: Any, schema: Schema = NO_SCHEMA) -> list[ValueProblem]:
    """Return what is wrong at each place of a value. `value`: None where only the error knows it."""
    fields = fields_of(schema)
    by_path: dict[tuple[str, ...], list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        by_path.setdefault(_path(detail, value), []).append(detail)
    whole = NO_SCHEMA
    if is_personal(schema):
        fields = {name: _without_values(field) for name, field in fields.items()}
        whole = _HIDDEN
    return [_problem(path, errors, fields, whole) for path, errors in by_path.items()]


def _without_values(field: Schema) -> Schema:
    """Return the schema of a field so that no value of it is repeated if it may be personal data."""
    return {**field, **_HIDDEN} if is_personal(field) or holds_reference(field) else field


def validation_text(error: ValidationError) -> str:
    """Return what Pydantic refused in our words, for people who did not see the value."""
    problems = value_problems(error, None)
    told = [
        f"{each.path}: {each.sentence}" if each.path else each.sentence for each in problems[:_MAX_PROBLEMS]
    ]
    left = len(problems) - len(told)
    return " ".join([*told, *([f"And {count(left, 'more mistake')}."] if left else [])])


def what_is_wrong(error: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong with a value that is not shown, and the remedy."""
    return _error_sentence(error, NO_SCHEMA, 1)


def _path(error: ErrorDetails, value: Any) -> tuple[str, ...]:
    """Where in the value it is. What the location says of unions and validators is left out."""
    if not isinstance(value, Mapping | Sequence) or isinstance(value, str):
        return tuple(str(part) for part in error["loc"])
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


def _problem(
    path: tuple[str, ...], errors: list[ErrorDetails], fields: Mapping[str, Schema], whole: Schema
) -> ValueProblem:
    place = ".".join(path)
    if all(detail["type"] == "missing" for detail in errors):
        return ValueProblem(place, "", MISSING_VALUE, "Give it a value.")
    schema = fields.get(path[0], {}) if path else whole
    sentences = list(
        dict.fromkeys(
            _error_sentence(detail, schema, len(path)) for detail in errors if detail["type"] != "missing"
        )
    )
    whats = " and ".join(dict.fromkeys(what for what, _ in sentences if what))
    remedies = " Or: ".join(dict.fromkeys(remedy for _, remedy in sentences if remedy))
    if errors[0]["input"] is None:
        omitted = "Or leave it out." if len(path) == 1 and "default" in schema else ""
        return ValueProblem(place, "It", NO_VALUE, " ".join(filter(None, [remedies, omitted])))
    return ValueProblem(place, _shown(errors[0], schema), whats, remedies)


def _shown(error: ErrorDetails, schema: Schema) -> str:
    """The value, shortened; a secret is not repeated."""
    value = error["input"]
    if schema.get("writeOnly"):
        return "The value"
    if value in ("", [], {}) and not isinstance(value, bool | int | float):
        return "An empty value"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = _written(value)
    if len(text) <= _MAX_SHOWN:
        return text
    closing = '"' if isinstance(value, str) else ""
    return f"{text[: _MAX_SHOWN - 1 - len(closing)]}…{closing}"


def _written(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # an author's __str__
        return type(value).__name__


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
    # A validator of the author's may repeat the value.
    return REFUSED, "Give another value." if schema.get(PERSONAL) else _own_words(error)


def _own_words(error: ErrorDetails) -> str:
    """Return the text of the author's validator."""
    text = error["msg"]
    for prefix in ("Value error, ", "Assertion failed, "):
        text = text.removeprefix(prefix)
    text = text.strip().rstrip(".")
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
_LIST = _is("is not a list", LIST_REMEDY)
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
    "timezone_offset": _is("has another time zone than it must have", "Write it in that time zone."),
    "no_such_attribute": _bound("does not have what it must have", "Give it {}.", "attribute"),
    "get_attribute_error": _is("cannot be read", "Correct the property that raises."),
    "json_invalid": _is("is not JSON", 'Write JSON, such as {"name": "value"}.'),
    "json_type": _is("is not JSON text", "Give JSON as a text."),
    "needs_python_object": _is("cannot be checked as JSON", "Give the type another validator."),
    "recursion_loop": _is("holds itself", "Give a value without a circle."),
    "recursion_depth_exceeded": _is("is nested too deeply", "Keep it flat."),
    "frozen_field": _is("is for a field that cannot change", "Make a new value instead."),
    "frozen_instance": _is("is for a value that cannot change", "Make a new value instead."),
    "invalid_key": _is("has a key that is not text", "Give every key as a text."),
    "default_factory_not_called": _is("depends on another field that is wrong", "Correct that field first."),
    "iteration_error": _is("cannot be read to its end", "Give a list."),
    "string_not_ascii": _is("has characters beyond ASCII", "Write it with plain letters and digits."),
    "bytes_too_short": _bound("is too short", "Give at least {} byte{s}.", "min_length"),
    "bytes_too_long": _bound("is too long", "Give at most {} byte{s}.", "max_length"),
    "bytes_invalid_encoding": _bound("is not encoded as it must be", "Write it in {}.", "encoding"),
    "set_item_not_hashable": _is("holds a list or an object", "Give plain values."),
    "missing_sentinel_error": _is("is given where no value is allowed", "Leave it out."),
    "ellipsis_error": _is("is given where no value is allowed", "Leave it out."),
    "date_from_datetime_inexact": _is("has a time of day", "Write a date alone, such as 2026-01-31."),
    "is_instance_of": _bound("is of another type", "Give a value of the type {}.", "class"),
    "is_subclass_of": _bound("is another class", "Give a class that inherits from {}.", "class"),
    "dataclass_exact_type": _bound("is of another type", "Give a value of the type {}.", "class_name"),
    "callable_type": _is("is not a function", "Give a function."),
    "missing_argument": _is("lacks an argument", "Give it."),
    "missing_keyword_only_argument": _is("lacks an argument", "Give it by its name."),
    "missing_positional_only_argument": _is("lacks an argument", "Give it without its name."),
    "multiple_argument_values": _is("is given twice", "Give it once."),
    "arguments_type": _is("is not a list of arguments", "Give a list or an object."),
    "url_too_long": _bound("is too long", "Give at most {} character{s}.", "max_length"),
    "url_scheme": _bound("begins with another scheme", "Begin it with {}.", "expected_schemes"),
    "uuid_version": _bound("is a UUID of another version", "Give one of version {}.", "expected_version"),
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
    "frozen_dict_": _OBJECT,
    "ordered_dict_": _OBJECT,
    "counter_": _OBJECT,
    "named_tuple_": _LIST,
    "deque_": _LIST,
    "iterable_": _LIST,
    "bytes_": _is("is not text", "Give a text."),
    "fraction_": _is("is not a fraction", "Write one such as 1/3."),
    "complex_": _is("is not a complex number", "Write one such as 1+2j."),
    "unexpected_": _is("is given for an argument that does not exist", "Leave it out."),
    "path_": _is("is not such a path", "Give the path of a file or folder that is as it must be."),
    "byte_size": _is("is not a size", "Write one such as 10MB."),
    "url_": _is("is not an address", "Write one such as https://example.com/path."),
}
