"""Two bots on one database on a server: the second one takes over from a dead or a frozen one."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.crash.conftest import Child
from tests.crash.test_kill import INCIDENTS, approve, ask, done
from tests.crash.test_sweep import BOB

Site = Any
QUESTION = 'Go on: "all is ready"?'


@dataclass
class Standby:
    """A second bot, as on another machine. Commands of the site ask this one."""

    site: Site
    port: int

    async def ready(self) -> tuple[int, str]:
        """Return what its `/readyz` says."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
        ):
            return answer.status, await answer.text()

    async def says(self, text: str) -> float:
        """Wait until its log has this text; return the seconds that it took."""
        since, log = time.monotonic(), self.site.folder / "standby.log"
        async with asyncio.timeout(30):
            while not log.exists() or text not in log.read_text():
                await asyncio.sleep(0.02)
        return time.monotonic() - since


@pytest.fixture
async def standby(site_on_server: Site) -> AsyncIterator[Standby]:
    site = site_on_server
    site.environment["SIGNOFF_KEYS"] = str(site.folder / "keys")
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, QUESTION, "can decide")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (site.folder / "elsewhere").mkdir()
    site.environment |= {"SIGNOFF_DATA_DIR": str(site.folder / "elsewhere"), "SIGNOFF_PORT": str(port)}
    log = site.folder / "standby.log"
    start = asyncio.create_task(
        Child.start("bot", "serve", log=log, environment=site.environment, folder=site.folder)
    )
    standby = Standby(site, port)
    await standby.says("stands by")
    try:
        yield standby
    finally:
        await site.bot.kill()
        await (await start).kill()  # it serves now


async def click_until_it_is_heard(site: Site) -> None:
    """Slack still hands some clicks to the connections of the frozen bot, and repeats none."""
    question = await site.office.message(BOB, INCIDENTS, QUESTION, "can decide")
    async with asyncio.timeout(60):
        while not (await site.office.click(BOB, question, "Approve"))["ok"]:
            pass


async def test_the_standby_takes_over_from_a_dead_bot(standby: Standby) -> None:
    site = standby.site
    async with asyncio.timeout(30):
        while (await standby.ready())[0] != 200:
            await asyncio.sleep(0.02)
    assert "and stands by" in (await standby.ready())[1]
    await site.bot.kill()
    assert await standby.says("This process serves now") < 3
    await approve(site)
    await done(site)
    await site.check_drill()
    status, said = await standby.ready()
    assert status == 200, said


async def test_the_standby_takes_over_from_a_frozen_bot_which_ends_when_it_goes_on(standby: Standby) -> None:
    site, frozen = standby.site, standby.site.bot
    frozen.freeze()
    assert await standby.says("This process serves now") < 5
    await click_until_it_is_heard(site)
    await done(site)
    frozen.thaw()
    assert await frozen.died() != 0
    assert "Another process of Signoff took over the database" in frozen.log.read_text()
    await site.check_drill()


async def test_a_standby_with_other_keys_ends_at_its_start(standby: Standby) -> None:
    site = standby.site
    before = dict(site.environment)
    site.environment |= {
        "SIGNOFF_KEYS": str(site.folder / "other-keys"),
        "SIGNOFF_DATA_DIR": str(site.folder / "third"),
        "SIGNOFF_PORT": "0",
    }
    await site.command("serve", check=False)
    assert "Put the folder of keys back from your copy" in (site.folder / "commands.log").read_text()
    site.environment |= before
