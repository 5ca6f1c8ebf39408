"""The local Slack and the bot, each a process of its own, so that either can be killed as by kill -9."""

import asyncio
import contextlib
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from engine.store.postgres.connection import Connection
from localslack.config import load_workspace
from tests import preloaded
from tests.postgres_server import address_of

ROOT = Path(__file__).resolve().parents[2]
DRILL = Path(__file__).with_name("drill.py")


class Starter(Protocol):
    """Starts `python -m MODULE ARGUMENTS`."""

    async def __call__(
        self, module: str, *arguments: str, env: Mapping[str, str], cwd: Path, log: Path
    ) -> preloaded.Process: ...


class Child:
    """A process that we started; `line` is the first one that it says."""

    def __init__(self, process: preloaded.Process, line: str, log: Path) -> None:
        self._process, self.line, self.log = process, line, log

    @classmethod
    async def start(
        cls,
        *arguments: str,
        log: Path,
        environment: dict[str, str],
        folder: Path,
        start: Starter = preloaded.start,
    ) -> "Child":
        process = await start(*arguments, env=environment, cwd=folder, log=log)
        line = await asyncio.wait_for(process.stdout.readline(), 30)
        return cls(process, line.decode().strip(), log)

    async def kill(self) -> None:
        """As by kill -9."""
        self._process.kill()
        await self.died()

    def freeze(self) -> None:
        """As a machine that is suspended."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> int:
        """As by Ctrl-C or `systemctl stop`."""
        self._process.send_signal(signal.SIGTERM)
        return await self.died()

    async def ended(self) -> None:
        """Wait for the end of the process; a caller that reads its output uses `died`."""
        await self._process.wait()

    async def died(self) -> int:
        """Read to the end, so that the pipe's transport is closed, and give the exit code."""
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
    arguments: tuple[str, ...] = ()
    """Further arguments of `signoff serve`."""
    _keeper: asyncio.Task[None] | None = None
    _admission: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def start(self, fault: str = "") -> None:
        """Start the bot and wait until it is connected; with a `fault` it may die before that."""
        environment = {**self.environment, **({"SIGNOFF_FAULT": fault} if fault else {})}
        self.bot = await Child.start(
            *("bot", "serve", *self.arguments),
            log=self.folder / "bot.log",
            environment=environment,
            folder=self.folder,
        )
        connected = asyncio.create_task(self.connected())
        dead = asyncio.create_task(self.bot.ended())
        await asyncio.wait([connected, dead], return_when=asyncio.FIRST_COMPLETED)
        if connected.done():
            dead.cancel()
            await connected
        else:
            connected.cancel()
            assert fault, (self.folder / "bot.log").read_text()
        await asyncio.gather(connected, dead, return_exceptions=True)

    async def connected(self) -> None:
        async def is_so() -> bool:
            return bool((await self.office.read("health"))["connected"])

        await self.office.until("U02BOB", is_so)

    async def start_anew(self) -> None:
        """Kill the bot and start it with the environment as it is now; it is kept alive as before."""
        async with self._admission:
            await self._stop_keeping()
            assert self.bot is not None
            await self.bot.kill()
            await self.start()
        self.keep_alive()

    async def command(self, *arguments: str, check: bool = True) -> str:
        """Return the output of `signoff` with these arguments, from stdout. `check`: that it succeeds."""
        log = self.folder / "commands.log"
        process = await preloaded.start("bot", *arguments, env=self.environment, cwd=self.folder, log=log)
        said = await process.communicate()
        assert process.returncode == 0 or not check, said + log.read_text()
        return said

    def keep_alive(self, *faults: str) -> None:
        """From now on start the bot again when it dies, at first with these faults, then without one."""
        left = list(faults)

        async def keep() -> None:
            while True:
                assert self.bot is not None
                code = await self.bot.died()
                async with self._admission:
                    assert code == -signal.SIGKILL, (self.folder / "bot.log").read_text()
                    self.deaths += 1
                    await self.start(left.pop(0) if left else "")

        self._keeper = asyncio.create_task(keep())

    async def _stop_keeping(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def end(self) -> None:
        async with self._admission:
            await self._stop_keeping()
        if self.bot is not None:
            await self.bot.kill()
        await self.slack.stop()

    # What is left on the disk

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        url = self.environment["DATABASE_URL"]
        with contextlib.closing(_reading(url)) as database:
            return [tuple(row) for row in database.execute(query).fetchall()]

    def executed(self) -> list[tuple[str, str, str]]:
        """(run, step, idempotency key) of every execution, those that were cut off too."""
        lines = (self.data / "executed").read_text().splitlines()
        return [(run, step, key) for run, step, key in (line.split(" ", 2) for line in lines)]

    async def settled(self) -> None:
        """Return when every event is told."""
        await self.none_on_disk("SELECT 1 FROM event, consumer WHERE name = 'slack' AND seq > cursor")
        await self.none_on_disk("SELECT 1 FROM delivery WHERE sent < wanted AND state != 'dead'")

    async def none_on_disk(self, query: str) -> None:
        await self.on_disk(f"SELECT 1 WHERE NOT EXISTS ({query})")

    async def on_disk(self, query: str) -> None:
        """Return when the database has such rows. Another process gives no signal: look again and again."""
        async with asyncio.timeout(30):
            while not self.rows(query):
                await asyncio.sleep(0.02)

    async def check(
        self,
        done: Collection[str] | Mapping[str, Collection[str]],
        decisions: Sequence[str] = (),
        state: str = "succeeded",
    ) -> None:
        """Everything that must hold when a journey is over, whatever died on the way.

        `done`: the steps that succeed in every run, or by workflow. `decisions`: bob's choices, oldest first.
        """
        await self.settled()
        self.each_run_ended(state)
        self.each_step_has_one_result(done)
        self.each_round_has_one_idempotency_key()
        self.each_click_counts_once(decisions)
        self.nothing_is_left_behind()
        await self.the_log_is_whole()
        await self.each_message_is_there_once()

    def each_run_ended(self, state: str) -> None:
        assert self.rows("SELECT DISTINCT state FROM run") == [(state,)]

    def each_step_has_one_result(self, done: Collection[str] | Mapping[str, Collection[str]]) -> None:
        results = Counter(
            self.rows(
                "SELECT run_id, step FROM event WHERE type = 'step.succeeded'"
                " AND step NOT IN (SELECT step FROM request WHERE kind = 'approval') AND step NOT LIKE '%[%'"
            )
        )
        runs = self.rows("SELECT id, workflow FROM run")
        assert results == Counter(
            (run, step)
            for run, workflow in runs
            for step in (done[workflow] if isinstance(done, Mapping) else done)
        )

    def each_round_has_one_idempotency_key(self) -> None:
        keys: dict[tuple[str, str], set[str]] = {}
        for run, step, key in self.executed():
            keys.setdefault((run, step), set()).add(key)
        rounds = {(run, step): n for run, step, n in self.rows("SELECT run_id, step, round FROM step_run")}
        assert {which: len(found) for which, found in keys.items()} == {
            which: rounds[which] for which in keys
        }

    def each_click_counts_once(self, decisions: Sequence[str]) -> None:
        made = self.rows("SELECT choice, actor FROM decision ORDER BY at")
        assert made == [(choice, "slack:U02BOB") for choice in decisions]

    def nothing_is_left_behind(self) -> None:
        assert not self.rows("SELECT * FROM wait")
        assert not self.rows("SELECT id FROM request WHERE state = 'open'")
        assert not self.rows("SELECT key, error FROM delivery WHERE state != 'idle' OR error != ''")

    async def the_log_is_whole(self) -> None:
        assert "Everything is as it was written" in await self.command("audit", "verify")

    async def each_message_is_there_once(self) -> None:
        """Channels, threads and direct messages show exactly the messages and files that the records name."""
        seen: Counter[tuple[str, str]] = Counter()
        # A reply that is also sent to the channel stands in two places and is one message.
        posted = {(message["channel"], message["ts"]): message for message in await self._posted()}
        for message in posted.values():
            shared = [file["id"] for file in message.get("files") or ()]
            seen.update((message["channel"], place) for place in shared or [message["ts"]])
        refs = [json.loads(ref) for (ref,) in self.rows("SELECT ref FROM delivery WHERE ref IS NOT NULL")]
        assert seen == Counter((ref["channel"], ref.get("file") or ref["ts"]) for ref in refs)

    async def _posted(self) -> list[dict[str, Any]]:
        found = []
        for message in await self.office.messages("U02BOB", "C02INCIDENTS"):
            if not message["ephemeral_to"]:
                found += [message, *await self.office.replies("U02BOB", message)]
        for person in ("U01ALICE", "U02BOB"):
            found += await self.office.direct(person)
        return found

    async def check_drill(self, choice: str = "approve", record: str = "✅ *Approved*") -> None:
        """The same of one drill that somebody decided, and that its messages read as they should."""
        ends = ("act", "finish") if choice == "approve" else ("stand_down",)
        await self.check(("prepare", *ends), (choice,))
        run, question = (
            one for one in await self.office.messages("U02BOB", "C02INCIDENTS") if not one["ephemeral_to"]
        )
        assert run["text"].startswith("✅ *drill*" if choice == "approve" else "⏭️ *drill*")
        assert question["text"].startswith(record)
        decided, picture = await self.office.thread("U02BOB", run)
        assert "bob" in decided
        assert picture.startswith("Graph of ")
        assert len(await self.office.direct("U01ALICE")) == 1


@asynccontextmanager
async def new_site(
    folder: Path, office_at: Callable[[str], Any], *slack_arguments: str, on_server: bool = False
) -> AsyncIterator[Site]:
    """A local Slack that runs, and a bot that doesn't yet. `on_server`: its database is on PostgreSQL."""
    (folder / "data").mkdir(parents=True)
    slack = await Child.start(
        *("localslack", "--port", "0", "--data", str(folder / "slack")),
        *("--manifest", str(ROOT / "manifest.yaml"), *slack_arguments),
        log=folder / "slack.log",
        environment={},
        folder=folder,
    )
    url = slack.line.rsplit(" ", 1)[-1]
    app = load_workspace(None).app
    environment = {
        "DATABASE_URL": address_of(str(folder)) if on_server else f"sqlite:///{folder / 'signoff.db'}",
        "SIGNOFF_DATA_DIR": str(folder / "data"),
        "SIGNOFF_WORKFLOWS": str(DRILL),
        "SIGNOFF_SCHEDULES": "off",
        "SIGNOFF_PORT": "0",
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
    }
    site = Site(folder, office_at(url), slack, environment)
    try:
        yield site
    finally:
        await site.end()


def _reading(url: str) -> Any:
    """Return a connection to the database that a bot has open, of either kind."""
    if url.startswith("postgresql://"):
        return Connection(url, read_only=True)
    return sqlite3.connect(url.removeprefix("sqlite:///"))


@pytest.fixture
def sites(
    tmp_path: Path, office_at: Callable[[str], Any], request: pytest.FixtureRequest
) -> Callable[[str], Any]:
    """Makes a site by its name, with the kind of database that `--database` names."""
    on_server = request.config.getoption("--database") == "postgresql"
    return lambda name: new_site(tmp_path / name, office_at, on_server=on_server)


@pytest.fixture
async def site(sites: Callable[[str], Any]) -> AsyncIterator[Site]:
    async with sites("site") as site:
        yield site


@pytest.fixture
async def site_on_file(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Site]:
    """A site for what there is for SQLite files alone."""
    async with new_site(tmp_path / "site", office_at) as site:
        yield site


@pytest.fixture
async def site_on_server(tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Site]:
    async with new_site(tmp_path / "site", office_at, on_server=True) as site:
        yield site
