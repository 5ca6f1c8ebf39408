"""The input of a run: checked against the workflow's model, with errors that name the field."""

import difflib
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from engine.compiled import Compiled
from engine.errors import InvalidInput
from engine.storable import unstorable


def check_input(compiled: Compiled, value: Mapping[str, Any] | BaseModel | None) -> Any:
    """The JSON of a valid input. Raises `InvalidInput`."""
    name = compiled.definition.name
    if compiled.input is None:
        if isinstance(value, BaseModel) or value:
            raise InvalidInput(name, [("", "it takes no input; leave the values out.")])
        return None
    given = {} if value is None else value
    if isinstance(given, Mapping):
        _refuse_unknown(compiled, given)
    try:
        checked = compiled.input.validate_python(given)
    except ValidationError as error:
        raise InvalidInput(name, _problems(compiled, error)) from None
    found = compiled.input.dump_python(checked, mode="json")
    for field, each in found.items() if isinstance(found, dict) else [("", found)]:
        if why := unstorable(each):
            raise InvalidInput(name, [(field, f"can't be stored: {why}.")])
    return found


def parse_input(compiled: Compiled, values: Mapping[str, str]) -> Any:
    """Like `check_input`, for texts as a person types them: lists and objects are read from the text."""
    properties = (compiled.definition.input_schema or {}).get("properties", {})
    return check_input(compiled, {key: _typed(text, properties.get(key, {})) for key, text in values.items()})


def _typed(text: str, schema: Mapping[str, Any]) -> Any:
    kinds = {schema.get("type")} | {one.get("type") for one in schema.get("anyOf", ())}
    if text == "" and "null" in kinds and "string" not in kinds:
        return None
    if kinds & {"array", "object"}:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            if "array" in kinds:
                return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _refuse_unknown(compiled: Compiled, given: Mapping[str, Any]) -> None:
    known = list((compiled.definition.input_schema or {}).get("properties", {}))
    unknown = [key for key in given if key not in known]
    if not unknown or not known:
        return
    problems = []
    for key in unknown:
        close = difflib.get_close_matches(str(key), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}."
        problems.append((str(key), f"{compiled.definition.name} has no such field; {hint}"))
    raise InvalidInput(compiled.definition.name, problems)


def _expected(compiled: Compiled, one: ErrorDetails) -> str:
    """What would be right. A pattern is for machines: where the field is described, that is said instead."""
    properties = (compiled.definition.input_schema or {}).get("properties", {})
    described = properties.get(str(one["loc"][0]), {}).get("description") if one["loc"] else None
    if one["type"] == "string_pattern_mismatch" and described:
        return str(described).rstrip(".")
    return f"{one['msg'][:1].lower()}{one['msg'][1:]}"


def _problems(compiled: Compiled, error: ValidationError) -> list[tuple[str, str]]:
    found = []
    for one in error.errors(include_url=False, include_context=False):
        field = ".".join(map(str, one["loc"]))
        if one["type"] == "missing":
            found.append((field, "is needed and was not given."))
        else:
            value = repr(one["input"])
            shortened = value if len(value) <= 60 else value[:59] + "…"
            found.append((field, f"{shortened} is not right: {_expected(compiled, one)}."))
    return found
