"""Tests of PostgreSQL alone: lost connections, one process at a time, statements of SQLite."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from engine import Engine, StoreBroken, StoreBusy, StoreInUse
from engine.audit.keys import Keyring
from engine.errors import Unstorable
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.store import on_postgres, queries
from engine.store.log import opening
from engine.store.postgres.connection import Connection, NotCommitted, translated
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.round_trip import RoundTrips
from engine.store.postgres.schema import check_version
from engine.store.store import Store
from engine.store.writes.transitions import Exists
from tests.engine.store.test_store import commit, creation, run_record
from tests.postgres_server import address_of
from tests.present import present

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ALICE = Actor("slack", "U1")


_COMMITTED = b"C\0\0\0\x0bCOMMIT\0"


class Line:
    """A TCP line to the server that is cut at a COMMIT: before the server gets it, or after."""

    def __init__(self, address: str) -> None:
        self._folder = parse_qs(urlsplit(address).query)["host"][0]
        self._server_address = address
        self._ends = set[asyncio.StreamWriter]()
        self._joined = set[asyncio.Task[None] | None]()
        self._listener: asyncio.Server | None = None
        self.cut_at_commit = ""
        """`before` or `after` the server gets the next COMMIT; `held`: after, and the server does not notice;
        empty: the line stays."""
        self.cut_at = b"COMMIT"
        """Part of the statement at which the line is cut."""
        self.error_for_commit = b""
        """Code of the error that the client gets for the next COMMIT, as from a proxy; the server commits."""
        self.refuses_more = False
        """True: connections that come after the cut are refused."""
        self._was_cut = False
        self._passing = {True: asyncio.Event(), False: asyncio.Event()}
        """By direction, True for what clients send: set while it is passed on."""
        self.release()
        self.address = ""
        self.sent: dict[asyncio.StreamReader, list[bytes]] = {}
        """Pieces that clients sent, by connection."""

    async def open(self) -> None:
        self._listener = await asyncio.start_server(self._join, "127.0.0.1", 0)
        port = self._listener.sockets[0].getsockname()[1]
        self.address = self._server_address.replace(f"host={self._folder}", f"host=127.0.0.1&port={port}")

    async def _join(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.refuses_more and self._was_cut:
            to_client.close()
            return
        self._joined.add(asyncio.current_task())
        server, to_server = await asyncio.open_unix_connection(f"{self._folder}/.s.PGSQL.5432")
        self._ends |= {to_client, to_server}
        await asyncio.gather(self._pass_on(client, to_server, to_client), self._pass_on(server, to_client))

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        back: asyncio.StreamWriter | None = None,
    ) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if back:
                    self.sent.setdefault(source, []).append(data)
                if back and self.cut_at_commit and self.cut_at in data:
                    where, self.cut_at_commit, self._was_cut = self.cut_at_commit, "", True
                    back.close()
                    if where == "before":
                        break
                    if where == "held":
                        target.write(data)
                        return
                await self._passing[back is not None].wait()
                target.write(data if back else self._answered(data))
                await target.drain()
        target.close()

    def _answered(self, data: bytes) -> bytes:
        if not self.error_for_commit or _COMMITTED not in data:
            return data
        fields = b"SERROR\0VERROR\0C" + self.error_for_commit + b"\0Mserver conn crashed?\0\0"
        self.error_for_commit = b""
        return data.replace(_COMMITTED, b"E" + struct.pack("!i", len(fields) + 4) + fields)

    def hold(self, *, answers_alone: bool = False) -> None:
        """Pass nothing on until `release`, and lose nothing: no end notices it by itself."""
        self._passing[False].clear()
        if not answers_alone:
            self._passing[True].clear()

    def release(self) -> None:
        for passing in self._passing.values():
            passing.set()

    def cut(self) -> None:
        """Cut every connection that there is."""
        for end in self._ends:
            end.close()

    async def close(self) -> None:
        assert self._listener is not None
        self._listener.close()
        self.release()
        self.cut()
        await self._listener.wait_closed()
        await asyncio.gather(*filter(None, self._joined), return_exceptions=True)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return address_of(str(tmp_path))


@pytest.fixture
async def line(address: str) -> AsyncIterator[Line]:
    line = Line(address)
    await line.open()
    yield line
    await line.close()


@pytest.fixture
async def opened(line: Line, tmp_path: Path) -> AsyncIterator[Store]:
    store = await on_postgres.open_store(line.address, Keyring(tmp_path / "keys"), NOON)
    yield store
    await store.close()


def event(number: int) -> EventDraft:
    return EventDraft("installation.noted", NOON, ALICE, data={"number": number})


async def numbers(store: Store) -> list[int]:
    events = await store.read(queries.events, 0, 100)
    return [event.data["number"] for event in events if event.type == "installation.noted"]


@pytest.mark.parametrize("where", ["before", "after", "held"])
async def test_a_commit_whose_answer_is_lost_is_recorded_once(opened: Store, line: Line, where: str) -> None:
    await opened.append(event(1))
    line.cut_at_commit = where
    await asyncio.gather(*(opened.append(event(number)) for number in (2, 3, 4)))
    await opened.append(event(5))
    assert await numbers(opened) == [1, 2, 3, 4, 5]
    assert not (await opened.audit()).findings


@pytest.mark.parametrize("code", [b"XX000", b"08P01", b"58000", b"53300"])
async def test_a_commit_for_which_a_proxy_gives_an_error_is_recorded_once(
    opened: Store, line: Line, code: bytes
) -> None:
    await opened.append(event(1))
    line.error_for_commit = code
    await asyncio.gather(*(opened.append(event(number)) for number in (2, 3, 4)))
    assert not line.error_for_commit
    await opened.append(event(5))
    assert await numbers(opened) == [1, 2, 3, 4, 5]
    assert not (await opened.audit()).findings


async def test_an_answer_that_cannot_be_read_repeats_nothing(
    opened: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = RoundTrips._read

    def broken(self: RoundTrips, pgconn: Any, expected: Any) -> Exception | None:
        error = read(self, pgconn, expected)
        if expected[-1][0].statement == b"COMMIT":
            monkeypatch.undo()
            raise MemoryError("no memory for the rows")
        return error

    await opened.append(event(1))
    monkeypatch.setattr(RoundTrips, "_read", broken)
    await asyncio.gather(*(opened.append(event(number)) for number in (2, 3, 4)))
    assert await numbers(opened) == [1, 2, 3, 4]
    assert not (await opened.audit()).findings


async def test_a_transition_is_recorded_though_the_line_was_cut_while_it_was_written(
    opened: Store, line: Line
) -> None:
    line.cut_at, line.cut_at_commit = b"version, head", "before"
    await commit(opened, creation(run_record()))
    assert not line.cut_at_commit
    assert present(await opened.read(queries.run, "deploy-1")).version == 1


async def test_a_start_that_is_refused_has_the_same_reason_after_its_commit_was_lost(
    opened: Store, line: Line
) -> None:
    await commit(opened, creation(run_record()))
    line.cut_at_commit = "before"
    with pytest.raises(Exists):
        await commit(opened, creation(run_record()))
    assert not line.cut_at_commit


async def test_writes_and_reads_go_on_after_every_connection_was_cut(opened: Store, line: Line) -> None:
    await opened.append(event(1))
    line.cut()
    await opened.append(event(2))
    line.cut()
    assert await numbers(opened) == [1, 2]


async def test_the_numbers_of_events_have_no_gap_after_a_transaction_was_undone(opened: Store) -> None:
    def failing(connection: Any) -> None:
        connection.execute("INSERT INTO event (type, at, actor, data) VALUES ('lost', 0, 'slack:U1', '{}')")
        raise ValueError("undone")

    await opened.append(event(1))
    with pytest.raises(ValueError, match="undone"):
        await opened._writer.submit(failing)
    await opened.append(event(2))
    events = await opened.read(queries.events, 0, 100)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


async def test_a_person_is_told_when_the_server_cannot_be_reached(opened: Store, line: Line) -> None:
    await line.close()
    with pytest.raises(StoreBusy, match="can't be reached now"):
        await opened.note("x", 1, [event(1)])
    assert "can't be written" in opened.problem


async def test_nobody_is_told_how_a_commit_ended_that_a_server_which_is_gone_alone_knows(
    opened: Store, line: Line
) -> None:
    line.cut_at_commit = "after"
    asked = asyncio.ensure_future(opened.note("x", 1, [event(1)]))
    while line.cut_at_commit:
        await asyncio.sleep(0)
    await line.close()
    await opened.close()
    with pytest.raises(StoreBroken, match="whether it was recorded is known at the next start"):
        await asked


async def test_a_second_process_is_refused_and_named_the_first_one(
    opened: Store, line: Line, tmp_path: Path
) -> None:
    with pytest.raises(
        StoreInUse, match=r"by another process of Signoff \(connected from the same machine since"
    ):
        await on_postgres.open_store(line.address, Keyring(tmp_path / "keys"), NOON)


async def test_a_database_can_be_opened_again_after_it_was_closed(address: str, tmp_path: Path) -> None:
    for number in (1, 2):
        store = await on_postgres.open_store(address, Keyring(tmp_path / "keys"), NOON)
        await store.append(event(number))
        told = await numbers(store)
        await store.close()
    assert told == [1, 2]


async def test_a_database_of_another_release_is_refused(address: str, tmp_path: Path) -> None:
    await (await on_postgres.open_store(address, Keyring(tmp_path / "keys"), NOON)).close()
    connection = Connection(address)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreBroken, match="has the schema 9999, and this release has"):
        await on_postgres.open_store(address, Keyring(tmp_path / "keys"), NOON)


@pytest.mark.parametrize(
    "wrong",
    ["postgresql://ann:s3cret@127.0.0.1:1/signoff", "postgresql://ann:s3cret@host:port:x/signoff"],
)
async def test_no_error_shows_a_password(wrong: str, tmp_path: Path) -> None:
    with pytest.raises((StoreBusy, StoreBroken)) as error:
        await Engine.open(wrong)
    assert "s3cret" not in str(error.value)
    assert "s3cret" not in str(error.value.__cause__)


async def test_a_database_that_was_put_back_to_an_earlier_state_is_told(address: str, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys")
    store = await on_postgres.open_store(address, keyring, NOON)
    await store.append(event(1))
    with closing(Connection(address)) as connection:
        names = ", ".join(connection.execute("SELECT * FROM log").fetchone().keys())
        connection.execute("CREATE TABLE earlier AS SELECT * FROM log")
        (newest,) = connection.execute("SELECT max(seq) FROM event").fetchone()
    await store.append(event(2))
    mark = await store.read(opening.checkpoint, NOON)
    opening.keep(mark, store.database, keyring, keyring.sealing())
    await store.close()
    with closing(Connection(address)) as connection:
        connection.execute("DELETE FROM event WHERE seq > ?", (newest,))
        connection.execute("DELETE FROM log")
        connection.execute(f"INSERT INTO log ({names}) SELECT {names} FROM earlier")
    store = await on_postgres.open_store(address, keyring, NOON)
    await store.close()
    assert "Signoff is paused" in store.log_problem
    assert "signoff audit accept" in store.log_problem


def test_a_server_that_is_too_old_is_refused() -> None:
    database = ServerDatabase.at("postgresql://signoff:secret@db.example.com/signoff")
    check_version(database, 160_000)
    with pytest.raises(StoreBroken, match=r"signoff on db\.example\.com is PostgreSQL 15"):
        check_version(database, 150_014)


@pytest.mark.parametrize("keep_claim", [True, False])
async def test_a_store_that_keeps_its_claim_leaves_the_database_to_nobody(
    opened: Store, line: Line, tmp_path: Path, keep_claim: bool
) -> None:
    await opened.close(keep_claim=keep_claim)
    with pytest.raises(StoreInUse) if keep_claim else nullcontext():
        await (await on_postgres.open_store(line.address, Keyring(tmp_path / "keys"), NOON)).close()
    await opened.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "SELECT 1 FROM t WHERE a = ? AND b IS ?",
            "SELECT 1 FROM t WHERE a = $1 AND b IS NOT DISTINCT FROM $2",
        ),
        ("SELECT ?1, ?2, ?1", "SELECT $1, $2, $1"),
        ("SELECT 1 FROM t WHERE a LIKE '%x' AND b = ?", "SELECT 1 FROM t WHERE a LIKE '%x' AND b = $1"),
        ("SELECT a IS NOT NULL FROM t", "SELECT a IS NOT NULL FROM t"),
    ],
)
def test_statements_of_sqlite_get_the_parameters_of_postgresql(statement: str, expected: str) -> None:
    assert translated(statement) == expected


def test_a_row_is_read_by_place_and_by_name(address: str) -> None:
    connection = Connection(address)
    row = connection.execute("SELECT ? AS a, ? AS b, ? AS c", ("x", 2, True)).fetchone()
    assert (row[0], row["b"], row["c"], list(row), row.keys()) == ("x", 2, 1, ["x", 2, 1], ["a", "b", "c"])
    connection.close()


async def test_a_value_that_no_column_holds_fails_its_write_alone(address: str, tmp_path: Path) -> None:
    store = await on_postgres.open_store(address, Keyring(tmp_path / "keys"), NOON)
    no_index_holds = "".join(chr(0x4E00 + number * number * 7919 % 20_000) for number in range(9_000))
    writes = [store.note(name, 1, []) for name in ("one", no_index_holds, "a\0", "a\ud800", "two")]
    async with asyncio.timeout(20):
        answers = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), *[Unstorable] * 3, type(None)]
    assert "index row" in str(answers[1])
    assert "NUL" in str(answers[2])
    assert "half a character" in str(answers[3])
    assert [await store.fact(name) for name in ("one", "two")] == [1, 1]
    assert not store.problem
    await store.close()


async def test_a_text_that_cannot_be_sent_keeps_the_connection_and_the_claim(
    address: str, tmp_path: Path
) -> None:
    with closing(Connection(address)) as connection:
        process = connection.process
        for text in ("a\0", "a\ud800"):
            connection.begin_together()
            connection.execute("SELECT CAST(? AS TEXT)", (text,))
            with pytest.raises(NotCommitted) as raised:
                connection.commit_together()
            assert isinstance(raised.value.error, (psycopg.DataError, UnicodeEncodeError))
            connection.roll_back()
        assert connection.process == process
        assert connection.execute("SELECT 1").fetchone()[0] == 1
