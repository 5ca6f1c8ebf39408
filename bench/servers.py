"""Runs of five steps over PostgreSQL: Signoff, DBOS and Procrastinate alone, in turns on one server.

Its writes are synced. Each of them is one process that starts runs and executes their steps.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import peer as peers
from bench.figures import Figure
from bench.harness import PEOPLE, STARTER, five, folder
from bench.peer import Peer, environment_of
from engine import Engine, EngineSettings
from tests.postgres_server import OwnServer, address_in

TURNS = 3
_FOLDER = Path(peers.__file__).parent
_QUEUES, _PEER = Path(".venv-queues"), Path(".venv-peer")
RUNS = {
    1: {"Signoff": 60, "DBOS": 60, "Procrastinate": 40},
    50: {"Signoff": 600, "DBOS": 300, "Procrastinate": 150},
    500: {"Signoff": 1000, "DBOS": 500, "Procrastinate": 500},
}
"""By the number at a time: so many that each takes some seconds."""
Measure = Callable[[str, int, int], Awaitable[float]]
"""Returns steps a second. Its arguments: an address, the number of runs at a time, and in all."""


async def measure(peer: Peer) -> list[Figure]:
    queues = await asyncio.to_thread(environment_of, _QUEUES, _FOLDER / "queues.lock")
    dbos = await asyncio.to_thread(environment_of, _PEER, _FOLDER / "requirements.lock")
    systems: dict[str, Measure] = {
        "Signoff": _signoff,
        "DBOS": _program(dbos, "dbos_alone.py"),
        "Procrastinate": _program(queues, "procrastinate_alone.py"),
    }
    server = await asyncio.to_thread(OwnServer)
    try:
        return [figure for at_once in RUNS for figure in await _in_turns(server, systems, at_once)]
    finally:
        await asyncio.to_thread(server.stop)


async def _in_turns(server: OwnServer, systems: dict[str, Measure], at_once: int) -> list[Figure]:
    values: dict[str, list[float]] = {name: [] for name in systems}
    for turn in range(TURNS):
        for name, system in systems.items():
            address = address_in(server.address, f"{name}-{at_once}-{turn}")
            values[name].append(await system(address, at_once, RUNS[at_once][name]))
    for name, found in values.items():
        said = ", ".join(f"{value:,.0f}" for value in found)
        print(f"{name}, {at_once} at a time: {said} steps/s", file=sys.stderr)
    middle = {name: statistics.median(found) for name, found in values.items()}
    workload, ours = "runs of five steps on PostgreSQL, `size` of them at a time", middle.pop("Signoff")
    return [
        Figure(
            workload, at_once, ours, "steps/s", other, name if name == "DBOS" else f"{name} alone",
            *(("at least 5", ours >= 5 * other) if (name, at_once) == ("DBOS", 50) else ("", None)),
        )
        for name, other in middle.items()
    ]  # fmt: skip


async def _signoff(address: str, at_once: int, runs: int) -> float:
    with folder() as path:
        settings = EngineSettings(data_dir=path / "data", keys_dir=path / "keys", parallel=2000)
        engine = await Engine.open(address, people=PEOPLE, settings=settings)
        engine.register(five)
        await engine.serve()

        async def starter(count: int) -> None:
            for _ in range(count):
                run = await engine.start("five", actor=STARTER)
                await engine.until_ended(run.id)

        try:
            await starter(5)
            began = time.perf_counter()
            await asyncio.gather(*(starter(runs // at_once) for _ in range(at_once)))
            return 5 * (runs // at_once) * at_once / (time.perf_counter() - began)
        finally:
            await engine.close()


def _program(python: Path, name: str) -> Measure:
    async def executed(address: str, at_once: int, runs: int) -> float:
        program = await asyncio.create_subprocess_exec(
            *(python, str(_FOLDER / name), address, str(at_once), str(runs)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await program.communicate()
        assert program.returncode == 0, said.decode()
        last = [line for line in said.decode().splitlines() if line.startswith("{")][-1]
        return float(json.loads(last)["value"])

    return executed
