"""The pytest plugin, in a process of its own: a user's folder with no configuration."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

SHIP = """
from signoff import Workflow

ship = Workflow("ship", owner="@ops")


@ship.step
async def build() -> str:
    return "built"
"""
TEST = """
from datetime import timedelta

from ship import ship
from signoff.testing import Harness, StaticPeople


async def test_the_step_runs(tmp_path):
    async with Harness(ship, people=StaticPeople()) as harness:
        run = await harness.start("ship")
        assert await harness.output(run, "build") == "built"


class TestTime:
    async def test_the_clock_is_virtual(self):
        async with Harness(ship) as harness:
            before = harness.clock.now()
            await harness.advance("90d")
            assert harness.clock.now() - before == timedelta(days=90)


async def test_a_failure_is_a_failure():
    assert 1 == 2
"""


def run_pytest(folder: Path, *options: str) -> str:
    """Run the tests of a folder, and return what pytest prints."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, "."]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "options",
    [(), ("-p", "no:asyncio"), ("-o", "asyncio_mode=auto")],
    ids=["pytest-asyncio in its strict mode", "without pytest-asyncio", "pytest-asyncio in its auto mode"],
)
def test_async_tests_run_without_configuration(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "ship.py").write_text(SHIP, encoding="utf-8")
    (tmp_path / "test_ship.py").write_text(TEST, encoding="utf-8")
    said = run_pytest(tmp_path, *options)
    assert "1 failed, 2 passed" in said
    assert "FAILED test_ship.py::test_a_failure_is_a_failure - assert 1 == 2" in said


def test_tests_of_other_plugins_are_left_to_them(tmp_path: Path) -> None:
    """A marked test, an async fixture, and the event loop that a test has set for others."""
    (tmp_path / "test_others.py").write_text(
        """
import asyncio
import sys
import pytest, pytest_asyncio


@pytest_asyncio.fixture(loop_scope="module")
async def loop():
    return asyncio.get_running_loop()


@pytest.mark.asyncio(loop_scope="module")
async def test_marked(loop):
    assert loop is asyncio.get_running_loop()


async def test_ours():
    await asyncio.sleep(0)


@pytest.mark.asyncio(loop_scope="module")
async def test_marked_again(loop):
    assert loop is asyncio.get_running_loop()


def test_signoff_is_not_imported_for_them():
    assert not {"signoff", "engine", "bot"} & set(sys.modules)


@pytest.mark.anyio
async def test_of_a_plugin_that_is_not_there():
    raise RuntimeError("this test was run")
""",
        encoding="utf-8",
    )
    said = run_pytest(tmp_path, "-p", "no:anyio", "-W", "ignore::pytest.PytestUnknownMarkWarning")
    assert "1 failed, 4 passed" in said, said
    assert "async def functions are not natively supported" in said


def test_a_test_may_stand_beside_modules_with_the_names_of_packages(tmp_path: Path) -> None:
    """Pytest puts the folder first in the path, where it would hide Signoff's own packages."""
    (tmp_path / "engine.py").write_text("GEAR = 5\n", encoding="utf-8")
    (tmp_path / "bot.py").write_text("import engine\nNAME = f'Robo {engine.GEAR}'\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text(
        "import engine\nimport pytest\n\n\n@pytest.fixture\ndef gear():\n    return engine\n",
        encoding="utf-8",
    )
    ship = f"import bot\n{SHIP}".replace('"built"', "bot.NAME")
    (tmp_path / "ship.py").write_text(ship, encoding="utf-8")
    (tmp_path / "test_ship.py").write_text(
        """
from ship import ship
import engine
from signoff.testing import Harness


async def test_ship(gear):
    assert gear is engine
    async with Harness(ship) as harness:
        run = await harness.start("ship")
        assert await harness.output(run, "build") == "Robo 5"
""",
        encoding="utf-8",
    )
    assert "1 passed" in run_pytest(tmp_path)
