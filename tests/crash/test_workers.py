"""Workers, each a process of its own, that die, freeze or stop while they execute steps."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.crash.conftest import Child
from tests.crash.test_kill import ALICE, BOB, INCIDENTS, approve, ask, done
from tests.crash.test_sweep import live

Site = Any


@dataclass
class Hall:
    """A bot that executes no step itself, and its workers."""

    site: Site
    workers: list[Child] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Where workers die that are kept alive, one a life."""
    deaths: int = 0

    async def keep_one(self) -> None:
        """Start a worker once there are tables, and start it again when it dies."""
        async with asyncio.timeout(30):
            while "dispatched" not in str(await asyncio.to_thread(self._tables)):
                await asyncio.sleep(0.05)
        while True:
            worker = await self.hire(f"life-{self.deaths + 1}", self.faults.pop(0) if self.faults else "")
            assert await worker.died() == -signal.SIGKILL
            self.deaths += 1

    def _tables(self) -> list[tuple[str]]:
        return list(self.site.rows("SELECT to_regclass('dispatched')::text"))

    async def hire(self, name: str, fault: str = "", parallel: int = 4) -> Child:
        """Start a worker, as on another machine."""
        environment = {
            name: value for name, value in self.site.environment.items() if not name.startswith("SLACK_")
        } | ({"SIGNOFF_FAULT": fault} if fault else {})
        worker = await Child.start(
            *("bot", "worker", "--name", name, "--parallel", str(parallel)),
            log=self.site.folder / f"{name}.log",
            environment=environment,
            folder=self.site.folder,
        )
        assert worker.line.startswith(f"Worker {name} executes"), worker.log.read_text()
        self.workers.append(worker)
        return worker

    async def held(self) -> Callable[[], None]:
        """Return once `act` executes; the result lets it end."""
        data = self.site.data
        await asyncio.to_thread((data / "started").read_text)

        def go_on() -> None:
            with (data / "go-on").open("w"):
                pass

        return go_on

    async def said_by_bot(self, text: str) -> float:
        """Wait until the bot's log has this text; return the seconds that it took."""
        since, log = time.monotonic(), self.site.folder / "bot.log"
        async with asyncio.timeout(30):
            while text not in log.read_text():
                await asyncio.sleep(0.02)
        return time.monotonic() - since


@pytest.fixture
async def hall(site_on_server: Site) -> AsyncIterator[Hall]:
    site = site_on_server
    site.environment["SIGNOFF_QUEUES"] = "none"
    hall = Hall(site)
    try:
        yield hall
    finally:
        for worker in hall.workers:
            await worker.kill()


@asynccontextmanager
async def kept(hall: Hall) -> AsyncIterator[None]:
    """Keep a worker alive meanwhile."""
    keeping = asyncio.create_task(hall.keep_one())
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def pipes(site: Site) -> None:
    for name in ("started", "go-on"):
        os.mkfifo(site.data / name)


async def test_workers_execute_a_run_with_an_approval(hall: Hall) -> None:
    site = hall.site
    await site.start()
    await hall.hire("one")
    await ask(site)
    await approve(site)
    await done(site)
    await site.check_drill()
    assert "one" in await site.command("workers")


async def test_the_step_of_a_dead_worker_executes_again_on_another_one(hall: Hall) -> None:
    site = hall.site
    await site.start()
    one = await hall.hire("one")
    await ask(site)
    pipes(site)
    await approve(site)
    await hall.held()
    await hall.hire("two")
    await one.kill()
    assert await hall.said_by_bot("gave no sign of life") < 4
    (await hall.held())()
    await done(site)
    await site.check_drill()
    assert len([step for _, step, _ in site.executed() if step == "act"]) == 2


@pytest.mark.long
async def test_what_a_frozen_worker_reports_when_it_goes_on_changes_nothing(hall: Hall) -> None:
    site = hall.site
    await site.start()
    one = await hall.hire("one")
    await ask(site)
    pipes(site)
    await approve(site)
    await hall.held()
    one.freeze()
    await hall.hire("two")
    assert await hall.said_by_bot("gave no sign of life") < 4
    (await hall.held())()
    await done(site)
    one.thaw()
    async with asyncio.timeout(10):
        while "taken for dead" not in one.log.read_text():
            await asyncio.sleep(0.02)
    await site.check_drill()
    assert await one.stop() == 0


async def test_a_step_goes_on_while_the_bot_is_dead_and_executes_once(hall: Hall) -> None:
    site = hall.site
    await site.start()
    await hall.hire("one")
    await ask(site)
    pipes(site)
    await approve(site)
    go_on = await hall.held()
    await site.bot.kill()
    go_on()
    await site.on_disk("SELECT 1 FROM worker_report WHERE kind = 'succeed'")
    await site.start()
    await done(site)
    await site.check_drill()
    assert len([step for _, step, _ in site.executed() if step == "act"]) == 1


@pytest.mark.long
async def test_a_worker_that_is_stopped_gives_its_step_back(hall: Hall) -> None:
    site = hall.site
    await site.start()
    one = await hall.hire("one")
    await ask(site)
    pipes(site)
    await approve(site)
    go_on = await hall.held()
    stopping = asyncio.create_task(one.stop())
    await site.on_disk("SELECT 1 FROM worker WHERE draining")
    go_on()
    assert await stopping == 0
    await hall.hire("two")
    await done(site)
    await site.check_drill()
    assert site.rows("SELECT name FROM worker") == [("two",)]


@pytest.mark.long
async def test_a_step_that_kills_its_worker_is_given_up_after_three_deaths(hall: Hall) -> None:
    site = hall.site
    await site.start()
    await site.office.act("message", text="/workflow run fatal", channel=INCIDENTS, **{"as": ALICE})
    for number in range(1, 4):
        worker = await hall.hire(f"worker-{number}")
        assert await worker.died() == -signal.SIGKILL
    card = await site.office.message(BOB, INCIDENTS, "while this step was executing")
    assert "The process ended 3 times" in str(card["blocks"])
    assert [step for _, step, _ in site.executed()] == ["blow"] * 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("journey", "faults"),
    [
        ("approved", ["store.committed:5", "decision.committed"]),
        ("counted", ["store.committed:4"]),
        ("told", ["delivery.posted:2"]),
        ("undone", ["store.committed:8"]),
        ("retried", ["delivery.noted"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " then ".join(value),
)
async def test_a_killed_bot_loses_and_doubles_nothing_of_its_workers(
    hall: Hall, journey: str, faults: list[str]
) -> None:
    async with kept(hall):
        assert await live(hall.site, journey, *faults) == len(faults)


@pytest.mark.long
@pytest.mark.parametrize(
    ("journey", "fault"),
    [
        ("approved", "attempt.started:2"),
        ("approved", "attempt.executed:2"),
        ("approved", "attempt.recorded"),
        ("counted", "checkpoint.kept:3"),
        ("told", "notify.kept:2"),
        ("undone", "attempt.executed:2"),
    ],
)
async def test_a_killed_worker_loses_and_doubles_nothing(hall: Hall, journey: str, fault: str) -> None:
    hall.faults.append(fault)
    async with kept(hall):
        await live(hall.site, journey, "")
        assert hall.deaths == 1
