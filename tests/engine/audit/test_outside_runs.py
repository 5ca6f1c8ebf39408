"""Records of no run that another program changes while the process serves: each is told until put right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.audit.keys import Keyring
from engine.errors import Altered
from engine.store.deliveries import Wanted
from engine.store.maintenance.diagnosis import database_problem
from engine.testing import Harness
from tests.engine.tampering import PEOPLE, accept, execute, findings, flow


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as made:
        await made.start("flow")
        yield made


async def told(harness: Harness) -> str:
    async with asyncio.timeout(10):
        return await harness.engine.alteration()


@pytest.mark.parametrize(
    ("change", "back", "words"),
    [
        (
            "UPDATE definition SET canonical = canonical || ' '",
            "UPDATE definition SET canonical = trim(canonical)",
            "The stored definition of flow was changed",
        ),
        (
            "UPDATE definition SET digest = digest || 'x'",
            "UPDATE definition SET digest = trim(digest, 'x')",
            "was removed by another program. Runs that need this do not continue",
        ),
        (
            "UPDATE code SET steps = steps || ' '",
            "UPDATE code SET steps = trim(steps)",
            "The stored code digests",
        ),
        (
            "UPDATE code SET digest = digest || 'x'",
            "UPDATE code SET digest = trim(digest, 'x')",
            "were removed by another program. Runs that need this do not continue",
        ),
    ],
)
async def test_a_definition_or_code_that_is_changed_while_serving_is_told_until_it_is_put_right(
    harness: Harness, tmp_path: Path, change: str, back: str, words: str
) -> None:
    database = tmp_path / "signoff.db"
    assert await harness.engine.altered_records() == ""
    execute(database, change)
    assert words in await harness.engine.altered_records()
    assert "by another program" in await told(harness)
    assert findings(database)
    assert "was changed outside Signoff" in database_problem(database, Keyring(tmp_path / "keys"))
    execute(database, back)
    assert await harness.engine.altered_records() == ""


@pytest.mark.parametrize(("cursor", "named"), [("99999", "99999"), ("-5", "-5"), ("'soon'", "soon")])
async def test_a_place_that_the_log_does_not_have_is_told_and_no_event_is_skipped(
    harness: Harness, tmp_path: Path, cursor: str, named: str
) -> None:
    database, deliveries = tmp_path / "signoff.db", harness.engine.deliveries
    newest = await harness.engine.events.newest()
    await deliveries.advance("slack", 3, [Wanted("run:1", "run", "1", {"run": "1", "channels": []})])
    await deliveries.advance("slack", newest, [])
    assert await harness.engine.altered_records() == ""
    execute(database, f"UPDATE consumer SET cursor = {cursor}")
    words = (
        f"slack has read the log (consumer.cursor) is {named}, which is not a place in it: it ends at event"
    )
    assert await deliveries.cursor("slack") == newest
    assert words in await harness.engine.altered_records()
    assert f"Signoff goes on after event {newest} and repeats nothing." in await told(harness)
    deliveries.places.clear()  # as a process that starts
    with pytest.raises(Altered) as refused:
        await deliveries.cursor("slack")
    assert words in str(refused.value)
    assert "Restore a backup: signoff db restore BACKUP." in str(refused.value)
    assert words in await harness.engine.altered_records()
    assert words in findings(database)[0]
    assert words in database_problem(database, Keyring(tmp_path / "keys"))
    execute(database, "UPDATE consumer SET cursor = ?", newest)
    assert await harness.engine.altered_records() == ""
    assert await deliveries.cursor("slack") == newest


async def test_an_accepted_database_is_read_again_from_the_newest_event_with_a_message(
    tmp_path: Path,
) -> None:
    database = tmp_path / "signoff.db"
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("flow")
        newest = await harness.engine.events.newest()
        await harness.engine.deliveries.advance(
            "slack", 3, [Wanted("run:1", "run", "1", {"run": "1", "channels": []})]
        )
        await harness.engine.deliveries.advance("callbacks", 2, [])
        await harness.engine.deliveries.advance("quiet", 1, [])
    execute(database, "UPDATE consumer SET cursor = 99999 WHERE name <> 'callbacks'")
    accept(database)
    assert findings(database) == []
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        deliveries = harness.engine.deliveries
        assert await deliveries.cursor("slack") == 3
        assert await deliveries.cursor("callbacks") == 2
        assert await deliveries.cursor("quiet") >= newest
