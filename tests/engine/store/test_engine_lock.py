"""An engine owns its database: it takes the lock on the file, and releases it when it is closed."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from engine import Engine, Workflow
from engine.clock import FakeClock
from engine.errors import NotPossible, StoreBroken, StoreInUse
from engine.model.people import Actor
from engine.store.files.file_lock import FileLock

TESTER = Actor("cli", "tester")


@pytest.mark.parametrize("way", ["the same path", "a symbolic link", "a hard link"])
async def test_a_second_engine_on_one_file_is_refused_until_the_first_is_closed(
    way: str, tmp_path: Path
) -> None:
    database, other = tmp_path / "app.db", tmp_path / "other.db"
    engine = await Engine.open(database)
    if way == "the same path":
        other = database
    elif way == "a symbolic link":
        other.symlink_to(database)
    else:
        os.link(database, other)
    with pytest.raises(StoreInUse, match=r"is in use by this process\. Close the engine that has it"):
        await Engine.open(other)
    await engine.close()
    await (await Engine.open(other)).close()


async def test_an_engine_leaves_the_lock_of_its_caller_to_the_caller(tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    lock = FileLock(database)
    lock.take()
    engine = await Engine.open(database, lock=lock)
    await engine.close()
    with pytest.raises(StoreInUse):
        await Engine.open(database)
    lock.release()
    await (await Engine.open(database)).close()


async def test_a_lock_that_is_not_taken_yet_is_taken(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "app.db")
    engine = await Engine.open(tmp_path / "app.db", lock=lock)
    with pytest.raises(StoreInUse):
        FileLock(tmp_path / "app.db").take()
    await engine.close()
    lock.release()


async def test_the_lock_on_another_file_is_refused(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "other.db")
    lock.take()
    with pytest.raises(NotPossible, match=r"lock: it is not on the file .*app\.db\. It was made for .*other"):
        await Engine.open(tmp_path / "app.db", lock=lock)
    lock.release()
    assert not (tmp_path / "app.db").exists()


async def test_the_lock_on_a_replaced_file_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    await (await Engine.open(database)).close()
    lock = FileLock(database)
    lock.take()
    shutil.copy(database, tmp_path / "copy.db")
    os.replace(tmp_path / "copy.db", database)
    with pytest.raises(NotPossible, match="locks the file that was there when it was taken"):
        await Engine.open(database, lock=lock)
    lock.release()


async def test_an_engine_that_cannot_open_the_file_releases_the_lock(tmp_path: Path) -> None:
    database = tmp_path / "app.db"
    database.write_text("not a database, and long enough to be looked at as one" * 20)
    with pytest.raises(StoreBroken):
        await Engine.open(database)
    lock = FileLock(database)
    lock.take()
    lock.release()


async def test_a_file_stays_locked_while_a_step_does_not_stop(tmp_path: Path) -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")
    begun, ends = asyncio.Event(), asyncio.Event()

    @flow.step
    async def deaf() -> None:
        begun.set()
        while not ends.is_set():
            try:
                await ends.wait()
            except asyncio.CancelledError:
                continue

    engine = await Engine.open(tmp_path / "app.db", clock=FakeClock())
    engine.register(flow)
    await engine.serve()
    await engine.start("flow", actor=TESTER)
    await begun.wait()
    await engine.close(grace=0)
    ends.set()
    assert engine.left_behind
    with pytest.raises(StoreInUse):
        await Engine.open(tmp_path / "app.db")
