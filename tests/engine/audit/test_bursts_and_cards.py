"""Bursts that wait and places of failures on cards: changed in the file, they start and decide nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, AskOwner, Decision, StaticPeople, Webhook, Workflow
from engine.audit.keys import Keyring
from engine.errors import Altered
from engine.kernel.resilience.failure_likeness import likeness
from engine.model.records.request_parts import Failure
from engine.store.log.tail import COVERED, Tail
from engine.store.sqlite.connection import connect
from engine.testing import Harness
from tests.engine.tampering import execute, findings, recompute

ALICE = Actor("slack", "U1")
PEOPLE = StaticPeople(groups={"ops": ["U1"]})


def notes() -> Workflow:
    made = Workflow(
        "notes",
        owner="@ops",
        input=dict[str, Any],
        triggers=[
            Webhook(
                "notes",
                secret="SECRET",
                debounce="30s",
                dedup="{payload.topic}",
                input={"text": "{payload.text}"},
            )
        ],
    )

    @made.step
    async def act(input: dict[str, Any]) -> Any:
        return input

    return made


def pump() -> Workflow:
    made = Workflow("pump", owner="@ops", channel="#ops", input=dict[str, str], on_failure=AskOwner())

    @made.step
    async def turn(input: dict[str, str]) -> None:
        raise RuntimeError(input["problem"])

    return made


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(notes(), pump(), people=PEOPLE, folder=tmp_path) as harness:
        yield harness


async def told(harness: Harness) -> str:
    async with asyncio.timeout(10):
        return await harness.engine.alteration()


@pytest.mark.parametrize(
    "change",
    [
        "input = replace(input, 'harmless', 'evil')",
        "run_id = 'notes-elsewhere'",
        "fact = fact || 'x'",
        "at = at + 1",
        "input = NULL",
        "input = 5",
    ],
)
async def test_a_burst_that_was_changed_starts_nothing_and_is_told(
    harness: Harness, tmp_path: Path, change: str
) -> None:
    await harness.deliver("notes", {"topic": "a", "text": "harmless"})
    execute(tmp_path / "signoff.db", f"UPDATE trigger_fact SET {change} WHERE due_at IS NOT NULL")
    recompute(tmp_path / "signoff.db")
    assert any("the burst notes" in one for one in findings(tmp_path / "signoff.db"))
    await harness.advance("1h")
    assert await harness.runs() == []
    text = await told(harness)
    assert "What waits at the trigger" in text
    assert text in await harness.engine.altered_records()
    left = "UPDATE trigger_fact SET at = at WHERE due_at IS NOT NULL"
    assert execute(tmp_path / "signoff.db", left) == 1, "what was changed stays, to be looked at"


async def test_a_burst_that_was_removed_is_named_by_the_audit(harness: Harness, tmp_path: Path) -> None:
    await harness.deliver("notes", {"topic": "a", "text": "harmless"})
    execute(tmp_path / "signoff.db", "DELETE FROM trigger_fact")
    (finding,) = findings(tmp_path / "signoff.db")
    assert finding.startswith("the burst notes")
    assert finding.endswith("was removed")


async def test_a_burst_is_not_put_back_to_an_earlier_fact(harness: Harness, tmp_path: Path) -> None:
    await harness.deliver("notes", {"topic": "a", "text": "first"})
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
        before = connection.execute("SELECT input, at FROM trigger_fact WHERE due_at IS NOT NULL").fetchone()
    await harness.advance("1s")
    await harness.deliver("notes", {"topic": "a", "text": "second"})
    put_back = "UPDATE trigger_fact SET input = ?, at = ? WHERE due_at IS NOT NULL"
    execute(tmp_path / "signoff.db", put_back, *before)
    await harness.advance("1h")
    assert await harness.runs() == []


async def test_a_fact_does_not_join_a_burst_that_was_changed(harness: Harness, tmp_path: Path) -> None:
    await harness.deliver("notes", {"topic": "a", "text": "first"})
    execute(tmp_path / "signoff.db", "UPDATE trigger_fact SET run_id = 'x' WHERE due_at IS NOT NULL")
    with pytest.raises(Altered, match="What waits at the trigger"):
        await harness.deliver("notes", {"topic": "a", "text": "second"})


async def test_the_log_of_bursts_that_nobody_touched_is_whole(harness: Harness, tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    for topic in ("a", "b", "a"):
        await harness.deliver("notes", {"topic": topic, "text": "first"})
        assert findings(database) == []
    await harness.advance("1h")
    assert len(await harness.runs()) == 2
    assert findings(database) == []
    await harness.deliver("notes", {"topic": "a", "text": "later"})
    assert findings(database) == []


async def test_a_burst_that_is_refused_is_not_missed(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    async with Harness(notes(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.deliver("notes", {"topic": "a", "text": "first"})
        clock = harness.clock
    async with Harness(pump(), people=PEOPLE, folder=tmp_path, clock=clock) as harness:
        await harness.advance("1h")
    assert execute(database, "UPDATE trigger_fact SET at = at WHERE due_at IS NOT NULL") == 0
    assert findings(database) == []


async def test_a_burst_of_an_earlier_release_is_covered_from_the_first_start(tmp_path: Path) -> None:
    async with Harness(notes(), people=PEOPLE, folder=tmp_path) as harness:
        clock = harness.clock
    execute(
        tmp_path / "signoff.db",
        "INSERT INTO trigger_fact VALUES ('notes', 'k', 'burst:a', 'notes-a', 1, 2000000000000000, '{}')",
    )
    with closing(connect(tmp_path / "signoff.db")) as connection:
        seal = Keyring(tmp_path / "keys").sealing()
        tail = Tail.load(connection, seal)
        tail.note(COVERED, None)
        tail.save(connection, seal)
    async with Harness(notes(), people=PEOPLE, folder=tmp_path, clock=clock):
        assert findings(tmp_path / "signoff.db") == []
    execute(tmp_path / "signoff.db", "UPDATE trigger_fact SET input = '{\"a\":1}'")
    async with Harness(notes(), people=PEOPLE, folder=tmp_path, clock=clock):
        assert findings(tmp_path / "signoff.db") != []


async def failures(harness: Harness) -> list[str]:
    for problem in ("The pump is broken", "The pump is broken", "DANGER other fault"):
        await harness.start("pump", {"problem": problem})
        await harness.advance(1)
    return [request.id for request in await harness.requests()]


async def test_a_failure_that_was_put_on_the_card_of_another_one_is_not_decided_with_it(
    harness: Harness, tmp_path: Path
) -> None:
    first, second, other = await failures(harness)
    execute(
        tmp_path / "signoff.db",
        "UPDATE failure_card SET (card, likeness) = (SELECT card, likeness FROM failure_card "
        "WHERE request_id = ?) WHERE request_id = ?",
        first,
        other,
    )
    (finding,) = findings(tmp_path / "signoff.db")
    assert finding == f"the place on a card of {other} differs from its request"
    results = await harness.engine.failure_cards.decide_all(first, Decision("skip"), actor=ALICE)
    assert [result.accepted for result in results] == [True, True, False]
    assert "the place on a card" in results[-1].text
    states = {request.id: request.state for request in await harness.engine.requests(None)}
    assert states == {first: "decided", second: "decided", other: "open"}
    assert "the place on a card" in await told(harness)


ODD_PLACES = {
    "another-request": "UPDATE failure_card SET request_id = 'x' WHERE request_id = ?",
    "further": "INSERT INTO failure_card SELECT 'x', run_id, workflow, step, likeness, card, 1 "
    "FROM failure_card WHERE request_id = ?",
    "open-twice": "UPDATE failure_card SET is_open = 2 WHERE request_id = ?",
    "closed": "UPDATE failure_card SET is_open = 0 WHERE request_id = ?",
    "moved-request": "UPDATE request SET run_id = 'x' WHERE id = ?",
    "removed-request": "DELETE FROM request WHERE id = ?",
}


@pytest.mark.parametrize("name", ODD_PLACES)
async def test_a_place_on_a_card_that_does_not_fit_its_request_is_named_with_the_remedy(
    harness: Harness, tmp_path: Path, name: str
) -> None:
    first, second, other = await failures(harness)
    execute(tmp_path / "signoff.db", ODD_PLACES[name], second)
    for accepted in (2 if name == "further" else 1, 0):
        results = await harness.engine.failure_cards.decide_all(first, Decision("skip"), actor=ALICE)
        assert [result.accepted for result in results] == [*[True] * accepted, False]
        assert results[-1].code == "unavailable"
        assert "on this card does not fit its request" in results[-1].text
        assert results[-1].text.endswith("Ask the operator to run signoff audit verify.")
    assert findings(tmp_path / "signoff.db")
    assert (await harness.engine.decide(other, Decision("skip"), actor=ALICE)).accepted


async def test_a_card_whose_own_request_was_removed_says_so(harness: Harness, tmp_path: Path) -> None:
    first, _, _ = await failures(harness)
    execute(tmp_path / "signoff.db", "DELETE FROM request WHERE id = ?", first)
    (result,) = await harness.engine.failure_cards.decide_all(first, Decision("skip"), actor=ALICE)
    assert f"The place of {first} on this card does not fit" in result.text


async def test_nothing_is_decided_from_a_card_whose_own_failure_was_changed(
    harness: Harness, tmp_path: Path
) -> None:
    first, second, other = await failures(harness)
    for request in (first, second):
        await harness.engine.decide(request, Decision("skip"), actor=ALICE)
    execute(
        tmp_path / "signoff.db",
        "UPDATE failure_card SET card = ?, rowid = 100 WHERE request_id = ?",
        first,
        other,
    )
    execute(
        tmp_path / "signoff.db",
        "UPDATE failure_card SET likeness = (SELECT likeness FROM failure_card WHERE request_id = ?) "
        "WHERE request_id = ?",
        other,
        first,
    )
    results = await harness.engine.failure_cards.decide_all(first, Decision("skip"), actor=ALICE)
    assert [result.code for result in results] == ["unavailable"]


@pytest.mark.parametrize(
    "change",
    [
        "run_id = 'x'",
        "workflow = 'x'",
        "step = 'x'",
        "likeness = 'x'",
        "is_open = 0",
        "card = (SELECT min(card) FROM failure_card)",
        "request_id = 'x'",
    ],
)
@pytest.mark.parametrize("earlier", [False, True], ids=["", "decided"])
async def test_a_changed_place_on_a_card_is_named_by_the_audit(
    harness: Harness, tmp_path: Path, change: str, earlier: bool
) -> None:
    *_, other = await failures(harness)
    if earlier:
        await harness.engine.decide(other, Decision("skip"), actor=ALICE)
        change = change.replace("is_open = 0", "is_open = 1")
    assert findings(tmp_path / "signoff.db") == []
    execute(tmp_path / "signoff.db", f"UPDATE failure_card SET {change} WHERE request_id = ?", other)
    assert findings(tmp_path / "signoff.db")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "card = x'00ff'",
            "cannot be read (failure_card.card holds bytes that are not UTF-8 instead of text)",
        ),
        ("card = 'lost'", "is on a card that does not exist, lost"),
        ("is_open = 'soon'", "cannot be read (failure_card.is_open holds text instead of a whole number)"),
        ("is_open = 9", "cannot be read (failure_card.is_open holds a number that is out of range)"),
    ],
)
async def test_a_value_of_a_place_on_a_card_that_no_release_writes_is_named_and_decides_nothing(
    harness: Harness, tmp_path: Path, change: str, named: str
) -> None:
    *_, other = await failures(harness)
    execute(tmp_path / "signoff.db", f"UPDATE failure_card SET {change} WHERE request_id = ?", other)
    assert findings(tmp_path / "signoff.db") == [f"the place on a card of {other} {named}"]
    result = await harness.engine.decide(other, Decision("skip"), actor=ALICE)
    assert result.code == "unavailable"
    assert named in result.text


async def test_a_removed_place_of_an_open_failure_is_named_by_the_audit(
    harness: Harness, tmp_path: Path
) -> None:
    *_, other = await failures(harness)
    execute(tmp_path / "signoff.db", "DELETE FROM failure_card WHERE request_id = ?", other)
    assert findings(tmp_path / "signoff.db") == [f"the place on a card of {other} was removed"]


def test_the_rule_of_likeness_never_changes() -> None:
    """Stored places are held against it. Another rule needs digests that name it."""
    failure = Failure("RuntimeError", "Port 5432 of 0x1f is closed")
    assert likeness(failure, "#ops") == "0f2cd117b73afd5c1ad9cd365bbd8c7f"


async def test_a_changed_fact_of_the_installation_is_told_to_the_operator(
    harness: Harness, tmp_path: Path
) -> None:
    await harness.engine.principals.add("ci", ["flow"], Actor("cli", "root"))
    assert await harness.engine.altered_records() == ""
    execute(tmp_path / "signoff.db", "UPDATE installation SET value = value || ' ' WHERE name = 'principals'")
    assert "What is stored of principals was changed" in await harness.engine.altered_records()
    assert "What is stored of principals was changed" in await told(harness)
    execute(tmp_path / "signoff.db", "UPDATE installation SET value = trim(value) WHERE name = 'principals'")
    assert await harness.engine.altered_records() == ""
