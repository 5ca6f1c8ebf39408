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
    written, read = get_origin(writer) or writer, get_origin(reader) or reader
    if not (isinstance(written, type) and isinstance(read, type)):
        return True
    if issubclass(written, read) or read in _WIDENS.get(written, ()):
        return _arguments_fit(writer, reader)
    if _is_model(written) and _is_model(read):
        return _models_fit(written, read)
    if issubclass(written, _SEQUENCES) and issubclass(read, _SEQUENCES) and str not in (written, read):
        return _arguments_fit(writer, reader)
    if _is_plain(written) and _is_plain(read):
        return written is str and read is not bool and read not in (int, float)
    if _is_mapping(read):
        return not (issubclass(written, _SCALARS) or issubclass(written, _SEQUENCES))
    if _is_mapping(written) and (issubclass(read, _SCALARS) or issubclass(read, _SEQUENCES)):
        return False
    return _is_model(written) is _is_model(read) or Mapping in (written, read) or dict in (written, read)


def _arguments_fit(writer: Any, reader: Any) -> bool:
    written, read = get_args(writer), get_args(reader)
    if not written or not read or len(written) != len(read):
        return True
    return all(
        type_fits(written_type, read_type)
        for written_type, read_type in zip(written, read, strict=True)
        if read_type is not ...
    )


def _models_fit(written: type[BaseModel], read: type[BaseModel]) -> bool:
    for name, field in read.model_fields.items():
        source = written.model_fields.get(name)
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


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_mapping(kind: type) -> bool:
    return issubclass(kind, Mapping)


def _is_plain(kind: type) -> bool:
    return kind in (str, int, float, bool, bytes)
