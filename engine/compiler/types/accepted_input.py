"""The door of a run's input: a value of an earlier version becomes one of the newest, and says so."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.compiler.compiled import Compiled
from engine.compiler.definition.round_trip import Codec
from engine.compiler.earlier_inputs import OLD, EarlierVersion
from engine.compiler.types.inputs import check_input, checked_input, parse_input
from engine.errors import InvalidInput
from engine.kernel.facts import mapped_input
from engine.model.input.input_problems import problems_in
from engine.model.input.typed_input import parse_typed
from engine.model.runs.transform import InputTransform, transforms_in_words


@dataclass(frozen=True, slots=True)
class AcceptedInput:
    """`values`: JSON of the newest version. `given`: JSON of the version that was given."""

    values: Any
    given: Any
    transforms: tuple[InputTransform, ...] = ()
    """Those that it went through, in order; empty for a value of the newest version."""

    @property
    def in_words(self) -> str:
        """Which transforms it went through; plain text, empty for none."""
        return transforms_in_words(self.transforms)


def accept_input(compiled: Compiled, value: Mapping[str, Any] | BaseModel | None) -> AcceptedInput:
    """Return the input of a run. The newest version that the value fits counts.

    Raises `InvalidInput`, also where a transform fails or gives what does not fit.
    """
    try:
        values = check_input(compiled, value)
    except InvalidInput as error:
        if not compiled.earlier:
            raise
        return _of_earlier(compiled, value, error)
    return AcceptedInput(values, values)


def parse_accepted(compiled: Compiled, values: Mapping[str, Any]) -> Any:
    """Return the JSON of the version that texts fit, as a person types them. Raises `InvalidInput`."""
    try:
        return parse_input(compiled, values)
    except InvalidInput as error:
        for earlier in reversed(compiled.earlier):
            parsed, problems = parse_typed(values, earlier.schema)
            if not problems and (given := _fitting(compiled, earlier, parsed)) is not None:
                return given
        if not compiled.earlier:
            raise
        raise _fits_none(compiled, error) from None


def _of_earlier(compiled: Compiled, value: Any, error: InvalidInput) -> AcceptedInput:
    for place, earlier in reversed(list(enumerate(compiled.earlier))):
        if (given := _fitting(compiled, earlier, value)) is not None:
            return _transformed(compiled, place, given)
    raise _fits_none(compiled, error) from None


def _fits_none(compiled: Compiled, error: InvalidInput) -> InvalidInput:
    versions = [str(each.version) for each in compiled.earlier]
    named = " and ".join([", ".join(versions[:-1]), versions[-1]] if versions[1:] else versions)
    more = f"it fits no earlier version ({named}) either. Send the fields of the newest version."
    return InvalidInput(error.workflow, [*error.problems, ("", more)])


def _fitting(compiled: Compiled, earlier: EarlierVersion, value: Any) -> Any:
    """Return the JSON of a value of that version; None where it does not fit."""
    try:
        return checked_input(earlier.codec, earlier.schema, compiled.definition.name, value or {})
    except InvalidInput:
        return None


def _transformed(compiled: Compiled, first: int, given: Any) -> AcceptedInput:
    values, done = given, []
    for place in range(first, len(compiled.earlier)):
        earlier = compiled.earlier[place]
        following = compiled.earlier[place + 1] if place + 1 < len(compiled.earlier) else None
        transform = InputTransform(earlier.version, following.version if following else None, earlier.by)
        values = _next(compiled, earlier, following, transform, values)
        done.append(transform)
    return AcceptedInput(values, given, tuple(done))


def _next(
    compiled: Compiled,
    earlier: EarlierVersion,
    following: EarlierVersion | None,
    transform: InputTransform,
    values: Any,
) -> Any:
    name = compiled.definition.name
    codec: Codec | None = following.codec if following else compiled.input
    schema = following.schema if following else compiled.definition.input_schema or {}
    assert codec is not None
    try:
        made = _made(name, earlier, values)
        if not isinstance(made, Mapping | BaseModel):
            shown = type(made).__name__ if earlier.codec.has_personal else reprlib.repr(made)
            raise InvalidInput(name, [("", f"{shown} is not an object.")])
        return checked_input(codec, schema, name, made)
    except InvalidInput as error:
        raise _failed(name, transform, error.problems) from None
    except ValidationError as error:
        raise _failed(name, transform, problems_in(error, None, schema)) from None
    except Exception as error:
        # The text of an error may hold the value.
        said = "" if earlier.codec.has_personal else f": {reprlib.repr(str(error))}"
        raise _failed(name, transform, [("", f"{type(error).__name__}{said} was raised.")]) from error


def _made(name: str, earlier: EarlierVersion, values: Any) -> Any:
    if isinstance(earlier.becomes, Mapping):
        return mapped_input(name, earlier.becomes, {OLD: values})
    return earlier.becomes(earlier.codec.read(values))


def _failed(name: str, transform: InputTransform, problems: list[tuple[str, str]]) -> InvalidInput:
    remedy = f"The transform {transform.words} gave this. Send the newest version, or correct the transform."
    return InvalidInput(name, [*problems, ("", remedy)])
