"""A process or a worker that a proxy keeps from the server for longer than it may be silent, and then not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import Engine, EngineSettings, StoreBroken, SystemClock, Workflow
from engine.audit.keys import Keyring
from engine.store import on_postgres
from engine.store.postgres.claim import displace
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.workers import Worker, open_worker
from tests.engine.runtime.dispatch.test_workers import CAROL, HALL, flow, serving, settings
from tests.engine.store.test_postgres import NOON, Line, event, numbers
from tests.postgres_server import address_of


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    line = Line(address_of(str(tmp_path)))
    await line.open()
    yield line
    await line.close()


@pytest.mark.parametrize("answers_alone", [False, True], ids=["both directions", "answers alone"])
async def test_a_process_that_was_cut_off_records_nothing_beside_the_one_that_took_over(
    tmp_path: Path, line: Line, answers_alone: bool
) -> None:
    address, keyring = address_of(str(tmp_path)), Keyring(tmp_path / "keys")
    store = await on_postgres.open_store(line.address, keyring, NOON)
    await store.append(event(1))
    line.hold(answers_alone=answers_alone)
    late = [asyncio.ensure_future(store.append(event(number))) for number in (2, 3)]
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(displace, ServerDatabase.at(address)):
            await asyncio.sleep(0.1)
    other = await on_postgres.open_store(address, keyring, NOON)
    try:
        await other.append(event(4))
        line.release()
        for append in late:
            with pytest.raises(StoreBroken, match="took over the database"):
                await asyncio.wait_for(append, 20)
        with pytest.raises(StoreBroken, match="took over the database"):
            await store.append(event(5))
        await other.append(event(6))
        assert await numbers(other) == [1, 4, 6]
        assert not (await other.audit()).findings
    finally:
        await store.close()
        await other.close()


class _Hall:
    """A step of a queue, the workers on it, and how often each executed it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.executed = folder, list[str]()
        self.goes_on = {name: asyncio.Event() for name in ("far", "near")}

    def workflow(self, name: str) -> Workflow:
        """Return the workflow as the worker of this name has it."""
        made = flow()

        @made.step(queue="hall")
        async def fetch() -> str:
            self.executed.append(name)
            await self.goes_on[name].wait()
            return "fetched"

        return made

    async def hire(self, name: str, address: str) -> Worker:
        known = [(self.workflow(name), None)]
        worker = open_worker(address, known, settings(self.folder), SystemClock(), HALL, name)
        await worker.open()
        return worker

    async def executes(self, *names: str) -> None:
        async with asyncio.timeout(20):
            while self.executed != list(names):
                await asyncio.sleep(0.02)

    async def reports(self) -> int:
        """Return how often the end of the step was recorded."""
        with closing(Connection(address_of(str(self.folder)))) as connection:
            counted = "SELECT count(*) AS n FROM event WHERE type = 'step.succeeded'"
            return int(connection.execute(counted).fetchone()["n"])


async def test_the_step_of_a_worker_that_is_cut_off_goes_to_another_and_counts_once(
    tmp_path: Path, line: Line
) -> None:
    hall = _Hall(tmp_path)
    async with serving(tmp_path, hall.workflow("near")) as engine:
        far = await hall.hire("far", line.address)
        run = await engine.start("picking", {}, actor=CAROL)
        await hall.executes("far")
        line.hold()
        near = await hall.hire("near", address_of(str(tmp_path)))
        await hall.executes("far", "near")
        hall.goes_on["far"].set()  # its report waits in the line
        await asyncio.sleep(0)
        hall.goes_on["near"].set()
        assert (await asyncio.wait_for(engine.until_ended(run.id), 20)).state == "succeeded"
        await near.close(grace=1)
        line.release()
        again = await engine.start("picking", {}, actor=CAROL)  # it starts afresh by itself
        assert (await asyncio.wait_for(engine.until_ended(again.id), 20)).state == "succeeded"
        assert hall.executed == ["far", "near", "far"]
        assert await hall.reports() == 2
        await far.close(grace=1)


async def test_a_worker_whose_connections_are_cut_for_a_moment_reports_what_it_executed(
    tmp_path: Path, line: Line
) -> None:
    hall = _Hall(tmp_path)
    async with serving(tmp_path, hall.workflow("near")) as engine:
        far = await hall.hire("far", line.address)
        run = await engine.start("picking", {}, actor=CAROL)
        await hall.executes("far")
        line.cut()
        hall.goes_on["far"].set()
        assert (await asyncio.wait_for(engine.until_ended(run.id), 20)).state == "succeeded"
        assert hall.executed == ["far"]
        assert await hall.reports() == 1
        await far.close(grace=1)


async def test_an_engine_that_is_cut_off_for_less_than_its_silence_goes_on(
    tmp_path: Path, line: Line
) -> None:
    chosen = EngineSettings(tmp_path / "data", keys_dir=tmp_path / "keys")
    made = Workflow("picking", owner="U0CAROL", channel="#ops")

    @made.step
    async def fetch() -> str:
        line.cut()
        return "fetched"

    @made.step
    async def pack(fetch: str) -> str:
        return f"packed, {fetch}"

    engine = await Engine.open(line.address, settings=chosen)
    engine.register(made)
    await engine.serve()
    run = await engine.start("picking", {}, actor=CAROL)
    ended = await asyncio.wait_for(engine.until_ended(run.id), 20)
    assert ended.state == "succeeded"
    await engine.close(grace=0)
