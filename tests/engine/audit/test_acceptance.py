"""An operator accepts what was changed outside: each kind of finding is taken, or says what else to do."""

from pathlib import Path

import pytest

from engine import Actor, Decision
from engine.testing import Harness
from tests.engine import tampering
from tests.engine.audit.test_bursts_and_cards import failures, notes, pump
from tests.engine.audit.test_tampering import COLUMNS, WITHOUT_ROWID, changed
from tests.engine.tampering import (
    PEOPLE,
    accept,
    chain_findings,
    copied,
    execute,
    findings,
    flow,
    inventory,
)

ALICE = Actor("slack", "U1")
NO_VALUES_OF_OURS = [
    ("definition", "canonical"), ("code", "steps"), ("run", "events"), ("run", "head"), ("request", "policy"),
    ("event", "rows"), ("event", "n"), ("log", "seq"), ("log", "facts"), ("pruned_event", "hash"),
    ("installation", "name"), ("wait", "run_id"),
]  # fmt: skip


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.installed(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def database(installation: Path, tmp_path: Path) -> Path:
    return copied(installation, tmp_path)


def taken(database: Path) -> None:
    assert chain_findings(database)
    accept(database)
    assert [one for one in chain_findings(database) if one.remedy == "accept"] == []


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: str(one))
def test_a_changed_column_is_accepted_or_says_what_else_to_do(
    database: Path, table: str, column: str
) -> None:
    changed(database, table, column)
    taken(database)


@pytest.mark.parametrize("table", sorted({name for name, _ in COLUMNS}))
def test_a_removed_row_is_accepted_or_says_what_else_to_do(database: Path, table: str) -> None:
    key = WITHOUT_ROWID[table].replace(",", " ||") if table in WITHOUT_ROWID else "rowid"
    execute(database, f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")
    taken(database)


@pytest.mark.parametrize(("table", "column"), NO_VALUES_OF_OURS, ids=lambda one: str(one))
def test_a_value_that_no_column_of_ours_holds_stops_neither_the_audit_nor_the_acceptance(
    database: Path, table: str, column: str
) -> None:
    execute(database, f"UPDATE {table} SET {column} = x'00ff' WHERE rowid = (SELECT max(rowid) FROM {table})")
    taken(database)


CHANGES = {
    "an event": "UPDATE event SET data = '{}' WHERE n = 3 AND run_id IS NOT NULL",
    "the newest event": "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
    "the end of the log": "DELETE FROM log",
    "a run that has too many events": "UPDATE run SET events = events + 1",
    "a run that has too few events": "UPDATE run SET events = events - 1",
    "a head": "UPDATE run SET head = 'x'",
    "a request": "UPDATE request SET ask = 'Have lunch?'",
}


@pytest.mark.parametrize("change", list(CHANGES))
async def test_an_accepted_run_goes_on(database: Path, change: str) -> None:
    assert execute(database, CHANGES[change])
    accept(database)
    after = findings(database)
    async with Harness(
        flow("inventory"), inventory(), people=PEOPLE, folder=database.parent, schedules=False
    ) as harness:
        (request,) = [one for one in await harness.requests() if one.step == "final"]
        result = await harness.try_decide(request, "approve", as_user="U9")
        assert result.accepted, result.text
    assert findings(database) == after, "what came after the acceptance fits"


async def test_a_run_whose_event_is_changed_after_the_acceptance_is_refused(database: Path) -> None:
    accept(database)
    async with Harness(
        flow("inventory"), inventory(), people=PEOPLE, folder=database.parent, schedules=False
    ) as harness:
        run = await harness.start("flow")
        await harness.run_until_idle()
        execute(database, "UPDATE event SET data = '{}' WHERE run_id = ? AND n = 3", run.id)
        (request,) = [one for one in await harness.requests() if one.run_id == run.id]
        assert (await harness.try_decide(request, "approve", as_user="U1")).code == "unavailable"


async def test_no_receipt_is_written_of_a_run_whose_event_was_changed_and_accepted(database: Path) -> None:
    execute(database, CHANGES["an event"])
    accept(database)
    async with Harness(
        flow("inventory"), inventory(), people=PEOPLE, folder=database.parent, schedules=False
    ) as harness:
        (request,) = [one for one in await harness.requests() if one.step == "final"]
        proof = await harness.engine._parts.base.store.proof(request.run_id)
        assert proof is not None
        assert "event 3 was changed, or the one before it" in proof[1].problems


async def test_an_acceptance_records_what_it_accepted(database: Path) -> None:
    execute(database, "UPDATE request SET ask = 'Have lunch?' WHERE step = 'final'")
    (finding,) = chain_findings(database)
    accept(database)
    async with Harness(
        flow("inventory"), inventory(), people=PEOPLE, folder=database.parent, schedules=False
    ) as harness:
        (event,) = [one for one in await harness.engine.events.read(0) if one.type == "log.accepted"]
        assert event.data["places"] == 1
        assert event.data["found"] == [f"{finding.run_id} {finding.problem}"]


@pytest.fixture
async def failed(tmp_path: Path) -> list[str]:
    """Ids of three failures; the first two are on one card. One burst waits."""
    async with Harness(notes(), pump(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.deliver("notes", {"topic": "a", "text": "harmless"})
        return await failures(harness)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE failure_card SET run_id = 'x'",
        "UPDATE failure_card SET workflow = 'x'",
        "UPDATE failure_card SET likeness = 'x'",
        "UPDATE failure_card SET is_open = 0",
        "UPDATE failure_card SET card = (SELECT max(card) FROM failure_card)",
        "UPDATE failure_card SET request_id = request_id || 'x'",
        "DELETE FROM failure_card",
        "DELETE FROM failure_card WHERE rowid = 2",
    ],
)
async def test_an_accepted_failure_is_on_the_card_of_its_kind_again(
    failed: list[str], tmp_path: Path, change: str
) -> None:
    first, second, other = failed
    execute(tmp_path / "signoff.db", change)
    taken(tmp_path / "signoff.db")
    async with Harness(notes(), pump(), people=PEOPLE, folder=tmp_path) as harness:
        results = await harness.engine.failure_cards.decide_all(first, Decision("skip"), actor=ALICE)
        assert [result.accepted for result in results] == [True, True]
        states = {request.id: request.state for request in await harness.engine.requests(None)}
        assert states == {first: "decided", second: "decided", other: "open"}
    assert findings(tmp_path / "signoff.db") == []


@pytest.mark.parametrize("change", ["input = replace(input, 'harmless', 'other')", "at = at + 1"])
async def test_an_accepted_burst_starts_its_run(failed: list[str], tmp_path: Path, change: str) -> None:
    execute(tmp_path / "signoff.db", f"UPDATE trigger_fact SET {change} WHERE due_at IS NOT NULL")
    taken(tmp_path / "signoff.db")
    async with Harness(notes(), pump(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("1h")
        assert len(await harness.runs("notes")) == 1
    assert findings(tmp_path / "signoff.db") == []


async def test_an_accepted_removal_of_a_burst_is_named_no_more(failed: list[str], tmp_path: Path) -> None:
    execute(tmp_path / "signoff.db", "DELETE FROM trigger_fact")
    taken(tmp_path / "signoff.db")
    assert findings(tmp_path / "signoff.db") == []
