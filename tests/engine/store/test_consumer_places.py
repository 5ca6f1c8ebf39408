"""Places of consumers of the log, by the first letters of their names, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.audit.keys import Keyring
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.store import on_postgres
from engine.store.on_sqlite import open_store
from engine.store.store import Store
from tests.postgres_server import address_of

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """With three events, one an hour, after the first one of every log."""
    keyring = Keyring(tmp_path / "keys")
    if request.param == "SQLite":
        opened = await open_store(tmp_path / "signoff.db", keyring, NOON)
    else:
        opened = await on_postgres.open_store(address_of(str(tmp_path)), keyring, NOON)
    for hour in range(3):
        event = EventDraft("person.away", NOON + timedelta(hours=hour), Actor("slack", "U1"))
        await opened.note("x", hour, [event])
    yield opened
    await opened.close()


async def test_places_are_listed_with_the_first_event_that_waits(store: Store) -> None:
    deliveries = store.deliveries
    await deliveries.advance("events:b", 4, [])
    await deliveries.advance("events:a", 2, [])
    await deliveries.advance("slack", 1, [])
    assert await deliveries.consumers("events:") == {
        "events:a": (2, NOON + timedelta(hours=1)),
        "events:b": (4, None),
    }


async def test_a_place_that_was_forgotten_is_gone(store: Store) -> None:
    deliveries = store.deliveries
    await deliveries.advance("events:a", 2, [])
    assert await deliveries.begun("events:a")
    await deliveries.forget("events:a")
    assert not await deliveries.begun("events:a")
    assert await deliveries.cursor("events:a") == 0
