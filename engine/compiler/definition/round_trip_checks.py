"""Does what a step gives come back from storing as it was? Tried at load with made-up values of its type.

Types whose values cannot be made up are tried when the first real value is stored.
"""

import dataclasses
import enum
import itertools
import types
import typing
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, SecretBytes, SecretStr, TypeAdapter
from typing_extensions import is_typeddict

from engine.authoring.nodes import Node
from engine.compiler.definition.checks import Checks, type_name
from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.compiler.types.declared_types import unwrapped
from engine.model.text.personal import beginning, parts

_MAX_SAMPLES = 8
"""Samples of one type: enough for each member of a common union."""
_MAX_DEPTH = 4
_NAME_IT = 'Leave it out. Each step that needs it calls secret("NAME").reveal().'
_SAMPLES: dict[Any, tuple[Any, ...]] = {
    bool: (True,),
    int: (7, -12),
    float: (1234.5678,),
    str: ("text", "7"),
    bytes: (b"bytes",),
    Decimal: (Decimal("1234.56"),),
    datetime: (
        datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 2),  # noqa: DTZ001 - a naive one may come, too
    ),
    date: (date(2026, 1, 2),),
    time: (time(3, 4, 5, 678),),
    timedelta: (timedelta(1, 2, 345),),
    uuid.UUID: (uuid.UUID(int=7),),
    Path: (Path("a/b"),),
    SecretStr: (SecretStr("text"),),
    SecretBytes: (SecretBytes(b"text"),),
    type(None): (None,),
    None: (None,),
}


class _TrialSeals:
    """Seals made-up values, without a key."""

    def seal(self, data: bytes) -> str:
        return f"{beginning('0' * 16)}{urlsafe_b64encode(data).rstrip(b'=').decode()}]"

    def open(self, sealed: str) -> bytes:
        text = parts(sealed)[1]
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_round_trip(checks: Checks, what: str, annotation: Any, node: Node | None = None) -> None:
    """Refuse a type whose values do not come back from storing. `what`: what the error calls it."""
    try:
        codec = Codec(TypeAdapter(annotation), _TrialSeals())
        values = samples(annotation)
    except Exception:  # told where the type itself is checked
        return
    if codec.has_iterator:
        checks.error(
            f"{what} ({type_name(annotation)}) has an iterator, which can only be read once.",
            "Declare a list.",
            node,
        )
        return
    if codec.bares_personal:
        checks.error(
            f"{what} ({type_name(annotation)}) has personal data, which a serializer of its own would store "
            "as it is.",
            "Leave the serializer out: Personal seals the value.",
            node,
        )
        return
    for sample in values:
        try:
            value = codec.read(sample)
        except Exception:  # noqa: S112 - the type does not take what was made up
            continue
        try:
            codec.store(value)
        except Unstorable as lost:
            where = (
                f" ({type_name(annotation)}, at {lost.where})"
                if lost.where
                else f" ({type_name(annotation)})"
            )
            checks.error(f"{what}{where} does not survive storing: {lost.why}.", _remedy(lost), node)
            return
    if codec.has_secret:
        checks.error(
            f"{what} ({type_name(annotation)}) does not survive storing: a secret is stored as asterisks.",
            _NAME_IT,
            node,
        )


def _remedy(lost: Unstorable) -> str:
    if isinstance(lost.value, SecretStr | SecretBytes):
        return _NAME_IT
    if "comes back as" in lost.why and isinstance(lost.value, BaseModel):
        return "Give the union a discriminator: a Literal field that differs, and Field(discriminator=…)."
    return (
        "Use a type that can be read back from its JSON: no exclude=True, no serializer without its "
        "validator, no private values, no union of types with the same JSON."
    )


