"""Public: the fields of a form or an input by their JSON Schema, and texts that people type into them."""

from engine.model.input.json_schema import (
    Schema,
    alternatives,
    choices,
    fields_of,
    input_kind,
    nullable,
    with_numerals,
    without_null,
)
from engine.model.input.typed_input import TypedText, Unreadable, read_text

__all__ = [
    "Schema",
    "TypedText",
    "Unreadable",
    "alternatives",
    "choices",
    "fields_of",
    "input_kind",
    "nullable",
    "read_text",
    "with_numerals",
    "without_null",
]
