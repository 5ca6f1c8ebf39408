"""kill -9 and a new start: from its first instruction to ready, and to done."""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from bench.figures import Figure
from bench.harness import folder
from bench.peer import Peer


async def measure(peer: Peer) -> list[Figure]:
    del peer
    figures = []
    for running in (50, 200, 800):
        figures += await _killed(running)
    for waiting in (1000, 10_000, 100_000):
        figures.append(await _waiting(waiting))
    return figures


@asynccontextmanager
async def _child(path: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.child", str(path), *arguments, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        await process.stdout.read()
        await process.wait()


async def _says(process: asyncio.subprocess.Process, word: str) -> None:
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode().strip()
    assert line == word, line


async def _killed(running: int) -> list[Figure]:
    """Runs of two steps of 50 ms, all of them killed in the middle of the first."""
    with folder() as path:
        async with _child(path, "start", str(running)) as first:
            await _says(first, "under way")
        began = time.perf_counter()
        async with _child(path, "go-on") as second:
            await _says(second, "ready")
            ready = time.perf_counter() - began
            await _says(second, "done")
            done = time.perf_counter() - began
        with closing(sqlite3.connect(path / "signoff.db")) as database:
            assert database.execute("SELECT state, count(*) FROM run GROUP BY state").fetchall() == [
                ("succeeded", running)
            ]
    goals = running == 200
    name = "killed with `size` runs executing"
    return [
        Figure(f"{name}: start to ready", running, ready, "s"),
        Figure(
            f"{name}: start to all done", running, done, "s",
            goal="within 1" if goals else "", met=done <= 1 if goals else None,
        ),
    ]  # fmt: skip


async def _waiting(waiting: int) -> Figure:
    with folder() as path:
        async with _child(path, "wait", str(waiting)) as first:
            await _says(first, "under way")
        began = time.perf_counter()
        async with _child(path, "go-on") as second:
            await _says(second, "ready")
            ready = time.perf_counter() - began
    goals = waiting == 100_000
    return Figure(
        "killed with `size` runs waiting: start to ready",
        waiting,
        ready,
        "s",
        None,
        "",
        "under 1" if goals else "",
        ready < 1 if goals else None,
    )
