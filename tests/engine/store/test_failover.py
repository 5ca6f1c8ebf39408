"""A primary that is lost, and its standby, which is promoted. Both are real servers, with replication."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, Decision, Engine, EngineSettings, Person, StaticPeople, StoreBroken, Workflow
from engine.audit.keys import Keyring
from engine.store import on_postgres
from engine.store.store import Store
from engine.store.writes import facts
from tests.engine.store.test_postgres import NOON, event, numbers
from tests.postgres_server import ServerPair

OPS = Actor("cli", "ops")
RUNS = 4


@pytest.fixture
async def pair() -> AsyncIterator[ServerPair]:
    pair = await asyncio.to_thread(ServerPair)
    yield pair
    await asyncio.to_thread(pair.stop)


async def opened(pair: ServerPair, tmp_path: Path) -> Store:
    return await on_postgres.open_store(pair.address, Keyring(tmp_path / "keys"), NOON)


async def take_over(pair: ServerPair) -> None:
    """Lose the primary, and promote the standby a moment later, as a cluster manager does."""
    await asyncio.to_thread(pair.kill, 0)
    await asyncio.to_thread(pair.promote)


async def until_ended(engine: Engine, run_id: str) -> str:
    async with asyncio.timeout(60):
        while (run := (await engine.detail(run_id)).run).ended_at is None:
            await asyncio.sleep(0.02)
    return run.state


async def test_runs_continue_on_the_standby_and_each_step_is_executed_once(
    pair: ServerPair, tmp_path: Path
) -> None:
    executed: list[str] = []
    under_way, is_promoted = asyncio.Semaphore(0), asyncio.Event()
    ship = Workflow("ship", owner="U1", channel="#ops")

    @ship.step
    async def build(ctx: Any) -> str:
        executed.append(f"build {ctx.run_id}")
        return "built"

    @ship.step
    async def load(ctx: Any, build: str) -> str:
        executed.append(f"load {ctx.run_id}")
        under_way.release()
        await is_promoted.wait()
        return "loaded"

    go = ship.approval("go", ask="Ship {load}?", approvers=["U2"], expires="4h")

    @ship.step(after=[go])
    async def send(ctx: Any) -> str:
        executed.append(f"send {ctx.run_id}")
        return "sent"

    settings = EngineSettings(tmp_path / "data", keys_dir=tmp_path / "keys")
    engine = await Engine.open(
        pair.address, people=StaticPeople([Person("U1", "ann"), Person("U2", "bob")]), settings=settings
    )
    try:
        engine.register(ship)
        await engine.serve()
        runs = [await engine.start("ship", actor=OPS, key=str(number)) for number in range(RUNS)]
        for _ in runs:
            await under_way.acquire()
        await take_over(pair)
        is_promoted.set()
        for run in runs:
            async with asyncio.timeout(60):
                while not (asked := await engine.requests(run_id=run.id, limit=1)):
                    await asyncio.sleep(0.02)
            result = await engine.decide(asked[0].id, Decision("approve"), actor=Actor("slack", "U2"))
            assert result.accepted, result
        assert [await until_ended(engine, run.id) for run in runs] == ["succeeded"] * RUNS
        steps = ("build", "load", "send")
        assert sorted(executed) == sorted(f"{step} {run.id}" for run in runs for step in steps)
        assert not (await engine.audit()).findings
    finally:
        await engine.close(grace=0)


async def test_statements_are_prepared_again_on_the_standby(pair: ServerPair, tmp_path: Path) -> None:
    store = await opened(pair, tmp_path)
    for number in range(1, 6):  # from the third on they are prepared
        await store.append(event(number))
    await take_over(pair)
    for number in range(6, 11):
        await store.append(event(number))
    assert await numbers(store) == list(range(1, 11))
    assert not (await store.audit()).findings
    await store.close()


async def test_a_standby_is_never_written_to_before_it_is_promoted(pair: ServerPair, tmp_path: Path) -> None:
    store = await opened(pair, tmp_path)
    await asyncio.to_thread(pair.kill, 0)
    waiting = asyncio.ensure_future(store.append(event(1)))
    async with asyncio.timeout(30):
        while not store.problem:
            await asyncio.sleep(0.02)
    assert "can't be written" in store.problem
    assert not waiting.done()
    await asyncio.to_thread(pair.promote)
    async with asyncio.timeout(30):
        await waiting
        while store.problem:  # until the next sign of life
            await asyncio.sleep(0.02)
    assert await numbers(store) == [1]
    await store.close()


async def without_replication(pair: ServerPair) -> None:
    """Let the primary record what its standby never gets."""
    await asyncio.to_thread(pair.make_asynchronous)
    await asyncio.to_thread(pair.halt, 1)


async def take_over_late(pair: ServerPair) -> None:
    await asyncio.to_thread(pair.start, 1)
    await asyncio.to_thread(pair.promote)


async def test_a_process_ends_that_knows_more_than_the_standby(pair: ServerPair, tmp_path: Path) -> None:
    store = await opened(pair, tmp_path)
    told: asyncio.Future[StoreBroken] = asyncio.get_running_loop().create_future()
    store.on_broken(lambda error: None if told.done() else told.set_result(error))
    await store.append(event(1))
    await without_replication(pair)
    await store.append(event(2))
    await asyncio.to_thread(pair.kill, 0)
    await take_over_late(pair)
    async with asyncio.timeout(30):
        with pytest.raises(StoreBroken, match="was a standby that had not received all of them"):
            await store.append(event(3))
        assert "Start it again" in str(await told)
    await store.close()
    again = await opened(pair, tmp_path)
    assert await numbers(again) == [1]
    assert not (await again.audit()).findings
    await again.close()


async def test_a_commit_that_was_lost_with_the_primary_is_made_again(
    pair: ServerPair, tmp_path: Path
) -> None:
    store = await opened(pair, tmp_path)
    await store.append(event(1))
    await without_replication(pair)
    killed = threading.Event()
    tries: list[int] = []

    def losing(connection: Any) -> None:
        facts.append_event(connection, event(2), store._seal)
        connection.execute("SELECT max(seq) FROM event").fetchone()
        if not tries:
            pair.kill(0)
            killed.set()
        tries.append(1)

    asked = store._writer.submit(losing)
    await asyncio.to_thread(killed.wait)
    await take_over_late(pair)  # the number of the lost transaction is given again
    async with asyncio.timeout(30):
        await asked
    assert len(tries) == 2
    assert await numbers(store) == [1, 2]
    assert not (await store.audit()).findings
    await store.close()


async def test_a_lost_commit_without_events_is_not_taken_for_the_one_that_got_its_number(
    pair: ServerPair, tmp_path: Path
) -> None:
    store = await opened(pair, tmp_path)
    await store.append(event(1))
    await without_replication(pair)
    killed = threading.Event()

    def losing(connection: Any) -> None:
        connection.execute("INSERT INTO consumer (name, cursor) VALUES ('lost', 7)")
        connection.execute("SELECT max(seq) FROM event").fetchone()
        pair.kill(0)
        killed.set()

    asked = store._writer.submit(losing)
    await asyncio.to_thread(killed.wait)
    await take_over_late(pair)
    with pytest.raises(StoreBroken, match="no longer knows whether it recorded this"):
        async with asyncio.timeout(30):
            await asked
    await store.close()
