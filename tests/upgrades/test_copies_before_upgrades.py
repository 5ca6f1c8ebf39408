"""A database is copied before an upgrade changes it, and the copy leads back."""

import logging
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine import Actor, Engine, EngineSettings
from engine.audit.keys import Keyring
from engine.errors import StoreBroken, StoreBusy
from engine.store.maintenance import backups
from engine.store.schema.migrate import HEAD, migrate, upgrade
from tests.upgrades.test_schema import content, execute
from tests.upgrades.test_upgrades import HERE, RELEASES, restore

NOON = datetime(2026, 1, 7, 12, tzinfo=UTC)
EARLIER = HERE / "0.1.0-people.sql"
OPERATOR = Actor("cli", "root")


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("signoff.db.before-upgrade-*"))


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
async def test_the_first_start_of_a_newer_release_copies_the_database_before_it_changes_it(
    release: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    restore(release, tmp_path)
    database = tmp_path / "signoff.db"
    was, before = revision(database), content(database)
    old_umask = os.umask(0)
    try:
        with caplog.at_level(logging.INFO, "engine"):
            engine = await Engine.open(database, settings=EngineSettings(data_dir=tmp_path))
        await engine.close()
    finally:
        os.umask(old_umask)
    assert revision(database) == HEAD
    if was == HEAD:
        assert copies(tmp_path) == []
        return
    (copy,) = copies(tmp_path)
    assert copy.name.startswith(f"signoff.db.before-upgrade-{was}-20")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert content(copy) == before
    assert f"signoff db restore {copy}" in caplog.text


async def test_a_start_that_upgrades_nothing_makes_no_copy(tmp_path: Path) -> None:
    for _ in range(2):
        engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(data_dir=tmp_path))
        await engine.close()
    assert copies(tmp_path) == []


async def test_the_copy_of_an_upgrade_can_be_restored(tmp_path: Path) -> None:
    restore(EARLIER, tmp_path)
    database = tmp_path / "signoff.db"
    settings = EngineSettings(data_dir=tmp_path, keys_dir=tmp_path / "keys")
    engine = await Engine.open(database, settings=settings)
    runs, _ = await engine.runs()
    await engine.close()
    (copy,) = copies(tmp_path)
    backups.restore(database, copy, datetime.now(UTC), Keyring(tmp_path / "keys"), OPERATOR)
    engine = await Engine.open(database, settings=settings)
    again, _ = await engine.runs()
    assert [run.id for run in again] == [run.id for run in runs] != []
    assert f"restored from {copy.name}" in engine.paused
    await engine.close()
    assert copies(tmp_path) == [copy]


def test_starts_that_fail_again_and_again_keep_one_copy(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, "0003")
    execute(path, "ALTER TABLE decision ADD COLUMN stage TEXT")
    for seconds in range(4):
        with pytest.raises(StoreBroken, match="duplicate column name"):
            migrate(path, NOON + timedelta(seconds=seconds))
    assert [copy.name for copy in copies(tmp_path)] == ["signoff.db.before-upgrade-0003-20260107T120003"]


def test_copies_of_three_schemas_are_kept(tmp_path: Path) -> None:
    for day, schema in enumerate(["0003", "0007", "0009", "0011", "0014"]):
        path = tmp_path / "signoff.db"
        path.unlink(missing_ok=True)
        upgrade(path, schema)
        migrate(path, NOON + timedelta(days=day))
    assert [copy.name.split("-")[2] for copy in copies(tmp_path)] == ["0009", "0011", "0014"]


def test_an_upgrade_without_space_for_the_copy_is_refused_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, "0003")
    before = content(path)
    full: Any = lambda folder: SimpleNamespace(f_bavail=10, f_frsize=4096)  # noqa: E731
    with monkeypatch.context() as patched:
        patched.setattr(os, "statvfs", full)
        with pytest.raises(StoreBusy, match=r"it needs 1\.\d MB, and the disk has 0\.0 MB left") as refused:
            migrate(path, NOON)
    assert "Nothing was changed." in str(refused.value)
    assert content(path) == before
    assert copies(tmp_path) == []
    migrate(path, NOON)
    assert revision(path) == HEAD


_LIMITED = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from engine.errors import StoreBusy
from engine.store.schema.migrate import migrate
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
try:
    migrate(Path(sys.argv[1]), datetime(2026, 1, 7, tzinfo=UTC))
except StoreBusy as error:
    print(error)
"""


def test_a_copy_that_cannot_be_completed_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    restore(EARLIER, tmp_path)
    before = content(path)
    assert path.stat().st_size > 65_536
    said = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    assert "the copy that Signoff makes first could not be written" in said.stdout, said
    assert content(path) == before
    assert copies(tmp_path) == []


def test_what_a_killed_start_left_of_a_copy_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, "0003")
    (tmp_path / "signoff.db.before-upgrade-0003-20260101T000000.partial").write_bytes(b"half")
    migrate(path, NOON)
    assert [copy.name for copy in copies(tmp_path)] == ["signoff.db.before-upgrade-0003-20260107T120000"]
