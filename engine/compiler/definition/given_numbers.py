"""Check of values that people and programs give: true and false are not numbers.

Pydantic reads true as 1 where a number is declared. This check applies to the declared type itself, so that
unions, aliases and validators of the author's keep their meaning.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticKnownError, SchemaValidator
from pydantic_core.core_schema import ErrorType, no_info_before_validator_function

_REFUSALS: Mapping[str, ErrorType] = {
    "int": "int_type",
    "float": "float_type",
    "timedelta": "time_delta_type",
}
"""By the kind of schema that reads true as 1: the name of Pydantic's error for a value of another type."""
_OTHER_PARTS = ("cls", "config", "default", "expected", "members", "metadata", "serialization")
"""Parts of a schema that hold no schema."""
_COMPOSITE = (Mapping, list, tuple, set, frozenset)


def has_bool(value: Any) -> bool:
    """Return whether true or false occurs anywhere in a value."""
    left, seen = [value], set()
    while left:
        part = left.pop()
        if isinstance(part, bool):
            return True
        if not isinstance(part, _COMPOSITE) or id(part) in seen:
            continue
        seen.add(id(part))  # a value may hold itself
        left += [*part.keys(), *part.values()] if isinstance(part, Mapping) else part
    return False


def without_bools(schema: Any) -> SchemaValidator:
    """Return a validator of the same type that takes neither true nor false for a number."""
    # A ready validator of a model would leave the model's numbers unchecked.
    return SchemaValidator(_refusing(schema), _use_prebuilt=False)


def _refusing(schema: Any) -> Any:
    if isinstance(schema, list | tuple):
        return type(schema)(_refusing(each) for each in schema)
    if not isinstance(schema, Mapping):
        return schema
    kind = schema.get("type")
    if not isinstance(kind, str):  # schemas by name, such as the fields of a model
        return {name: _refusing(each) for name, each in schema.items()}
    part = {name: each if name in _OTHER_PARTS else _refusing(each) for name, each in schema.items()}
    if kind not in _REFUSALS:
        return part
    reference = part.pop("ref", None)
    return no_info_before_validator_function(_refusal(_REFUSALS[kind]), part, ref=reference)


def _refusal(error: ErrorType) -> Any:
    def refuse(value: Any) -> Any:
        if isinstance(value, bool):
            raise PydanticKnownError(error)
        return value

    return refuse
