"""Exports and lists of events, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.audit.export import continues, verified_export
from engine.audit.keys import Keyring, public_keys
from engine.audit.signing import sign_document
from engine.errors import Altered, NotPossible
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.model.records.event_filter import EventFilter
from engine.store import on_postgres, queries
from engine.store.on_sqlite import open_store
from engine.store.queries.exports import export_page
from engine.store.store import Store
from engine.store.work import Connection
from tests.postgres_server import address_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PEOPLE = (Actor("slack", "U1"), Actor("cli", "root", "U2"), Actor("schedule", "U1_%"))
HOURS = 9


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(tmp_path / "keys")


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def store(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> AsyncIterator[Store]:
    """With an event an hour, of three actors in turn."""
    if request.param == "SQLite":
        opened = await open_store(tmp_path / "signoff.db", keyring, NOON)
    else:
        opened = await on_postgres.open_store(address_of(str(tmp_path)), keyring, NOON)
    for hour in range(HOURS):
        data = {"workflow": "deploy" if hour % 2 else "other", "hour": hour, "text": "ü\t=1"}
        event = EventDraft(
            f"person.{'away' if hour % 2 else 'back'}", at_hour(hour), PEOPLE[hour % 3], data=data
        )
        await opened.note("x", hour, [event])
    yield opened
    await opened.close()


def at_hour(hour: int) -> datetime:
    return NOON + timedelta(hours=1 + hour)


async def test_an_export_of_a_period_is_verified(store: Store, keyring: Keyring) -> None:
    content = await store.export_statement(at_hour(2), at_hour(6), NOON)
    records = await store.read(export_page, content["after"], content["events"])
    assert [record["data"]["hour"] for record in records] == [2, 3, 4, 5]
    assert records[0]["at"] == at_hour(2).isoformat()
    document = sign_document("export", content, keyring.signing())
    found = verified_export(document, records, public_keys("".join(keyring.public().values())))
    assert (found.problems, found.events) == ([], 4)
    with pytest.raises(NotPossible):
        await store.export_statement(at_hour(99), None, NOON)


async def test_periods_continue_each_other_where_events_at_their_border_are_pruned(store: Store) -> None:
    def prune(connection: Connection) -> None:
        hours = (at_hour(3), at_hour(4))
        places = tuple(int(moment.timestamp()) * 1_000_000 for moment in hours)
        connection.execute("INSERT INTO pruned_event SELECT seq, hash FROM event WHERE at IN (?, ?)", places)
        connection.execute("DELETE FROM event WHERE at IN (?, ?)", places)

    await store._writer.submit(prune)
    early = await store.export_statement(None, at_hour(4), NOON)
    late = await store.export_statement(at_hour(4), None, NOON)
    assert continues(early, late)
    assert len(await store.read(export_page, early["events"], late["events"])) == HOURS - 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event WHERE seq = 3",
        "UPDATE event SET hash = '2:0' WHERE seq = 3",
        "UPDATE log SET seq = 3",
    ],
)
async def test_a_log_that_another_program_changed_is_not_exported(store: Store, statement: str) -> None:
    await store._writer.submit(lambda connection: connection.execute(statement) and None)
    with pytest.raises(Altered, match="signoff audit verify"):
        await store.export_statement(None, None, NOON)


async def test_pages_have_all_records_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = await store.read(export_page, 0, 1_000)
    monkeypatch.setattr("engine.store.queries.exports.MAX_PAGE_RECORDS", 3)
    paged: list[dict[str, Any]] = []
    while page := await store.read(export_page, paged[-1]["seq"] if paged else 0, 1_000):
        assert len(page) <= 3
        paged += page
    assert paged == whole


async def test_the_review_counts_events_of_the_period(store: Store) -> None:
    review = await store.read(queries.audit_review, at_hour(1), at_hour(6))
    assert (review.events, review.workflows, review.people) == ({"person.away": 3}, [], [])


@pytest.mark.parametrize(
    ("wanted", "hours"),
    [
        (EventFilter(person="U1"), [6, 3, 0]),
        (EventFilter(person="U2"), [7, 4, 1]),
        (EventFilter(person="root"), [7, 4, 1]),
        (EventFilter(person="U1_%"), [8, 5, 2]),
        (EventFilter(types=("person.away",)), [7, 5, 3, 1]),
        (EventFilter(types=("person",), workflow="other"), [8, 6, 4, 2, 0]),
        (EventFilter(types=("person.away", "person.back"), since=at_hour(5), until=at_hour(7)), [6, 5]),
        (EventFilter(types=("pers",)), []),
        (EventFilter(types=("%",)), []),
        (EventFilter(run_id="none"), []),
    ],
)
async def test_events_are_found_by_each_part_of_the_filter(
    store: Store, wanted: EventFilter, hours: list[int]
) -> None:
    found = await store.read(queries.found_events, wanted, 100, None)
    assert [event.data["hour"] for event in found] == hours
    if hours:
        later = await store.read(queries.found_events, wanted, 1, found[0].seq)
        assert [event.data["hour"] for event in later] == hours[1:2]
