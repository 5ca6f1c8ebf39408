"""The queue without Signoff: `python -m bench.queue_alone ADDRESS PARALLEL` executes jobs that do nothing."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.db import PsycopgDriver
from pgqueuer.models import Job


@asynccontextmanager
async def driver(address: str) -> AsyncIterator[PsycopgDriver]:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        yield PsycopgDriver(connection)


async def main(address: str, parallel: int) -> None:
    async with driver(address) as connected:
        queue = PgQueuer(connected)

        @queue.entrypoint("nothing")
        async def nothing(_: Job) -> None: ...

        print("ready", flush=True)
        await queue.run(
            batch_size=parallel // 2, max_concurrent_tasks=parallel, dequeue_timeout=timedelta(seconds=0.2)
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
