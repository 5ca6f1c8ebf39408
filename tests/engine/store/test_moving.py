"""An installation moves from its file to PostgreSQL: whole and checked, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import Actor, NotPossible, StoreBroken, StoreBusy
from engine.audit.keys import Keyring
from engine.database import move_to_server
from engine.store.maintenance import backups
from engine.store.maintenance.moving import Moved
from engine.store.postgres.connection import Connection
from engine.store.sqlite.connection import connect
from tests.engine import tampering
from tests.engine.store.test_postgres import Line
from tests.postgres_server import address_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPERATOR = Actor("cli", "root")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.installed(tmp_path_factory.mktemp("moving"))


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Path:
    return tampering.copied(filled, tmp_path)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return address_of(str(tmp_path))


def move(database: Path, address: str) -> Moved:
    return move_to_server(database, address, Keyring(database.parent / "keys"), NOW, OPERATOR)


def paused(database: Path) -> str:
    with closing(connect(database, read_only=True)) as connection:
        row = connection.execute("SELECT value FROM installation WHERE name = 'paused'").fetchone()
    return str(row[0]) if row else ""


def is_empty(address: str) -> bool:
    with closing(Connection(address, read_only=True)) as connection:
        return connection.execute("SELECT to_regclass('event')").fetchone()[0] is None


def contents(connection: object, table: str) -> list[tuple[object, ...]]:
    return sorted(tuple(row) for row in connection.execute(f"SELECT * FROM {table}"))  # type: ignore[attr-defined]


def test_every_row_of_every_run_arrives(database: Path, address: str) -> None:
    moved = move(database, address)
    assert moved.runs == 3
    assert json.loads(paused(database))["moved"].startswith("postgres on")
    with (
        closing(connect(database, read_only=True)) as file,
        closing(Connection(address, read_only=True)) as server,
    ):
        for table in ("run", "step_run", "request", "decision", "wait", "schedule", "definition", "code"):
            assert contents(file, table) == contents(server, table)
        (newest,) = file.execute("SELECT max(seq) FROM event WHERE type <> 'installation.moved'").fetchone()
        query = "SELECT seq, hash, data FROM event WHERE seq <= ? ORDER BY seq"
        assert [tuple(row) for row in file.execute(query, (newest,))] == [
            tuple(row) for row in server.execute(query, (newest,))
        ]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE run SET state = 'succeeded'", "DELETE FROM event WHERE seq = 2"],
)
def test_a_file_that_was_changed_is_not_moved(database: Path, address: str, statement: str) -> None:
    tampering.execute(database, statement)
    with pytest.raises(StoreBroken, match=r"Nothing was moved|audit verify"):
        move(database, address)
    assert is_empty(address)
    assert not paused(database)


def test_a_database_that_is_in_use_is_not_touched(database: Path, address: str) -> None:
    move(database, address)
    with pytest.raises(NotPossible, match="has tables of Signoff already"):
        move(database, address)


def test_a_server_that_cannot_be_reached_leaves_the_file_as_it_was(database: Path, tmp_path: Path) -> None:
    nowhere = f"postgresql:///signoff?host={tmp_path}"
    with pytest.raises(StoreBusy, match="can't be reached now"):
        move(database, nowhere)
    assert not paused(database)


def test_a_file_that_is_paused_since_it_was_restored_is_not_moved(database: Path, address: str) -> None:
    backups.backup(database, database.with_name("copy.db"))
    keyring = Keyring(database.parent / "keys")
    backups.restore(database, database.with_name("copy.db"), NOW, keyring, OPERATOR)
    with pytest.raises(NotPossible, match=r"was restored from copy\.db.* Nothing was moved"):
        move(database, address)
    assert is_empty(address)


def test_a_file_that_is_missing_is_named(tmp_path: Path, address: str) -> None:
    with pytest.raises(NotPossible, match="There is no database"):
        move(tmp_path / "signoff.db", address)


def test_a_file_that_was_moved_is_not_moved_to_a_second_place(
    database: Path, address: str, tmp_path: Path
) -> None:
    move(database, address)
    other = address_of(str(tmp_path / "other"))
    with pytest.raises(NotPossible, match=r"was moved to postgres on .* Nothing was moved"):
        move(database, other)
    assert is_empty(other)


@pytest.fixture
async def line(address: str) -> AsyncIterator[Line]:
    line = Line(address)
    await line.open()
    yield line
    await line.close()


@pytest.mark.parametrize(("cut", "arrives"), [("before", False), ("after", True)])
async def test_a_move_whose_last_answer_is_lost_is_whole_or_undone(
    database: Path, address: str, line: Line, cut: str, arrives: bool
) -> None:
    line.cut_at_commit = cut
    with nullcontext() if arrives else pytest.raises(StoreBusy, match="can't be reached now"):
        await asyncio.to_thread(move, database, line.address)
    assert bool(paused(database)) is arrives
    assert is_empty(address) is not arrives


async def test_a_move_of_which_nothing_is_known_leaves_the_file_paused_and_says_so(
    database: Path, line: Line
) -> None:
    line.cut_at_commit = "after"
    line.refuses_more = True
    with pytest.raises(StoreBroken, match=r"The file is paused\. .* run signoff doctor"):
        await asyncio.to_thread(move, database, line.address)
    assert paused(database)
