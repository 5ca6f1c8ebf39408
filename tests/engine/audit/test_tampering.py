"""Every column that people rely on, changed in the file by somebody without the key: it is noticed."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

import engine.store.schema.tables  # noqa: F401
from engine import Actor, NotPossible, Workflow
from engine.errors import Altered, AlteredRun
from engine.store.log import row_digests
from engine.testing import Harness
from tests.engine import tampering
from tests.engine.tampering import PEOPLE, copied, execute, findings, flow, recompute

NOT_COVERED = {
    "run.version": "a wrong one only has transitions refused",
    "run.tail": "for finding a run by the end of its id; the run that is found is held against the log",
    "run.base": "only of a run that was there before there were seals: see test_sealing",
    "schedule.next_fire_at": "when a schedule fires next; each fire is a run in the log",
    "schedule.failures": "how many failures slow a schedule down; each failed run is in the log",
    "failure_card": "follows from requests: each is held against its own in test_bursts_and_cards",
    "schedule.last_fire_at": "shown in lists alone",
    "schedule.cursor": "how far triggers have got; a row that is read again starts no second run",
    "schedule.trouble": "why a trigger starts nothing now: shown in lists and told, from the log",
    "trigger_fact": "of a burst that waits: see test_bursts_and_cards; others say that a run has begun",
    "resource": "what is in use of resources; each attempt that begins and ends is in the log of its run",
    "step_report": "what a step reports while it executes; its end is recorded with its log",
    "delivery": "how far messages have got; what a click does is held against the log",
    "consumer": "how far readers of the log have got",
    "event.hash": "recomputed below",
    "event.n": "recomputed below",
    "log.id": "there is one row",
}
"""Table or column, and why nobody relies on it."""
TABLES = {name: list(table.columns) for name, table in SQLModel.metadata.tables.items()}
COLUMNS = [
    (name, column.name)
    for name, columns in TABLES.items()
    for column in columns
    if name not in NOT_COVERED and f"{name}.{column.name}" not in NOT_COVERED
]


HASHES = [
    ("run", "head"), ("run", "events"), ("log", "seq"), ("log", "digest"), ("log", "head"), ("log", "events"),
]  # fmt: skip
"""Columns that `recompute` writes."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tampering.installed(tmp_path_factory.mktemp("installation"))


@pytest.fixture
def database(installation: Path, tmp_path: Path) -> Path:
    return copied(installation, tmp_path)


WITHOUT_ROWID = {"step_run": "run_id, step", "signal": "run_id, name"}
"""The keys of tables that have no row id."""


def changed(database: Path, table: str, column: str) -> None:
    """Another value in one row, of a kind that the column takes."""
    with closing(sqlite3.connect(database)) as connection, connection:
        where = "1 = 1" if table == "log" else f"rowid = (SELECT rowid FROM {table} ORDER BY 1 DESC LIMIT 1)"
        if table in WITHOUT_ROWID:
            keys = WITHOUT_ROWID[table]
            where = f"({keys}) = (SELECT {keys} FROM {table} ORDER BY 1, 2 LIMIT 1)"
        (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (another(value),))


def another(value: Any) -> Any:
    match value:
        case int():
            return value + 1
        case str() if value.startswith("{"):
            return value.replace("{", '{"more":1,', 1) if value != "{}" else '{"more":1}'
        case str():
            return f"{value}x"
    return "99"


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda one: str(one))
def test_a_changed_column_is_named_by_the_audit(database: Path, table: str, column: str) -> None:
    changed(database, table, column)
    assert findings(database)


@pytest.mark.parametrize(
    ("table", "column"), [one for one in COLUMNS if one not in HASHES], ids=lambda one: str(one)
)
def test_a_changed_column_is_named_by_the_audit_though_all_hashes_fit(
    database: Path, table: str, column: str
) -> None:
    changed(database, table, column)
    recompute(database)
    assert findings(database)


def test_an_installation_that_nobody_touched_is_whole(database: Path) -> None:
    assert findings(database) == []
    recompute(database)
    assert findings(database) == []


