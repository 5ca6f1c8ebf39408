"""The input of a run: checked against the workflow's model, with errors that name the field."""

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.compiler.compiled import Compiled
from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.errors import InvalidInput
from engine.model.input.input_problems import problems_in
from engine.model.input.typed_input import parse_typed
from engine.model.text.personal import sealed_at
from engine.model.values.sizes import MAX_INPUT_BYTES, size_problem


def check_input(compiled: Compiled, value: Mapping[str, Any] | BaseModel | None) -> Any:
    """The JSON of a valid input. Raises `InvalidInput`."""
    name = compiled.definition.name
    if compiled.input is None:
        if isinstance(value, BaseModel) or value:
            raise InvalidInput(name, [("", "it takes no input; leave the values out.")])
        return None
    values = {} if value is None else value
    return checked_input(compiled.input, compiled.definition.input_schema or {}, name, values)


def checked_input(codec: Codec, schema: Mapping[str, Any], name: str, value: Any) -> Any:
    """The JSON of a value that fits. `name`: what the errors call it. Raises `InvalidInput`."""
    if oversized := size_problem(value, MAX_INPUT_BYTES):
        raise InvalidInput(name, [("", f"it is {oversized}. Put it in a file and give its path instead.")])
    properties = schema.get("properties", {})
    if isinstance(value, Mapping):
        _refuse_unknown(name, codec, list(properties), value)
    try:
        valid = codec.read_given(value)
    except ValidationError as error:
        raise InvalidInput(name, _without_aliases(codec, problems_in(error, value, schema))) from None
    if (place := sealed_at(value) if not codec.has_personal else codec.sealed_at(valid)) is not None:
        raise InvalidInput(name, [(place, "has a sealed personal value. Only a Personal field takes one.")])
    try:
        return codec.store(valid)
    except Unstorable as why:
        raise InvalidInput(name, [(why.where, f"can't be stored: {why.why}.")]) from None


def parse_input(compiled: Compiled, values: Mapping[str, Any]) -> Any:
    """Like `check_input`, for texts as a person types them: lists and objects are read from the text."""
    name = compiled.definition.name
    parsed, problems = parse_typed(values, compiled.definition.input_schema or {})
    if problems:
        raise InvalidInput(name, problems)
    return check_input(compiled, parsed)


def parse_changes(compiled: Compiled, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are given, from texts as a person types them. The others are not checked."""
    changes, problems = parse_typed(values, compiled.definition.input_schema or {})
    if problems:
        raise InvalidInput(compiled.definition.name, problems)
    return dict(changes)


def _refuse_unknown(name: str, codec: Codec, known: list[str], values: Mapping[str, Any]) -> None:
    unknown = [key for key in values if key not in known]
    if unknown:
        aliases = codec.aliases
        unknown = [key for key in unknown if key not in aliases]
    if not unknown or not known:
        return
    problems = []
    for key in unknown:
        close = difflib.get_close_matches(str(key), known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}."
        problems.append((str(key), f"{name} has no such field; {hint}"))
    raise InvalidInput(name, problems)


def _without_aliases(codec: Codec, problems: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Fields by their names, where pydantic tells the alias."""
    renamed = []
    for path, what in problems:
        first, dot, inside = path.partition(".")
        renamed.append((f"{codec.aliases.get(first, first)}{dot}{inside}", what))
    return renamed
