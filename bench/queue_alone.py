"""The queue without Signoff: `python -m bench.queue_alone ADDRESS PARALLEL` executes jobs that do nothing."""

import asyncio
import sys

import procrastinate


def application(address: str) -> procrastinate.App:
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=address, max_size=8))

    @app.task(name="nothing", queue="hall")
    async def nothing(number: int) -> None: ...

    return app


async def main(address: str, parallel: int) -> None:
    app = application(address)
    async with app.open_async():
        print("ready", flush=True)
        await app.run_worker_async(queues=["hall"], concurrency=parallel, delete_jobs="always")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
