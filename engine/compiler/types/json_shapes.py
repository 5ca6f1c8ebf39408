"""The shapes that values of a type have as JSON: a list, an object or a single value.

Asked of Pydantic's own schema of the type, so that validators and serializers of the author's count.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_origin

from pydantic import TypeAdapter

LIST, OBJECT, SINGLE = "list", "object", "single"
_SHAPES = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset", "deque"), frozenset({LIST})),
    **dict.fromkeys(("dict", "model", "dataclass", "typed-dict"), frozenset({OBJECT})),
    **dict.fromkeys(
        ("str", "bytes", "int", "float", "bool", "complex", "date", "datetime", "time", "timedelta", "uuid"),
        frozenset({SINGLE}),
    ),
    "decimal": frozenset({SINGLE, LIST}),  # also read from its sign, digits and exponent
}
_CONVERTING = ("function-before", "function-wrap", "function-plain")


def shares_shape(writer: Any, reader: Any) -> bool:
    """Return whether a value of `writer` may have a shape that `reader` takes; True where no type tells."""
    written, read = _shapes(_schema_of(writer), written=True), _shapes(_schema_of(reader), written=False)
    if get_origin(reader) is Sequence:
        read = frozenset({LIST})
    return written is None or read is None or bool(written & read)


def converts(kind: Any) -> bool:
    """Return whether its author's code reads a value first, so that it may take anything."""
    schema = _schema_of(kind)
    if schema is not None and schema["type"] == "model":
        schema = _inner(schema["schema"])
    return schema is not None and (schema["type"] in _CONVERTING or bool(schema.get("coerce_numbers_to_str")))


def _shapes(schema: Mapping[str, Any] | None, *, written: bool) -> frozenset[str] | None:
    if schema is None or (written and "serialization" in schema):
        return None
    if schema["type"] == "model" and schema.get("root_model"):
        return _shapes(_inner(schema["schema"]), written=written)
    return _SHAPES.get(schema["type"])


def _schema_of(kind: Any) -> Mapping[str, Any] | None:
    """Return Pydantic's schema of a type; None where it has none."""
    try:
        return _inner(TypeAdapter(kind).core_schema)
    except Exception:  # a type of the author's may raise anything; the contract check tells it
        return None


def _inner(schema: Any) -> Mapping[str, Any]:
    """Return the part of a schema that takes the value first, without what surrounds it."""
    definitions: dict[str, Any] = {}
    while True:
        if schema["type"] == "definitions":
            definitions |= {each["ref"]: each for each in schema["definitions"]}
            schema = schema["schema"]
        elif schema["type"] == "definition-ref" and schema["schema_ref"] in definitions:
            schema = definitions[schema["schema_ref"]]
        elif schema["type"] in ("nullable", "default", "function-after") and "serialization" not in schema:
            schema = schema["schema"]
        else:
            inner: Mapping[str, Any] = schema
            return inner
