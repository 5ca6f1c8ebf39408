"""May a value of this type be read as that type? Asked at load, so that a mismatch never waits for a run.

When it can't be known, the answer is yes: the value itself is checked when it comes.
"""

import types
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeGuard, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from engine.compiler.paths import fields_of
from engine.compiler.types.declared_types import holds_personal
from engine.compiler.types.json_shapes import converts, shares_shape

_WIDENS: dict[type, tuple[type, ...]] = {int: (float, complex), bool: (int, float)}
_SEQUENCES = (list, tuple, set, frozenset, Sequence)


def type_fits(writer: Any, reader: Any) -> bool:
    """Can what `writer` describes be validated as `reader`? Cautious: only sure mismatches say no."""
    if holds_personal(writer) and not holds_personal(reader):
        return False  # it would get the sealed text
    written, read = _bare(writer), _bare(reader)
    if Any in (written, read) or read is object or isinstance(read, TypeVar) or written == read:
        return True
    if _is_union(written):
        # One member that fits is enough here; a None that comes after all is refused then.
        return any(type_fits(member, reader) for member in get_args(written))
    if converts(reader):
        return True
    if _is_union(read):
        return any(type_fits(writer, member) for member in get_args(read))
    if written is type(None) or read is type(None):
        return False
    if get_origin(written) is Literal:
        return any(type_fits(type(value), read) for value in get_args(written))
    if get_origin(read) is Literal:
        return any(type_fits(written, type(value)) for value in get_args(read))
    return shares_shape(writer, reader) and _classes_fit(written, read)


def _classes_fit(writer: Any, reader: Any) -> bool:
    written, read = get_origin(writer) or writer, get_origin(reader) or reader
    if not (isinstance(written, type) and isinstance(read, type)) or is_typeddict(read):
        return True
    if issubclass(written, read) or read in _WIDENS.get(written, ()):
        return _arguments_fit(writer, reader)
    if _is_model(written) and _is_model(read):
        return _models_fit(written, read)
    if issubclass(written, _SEQUENCES) and issubclass(read, _SEQUENCES) and str not in (written, read):
        return _arguments_fit(writer, reader)
    if _is_plain(written) and _is_plain(read):
        return written is str and read is not bool and read not in (int, float)
    return True


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
    given = fields_of(written)
    if given is None:
        return True
    for name, field in read.model_fields.items():
        if _is_read_by_code(read, name) or not isinstance(field.validation_alias, str | None):
            continue
        sources = [given[each] for each in (name, field.validation_alias) if each in given]
        if field.is_required() and not sources:
            return False
        if sources and not any(type_fits(source, _declared(field)) for source in sources):
            return False
    return True


def _is_read_by_code(model: type[BaseModel], name: str) -> bool:
    """Return whether a validator of the author's, or a setting, may convert what the field is given."""
    validators = model.__pydantic_decorators__.field_validators.values()
    return bool(model.model_config.get("coerce_numbers_to_str")) or any(
        each.info.mode != "after" and {name, "*"} & set(each.info.fields) for each in validators
    )


def _declared(field: FieldInfo) -> Any:
    """Return the type of a field with what `Annotated` adds to it."""
    declared: Any = field.annotation
    for each in field.metadata:
        declared = Annotated[declared, each]
    return declared


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_model(kind: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_plain(kind: type) -> bool:
    return kind in (str, int, float, bool, bytes)
