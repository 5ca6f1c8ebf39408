"""Tables, columns and indexes of this release as plain data, read from a file.

The library that describes them in `engine.store.schema.tables` takes a quarter of a start to import, and most
starts need nothing else of it. A test compares the file with that description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

LAYOUT = Path(__file__).with_name("layout.json")
"""Made by `python -m scripts.new_database`."""


@dataclass(frozen=True, slots=True)
class Column:
    type: str
    required: bool
    key: bool
    """Part of the primary key."""


@dataclass(frozen=True, slots=True)
class Index:
    columns: tuple[str, ...]
    unique: bool
    partial: bool


@dataclass(frozen=True, slots=True)
class TableSchema:
    columns: Mapping[str, Column]
    """In the order in which rows are written."""
    indexes: Mapping[str, Index]
    triggers: tuple[str, ...] = ()


Schema = Mapping[str, TableSchema]


@cache
def expected() -> Schema:
    """Return the schema that the migrations make from an empty file."""
    return {
        table: TableSchema(
            {name: Column(*values) for name, values in content["columns"].items()},
            {
                name: Index(tuple(columns), unique, partial)
                for name, (columns, unique, partial) in content["indexes"].items()
            },
        )
        for table, content in orjson.loads(LAYOUT.read_bytes()).items()
    }


def as_json(schema: Schema) -> str:
    """Return a schema as the content of `LAYOUT`, with a line for each table."""
    lines = [f"{orjson.dumps(name).decode()}: {_plain(table)}" for name, table in schema.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _plain(table: TableSchema) -> str:
    columns = {name: (column.type, column.required, column.key) for name, column in table.columns.items()}
    indexes = {name: (index.columns, index.unique, index.partial) for name, index in table.indexes.items()}
    return orjson.dumps({"columns": columns, "indexes": indexes}).decode()
