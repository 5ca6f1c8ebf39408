"""Procrastinate alone: `procrastinate_alone.py ADDRESS AT_ONCE RUNS`. Executed by an environment of its own.

A run is five jobs, each of which enqueues the next one. It keeps no results and no history. One process
enqueues and executes. Prints one JSON object: `{"workload", "size", "value", "unit"}`.
"""

import asyncio
import json
import sys
import time

import procrastinate

STEPS = 5


async def main(address: str, at_once: int, runs: int) -> None:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, max_size=16))
    ended: dict[int, asyncio.Event] = {}

    @app.task(name="number", queue="steps")
    async def number(run: int, value: int) -> None:
        if value == STEPS:
            ended[run].set()
        else:
            await number.defer_async(run=run, value=value + 1)

    async def starter(first: int, count: int) -> None:
        for run in range(first, first + count):
            ended[run] = asyncio.Event()
            await number.defer_async(run=run, value=1)
            await ended[run].wait()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=["steps"], concurrency=at_once, delete_jobs="always", install_signal_handlers=False
            )
        )
        await starter(-5, 5)  # the first ones make connections
        began = time.perf_counter()
        each = runs // at_once
        await asyncio.gather(*(starter(place * each, each) for place in range(at_once)))
        value = STEPS * each * at_once / (time.perf_counter() - began)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    said = {"workload": "five small steps, in all", "size": at_once, "value": value, "unit": "steps/s"}
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
