"""The claim of a process on a database on a server: signs of life, displacement, and what comes after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from engine import StoreBroken, StoreInUse
from engine.audit.keys import Keyring
from engine.store import on_postgres
from engine.store.postgres.claim import HeldClaim, displace
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.writer import PostgresWriter
from engine.store.store import Store
from tests.engine.store.test_postgres import NOON, event, numbers
from tests.postgres_server import address_of

SIGNS = """
SELECT max(state_change)::text FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE objid = 4 AND classid::bigint = hashtext(current_schema())::bigint & 4294967295
"""
END_ALL = """
SELECT pg_terminate_backend(pid, 1000) FROM pg_locks
WHERE locktype = 'advisory' AND classid::bigint = hashtext(current_schema())::bigint & 4294967295
"""

TAKE_CLAIM = """
SELECT pg_terminate_backend(pid, 1000), pg_try_advisory_lock(hashtext(current_schema()), 3) FROM pg_locks
WHERE objid = 3 AND classid::bigint = hashtext(current_schema())::bigint & 4294967295
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    return address_of(str(tmp_path))


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


@pytest.fixture
async def store(address: str, keyring: Keyring) -> AsyncIterator[Store]:
    store = await on_postgres.open_store(address, keyring, NOON)
    yield store
    await store.close()


@pytest.fixture
async def told(store: Store) -> asyncio.Future[StoreBroken]:
    """Return what the store will say when nothing can be recorded any more."""
    told: asyncio.Future[StoreBroken] = asyncio.get_running_loop().create_future()
    store.on_broken(lambda error: None if told.done() else told.set_result(error))
    return told


async def test_a_process_whose_loop_is_busy_gives_signs_of_life(store: Store, address: str) -> None:
    with closing(Connection(address)) as connection:
        signs = set[str]()
        while len(signs) < 3:  # nothing else gets a turn meanwhile
            signs.add(connection.execute(SIGNS).fetchone()[0])
    assert not displace(ServerDatabase.at(address))


async def test_a_process_that_serves_is_left_alone(store: Store, address: str, keyring: Keyring) -> None:
    assert not displace(ServerDatabase.at(address))
    with pytest.raises(StoreInUse):
        await on_postgres.open_store(address, keyring, NOON)
    await store.append(event(1))
    assert await numbers(store) == [1]


async def test_a_server_that_does_not_answer_is_told(address: str) -> None:
    time, database = [100.0], ServerDatabase.at(address)
    claim = await asyncio.to_thread(HeldClaim, database, lambda: time[0])
    writer = PostgresWriter(claim, database, lambda connection, works: [])
    claim.release()  # with its signs of life
    time[0] += 2
    assert writer.problem == ""
    time[0] += 1
    assert "has not answered for 3 s" in writer.problem
    await writer.close()


async def test_nobody_is_displaced_from_a_database_that_is_free(address: str) -> None:
    assert not displace(ServerDatabase.at(address), silence=0)


async def test_a_displaced_process_is_told_and_records_nothing_more(
    store: Store, told: asyncio.Future[StoreBroken], address: str, keyring: Keyring
) -> None:
    await store.append(event(1))
    assert displace(ServerDatabase.at(address), silence=0)
    other = await on_postgres.open_store(address, keyring, NOON)
    try:
        assert "took over the database" in str(await told)
        with pytest.raises(StoreBroken, match="took over the database"):
            await store.append(event(2))
        await other.append(event(3))
        assert await numbers(other) == [1, 3]
        assert not displace(ServerDatabase.at(address)), (
            "the earlier process has no part in the claim any more"
        )
    finally:
        await other.close()


async def test_a_process_ends_though_the_one_that_took_over_has_ended_too(
    store: Store, told: asyncio.Future[StoreBroken], address: str, keyring: Keyring
) -> None:
    assert displace(ServerDatabase.at(address), silence=0)
    await (await on_postgres.open_store(address, keyring, NOON)).close()
    with pytest.raises(StoreBroken, match="took over the database"):
        await store.append(event(2))
    assert "took over the database" in str(await told)
    await (await on_postgres.open_store(address, keyring, NOON)).close()


async def test_a_process_that_lost_its_connections_claims_the_database_again_unasked(
    store: Store, address: str, keyring: Keyring
) -> None:
    with closing(Connection(address)) as connection:
        connection.execute(END_ALL).fetchall()
        while connection.execute(SIGNS).fetchone()[0] is None:
            await asyncio.sleep(0.01)
    with pytest.raises(StoreInUse):
        await on_postgres.open_store(address, keyring, NOON)
    await store.append(event(1))
    assert await numbers(store) == [1]


async def test_a_process_is_told_that_only_its_claim_went_to_another_though_it_records_nothing(
    store: Store, told: asyncio.Future[StoreBroken], address: str
) -> None:
    with closing(Connection(address)) as connection:
        assert tuple(connection.execute(TAKE_CLAIM).fetchone()) == (True, True)
        async with asyncio.timeout(10):
            assert "took over the database" in str(await told)
            while connection.execute(SIGNS).fetchone()[0] is not None:  # a sign of life for another's claim
                await asyncio.sleep(0.01)


def test_a_line_that_is_cut_counts_as_lost_soon_unless_the_address_says_otherwise(address: str) -> None:
    with closing(Connection(f"{address}&keepalives_idle=60")) as connection:
        parameters = connection.driver.info.get_parameters()
    assert parameters["keepalives_idle"] == "60"
    seconds = int(parameters["keepalives_interval"]) * int(parameters["keepalives_count"])
    assert seconds <= 10
    assert int(parameters["tcp_user_timeout"]) <= 10_000, "milliseconds"
    assert int(parameters["connect_timeout"]) <= 10
