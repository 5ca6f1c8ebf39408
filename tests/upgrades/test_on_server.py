"""Databases of earlier releases on a server are upgraded by the process that leads."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.audit.keys import Keyring
from engine.errors import StoreBroken
from engine.store import on_postgres, queries
from engine.store.maintenance import server_upkeep
from engine.store.postgres import schema, upgrades
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.schema.migrate import HEAD
from tests.engine.store.test_store import commit, creation, run_record
from tests.postgres_server import address_of
from tests.present import present

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ADDED = {
    "0022": ("run_by_end", "request_by_end", "request_by_opening"),
    "0023": ("event_by_time", "event_of_policy"),
}
"""Indexes, by the revision that adds them."""
_COLUMNS = """
SELECT table_name, column_name, data_type, column_default, is_nullable FROM information_schema.columns
WHERE table_schema = current_schema() ORDER BY 1, 2
"""
_INDEXES = """
SELECT tablename, indexname, replace(indexdef, current_schema() || '.', '') FROM pg_indexes
WHERE schemaname = current_schema() ORDER BY 1, 2
"""


def to_revision(connection: Connection, revision: str) -> None:
    """Make the tables what that release has."""
    for newer, names in ADDED.items():
        for name in names if newer > revision else ():
            connection.execute(f"DROP INDEX {name}")
    if revision == "0023":  # its index has another condition, and the same name
        connection.execute("DROP INDEX event_of_policy")
        connection.execute(upgrades.STATEMENTS["0023"][1])
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def shape(connection: Connection) -> list[list[str]]:
    return [
        [str(tuple(row)) for row in connection.execute(query).fetchall()] for query in (_COLUMNS, _INDEXES)
    ]


def test_each_revision_since_the_first_on_a_server_has_its_statements() -> None:
    numbers = range(int(upgrades.FIRST) + 1, int(HEAD) + 1)
    assert [*upgrades.STATEMENTS] == [f"{number:04}" for number in numbers]


@pytest.mark.parametrize("revision", [upgrades.FIRST, *sorted(upgrades.STATEMENTS)[:-1]])
async def test_an_earlier_release_s_database_is_upgraded_with_its_runs(revision: str, tmp_path: Path) -> None:
    address, keyring = address_of(str(tmp_path)), Keyring(tmp_path / "keys")
    store = await on_postgres.open_store(address, keyring, NOON)
    await commit(store, creation(run_record()))
    await store.close()
    with closing(Connection(address)) as connection:
        new = shape(connection)
        to_revision(connection, revision)
        earlier = shape(connection)
        assert earlier != new

        server_upkeep.check(address, keyring)  # a standby begins to wait
        assert "of an earlier release" in server_upkeep.state(address, keyring).problem
        with pytest.raises(StoreBroken, match="Start signoff serve of this release, which upgrades it once"):
            schema.check_release(ServerDatabase.at(address), connection)  # a worker is refused
        assert shape(connection) == earlier

        store = await on_postgres.open_store(address, keyring, NOON)
        assert shape(connection) == new
        assert present(await store.read(queries.run, "deploy-1")).state == "running"
        await store.close()
        schema.check_release(ServerDatabase.at(address), connection)
