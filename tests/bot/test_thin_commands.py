"""A command that asks the serving process imports no engine and no library of Slack or the web."""

import ast
import asyncio
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.cli import heavy
from bot.control_socket.server import ControlSocket

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "aiohttp", "alembic", "apscheduler", "asyncio", "cryptography", "pydantic_settings", "rich",
    "slack_bolt", "slack_sdk", "sqlalchemy", "sqlmodel", "yaml", "localslack", "workflows",
    "engine.store", "engine.runtime", "engine.compiler", "engine.kernel", "engine.audit", "bot.application",
)  # fmt: skip
SCRIPT = """
import json, sys
from bot.__main__ import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""
RUN = {
    "id": "flow-1-abcd", "short": "flow-abcd", "workflow": "flow", "state": "running", "reason": "",
    "trigger": "manual", "started_by": {"source": "cli", "id": "ops", "as": None}, "channel": None,
    "created_at": "2026-01-05T09:00:00+00:00", "started_at": None, "ended_at": None, "trace_id": "t",
    "input": {},
}  # fmt: skip
REQUEST = {"id": "flow-1-abcd.go", "run": RUN["id"], "outcome": "approved"}
ANSWERS = {
    "hello": {"serving": True},
    "runs": {"runs": [], "total": 0},
    "show": {
        "run": RUN,
        "owner": "@ops",
        "usual_seconds": None,
        "steps": [],
        "requests": [],
        "related": [],
    },
    "decide": {"code": "decided", "accepted": True, "text": "Approved.", "problems": [], "request": REQUEST},
    "reassign": REQUEST,
    "cancel": RUN,
    "receipt": {"receipt": {}},
    "receipt_keys": {"keys": {"1": "key"}},
    "permit_keys": {"issuer": "signoff:1", "keys": []},
    "checkpoint": {"checkpoint": {}},
    "enrolled": {"enrolled": []},
    "principals": {"principals": []},
    "callback_secret": {"secret": "s"},
    "resume": {"serving": True},
    "start": RUN,
}
COMMANDS = [
    ["runs"],
    ["show", "abcd"],
    ["decide", "abcd", "approve", "--as", "U012AB3CD"],
    ["reassign", "abcd", "@ops"],
    ["cancel", "abcd"],
    ["run", "flow", "a=1", "--detach"],
    ["receipt", "export", "abcd"],
    ["receipt", "key"],
    ["permit", "keys"],
    ["audit", "checkpoint"],
    ["code", "list"],
    ["token", "list"],
    ["token", "secret", "ci"],
    ["db", "resume"],
]


def loaded_by(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Return the exit code and the modules of a command in a process of its own."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SIGNOFF", "SLACK"))}
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, check=True,
        env=environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    code, modules = json.loads(process.stderr.splitlines()[-1])
    return code, modules


def heavy_ones(modules: list[str]) -> list[str]:
    return [name for name in modules if name in HEAVY or name.startswith(tuple(f"{each}." for each in HEAVY))]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["runs", "--help"], ["serve", "--help"], ["audit", "--help"]]
)
def test_help_imports_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    code, modules = loaded_by(tmp_path, *arguments)
    assert (code, heavy_ones(modules)) == (0, [])


def test_a_request_at_a_gate_needs_the_standard_library_alone(tmp_path: Path) -> None:
    code, modules = loaded_by(tmp_path, "ask", "gate", "Ship?", "--url", "http://127.0.0.1:9")
    assert (code, heavy_ones(modules)) == (1, [])


async def test_a_command_that_asks_the_serving_process_imports_no_heavy_library(tmp_path: Path) -> None:
    def answer(name: str) -> Callable[[dict[str, object], str], Awaitable[object]]:
        async def handler(params: dict[str, object], user: str) -> object:
            return ANSWERS[name]

        return handler

    (tmp_path / ".signoff").mkdir()
    door = ControlSocket(tmp_path / ".signoff" / "signoff.db", {name: answer(name) for name in ANSWERS})
    await door.open()
    try:
        for arguments in COMMANDS:
            code, modules = await asyncio.to_thread(loaded_by, tmp_path, *arguments)
            # Tables are drawn by Rich, on a terminal or not.
            assert (arguments, code, heavy_ones(modules)) == (arguments, 0, [])
    finally:
        await door.close()


def test_type_checkers_see_the_heavy_parts_that_exist() -> None:
    tree = ast.parse((ROOT / "bot/cli/heavy.py").read_text("utf-8"))
    imports = {
        f"{node.module}.{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imports == {f"{module}.{name}" for name, module in heavy.MODULE_OF.items()}
    assert set(heavy.__all__) == heavy.MODULE_OF.keys()


@pytest.mark.parametrize("name", sorted(set(heavy.MODULE_OF) - {"serve_agents"}))
def test_every_heavy_part_can_be_imported(name: str) -> None:
    assert getattr(heavy, name) is getattr(importlib.import_module(heavy.MODULE_OF[name]), name)


def test_a_part_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'open_engin'"):
        heavy.open_engin  # noqa: B018
