"""The import contracts of pyproject.toml: complete, and red when a room reaches into another."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.engine.test_public_names import MODULES, PUBLIC

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
PUBLIC_NAMES = "The bot imports the public names of the engine"
BREAKS = {
    "The engine imports no other package": ("engine/text.py", "import bot.views.wording.text"),
    "The local Slack imports no other package": ("localslack/__init__.py", "import engine.errors"),
    "The public face imports the engine alone, and its adapters those of the bot": (
        "signoff/testing.py",
        "import bot.views.wording.text",
    ),
    "Adapters and the server know calls of tools, and nothing of the proxy": (
        "bot/http/permits_api.py",
        "import bot.mcp",
    ),
    "Workflows import the public face alone": ("workflows/__init__.py", "import engine.errors"),
    PUBLIC_NAMES: ("bot/views/wording/text.py", "from engine.model import wording"),
    "The model imports no behavior, no loop and no database": (
        "engine/model/values/ids.py",
        "import asyncio",
    ),
    "The folders of the model import one another in one direction": (
        "engine/model/definition/spec.py",
        "import engine.model.records.change",
    ),
    "The kernel decides from the model alone": ("engine/kernel/resilience/retry.py", "import sqlite3"),
    "Authoring, compiler, audit, store and triggers know no runtime": (
        "engine/store/schema/rows.py",
        "import engine.runtime",
    ),
    "The folders of the store import one another in one direction": (
        "engine/store/queries/events.py",
        "import engine.store.writes.facts",
    ),
    "The kinds of step know model, kernel and the context of a step": (
        "engine/steps/captured.py",
        "import engine.runtime",
    ),
    "The folders of the runtime import one another in one direction": (
        "engine/runtime/access/principals.py",
        "import engine.runtime.runs.live_runs",
    ),
}


def test_every_module_of_the_engine_is_public_or_forbidden_to_the_bot() -> None:
    (contract,) = (each for each in CONTRACTS if each["name"] == PUBLIC_NAMES)
    private = {name.removeprefix("engine.") for name in contract["forbidden_modules"]}
    assert private == MODULES.keys() - {*PUBLIC, "testing", "permits"}, "permits has files to copy"


def test_every_contract_has_a_break_here() -> None:
    assert {contract["name"] for contract in CONTRACTS} == BREAKS.keys()


def test_a_contract_is_red_when_it_is_broken(tmp_path: Path) -> None:
    for room in ("signoff", "engine", "bot", "localslack", "workflows", "bench"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert lint(tmp_path).returncode == 0
    for file, line in BREAKS.values():
        with (tmp_path / file).open("a") as module:
            module.write(f"\n{line}\n")
    report = lint(tmp_path)
    assert report.returncode == 1
    assert [name for name in BREAKS if f"{name} BROKEN" not in report.stdout] == []


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        "pyproject.toml",
    ]
    environ = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
