"""Files are for this user alone under any umask, and stay in place when a step changes the folder."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import Engine, EngineSettings, Workflow
from engine.audit.keys import Keyring
from engine.model.people import Actor
from engine.private_files import tighten, writable_by_others
from engine.store.files.expected import Expected
from engine.store.maintenance import backups

ROOT = Path(__file__).resolve().parents[2]
TESTER = Actor("cli", "tester")


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in [folder, *folder.rglob("*")] if path.lstat().st_mode & 0o077]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
async def test_database_keys_and_backups_are_private_under_any_umask(tmp_path: Path) -> None:
    site = tmp_path / "deep" / "site"
    engine = await Engine.open(site / "signoff.db")
    await engine.one_time_codes.enrol("U1", "ann", actor=TESTER)
    assert {path.name for path in site.iterdir()} >= {
        "signoff.db",
        "signoff.db-wal",
        "signoff.db-shm",
        "keys",
    }
    backups.backup(site / "signoff.db", site / "copy.db")
    assert open_to_others(tmp_path / "deep") == []
    await engine.close()
    backups.restore(site / "signoff.db", site / "copy.db", engine.clock.now(), Keyring(site / "keys"), TESTER)
    assert open_to_others(tmp_path / "deep") == []


async def test_wider_modes_are_reported_and_closed_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = tmp_path / ".signoff"
    engine = await Engine.open(site / "signoff.db")
    await engine.one_time_codes.enrol("U1", "ann", actor=TESTER)
    await engine.close()
    wide = [site, site / "signoff.db", site / "keys", site / "keys" / "secrets.key"]
    for path in wide:
        path.chmod(0o777 if path.is_dir() else 0o664)
    await (await Engine.open(site / "signoff.db")).close()
    assert open_to_others(site) == []
    assert (
        f"{site / 'signoff.db'} was accessible to other users (mode 0664); Signoff has restricted it"
        in caplog.text
    )
    assert all(str(path) in caplog.text for path in wide)


async def test_the_folder_of_data_is_made_and_closed_to_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "deep" / "data"
    settings = EngineSettings(data_dir=data)
    engine = await Engine.open(tmp_path / "signoff.db", settings=settings)
    assert not data.parent.exists()  # no command that only reads makes it
    await engine.serve()
    await engine.close()
    assert mode(data) == mode(data.parent) == 0o700
    data.chmod(0o777)
    await (await Engine.open(tmp_path / "signoff.db", settings=settings)).close()
    assert mode(data) == 0o700
    assert f"{data} was accessible to other users (mode 0777)" in caplog.text


async def test_a_folder_of_the_database_that_others_can_write_to_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    site.chmod(0o777)
    await (await Engine.open(site / "signoff.db")).close()
    assert f"{site} can be written to by other users (mode 0777)" in caplog.text
    assert f"chmod 700 {site}" in caplog.text
    assert mode(site) == 0o777
    site.chmod(0o1777)
    assert writable_by_others(site) == ""


def test_the_state_folder_is_closed_to_others(tmp_path: Path) -> None:
    state = tmp_path / "state" / "signoff"
    state.mkdir(parents=True)
    state.chmod(0o777)
    Expected(tmp_path / "signoff.db", {"XDG_STATE_HOME": str(state.parent)}).note()
    assert mode(state) == mode(state / "databases") == 0o700


def test_links_and_folders_of_others_are_left_as_they_are(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.touch(mode=0o644)
    target.chmod(0o644)
    (tmp_path / "link").symlink_to(target)
    assert tighten([tmp_path / "link", tmp_path / "missing"]) == [
        f"{tmp_path / 'missing'} could not be restricted to its owner (No such file or directory)"
    ]
    assert mode(target) == 0o644


async def test_a_step_that_changes_the_folder_moves_neither_keys_nor_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    flow = Workflow("flow", owner="@ops")

    @flow.step
    def move() -> None:
        (tmp_path / "elsewhere").mkdir()
        os.chdir(tmp_path / "elsewhere")

    settings = EngineSettings(data_dir=Path("data"), keys_dir=Path("keys"))
    engine = await Engine.open("site/signoff.db", settings=settings)
    engine.register(flow)
    await engine.serve()
    run = await engine.start("flow", actor=TESTER)
    await engine.until_ended(run.id)
    await engine.one_time_codes.enrol("U1", "ann", actor=TESTER)
    await engine.audit()
    await engine.close()
    assert os.listdir(tmp_path / "elsewhere") == []
    assert (tmp_path / "keys" / "secrets.key").exists()


def test_files_that_the_command_line_creates_are_private_under_any_umask(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(
        "from signoff import StepContext, Workflow\n"
        'flow = Workflow("flow", owner="@ops")\n\n\n'
        "@flow.step\n"
        "def write(ctx: StepContext) -> None:\n"
        '    (ctx.data_dir / "file").write_text("mine")\n'
    )
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    environment = {**os.environ, "SIGNOFF_WORKFLOWS": str(tmp_path / "flow.py"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "run", "flow"]
    done = subprocess.run(command, cwd=site, env=environment, umask=0, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (site / ".signoff" / "file").exists()
    assert open_to_others(site) == []
