"""Two bots and three workers on a server of their own, of which each fails once.

`SIGNOFF_HALL_RUNS` says how many runs there are; 60 by default. `-s` shows what each failure took.
"""

import asyncio
import json
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
import yaml

from bot.control_socket.client import DoorError, NobodyServes, call
from bot.settings.database_url import on_server
from localslack.config import DEFAULT_WORKSPACE
from tests import preloaded
from tests.crash.conftest import Child, new_site
from tests.crash.hall import CHANNELS
from tests.crash.test_kill import ALICE, BOB
from tests.crash.test_workers import Hall
from tests.postgres_server import OwnServer

RUNS = int(os.environ.get("SIGNOFF_HALL_RUNS", "60"))
HALLS = {f"hall-{number}": f"C1{number}HALL" for number in range(1, CHANNELS + 1)}
"""The channel of each workflow, which bears its name."""
_AT_ONCE = 20
_FROZEN_SECONDS = 30
_STARTED_IN_SLACK, _CLICKED = 8, 8
"""Runs that a command starts, and those whose button is clicked: either bot gets these."""


@pytest.fixture
async def server() -> AsyncIterator[OwnServer]:
    server = await asyncio.to_thread(OwnServer)
    yield server
    await asyncio.to_thread(server.stop)


@pytest.fixture
async def hall(server: OwnServer, tmp_path: Path, office_at: Callable[[str], Any]) -> AsyncIterator[Hall]:
    """Two bots, which both take what comes from Slack and of which the first one leads, and three workers."""
    async with new_site(tmp_path / "site", office_at, "--workspace", str(workspace(tmp_path))) as site:
        site.environment |= {
            "SIGNOFF_WORKFLOWS": str(Path(__file__).with_name("hall.py")),
            "SIGNOFF_PICTURES": "off",
            "DATABASE_URL": server.address,
            "SIGNOFF_QUEUES": "none",
            "SIGNOFF_KEYS": str(site.folder / "keys"),
            "SIGNOFF_CLI_DECIDES": "true",
            "SIGNOFF_CLI_USERS": f'{{"{os.environ.get("USER", "root")}": "U02BOB"}}',
            "SIGNOFF_STARTS_PER_MINUTE": "10000",
            "SIGNOFF_UNFINISHED_RUNS": "10000",
            "SIGNOFF_CALLS_PER_MINUTE": "10000",
        }
        await site.start()
        hall = Hall(site)
        for name in ("one", "two", "three"):
            await hall.hire(name, parallel=8)
        (site.folder / "elsewhere").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        more = {"SIGNOFF_DATA_DIR": str(site.folder / "elsewhere"), "SIGNOFF_PORT": str(port)}
        log = site.folder / "standby.log"
        environment = site.environment | more
        process = await preloaded.start("bot", "serve", env=environment, cwd=site.folder, log=log)
        standby = Child(process, "", log)
        await said(log, "stands by")
        try:
            yield hall
        finally:
            for worker in hall.workers:
                await worker.kill()
            if site.bot is not None:
                await site.bot.kill()
            await standby.kill()


def workspace(folder: Path) -> Path:
    """Return the file of a workspace with a channel for each workflow."""
    described = yaml.safe_load(DEFAULT_WORKSPACE.read_text())
    described["channels"] += [
        {"id": id_, "name": name, "topic": "A hall", "members": [ALICE, BOB, "U0SIGNOFF"]}
        for name, id_ in HALLS.items()
    ]
    file = folder / "workspace.yaml"
    file.write_text(yaml.safe_dump(described))
    return file


async def said(log: Path, text: str) -> float:
    since = time.monotonic()
    async with asyncio.timeout(60):
        while text not in await asyncio.to_thread(_text, log):
            await asyncio.sleep(0.02)
    return time.monotonic() - since


def _text(log: Path) -> str:
    return log.read_text() if log.exists() else ""


class Desk:
    """Asks whichever bot serves, until it answers."""

    def __init__(self, folders: list[Path], database: str) -> None:
        self._places = [folder / database for folder in folders]

    async def ask(self, method: str, **values: Any) -> Any:
        async with asyncio.timeout(120):
            while True:
                for place in self._places:
                    try:
                        return await asyncio.to_thread(call, place, method, values)
                    except (NobodyServes, DoorError, OSError) as error:
                        if isinstance(error, DoorError) and error.kind not in ("Interrupted", "StoreBusy"):
                            raise
                await asyncio.sleep(0.1)


