"""Pure: what a JSON Schema of a form or an input says of one field."""

from collections.abc import Mapping
from typing import Any, Literal

import orjson

from engine.model.text.wording import as_number, same_json

Schema = Mapping[str, Any]
Kind = Literal["text", "json", "list", "object", "scalar"]
"""How people type a value of a field: `scalar` covers numbers, booleans, dates and alike."""

OWN_TYPE = "x-signoff"
"""Where a schema names a type of the engine's own and its version."""
_SCALARS = frozenset({"integer", "number", "boolean"})


def fields_of(schema: Schema) -> dict[str, Schema]:
    """The fields of an object by name, references resolved."""
    defs = schema.get("$defs") or {}
    properties = resolve_references(schema, defs).get("properties") or {}
    return {name: resolve_references(each, defs) for name, each in properties.items()}


def resolve_references(schema: Schema, defs: Mapping[str, Any]) -> Schema:
    """With references to definitions replaced, in it and in its alternatives and items."""
    ref = schema.get("$ref")
    if isinstance(ref, str):
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return resolve_references({**(defs.get(ref.rsplit("/", 1)[-1]) or {}), **rest}, defs)
    resolved = dict(schema)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in resolved:
            resolved[key] = [_resolve_level(member, defs) for member in resolved[key]]
    if isinstance(resolved.get("items"), Mapping):
        resolved["items"] = _resolve_level(resolved["items"], defs)
    return resolved


def _resolve_level(schema: Schema, defs: Mapping[str, Any]) -> Schema:
    """As `resolve_references`, for one level: a model may contain itself."""
    ref = schema.get("$ref")
    if not isinstance(ref, str):
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return _resolve_level({**(defs.get(ref.rsplit("/", 1)[-1]) or {}), **rest}, defs)


def alternatives(schema: Schema) -> list[Schema]:
    """The members of a union, nested ones too; any other field has itself alone."""
    members = schema.get("anyOf") or schema.get("oneOf")
    if not members:
        return [schema]
    return [alternative for member in members for alternative in alternatives(member)]


def nullable(schema: Schema) -> bool:
    """Return whether null is a value of the field."""
    options = choices(schema)
    return (
        None in options if options else any(member.get("type") == "null" for member in alternatives(schema))
    )


def without_null(schema: Schema) -> Schema:
    """The one schema beside null of an optional field; any other schema as it is."""
    members = [member for member in alternatives(schema) if member.get("type") != "null"]
    if len(members) != 1 or members[0] is schema:
        return schema
    outer = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "allOf")}
    return {**members[0], **outer}


def choices(schema: Schema) -> list[Any]:
    """The JSON values of a field that has few, null among them where it is one; else empty."""
    values: list[Any] = []
    for member in alternatives(schema):
        if member.get("type") == "null" and values:
            values.append(None)
        elif "const" in member:
            values.append(member["const"])
        elif "enum" in member:
            values += member["enum"]
        elif member.get("type") != "null":
            return []
    if any(member.get("type") == "null" for member in alternatives(schema)) and values and None not in values:
        values.append(None)
    kept: list[Any] = []
    for value in values:
        if not any(same_json(value, other) for other in kept):
            kept.append(value)
    return kept if any(value is not None for value in kept) else []


def input_kind(schema: Schema) -> Kind:
    """How a value of the field is typed as text."""
    kinds = {_input_kind(member) for member in alternatives(schema) if member.get("type") != "null"}
    if len(kinds) == 1:
        return kinds.pop()
    if is_decimal(schema):
        return "scalar"
    return "json"


def _input_kind(schema: Schema) -> Kind:
    match schema.get("type"):
        case "string":
            return "scalar" if schema.get("format") in _FORMATS else "text"
        case "array":
            return "list" if _input_kind(schema.get("items") or {}) in ("text", "scalar") else "json"
        case "object":
            return "object"
        case kind if kind in _SCALARS:
            return "scalar"
    return "json"


