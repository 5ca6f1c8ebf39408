"""The type at a path such as `build.version` holds, as far as the declared types tell."""

import dataclasses
import enum
import types
import typing
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from engine.compiler.types.declared_types import (
    SPECIAL_SERIALIZERS,
    config_serializes_specially,
    holds_personal,
    is_marked,
    serializes_specially,
    unwrapped,
)

_SCALARS = (
    str, bytes, int, float, complex, Decimal, date, datetime, time, timedelta, enum.Enum, UUID, Path,
    types.NoneType,
)  # fmt: skip
_LISTS = (list, tuple, set, frozenset, Sequence, Set)


class NoSuchField(Exception):
    """A declared type has no such field. `known`: those that it has; empty where it has none."""

    def __init__(self, kind: Any, name: str, known: list[str]) -> None:
        self.kind, self.name, self.known = kind, name, known
        super().__init__(f"{getattr(kind, '__name__', kind)} has no field {name}")


def type_at(kind: Any, path: Sequence[str]) -> Any:
    """The type at the end of a path; `Any` where the types cannot tell. Raises `NoSuchField`."""
    for name in path:
        kind = _field(kind, name)
    return without_annotations(kind)


def field_at(kind: Any, path: Sequence[str]) -> Any:
    """The annotation at the end of a condition's path, with its constraints.

    Raises `NoSuchField`.
    """
    for name in path:
        for member in members(kind):
            if _is_opaque(member, name):
                raise NoSuchField(member, name, [])
        kind = _field(kind, name)
    return kind


def personal_at(kind: Any, path: Sequence[str]) -> Literal["", "whole", "inside"]:
    """Return whether a path ends at personal data, or leads into it, where JSON has a sealed text.

    Raises `NoSuchField`.
    """
    for name in path:
        if is_marked(kind):
            return "inside"
        kind = _field(kind, name)
    return "whole" if holds_personal(kind) else ""


def _is_opaque(kind: Any, name: str) -> bool:
    """A class whose values have nothing of that name that a condition could read."""
    origin = get_origin(kind) or kind
    if isinstance(origin, type) and issubclass(origin, list | tuple):
        return not name.isdecimal()
    if not isinstance(origin, type) or origin in (Any, object) or issubclass(origin, BaseModel | Mapping):
        return False
    return not (dataclasses.is_dataclass(origin) or is_typeddict(origin))


def without_annotations(kind: Any) -> Any:
    """Without annotations, aliases and root models, which leave no trace in JSON."""
    while True:
        kind, metadata = unwrapped(kind)
        if any(isinstance(each, SPECIAL_SERIALIZERS) for each in metadata):
            return Any
        if not (isinstance(kind, type) and issubclass(kind, RootModel)):
            return kind
        if serializes_specially(kind, "root"):
            return Any
        kind = kind.model_fields["root"].annotation


def members(kind: Any) -> Iterator[Any]:
    """The types of a union, one by one, without None; a single type as itself."""
    kind = without_annotations(kind)
    if get_origin(kind) in (Union, types.UnionType):
        for each in get_args(kind):
            yield from members(each)
    elif kind is not types.NoneType:
        yield kind


def is_scalar(kind: Any) -> bool:
    """Return whether values of this type never have fields or items."""
    return get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, _SCALARS))


def is_list(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, _LISTS) and not is_scalar(origin)


def check_attribute(kind: Any, name: str) -> None:
    """Raise `NoSuchField` where values of a type have nothing of this name, in Python or as a key."""
    for member in members(kind):
        if _is_opaque(member, name) or is_list(member):
            raise NoSuchField(member, name, [])
        if not hasattr(get_origin(member) or member, name):
            _field(member, name)


def fields_of(kind: Any) -> dict[str, Any] | None:
    """The fields of a model, dataclass or `TypedDict` with their annotations; None where it is none of them,
    or where its JSON may have others."""
    origin = get_origin(kind) or kind
    if isinstance(origin, type) and issubclass(origin, BaseModel):
        return _fields_of_model(kind if isinstance(kind, type) else origin)
    if dataclasses.is_dataclass(origin) or is_typeddict(origin):
        try:
            hints = typing.get_type_hints(origin, include_extras=True)
        except Exception:  # a name in an annotation may raise anything; the contract check tells it
            return None
        if dataclasses.is_dataclass(origin):
            hints = {each.name: hints[each.name] for each in dataclasses.fields(origin)}
        return dict.fromkeys(hints, Any) if config_serializes_specially(origin) else hints
    return None


