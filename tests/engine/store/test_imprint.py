"""A start after a kill looks through the database after it is ready, if nobody else has touched the files."""

import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.audit.keys import Keyring
from engine.errors import StoreBroken
from engine.store.files import imprint
from engine.store.files.checkup import is_as_left, look_before_start
from engine.store.files.file_lock import FileLock
from engine.store.files.imprint import IMPRINT_PLACE, Imprint, is_untouched
from engine.store.on_sqlite import open_store
from engine.store.sqlite.writer import Writer
from engine.testing import Harness
from tests.engine.store.test_store_replaced import make_table, shorten
from tests.engine.store.test_store_trouble import PEOPLE, insert

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Path]:
    """A database with an idle writer. Its files are as a kill would leave them."""
    path = make_table(tmp_path / "plain.db")
    lock = FileLock(path)
    lock.take()
    writer = Writer(path)
    for number in range(3):
        await writer.submit(insert(number))
    yield path
    await writer.close()
    lock.release()


def rewrite(path: Path, place: int = 0) -> None:
    """Write into a file what is there already, until its times show it."""
    before = path.stat().st_ctime_ns
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        while path.stat().st_ctime_ns == before:
            file.seek(place)
            file.write(byte)
            file.flush()


def contents(file: str) -> bytes:
    return Path(file).read_bytes()


def exchange(path: Path) -> None:
    shutil.copy2(path, f"{path}.copy")
    os.replace(f"{path}.copy", path)


def new_wal(table: Path) -> None:
    """Put the `-wal` of another database in the place of the first, in the same file."""
    other = make_table(table.with_name("other.db"))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("INSERT INTO t VALUES (1, '')")
        connection.commit()
        Path(f"{table}-wal").write_bytes(Path(f"{other}-wal").read_bytes())


async def test_files_of_a_killed_process_are_known_again(table: Path) -> None:
    assert is_untouched(str(table))
    assert is_as_left(table)


async def test_files_are_known_again_after_the_wal_was_brought_into_the_database(tmp_path: Path) -> None:
    path = make_table(tmp_path / "plain.db")
    lock = FileLock(path)
    lock.take()
    writer = Writer(path)
    await writer.submit(lambda connection: connection.execute("PRAGMA wal_autocheckpoint = 1"))
    sizes = set()
    for number in range(20):
        await writer.submit(insert(number))
        sizes.add(path.stat().st_size)
        assert is_untouched(str(path))
    assert len(sizes) > 1
    await writer.close()
    assert not is_untouched(str(path))  # it needs no -wal, and nothing is looked through because of one
    lock.release()


@pytest.mark.parametrize(
    "touch",
    [
        rewrite,
        exchange,
        lambda table: exchange(Path(f"{table}-wal")),
        new_wal,
        lambda table: Path(f"{table}.lock").unlink(),
        lambda table: os.truncate(f"{table}.lock", IMPRINT_PLACE),
    ],
    ids=["written", "replaced", "wal replaced", "wal of another database", "no lock", "earlier release"],
)
async def test_what_another_program_touched_is_looked_through(
    table: Path, touch: Callable[[Path], None]
) -> None:
    touch(table)
    assert not is_untouched(str(table))


async def test_a_copy_of_the_files_is_looked_through(table: Path, tmp_path: Path) -> None:
    for suffix in ("", "-wal", "-shm", ".lock"):
        shutil.copy2(f"{table}{suffix}", f"{tmp_path / 'copy.db'}{suffix}")
    assert not is_untouched(str(tmp_path / "copy.db"))


async def test_files_of_an_earlier_boot_are_looked_through(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a loss of power the disk may hold something else."""
    monkeypatch.setattr(imprint, "_boot", lambda: "another")
    assert not is_untouched(str(table))


async def test_a_file_that_was_touched_while_it_was_open_is_looked_through(tmp_path: Path) -> None:
    path = make_table(tmp_path / "plain.db")
    lock = FileLock(path)
    lock.take()
    writer = Writer(path)
    await writer.submit(insert(1))
    rewrite(path)
    await writer.submit(insert(2))
    assert not is_untouched(str(path))
    await writer.close()
    lock.release()


async def test_a_new_owner_of_the_lock_keeps_the_imprint(tmp_path: Path) -> None:
    path = make_table(tmp_path / "plain.db")
    lock = FileLock(path)
    lock.take()
    writer = Writer(path)
    await writer.submit(insert(1))
    lock.release()
    other = FileLock(path)
    other.take()
    assert is_untouched(str(path))
    assert contents(f"{path}.lock")[:IMPRINT_PLACE].strip() == str(os.getpid()).encode()
    await writer.close()
    other.release()


async def test_a_wal_that_was_shortened_is_noticed_before_a_start(table: Path) -> None:
    shorten(table, 4096)
    with pytest.raises(StoreBroken, match="lacks transactions that were recorded"):
        is_as_left(table)


def damage_unread_page(database: Path) -> sqlite3.Connection:
    """Damage a page that nothing reads, and keep a `-wal`, as after a kill."""
    held = sqlite3.connect(database)
    held.execute("CREATE TABLE other (x)")
    held.executemany("INSERT INTO other VALUES (?)", [("x" * 100,)] * 20)
    held.commit()
    held.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (page,) = held.execute("SELECT rootpage FROM sqlite_master WHERE name = 'other'").fetchone()
    (size,) = held.execute("PRAGMA page_size").fetchone()
    held.execute("UPDATE alembic_version SET version_num = version_num")
    held.commit()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 200)
    return held


async def test_damage_in_files_as_they_were_left_is_found_after_the_start(tmp_path: Path) -> None:
    path, keyring = tmp_path / "signoff.db", Keyring(tmp_path / "keys")
    lock = FileLock(path)
    lock.take()
    store = await open_store(path, keyring, NOW)
    await store.close()
    held = damage_unread_page(path)
    with pytest.raises(StoreBroken, match="is damaged"):
        look_before_start(path)
    with pytest.raises(StoreBroken, match="is damaged"):
        await open_store(path, keyring, NOW)
    Imprint(str(path)).renew()
    look_before_start(path)
    store = await open_store(path, keyring, NOW)
    broken: list[StoreBroken] = []
    store.on_broken(broken.append)
    assert broken == []
    await store.examine()
    assert [error.damaged for error in broken] == [True]
    await store.close()
    held.close()
    lock.release()


async def test_an_engine_looks_through_its_file_once_it_serves(tmp_path: Path) -> None:
    async with Harness(people=PEOPLE, folder=tmp_path):
        path = tmp_path / "signoff.db"
    held = damage_unread_page(path)
    Imprint(str(path)).renew()
    async with Harness(people=PEOPLE, folder=tmp_path) as harness:
        with pytest.raises(StoreBroken, match="is damaged"):
            await harness.engine.failed
    held.close()
