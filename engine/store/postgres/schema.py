"""The tables on PostgreSQL, made from the same classes as those on SQLite."""

import logging
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.errors import StoreBroken
from engine.store.postgres import upgrades
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.schema import tables
from engine.store.schema.migrate import HEAD

log = logging.getLogger(__name__)

FUNCTIONS = Path(__file__).with_name("functions.sql")
MIN_SERVER_VERSION = 160_000
"""Statements leave out the names of subqueries, which earlier servers demand."""
_quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
WITH_ROWID = frozenset({"failure_card", "follow_up", "trigger_fact"})
"""Tables whose order of insertion queries ask for: SQLite has the column `rowid` in each."""


_SEQUENCES = """
CREATE VIEW sqlite_sequence AS
SELECT 'event' AS name, CASE WHEN is_called THEN last_value ELSE 0 END AS seq FROM event_seq_seq
"""
"""The table in which SQLite keeps the newest number that it gave."""


def statements() -> Iterator[str]:
    """Return what makes the tables and functions of this release in an empty schema."""
    yield FUNCTIONS.read_text(encoding="utf-8")
    yield "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)"
    for table in tables.RunRow.metadata.sorted_tables:
        yield _table(table)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _index(index)
    yield _SEQUENCES


def check_version(database: ServerDatabase, version: int) -> None:
    """`version`: of the server, as 160004 for 16.4. Raises `StoreBroken` for one that is too old."""
    if version < MIN_SERVER_VERSION:
        raise StoreBroken(
            f"The server of the database {database} is PostgreSQL {version // 10_000}, and Signoff needs "
            f"{MIN_SERVER_VERSION // 10_000} or later. Upgrade the server, or set DATABASE_URL to another."
        )


def migrate(database: ServerDatabase, connection: Connection) -> None:
    """Make the tables where there are none, or upgrade those of an earlier release, in one transaction.

    Raises `StoreBroken` for those of a newer release or of another program.
    """
    with connection.driver.transaction():
        if not has_tables(connection):
            create(connection)
            return
        check_usable(database, connection)
        found = _revision(connection)
        if found == HEAD:
            return
        connection.execute("SET LOCAL statement_timeout = 0")  # an index of a long log takes its time
        for statement in upgrades.statements(found):
            connection.driver.execute(statement.encode())
        connection.execute("UPDATE alembic_version SET version_num = ?", (HEAD,))
    log.warning("The schema of the database %s is upgraded from %s to %s", database, found, HEAD)


def create(connection: Connection) -> None:
    """Make the tables in an empty schema, within a transaction of the caller's."""
    for statement in statements():
        connection.driver.execute(statement)
    connection.execute("INSERT INTO alembic_version (version_num) VALUES (?)", (HEAD,))


def has_tables(connection: Connection) -> bool:
    return connection.execute("SELECT to_regclass('event')").fetchone()[0] is not None


def check_release(database: ServerDatabase, connection: Connection) -> None:
    """Raise `StoreBroken` for the tables of another release or program."""
    check_usable(database, connection)
    if (found := _revision(connection)) != HEAD:
        raise StoreBroken(
            f"The database {database} has the schema {found} of an earlier release, and this release has "
            f"{HEAD}. Start signoff serve of this release, which upgrades it once the earlier release has "
            "ended."
        )


def check_usable(database: ServerDatabase, connection: Connection) -> None:
    """Raise `StoreBroken` for the tables of a newer release or of another program."""
    found = _revision(connection)
    if found != HEAD and not upgrades.is_earlier(found):
        raise StoreBroken(
            f"The database {database} has the schema {found}, and this release has {HEAD}. Start the release "
            "that last wrote it, or set DATABASE_URL to another database."
        )


def _revision(connection: Connection) -> str:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else "unknown"


def _table(table: sa.Table) -> str:
    columns = [_column(column) for column in table.columns]
    if table.name in WITH_ROWID:
        columns.append("rowid BIGINT GENERATED ALWAYS AS IDENTITY")
    keys = ", ".join(_quoted(column.name) for column in table.primary_key.columns)
    return f"CREATE TABLE {_quoted(table.name)} ({', '.join(columns)}, PRIMARY KEY ({keys}))"


def _column(column: "sa.Column[object]") -> str:
    whole = isinstance(column.type, sa.Integer | sa.Boolean)
    parts = [_quoted(column.name), "BIGINT" if whole else 'TEXT COLLATE "C"']
    if column.table.name == "event" and column.primary_key:
        parts.append("GENERATED BY DEFAULT AS IDENTITY")
    if column.server_default is not None:
        value = str(column.server_default.arg)  # type: ignore[attr-defined]
        parts.append(f"DEFAULT {value if whole else _literal(value)}")
    if not column.nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def _index(index: sa.Index) -> str:
    where = index.dialect_options["sqlite"]["where"]
    names = ", ".join(_quoted(str(column.name)) for column in index.columns)
    made = f"CREATE INDEX {_quoted(str(index.name))} ON {_quoted(str(index.table.name))} ({names})"  # type: ignore[union-attr]
    return f"{made} WHERE {where}" if where is not None else made


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
