"""While another process holds the lock, writes wait, people are answered, and nothing is recorded twice."""

import asyncio
import logging
import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from engine import Actor, Outcome, StaticPeople, StoreBroken, StoreBusy, Workflow
from engine.store.files.lock_holder import holder, holder_in
from engine.store.files.sqlite_errors import explained
from engine.store.schema.migrate import migrate
from engine.store.sqlite.condition import Condition
from engine.store.sqlite.writer import Writer
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})


@contextmanager
def locked(path: Path) -> Iterator[Callable[[], None]]:
    """Holds the write lock until what it gives is called, or the block ends."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")

        def release() -> None:
            if other.in_transaction:
                other.execute("ROLLBACK")

        yield release
        release()


@contextmanager
def logged(words: str) -> Iterator[threading.Event]:
    """Gives what is set once the log says these words."""
    said = threading.Event()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                said.set()

    handler = Listening()
    logging.getLogger("engine").addHandler(handler)
    yield said
    logging.getLogger("engine").removeHandler(handler)


class Seconds:
    """A monotonic clock that tests move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def insert(value: int) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("INSERT INTO t VALUES (?)", (value,))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE t (x)")
    return path


def rows(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as read:
        return [x for (x,) in read.execute("SELECT x FROM t ORDER BY rowid")]


async def test_a_write_without_a_deadline_is_recorded_once_when_the_lock_is_released(table: Path) -> None:
    writer = Writer(table)
    with locked(table) as release:
        first, second = writer.submit(insert(1)), writer.submit(insert(2))
        with pytest.raises(StoreBusy):
            await writer.submit(insert(3), patience=0.1)
        assert writer.problem
        assert not first.done()
        release()
        await first
        await second
    assert writer.problem == ""
    await writer.close()
    assert rows(table) == [1, 2]


async def test_a_write_that_was_refused_for_the_lock_is_never_recorded(table: Path) -> None:
    seconds = Seconds()
    writer = Writer(table, now=seconds)
    with locked(table) as release:
        patient, refused = writer.submit(insert(1)), writer.submit(insert(2), patience=1.5)
        seconds.now = 2.0
        with pytest.raises(
            StoreBusy, match=r"holds the write lock .* so nothing was recorded\. Try again in a moment"
        ):
            await refused
        assert not patient.done()
        release()
        await patient
    await writer.close()
    assert rows(table) == [1]


async def test_a_lock_does_not_keep_the_store_from_closing(table: Path) -> None:
    ticks = iter(range(1000))
    writer = Writer(table, now=lambda: float(next(ticks)))
    with locked(table):
        waiting = writer.submit(insert(1))
        closing_ = asyncio.create_task(writer.close())
        with pytest.raises(StoreBusy):
            await waiting
        await closing_
    assert rows(table) == []


def gated() -> Workflow:
    flow = Workflow("flow", owner="@ops")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1h", self_approval=True)

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return "done"

    return flow


async def test_a_click_during_a_lock_is_refused_and_counts_when_repeated(
    tmp_path: Path,
) -> None:
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
        with locked(tmp_path / "signoff.db"):
            result = await harness.try_decide("go", "approve", as_user="U1")
            assert result.code == "unavailable"
            assert "holds the write lock" in result.text
            assert "nothing was recorded" in result.text
            with pytest.raises(StoreBusy):
                await harness.engine.cancel(run.id, actor=Actor("slack", "U1"))
            assert (await harness.state(run)).run.state == "waiting"
        assert (await harness.state(run)).requests[0].decisions == ()
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        detail = await harness.state(run)
        assert detail.run.state == "succeeded"
        assert len(detail.requests[0].decisions) == 1


async def test_a_step_that_ends_during_a_lock_goes_on_by_itself_when_it_is_released(tmp_path: Path) -> None:
    flow, begun, hold, calls = Workflow("flow", owner="@ops"), asyncio.Event(), asyncio.Event(), []

    @flow.step
    async def first() -> int:
        calls.append("first")
        begun.set()
        await hold.wait()
        return 1

    @flow.step
    async def second(first: int) -> int:
        calls.append("second")
        return first + 1

    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.engine.start("flow", actor=Actor("cli", "t"))
        await begun.wait()
        with locked(tmp_path / "signoff.db"):
            hold.set()
            with pytest.raises(StoreBusy):
                await harness.engine.cancel(run.id, actor=Actor("slack", "U1"))
            assert harness.engine.store_problem
            assert calls == ["first"]
        await harness.run_until_idle()
        assert (await harness.state(run)).run.state == "succeeded"
        assert calls == ["first", "second"]
        assert not harness.engine.failed.done()


async def test_a_start_waits_for_a_lock_on_a_database_that_is_not_migrated_yet(
    tmp_path: Path,
) -> None:
    path = tmp_path / "signoff.db"
    with locked(path) as release, logged("waiting until it is released") as waits:
        opening = threading.Thread(target=migrate, args=(path,))
        opening.start()
        assert await asyncio.to_thread(waits.wait, 60)
        release()
    await asyncio.to_thread(opening.join)
    async with Harness(gated(), people=PEOPLE, folder=tmp_path) as harness:
        assert (await harness.start("flow")).id


def test_the_process_that_holds_the_lock_is_named(table: Path) -> None:
    code = (
        "import sqlite3, sys\n"
        "other = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "other.execute('BEGIN IMMEDIATE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(table)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        process.stdout.readline()
        if os.path.exists("/proc/locks"):
            assert holder(table).startswith(f"Process {process.pid} (")
    finally:
        process.communicate("")
    assert holder(table) == ""


def test_only_a_write_lock_on_this_file_names_its_holder() -> None:
    lines = [
        "1: POSIX  ADVISORY  READ 11 fd:01:77 120 120",
        "2: POSIX  ADVISORY  WRITE 12 fd:01:78 120 120",
        "3: FLOCK  ADVISORY  WRITE 13 fd:01:77 0 EOF",
        "4: POSIX  ADVISORY  WRITE 14 fd:01:77 124 124",
        "5: -> POSIX",
        "6: POSIX  ADVISORY  WRITE 15 fd:01:77 0 EOF",
    ]
    assert holder_in(lines, 77) == 15
    assert holder_in(lines, 99) is None


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (sqlite3.SQLITE_BUSY_RECOVERY, StoreBusy, "holds the write lock"),
        (sqlite3.SQLITE_PROTOCOL, StoreBusy, "holds the write lock"),
        (sqlite3.SQLITE_FULL, StoreBusy, "disk of the database .* is full"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreBusy, "is read-only"),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreBusy, "disk of the database .* reports an error"),
        (sqlite3.SQLITE_CANTOPEN, StoreBusy, "cannot be opened"),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreBroken, "is damaged .* db restore"),
        (sqlite3.SQLITE_NOTADB, StoreBroken, "is not a SQLite database"),
        (sqlite3.SQLITE_ERROR, StoreBroken, "could not be written"),
    ],
)
def test_each_kind_of_trouble_has_its_own_words(
    code: int, kind: type[Exception], said: str, tmp_path: Path
) -> None:
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorcode = code
    found = explained(error, tmp_path / "signoff.db")
    assert type(found) is kind
    assert re.search(said, str(found))
    assert ("restore" in str(found)) is (code in {sqlite3.SQLITE_CORRUPT_INDEX, sqlite3.SQLITE_NOTADB})


def test_a_failing_disk_is_not_said_to_recover_where_the_system_made_it_read_only(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    condition = Condition(tmp_path / "signoff.db", "nothing is recorded", lambda: 0.0)
    condition.fail(error)
    assert (
        "If the system has made the file system read-only, stop Signoff, check the file system, "
        "mount it again and start Signoff. If the disk failed for a moment only, do nothing; "
        "Signoff then continues by itself."
    ) in condition.text
