"""SQL for the hot path, made once from the tables, so that the two can't disagree."""

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from engine import tables

_DIALECT = sqlite.dialect(paramstyle="qmark")


def _columns(row: type[SQLModel], but: frozenset[str] = frozenset()) -> list[str]:
    table: sa.Table = row.__table__  # type: ignore[attr-defined]
    return [column.name for column in table.columns if column.name not in but]


def _quoted(name: str) -> str:
    return str(_DIALECT.identifier_preparer.quote(name))


def insert(row: type[SQLModel], *, but: frozenset[str] = frozenset(), tail: str = "") -> str:
    """`INSERT INTO table (…) VALUES (?, …) tail`, the columns in the order of the table."""
    names = _columns(row, but)
    marks = ", ".join("?" * len(names))
    listed = ", ".join(map(_quoted, names))
    return f"INSERT INTO {_quoted(str(row.__tablename__))} ({listed}) VALUES ({marks}) {tail}".strip()  # noqa: S608


def upsert(row: type[SQLModel], *keys: str) -> str:
    """Insert, or replace every other column where the keys are there already."""
    rest = [_quoted(name) for name in _columns(row, frozenset(keys))]
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return insert(row, tail=f"ON CONFLICT ({', '.join(map(_quoted, keys))}) DO UPDATE SET {changes}")


INSERT_DEFINITION = insert(tables.DefinitionRow, tail="ON CONFLICT DO NOTHING")
INSERT_CODE = insert(tables.CodeRow, tail="ON CONFLICT DO NOTHING")
HEAD = "SELECT head, events FROM run WHERE id = ? AND version = ?"
INSERT_RUN = insert(tables.RunRow, tail="ON CONFLICT DO NOTHING")
MOVE_RUN = (
    "UPDATE run SET state = ?, version = ?, started_at = ?, ended_at = ?, reason = ?, head = ?, events = ? "
    "WHERE id = ? AND version = ?"
)
PUT_STEP = upsert(tables.StepRow, "run_id", "step")
PUT_REQUEST = upsert(tables.RequestRow, "id")
INSERT_DECISION = insert(tables.DecisionRow)
PUT_WAIT = upsert(tables.WaitRow, "id")
END_WAIT = "DELETE FROM wait WHERE id = ?"
INSERT_EVENT = insert(tables.EventRow, but=frozenset({"seq"}))
UNDER_WAY = "SELECT count(*) FROM run WHERE workflow = ? AND state IN ('running', 'waiting')"
