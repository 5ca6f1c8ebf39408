"""Comparison of a database's tables, columns and indexes with those that this release expects.

The release expects what its migrations make of an empty file. A test compares that with
`engine.store.schema.tables`.
"""

import sqlite3
from collections.abc import Iterator

from engine.store.schema.layout import Column, Index, Schema, TableSchema

_MAX_LISTED = 5


def schema_of(connection: sqlite3.Connection) -> Schema:
    """Return the schema of a file."""
    selected = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {name: _table(connection, name) for (name,) in selected.fetchall()}


def _table(connection: sqlite3.Connection, name: str) -> TableSchema:
    columns = connection.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,))
    indexes = connection.execute(
        "SELECT name, \"unique\", partial FROM pragma_index_list(?) WHERE origin = 'c'", (name,)
    ).fetchall()
    triggers = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (name,)
    )
    return TableSchema(
        {row[0]: Column(row[1], bool(row[2] or row[3]), bool(row[3])) for row in columns},
        {row[0]: Index(_indexed(connection, row[0]), bool(row[1]), bool(row[2])) for row in indexes},
        tuple(row[0] for row in triggers),
    )


def _indexed(connection: sqlite3.Connection, index: str) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute("SELECT name FROM pragma_index_info(?)", (index,)))


def differences(here: Schema, there: Schema) -> list[str]:
    """Where a file (`there`) is not as it must be, each as a clause. Tables of others do not count."""
    return [clause for name, table in here.items() for clause in _of_table(name, table, there.get(name))]


def _of_table(name: str, here: TableSchema, there: TableSchema | None) -> Iterator[str]:
    if there is None:
        yield f"the table {name} is missing"
        return
    for column in here.columns:
        if column not in there.columns:
            yield f"the table {name} has no column {column}"
        elif here.columns[column] != there.columns[column]:
            was, must = _said(there.columns[column]), _said(here.columns[column])
            yield f"the column {column} of the table {name} is {was}, not {must}"
    for column in there.columns.keys() - here.columns.keys():
        yield f"the table {name} has a column {column} that this release does not know"
    for index, wanted in here.indexes.items():
        if there.indexes.get(index) != wanted:
            yield f"the table {name} has no index {index} on {', '.join(wanted.columns)}"
    for index, other in there.indexes.items():
        if other.unique and index not in here.indexes:
            yield f"the table {name} has a unique index {index} that this release does not know"
    for trigger in there.triggers:
        yield f"the table {name} has a trigger {trigger} that this release does not know"


def _said(column: Column) -> str:
    parts = [column.type or "without a type", *(["NOT NULL"] if column.required else [])]
    return " ".join([*parts, *(["PRIMARY KEY"] if column.key else [])])


def told(items: list[str]) -> str:
    """The first of them as one clause."""
    more = f"; and {len(items) - _MAX_LISTED} more" if len(items) > _MAX_LISTED else ""
    return "; ".join(items[:_MAX_LISTED]) + more
