"""Signed checkpoints at intervals: in a folder, at an address and in a channel; a failure, a restart."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.errors import ConfigError
from bot.serving.checkpoint_copies import CheckpointCopies
from bot.serving.event_follower import EventFollower
from bot.settings.config import read_settings
from engine import EventFilter, Workflow
from engine.documents import public_keys, verified_checkpoint
from engine.testing import Harness
from tests.bot.outbox.alert_office import office

SECRET = "3f1c9d-secret"
DEPLOYS = "C05DEPLOYS"
Local = Any


class Receiver:
    """A service that keeps checkpoints."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self.status = 200
        self.url = ""
        self.asked = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        if self.status == 200:
            self.documents.append(await request.json())
        self.asked.set()
        return web.Response(status=self.status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    found.url = f"http://{host}:{port}/{SECRET}"
    yield found
    await runner.cleanup()


def flow() -> Workflow:
    made = Workflow("flow", owner="@ops", channel="#deploys")

    @made.step
    async def build() -> str:
        return "done"

    return made


def switch_on(harness: Harness, channel: str | None = None) -> None:
    checkpoints = harness.engine._parts.checkpoints
    checkpoints._every, checkpoints._channel = timedelta(days=1), channel
    checkpoints.start()


@asynccontextmanager
async def copying(folder: Path, *places: str) -> AsyncIterator[tuple[Harness, CheckpointCopies]]:
    async with Harness(flow(), folder=folder, schedules=False) as harness:
        copies = CheckpointCopies(harness.engine, places, harness.clock)
        follower = EventFollower(harness.engine, copies.take)
        await follower.begin()
        tasks = [asyncio.create_task(copies.run()), asyncio.create_task(follower.run())]
        switch_on(harness)
        try:
            yield harness, copies
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def until(harness: Harness, holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await harness.engine.activity.idle()
            await asyncio.sleep(0)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_each_day_a_verified_checkpoint_is_in_the_folder_and_at_the_address(
    tmp_path: Path, receiver: Receiver
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    async with copying(tmp_path / "data", str(safe), receiver.url) as (harness, copies):
        await until(harness, lambda: len(receiver.documents) == len(files(safe)) == 1)
        await harness.start("flow")
        await harness.advance("23h")
        assert len(files(safe)) == 1
        await harness.advance("1h")
        await until(harness, lambda: len(receiver.documents) == len(files(safe)) == 2)
        keys = public_keys("".join((await harness.engine.receipts.public_keys()).values()))
        marks = [verified_checkpoint(json.loads(file.read_text()), keys) for file in files(safe)]
        assert marks[0]["events"] < marks[1]["events"]
        assert marks == [verified_checkpoint(document, keys) for document in receiver.documents]
        assert (await harness.engine.audit(marks)).findings == []
        assert copies.problem == ""


async def test_a_place_that_fails_is_named_without_its_secret_and_gets_the_newest_one_later(
    tmp_path: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.status = 500
    gone = tmp_path / "gone"
    async with copying(tmp_path / "data", str(gone), receiver.url) as (harness, copies):
        await until(harness, lambda: "127.0.0.1" in copies.problem and str(gone) in copies.problem)
        assert (
            f"The newest checkpoint of the log is not at {gone}: No such file or directory" in copies.problem
        )
        assert "127.0.0.1: it answered with the status 500" in copies.problem
        await harness.advance("1d")
        receiver.status = 200
        gone.mkdir()
        await harness.advance("1h")
        await until(harness, lambda: copies.problem == "")
        (document,) = receiver.documents[-1:]
        assert json.loads(files(gone)[-1].read_text()) == document
        newest = (await harness.engine.audit([document["checkpoint"]])).findings
        assert newest == []
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "engine"))]
    assert len(ours) == 2
    assert SECRET not in str(ours)


async def test_a_restart_makes_no_further_checkpoint_and_sends_the_newest_again(
    tmp_path: Path, receiver: Receiver
) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    for _ in range(2):
        receiver.documents.clear()
        async with copying(tmp_path / "data", str(safe), receiver.url) as (harness, copies):
            await until(harness, lambda: len(receiver.documents) == len(files(safe)) == 1)
            await harness.advance("1h")
            made = await harness.engine.find_events(EventFilter(types=("log.checkpoint",)), 9)
            assert (len(made), copies.problem) == (1, "")


@pytest.mark.long
async def test_a_log_that_another_program_changed_gets_no_checkpoint(tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    safe.mkdir()
    async with copying(tmp_path / "data", str(safe)) as (harness, _):
        await until(harness, lambda: len(files(safe)) == 1)
        await harness.engine._parts.base.store._writer.submit(
            lambda connection: connection.execute("DELETE FROM log") and None
        )
        await harness.advance("2d")
        assert len(files(safe)) == 1


async def test_a_channel_reads_the_whole_checkpoint(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, flow()) as opened:
        switch_on(opened.harness, "#deploys")
        await opened.advance("1s")
        (told,) = await local.messages(DEPLOYS)
        assert told["text"].startswith("*Checkpoint of the log:* 1 event, digest")
        shown = told["blocks"][1]["text"]["text"].strip("`\n")
        keys = public_keys("".join((await opened.engine.receipts.public_keys()).values()))
        assert verified_checkpoint(json.loads(shown), keys)["events"] == 1
        assert "signoff audit verify --checkpoint FILE" in str(told["blocks"][2])
        await opened.restart_outbox()
        await opened.advance("23h")
        assert len(await local.messages(DEPLOYS)) == 1


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("safe", "'safe' is neither a folder such as /mnt/audit, nor an address such as"),
        ("ftp://x/3f1c9d-secret", "One of its addresses is invalid."),
        ("http://audit.example.com/3f1c9d-secret", "One of its addresses is not encrypted. Write https://."),
        ("#audit, #ops", "It names two channels."),
    ],
)
def test_a_place_that_is_not_one_is_refused_without_its_secret(value: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_settings({"SIGNOFF_CHECKPOINT_TO": value})
    assert "SIGNOFF_CHECKPOINT_TO" in str(refused.value)
    assert why in str(refused.value)
    assert SECRET not in str(refused.value)


def test_places_are_told_apart() -> None:
    given = "/var/audit,#audit https://audit.example.com/x"
    settings = read_settings({"SIGNOFF_CHECKPOINT_TO": given, "SIGNOFF_CHECKPOINT_EVERY": "6h"})
    assert settings.checkpoint_places == ["/var/audit", "https://audit.example.com/x"]
    assert (settings.checkpoint_channel, settings.checkpoint_every) == ("#audit", timedelta(hours=6))
    assert "audit.example.com" not in repr(settings)
