"""Backups of a database in use, and installations that were restored from one."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import (
    Actor,
    Decision,
    Engine,
    EngineSettings,
    Every,
    FakeClock,
    NotPossible,
    Outcome,
    StaticPeople,
    StoreBroken,
    StoreInUse,
    Wanted,
    Workflow,
)
from engine.audit.keys import Keyring
from engine.store.files.file_lock import FileLock
from engine.store.maintenance import backups
from engine.testing import Harness
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
ANN = Actor("cli", "ann")
OPERATOR = Actor("cli", "root")
NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
flow = Workflow("flow", owner="@ops")
go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="1d")


@flow.step(when=go.approved)
async def act(go: Outcome) -> str:
    return go.outcome


timed = Workflow("timed", owner="@ops", triggers=[Every("1h")])


@timed.step
async def tick() -> int:
    return 1


async def test_a_backup_of_a_database_in_use_is_whole(tmp_path: Path) -> None:
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        going = True

        async def write() -> None:
            while going:
                await harness.engine.start("flow", actor=ANN)

        await harness.engine.start("flow", actor=ANN)
        writers = [asyncio.create_task(write()) for _ in range(5)]
        for number in range(3):
            made = await asyncio.to_thread(
                backups.backup, tmp_path / "signoff.db", tmp_path / f"copy{number}"
            )
            assert made.path.stat().st_mode & 0o777 == 0o600
        going = False
        await asyncio.gather(*writers)
    for number in range(3):
        engine = await Engine.open(tmp_path / f"copy{number}", people=PEOPLE)
        audit = await engine.audit()
        assert audit.findings == []
        await engine.close()
    assert audit.runs == made.runs > 0
    assert {path.name for path in os.scandir(tmp_path) if path.name.startswith("copy")} == {
        "copy0", "copy1", "copy2", "copy0.lock", "copy1.lock", "copy2.lock",
    }  # fmt: skip


def test_a_backup_never_writes_over_anything(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(NotPossible, match="There is no database"):
        backups.backup(tmp_path / "signoff.db", tmp_path / "copy")
    sqlite3.connect(tmp_path / "signoff.db").close()
    with pytest.raises(NotPossible, match="already exists"):
        backups.backup(tmp_path / "signoff.db", tmp_path / "there")
    with pytest.raises(NotPossible, match="There is no folder"):
        backups.backup(tmp_path / "signoff.db", tmp_path / "none" / "copy")
    with pytest.raises(StoreBroken, match="is not a database of Signoff"):
        backups.backup(tmp_path / "signoff.db", tmp_path / "copy")
    assert (tmp_path / "there").read_text() == "mine"
    assert not (tmp_path / "copy").exists()


@asynccontextmanager
async def closed_at_the_end(engine: Engine) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await engine.close()


async def backed_up(folder: Path) -> Path:
    async with Harness(flow, timed, people=PEOPLE, folder=folder) as harness:
        await harness.start("flow")
        await harness.engine.deliveries.advance(
            "slack", 2, [Wanted("run:1", "run", "1", {"run": "1", "channels": []})]
        )
        await asyncio.to_thread(backups.backup, folder / "signoff.db", folder / "copy")
        await harness.start("flow")
    return folder / "copy"


async def test_a_restored_installation_waits_to_be_told(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    database = tmp_path / "signoff.db"
    aside = backups.restore(database, copy, NOON, Keyring(tmp_path / "keys"), OPERATOR)
    assert aside == tmp_path / "signoff.db.before-20260107T120000"
    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT count(*) FROM run").fetchone() == (2,), "what was there is kept"

    engine = await Engine.open(database, people=PEOPLE, clock=FakeClock(NOON))
    async with closed_at_the_end(engine):
        engine.register(flow)
        engine.register(timed)
        assert "restored from copy" in engine.paused
        (request,) = await engine.requests()
        result = await engine.decide(request.id, Decision("approve"), actor=Actor("slack", "U1"))
        assert (result.code, result.text.startswith("Nothing was recorded. Signoff is paused")) == (
            "unavailable",
            True,
        )
        for refused in (
            engine.serve(),
            engine.start("flow", actor=ANN),
            engine.cancel(request.run_id, actor=ANN),
            engine.set_schedule("timed", None, False, actor=ANN),
        ):
            with pytest.raises(NotPossible, match="Signoff is paused"):
                await refused
        found = await engine.prospect()
        assert (found.executing, found.waiting, found.due) == (0, 1, {"expire": 1})
        assert [(one.workflow, one.key) for one in found.schedules] == [("timed", "every:3600")]
        assert found.messages == {"run": 1}
        assert found.untold > 0

        await engine.resume(actor=ANN)
        with pytest.raises(NotPossible, match="is not paused"):
            await engine.resume(actor=ANN)
        await engine.serve()
        await engine.activity.idle()
        assert present(await engine.request(request.id)).outcome == "expired"
        assert (await engine.runs(workflow="timed"))[1] == 1
        assert any(event.type == "installation.resumed" for event in await engine.events.read(0))


async def test_only_a_sound_backup_is_restored_and_only_where_nobody_serves(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    database = tmp_path / "signoff.db"
    before = database.read_bytes()
    with pytest.raises(NotPossible, match="There is no backup"):
        backups.restore(database, tmp_path / "none", NOON, Keyring(tmp_path / "keys"), OPERATOR)
    (tmp_path / "text").write_text("not a database, whatever its name says, and long enough")
    with pytest.raises(StoreBroken, match="is not a database of Signoff"):
        backups.restore(database, tmp_path / "text", NOON, Keyring(tmp_path / "keys"), OPERATOR)
    torn = tmp_path / "torn"
    torn.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    with pytest.raises(StoreBroken):
        backups.restore(database, torn, NOON, Keyring(tmp_path / "keys"), OPERATOR)
    lock = FileLock(database)
    lock.take()
    with pytest.raises(StoreInUse):
        backups.restore(database, copy, NOON, Keyring(tmp_path / "keys"), OPERATOR)
    with pytest.raises(StoreInUse):
        backups.vacuum(database)
    lock.release()
    assert database.read_bytes() == before


async def test_a_backup_of_an_earlier_release_is_brought_up_to_date(tmp_path: Path) -> None:
    from engine.store.schema.migrate import upgrade

    upgrade(tmp_path / "copy", "0001")
    assert (
        backups.restore(
            tmp_path / "signoff.db", tmp_path / "copy", NOON, Keyring(tmp_path / "keys"), OPERATOR
        )
        is None
    )
    engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(data_dir=tmp_path))
    assert engine.paused
    await engine.close()


async def test_vacuum_gives_room_back(tmp_path: Path) -> None:
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        await asyncio.gather(*(harness.engine.start("flow", actor=ANN) for _ in range(300)))
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database, database:
        database.execute("DELETE FROM event")
        database.execute("DELETE FROM request")
    before, after = backups.vacuum(tmp_path / "signoff.db")
    assert after < before * 0.8


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize(("place", "swapped"), [("_set_aside", False), ("settle", True)])
async def test_a_restore_that_is_killed_raises_no_alarm_at_the_next_start(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: str,
    swapped: bool,
) -> None:
    copy = await backed_up(tmp_path)
    database, keyring = tmp_path / "signoff.db", Keyring(tmp_path / "keys")

    def kill(*_: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(backups, place, kill)
        with pytest.raises(Killed):
            backups.restore(database, copy, NOON, keyring, OPERATOR)
    for _ in range(2):
        engine = await Engine.open(database, people=PEOPLE, clock=FakeClock(NOON))
        async with closed_at_the_end(engine):
            assert not engine.log_problem
            assert ("restored from copy" in engine.paused) == swapped
            assert (await engine.runs())[1] == (1 if swapped else 2)
    assert caplog.text.count("was interrupted before it put the backup in place") == (not swapped)
    assert b"earlier" not in (keyring.read("signoff.db.checkpoint") or b"")


async def foreign(folder: Path) -> tuple[Path, bytes]:
    """A database beside a `-wal` that another one has left, and the bytes of both."""
    copy = await backed_up(folder)
    database, wal = folder / "signoff.db", folder / "signoff.db-wal"
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE filler (x)")
        other.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 200)
        other.commit()
        # From here on the -wal names pages that only this file has.
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 200)
        other.commit()
        left = wal.read_bytes()
    database.write_bytes(copy.read_bytes())
    wal.write_bytes(left)
    return database, left


@pytest.mark.parametrize("how", ["open", "backup", "vacuum", "accept", "restore it", "restore over it"])
async def test_no_command_brings_the_wal_of_another_database_into_a_file(tmp_path: Path, how: str) -> None:
    database, wal = await foreign(tmp_path)
    content, keyring = database.read_bytes(), Keyring(tmp_path / "keys")
    restored = tmp_path / "elsewhere.db"

    async def use() -> None:
        match how:
            case "open":
                await (await Engine.open(database)).close()
            case "backup":
                backups.backup(database, tmp_path / "another copy")
            case "vacuum":
                backups.vacuum(database)
            case "accept":
                backups.accept(database, keyring, NOON, OPERATOR, "it is ours")
            case "restore it":
                backups.restore(restored, database, NOON, keyring, OPERATOR)

    if how == "restore over it":
        aside = backups.restore(database, tmp_path / "copy", NOON, keyring, OPERATOR)
        assert aside is not None
        assert aside.read_bytes() == content
        assert aside.with_name(f"{aside.name}-wal").read_bytes() == wal
        return
    with pytest.raises(StoreBroken, match="-wal beside it belongs to another database"):
        await use()
    assert database.read_bytes() == content
    assert (tmp_path / "signoff.db-wal").read_bytes() == wal


async def test_a_backup_is_not_changed_by_a_restore(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    with closing(sqlite3.connect(copy)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("UPDATE run SET workflow = workflow")
        made.commit()
        files = {file: file.read_bytes() for file in (copy, tmp_path / "copy-wal")}
        before = tmp_path / "kept"
        before.mkdir()
        for file, content in files.items():
            (before / file.name).write_bytes(content)
    backups.restore(tmp_path / "signoff.db", before / "copy", NOON, Keyring(tmp_path / "keys"), OPERATOR)
    assert all((before / file.name).read_bytes() == content for file, content in files.items())
