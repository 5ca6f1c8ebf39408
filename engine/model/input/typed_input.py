"""Pure: texts as people type them, in a form or as `key=value`, read as the JSON that a schema wants."""

import csv
import json
from collections.abc import Mapping
from typing import Any

from engine.model.input.json_schema import (
    Schema,
    alternatives,
    choices,
    fields_of,
    input_kind,
    nullable,
    without_null,
)
from engine.model.text.wording import same_json

LIST_REMEDY = (
    'Write the values with commas between them, one that has a comma in double quotes: a, "b, c". '
    'Or write JSON: ["a", "b, c"].'
)


class TypedText(str):
    """A text that a person typed. A plain `str` may be a value already."""

    __slots__ = ()


class Unreadable(ValueError):
    """A text is not a value of its field. The text says why, and how to write one."""


def parse_typed(
    values: Mapping[str, Any], schema: Schema, current: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The JSON values, and what can't be read: field and why.

    Other values stay as they are, and so does a `str` that is identical to the `current` value.
    """
    fields, before = fields_of(schema), current or {}
    parsed: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, value in values.items():
        kept = not isinstance(value, TypedText) and name in before and same_json(value, before[name])
        is_text = isinstance(value, str) and not kept
        try:
            parsed[name] = read_text(str(value), fields.get(name, {"type": "string"})) if is_text else value
        except Unreadable as error:
            problems.append((name, str(error)))
    return parsed, problems


def read_text(text: str, schema: Schema) -> Any:
    """The JSON value that a text stands for. Raises `Unreadable`."""
    options = choices(schema)
    if options:
        return _match_option(text, options)
    match input_kind(schema):
        case "text":
            constrained = {"minLength", "pattern", "format"} & without_null(schema).keys()
            return None if not text and constrained and nullable(schema) else text
        case "scalar":
            stripped = text.strip()
            return None if not stripped and nullable(schema) else stripped
        case "list":
            return _parse_list(text, without_null(schema))
        case "object":
            return None if not text.strip() and nullable(schema) else _parse_object(text)
    return _parse_any(text, schema)


def _match_option(text: str, options: list[Any]) -> Any:
    """The option that the text names; a text that names none stays, to be refused with the options."""
    if text in [option for option in options if isinstance(option, str)]:
        return text
    for option in options:
        if text.strip().casefold() in _spellings(option):
            return option
    return text


def _spellings(option: Any) -> tuple[str, ...]:
    match option:
        case None:
            return ("", "null")
        case True:
            return ("true", "yes")
        case False:
            return ("false", "no")
        case str():
            return ()
    return (str(option).casefold(),)


def _parse_list(text: str, schema: Schema) -> list[Any]:
    if text.lstrip()[:1] == "[":
        parsed = parse_json(text, LIST_REMEDY)
        if isinstance(parsed, list):
            return parsed
    parts = _comma_separated(text)
    options = choices(schema.get("items") or {})
    return [_match_option(part, options) for part in parts] if options else parts


def _comma_separated(text: str) -> list[str]:
    """Return the values between commas and line ends; one in double quotes may hold commas itself."""
    if '"' not in text:
        return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), skipinitialspace=True, strict=True))
    except csv.Error:
        raise Unreadable(f"has a double quote that is not closed. {LIST_REMEDY}") from None
    return [part.strip() for row in rows for part in row if part.strip()]


def _parse_object(text: str) -> Any:
    remedy = 'Write a JSON object: {"name": "value"}.'
    if not text.strip():
        raise Unreadable(f"is empty. {remedy}")
    return parse_json(text, remedy)


def _parse_any(text: str, schema: Schema) -> Any:
    """Parse a value of a union or of any kind: JSON where it is JSON of one of its kinds, else a text."""
    members = alternatives(schema)
    kinds = {member.get("type") for member in members}
    takes_any = any(not member.keys() & {"type", "enum", "const"} for member in members)
    if not text.strip():
        return None if nullable(schema) or (takes_any and "string" not in kinds) else text
    try:
        parsed = parse_json(text, "Write it as JSON.")
    except Unreadable:
        if takes_any or "string" in kinds:
            return text
        if "array" in kinds and text.lstrip()[:1] not in ("[", "{"):
            return _comma_separated(text)
        if kinds & {"array", "object"}:
            raise
        return text
    return parsed if takes_any or _json_types(parsed) & kinds else text


def _json_types(value: Any) -> set[str]:
    match value:
        case None:
            return {"null"}
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"number"}
        case str():
            return {"string"}
        case list():
            return {"array"}
    return {"object"}


def parse_json(text: str, remedy: str) -> Any:
    """As Python's own, but nothing is lost or made up: no key twice, no NaN. Raises `Unreadable`."""
    try:
        return json.loads(text, object_pairs_hook=_without_duplicate_keys, parse_constant=_refuse_constant)
    except Unreadable as error:
        raise Unreadable(f"{error} {remedy}") from None
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"is not valid JSON ({error.msg} at {position}). {remedy}") from None
    except (RecursionError, ValueError):
        raise Unreadable(f"is not JSON that can be read: it is too deep or too large. {remedy}") from None


def _without_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise Unreadable(f"is JSON with the key {key!r} twice.")
        values[key] = value
    return values


def _refuse_constant(name: str) -> Any:
    raise Unreadable(f"is not valid JSON: there is no number {name}.")