@pytest.mark.parametrize("table", sorted({name for name, _ in COLUMNS}))
@pytest.mark.parametrize("recomputed", [False, True], ids=["", "recomputed"])
def test_a_removed_row_is_named_by_the_audit(database: Path, table: str, recomputed: bool) -> None:
    key = WITHOUT_ROWID[table].replace(",", " ||") if table in WITHOUT_ROWID else "rowid"
    execute(database, f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")
    if recomputed:
        recompute(database)
    assert findings(database)


def test_a_whole_run_that_was_removed_is_named_by_the_audit(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        (run,) = connection.execute("SELECT id FROM run LIMIT 1").fetchone()
        for statement in (
            "DELETE FROM decision WHERE request_id IN (SELECT id FROM request WHERE run_id = ?)",
            "DELETE FROM request WHERE run_id = ?",
            "DELETE FROM step_run WHERE run_id = ?",
            "DELETE FROM wait WHERE run_id = ?",
            "DELETE FROM event WHERE run_id = ?",
            "DELETE FROM run WHERE id = ?",
        ):
            connection.execute(statement, (run,))
    assert any("of the log were removed" in one for one in findings(database))
    recompute(database)
    assert findings(database)


@pytest.mark.parametrize(
    ("table", "changes", "named"),
    [
        ("step_run", "run_id = 'gone', step = 'plan'", "the step plan"),
        ("request", "id = 'gone.go', run_id = 'gone'", "the request gone.go"),
        ("wait", "id = 'gone.w', run_id = 'gone'", "the wait gone.w"),
        ("decision", "id = 'gone.d', request_id = 'gone.go'", "the decision gone.d"),
        ("signal", "run_id = 'gone'", "the signal arrival"),
    ],
)
def test_a_row_of_no_run_is_named_by_the_audit(database: Path, table: str, changes: str, named: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"CREATE TEMP TABLE copied AS SELECT * FROM {table} LIMIT 1")
        connection.execute(f"UPDATE copied SET {changes}")
        connection.execute(f"INSERT INTO {table} SELECT * FROM copied")
    assert findings(database) == [f"{named} belongs to a run that is gone"]


def test_every_column_is_covered_or_said_not_to_be() -> None:
    known = {name for name, _ in COLUMNS} | {entry.split(".")[0] for entry in NOT_COVERED}
    assert set(TABLES) <= known
    there = {f"{name}.{column.name}" for name, columns in TABLES.items() for column in columns} | set(TABLES)
    assert set(NOT_COVERED) <= there


OF_RUNS = {"run", "request", "decision", "step_run", "wait", "event"}
OF_THE_RUN = [one for one in COLUMNS if one[0] in OF_RUNS and one not in (*HASHES, ("event", "seq"))]


MOVED = {("run", "id"), ("request", "id"), ("request", "run_id")}


@pytest.mark.parametrize(("table", "column"), OF_THE_RUN, ids=lambda one: str(one))
async def test_a_click_on_a_run_whose_rows_were_changed_is_refused_and_the_operator_is_told(
    installation: Path, tmp_path: Path, table: str, column: str
) -> None:
    database = copied(installation, tmp_path)
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        (request,) = [one for one in await harness.requests() if one.step == "final"]
        changed_in(database, request.run_id, table, column)
        recompute(database)
        result = await harness.try_decide(request, "approve", as_user="U9")
        if (table, column) in MOVED:  # no request of that id belongs to a run
            assert result.code == "unknown"
            return
        told = f"{request.run_id} was changed by another program: "
        assert (result.code, result.text[: 30 + len(told)]) == (
            "unavailable",
            f"Your answer was not recorded. {told}",
        )
        async with asyncio.timeout(10):  # other records may be found changed as well
            while not (await harness.engine.alteration()).startswith(told):
                pass


def changed_in(database: Path, run_id: str, table: str, column: str) -> None:
    where: dict[str, str] = {
        "run": "id = ?", "request": "run_id = ? AND step = 'final'",
        "decision": "request_id = ? || '.go'", "step_run": "run_id = ? AND step = 'plan'",
        "wait": "run_id = ? AND kind = 'expire'", "event": "run_id = ? AND n = 3",
    }  # fmt: skip
    with closing(sqlite3.connect(database)) as connection, connection:
        (value,) = connection.execute(
            f"SELECT {column} FROM {table} WHERE {where[table]}", (run_id,)
        ).fetchone()
        new = another(value)
        done = connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where[table]}", (new, run_id))
        assert done.rowcount == 1


@pytest.mark.parametrize(
    ("fact", "act"),
    [
        ("absences", lambda harness: harness.engine.delegations.absences()),
        ("principals", lambda harness: harness.engine.principals.of("signoff_abc")),
        ("codes", lambda harness: harness.engine.one_time_codes.all()),
    ],
)
async def test_a_changed_fact_about_the_installation_counts_for_nothing(
    installation: Path, tmp_path: Path, fact: str, act: Callable[[Harness], Any]
) -> None:
    database = copied(installation, tmp_path)
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        execute(database, "UPDATE installation SET value = replace(value, ':', ': ') WHERE name = ?", fact)
        recompute(database)
        with pytest.raises(Exception, match=f"What is stored of {fact} was changed by another program"):
            await act(harness)


async def test_a_changed_fact_is_named_in_words(installation: Path, tmp_path: Path) -> None:
    database = copied(installation, tmp_path)
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        execute(database, "INSERT INTO installation (name, value) VALUES ('early_stops', '{}')")
        recompute(database)
        with pytest.raises(Altered, match="What is stored of steps during which the process ended early was"):
            await harness.engine._parts.base.store.fact("early_stops")


async def test_changed_absences_keep_nobody_from_deciding(tmp_path: Path) -> None:
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.start("flow")
        until = harness.clock.now() + timedelta(days=3)
        await harness.engine.delegations.away(Actor("slack", "U9"), "U1", until)
        await harness.run_until_idle()
        execute(tmp_path / "signoff.db", "UPDATE installation SET value = replace(value, ':', ': ')")
        assert (await harness.decide("go", "approve", as_user="U2")).code == "decided"


@pytest.mark.parametrize(
    ("table", "column", "named"),
    [("code", "steps", "The stored code digests"), ("definition", "canonical", "The stored definition of")],
)
async def test_a_changed_definition_or_code_digest_is_not_read(
    installation: Path, tmp_path: Path, table: str, column: str, named: str
) -> None:
    database = copied(installation, tmp_path)
    execute(database, f"UPDATE {table} SET {column} = replace({column}, ':', ': ')")
    with closing(sqlite3.connect(database)) as connection:
        (digest,) = connection.execute(f"SELECT digest FROM {table} LIMIT 1").fetchone()
    async with Harness(flow("inventory"), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        with pytest.raises(Altered, match=named):
            await getattr(harness.engine._parts.base.store, table)(digest)


async def test_somebody_who_is_written_into_the_policy_does_not_approve(
    installation: Path, tmp_path: Path
) -> None:
    database = copied(installation, tmp_path)
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        (request,) = [one for one in await harness.requests() if one.step == "final"]
        execute(database, "UPDATE request SET policy = replace(policy, '@boss', 'U5')")
        recompute(database)
        result = await harness.try_decide(request, "approve", as_user="U5")
        assert result.code == "unavailable"
        assert "the request" in result.text
        assert (await harness.step(await harness.engine.find_run(request.run_id), "close")).state == "pending"


@pytest.mark.parametrize("act", ["reassign", "ask_requester", "cancel"])
async def test_an_act_on_a_changed_run_is_refused_though_the_run_is_in_memory(
    act: str, tmp_path: Path
) -> None:
    """Somebody is written into the file as the requester while another step of the run executes."""
    made, go_on = Workflow("flow", owner="@boss"), asyncio.Event()

    @made.step
    async def other() -> None:
        await go_on.wait()

    made.approval("go", ask="Go?", approvers=["@ops"], expires="1d", advisory=True)
    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.engine.start("flow", actor=Actor("slack", "U1"))
        while not (opened := await harness.engine.requests()):
            await asyncio.sleep(0)
        execute(tmp_path / "signoff.db", "UPDATE request SET requester = 'slack:U3'")
        execute(tmp_path / "signoff.db", "UPDATE run SET actor = 'slack:U2'")
        assert harness.engine._parts.execution.runs.in_memory == 1
        asked, engine = opened[0].id, harness.engine
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "reassign": lambda: engine.reassign(asked, "U1", actor=Actor("slack", "U1")),
            "ask_requester": lambda: engine.ask_requester(asked, "Why?", actor=Actor("slack", "U2")),
            "cancel": lambda: engine.cancel(run.id, actor=Actor("slack", "U2")),
        }
        with pytest.raises(AlteredRun):
            await acts[act]()
        go_on.set()


async def test_a_changed_deadline_ends_nothing(installation: Path, tmp_path: Path) -> None:
    """Time approves, or rejects, where the log says so alone."""
    database = copied(installation, tmp_path)
    execute(database, "UPDATE wait SET due_at = due_at - 172000000000 WHERE kind = 'expire'")
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        await harness.advance("1d")
        assert {one.state for one in await harness.engine.requests(None)} <= {"open", "decided"}
        assert "the wait expire:" in await harness.engine.alteration()
    left = "UPDATE wait SET id = id WHERE kind = 'expire'"
    assert execute(database, left) == 2, "what was changed stays as it is, to be looked at"


async def test_an_altered_log_is_noticed_at_the_start(installation: Path, tmp_path: Path) -> None:
    database = copied(installation, tmp_path)
    execute(database, "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)")
    recompute(database)
    with pytest.raises(NotPossible, match="its seal does not fit"):
        async with Harness(flow(), people=PEOPLE, folder=tmp_path):
            pass


def test_the_log_covers_whole_rows() -> None:
    covered = {
        "step_run": row_digests.STEP, "request": row_digests.REQUEST, "decision": row_digests.DECISION,
        "wait": row_digests.WAIT, "tombstone": row_digests.TOMBSTONE,
        "definition": (*row_digests.DEFINITION, "seal"), "code": (*row_digests.CODE, "seal"),
    }  # fmt: skip
    for table, columns in covered.items():
        assert [column.name for column in TABLES[table]] == [*columns], table
