"""Checks a value that a consumer sends or reads against the types of today. Nothing is stored."""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.compiler.compiled import Compiled
from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.compiler.types.accepted_input import AcceptedInput, accept_input
from engine.errors import InvalidInput
from engine.model.input.input_problems import problems_in
from engine.model.text.personal import beginning, masked_values, parts


class _Disguise:
    """Stands for the keys, which a check does not need."""

    def seal(self, data: bytes) -> str:
        return f"{beginning('0' * 16)}{base64.urlsafe_b64encode(data).decode().rstrip('=')}]"

    def open(self, sealed: str) -> bytes:
        data = parts(sealed)[1]
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


def check_sample(compiled: Compiled, step: str, value: Any) -> AcceptedInput:
    """Return a sample as the newest version has it, personal data masked. Raises `InvalidInput`.

    `step`: the step whose output it is; empty for the input. It changes how `compiled` seals: use one that
    starts no runs.
    """
    compiled.seal_with(_Disguise())
    if step:
        values = _output(compiled, step, value)
        return AcceptedInput(values, values)
    accepted = accept_input(compiled, value)
    return AcceptedInput(masked_values(accepted.values), masked_values(accepted.given), accepted.transforms)


def _output(compiled: Compiled, step: str, value: Any) -> Any:
    name = f"{compiled.definition.name}.{step}"
    kind = compiled.returns.get(step)
    if kind is None:
        raise InvalidInput(name, [("", "the step returns nothing. Delete the sample.")])
    codec = Codec(TypeAdapter(kind), _Disguise())
    try:
        values = masked_values(codec.store(codec.read(value)))
    except ValidationError as error:
        raise InvalidInput(name, problems_in(error, value, {})) from None
    except Unstorable as error:
        raise InvalidInput(name, [(error.where, f"can't be stored: {error.why}.")]) from None
    if lost := list(_lost(value, values)):
        raise InvalidInput(name, [(place, "the step no longer returns this field.") for place in lost])
    return values


def _lost(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Yield the fields that a value lost."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name, each in before.items():
            inside = f"{place}.{name}" if place else str(name)
            if name not in after:
                yield inside
            else:
                yield from _lost(each, after[name], inside)
    elif isinstance(before, list) and isinstance(after, list):
        for number, (each, other) in enumerate(zip(before, after, strict=False)):
            yield from _lost(each, other, f"{place}.{number}" if place else str(number))
