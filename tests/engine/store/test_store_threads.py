"""A thread of the store that is interrupted, or ends unasked, leaves nobody waiting."""

import asyncio
import ctypes
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import StaticPeople, StoreBroken, Workflow
from engine.audit.keys import Keyring
from engine.store import queries
from engine.store.on_sqlite import open_store
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.transactions import Transactions
from engine.store.sqlite.writer import Writer
from engine.testing import Harness

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ENDINGS = [
    SystemExit(3),
    KeyboardInterrupt(),
    BaseException("odd"),
    GeneratorExit(),
    asyncio.CancelledError(),
]


def raising(error: BaseException) -> Any:
    def work(connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            connection.execute("INSERT INTO t VALUES ('half')")
        raise error

    return work


def insert(value: str) -> Any:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (value,)) and value


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as read:
        return [x for (x,) in read.execute("SELECT x FROM t ORDER BY rowid")]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE t (x)")
    return path


@pytest.fixture
async def writer(table: Path) -> AsyncIterator[Writer]:
    writer = Writer(table)
    yield writer
    await writer.close()


@pytest.fixture
async def reader(table: Path) -> AsyncIterator[Reader]:
    reader = Reader(table)
    yield reader
    await reader.close()


@pytest.mark.parametrize("error", ENDINGS, ids=lambda error: type(error).__name__)
async def test_an_interrupted_write_is_undone_alone_and_the_others_are_recorded(
    writer: Writer, table: Path, error: BaseException
) -> None:
    asked = [writer.submit(work) for work in (insert("before"), raising(error), insert("after"))]
    before, interrupted, after = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10)
    assert (before, after) == ("before", "after")
    assert isinstance(interrupted, StoreBroken)
    assert f"was interrupted by {type(error).__name__}" in str(interrupted)
    assert rows(table) == ["before", "after"]
    assert writer.problem == ""


@pytest.mark.parametrize("error", ENDINGS, ids=lambda error: type(error).__name__)
async def test_an_interrupted_read_is_answered_and_the_next_one_succeeds(
    reader: Reader, error: BaseException
) -> None:
    def count(connection: sqlite3.Connection) -> int:
        return len(connection.execute("SELECT x FROM t").fetchall())

    asked = [reader.read(work) for work in (count, raising(error), count)]
    before, interrupted, after = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10)
    assert (before, after) == (0, 0)
    assert isinstance(interrupted, StoreBroken)
    assert reader.problem == ""


async def test_a_long_read_that_exits_does_not_end_the_loop(reader: Reader) -> None:
    with pytest.raises(StoreBroken, match="interrupted by SystemExit: 3"):
        await reader.read_at_length(raising(SystemExit(3)))


async def test_an_interruption_after_the_commit_records_nothing_twice(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        """A connection whose first COMMIT returns into an interruption."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection, self._due = connection, True

        def __getattr__(self, name: str) -> Any:
            return getattr(self._connection, name)

        def execute(self, statement: str, *values: Any) -> Any:
            done = self._connection.execute(statement, *values)
            if statement == "COMMIT" and self._due:
                self._due = False
                raise KeyboardInterrupt
            return done

    made = Transactions.__init__

    def init(self: Transactions, connection: sqlite3.Connection, *rest: Any) -> None:
        made(self, Interrupted(connection), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Transactions, "__init__", init)
    monkeypatch.setattr(Transactions, "probe", lambda self: None)
    writer = Writer(table)
    assert await asyncio.wait_for(asyncio.gather(*map(writer.submit, map(insert, "abc"))), 10) == [*"abc"]
    await writer.close()
    assert rows(table) == [*"abc"]


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("odd")], ids=["SystemExit", "RuntimeError"])
async def test_everybody_is_refused_when_the_writing_thread_ends_unasked(
    table: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    told: asyncio.Queue[StoreBroken] = asyncio.Queue()
    writer = Writer(table)
    writer.on_damage = told.put_nowait
    await writer.submit(insert("recorded"))

    def hit(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(writer, "_write", hit)
    asked = [writer.submit(insert(value)) for value in "ab"]
    refused = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10)
    assert [type(each) for each in refused] == [StoreBroken, StoreBroken]
    assert "was ended by" in str(refused[0])
    assert "Start Signoff again" in str(refused[0])
    assert not (await told.get()).damaged
    assert writer.problem == str(refused[0])
    with pytest.raises(StoreBroken, match="was ended by"):
        await asyncio.wait_for(writer.submit(insert("later")), 10)
    await asyncio.wait_for(writer.close(), 10)
    assert rows(table) == ["recorded"]


def interrupt(name: str) -> None:
    """Raise `SystemExit` in the threads of this name, as a library that ends its own threads may."""
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit)
            )


@pytest.mark.parametrize("name", ["signoff-writer", "signoff-reader"])
async def test_an_engine_whose_thread_a_step_ends_says_so_and_ends(tmp_path: Path, name: str) -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def build() -> str:
        return "built"

    harness = Harness(flow, people=StaticPeople(groups={"ops": ["U1"]}), folder=tmp_path)
    async with harness:
        engine = harness.engine
        interrupt(name)

        async def work() -> None:
            while True:  # a thread that waits is only hit when it wakes
                await asyncio.wait_for(engine.runs(), 10)
                await asyncio.wait_for(harness.start("flow"), 10)

        with pytest.raises(StoreBroken, match="was ended by SystemExit"):
            await work()
        assert "Start Signoff again" in engine.store_problem
        await asyncio.wait([engine.failed], timeout=10)
        assert isinstance(engine.failed.exception(), StoreBroken)


async def test_a_file_that_was_broken_before_anybody_listened_is_told_to_who_listens_later(
    tmp_path: Path,
) -> None:
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), NOON)
    store._writer.on_damage(StoreBroken("gone", damaged=True))
    told: list[StoreBroken] = []
    store.on_broken(told.append)
    assert [str(error) for error in told] == ["gone"]
    await store.read(queries.runs, None, None, 10, None)
    await store.close()
