"""May a value of this type be read as that type? Asked at load, so that a mismatch never waits for a run.

When it can't be known, the answer is yes: the value itself is checked when it comes.
"""

import types
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, TypeGuard, TypeVar, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

_WIDENS: dict[type, tuple[type, ...]] = {int: (float, complex), bool: (int, float)}
_SCALARS = (str, bytes, int, float, complex, Decimal, date, time, timedelta, Enum, UUID)
_SEQUENCES = (list, tuple, set, frozenset, Sequence)


def type_fits(writer: Any, reader: Any) -> bool:
    """Can what `writer` describes be validated as `reader`? Cautious: only sure mismatches say no."""
    writer, reader = _bare(writer), _bare(reader)
    if Any in (writer, reader) or reader is object or isinstance(reader, TypeVar) or writer == reader:
        return True
    if _is_union(writer):
        # One member that fits is enough here; a None that comes after all is refused then.
        return any(type_fits(member, reader) for member in get_args(writer))
    if _is_union(reader):
        return any(type_fits(writer, member) for member in get_args(reader))
    if writer is type(None) or reader is type(None):
        return False
    if get_origin(writer) is Literal:
        return any(type_fits(type(value), reader) for value in get_args(writer))
    if get_origin(reader) is Literal:
        return any(type_fits(writer, type(value)) for value in get_args(reader))
    return _classes_fit(writer, reader)


def _classes_fit(writer: Any, reader: Any) -> bool:
    made, read = get_origin(writer) or writer, get_origin(reader) or reader
    if not (isinstance(made, type) and isinstance(read, type)):
        return True
    if issubclass(made, read) or read in _WIDENS.get(made, ()):
        return _arguments_fit(writer, reader)
    if _is_model(made) and _is_model(read):
        return _models_fit(made, read)
    if issubclass(made, _SEQUENCES) and issubclass(read, _SEQUENCES) and str not in (made, read):
        return _arguments_fit(writer, reader)
    if _is_plain(made) and _is_plain(read):
        return made is str and read is not bool and read not in (int, float)
    if _is_mapping(read):
        return not (issubclass(made, _SCALARS) or issubclass(made, _SEQUENCES))
    if _is_mapping(made) and (issubclass(read, _SCALARS) or issubclass(read, _SEQUENCES)):
        return False
    return _is_model(made) is _is_model(read) or Mapping in (made, read) or dict in (made, read)


def _arguments_fit(writer: Any, reader: Any) -> bool:
    made, read = get_args(writer), get_args(reader)
    if not made or not read or len(made) != len(read):
        return True
    return all(type_fits(one, other) for one, other in zip(made, read, strict=True) if other is not ...)


def _models_fit(made: type[BaseModel], read: type[BaseModel]) -> bool:
    for name, field in read.model_fields.items():
        source = made.model_fields.get(name)
        if source is None:
            if field.is_required():
                return False
        elif not type_fits(source.annotation, field.annotation):
            return False
    return True


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_model(found: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _is_mapping(found: type) -> bool:
    return issubclass(found, Mapping)


def _is_plain(found: type) -> bool:
    return found in (str, int, float, bool, bytes)
