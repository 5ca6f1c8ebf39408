"""What a declared type says of its values: how JSON keeps them, and which values there can be."""

import dataclasses
import enum
import ipaddress
import types
import typing
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

import typing_extensions
from pydantic import AwareDatetime, BaseModel, NaiveDatetime, PlainSerializer, RootModel, WrapSerializer
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType, is_typeddict

UNKNOWN: Any = Any
_BY_CLASS: tuple[tuple[type, str], ...] = (
    (bool, "bool"),
    (int, "number"),
    (float, "number"),
    (Decimal, "decimal"),
    (datetime, "datetime"),
    (date, "date"),
    (time, "time"),
    (timedelta, "timedelta"),
    (PurePath, "path"),
    (str, "text"),
    (bytes, "text"),
    (uuid.UUID, "text"),
    (ipaddress.IPv4Address, "text"),
    (ipaddress.IPv6Address, "text"),
)
"""First match wins: bool is an int, datetime is a date."""
_WRAPPERS = (
    typing.Required,
    typing.NotRequired,
    typing.Final,
    typing_extensions.Required,
    typing_extensions.NotRequired,
    typing_extensions.ReadOnly,
)
_SPECIAL_SERIALIZERS = (PlainSerializer, WrapSerializer)
_SERIALIZING = ("ser_json_temporal", "ser_json_timedelta", "ser_json_bytes", "json_encoders")


class NoSuchField(Exception):
    """The type has no such field. `known`: those that it has."""

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        self.kind, self.name, self.known = kind, name, known
        super().__init__(f"{kind} has no field {name}")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One kind of value that a declared type may hold.

    `kind` as in `engine.comparison`; empty where the type does not say. `values`: the only ones there are,
    None for any; `source`: the Python type that has them.
    """

    kind: str
    source: Any
    values: tuple[Any, ...] | None = None
    metadata: tuple[Any, ...] = ()


def alternatives(annotation: Any, metadata: tuple[Any, ...] = ()) -> list[Alternative]:
    """All kinds of value that an annotation allows."""
    annotation, found = unwrapped(annotation)
    metadata = (*metadata, *found)
    if any(isinstance(each, _SPECIAL_SERIALIZERS) for each in metadata):
        return [Alternative("", annotation)]
    if get_origin(annotation) in (Union, types.UnionType):
        return [one for member in get_args(annotation) for one in alternatives(member, metadata)]
    if get_origin(annotation) is Literal:
        return list(_literals(annotation))
    if annotation is None or annotation is type(None):
        return [Alternative("null", type(None))]
    if annotation is Any:
        return [Alternative("", annotation)]
    if annotation in (AwareDatetime, NaiveDatetime):
        return [Alternative("datetime", annotation)]
    kind = get_origin(annotation) or annotation
    if not isinstance(kind, type):
        return [Alternative("", annotation)]
    if issubclass(kind, enum.Enum):
        return list(_members(kind))
    if issubclass(kind, RootModel) and not _serializes_specially(kind, "root"):
        return alternatives(kind.model_fields["root"].annotation, metadata)
    for known, name in _BY_CLASS:
        if issubclass(kind, known):
            return [Alternative(name, annotation, metadata=metadata)]
    return [Alternative(_composite(kind), annotation, metadata=metadata)]


def field_at(annotation: Any, path: tuple[str, ...]) -> Any:
    """The annotation of a field, with its constraints; `UNKNOWN` where the types do not tell.

    Raises `NoSuchField`.
    """
    for name in path:
        annotation = _field(annotation, name)
    return annotation


def _field(annotation: Any, name: str) -> Any:
    annotation, metadata = unwrapped(annotation)
    if any(isinstance(each, _SPECIAL_SERIALIZERS) for each in metadata):
        return UNKNOWN
    if get_origin(annotation) in (Union, types.UnionType):
        return _field_of_members(get_args(annotation), name)
    kind = get_origin(annotation) or annotation
    if not isinstance(kind, type) or kind is Any:
        return UNKNOWN
    if issubclass(kind, RootModel):
        return _field(kind.model_fields["root"].annotation, name)
    if issubclass(kind, BaseModel):
        return _field_of_model(kind, name)
    if is_typeddict(kind) or dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        names = [each.name for each in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else hints
        if name not in names:
            raise NoSuchField(kind.__name__, name, list(names))
        return UNKNOWN if _config_serializes_specially(kind) else hints[name]
    arguments = get_args(annotation)
    if issubclass(kind, Mapping):
        return arguments[1] if len(arguments) == 2 else UNKNOWN
    if kind is object:
        return UNKNOWN
    if issubclass(kind, list | tuple) and name.isdecimal():
        return _item(kind, arguments, int(name))
    raise NoSuchField(getattr(kind, "__name__", str(kind)), name, [])


def _item(kind: type, arguments: tuple[Any, ...], place: int) -> Any:
    """The type at a place of a list or a tuple."""
    if not arguments:
        return UNKNOWN
    if issubclass(kind, list) or arguments[-1] is ...:
        return arguments[0]
    if place < len(arguments):
        return arguments[place]
    raise NoSuchField(kind.__name__, str(place), [])


def _field_of_members(members: tuple[Any, ...], name: str) -> Any:
    """Of a union: what any member says; a member without the field says nothing at load."""
    found = []
    missing: list[NoSuchField] = []
    for member in members:
        if member is type(None):
            continue
        try:
            found.append(_field(member, name))
        except NoSuchField as error:
            missing.append(error)
    if not found and missing:
        known = [one for error in missing for one in error.known]
        raise NoSuchField(" | ".join(error.kind for error in missing), name, list(dict.fromkeys(known)))
    return Union[tuple(found)] if found else UNKNOWN  # noqa: UP007 - made at run time


def _field_of_model(model: type[BaseModel], name: str) -> Any:
    if name in model.model_fields:
        if _serializes_specially(model, name):
            return UNKNOWN
        return _with_metadata(model.model_fields[name])
    computed = model.__pydantic_decorators__.computed_fields
    if name in computed:
        return computed[name].info.return_type
    if model.model_config.get("extra") == "allow":
        return UNKNOWN
    raise NoSuchField(model.__name__, name, [*model.model_fields, *computed])


def _with_metadata(info: FieldInfo) -> Any:
    found: Any = info.annotation
    for each in info.metadata:
        found = Annotated[found, each]
    return found


def _serializes_specially(model: type[BaseModel], name: str) -> bool:
    decorators = model.__pydantic_decorators__
    if decorators.model_serializers or _config_serializes_specially(model):
        return True
    return any(
        name in one.info.fields or "*" in one.info.fields for one in decorators.field_serializers.values()
    )


def _config_serializes_specially(kind: Any) -> bool:
    config = getattr(kind, "model_config", None) or getattr(kind, "__pydantic_config__", None) or {}
    return any(config.get(name) not in (None, "iso8601", "utf8") for name in _SERIALIZING)


def unwrapped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Without `Annotated`, `NewType`, aliases and the like; what `Annotated` adds comes beside it."""
    metadata: tuple[Any, ...] = ()
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            metadata = (*more, *metadata)
        elif origin in _WRAPPERS:
            annotation = get_args(annotation)[0]
        elif isinstance(annotation, NewType):
            annotation = annotation.__supertype__
        elif isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif isinstance(origin, TypeAliasType):
            annotation = origin.__value__[get_args(annotation)]
        elif isinstance(annotation, TypeVar):
            annotation = annotation.__bound__ or UNKNOWN
        else:
            return annotation, metadata


