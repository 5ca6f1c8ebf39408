"""Facts about the values of a declared type: how JSON keeps them, and which values there can be."""

import dataclasses
import enum
import ipaddress
import types
import typing
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

import typing_extensions
from pydantic import AwareDatetime, BaseModel, NaiveDatetime, PlainSerializer, RootModel, WrapSerializer
from typing_extensions import TypeAliasType, is_typeddict

from engine.authoring.personal import PersonalMark

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
SPECIAL_SERIALIZERS = (PlainSerializer, WrapSerializer)
_SERIALIZING = ("ser_json_temporal", "ser_json_timedelta", "ser_json_bytes", "json_encoders")


@dataclass(frozen=True, slots=True)
class TypeAlternative:
    """One kind of value that a declared type may hold.

    `kind` as in `comparison`; empty where the type does not say. `values`: the only ones there are,
    None for any; `source`: the Python type that has them.
    """

    kind: str
    source: Any
    values: tuple[Any, ...] | None = None
    metadata: tuple[Any, ...] = ()


def alternatives(annotation: Any, metadata: tuple[Any, ...] = ()) -> list[TypeAlternative]:
    """All kinds of value that an annotation allows."""
    annotation, added = unwrapped(annotation)
    metadata = (*metadata, *added)
    if any(isinstance(each, SPECIAL_SERIALIZERS) for each in metadata):
        return [TypeAlternative("", annotation)]
    if get_origin(annotation) in (Union, types.UnionType):
        return [
            alternative for member in get_args(annotation) for alternative in alternatives(member, metadata)
        ]
    if get_origin(annotation) is Literal:
        return list(_literals(annotation))
    if annotation is None or annotation is type(None):
        return [TypeAlternative("null", type(None))]
    if annotation is Any:
        return [TypeAlternative("", annotation)]
    if annotation in (AwareDatetime, NaiveDatetime):
        return [TypeAlternative("datetime", annotation)]
    kind = get_origin(annotation) or annotation
    if not isinstance(kind, type):
        return [TypeAlternative("", annotation)]
    if issubclass(kind, enum.Enum):
        return list(_members(kind))
    if issubclass(kind, RootModel) and not serializes_specially(kind, "root"):
        return alternatives(kind.model_fields["root"].annotation, metadata)
    for known, name in _BY_CLASS:
        if issubclass(kind, known):
            return [TypeAlternative(name, annotation, metadata=metadata)]
    return [TypeAlternative(_composite(kind), annotation, metadata=metadata)]


def serializes_specially(model: type[BaseModel], name: str) -> bool:
    """Return whether the author's own code or configuration makes the JSON of a field."""
    decorators = model.__pydantic_decorators__
    if decorators.model_serializers or config_serializes_specially(model):
        return True
    return any(
        name in decorator.info.fields or "*" in decorator.info.fields
        for decorator in decorators.field_serializers.values()
    )


def config_serializes_specially(kind: Any) -> bool:
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


def is_marked(annotation: Any) -> bool:
    """Return whether values of this type are personal data as a whole, so that JSON has them sealed."""
    annotation, metadata = unwrapped(annotation)
    if any(isinstance(each, PersonalMark) for each in metadata):
        return True
    return get_origin(annotation) in (Union, types.UnionType) and any(map(is_marked, get_args(annotation)))


def holds_personal(annotation: Any, seen: tuple[Any, ...] = ()) -> bool:
    """Return whether values of this type are or hold personal data."""
    if is_marked(annotation):
        return True
    annotation, _ = unwrapped(annotation)
    kind = get_origin(annotation) or annotation
    if kind is Literal or any(annotation is each for each in seen):
        return False
    inside = get_args(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = kind.model_fields.values()
        if any(isinstance(each, PersonalMark) for field in fields for each in field.metadata):
            return True
        inside = tuple(field.annotation for field in fields)
    elif dataclasses.is_dataclass(kind) or is_typeddict(kind) or hasattr(kind, "_fields"):
        try:
            inside = tuple(typing.get_type_hints(kind, include_extras=True).values())
        except Exception:  # a name in an annotation may raise anything; the contract check tells it
            return False
    return any(holds_personal(each, (*seen, annotation)) for each in inside if each is not Ellipsis)


def _literals(annotation: Any) -> Iterator[TypeAlternative]:
    by_kind: dict[str, list[Any]] = {}
    for value in get_args(annotation):
        plain = value.value if isinstance(value, enum.Enum) else value
        for alternative in alternatives(type(plain)):
            by_kind.setdefault(alternative.kind, []).append(value)
    for kind, values in by_kind.items():
        yield TypeAlternative(kind, annotation, tuple(values))


def _members(kind: type[enum.Enum]) -> Iterator[TypeAlternative]:
    by_kind: dict[str, list[Any]] = {}
    for member in kind:
        for alternative in alternatives(type(member.value)):
            # By its value as JSON keeps it: members are equal, or they are not.
            name = (
                "text"
                if alternative.kind in ("decimal", "date", "datetime", "time", "timedelta", "path")
                else alternative.kind
            )
            by_kind.setdefault(name, []).append(member)
    for name, members in by_kind.items():
        yield TypeAlternative(name, kind, tuple(members))


def _composite(kind: type) -> str:
    if is_typeddict(kind) or dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel):
        return "object"
    if issubclass(kind, list | tuple):
        return "list"
    if issubclass(kind, dict):
        return "object"
    return "" if kind is object else "other"
