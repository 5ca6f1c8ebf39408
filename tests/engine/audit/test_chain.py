"""The chain of events: whatever is done to the rows behind the engine's back is found, and named."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine import Actor, Audit, StaticPeople, Workflow
from engine.store.schema.migrate import migrate, upgrade
from engine.testing import Harness

flow = Workflow("flow", owner="@on-call")


@flow.step
async def one() -> int:
    return 1


go = flow.approval("go", ask="Go on with {one}?", approvers=["@on-call"], expires="1h")


@flow.step(when=go.approved)
async def two(one: int) -> int:
    return one + 1


PEOPLE = StaticPeople(groups={"on-call": ["U1"]})
Rows = list[tuple[int, int, str]]


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        for _ in range(3):
            run = await harness.start("flow")
            await harness.decide("go", "approve", as_user="U1", run=run)
        yield harness


def tamper(harness: Harness, work: Callable[[sqlite3.Connection, str], object]) -> None:
    with closing(sqlite3.connect(harness.folder / "signoff.db")) as database, database:
        (run,) = database.execute("SELECT id FROM run ORDER BY id LIMIT 1").fetchone()
        work(database, run)


async def told(harness: Harness) -> list[str]:
    audit = await harness.engine.audit()
    return [f"{one.n} {one.problem}" for one in audit.findings]


async def test_an_untouched_log_is_whole(harness: Harness) -> None:
    audit = await harness.engine.audit()
    assert (audit.runs, audit.findings, audit.unchained) == (3, [], 0)
    assert audit.events > 3 * 8
    assert audit.digest == (await harness.engine.audit()).digest


async def test_the_digest_changes_with_every_event(harness: Harness) -> None:
    before = (await harness.engine.audit()).digest
    await harness.start("flow")
    after = (await harness.engine.audit()).digest
    assert after != before
    await harness.engine.principals.add("ci", ["flow"], Actor("cli", "root"))
    assert (await harness.engine.audit()).digest != after, "an event of no run counts as well"


@pytest.mark.parametrize(
    "column", ["type", "at", "actor", "as_user", "workflow", "step", "request_id", "trace_id", "data"]
)
async def test_a_changed_event_breaks_the_chain(harness: Harness, column: str) -> None:
    tamper(
        harness,
        lambda database, run: database.execute(
            f"UPDATE event SET {column} = '99' WHERE run_id = ? AND n = 4", (run,)
        ),
    )
    assert await told(harness) == ["4 was changed, or the one before it"]


async def test_a_changed_event_with_a_hash_to_match(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute(
            "UPDATE event SET hash = 'aa' WHERE run_id = ? AND n = 4", (run,)
        ),
    )
    assert await told(harness) == [
        "4 was changed, or the one before it",
        "5 was changed, or the one before it",
    ]


async def test_a_removed_event_breaks_the_chain(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute("DELETE FROM event WHERE run_id = ? AND n = 4", (run,)),
    )
    assert await told(harness) == ["4 was removed"]


async def test_events_removed_side_by_side_are_one_finding(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute("DELETE FROM event WHERE run_id = ? AND n IN (3, 4)", (run,)),
    )
    assert await told(harness) == ["3 was removed, and those after it up to event 4"]


async def test_an_event_with_a_huge_number_is_one_finding(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute(
            "UPDATE event SET n = 4000000000000 WHERE run_id = ? AND n = 4", (run,)
        ),
    )
    findings = await told(harness)
    assert "4 was removed" in findings
    assert len(findings) < 20


async def test_a_run_with_a_binary_id_is_not_said_to_be_acceptable(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute("UPDATE run SET id = CAST(id AS BLOB) WHERE id = ?", (run,)),
    )
    findings = (await harness.engine.audit()).findings
    of_the_run = [finding for finding in findings if finding.run_id.startswith("x'")]
    assert of_the_run
    assert "accept" not in {finding.remedy for finding in of_the_run}


async def test_the_newest_event_removed(harness: Harness) -> None:
    tamper(
        harness,
        lambda database, run: database.execute(
            "DELETE FROM event WHERE run_id = ? AND n = (SELECT max(n) FROM event WHERE run_id = ?)",
            (run, run),
        ),
    )
    found, *_ = await told(harness)
    assert found.endswith("was removed")


@pytest.mark.parametrize(
    ("n", "problem"),
    [("4", "4 was inserted: event 4 already"), ("NULL", "None was inserted: it is not part"),
     ("99", "99 was inserted: the log has")],
)  # fmt: skip
async def test_an_inserted_event_breaks_the_chain(harness: Harness, n: str, problem: str) -> None:
    columns = "type, at, actor, as_user, run_id, workflow, step, request_id, trace_id, data, hash"
    tamper(
        harness,
        lambda database, run: database.execute(
            f"INSERT INTO event ({columns}, n) SELECT {columns}, {n} FROM event WHERE run_id = ? AND n = 4",
            (run,),
        ),
    )
    found = await told(harness)
    assert any(one.startswith(problem) for one in found)


async def test_two_events_that_changed_places(harness: Harness) -> None:
    def swap(database: sqlite3.Connection, run: str) -> None:
        rows: Rows = database.execute(
            "SELECT seq, n, hash FROM event WHERE run_id = ? AND n IN (4, 5) ORDER BY n", (run,)
        ).fetchall()
        (first, *_), (second, *_) = rows
        for seq, to in ((first, -1), (second, first), (-1, second)):
            database.execute("UPDATE event SET seq = ? WHERE seq = ?", (to, seq))

    tamper(harness, swap)
    assert "4 was moved: it comes after event 5" in await told(harness)


async def test_a_run_whose_row_was_removed(harness: Harness) -> None:
    tamper(harness, lambda database, run: database.execute("DELETE FROM run WHERE id = ?", (run,)))
    found = await told(harness)
    assert found
    assert all(one.endswith("belongs to a run that is gone") for one in found)


def as_of_release_one(path: Path) -> None:
    """The same rows as an installation of the first release has them."""
    new = path.rename(path.with_name("new.db"))
    upgrade(path, "0001")
    with closing(sqlite3.connect(path)) as database:
        database.execute("ATTACH ? AS new", (str(new),))
        tables = database.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table != "alembic_version" and not table.startswith("sqlite_"):
                columns = ", ".join(row[1] for row in database.execute(f"PRAGMA main.table_info({table})"))
                database.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}")
        database.commit()


async def test_events_from_before_the_chain_are_counted_and_new_ones_chained(tmp_path: Path) -> None:
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("flow")
    as_of_release_one(tmp_path / "signoff.db")
    shutil.rmtree(tmp_path / "keys")  # it had none
    migrate(tmp_path / "signoff.db")
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1", run=run)
        audit: Audit = await harness.engine.audit()
    assert audit.findings == []
    assert 0 < audit.unchained < audit.events
