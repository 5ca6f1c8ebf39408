"""A Home that is open while Signoff restarts shows what happened meanwhile, without being opened again."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.listeners.kept_homes import KeptHomes
from bot.listeners.open_homes import MAX_PEOPLE, OPEN_SECONDS, OpenHomes
from bot.settings.config import read_settings
from engine import Actor
from localslack import Config, start
from tests.bot.listeners.conftest import FLOWS, ROOT

BOB = "U02BOB"
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


async def test_a_home_that_was_open_is_published_after_a_restart(
    tmp_path: Path, office_at: Callable[[str], Any]
) -> None:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    slack = await start(Config(manifest=ROOT / "manifest.yaml"))
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
            "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
            "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
            "SIGNOFF_PORT": "0",
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
    )

    @asynccontextmanager
    async def bot() -> AsyncIterator[Bot]:
        async with run_bot(settings, load(settings), handlers) as bot:
            await office.until(BOB, connected)
            yield bot

    async def connected() -> bool:
        return bool((await office.read("health"))["connected"])

    async def shows(words: str) -> None:
        async def found() -> bool:
            return words in str(await office.home(BOB))

        await office.until(BOB, found)

    try:
        office = office_at(slack.url)
        async with bot():
            await office.do("home/open", **{"as": BOB})
            await shows("You have not started a run yet.")

            async def is_kept() -> bool:
                return (tmp_path / "data" / "open-homes.json").exists()

            await office.until(BOB, is_kept)
        async with bot() as again:
            run = await again.engine.start("ship", {"service": "billing"}, actor=Actor("slack", BOB))
            await shows(run.short)
    finally:
        await slack.close()


async def test_the_file_keeps_when_each_home_was_opened(tmp_path: Path) -> None:
    file = tmp_path / "data" / "open-homes.json"
    await KeptHomes(file).keep({"U1": 30.0, "U2": 0.0}, NOW)
    assert file.stat().st_mode & 0o777 == 0o600
    assert await KeptHomes(file).read(NOW + timedelta(minutes=1)) == {"U1": 90.0, "U2": 60.0}
    # The clock was set back: a Home is never open for longer than an hour after the start.
    assert await KeptHomes(file).read(NOW - timedelta(days=1)) == {"U1": 0.0, "U2": 0.0}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"U1": "soon"}', '{"U1": null}', "\udcff"])
async def test_a_file_that_is_not_valid_forgets_the_open_homes(tmp_path: Path, content: str) -> None:
    file = tmp_path / "open-homes.json"
    file.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert await KeptHomes(file).read(NOW) == {}
    assert await KeptHomes(tmp_path / "none.json").read(NOW) == {}


async def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    await KeptHomes(tmp_path / "file" / "open-homes.json").keep({"U1": 0.0}, NOW)


def test_homes_of_before_are_open_until_an_hour_has_passed() -> None:
    homes = OpenHomes()
    homes.note("U1", 5.0)
    homes.restore({"U1": 100.0, "U2": OPEN_SECONDS - 10, "U3": OPEN_SECONDS + 1}, 5.0)
    assert sorted(homes.people(5.0)) == ["U1", "U2"]
    assert homes.people(20.0) == ["U1"]
    homes.restore({f"U{number}": 1.0 for number in range(MAX_PEOPLE + 5)}, 20.0)
    assert len(homes.people(20.0)) == MAX_PEOPLE
