"""A database that another program replaced, overwrote or filled up is noticed while nobody writes, and what
this process holds is saved."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine import Actor
from engine.errors import Altered, NotPossible, StoreBroken, StoreBusy
from engine.store.files.checkup import look_through
from engine.store.files.expected import Expected
from engine.store.files.file_lock import FileLock
from engine.store.files.rescue import left_wal, rescue, saved_files, settle
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.writer import Writer
from engine.testing import Harness
from tests.engine.store.test_store_trouble import (
    PEOPLE,
    Heard,
    Seconds,
    gated,
    insert,
    move,
    rows,
    saved_in,
    size,
    wal_of,
)


def make_table(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE t (x, padding)")
    return path


class Looks:
    """Told each time that the writer looks at the file with nothing to write."""

    def __init__(self, room: bool = True) -> None:
        self._room, self._loop = room, asyncio.get_running_loop()
        self._queue: asyncio.Queue[None] = asyncio.Queue()

    def __call__(self, _: Path) -> bool:
        self._loop.call_soon_threadsafe(self._queue.put_nowait, None)
        return self._room

    async def one_is_over(self) -> None:
        """The second one from now on has begun."""
        while not self._queue.empty():
            self._queue.get_nowait()
        for _ in range(2):
            await self._queue.get()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return make_table(tmp_path / "plain.db")


def replace(table: Path) -> None:
    table.rename(table.with_name("aside"))
    make_table(table.with_name("other")).rename(table)


def wal_is_there(table: Path) -> bool:
    return Path(f"{table}-wal").exists()


async def test_a_replaced_file_is_saved_and_its_wal_does_not_reach_the_other_one(
    table: Path,
) -> None:
    writer = Writer(table)
    await writer.submit(insert(1))
    replace(table)
    await writer.close()
    saved = saved_in(table.parent, table.name)
    assert rows(saved) == [1]
    assert rows(table) == []
    assert not wal_is_there(table)


async def test_a_deleted_wal_is_saved_and_no_other_file_is_opened_meanwhile(table: Path) -> None:
    writer, reader = Writer(table), Reader(table)
    reader.missing = lambda: writer.missing
    await writer.submit(insert(1))
    remove_wal(table)
    with pytest.raises(
        StoreBusy, match=r"was deleted or moved away .* Tell the operator\. Try again once this is fixed"
    ):
        await reader.read_at_length(lambda connection: connection.execute("SELECT * FROM t").fetchall())
    await reader.close()
    await writer.close()
    saved = saved_in(table.parent, table.name)
    assert rows(saved) == [1]


def remove_wal(table: Path) -> None:
    Path(f"{table}-wal").unlink()


def test_a_start_asks_about_what_was_saved_and_not_brought_back(table: Path) -> None:
    saved = table.with_name(f"{table.name}.saved-20260105T120000")
    saved.write_text("something")
    expected = Expected(table, {"XDG_STATE_HOME": str(table.parent / "state")})
    with pytest.raises(StoreBroken, match=rf"Restore it: signoff db restore {saved}\."):
        expected.check()
    settle(table)
    expected.check()
    assert saved.with_name(f"{table.name}.kept-20260105T120000").exists()


def overwrite(table: Path) -> None:
    """As `cp another.db plain.db` does: the file stays the same one."""
    table.write_bytes(make_table(table.with_name("another.db")).read_bytes()[:4096])


def empty(table: Path) -> None:
    os.truncate(table, 0)


@pytest.mark.parametrize("harm", [overwrite, empty])
async def test_a_file_that_is_overwritten_in_its_place_is_noticed_though_nobody_writes(
    table: Path, harm: Callable[[Path], None]
) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer = Writer(table, has_space=looks)
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    checkpoint(table)
    await looks.one_is_over()
    harm(table)
    assert "is damaged" in str(await told.get())
    await writer.close()


def contents(table: Path) -> tuple[bytes, bytes]:
    return table.read_bytes(), table.with_name(f"{table.name}-wal").read_bytes()


async def test_a_damaged_file_keeps_its_wal_beside_it_at_the_end(table: Path) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer = Writer(table, has_space=looks)
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    await looks.one_is_over()
    await looks.one_is_over()
    empty(table)
    await told.get()
    before = contents(table)
    assert before[1]
    await writer.close()
    assert contents(table) == before


async def test_nothing_opens_a_file_that_was_emptied_and_its_wal_is_kept(table: Path) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer, reader = Writer(table, has_space=looks), Reader(table)
    reader.missing = lambda: writer.missing
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    await looks.one_is_over()
    await looks.one_is_over()
    snapshot, wal = contents(table)
    empty(table)
    with pytest.raises(StoreBusy, match="was emptied by another program"):
        await reader.read_at_length(lambda connection: connection.execute("SELECT * FROM t").fetchall())
    assert "was emptied by another program" in writer.problem
    assert "Put the newest backup in the place of the file" in writer.problem
    await told.get()
    await reader.close()
    await writer.close()
    (kept,) = table.parent.glob("plain.db.saved-*.left-wal")
    assert wal == contents(table)[1] == kept.read_bytes()
    assert saved_files(table) == []
    with pytest.raises(StoreBroken, match="it is gone or empty") as refused:
        Expected(table, {"XDG_STATE_HOME": str(table.parent / "state")}).check()
    assert f"Keep {kept}: it may hold transactions that are newer than your last backup." in str(
        refused.value
    )
    assert f"copy the kept file to {table}-wal." in str(refused.value)
    assert rows_of_snapshot(table, snapshot, kept) == [1]


def rows_of_snapshot(table: Path, snapshot: bytes, kept: Path) -> list[int]:
    """Return the rows once the snapshot is back, and the kept file beside it."""
    table.write_bytes(snapshot)
    Path(f"{table}-wal").write_bytes(kept.read_bytes())
    Path(f"{table}-shm").unlink(missing_ok=True)
    return rows(table)


def test_a_wal_beside_a_saved_file_is_not_told(table: Path) -> None:
    saved = table.with_name(f"{table.name}.saved-20260105T120000")
    saved.write_text("something")
    saved.with_name(f"{saved.name}.left-wal").write_text("something")
    assert left_wal(table) is None


def test_a_saved_file_without_content_is_never_advised(table: Path) -> None:
    table.with_name(f"{table.name}.saved-20260105T120000").touch()
    assert saved_files(table) == []


async def test_a_rescue_that_fails_leaves_no_file_behind(table: Path) -> None:
    with closing(sqlite3.connect(table)) as closed:
        pass
    assert rescue(closed, table) is None
    assert list(table.parent.glob("*.saved-*")) == []


def shorten(table: Path, left: int) -> None:
    """In its place, as a program does that opens the file to write it again."""
    os.truncate(f"{table}-wal", left)


@pytest.mark.parametrize("left", [0, 4096, 5000])
async def test_a_wal_that_is_shortened_in_its_place_is_noticed_though_nobody_writes(
    table: Path, left: int
) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer = Writer(table, has_space=looks)
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    shorten(table, left)
    assert "-wal was shortened by another program" in str(await told.get())
    await writer.close()


async def test_nothing_is_written_behind_a_wal_that_was_shortened(table: Path) -> None:
    writer = Writer(table)
    await writer.submit(insert(1))
    shorten(table, 4096)
    before = contents(table)
    with pytest.raises(StoreBroken, match="lacks transactions that were recorded"):
        await writer.submit(insert(2))
    await writer.close()
    assert contents(table) == before


def test_a_wal_that_was_shortened_before_a_start_is_noticed(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    wal_of(database)
    look_through(database)
    shorten(database, size(Path(f"{database}-wal")) - 1)
    with pytest.raises(StoreBroken, match="-wal was shortened by another program"):
        look_through(database)
    Path(f"{database}-shm").unlink()
    look_through(database)


def checkpoint(table: Path) -> None:
    with closing(sqlite3.connect(table)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


async def test_a_checkpoint_of_another_program_does_not_count_as_damage(table: Path) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer = Writer(table, has_space=looks)
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    await looks.one_is_over()
    checkpoint(table)
    await looks.one_is_over()
    await writer.submit(insert(2))
    await writer.close()
    assert told.empty()
    assert rows(table) == [1, 2]


def newest(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])


def put_back(table: Path, older: Path) -> None:
    """As `cp older.db plain.db` does, once everything is in the file, at one go."""
    checkpoint(table)
    content = older.read_bytes()
    with table.open("r+b") as file:
        os.pwrite(file.fileno(), content, 0)
        os.ftruncate(file.fileno(), len(content))


def copy_of(table: Path) -> Path:
    older = table.with_name("older.db")
    with closing(sqlite3.connect(table)) as used, closing(sqlite3.connect(older)) as copy:
        used.backup(copy)
    return older


async def test_an_older_copy_in_the_place_of_the_file_is_noticed_though_nobody_writes(table: Path) -> None:
    looks, told = Looks(), asyncio.Queue[StoreBroken]()
    writer = Writer(table, has_space=looks, newest=newest)
    writer.on_damage = told.put_nowait
    await writer.submit(insert(1))
    older = copy_of(table)
    await writer.submit(insert(2))
    checkpoint(table)
    await looks.one_is_over()
    put_back(table, older)
    assert "overwritten by an older copy while Signoff runs: its log ends at event 1, and event 2" in str(
        await told.get()
    )
    await writer.close()


async def test_nothing_is_written_into_an_older_copy(table: Path) -> None:
    writer = Writer(table, newest=newest)
    await writer.submit(insert(1))
    older = copy_of(table)
    await writer.submit(insert(2))
    put_back(table, older)
    with pytest.raises(StoreBroken, match="What was recorded in between is lost"):
        await writer.submit(insert(3))
    await writer.close()
    assert rows(table) == [1]


async def test_the_last_checkpoint_stays_where_an_older_copy_took_the_place_of_the_log(
    tmp_path: Path,
) -> None:
    database = tmp_path / "signoff.db"
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("flow")
        older = copy_of(database)
        await harness.start("flow")
        await harness.advance("1m")
        put_back(database, older)
        with pytest.raises(StoreBroken, match="overwritten by an older copy"):
            await harness.engine.start("flow", actor=Actor("cli", "root"))
        assert isinstance(harness.engine.failed.exception(), StoreBroken)
        base = harness.engine._parts.base
        with pytest.raises(Altered, match="what was recorded in between is lost"):
            await base.store.keep_checkpoint(base.keyring, harness.clock.now())
    with pytest.raises(NotPossible, match=r"the log ends at event \d+, and at the checkpoint of .* it had"):
        await Harness(gated(), people=PEOPLE, folder=tmp_path).__aenter__()


def wal_of_another(folder: Path) -> bytes:
    table = make_table(folder / "plain.db")
    with closing(sqlite3.connect(table)) as used:
        for number in range(50):
            insert(number)(used)
        used.commit()
        used.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        for number in range(20):
            insert(number)(used)
            used.commit()
        return Path(f"{table}-wal").read_bytes()


def test_a_backup_beside_the_wal_of_another_database_is_named_with_the_remedy(tmp_path: Path) -> None:
    wal = wal_of_another(tmp_path)
    restored = make_table(tmp_path / "restored.db")
    Path(f"{restored}-wal").write_bytes(wal)
    with pytest.raises(StoreBroken, match=r"is intact, but .*-wal beside it belongs to another database"):
        look_through(restored)
    assert Path(f"{restored}-wal").read_bytes() == wal
    Path(f"{restored}-wal").unlink()
    Path(f"{restored}-shm").unlink(missing_ok=True)
    look_through(restored)


def test_a_large_intact_file_beside_a_foreign_wal_gets_the_time_that_its_look_takes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wal = wal_of_another(tmp_path)
    large = make_table(tmp_path / "large.db")
    with closing(sqlite3.connect(large)) as used:
        used.executemany("INSERT INTO t VALUES (?, 'x')", ((number,) for number in range(100_000)))
        used.commit()
    Path(f"{large}-wal").write_bytes(wal)
    # The damage shows before the first look at the clock; the whole file takes longer.
    with pytest.raises(StoreBroken, match=r"is intact, but .*-wal beside it belongs to another database"):
        look_through(large, seconds=0.0)
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert f"{large.stat().st_size:,} bytes, so this can take up to 30 minutes" in warning


def not_there(folder: Path) -> Path:
    (folder / "file").touch()
    return folder / "file" / "signoff.db"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "signoff.db")
    return folder / "signoff.db"


def folder(folder: Path) -> Path:
    (folder / "signoff.db").mkdir()
    return folder / "signoff.db"


@pytest.mark.parametrize("make", [not_there, pipe, folder])
def test_a_path_that_cannot_be_a_database_is_refused_with_the_setting(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    lock = FileLock(make(tmp_path))
    with pytest.raises(StoreBroken, match=r"set DATABASE_URL to a file in a folder"):
        lock.take()
    assert not list(tmp_path.glob("*.lock"))


async def test_a_disk_without_room_is_tried_though_nobody_writes(table: Path) -> None:
    with closing(sqlite3.connect(table, isolation_level=None)) as other:
        writer = Writer(table, has_space=Looks(room=False))
        heard = Heard(writer, table, Seconds())
        await writer.submit(insert(1))
        other.execute("BEGIN IMMEDIATE")
        await heard.began.wait()
        assert "nothing can be recorded" in writer.problem
        other.execute("ROLLBACK")
        await writer.close()


def key_in(folder: Path) -> Path:
    (found,) = folder.rglob("log.key")
    return found


async def test_keys_that_are_removed_are_missed_before_the_next_start(tmp_path: Path) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        assert harness.engine.keys_problem == ""
        key = key_in(tmp_path)
        move(key, tmp_path / "aside")
        assert "The key that seals its log is missing" in harness.engine.keys_problem
        key.write_text("00" * 32)
        assert "sealed its log" in harness.engine.keys_problem
        key.unlink()
        key.mkdir()
        assert f"{key}, cannot be read (it is a folder, not a file)" in harness.engine.keys_problem
        key.rmdir()
        move(tmp_path / "aside", key)
        assert harness.engine.keys_problem == ""


async def test_a_key_of_codes_or_receipts_that_is_lost_while_serving_is_reported(tmp_path: Path) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        engine = harness.engine
        await engine.principals.callback_secret("ci")
        await engine.receipts.public_keys()
        secret = key_in(tmp_path).with_name("secrets.key")
        (signing,) = secret.parent.glob("receipts-*.pem")
        assert engine.keys_problem == ""
        for key, told in ((secret, "one-time codes and callbacks"), (signing, "signs receipts")):
            move(key, tmp_path / "aside")
            assert f"{told} is missing" in engine.keys_problem
            move(tmp_path / "aside", key)
            assert engine.keys_problem == ""
        move(secret, tmp_path / "aside")
        secret.mkdir()
        assert "cannot be read (it is a folder, not a file)" in engine.keys_problem


async def test_a_key_of_codes_that_is_lost_is_not_replaced_in_silence(tmp_path: Path) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        before = await harness.engine.principals.callback_secret("ci")
    secret = key_in(tmp_path).with_name("secrets.key")
    move(secret, tmp_path / "aside")
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        engine = harness.engine
        assert "one-time codes and callbacks is missing" in engine.keys_problem
        with pytest.raises(NotPossible, match="is missing"):
            await engine.principals.callback_secret("ci")
        secret.write_bytes(b"A" * 43 + b"=")
        assert "another key of one-time codes" in engine.keys_problem
        secret.unlink()
        move(tmp_path / "aside", secret)
        assert await engine.principals.callback_secret("ci") == before
        secret.unlink()
        secret.with_name("secrets.id").unlink()
        assert await engine.principals.callback_secret("ci") != before
