"""Signoff as people meet it in the browser: the demo on a file, and several processes on PostgreSQL."""

import asyncio
import re
import signal
import socket
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Protocol

import aiohttp
import psycopg

from localslack.config import load_workspace
from tests import preloaded
from tests.postgres_server import address_of

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 30


class Installation(Protocol):
    """Signoff and a local Slack, whose page is at `url`."""

    url: str

    async def start(self) -> None:
        """Start it, also again after a kill: on the same folder and port."""

    async def kill(self) -> None:
        """Kill the process that executes runs, as by kill -9."""

    async def stop(self) -> None: ...

    async def command(self, *arguments: str) -> str:
        """Return the output of `signoff` with these arguments."""

    def execute(self, statement: str) -> int:
        """Execute a statement in the database, as another program; return how many rows it changed."""


class _Running:
    """A process, and what it says."""

    def __init__(self, process: preloaded.Process) -> None:
        self._process = process
        self._reader: asyncio.Task[bytes] | None = None

    async def line_with(self, pattern: str) -> re.Match[str]:
        """Return the first match in its output, and read the rest in the background."""
        said = ""
        async with asyncio.timeout(_SECONDS):
            while not (found := re.search(pattern, said)):
                line = await self._process.stdout.readline()
                assert line, f"the process ended: {said}"
                said += line.decode()
        self.read_on()
        return found

    def read_on(self) -> None:
        self._reader = asyncio.create_task(self._process.stdout.read())

    async def end(self, number: int) -> None:
        assert self._reader is not None
        self._process.send_signal(number)
        said = await self._reader
        await self._process.wait()
        assert b"Traceback" not in said, said.decode()


class Demo:
    """`signoff demo`, as a stranger starts it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment
        self._process: _Running | None = None
        self.url = ""

    async def start(self) -> None:
        port = self.url.rpartition(":")[-1] or "0"
        arguments = ("demo", "--no-browser", "--port", port, "--data", str(self._folder))
        process = await preloaded.start("bot", *arguments, env=self._environment, cwd=ROOT)
        self._process = _Running(process)
        self.url = (await self._process.line_with(r"http://127\.0\.0\.1:\d+"))[0]

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, number: int) -> None:
        if self._process is not None:
            await self._process.end(number)
            self._process = None

    async def command(self, *arguments: str) -> str:
        return await _output(*arguments, "--data", str(self._folder), env=self._environment)

    def execute(self, statement: str) -> int:
        with closing(sqlite3.connect(self._folder / "signoff.db")) as database, database:
            return database.execute(statement).rowcount


class Processes:
    """Two processes that serve one database on PostgreSQL: a leader and a member. Slack gives clicks to both.

    After a kill the member leads, and `start` starts a further member.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._own = folder, environment
        self._environment: dict[str, str] = {}
        self._slack: _Running | None = None
        self._serving: list[tuple[_Running, Path]] = []
        self._started = 0
        self.url = ""

    async def start(self) -> None:
        if self._slack is None:
            await self._start_slack()
            await self._serve()
        await self._serve()

    async def kill(self) -> None:
        leader, _ = self._serving.pop(0)
        await leader.end(signal.SIGKILL)

    async def stop(self) -> None:
        for process, _ in reversed(self._serving):
            await process.end(signal.SIGTERM)
        if self._slack is not None:
            await self._slack.end(signal.SIGTERM)

    async def command(self, *arguments: str) -> str:
        _, data = self._serving[0]
        return await _output(*arguments, env=self._environment | {"SIGNOFF_DATA_DIR": str(data)})

    def execute(self, statement: str) -> int:
        with psycopg.connect(self._environment["DATABASE_URL"]) as database:
            return database.execute(statement.encode()).rowcount

    async def _start_slack(self) -> None:
        self._folder.mkdir()
        arguments = ("--port", "0", "--rates", "--data", str(self._folder / "slack"))
        manifest = ("--manifest", str(ROOT / "manifest.yaml"))
        self._slack = _Running(await preloaded.start("localslack", *arguments, *manifest, env={}, cwd=ROOT))
        self.url = (await self._slack.line_with(r"http://127\.0\.0\.1:\d+"))[0]
        app = load_workspace(None).app
        self._environment = {
            "DATABASE_URL": address_of(str(self._folder)),
            "SIGNOFF_CLI_DECIDES": "true",
            "SIGNOFF_KEYS": str(self._folder / "keys"),
            "SLACK_API_URL": f"{self.url}/api/",
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "INCIDENTS_SECRET": "demo",
            **self._own,
        }

    async def _serve(self) -> None:
        self._started += 1
        data, port = self._folder / f"data-{self._started}", _free_port()
        data.mkdir()
        environment = self._environment | {"SIGNOFF_DATA_DIR": str(data), "SIGNOFF_PORT": str(port)}
        process = _Running(await preloaded.start("bot", "serve", env=environment, cwd=self._folder))
        process.read_on()
        self._serving.append((process, data))
        await _ready(port)


async def _ready(port: int) -> None:
    """Wait until a process takes requests."""
    async with asyncio.timeout(_SECONDS), aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.02)


async def _output(*arguments: str, env: dict[str, str]) -> str:
    process = await preloaded.start("bot", *arguments, env=env, cwd=ROOT)
    said = await process.communicate()
    assert process.returncode == 0, said
    return said


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
