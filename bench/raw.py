"""The barest durable way to do the same: one thread that writes, group commit, the same rows, no engine."""

import asyncio
import sqlite3
import time
from functools import partial
from pathlib import Path

from engine.store.sqlite.writer import Writer

_TABLES = (
    "CREATE TABLE run (id TEXT PRIMARY KEY, state TEXT, version INTEGER, head TEXT)",
    "CREATE TABLE step (run TEXT, name TEXT, state TEXT, output TEXT, PRIMARY KEY (run, name))",
    "CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT, type TEXT, data TEXT, hash TEXT)",
)


def _write(connection: sqlite3.Connection, run: str, number: int) -> None:
    """Write the rows of one step's end and the next one's start."""
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, 'running', ?, ?)", (run, number, "h" * 64))
    steps = [(run, f"s{number + n}", "running", "1") for n in (0, 1)]
    connection.executemany("INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?)", steps)
    events = [(run, "step.succeeded", '{"attempt":1,"title":"a"}', "h" * 64) for _ in (0, 1)]
    connection.executemany("INSERT INTO event (run, type, data, hash) VALUES (?, ?, ?, ?)", events)


def _execute(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


async def commit_times(folder: Path, commits: int) -> list[float]:
    """Return the milliseconds of each commit of one step's rows, one after the other."""
    writer = Writer(folder / "raw.db")
    for table in _TABLES:
        await writer.submit(partial(_execute, statement=table))
    times = []
    for number in range(commits):
        began = time.perf_counter()
        await writer.submit(partial(_write, run="r", number=number))
        times.append((time.perf_counter() - began) * 1000)
    await writer.close()
    return times


async def commits_a_second(folder: Path, submitters: int, commits: int) -> float:
    """Measure the rows of one step, by submitters that each wait until theirs are durable."""
    writer = Writer(folder / "raw.db")
    for table in _TABLES:
        await writer.submit(partial(_execute, statement=table))

    async def submit(name: str) -> None:
        for number in range(commits // submitters):
            await writer.submit(partial(_write, run=name, number=number))

    began = time.perf_counter()
    await asyncio.gather(*(submit(f"r{number}") for number in range(submitters)))
    seconds = time.perf_counter() - began
    await writer.close()
    return commits / seconds
