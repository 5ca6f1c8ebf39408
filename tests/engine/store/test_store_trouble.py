"""A full disk, a missing file and a slow one are waited for and said; only a damaged file ends the engine."""

import asyncio
import errno
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Outcome, StaticPeople, StoreBroken, StoreBusy, Workflow
from engine.audit.keys import Keyring
from engine.private_files import make_file
from engine.store import queries
from engine.store.files.checkup import look_through
from engine.store.files.expected import Expected
from engine.store.on_sqlite import open_store
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.transactions import one_by_one
from engine.store.sqlite.writer import Writer
from engine.testing import Harness

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = StaticPeople(groups={"ops": ["U1"]})


class Seconds:
    """A monotonic clock that tests move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Disk:
    """Performs works on a database that may have so many pages: SQLite then says that the disk is full."""

    pages = 1_000_000

    def __call__(self, connection: sqlite3.Connection, works: Sequence[Any]) -> list[Any]:
        connection.execute(f"PRAGMA max_page_count = {self.pages}")
        return one_by_one(connection, works)


def insert(value: int) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?, zeroblob(20000))", (value,))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE t (x, padding)")
    return path


def rows(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as read:
        return [x for (x,) in read.execute("SELECT x FROM t ORDER BY rowid")]


def move(file: Path, to: Path) -> None:
    file.rename(to)


def damage(file: Path) -> None:
    """Overwrite everything but the first page."""
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xff" * (size - 4096))


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def saved_in(folder: Path, name: str = "") -> Path:
    (found,) = (one for one in folder.glob(f"{name}*.saved-*") if ".left" not in one.name)
    return found


def size(path: Path) -> int:
    return path.stat().st_size


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class Heard(Condition):
    """Tells the loop when a problem begins and ends. Make it before the first write."""

    def __init__(self, writer: Writer, path: Path, now: Seconds) -> None:
        super().__init__(path, "nothing can be recorded", now)
        self._loop = asyncio.get_running_loop()
        self.began, self.ended = asyncio.Event(), asyncio.Event()
        writer.condition = self

    def begin(self, text: str, remedy: str, *, by_itself: bool = False) -> None:
        super().begin(text, remedy, by_itself=by_itself)
        self._loop.call_soon_threadsafe(self.began.set)

    def over(self) -> None:
        had_a_problem = not self.well
        super().over()
        if had_a_problem:
            self._loop.call_soon_threadsafe(self.ended.set)


async def test_on_a_full_disk_writes_wait_and_people_are_refused_until_there_is_room(table: Path) -> None:
    disk, seconds = Disk(), Seconds()
    writer = Writer(table, disk, now=seconds)
    heard = Heard(writer, table, seconds)
    disk.pages = 1
    patient, refused = writer.submit(insert(1)), writer.submit(insert(2), patience=1.5)
    await heard.began.wait()
    assert re.search(r"disk of .* is full .* nothing can be recorded\. Free some space", writer.problem)
    seconds.now = 2.0
    with pytest.raises(
        StoreBusy, match=r"is full .*, so nothing was recorded\. Tell the operator\. Try again once"
    ):
        await refused
    assert not patient.done()
    disk.pages = 1_000_000
    await patient
    assert writer.problem == ""
    await writer.close()
    assert rows(table) == [1]


async def test_a_full_disk_that_nobody_writes_to_is_found_in_order_again_by_itself(table: Path) -> None:
    disk, seconds = Disk(), Seconds()
    writer = Writer(table, disk, now=seconds)
    heard = Heard(writer, table, seconds)
    disk.pages = 1
    refused = writer.submit(insert(1), patience=0.0)
    with pytest.raises(StoreBusy):
        await refused
    assert writer.problem
    disk.pages = 1_000_000
    await heard.ended.wait()
    assert writer.problem == ""
    await writer.close()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
async def test_a_file_that_is_moved_away_is_noticed_at_once_and_writing_goes_on_when_it_is_back(
    table: Path, suffix: str
) -> None:
    writer = Writer(table)
    await writer.submit(insert(1))
    file, aside = Path(f"{table}{suffix}"), table.with_name("aside")
    move(file, aside)
    assert f"{file} was deleted or moved away" in writer.problem
    with pytest.raises(StoreBusy, match=r"so nothing was recorded\. Tell the operator\. Try again once"):
        await writer.submit(insert(2), patience=0.0)
    waiting = writer.submit(insert(3))
    move(aside, file)
    await waiting
    assert writer.problem == ""
    await writer.close()
    assert rows(table) == [1, 3]


async def test_nothing_is_written_to_a_file_that_was_replaced(table: Path) -> None:
    writer = Writer(table)
    await writer.submit(insert(1))
    move(table, table.with_name("aside"))
    make_file(table)
    with pytest.raises(StoreBusy, match="was replaced by another file"):
        await writer.submit(insert(2), patience=0.0)
    await writer.close()
    assert size(table) == 0


async def test_the_content_of_a_deleted_file_is_saved_at_the_end(table: Path) -> None:
    writer = Writer(table)
    await writer.submit(insert(1))
    remove(table.parent)
    await writer.close()
    saved = saved_in(table.parent)
    assert rows(saved) == [1]
    assert (mode(saved), mode(saved.parent)) == (0o600, 0o700)


def test_a_slow_disk_is_said_while_a_write_hangs_and_until_one_is_quick_again(tmp_path: Path) -> None:
    seconds = Seconds()
    condition = Condition(tmp_path / "signoff.db", "nothing can be recorded", seconds)
    with condition.writing():
        seconds.now = 3.0
        assert "has taken 3 s so far: its disk is slow" in condition.text
        seconds.now = 4.0
    assert "took 4.0 s" in condition.text
    assert condition.lasts
    with condition.writing():
        seconds.now = 4.1
    assert (condition.text, condition.lasts) == ("", False)


def gated() -> Workflow:
    flow = Workflow("flow", owner="@ops")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", self_approval=True)

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return "done"

    return flow


async def test_a_click_without_a_database_file_is_refused_and_counts_when_it_is_back(tmp_path: Path) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("flow")
        database = tmp_path / "signoff.db"
        move(database, tmp_path / "aside.db")
        result = await harness.try_decide("go", "approve", as_user="U1")
        assert (result.code, "nothing was recorded" in result.text) == ("unavailable", True)
        assert "deleted or moved away" in harness.engine.store_problem
        move(tmp_path / "aside.db", database)
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert not harness.engine.failed.done()


async def test_an_engine_whose_file_was_deleted_saves_what_it_held_at_the_end(tmp_path: Path) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path / "site") as harness:
        await harness.start("flow")
        remove(tmp_path / "site")
        assert "was deleted" in harness.engine.store_problem
    with closing(sqlite3.connect(saved_in(tmp_path / "site"))) as saved:
        assert saved.execute("SELECT workflow FROM run").fetchall() == [("flow",)]


async def test_a_damaged_file_ends_the_engine_at_the_first_read(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), NOON)
    told: asyncio.Future[StoreBroken] = asyncio.get_running_loop().create_future()
    store.on_broken(lambda error: None if told.done() else told.set_result(error))
    await store.reached()
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    damage(tmp_path / "signoff.db")
    with pytest.raises(StoreBroken, match=r"is damaged .* signoff db restore"):
        await store.read(queries.runs, None, None, 10, None)
    assert (await told).damaged
    await store.close()


async def test_a_reader_that_could_not_open_the_file_opens_it_when_it_can(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), NOON)
    await store.reached()
    names = [Path(f"{store.database}{suffix}") for suffix in ("", "-wal", "-shm")]
    for name in names:
        move(name, Path(f"{name}.aside"))
    with pytest.raises(StoreBusy, match="was deleted or moved away"):
        await store.read(queries.last_event)
    assert "cannot be opened" in store.problem or "moved away" in store.problem
    for name in names:
        move(Path(f"{name}.aside"), name)
    assert await store.read(queries.last_event) == 1
    await store.close()


FAILING_SYNC = """
#include <errno.h>
#include <unistd.h>
static int answer(void) { errno = EIO; return access("sync-fails", F_OK) == 0 ? -1 : 0; }
int fsync(int file) { return answer(); }
int fdatasync(int file) { return answer(); }
"""
KILLED_AFTER_A_FAILED_SYNC = """
import asyncio, os, pathlib, signal, sqlite3
from engine.errors import StoreBusy
from engine.store.sqlite.writer import Writer

