"""The store on a real file: group commit, guards, migrations, reads."""

import asyncio
import contextlib
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import engine.migrations
from engine import StaticPeople, Workflow
from engine.audit.keys import Keyring
from engine.errors import StoreBroken
from engine.kernel.requests.request_factory import anybody_of
from engine.model.people import ENGINE, Actor
from engine.model.records.change import Change, EventDraft, Fired, Lineage, Wait
from engine.model.records.records import DecisionRecord, RunRecord, Shown, StepRecord
from engine.model.records.request_parts import Binding, Failure
from engine.store import on_postgres, queries
from engine.store.deliveries import Wanted
from engine.store.log import sealing
from engine.store.on_sqlite import open_store
from engine.store.schema import migrate
from engine.store.sqlite.writer import Writer
from engine.store.store import Store
from engine.store.work import Stale
from engine.store.writes.transitions import Exists, Full
from engine.testing import Harness
from tests.postgres_server import address_of
from tests.present import present
from tests.request_records import make_request

NOON = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)
ALICE = Actor("slack", "U1")
DUPLICATE = (sqlite3.IntegrityError, StoreBroken)
"""Errors of the two databases for a row that is there already."""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    keyring = Keyring(tmp_path / "keys")
    if request.param == "SQLite":
        opened = await open_store(tmp_path / "signoff.db", keyring, NOON)
    else:
        opened = await on_postgres.open_store(address_of(str(tmp_path)), keyring, NOON)
    yield opened
    await opened.close()


def run_record(id_: str = "deploy-1", **fields: object) -> RunRecord:
    values = {
        "id": id_, "workflow": "deploy", "definition": "d", "state": "running", "version": 1,
        "input": {"a": ["ü", 1, None]}, "actor": ALICE, "trigger": "manual", "channel": "C1", "trace_id": "t",
        "created_at": NOON, "started_at": NOON, "code_digest": "c",
    }  # fmt: skip
    return RunRecord(**{**values, **fields})  # type: ignore[arg-type]


async def commit(store: Store, change: Change) -> None:
    durable = asyncio.get_running_loop().create_future()
    store.commit(change, lambda error: durable.set_exception(error) if error else durable.set_result(None))
    await durable


def creation(run: RunRecord, **fields: object) -> Change:
    return moved(run, leaves=0, **fields)


def moved(run: RunRecord, leaves: int, **fields: object) -> Change:
    """Return a change that also writes an event."""
    told = {"events": [EventDraft("run.noted", NOON, ALICE)]}
    return Change(run, leaves, **{**told, **fields})  # type: ignore[arg-type]


async def test_everything_written_is_read_back_equal(store: Store) -> None:
    run = run_record()
    step = StepRecord(
        run.id, "build", "succeeded", attempt=2, round=1, failures=1, started_at=NOON, ended_at=NOON,
        output={"v": 1.5}, failure=Failure("E", "m", "d"), reason="r", log=("a", "b"), code_digest="x",
    )  # fmt: skip
    decision = DecisionRecord("q:1", "q", "approve", Actor("cli", "ann", "U2"), "fine", NOON, 1, ("@a",))
    request = make_request(
        id="q",
        kind="approval",
        run_id=run.id,
        workflow="deploy",
        step="go",
        state="open",
        version=3,
        ask="Ship?",
        choices=("approve", "reject"),
        stages=(anybody_of("@a", "U9"),),
        self_approval=False,
        veto=("@v",),
        comment={"reject": "required"},
        requester=ALICE,
        opened_at=NOON,
        shown=(Shown("Service", {"x": 1}),),
        channel="C2",
        expires_at=NOON + timedelta(hours=4),
        on_expiry="rejected",
        remind_every=600.0,
        reminders=2,
        decisions=(decision,),
    )
    wait = Wait("expire:q", "expire", run.id, "go", "q", NOON)
    event = EventDraft("run.started", NOON, ALICE, "build", "q", {"a": 1})
    await commit(store,
        creation(
            run, steps={"build": step}, requests={"q": request}, decisions=[decision],
            waits={wait.id: wait}, events=[event],
        )
    )  # fmt: skip

    snapshot = await store.read(queries.snapshot, run.id)
    assert snapshot is not None
    assert snapshot.run == run
    assert snapshot.steps == {"build": step}
    assert snapshot.requests == {"q": request}
    assert await store.read(queries.due_waits, NOON, 10, ()) == [wait]
    _, read = await store.read(queries.events, 0, 10)
    assert (read.type, read.at, read.actor, read.step, read.request_id, read.data) == (
        "run.started", NOON, ALICE, "build", "q", {"a": 1},
    )  # fmt: skip
    assert (read.run_id, read.workflow, read.trace_id) == (run.id, "deploy", "t")


