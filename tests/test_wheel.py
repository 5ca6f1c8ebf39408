"""The wheel: all of the project is inside, and it works where it is installed without the clone."""

import asyncio
import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.packaging

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(sys.prefix)
PACKAGES = ("signoff", "engine", "bot", "localslack", "workflows")
BOB, INCIDENTS = "U02BOB", "C02INCIDENTS"
SHIP = """
from typing import assert_type

import bot
import engine
import localslack
import tests
import workflows
from signoff import Outcome, StepContext, Workflow

assert (engine.OWN, bot.OWN, workflows.OWN) == ("engine", "bot", "workflows")
assert (tests.OWN, localslack.OWN) == ("tests", "localslack")

ship = Workflow("ship", owner="@ops", channel="#ops")
go = ship.approval("go", ask="Go?", approvers=["@ops"], expires="1h")


@ship.step
async def release(go: Outcome, ctx: StepContext) -> str:
    assert_type(go.by, tuple[str, ...])
    return ctx.idempotency_key
"""
PROGRAM = """
from pathlib import Path
from typing import assert_type

import engine as own
from ship import ship
from signoff.embed import Engine, EngineSettings, RunRecord
from signoff.testing import Harness

assert own.OWN == "engine"


async def test_ship() -> None:
    async with Harness(ship) as harness:
        assert_type(await harness.start("ship"), RunRecord)


async def serve(folder: Path) -> None:
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder))
    assert_type(engine, Engine)
    engine.register(ship)
    engine.register(1)
"""


@pytest.fixture(autouse=True)
def _no_path_to_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)


def project_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a clone: nothing says which files belong to it")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel with `make wheel`, from the files of the project alone."""
    folder = tmp_path_factory.mktemp("project")
    for name in project_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    words = ["make", "-s", "-o", f"{VENV}/installed", f"VENV={VENV}", "wheel"]
    made = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    (found,) = (folder / "dist").glob("signoff-*.whl")
    assert made.stdout.split()[-1] == f"dist/{found.name}"
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has the wheel.

    What Signoff depends on comes from the environment of the tests, whose way to the clone stays behind.
    """
    venv = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    install = ["install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    (packages,) = (venv / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


def test_the_wheel_has_every_file_of_every_package(wheel: Path) -> None:
    """Modules, migrations and their template, pages, types, the workspace, and the app's manifest."""
    inside = set(zipfile.ZipFile(wheel).namelist())
    modules = {"pytest_signoff.py", "signoff_command.py"}
    expected = modules | {name for name in project_files() if name.partition("/")[0] in PACKAGES}
    assert expected == {name for name in inside if not re.search(r"\.dist-info/|^signoff-stubs/", name)}
    assert {
        "bot/manifest.yaml",
        "engine/migrations/script.py.mako",
        "engine/store/schema/layout.json",
        "engine/store/schema/new_database.sql",
        "localslack/page/index.html",
    } <= inside
    manifest = zipfile.ZipFile(wheel).read("bot/manifest.yaml")
    assert manifest == (ROOT / "manifest.yaml").read_bytes()


def test_an_editable_install_is_a_path_that_type_checkers_read(wheel: Path) -> None:
    """Without an option: an import hook would hide the packages from them."""
    project = wheel.parent.parent
    code = "import build_backend as backend; print(backend.build_editable('editable'))"
    environment = {**os.environ, "PYTHONPATH": "scripts"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    editable = zipfile.ZipFile(project / "editable" / done.stdout.split()[-1])
    (name,) = (name for name in editable.namelist() if not re.search(r"\.dist-info/|^signoff-stubs/", name))
    assert name.endswith(".pth")
    assert editable.read(name).decode().split() == [str(project)]


def test_the_wheel_lists_each_file_with_its_digest(wheel: Path) -> None:
    """As pip and other installers verify and uninstall them."""
    inside = zipfile.ZipFile(wheel)
    (record,) = (name for name in inside.namelist() if name.endswith(".dist-info/RECORD"))
    listed = {row[0]: row[1:] for row in csv.reader(inside.read(record).decode().splitlines())}
    assert sorted(listed) == sorted(inside.namelist())
    for name, (digest, size) in listed.items():
        content = inside.read(name)
        expected = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        assert (digest, size) == (("", "") if name == record else (f"sha256={expected}", str(len(content))))


def test_the_readme_builds_installs_and_starts_the_wheel() -> None:
    block = "```\nmake wheel\npip install dist/signoff-*.whl\nsignoff demo\n```\n"
    assert block in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_installed_packages_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    names = (*PACKAGES, "pytest_signoff", "signoff_command")
    code = (
        f"import {', '.join(names)}\nprint(*({', '.join(f'{name}.__file__' for name in names)},), sep='\\n')"
    )
    done = subprocess.run([installed / "python", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    places = done.stdout.split()
    assert len(places) == len(names), done.stderr
    assert all(Path(place).is_relative_to(installed.parent) for place in places)


async def test_the_demo_of_the_wheel_asks_and_goes_on_after_a_click(
    installed: Path, tmp_path: Path, office_at: Callable[[str], Any]
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(str(installed / "signoff"), "demo", "--no-browser", "--port", "0"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    said = ""
    try:
        async with asyncio.timeout(60):
            while not (url := re.search(r"http://127\.0\.0\.1:\d+", said)):
                line = await process.stdout.readline()
                assert line, f"the demo ended: {said}"
                said += line.decode()
        office = office_at(url[0])
        assert "<html" in await office.download(url[0])
        await office.say(BOB, INCIDENTS, "/workflow run incident-response")
        asked = await office.message(BOB, INCIDENTS, "Approve")
        await office.click(BOB, asked, "Approve")
        await office.message(BOB, INCIDENTS, "Approved")
    finally:
        process.terminate()
        said += (await process.stdout.read()).decode()
        await process.wait()
    assert "Traceback" not in said, said
    assert f"{installed / 'signoff'} runs" in said
    assert ".venv" not in said
    assert "--gate" not in said, "the examples have no gate"


@pytest.fixture(scope="module")
def editable(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has an editable install."""
    project = wheel.parent.parent
    venv = tmp_path_factory.mktemp("editable")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "-e", str(project)]
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), *install], check=True, env=environment
    )
    (packages,) = (venv / "lib").glob("python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


@pytest.fixture(params=["installed", "editable"])
def environment(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An author's folder with modules that have the names of Signoff's packages."""
    for name in ("engine", "bot", "workflows", "tests", "localslack"):
        (tmp_path / f"{name}.py").write_text(f"OWN = {name!r}\n", encoding="utf-8")
    (tmp_path / "ship.py").write_text(SHIP, encoding="utf-8")
    (tmp_path / "test_ship.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def test_the_installed_types_are_seen_by_mypy(environment: Path, project: Path) -> None:
    """In its strict mode, with the one mistake that the program has."""
    words = ["--strict", "--no-incremental", "--python-executable", str(environment / "python")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *words, "ship.py", "test_ship.py"],
        cwd=project,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "MYPYPATH"},
    )
    (mistake,) = (line for line in done.stdout.splitlines() if "error:" in line)
    assert mistake.startswith('test_ship.py:22: error: Argument 1 to "register" of "Engine" has incompatible')


def test_a_program_beside_modules_with_the_names_of_packages_runs(environment: Path, project: Path) -> None:
    """As a script, as a test, and as a workflow file."""
    (project / "program.py").write_text("import test_ship\n", encoding="utf-8")
    for command in ("python program.py", "python -m pytest -q test_ship.py", "signoff check ship.py"):
        name, *arguments = command.split()
        words = [str(environment / name), *arguments]
        done = subprocess.run(words, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
