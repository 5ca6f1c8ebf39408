"""Public: the fields of a form or an input by their JSON Schema, and texts that people type into them."""

from engine.model.json_schema import (
    Schema,
    alternatives,
    choices,
    decimals_in,
    fields_of,
    kind_of,
    nullable,
    without_null,
)
from engine.model.typed_input import Typed, Unreadable, read_text

__all__ = [
    "Schema",
    "Typed",
    "Unreadable",
    "alternatives",
    "choices",
    "decimals_in",
    "fields_of",
    "kind_of",
    "nullable",
    "read_text",
    "without_null",
]