async def test_a_transition_that_leaves_another_version_is_refused_whole(store: Store) -> None:
    run = run_record()
    await commit(store, creation(run))
    await commit(store, moved(replace(run, version=2), leaves=1))
    late = moved(
        replace(run, version=2, state="failed"), leaves=1, events=[EventDraft("run.failed", NOON, ALICE)]
    )
    with pytest.raises(Stale):
        await commit(store, late)
    assert present(await store.read(queries.run, run.id)).state == "running"
    assert "run.failed" not in [event.type for event in await store.read(queries.events, 0, 10)]


@pytest.mark.parametrize("together", [True, False])
async def test_a_transition_built_on_a_refused_one_is_refused(store: Store, together: bool) -> None:
    """Though its version fits, because somebody else's transition has made that."""
    run = run_record()
    await commit(store, creation(run))
    old = Lineage()
    others = moved(replace(run, version=2), leaves=1)
    refused = moved(replace(run, version=2, reason="never came to be"), leaves=1, lineage=old)
    built_on_it = moved(replace(run, version=3), leaves=2, lineage=old)
    if together:
        works: list[Awaitable[None]] = [commit(store, change) for change in (others, refused, built_on_it)]
        results = await asyncio.gather(*works, return_exceptions=True)
    else:
        results = [
            *await asyncio.gather(commit(store, others), return_exceptions=True),
            *await asyncio.gather(commit(store, refused), return_exceptions=True),
            *await asyncio.gather(commit(store, built_on_it), return_exceptions=True),
        ]
    assert [type(result) for result in results] == [type(None), Stale, Stale]
    assert present(await store.read(queries.run, run.id)).version == 2


async def test_a_transition_built_on_a_failed_one_is_refused(store: Store) -> None:
    run = run_record()
    await commit(store, creation(run))
    decision = DecisionRecord("q:1", "q", "approve", ALICE, "", NOON)
    old = Lineage()
    failed = moved(replace(run, version=2), leaves=1, decisions=[decision, decision], lineage=old)
    others = moved(replace(run, version=2), leaves=1)
    built_on_it = moved(replace(run, version=3), leaves=2, lineage=old)
    works = (commit(store, change) for change in (failed, others, built_on_it))
    results = await asyncio.gather(*works, return_exceptions=True)
    assert isinstance(results[0], DUPLICATE)
    assert [type(result) for result in results[1:]] == [type(None), Stale]


async def test_a_run_is_created_once(store: Store) -> None:
    await commit(store, creation(run_record()))
    with pytest.raises(Exists):
        await commit(store, creation(run_record(), events=[EventDraft("run.created", NOON, ALICE)]))
    assert [event.type for event in await store.read(queries.events, 0, 10)] == ["log.sealed", "run.noted"]


async def test_the_limit_counts_runs_under_way(store: Store) -> None:
    first = creation(run_record("deploy-1"))
    first.limit = 1
    second = creation(run_record("deploy-2"))
    second.limit = 1
    results = await asyncio.gather(commit(store, first), commit(store, second), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), Full]
    await commit(store, moved(replace(first.run, state="succeeded", version=2, ended_at=NOON), leaves=1))
    again = creation(run_record("deploy-2"))
    again.limit = 1
    await commit(store, again)


@pytest.mark.parametrize("guard", ["limit", "once"])
async def test_a_transition_that_reads_rows_fits_to_one_of_its_run_in_the_same_transaction(
    store: Store, guard: str
) -> None:
    run = run_record(state="pending", version=1, started_at=None)
    await commit(store, creation(run))
    prioritized = moved(replace(run, version=2, priority=2), leaves=1)
    begun = moved(replace(run, version=3, priority=2, state="running", started_at=NOON), leaves=2)
    if guard == "limit":
        begun.limit = 1
    else:
        begun.fired = Fired("event:a", NOON, once="fact")
    await asyncio.gather(commit(store, prioritized), commit(store, begun))
    stored = await store.read(queries.run, run.id)
    assert stored is not None
    assert stored.state == "running"


