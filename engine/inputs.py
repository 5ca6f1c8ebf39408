"""The input of a run: checked against the workflow's model, with errors that name the field."""

import difflib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from engine.compiled import Compiled
from engine.errors import InvalidInput
from engine.sizes import MAX_INPUT_BYTES, size_of, too_large
from engine.storable import unstorable


def check_input(compiled: Compiled, value: Mapping[str, Any] | BaseModel | None) -> Any:
    """The JSON of a valid input. Raises `InvalidInput`."""
    name = compiled.definition.name
    if compiled.input is None:
        if isinstance(value, BaseModel) or value:
            raise InvalidInput(name, [("", "it takes no input; leave the values out.")])
        return None
    given = {} if value is None else value
    return checked(compiled.input, compiled.definition.input_schema or {}, name, given)


def checked(adapter: TypeAdapter[Any], schema: Mapping[str, Any], name: str, value: Any) -> Any:
    """The JSON of a value that fits. `name`: what the errors call it. Raises `InvalidInput`."""
    if oversized := too_large(size_of(value, MAX_INPUT_BYTES), MAX_INPUT_BYTES):
        raise InvalidInput(name, [("", f"it is {oversized}. Put it in a file and give its path instead.")])
    properties = schema.get("properties", {})
    if isinstance(value, Mapping):
        _refuse_unknown(name, list(properties), value)
    try:
        valid = adapter.validate_python(value)
    except ValidationError as error:
        raise InvalidInput(name, _problems(properties, error)) from None
    found = adapter.dump_python(valid, mode="json")
    for field, each in found.items() if isinstance(found, dict) else [("", found)]:
        if why := unstorable(each):
            raise InvalidInput(name, [(field, f"can't be stored: {why}.")])
    return found


def parse_input(compiled: Compiled, values: Mapping[str, str]) -> Any:
    """Like `check_input`, for texts as a person types them: lists and objects are read from the text."""
    return check_input(compiled, typed(values, compiled.definition.input_schema or {}))


def typed(values: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as a person types them, as what the schema wants; what isn't a text stays as it is."""
    properties = schema.get("properties", {})
    return {
        key: _typed(each, properties.get(key, {})) if isinstance(each, str) else each
        for key, each in values.items()
    }


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    kinds = {schema.get("type")} | {one.get("type") for one in schema.get("anyOf", ())}
    if text == "" and "null" in kinds and "string" not in kinds:
        return None
    if kinds & {"array", "object"} and text.lstrip()[:1] in ("[", "{"):
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(text)
    if "array" in kinds:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _refuse_unknown(name: str, known: list[str], given: Mapping[str, Any]) -> None:
    unknown = [key for key in given if key not in known]
    if not unknown or not known:
        return
    problems = []
    for key in unknown:
        close = difflib.get_close_matches(str(key), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}."
        problems.append((str(key), f"{name} has no such field; {hint}"))
    raise InvalidInput(name, problems)


def _expected(properties: Mapping[str, Any], one: ErrorDetails) -> str:
    """What would be right. A pattern is for machines: where the field is described, that is said instead."""
    described = properties.get(str(one["loc"][0]), {}).get("description") if one["loc"] else None
    if one["type"] == "string_pattern_mismatch" and described:
        return str(described).rstrip(".")
    return f"{one['msg'][:1].lower()}{one['msg'][1:]}"


def _problems(properties: Mapping[str, Any], error: ValidationError) -> list[tuple[str, str]]:
    found = []
    for one in error.errors(include_url=False, include_context=False):
        field = ".".join(map(str, one["loc"]))
        if one["type"] == "missing":
            found.append((field, "is needed and was not given."))
        else:
            value = repr(one["input"])
            shortened = value if len(value) <= 60 else value[:59] + "…"
            found.append((field, f"{shortened} is not right: {_expected(properties, one)}."))
    return found