def _fields_of_model(model: type[BaseModel]) -> dict[str, Any] | None:
    if model.__pydantic_decorators__.model_serializers or model.model_config.get("extra") == "allow":
        return None
    computed = {name: field.return_type for name, field in model.model_computed_fields.items()}
    declared = {
        name: Any if serializes_specially(model, name) else _with_metadata(info)
        for name, info in model.model_fields.items()
    }
    return declared | computed


def _with_metadata(info: FieldInfo) -> Any:
    annotated: Any = info.annotation
    for each in info.metadata:
        annotated = Annotated[annotated, each]
    return annotated


_MAX_DEPTH = 6
"""Levels within a value at which Decimals are looked for; a type may hold itself."""


def decimal_paths(kind: Any, depth: int = _MAX_DEPTH) -> list[list[str]]:
    """Return where a value of this type surely holds a Decimal: `[]` for itself, `*` for every item."""
    union = list(members(kind))
    if Decimal in union and all(each in (Decimal, int, float) for each in union):
        return [[]]
    if len(union) != 1 or depth == 0:
        return []
    return [
        [name, *path]
        for name, part in _parts(union[0]).items()
        if "." not in name
        for path in decimal_paths(part, depth - 1)
    ]


def _parts(kind: Any) -> Mapping[str, Any]:
    """The types of what a type holds, by field or index; `*` stands for all of them."""
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if is_list(kind):
        if isinstance(origin, type) and issubclass(origin, tuple) and Ellipsis not in arguments:
            return {str(number): part for number, part in enumerate(arguments)}
        return {"*": arguments[0]} if arguments else {}
    if isinstance(origin, type) and issubclass(origin, Mapping) and not is_typeddict(origin):
        return {"*": arguments[1]} if len(arguments) == 2 else {}
    return fields_of(kind) or {}


def _field(kind: Any, name: str) -> Any:
    union = list(members(kind))
    if len(union) != 1:
        return _of_union(kind, union, name)
    (kind,) = union
    fields = fields_of(kind)
    if fields is not None:
        if name not in fields:
            raise NoSuchField(kind, name, list(fields))
        return fields[name]
    origin, arguments = get_origin(kind) or kind, get_args(kind)
    if isinstance(origin, type) and issubclass(origin, BaseModel) and name in origin.model_fields:
        return Any if serializes_specially(origin, name) else _with_metadata(origin.model_fields[name])
    if is_scalar(kind):
        raise NoSuchField(kind, name, [])
    if is_list(kind):
        return _item(kind, name)
    if isinstance(origin, type) and issubclass(origin, Mapping) and len(arguments) == 2:
        return arguments[1]
    return Any


def _of_union(kind: Any, union: list[Any], name: str) -> Any:
    """One member that has it is enough: which one a value is shows at run time."""
    if not union:
        raise NoSuchField(kind, name, [])
    kinds, refused = [], []
    for member in union:
        try:
            kinds.append(_field(member, name))
        except NoSuchField as error:
            refused.append(error)
    if kinds:
        return Any if Any in kinds else Union[tuple(kinds)]  # noqa: UP007 - made at run time
    raise NoSuchField(kind, name, [each for error in refused for each in error.known])


def _item(kind: Any, name: str) -> Any:
    if not name.isdecimal():
        raise NoSuchField(kind, name, ["0"])
    if issubclass(get_origin(kind) or kind, Set):
        raise NoSuchField(kind, name, [])  # it has no order, so no first item
    arguments = get_args(kind)
    if get_origin(kind) is tuple and arguments and arguments[-1] is not ...:
        if int(name) >= len(arguments):
            raise NoSuchField(kind, name, [str(index) for index in range(len(arguments))])
        return arguments[int(name)]
    return arguments[0] if arguments else Any