@pytest.mark.sweep
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_or_doubled(hall: Hall, server: OwnServer) -> None:
    site = hall.site
    took, began = dict[str, float](), time.monotonic()
    place = on_server(server.address, Path()).place.name
    desk = Desk([site.data, site.folder / "elsewhere"], place)
    names = [*HALLS]
    await in_turn(
        lambda number: desk.ask(
            "start", workflow=names[number % CHANNELS], values={}, on_behalf=f"run {number}"
        ),
        range(RUNS - _STARTED_IN_SLACK),
    )
    for number in range(_STARTED_IN_SLACK):
        name = names[number % CHANNELS]
        await site.office.say(BOB, HALLS[name], f"/workflow run {name}")
    assert 0 < len(site.rows("SELECT 1 FROM relayed")) < _STARTED_IN_SLACK
    ids = [id_ for (id_,) in site.rows("SELECT id FROM run ORDER BY created_at, id")]
    assert len(ids) == RUNS
    clicked, told = set(ids[:_CLICKED]), ids[_CLICKED:]
    clicking = asyncio.create_task(in_turn(lambda id_: click(site, id_), clicked))
    deciding = asyncio.create_task(in_turn(lambda id_: decide(desk, id_), told))
    one, two, _ = hall.workers
    await some_decided(site, deciding, RUNS // 8)
    await one.kill()
    took["a killed worker"] = await taken_back(site, "one")
    await some_decided(site, deciding, RUNS // 4)
    two.freeze()
    thawing = asyncio.create_task(thaw_later(two))
    took["a frozen worker"] = await taken_back(site, "two")
    await hall.hire("four", parallel=8)
    await some_decided(site, deciding, RUNS // 2)
    await site.bot.kill()
    took["a killed bot"] = await said(site.folder / "standby.log", "This process serves now")
    await some_decided(site, deciding, RUNS * 5 // 8)
    took["a restarted server"] = await restarted(site, server, deciding)
    await some_decided(site, deciding, RUNS * 3 // 4)
    took["a server restarted again"] = await restarted(site, server, deciding)
    await asyncio.gather(deciding, clicking, thawing)
    await gone(site, "SELECT 1 FROM run WHERE state != 'succeeded'")
    took["all runs, from the first start"] = time.monotonic() - began
    site.each_run_ended("succeeded")
    site.each_step_has_one_result(("lift", "lower"))
    site.each_round_has_one_idempotency_key()
    assert Counter(site.rows("SELECT choice, count(*) FROM decision GROUP BY choice")) == {
        ("approve", RUNS): 1
    }
    assert not site.rows("SELECT 1 FROM dispatched")
    report(site, took)
    await gone(site, "SELECT 1 FROM event, consumer WHERE name = 'slack' AND seq > cursor")
    await gone(site, "SELECT 1 FROM delivery WHERE sent < wanted AND state != 'dead'")
    site.nothing_is_left_behind()
    for channel in HALLS.values():
        assert await posted(site, channel) == {
            ref["ts"]: 1 for ref in refs(site) if ref["channel"] == channel
        }
    assert not site.rows("SELECT 1 FROM worker_report")
    print(f"every message is there once after {time.monotonic() - began:.1f} s")
    assert max(seconds for name, seconds in took.items() if name.startswith("a ")) < 4


def report(site: Any, took: dict[str, float]) -> None:
    for name, seconds in took.items():
        print(f"{name}: {seconds:.1f} s")
    for table in ("event", "delivery"):
        print(f"{site_rows(site, f'SELECT count(*) FROM {table}')} rows of {table}")
    executions = Counter((run, step) for run, step, _ in site.executed())
    print(f"{sum(executions.values()) - len(executions)} steps executed again", flush=True)


async def thaw_later(worker: Child) -> None:
    await asyncio.sleep(_FROZEN_SECONDS)
    worker.thaw()


async def restarted(site: Any, server: OwnServer, deciding: asyncio.Task[Any]) -> float:
    """Restart the server; return the seconds from its return until a decision is recorded."""
    await asyncio.to_thread(server.restart)
    since, before = time.monotonic(), site_rows(site, "SELECT count(*) FROM decision")
    while not deciding.done() and site_rows(site, "SELECT count(*) FROM decision") <= before:
        await asyncio.sleep(0.02)
    return time.monotonic() - since


async def taken_back(site: Any, name: str) -> float:
    """Return the seconds until a worker has no attempt any more."""
    since = time.monotonic()
    await site.none_on_disk(
        f"SELECT 1 FROM dispatched JOIN worker ON worker.id = dispatched.worker WHERE name = '{name}'"
    )
    return time.monotonic() - since


async def in_turn(work: Callable[[Any], Awaitable[Any]], of: Iterable[Any]) -> list[Any]:
    """Do it for each, a few at a time; gives the results."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Any) -> Any:
        async with free:
            return await work(each)

    return await asyncio.gather(*map(one, of))


async def decide(desk: Desk, run_id: str) -> None:
    async with asyncio.timeout(300):
        while True:
            detail = await desk.ask("show", run=run_id)
            waiting = [request for request in detail["requests"] if request["state"] == "open"]
            if any(request["state"] == "decided" for request in detail["requests"]):
                return
            for request in waiting:
                values = {"choice": "approve", "comment": "", "seen": request["seen"]}
                said = await desk.ask("decide", request=request["id"], as_user=BOB, **values)
                assert said["accepted"] or said["code"] in ("late", "unavailable"), said
            await asyncio.sleep(0.05)


async def click(site: Any, run_id: str) -> None:
    """Click in Slack until the request of the run is decided. Slack repeats no click."""
    async with asyncio.timeout(900):
        while not site_rows(
            site, f"SELECT count(*) FROM request WHERE run_id = '{run_id}' AND state = 'decided'"
        ):
            with suppress(psycopg.Error):
                for (ref,) in site.rows(
                    "SELECT ref FROM delivery, request WHERE ref IS NOT NULL AND subject = request.id "
                    f"AND request.run_id = '{run_id}'"
                ):
                    place = json.loads(ref)
                    for message in await site.office.messages(BOB, place["channel"]):
                        if message["ts"] == place["ts"] and "can decide" in str(message["blocks"]):
                            await site.office.click(BOB, message, "Approve")
            await asyncio.sleep(0.2)


async def some_decided(site: Any, deciding: asyncio.Task[Any], number: int) -> None:
    async with asyncio.timeout(600):
        while site_rows(site, "SELECT count(*) FROM decision") < number:
            if deciding.done():
                await deciding
            await asyncio.sleep(0.05)


def refs(site: Any) -> list[dict[str, str]]:
    """Return the messages that the records name."""
    return [json.loads(ref) for (ref,) in site.rows("SELECT ref FROM delivery WHERE ref IS NOT NULL")]


async def posted(site: Any, channel: str) -> Counter[str]:
    """Return how often each message is in this channel and its threads, by its time stamp."""
    headers = {"Authorization": f"Bearer {site.environment['SLACK_BOT_TOKEN']}"}
    async with aiohttp.ClientSession(site.environment["SLACK_API_URL"], headers=headers) as slack:
        listed = await pages(slack, "conversations.history", channel=channel)
        for thread in [message["ts"] for message in listed if message.get("reply_count")]:
            listed += (await pages(slack, "conversations.replies", channel=channel, ts=thread))[1:]
    return Counter(message["ts"] for message in listed if message.get("bot_id"))


async def pages(slack: aiohttp.ClientSession, method: str, **of: str) -> list[dict[str, Any]]:
    """Return all messages that a method of Slack lists."""
    found, cursor = list[dict[str, Any]](), ""
    while True:
        asked = {"limit": "200", "cursor": cursor, **of}
        async with slack.post(method, data=asked) as answer:
            page = await answer.json()
        found += page["messages"]
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return found


async def gone(site: Any, query: str) -> None:
    """Wait until the query gives no row. Messages come at the pace that Slack allows."""
    while site.rows(query):
        await asyncio.sleep(0.5)


def site_rows(site: Any, query: str) -> int:
    """Return a number; 0 while the server restarts."""
    with suppress(psycopg.Error):
        return int(site.rows(query)[0][0])
    return 0