def parts_of(annotation: Any, seen: frozenset[Any] = frozenset()) -> Iterator[Any]:
    """The types of all values inside values of this type."""
    annotation, _ = unwrapped(annotation)
    kind = get_origin(annotation) or annotation
    if kind is Literal or annotation in seen:
        return
    inside = get_args(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        inside = tuple(info.annotation for info in kind.model_fields.values())
    elif dataclasses.is_dataclass(kind) or is_typeddict(kind) or hasattr(kind, "_fields"):
        inside = tuple(typing.get_type_hints(kind, include_extras=True).values())
    for each in inside:
        if each is not Ellipsis:
            yield get_origin(unwrapped(each)[0]) or unwrapped(each)[0]
            yield from parts_of(each, seen | {annotation})


def _literals(annotation: Any) -> Iterator[Alternative]:
    by_kind: dict[str, list[Any]] = {}
    for value in get_args(annotation):
        plain = value.value if isinstance(value, enum.Enum) else value
        for one in alternatives(type(plain)):
            by_kind.setdefault(one.kind, []).append(value)
    for kind, values in by_kind.items():
        yield Alternative(kind, annotation, tuple(values))


def _members(kind: type[enum.Enum]) -> Iterator[Alternative]:
    by_kind: dict[str, list[Any]] = {}
    for member in kind:
        for one in alternatives(type(member.value)):
            # By its value as JSON keeps it: members are equal, or they are not.
            name = (
                "text"
                if one.kind in ("decimal", "date", "datetime", "time", "timedelta", "path")
                else one.kind
            )
            by_kind.setdefault(name, []).append(member)
    for name, members in by_kind.items():
        yield Alternative(name, kind, tuple(members))


def _composite(kind: type) -> str:
    if is_typeddict(kind) or dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel):
        return "object"
    if issubclass(kind, list | tuple):
        return "list"
    if issubclass(kind, dict):
        return "object"
    return "" if kind is object else "other"
