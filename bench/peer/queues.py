"""Two queues over PostgreSQL, as they come: `queues.py ADDRESS`. Executed by an environment of its own.

Prints one JSON object a line: `{"queue", "what", "value", "unit"}`. Each job is executed by a process that
prints its number.
"""

import asyncio
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process
from typing import Any

import pgqueuer
import procrastinate
import psycopg
from pgqueuer.db import PsycopgDriver
from pgqueuer.queries import Queries

PARALLEL = 64
JOBS = 3000


def tell(queue: str, what: str, value: float, unit: str) -> None:
    print(json.dumps({"queue": queue, "what": what, "value": value, "unit": unit}), flush=True)


class Procrastinate:
    def __init__(self, address: str) -> None:
        self.app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, max_size=8))
        self.task = self.app.task(name="nothing", queue="hall")(self._nothing)

    async def _nothing(self, number: int) -> None:
        print(number, flush=True)

    async def __aenter__(self) -> None:
        await self.app.open_async()

    async def __aexit__(self, *_: object) -> None:
        await self.app.close_async()

    async def install(self) -> None:
        await self.app.schema_manager.apply_schema_async()

    async def enqueue(self, numbers: list[int]) -> None:
        jobs: list[Any] = [{"number": number} for number in numbers]
        await self.task.batch_defer_async(*jobs)

    async def work(self) -> None:
        await self.app.run_worker_async(queues=["hall"], concurrency=PARALLEL, delete_jobs="always")


class PgQueuer:
    def __init__(self, address: str) -> None:
        self._address = address

    async def __aenter__(self) -> None:
        self._connection = await psycopg.AsyncConnection.connect(self._address, autocommit=True)
        self._driver = PsycopgDriver(self._connection)
        self._queries = Queries(self._driver)

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()

    async def install(self) -> None:
        await self._queries.install()

    async def enqueue(self, numbers: list[int]) -> None:
        payloads: list[bytes | None] = [str(number).encode() for number in numbers]
        await self._queries.enqueue(["nothing"] * len(numbers), payloads, [0] * len(numbers))

    async def work(self) -> None:
        queue = pgqueuer.PgQueuer(self._driver)

        @queue.entrypoint("nothing")
        async def nothing(job: Any) -> None:
            print(job.payload.decode(), flush=True)

        await queue.run(batch_size=32, max_concurrent_tasks=PARALLEL)


QUEUES: dict[str, Any] = {"Procrastinate": Procrastinate, "PgQueuer": PgQueuer}


async def work(name: str, address: str) -> None:
    queue = QUEUES[name](address)
    async with queue:
        print("ready", flush=True)
        await queue.work()


async def workers(
    name: str, address: str, count: int
) -> tuple[list[Process], "asyncio.Queue[tuple[int, float]]"]:
    done: asyncio.Queue[tuple[int, float]] = asyncio.Queue()
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, __file__, address, name, stdout=PIPE, stderr=sys.stderr
        )
        for _ in range(count)
    ]

    async def read(process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            done.put_nowait((int(line), time.perf_counter()))

    for process in started:
        assert process.stdout is not None
        await process.stdout.readline()
    done.readers = [asyncio.create_task(read(process)) for process in started]  # type: ignore[attr-defined]
    return started, done


async def end(started: list[Process]) -> None:
    for process in started:
        process.kill()
        await process.wait()


async def measure(name: str, address: str) -> None:
    queue = QUEUES[name](address)
    async with queue:
        await queue.install()
        for count in (1, 3):
            started, done = await workers(name, address, count)
            await asyncio.sleep(1)
            began = time.perf_counter()
            for start in range(0, JOBS, 500):
                await queue.enqueue(list(range(start, start + 500)))
            for _ in range(JOBS):
                await done.get()
            what = f"jobs a second with {count} {'worker' if count == 1 else 'workers'}"
            tell(name, what, JOBS / (time.perf_counter() - began), "jobs/s")
            if count == 1:
                times = []
                for number in range(300):
                    began = time.perf_counter()
                    await queue.enqueue([number])
                    times.append((await done.get())[1] - began)
                tell(name, "until one job executes, p50", 1000 * statistics.median(times), "ms")
                tell(name, "until one job executes, p99", 1000 * statistics.quantiles(times, n=100)[98], "ms")
            await end(started)


async def main(address: str) -> None:
    for name in QUEUES:
        await measure(name, address)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        asyncio.run(work(sys.argv[2], sys.argv[1]))
    else:
        asyncio.run(main(sys.argv[1]))
