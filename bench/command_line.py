"""The CPU time of commands that ask a serving process, against that of importing their argument parser."""

import asyncio
import os
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Figure
from bench.harness import folder
from bench.peer import Peer
from bot.control_socket.server import ControlSocket

_TRIES = 7
_MAX_RATIO = 5
_COMMANDS = (("--help",), ("runs",), ("show", "abcd"), ("cancel", "abcd"), ("receipt", "key"))
_RUN = {
    "id": "flow-1-abcd", "short": "flow-abcd", "workflow": "flow", "state": "running", "reason": "",
    "trigger": "manual", "started_by": {"source": "cli", "id": "ops", "as": None}, "channel": None,
    "created_at": "2026-01-05T09:00:00+00:00", "started_at": None, "ended_at": None, "trace_id": "",
    "input": {},
}  # fmt: skip
_ANSWERS = {
    "hello": {"serving": True},
    "runs": {"runs": [_RUN], "total": 1},
    "show": {"run": _RUN, "owner": "@ops", "usual_seconds": None, "steps": [], "requests": [], "related": []},
    "cancel": _RUN,
    "receipt_keys": {"keys": {"1": "key"}},
}


async def measure(peer: Peer, tries: int = _TRIES) -> list[Figure]:
    """Measure each command `tries` times."""
    del peer
    with folder() as path:
        door = ControlSocket(path / "signoff.db", {name: _Answer(name).give for name in _ANSWERS})
        await door.open()
        try:
            baseline = await _seconds(["-c", "import typer"], tries)
            return [await _figure(command, path, baseline, tries) for command in _COMMANDS]
        finally:
            await door.close()


class _Answer:
    def __init__(self, name: str) -> None:
        self._answer = _ANSWERS[name]

    async def give(self, params: dict[str, object], user: str) -> object:
        return self._answer


async def _figure(command: Sequence[str], path: Path, baseline: float, tries: int) -> Figure:
    data = ["--data", str(path)] if command[0] != "--help" else []
    seconds = await _seconds(["-m", "bot", *command, *data], tries)
    return Figure(
        f"CPU of signoff {command[0]}", 1, seconds, "s", baseline, "import typer",
        f"at most {_MAX_RATIO} times", seconds <= _MAX_RATIO * baseline,
    )  # fmt: skip


async def _seconds(arguments: Sequence[str], tries: int) -> float:
    """Return the least CPU time of several tries: whatever else the machine does only adds to it."""
    return min([await _once(arguments) for _ in range(tries)])


async def _once(arguments: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert await process.wait() == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
