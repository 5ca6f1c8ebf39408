"""Two queues over PostgreSQL, as they come, on one server: the choice of the queue for workers."""

import asyncio
import json
from pathlib import Path

from bench import peer as peers
from bench.figures import Figure
from bench.peer import Peer, environment_of
from tests.postgres_server import OwnServer, address_in

_FOLDER = Path(peers.__file__).parent
_ENVIRONMENT = Path(".venv-queues")


async def measure(peer: Peer) -> list[Figure]:
    python = await asyncio.to_thread(environment_of, _ENVIRONMENT, _FOLDER / "queues.lock")
    server = await asyncio.to_thread(OwnServer)
    try:
        measuring = await asyncio.create_subprocess_exec(
            python,
            str(_FOLDER / "queues.py"),
            address_in(server.address, "queues"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await measuring.communicate()
        assert measuring.returncode == 0
    finally:
        await asyncio.to_thread(server.stop)
    found = [json.loads(line) for line in said.decode().splitlines() if line.startswith("{")]
    return [Figure(f"{each['queue']}: {each['what']}", 1, each["value"], each["unit"]) for each in found]
