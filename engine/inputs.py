"""The input of a run: checked against the workflow's model, with errors that name the field."""

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.compiled import Compiled
from engine.errors import InvalidInput
from engine.problems import problems_in
from engine.sizes import MAX_INPUT_BYTES, size_of, too_large
from engine.storable import unstorable
from engine.typed import typed


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
        raise InvalidInput(name, problems_in(error, value, schema)) from None
    found = adapter.dump_python(valid, mode="json")
    for field, each in found.items() if isinstance(found, dict) else [("", found)]:
        if why := unstorable(each):
            raise InvalidInput(name, [(field, f"can't be stored: {why}.")])
    return found


def parse_input(compiled: Compiled, values: Mapping[str, Any]) -> Any:
    """Like `check_input`, for texts as a person types them: lists and objects are read from the text."""
    name = compiled.definition.name
    found, problems = typed(values, compiled.definition.input_schema or {})
    if problems:
        raise InvalidInput(name, problems)
    return check_input(compiled, found)


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