async def test_an_unexpected_error_undoes_its_own_write_alone(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "plain.db")
    await writer.submit(lambda c: c.execute("CREATE TABLE t (x)"))

    def good(number: int) -> Callable[[sqlite3.Connection], int]:
        return lambda c: c.execute("INSERT INTO t VALUES (?)", (number,)).rowcount

    def bad(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (99)")
        raise RuntimeError("boom")

    results = await asyncio.gather(
        writer.submit(good(1)), writer.submit(bad), writer.submit(good(2)), return_exceptions=True
    )
    assert results[0] == results[2] == 1
    assert isinstance(results[1], RuntimeError)
    found = await writer.submit(lambda c: [row[0] for row in c.execute("SELECT x FROM t ORDER BY x")])
    assert found == [1, 2]
    await writer.close()


async def test_writes_waiting_together_share_transactions(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "plain.db")
    await writer.submit(lambda c: c.execute("CREATE TABLE t (x)"))
    seen: list[str] = []

    def insert(number: int, connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO t VALUES (?)", (number,))

    begins = writer.submit(lambda c: c.set_trace_callback(seen.append))
    await begins
    await asyncio.gather(*(writer.submit(partial(insert, n)) for n in range(500)))
    commits = sum(1 for statement in seen if statement == "COMMIT")
    assert commits < 100
    await writer.close()


def test_the_migrated_schema_is_that_of_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    migrate.migrate(path)
    database = create_engine(f"sqlite:///{path}")
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    database.dispose()
    scripts = ScriptDirectory(str(Path(engine.migrations.__file__).parent))
    assert scripts.get_current_head() == migrate.HEAD


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (
            lambda path: path.write_text("not a database at all, but long enough to be read"),
            "not a SQLite database",
        ),
        (
            lambda path: sqlite3.connect(path).execute("CREATE TABLE orders (x)").connection.close(),
            "another program",
        ),
    ],
)
async def test_a_file_that_is_not_ours_is_left_alone(
    tmp_path: Path, prepare: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "other.db"
    prepare(path)
    before = path.read_bytes()
    with pytest.raises(StoreBroken, match=said):
        await open_store(path, Keyring(path.parent / "keys"), NOON)
    assert path.read_bytes() == before


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    migrate.migrate(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreBroken, match="newer release"):
        await open_store(path, Keyring(path.parent / "keys"), NOON)


async def test_runs_with_approvals_are_read_page_by_page(store: Store) -> None:
    kinds = {"a": "open", "b": "held", "c": "decided", "d": "open", "e": "open"}
    requests = {
        id_: make_request(
            id=id_,
            kind="failure" if id_ == "e" else "approval",
            run_id=f"deploy-{id_}",
            workflow="deploy",
            step="go",
            state=cast(Any, state),
            version=1,
            ask="Ship?",
            choices=("approve",),
            stages=(anybody_of("@a"),),
            self_approval=False,
            comment={},
            requester=ALICE,
            opened_at=NOON,
            binding=Binding("v1", "", {}, {"ship": f"code of {id_}"}),
        )
        for id_, state in kinds.items()
    }
    for id_, request in requests.items():
        await commit(store, creation(run_record(f"deploy-{id_}"), requests={id_: request}))
    first = await store.read(queries.covering_runs, "", 2)
    assert [(run_id, codes) for run_id, _, codes in first] == [
        ("deploy-a", [{"ship": "code of a"}]),
        ("deploy-b", [{"ship": "code of b"}]),
    ]
    assert [run_id for run_id, *_ in await store.read(queries.covering_runs, first[-1][0], 2)] == ["deploy-d"]


async def tell(store: Store, events: int) -> None:
    """Add events of no run to the log."""
    for _ in range(events):
        await store.append(EventDraft("code.loaded", NOON, ENGINE))


async def test_cursor_and_messages_move_together_and_coalesce(store: Store) -> None:
    deliveries = store.deliveries
    await tell(store, 6)
    await deliveries.advance(
        "slack", 3, [Wanted("run:1", "run", "1", {"run": "1", "channels": ["C1"]}, None)]
    )
    await deliveries.advance(
        "slack", 5, [Wanted("run:1", "run", "1", {"run": "1", "channels": ["C2"]}, {"n": 2})]
    )
    assert await deliveries.cursor("slack") == 5
    (due,) = await deliveries.due("slack", NOON)
    assert (due.wanted, due.sent, due.state, due.data, due.target) == (
        2,
        0,
        "idle",
        {"n": 2},
        {"run": "1", "channels": ["C2"]},
    )
    await deliveries.begin("run:1")
    assert present(await deliveries.get("run:1")).state == "posting"
    await deliveries.sent("run:1", 2, {"channel": "C2", "ts": "1.2"})
    assert await deliveries.due("slack", NOON) == []
    assert await deliveries.has_ref("C2", "1.2")
    assert not await deliveries.has_ref("C1", "1.2")
    await deliveries.advance(
        "slack", 6, [Wanted("run:1", "run", "1", {"run": "1", "channels": ["C9"]}, None)]
    )
    (due,) = await deliveries.due("slack", NOON)
    assert due.target == {"run": "1", "channels": ["C2"]}
    assert due.ref == {"channel": "C2", "ts": "1.2"}


async def test_the_cursor_stays_where_messages_cannot_be_written(store: Store) -> None:
    await tell(store, 4)
    await store.deliveries.advance("slack", 3, [])
    nameless = Wanted(cast(str, None), "run", "1", {"run": "1", "channels": ["C1"]}, None)
    with pytest.raises(DUPLICATE):
        await store.deliveries.advance("slack", 4, [nameless])
    assert await store.deliveries.cursor("slack") == 3


@pytest.mark.parametrize("states", [None, ["pending", "running"]])
async def test_a_page_of_runs_has_as_many_as_asked_for(store: Store, states: list[str] | None) -> None:
    for id_ in ("a", "b", "c"):
        await commit(store, creation(run_record(id_)))
    page, total = await store.read(queries.runs, None, states, 2, None)
    assert ([run.id for run in page], total) == (["c", "b"], 3)
    page, total = await store.read(queries.runs, None, states, 2, page[-1])
    assert ([run.id for run in page], total) == (["a"], 3)


async def test_runs_are_found_by_the_end_of_their_id(store: Store) -> None:
    for id_ in ("deploy-aaaa1111", "deploy-bbbb2222", "deploy_x-cccc2222"):
        await commit(store, creation(run_record(id_)))
    named = await store.read(queries.runs_ending_with, "deploy-2222", 5)
    assert [run.id for run in named] == ["deploy-bbbb2222"]
    assert [run.id for run in await store.read(queries.runs_ending_with, "1111", 5)] == ["deploy-aaaa1111"]
    assert len(await store.read(queries.runs_ending_with, "2222", 5)) == 2
    assert await store.read(queries.runs_ending_with, "deploy-%", 5) == []


async def test_a_request_of_the_first_release_is_still_open(tmp_path: Path) -> None:
    """Its approvals had one list of approvers, any of whom was enough; runs may wait for weeks."""
    flow = Workflow("flow", owner="@ops")
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="28d", advisory=True)
    people = StaticPeople(groups={"ops": ["U1"]})
    async with Harness(flow, people=people, folder=tmp_path) as harness:
        run = await harness.start("flow")
    old = {
        "choices": ["approve", "reject"], "approvers": ["@ops"], "self_approval": False, "comment": {},
        "on_expiry": None, "remind_every": None,
    }  # fmt: skip
    with contextlib.closing(sqlite3.connect(tmp_path / "signoff.db")) as database, database:
        database.execute("UPDATE request SET policy = ?", (json.dumps(old),))
        for digest, canonical in database.execute("SELECT digest, canonical FROM definition").fetchall():
            definition = json.loads(canonical)
            for node in definition["nodes"]:
                del (
                    node["stages"],
                    node["rejections"],
                    node["veto"],
                    node["form"],
                    node["hours"],
                    node["undo"],
                )
                del node["escalations"]
                node["approvers"] = ["@ops"]
            text = json.dumps(definition)
            database.execute("UPDATE definition SET canonical = ? WHERE digest = ?", (text, digest))
            database.row_factory = sqlite3.Row
            resealed = EventDraft("log.sealed", NOON, ALICE)
            sealing.seal_all(database, Keyring(tmp_path / "keys").sealing(), resealed)
    async with Harness(flow, people=people, folder=tmp_path) as harness:
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize("name", ["feature%2Flogin", "what?now", "a#b", "100%", "é x", "sqlite:x", "&=;"])
async def test_a_database_may_stand_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for _ in range(2):
        async with Harness(folder=folder):
            pass
    assert os.listdir(tmp_path) == [name]
    assert "signoff.db" in os.listdir(folder)
