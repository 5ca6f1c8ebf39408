"""The local Slack and the bot, each a process of its own, so that either can be killed as by kill -9."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from localslack.config import load_workspace

ROOT = Path(__file__).resolve().parents[2]
DRILL = """
from pathlib import Path
from engine import Outcome, StepContext, Workflow

drill = Workflow("drill", owner="@on-call", channel="#incidents")


def executed(ctx: StepContext) -> None:
    with open(ctx.data_dir / "executed", "a") as file:
        file.write(f"{ctx.step} {ctx.idempotency_key}\\n")


@drill.step
def prepare(ctx: StepContext) -> str:
    executed(ctx)
    return "all is ready"


go = drill.approval("go", ask="Go on: {prepare}?", approvers=["@on-call"], expires="4h")


@drill.step(when=go.approved)
def act(go: Outcome, ctx: StepContext) -> str:
    executed(ctx)
    for name, mode in (("started", "w"), ("go-on", "r")):
        pipe = ctx.data_dir / name
        if pipe.exists():
            # Opening a pipe waits for whoever holds its other end.
            with open(pipe, mode):
                pass
    return "acted"


@drill.step
def finish(act: str, ctx: StepContext) -> str:
    executed(ctx)
    return act
"""


class Child:
    """A process that we started; `line` is the first one that it says."""

    def __init__(self, process: asyncio.subprocess.Process, line: str, log: Path) -> None:
        self._process, self.line, self.log = process, line, log

    @classmethod
    async def start(cls, *arguments: str, log: Path, environment: dict[str, str], folder: Path) -> "Child":
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
                cwd=folder,
            )
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        return cls(process, line.decode().strip(), log)

    async def kill(self) -> None:
        """As by kill -9."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self.died()

    async def stop(self) -> int:
        """As by Ctrl-C or `systemctl stop`."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        return await self.died()

    async def died(self) -> int:
        """Read to the end, so that the pipe's transport is closed, and give the exit code."""
        assert self._process.stdout is not None
        await self._process.stdout.read()
        return await self._process.wait()


@dataclass
class Site:
    """A folder with a workflow, the local Slack beside it, and a bot that may die."""

    folder: Path
    office: Any
    slack: Child
    environment: dict[str, str]
    bot: Child | None = None
    deaths: int = 0
    _keeper: asyncio.Task[None] | None = field(default=None)

    @property
    def database(self) -> Path:
        return self.folder / "signoff.db"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def start(self, fault: str = "") -> None:
        """Start the bot and wait until it is connected. It may die at `fault` before that."""
        environment = {**self.environment, **({"SIGNOFF_FAULT": fault} if fault else {})}
        self.bot = await Child.start(
            "-m", "bot", "serve", log=self.folder / "bot.log", environment=environment, folder=self.folder
        )
        if self.bot.line or not fault:
            assert self.bot.line, (self.folder / "bot.log").read_text()
            await self.office.until("U02BOB", self._connected)

    async def _connected(self) -> bool:
        return bool((await self.office.read("health"))["connected"])

    async def command(self, *arguments: str) -> str:
        """What `signoff` says to this, on stdout."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
            cwd=self.folder,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()

    def keep_alive(self) -> None:
        """From now on start the bot again, without a fault, when it dies."""

        async def keep() -> None:
            while True:
                assert self.bot is not None
                code = await self.bot.died()
                assert code == -signal.SIGKILL, (self.folder / "bot.log").read_text()
                self.deaths += 1
                await self.start()

        self._keeper = asyncio.create_task(keep())

    async def end(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self.bot is not None:
            await self.bot.kill()
        await self.slack.stop()

    # What is left on the disk

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            return database.execute(query).fetchall()

    def executed(self) -> list[tuple[str, str]]:
        """(step, idempotency key) of every execution, those that were cut off too."""
        lines = (self.data / "executed").read_text().splitlines()
        return [(step, key) for step, key in (line.split(" ", 1) for line in lines)]

    async def check_whole(self) -> None:
        """Everything that must hold after a drill that was approved, whatever died on the way."""
        assert self.rows("SELECT state FROM run") == [("succeeded",)]
        done = Counter(
            step
            for (step,) in self.rows("SELECT step FROM event WHERE type = 'step.succeeded' AND step != 'go'")
        )
        assert done == {"prepare": 1, "act": 1, "finish": 1}
        keys: dict[str, set[str]] = {}
        for step, key in self.executed():
            keys.setdefault(step, set()).add(key)
        assert {step: len(found) for step, found in keys.items()} == {"prepare": 1, "act": 1, "finish": 1}
        assert self.rows("SELECT choice, actor FROM decision") == [("approve", "slack:U02BOB")]
        await self.check_messages()

    async def check_messages(self) -> None:
        """Each message is there once, as its record has it."""
        seen = [
            one for one in await self.office.messages("U02BOB", "C02INCIDENTS") if not one["ephemeral_to"]
        ]
        assert [one["text"].split(" ")[0:2] for one in seen] == [["✅", "*drill*"], ["✅", "*Approved*"]]
        assert await self.office.thread("U02BOB", seen[0]) == ["✅ bob approved *go*"]
        assert len(await self.office.direct("U01ALICE")) == 1


@pytest.fixture
async def site(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Site]:
    (tmp_path / "drill.py").write_text(DRILL, encoding="utf-8")
    (tmp_path / "data").mkdir()
    slack = await Child.start(
        *("-m", "localslack", "--port", "0", "--data", str(tmp_path / "slack")),
        *("--manifest", str(ROOT / "manifest.yaml")),
        log=tmp_path / "slack.log",
        environment={},
        folder=tmp_path,
    )
    url = slack.line.rsplit(" ", 1)[-1]
    app = load_workspace(None).app
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
        "SIGNOFF_WORKFLOWS": str(tmp_path / "drill.py"),
        "SIGNOFF_PORT": "0",
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
    }
    site = Site(tmp_path, office_at(url), slack, environment)
    yield site
    await site.end()