async def main():
    writer = Writer(pathlib.Path("plain.db"))
    await writer.submit(lambda connection: connection.execute("INSERT INTO t VALUES (1, '')"))
    pathlib.Path("sync-fails").touch()
    try:
        await writer.submit(lambda connection: connection.execute("INSERT INTO t VALUES (2, '')"), 0.0)
    except StoreBusy as refusal:
        print(refusal, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.skipif(shutil.which("cc") is None or sys.platform != "linux", reason="needs a C compiler, Linux")
def test_a_write_that_a_failed_sync_refused_is_absent_after_a_kill(table: Path) -> None:
    """SQLite itself would recover it from the WAL."""
    folder = table.parent
    (folder / "sync.c").write_text(FAILING_SYNC)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "sync.so", "sync.c"], cwd=folder, check=True)
    environment = {**os.environ, "LD_PRELOAD": str(folder / "sync.so"), "PYTHONPATH": str(ROOT)}
    script = [sys.executable, "-c", KILLED_AFTER_A_FAILED_SYNC]
    done = subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True)
    assert "reports an error (disk I/O error), so nothing was recorded" in done.stdout, done.stderr
    assert rows(table) == [1]


def wal_of(database: Path) -> bytes:
    """Make a database as a kill leaves it, with a `-wal` and a `-shm`; return what the `-wal` holds."""
    kept = sqlite3.connect(database)
    kept.execute("PRAGMA journal_mode = WAL")
    kept.execute("CREATE TABLE t (x)")
    kept.execute("INSERT INTO t VALUES (zeroblob(100000))")
    kept.commit()
    kept.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    kept.execute("INSERT INTO t VALUES (1)")
    kept.commit()
    copies = {suffix: Path(f"{database}{suffix}").read_bytes() for suffix in ("", "-wal", "-shm")}
    kept.close()
    for suffix, content in copies.items():
        Path(f"{database}{suffix}").write_bytes(content)
    return copies["-wal"]


