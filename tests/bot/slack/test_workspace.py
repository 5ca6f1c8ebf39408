"""Slack is away at the start, or refuses a token: everything else works until it can be connected."""

import asyncio
import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.settings.config import read_settings
from engine import Actor, Decision, StoreBroken, StoreInUse
from engine.clock import FakeClock
from engine.store.files.file_lock import FileLock
from localslack import Config, Server, start

FLOWS = """
from signoff import Every, Workflow

tick = Workflow("tick", owner="@on-call", channel="#general", triggers=[Every("1m")])


@tick.step
async def work() -> str:
    return "done"


ask = Workflow("ask", owner="@on-call", channel="#general")
go = ask.approval("go", ask="Ship it?", approvers=["@on-call"], expires="4h")


@ask.step(when=go.approved)
async def ship() -> str:
    return "shipped"
"""
TESTER = Actor("slack", "U05ERIN")
MINUTE = timedelta(minutes=1)


@dataclass
class Place:
    """Where Slack will be, and a bot that starts without it."""

    port: int
    folder: Path
    clock: FakeClock
    office: Any

    async def slack(self) -> Server:
        return await start(Config(port=self.port, data=self.folder / "slack"))

    @asynccontextmanager
    async def bot(self, **environment: str) -> AsyncIterator[Bot]:
        (self.folder / "flows.py").write_text(FLOWS, encoding="utf-8")
        settings = read_settings(
            {
                "DATABASE_URL": f"sqlite:///{self.folder / 'signoff.db'}",
                "SLACK_API_URL": f"http://127.0.0.1:{self.port}/api/",
                "SLACK_BOT_TOKEN": "xoxb-local-signoff",
                "SLACK_APP_TOKEN": "xapp-local-signoff",
                "SIGNOFF_WORKFLOWS": str(self.folder / "flows.py"),
                "SIGNOFF_DATA_DIR": str(self.folder / "data"),
                "SIGNOFF_SCHEDULES": "on",
                "SIGNOFF_PORT": "0",
                "SIGNOFF_OPERATOR": "U05ERIN",
                **environment,
            }
        )
        async with run_bot(settings, load(settings), handlers, self.clock) as bot:
            yield bot

    async def later(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Let virtual time pass until it is so."""
        async with asyncio.timeout(30):
            while not await condition():
                self.clock.advance(timedelta(seconds=1))
                await asyncio.sleep(0)

    async def counted(self, text: str) -> int:
        said = await self.office.messages("U01ALICE", "C01GENERAL")
        return sum(text in json.dumps(message, ensure_ascii=False) for message in said)


@pytest.fixture
def place(tmp_path: Path, office_at: Any) -> Place:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    return Place(port, tmp_path, FakeClock(), office_at(f"http://127.0.0.1:{port}"))


async def ready(bot: Bot) -> dict[str, Any]:
    return await _ready_at(bot.port)


async def _ready_at(port: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/readyz") as answer:
        return dict(await answer.json())


async def test_a_start_on_a_locked_database_says_so_and_serves_once_it_is_released(place: Place) -> None:
    async with place.bot():
        pass
    with closing(sqlite3.connect(place.folder / "signoff.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with place.bot() as bot:
            problems = (await ready(bot))["problems"]
            assert "holds the write lock" in problems["database"]
            assert "engine" in problems
            other.execute("ROLLBACK")
            await bot.engine.start("ask", {}, actor=Actor("cli", "erin"))
            await place.later(lambda: _serves(bot))
            assert "database" not in (await ready(bot))["problems"]


async def test_readyz_says_why_the_database_cannot_be_opened_yet(place: Place) -> None:
    async with place.bot() as bot:
        port = bot.port
    with closing(sqlite3.connect(place.folder / "signoff.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        started, ended = asyncio.Event(), asyncio.Event()

        async def serve() -> None:
            async with place.bot(SIGNOFF_PORT=str(port)):
                started.set()
                await ended.wait()

        serving = asyncio.create_task(serve())

        async def says_why() -> bool:
            with suppress(aiohttp.ClientConnectionError):
                return "holds the write lock" in (await _ready_at(port))["problems"].get("database", "")
            return False

        await place.later(says_why)
        other.close()
        await place.later(lambda: _is_set(started))
        assert "database" not in (await _ready_at(port))["problems"]
    ended.set()
    await serving


@asynccontextmanager
async def start_during(place: Place, lock: FileLock) -> AsyncIterator[asyncio.Task[None]]:
    """Start while somebody has the lock; the task ends as soon as the bot is there, or raises its refusal."""

    async def serve() -> None:
        async with place.bot():
            pass

    lock.take()
    serving = asyncio.create_task(serve())
    try:
        yield serving
    finally:
        lock.release()
        await asyncio.gather(serving, return_exceptions=True)


async def test_a_start_waits_for_a_command_that_has_the_database(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    lock = FileLock(place.folder / "signoff.db")

    async def waits() -> bool:
        return "in case a command has it" in caplog.text

    async with start_during(place, lock) as serving:
        await place.later(waits)
        for _ in range(5):
            place.clock.advance(timedelta(seconds=1))
            await asyncio.sleep(0)
        assert not serving.done()
        lock.release()
        await place.later(lambda: _is_done(serving))
        await serving
    assert [record.message for record in caplog.records if "in case a command has it" in record.message] == [
        f"{lock.database} is in use by this process. Close the engine that has it, release the lock, or pass "
        "the lock that you hold: Engine.open(…, lock=lock). Waiting up to 10 s, in case a command has it."
    ]


async def test_a_start_is_refused_when_the_database_stays_in_use(place: Place) -> None:
    began = place.clock.now()
    async with start_during(place, FileLock(place.folder / "signoff.db")) as serving:
        await place.later(lambda: _is_done(serving))
        with pytest.raises(StoreInUse, match="is in use by"):
            await serving
    assert place.clock.now() - began >= timedelta(seconds=10)


async def test_a_second_process_is_refused_at_once_while_another_one_serves(place: Place) -> None:
    async with place.bot():
        began = place.clock.now()
        with pytest.raises(StoreInUse, match="is in use by"):
            async with asyncio.timeout(10), place.bot():
                pass
        assert place.clock.now() == began


async def _is_done(task: asyncio.Task[None]) -> bool:
    return task.done()


async def _is_set(event: asyncio.Event) -> bool:
    return event.is_set()


async def _serves(bot: Bot) -> bool:
    return bot.engine.serving


async def test_the_operator_is_told_why_the_process_ends(place: Place) -> None:
    slack = await place.slack()

    async def ends() -> None:
        async with place.bot() as bot:
            await place.later(lambda: _is_well(bot))
            raise StoreBroken("The database signoff.db is damaged.", damaged=True)

    with pytest.raises(StoreBroken):
        await ends()
    (told,) = await place.office.direct("U05ERIN")
    assert "Signoff has ended. The database signoff.db is damaged." in told["text"]
    await slack.close()


async def test_the_engine_works_through_ten_minutes_without_slack_and_nothing_is_lost(place: Place) -> None:
    async with place.bot() as bot:
        assert "Slack did not answer" in (await ready(bot))["problems"]["slack"]
        asked = await bot.engine.start("ask", {}, actor=Actor("cli", "erin"))
        for _ in range(10):
            await bot.engine.activity.idle()
            (request,) = await bot.engine.requests()
            denied = await bot.engine.decide(
                request.id, Decision("approve"), actor=Actor("slack", "U01ALICE")
            )
            assert denied.code == "unavailable", "while nobody can be looked up, nobody is let in"
            place.clock.advance(MINUTE)
        await bot.engine.activity.idle()
        runs, total = await bot.engine.runs("tick")
        assert (total, {run.state for run in runs}) == (10, {"succeeded"})
        slack = await place.slack()
        try:
            await place.later(lambda: _is_well(bot))
            await place.later(lambda: _at_least(place, "Ship it?", 1))
            await place.later(lambda: _at_least(place, "tick", 10))
            question = await place.office.message("U01ALICE", "C01GENERAL", "Ship it?")
            await place.office.click("U01ALICE", question, "Approve")
            await place.later(lambda: _ended(bot, asked.id))
        finally:
            await slack.close()


@pytest.mark.parametrize(
    ("wrong", "name"), [("SLACK_BOT_TOKEN", "bot token"), ("SLACK_APP_TOKEN", "app-level token")]
)
async def test_a_wrong_token_is_named_while_the_engine_works_and_a_right_one_after_a_restart_connects(
    place: Place, wrong: str, name: str
) -> None:
    slack = await place.slack()
    token = ("xoxb" if "BOT" in wrong else "xapp") + "-1-wrong-12345678"
    async with place.bot(**{wrong: token}) as bot:
        problems = (await ready(bot))["problems"]
        assert problems.keys() == {"slack"}
        assert problems["slack"].startswith(f"{wrong}: Slack does not know the {name}")
        assert "wrong-12345678" not in str(problems)
        place.clock.advance(MINUTE)
        await bot.engine.activity.idle()
        assert (await bot.engine.runs("tick"))[1] == 1
    async with place.bot() as bot:
        await place.later(lambda: _is_well(bot))
        await place.later(lambda: _at_least(place, "tick", 1))
    await slack.close()


async def test_tokens_that_are_revoked_and_work_again_need_no_restart(place: Place) -> None:
    slack = await place.slack()
    await place.office.do("token/revoke", event="")
    async with place.bot() as bot:
        assert "The bot token was revoked" in (await ready(bot))["problems"]["slack"]
        await place.office.do("token/restore")
        await place.later(lambda: _is_well(bot))
        await place.office.do("token/revoke", event="", sockets=True)
        await place.later(lambda: _says(bot, "The bot token was revoked"))
        await place.office.do("token/restore")
        await place.later(lambda: _is_well(bot))
    await slack.close()


async def test_an_app_level_token_that_is_revoked_later_is_named(place: Place) -> None:
    slack = await place.slack()
    async with place.bot() as bot:
        await place.later(lambda: _is_well(bot))
        await place.office.do("token/revoke", token="app", error="token_revoked")
        await place.later(lambda: _says(bot, "no connection to Slack: The app-level token was revoked"))
        await place.office.do("token/restore")
        await place.later(lambda: _is_well(bot))
    await slack.close()


async def _says(bot: Bot, text: str) -> bool:
    return text in str((await ready(bot))["problems"])


async def _is_well(bot: Bot) -> bool:
    return bool((await ready(bot))["ok"])


async def _at_least(place: Place, text: str, count: int) -> bool:
    return await place.counted(text) >= count


async def _ended(bot: Bot, run_id: str) -> bool:
    return (await bot.engine.detail(run_id)).run.state == "succeeded"