LOCAL_MOMENT, PLAIN_TEXT = "local-date-time", "text"
"""Formats of this project's own: a datetime without a zone, and a text that stands beside a number."""
_FORMATS = frozenset({"date", "date-time", LOCAL_MOMENT, "time", "duration", "uuid"})


def with_numerals(value: Any, schema: Schema, depth: int = 20) -> Any:
    """Return the value with the texts of its Decimals as `Numeral`, also those within lists and objects.

    depth: so many levels are looked at; what lies deeper stays as it is.
    """
    return _with_numerals(value, schema, schema.get("$defs") or {}, depth)


def _with_numerals(value: Any, schema: Schema, defs: Mapping[str, Any], depth: int) -> Any:
    schema = resolve_references(schema, defs)
    if is_decimal(schema):
        return as_number(value)
    members = [member for member in alternatives(schema) if member.get("type") != "null"]
    if depth == 0 or len(members) != 1:
        return value
    match value:
        case Mapping():
            properties = members[0].get("properties") or {}
            others = members[0].get("additionalProperties")
            other = others if isinstance(others, Mapping) else {}
            return {
                name: _with_numerals(each, properties.get(name) or other, defs, depth - 1)
                for name, each in value.items()
            }
        case list():
            items = members[0].get("items") or {}
            return [_with_numerals(each, items, defs, depth - 1) for each in value]
    return value


def is_decimal(schema: Schema) -> bool:
    """A Decimal is described as a number or a text."""
    members = [member for member in alternatives(schema) if member.get("type") != "null"]
    texts = [
        member for member in members if member.get("type") == "string" and member.get("format") != PLAIN_TEXT
    ]
    numbers = [member for member in members if member.get("type") == "number"]
    return bool(texts and numbers) and len(texts) + len(numbers) == len(members)


_DESCRIPTIVE_KEYS = frozenset({"title", "description", "examples", "deprecated", "$comment"})
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas"})
_VALUES = frozenset({"default", "const", OWN_TYPE})
_SETS = frozenset({"required", "enum"})


def without_descriptions(schema: Any) -> Any:
    """Return a JSON Schema without titles, descriptions and the order of fields: which values fit stays."""
    if isinstance(schema, list):
        return [without_descriptions(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {name: _part(name, each) for name, each in sorted(schema.items()) if name not in _DESCRIPTIVE_KEYS}


def _part(name: str, value: Any) -> Any:
    if name in _VALUES:
        return value
    if name in _SETS and isinstance(value, list):
        return sorted(value, key=lambda each: orjson.dumps(each, option=orjson.OPT_SORT_KEYS))
    if name in (*_BY_NAME, "$defs") and isinstance(value, Mapping):
        return {key: without_descriptions(each) for key, each in sorted(value.items())}
    return without_descriptions(value)


def without_own_formats(schema: Any) -> Any:
    """As releases stored it that did not tell these fields apart."""
    if isinstance(schema, list):
        return [without_own_formats(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    cleaned = {name: without_own_formats(each) for name, each in schema.items()}
    if cleaned.get("format") == LOCAL_MOMENT:
        return cleaned | {"format": "date-time"}
    return {"type": "string"} if cleaned == {"type": "string", "format": PLAIN_TEXT} else cleaned


PERSONAL = "x-personal"
"""In the schema of a field that is marked as personal data."""


def is_personal(schema: Any) -> bool:
    """Return whether a value of the field is or holds personal data."""
    match schema:
        case Mapping():
            return bool(schema.get(PERSONAL)) or any(map(is_personal, schema.values()))
        case list():
            return any(map(is_personal, schema))
    return False


def holds_reference(schema: Any) -> bool:
    """Return whether a part of the field stands elsewhere in the schema, so that it is not known here."""
    match schema:
        case Mapping():
            return "$ref" in schema or any(map(holds_reference, schema.values()))
        case list():
            return any(map(holds_reference, schema))
    return False