def test_a_whole_database_is_found_in_order(tmp_path: Path) -> None:
    look_through(tmp_path / "missing.db")
    wal_of(tmp_path / "signoff.db")
    look_through(tmp_path / "signoff.db")
    assert rows_of(tmp_path / "signoff.db") == 2


def rows_of(database: Path) -> int:
    with closing(sqlite3.connect(database)) as read:
        return int(read.execute("SELECT count(*) FROM t").fetchone()[0])


def test_a_wal_that_somebody_removed_is_missed(tmp_path: Path) -> None:
    wal_of(tmp_path / "signoff.db")
    (tmp_path / "signoff.db-wal").unlink()
    with pytest.raises(StoreBroken, match=r"signoff\.db-wal is missing: it held the newest transactions"):
        look_through(tmp_path / "signoff.db")


@pytest.mark.parametrize("size", [0.5, 0.9])
def test_a_shortened_file_is_noticed_at_the_start(tmp_path: Path, size: float) -> None:
    database = tmp_path / "signoff.db"
    wal_of(database)
    Path(f"{database}-wal").write_bytes(b"")
    Path(f"{database}-shm").unlink()
    os.truncate(database, int(database.stat().st_size * size))
    with pytest.raises(StoreBroken, match=r"is damaged .* signoff db restore"):
        look_through(database)


def test_a_file_that_is_damaged_or_no_database_is_noticed_at_the_start(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    wal_of(database)
    with closing(sqlite3.connect(database)) as read:
        read.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    damage(database)
    with pytest.raises(StoreBroken, match=r"is damaged .* signoff db restore"):
        look_through(database)
    database.write_text("SLACK_BOT_TOKEN=xoxb\n" * 200)
    with pytest.raises(StoreBroken, match=r"is not a SQLite database.* set DATABASE_URL"):
        look_through(database)


def test_a_database_that_is_gone_is_asked_about(tmp_path: Path) -> None:
    database, environ = tmp_path / "site" / "signoff.db", {"XDG_STATE_HOME": str(tmp_path / "state")}
    expected = Expected(database, environ)
    expected.check()
    database.parent.mkdir()
    database.write_text("something")
    expected.note()
    expected.check()
    shutil.rmtree(database.parent)
    with pytest.raises(StoreBroken, match=r"There was a database .*signoff\.db, and it is gone .* --new"):
        expected.check()
    database.parent.mkdir()
    database.touch()
    with pytest.raises(StoreBroken, match="gone or empty"):
        expected.check()
    saved = database.with_name("signoff.db.saved-20260105T120000")
    saved.write_text("something")
    with pytest.raises(StoreBroken, match=f"signoff db restore {saved}"):
        expected.check()
    Expected(tmp_path / "other.db", environ).check()


def test_a_database_that_is_gone_from_its_folder_is_asked_about_without_a_home(tmp_path: Path) -> None:
    (tmp_path / "signoff.db.lock").touch()
    with pytest.raises(StoreBroken, match="There was a database"):
        Expected(tmp_path / "signoff.db", {"XDG_STATE_HOME": "/dev/null"}).check()
    Expected(tmp_path / "signoff.db", {"XDG_STATE_HOME": "/dev/null"}).note()


class FullKeyring(Keyring):
    """A folder of keys on a disk that is full."""

    def _write(self, path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


async def test_a_start_without_room_for_the_keys_can_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(StoreBusy, match=r"log\.key cannot be written to \(No space .*Free some space"):
        await open_store(tmp_path / "signoff.db", FullKeyring(tmp_path / "keys"), NOON)
    store = await open_store(tmp_path / "signoff.db", Keyring(tmp_path / "keys"), NOON)
    await store.close()
