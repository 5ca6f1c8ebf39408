"""Time that people move on from the page of the demo passes for the local Slack and for the bot alike."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.application import run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.demo.clock import DemoClock
from bot.demo.demo import kept_clock
from bot.settings.config import read_settings
from localslack import Config, MovableClock, start

ROOT = Path(__file__).resolve().parents[3]
BOB, CAROL, DEPLOYS = "U02BOB", "U03CAROL", "C05DEPLOYS"
FLOWS = """
from signoff import Workflow

ship = Workflow("ship", owner="@platform", channel="#deploys")
ship.approval("go", ask="Ship it?", approvers=["@release-managers"], expires="4h", advisory=True)
"""


async def test_sleepers_wake_when_time_is_moved_on() -> None:
    movable = MovableClock()
    clock = DemoClock(movable)
    before, started = clock.now(), clock.monotonic()
    waiting = [
        asyncio.create_task(clock.sleep_until(before + timedelta(hours=1))),
        asyncio.create_task(clock.sleep(timedelta(hours=1))),
        asyncio.create_task(clock.until_jump(timedelta(hours=1))),
    ]
    await asyncio.sleep(0)
    movable.move(3600)
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)
    assert clock.now() - before >= timedelta(hours=1)
    assert clock.monotonic() - started >= 3600


def test_a_moved_clock_stays_ahead_after_a_restart(tmp_path: Path) -> None:
    kept_clock(tmp_path).move(3600)
    clock = kept_clock(tmp_path)
    assert clock.moved_by == 3600
    clock.move(60)
    assert kept_clock(tmp_path).moved_by == 3660
    (tmp_path / "clock-moved-by").write_text("soon", encoding="utf-8")
    assert kept_clock(tmp_path).moved_by == 0


async def test_an_approval_expires_when_time_is_moved_on(
    tmp_path: Path, office_at: Callable[[str], Any]
) -> None:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    movable = kept_clock(tmp_path)
    slack = await start(Config(data=tmp_path / "slack", manifest=ROOT / "manifest.yaml", clock=movable))
    settings = read_settings(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'signoff.db'}",
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SIGNOFF_WORKFLOWS": str(tmp_path / "flows.py"),
            "SIGNOFF_DATA_DIR": str(tmp_path / "data"),
            "SIGNOFF_PORT": "0",
        }
    )
    try:
        async with run_bot(settings, load(settings), handlers, DemoClock(movable)):
            office = office_at(slack.url)

            async def connected() -> bool:
                return bool((await office.read("health"))["connected"])

            await office.until(BOB, connected)
            await office.say(BOB, DEPLOYS, "/workflow run ship")
            asked = await office.message(CAROL, DEPLOYS, "Ship it?", "can decide")
            told = await office.do("clock/move", seconds=4 * 3600 + 60, **{"as": BOB})
            assert told["moved_by"] == 4 * 3600 + 60
            expired = await office.message(CAROL, DEPLOYS, "Ship it?", "Expired")
            assert expired["ts"] == asked["ts"]
    finally:
        await slack.close()
