"""Steps on workers over PostgreSQL, beside the queue alone on the same server. Its writes are synced."""

import asyncio
import os
import signal
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pgqueuer.queries import Queries

from bench.figures import Figure
from bench.hall import hall
from bench.harness import PEOPLE, STARTER, folder
from bench.peer import Peer
from bench.queue_alone import driver
from engine import Engine, EngineSettings
from tests.postgres_server import OwnServer, address_in

_PARALLEL = 64


async def measure(peer: Peer) -> list[Figure]:
    server = await asyncio.to_thread(OwnServer)
    try:
        figures = [await _alone(server)]
        for workers, at_once, runs in ((1, 50, 600), (1, 500, 1000), (2, 50, 600), (3, 50, 600)):
            figures.append(await _many(server, workers, at_once, runs))
        return [*figures, await _takeover(server)]
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _serving(address: str, path: Path) -> AsyncIterator[Engine]:
    settings = EngineSettings(data_dir=path / "data", keys_dir=path / "keys")
    engine = await Engine.open(address, people=PEOPLE, settings=settings)
    engine.register(hall)
    await engine.serve()
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def processes(
    count: int, *command: str, **environment: str
) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Start so many processes, and return once each has said its first line."""
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, *command, env={**os.environ, **environment}, stdin=PIPE, stdout=PIPE
        )
        for _ in range(count)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert await process.stdout.readline()
        yield started
    finally:
        for process in started:
            if process.returncode is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            await process.communicate()


@asynccontextmanager
async def _hall(
    server: OwnServer, workers: int, name: str
) -> AsyncIterator[tuple[Engine, list[asyncio.subprocess.Process]]]:
    """Serve a database of its own, with workers."""
    address = address_in(server.address, name)
    with folder() as path:
        variables: Mapping[str, str] = {
            "DATABASE_URL": address,
            "SIGNOFF_WORKFLOWS": str(Path(__file__).with_name("hall.py")),
            "SIGNOFF_DATA_DIR": str(path / "data"),
            "SIGNOFF_LOG_LEVEL": "ERROR",
        }
        command = ("-m", "bot", "worker", "--queues", "hall", "--parallel", str(_PARALLEL))
        async with _serving(address, path) as engine, processes(workers, *command, **variables) as started:
            yield engine, started


async def _alone(server: OwnServer) -> Figure:
    times = []
    async with _hall(server, 1, "alone") as (engine, _):
        for _ in range(60):
            began = time.perf_counter()
            run = await engine.start("hall", actor=STARTER)
            await engine.until_ended(run.id)
            times.append(time.perf_counter() - began)
    return Figure("a run of five steps on a worker alone, p50", 1, 1000 * statistics.median(times), "ms")


async def _many(server: OwnServer, workers: int, at_once: int, runs: int) -> Figure:
    name = f"many_{workers}_{at_once}"
    async with _hall(server, workers, name) as (engine, _):

        async def starter(count: int) -> None:
            for _ in range(count):
                run = await engine.start("hall", actor=STARTER)
                await engine.until_ended(run.id)

        began = time.perf_counter()
        await asyncio.gather(*(starter(runs // at_once) for _ in range(at_once)))
        value = 5 * runs / (time.perf_counter() - began)
    of = "1 worker" if workers == 1 else f"{workers} workers"
    return Figure(
        f"runs of five steps on {of}, `size` of them at a time",
        at_once,
        value,
        "steps/s",
        await _queue_alone(server, workers, at_once, name),
        "PgQueuer alone",
    )


async def _queue_alone(server: OwnServer, workers: int, at_once: int, name: str) -> float:
    """Jobs a second that the same number of processes execute, `at_once` enqueued at a time."""
    address, jobs = address_in(server.address, f"queue_{name}"), 3000
    async with driver(address) as connected:
        queries = Queries(connected)
        await queries.install()
        async with processes(workers, "-m", "bench.queue_alone", address, str(_PARALLEL)):
            began = time.perf_counter()
            for start in range(0, jobs, at_once):
                number = min(at_once, jobs - start)
                await queries.enqueue(["nothing"] * number, [None] * number, [0] * number)
            while await queries.queue_size():
                await asyncio.sleep(0.01)
            return jobs / (time.perf_counter() - began)


async def _takeover(server: OwnServer) -> Figure:
    """Measure the time from the death of a worker until its step begins on another one."""
    times = []
    for number in range(5):
        async with _hall(server, 2, f"takeover_{number}") as (engine, started):
            starts = asyncio.gather(*(engine.start("hall", actor=STARTER) for _ in range(200)))
            busy = 0
            while not busy:
                workers = (await engine.workers()).workers
                busy = sum(worker.busy for worker in workers if worker.name.endswith(f"-{started[0].pid}"))
            started[0].kill()
            began = time.perf_counter()
            for run in await starts:
                await engine.until_ended(run.id)
            times.append(time.perf_counter() - began)
    return Figure(
        "200 runs, one of two workers dies: until all have ended, p50", 2, statistics.median(times), "s"
    )