def samples(annotation: Any, depth: int = 0) -> list[Any]:
    """A few values that an annotation allows; empty where none can be made up."""
    annotation, _ = unwrapped(annotation)
    if depth > _MAX_DEPTH:
        return []
    try:
        if annotation in _SAMPLES:
            return list(_SAMPLES[annotation])
    except TypeError:  # it has no hash
        return []
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        members = [samples(member, depth + 1) for member in arguments]
        return [each for row in itertools.zip_longest(*members) for each in row if each is not None][
            :_MAX_SAMPLES
        ] + [None] * (type(None) in arguments)
    if origin is Literal:
        return list(arguments[:_MAX_SAMPLES])
    kind = origin or annotation
    return list(_of_class(kind, annotation, arguments, depth)) if isinstance(kind, type) else []


def _of_class(kind: type, annotation: Any, arguments: tuple[Any, ...], depth: int) -> Iterator[Any]:
    if issubclass(kind, enum.Enum):
        yield from list(kind)[:_MAX_SAMPLES]
    elif issubclass(kind, RootModel):
        yield from _made(annotation, samples(kind.model_fields["root"].annotation, depth + 1))
    elif issubclass(kind, BaseModel):
        fields = {name: _field(info) for name, info in kind.model_fields.items()}
        required = {name for name, info in kind.model_fields.items() if info.is_required()}
        yield from _made(annotation, _rows(fields, required, depth))
    elif is_typeddict(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        yield from _made(annotation, _rows(hints, set(hints), depth))
    elif dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        names = {each.name: hints[each.name] for each in dataclasses.fields(kind)}
        yield from _made(annotation, _rows(names, set(names), depth))
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = typing.get_type_hints(kind, include_extras=True)
        rows = _rows(hints, set(hints), depth)
        yield from _made(annotation, [list(row.values()) for row in rows])
    else:
        yield from _made(annotation, _collections(kind, arguments, depth))


def _field(info: Any) -> Any:
    annotated = info.annotation
    for each in info.metadata:
        annotated = typing.Annotated[annotated, each]
    return annotated


def _collections(kind: type, arguments: tuple[Any, ...], depth: int) -> list[Any]:
    if issubclass(kind, tuple) and arguments and arguments[-1] is not ...:
        row = [samples(each, depth + 1) for each in arguments]
        return [[choices[0] for choices in row]] if all(row) else []
    if issubclass(kind, dict) and len(arguments) == 2:
        keys, values = samples(arguments[0], depth + 1), samples(arguments[1], depth + 1)
        return [{key: value} for key, value in _cycled(keys, values)]
    if issubclass(kind, list | tuple | set | frozenset) and arguments:
        items = samples(arguments[0], depth + 1)
        return [items] if items else []
    return []


def _cycled(first: list[Any], second: list[Any]) -> list[tuple[Any, Any]]:
    if not first or not second:
        return []
    count = min(max(len(first), len(second)), _MAX_SAMPLES)
    return [(first[number % len(first)], second[number % len(second)]) for number in range(count)]


def _rows(fields: dict[str, Any], required: set[str], depth: int) -> list[dict[str, Any]]:
    """Values by field: each sample of each field occurs in one of them."""
    values = {name: samples(kind, depth + 1) for name, kind in fields.items()}
    if any(not values[name] for name in required):
        return []
    count = min(max([len(each) for each in values.values()], default=1) or 1, _MAX_SAMPLES)
    return [
        {
            name: each[(number + place) % len(each)]
            for place, (name, each) in enumerate(values.items())
            if each
        }
        for number in range(count)
    ] + [{name: values[name][0] for name in required}]


def _made(annotation: Any, rows: list[Any]) -> list[Any]:
    """As values of the type, so that a union cannot take them for those of another member."""
    built: list[Any] = []
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    except Exception:  # only its model may allow this type
        return built
    for row in rows:
        try:
            built.append(adapter.validate_python(row, by_name=True, by_alias=False))
        except Exception:  # noqa: S112 - a constraint or a validator refuses what was made up
            continue
    return built
