"""The peer: the same workloads on DBOS, as it comes. Executed by an environment of its own.

Prints one JSON object a line: `{"workload", "size", "value", "unit"}`. With a folder as its argument it
executes all workloads over SQLite there. `dbos_alone.py ADDRESS AT_ONCE RUNS` executes runs of five steps
over PostgreSQL.
"""

import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

from dbos import DBOS, SetWorkflowID


@DBOS.step()
async def number(value: int) -> int:
    return value + 1


@DBOS.workflow()
async def five() -> int:
    value = 0
    for _ in range(5):
        value = await number(value)
    return value


@DBOS.workflow()
async def asks() -> float:
    await DBOS.recv_async("go", timeout_seconds=3600)
    return await moment()


@DBOS.step()
async def moment() -> float:
    return time.perf_counter()


@DBOS.workflow()
async def wide(width: int) -> int:
    await number(0)
    await asyncio.gather(*(number(place) for place in range(width)))
    return await number(0)


def tell(workload: str, size: int, value: float, unit: str) -> None:
    print(json.dumps({"workload": workload, "size": size, "value": value, "unit": unit}), flush=True)


async def five_steps(at_once: int, runs: int) -> None:
    async def worker() -> None:
        for _ in range(runs // at_once):
            handle = await DBOS.start_workflow_async(five)
            await handle.get_result()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    tell("five small steps, in all", at_once, runs * 5 / (time.perf_counter() - began), "steps/s")


async def alone(runs: int) -> None:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        await (await DBOS.start_workflow_async(five)).get_result()
        times.append(time.perf_counter() - began)
    tell("five steps alone, p50", runs, statistics.median(times) * 1000, "ms")


async def waiting(count: int) -> None:
    began = time.perf_counter()
    handles = []
    for number in range(count):
        with SetWorkflowID(f"asks-{number}"):
            handles.append(await DBOS.start_workflow_async(asks))
    tell("waiting runs: time to get there", count, time.perf_counter() - began, "s")
    times = []
    for number in range(20):
        began = time.perf_counter()
        await DBOS.send_async(f"asks-{number}", "yes", "go")
        times.append((await handles[number].get_result() - began) * 1000)
    tell("click to next step, p50", count, statistics.median(times), "ms")


async def fan_out(width: int) -> None:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        await (await DBOS.start_workflow_async(wide, width)).get_result()
        times.append(time.perf_counter() - began)
    tell("one, many side by side, and join", width, min(times) * 1000, "ms")


def launch(database: str) -> None:
    DBOS(
        config={
            "name": "peer",
            "system_database_url": database,
            "application_version": "1",
            "log_level": "ERROR",
        }
    )
    DBOS.launch()


async def on_server(address: str, at_once: int, runs: int) -> None:
    launch(address)
    await five_steps(1, 5)  # its first runs make connections
    await five_steps(at_once, runs)
    DBOS.destroy()


async def main(folder: Path) -> None:
    launch(f"sqlite:///{folder / 'peer.db'}")
    await alone(100)
    for at_once, runs in ((1, 100), (50, 500), (500, 1000)):
        await five_steps(at_once, runs)
    await fan_out(100)
    await waiting(500)
    DBOS.destroy()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        asyncio.run(on_server(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    else:
        asyncio.run(main(Path(sys.argv[1])))
