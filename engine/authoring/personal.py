"""`Personal[...]`: marks personal data. Steps get the value; it is stored sealed, and people see a mask."""

from typing import Annotated, Any, Protocol, TypeVar

import orjson
from pydantic import (
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine.model.input.json_schema import PERSONAL
from engine.model.text.personal import is_sealed

__all__ = [
    "CONTEXT",
    "MARK",
    "UNMARKED",
    "Personal",
    "PersonalMark",
    "Seals",
    "UnmarkedPersonal",
    "seals_itself",
]

CONTEXT = "signoff.personal"
"""Where the context of a validation or serialization holds what seals."""
MARK = "signoff_personal"
"""In the metadata of the core schema of a marked type."""


class Seals(Protocol):
    """Encrypts personal data. Equal values have equal sealed values while the key is the same."""

    def seal(self, data: bytes) -> str: ...

    def open(self, sealed: str) -> bytes: ...


class UnmarkedPersonal(Exception):
    """Personal data would be stored in a part of a value whose type does not say so."""


class _Unmarked:
    """Refuses to seal: nothing would unseal it for the step that reads the value."""

    def seal(self, data: bytes) -> str:
        raise UnmarkedPersonal(
            "it holds personal data where its type does not say so; declare the type whose field is marked "
            "with Personal"
        )

    def open(self, sealed: str) -> bytes:
        raise UnmarkedPersonal("it holds a sealed value where its type does not say so")


UNMARKED = {CONTEXT: _Unmarked()}
"""The context in which values of a type without personal data are stored."""


def seals_itself(serialization: Any) -> bool:
    """Return whether a part of a core schema that is marked is serialized by the mark."""
    return isinstance(serialization, dict) and serialization.get("function") is _stored


def _seals(context: Any) -> Seals | None:
    return context.get(CONTEXT) if isinstance(context, dict) else None


def _validated(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    if is_sealed(value):
        seals = _seals(info.context)
        if seals is None:
            raise PydanticCustomError("personal_sealed", "The value is sealed and cannot be read here")
        value = orjson.loads(seals.open(value))
    return handler(value)


def _stored(value: Any, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
    data, seals = handler(value), _seals(info.context)
    return data if seals is None else seals.seal(orjson.dumps(data, option=orjson.OPT_SORT_KEYS))


class PersonalMark:
    """The annotation behind `Personal[...]`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(
            _validated,
            handler(source),
            metadata={MARK: True},
            serialization=core_schema.wrap_serializer_function_ser_schema(
                _stored, info_arg=True, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "writeOnly": True, PERSONAL: True}

    def __repr__(self) -> str:
        return "Personal"


_Value = TypeVar("_Value")
Personal = Annotated[_Value, PersonalMark()]
"""Marks a field as personal data: `email: Personal[str]`."""
