"""Checkpoints: a log that was shortened, put back or replaced is noticed, also at the start."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, EngineSettings, NotPossible
from engine.audit.keys import Keyring, public_keys
from engine.audit.signing import SignatureInvalid, content_of
from engine.errors import KeyLost, StoreBroken
from engine.store.maintenance import backups
from engine.testing import Harness
from tests.engine.tampering import OPERATOR, PEOPLE, execute, findings, flow

NOON = datetime(2026, 1, 9, 12, tzinfo=UTC)


def at(folder: Path) -> Harness:
    return Harness(flow(), people=PEOPLE, folder=folder, schedules=False)


def keyring(folder: Path) -> Keyring:
    return Keyring(folder / "keys")


def content(document: Any, harness_keys: dict[str, str]) -> dict[str, Any]:
    keys = public_keys("".join(harness_keys.values()))
    return content_of(document, "checkpoint", "signoff.checkpoint/1", keys)


async def checkpoint(harness: Harness) -> dict[str, Any]:
    document = await harness.engine.receipts.checkpoint(harness.clock.now())
    return content(document, await harness.engine.receipts.public_keys())


async def test_a_log_that_has_grown_is_held_against_a_checkpoint_from_before(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
        mark = await checkpoint(harness)
        await harness.start("flow")
        assert (await harness.engine.audit([mark])).findings == []
        other = {**mark, "digest": "00"}
        (found,) = (await harness.engine.audit([other])).findings
        assert "the log does not match the checkpoint of" in found.problem


async def test_a_changed_checkpoint_is_refused(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        document = await harness.engine.receipts.checkpoint(harness.clock.now())
        document["checkpoint"]["events"] += 1
        with pytest.raises(SignatureInvalid, match="signature is invalid"):
            content(document, await harness.engine.receipts.public_keys())


async def lost_an_hour(folder: Path) -> dict[str, Any]:
    """The file is put back as it was an hour ago; gives a checkpoint from in between."""
    async with at(folder) as harness:
        await harness.start("flow")
    shutil.copy(folder / "signoff.db", folder / "before")
    async with at(folder) as harness:
        await harness.start("flow")
        mark = await checkpoint(harness)
    (folder / "before").replace(folder / "signoff.db")
    return mark


async def test_a_file_that_was_put_back_is_noticed_at_the_start(tmp_path: Path) -> None:
    await lost_an_hour(tmp_path)
    with pytest.raises(NotPossible, match="what was recorded in between is lost"):
        async with at(tmp_path):
            pass
    with pytest.raises(NotPossible, match="signoff audit accept"):  # and at the next one
        async with at(tmp_path):
            pass


async def test_an_event_of_a_command_without_a_server_is_in_the_checkpoint(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.engine.principals.add("ci", ["flow"], OPERATOR)
    shutil.copy(tmp_path / "signoff.db", tmp_path / "before")
    engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(data_dir=tmp_path / "data"))
    await engine.principals.remove("ci", OPERATOR)
    await engine.close()
    (tmp_path / "before").replace(tmp_path / "signoff.db")
    with pytest.raises(NotPossible, match="what was recorded in between is lost"):
        async with at(tmp_path):
            pass


async def test_a_removed_checkpoint_is_reported_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with at(tmp_path):
        pass
    async with at(tmp_path) as harness:
        await harness.start("flow")
    assert "put back" not in caplog.text
    (tmp_path / "keys" / "signoff.db.checkpoint").unlink()
    async with at(tmp_path) as harness:
        assert "has no signoff.db.checkpoint that can be read" in harness.engine.log_warning
    assert "has no signoff.db.checkpoint that can be read" in caplog.text


async def test_a_checkpoint_that_cannot_be_written_is_a_problem_until_it_is(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        file = tmp_path / "keys" / "signoff.db.checkpoint"
        file.unlink()
        file.mkdir()  # nobody can write a file of that name
        await harness.start("flow")
        await harness.advance("11s")
        assert "cannot be written beside the keys" in harness.engine.checkpoint_problem
        file.rmdir()
        await harness.advance("11s")
        assert harness.engine.checkpoint_problem == ""
        assert file.is_file()


async def test_a_run_that_was_removed_is_noticed_at_the_start(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        run = await harness.start("flow")
        await harness.start("flow")
    for table, key in (("event", "run_id"), ("step_run", "run_id"), ("request", "run_id"), ("run", "id")):
        execute(tmp_path / "signoff.db", f"DELETE FROM {table} WHERE {key} = ?", run.id)
    with pytest.raises(NotPossible, match=r"\d+ events are missing"):
        async with at(tmp_path):
            pass


async def test_the_audit_does_not_say_that_a_file_which_lost_an_hour_is_whole(tmp_path: Path) -> None:
    mark = await lost_an_hour(tmp_path)
    harness = at(tmp_path)
    with pytest.raises(NotPossible):
        await harness.__aenter__()
    backups.accept(tmp_path / "signoff.db", keyring(tmp_path), NOON, OPERATOR, "the disk broke")
    async with at(tmp_path) as harness:
        assert (await harness.engine.audit()).findings == []
        (found,) = (await harness.engine.audit([mark])).findings
        assert "the log is not the one" in found.problem or "is lost" in found.problem


async def test_accepting_is_an_event_that_says_why(tmp_path: Path) -> None:
    await lost_an_hour(tmp_path)
    with pytest.raises(NotPossible, match="--reason is empty"):
        backups.accept(tmp_path / "signoff.db", keyring(tmp_path), NOON, OPERATOR, " ")
    backups.accept(tmp_path / "signoff.db", keyring(tmp_path), NOON, OPERATOR, "the disk broke")
    async with at(tmp_path) as harness:
        (event,) = [one for one in await harness.engine.events.read(0) if one.type == "log.accepted"]
        assert (event.actor, event.data["reason"]) == (OPERATOR, "the disk broke")
        assert "is lost" in event.data["problem"]
        (run,) = await harness.runs("flow")
        await harness.decide("go", "approve", as_user="U1", run=run)


async def test_a_backup_that_the_operator_restores_needs_no_more_than_that(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
        backups.backup(tmp_path / "signoff.db", tmp_path / "copy")
        await harness.start("flow")
    backups.restore(tmp_path / "signoff.db", tmp_path / "copy", NOON, keyring(tmp_path), OPERATOR)
    with pytest.raises(NotPossible, match="restored from copy"):
        async with at(tmp_path):
            pass
    assert findings(tmp_path / "signoff.db") == []
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
        told = database.execute("SELECT actor, data FROM event WHERE type = 'installation.restored'")
        assert told.fetchall() == [("cli:root", '{"backup":"copy"}')]


async def test_a_lost_folder_of_keys_is_reported_at_the_start_and_replaced_on_consent(
    tmp_path: Path,
) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
    shutil.rmtree(tmp_path / "keys")
    with pytest.raises(KeyLost, match=r"there is no .*log.key\. Put the folder of keys back"):
        async with at(tmp_path):
            pass
    assert not (tmp_path / "keys" / "log.key").exists()
    backups.accept(tmp_path / "signoff.db", keyring(tmp_path), NOON, OPERATOR, "the keys are lost")
    async with at(tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.engine.audit()).findings == []


async def test_a_pipe_in_the_place_of_a_key_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await checkpoint(harness)
    (public,) = (tmp_path / "keys").glob("*.pub")
    for path in (tmp_path / "keys" / "log.key", public):
        path.unlink()
        os.mkfifo(path, 0o600)
    with pytest.raises(KeyLost, match=r"cannot be read \(it is a pipe, not a file\)"):
        async with at(tmp_path):
            pass
    with pytest.raises(NotPossible, match=r"it is a pipe, not a file.*Put the folder of keys back"):
        keyring(tmp_path).public()


async def test_another_installations_key_opens_nothing(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
    (tmp_path / "keys" / "log.key").write_text("ab" * 32)
    with pytest.raises(KeyLost, match="sealed its log"):
        async with at(tmp_path):
            pass


async def test_a_seal_that_was_removed_is_no_earlier_release(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        await harness.start("flow")
    execute(tmp_path / "signoff.db", "DELETE FROM log")
    with pytest.raises(StoreBroken, match="its seal was removed") as refused:
        async with at(tmp_path):
            pass
    assert "Restore the newest backup: signoff db restore BACKUP." in str(refused.value)
    assert "Run signoff audit verify" not in str(refused.value)  # which has just been refused


async def test_a_removed_wal_is_noticed_at_the_start(tmp_path: Path) -> None:
    """The newest transactions are in it until the process ends."""
    async with at(tmp_path) as harness:
        with closing(sqlite3.connect(tmp_path / "signoff.db")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            database.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        await harness.start("flow")
        await harness.advance("10s")
        killed = tmp_path / "killed"
        shutil.copytree(tmp_path / "keys", killed / "keys")
        shutil.copy(tmp_path / "signoff.db", killed)
        assert (tmp_path / "signoff.db-wal").stat().st_size
    with pytest.raises(NotPossible, match="is lost"):
        async with at(killed):
            pass


async def test_a_killed_process_leaves_a_checkpoint_of_some_seconds_ago(tmp_path: Path) -> None:
    async with at(tmp_path) as harness:
        known = tmp_path / "keys" / "signoff.db.checkpoint"
        before = known.read_bytes()
        await harness.start("flow")
        assert known.read_bytes() == before
        await harness.advance("10s")
        assert known.read_bytes() != before
        after = known.read_bytes()
        await harness.advance("30m")
        assert known.read_bytes() == after, "nothing was told since"
