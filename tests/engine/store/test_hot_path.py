"""The tricks for speed: each comes to the same as the plain way."""

import asyncio
import cProfile
import dataclasses
import random
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.harness import CLICKER, STARTER, asks, engine, five
from engine import Decision, StaticPeople, Workflow
from engine.model.people import Actor
from engine.model.records.change import Change, EventDraft, Lineage, Wait
from engine.model.records.records import DecisionRecord, RunRecord, StepRecord, evolve
from engine.store.queries import integrity
from engine.store.queries.snapshots import snapshot_around
from engine.store.schema.statements import Many
from engine.store.sqlite.connection import connect
from engine.store.sqlite.reader import Reader
from engine.store.sqlite.writer import Writer
from engine.store.work import GuardFailed
from engine.store.writes.clock_jump import shift
from engine.store.writes.transitions import Sweep, performing
from engine.testing import Harness
from tests.lives import inline
from tests.present import present

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ALICE = Actor("slack", "U1")
TABLES = ("run", "step_run", "decision", "wait", "event")
STEP = StepRecord("r", "s", "pending")


@given(st.integers(0, 200))
def test_many_rows_a_call_are_those_rows_in_order(count: int) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (x, y)")
    rows = [(number, str(number)) for number in range(count)]
    cursors = Many("INSERT INTO t VALUES", 2).execute(connection, rows)
    assert sum(cursor.rowcount for cursor in cursors) == count
    assert connection.execute("SELECT x, y FROM t ORDER BY rowid").fetchall() == rows
    connection.close()


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "state": st.sampled_from(["running", "failed"]),
            "attempt": st.integers(),
            "reason": st.text(),
            "output": st.integers() | st.none(),
            "ended_at": st.datetimes(),
        },
    )
)
def test_evolve_gives_the_same_record_as_replace(changes: dict[str, Any]) -> None:
    assert evolve(STEP, **changes) == dataclasses.replace(STEP, **changes)


def test_a_changed_record_is_as_frozen_as_any_other() -> None:
    changed = evolve(STEP, state="failed")
    with pytest.raises(dataclasses.FrozenInstanceError):
        changed.attempt = 2  # type: ignore[misc]
    assert (type(changed), hash(changed)) == (StepRecord, hash(StepRecord("r", "s", "failed")))


def test_evolve_knows_no_other_fields() -> None:
    with pytest.raises(TypeError, match="StepRecord has no field 'stat'"):
        evolve(STEP, stat="failed")


class Changes:
    """Random transitions of three runs: mostly ones that fit, now and then one that must be refused."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._versions: dict[str, int] = {}
        self._lineages: dict[str, Lineage] = {}
        self._doomed: set[Lineage] = set()

    def make(self, count: int) -> list[Change]:
        return [self._one(number) for number in range(count)]

    def _one(self, number: int) -> Change:
        rng, id_ = self._rng, self._rng.choice(["a", "b", "c"])
        leaves = self._versions.get(id_, 0)
        if rng.random() < 0.4 or id_ not in self._lineages:
            self._lineages[id_] = Lineage()
        lineage = self._lineages[id_]
        if rng.random() < 0.15:
            leaves = max(leaves + rng.choice([-1, 1]), 0)
            self._doomed.add(lineage)
        elif lineage not in self._doomed:
            self._versions[id_] = leaves + 1
        run = RunRecord(
            id=id_, workflow="w", definition="d", code_digest="c", state="running",
            version=leaves + 1, input=None, actor=ALICE, trigger="manual", channel=None, trace_id="t",
            created_at=NOON,
        )  # fmt: skip
        step = StepRecord(id_, rng.choice(["x", "y"]), "running", attempt=number)
        wait = Wait(
            f"retry:{id_}:{rng.randint(0, 2)}", "retry", id_, "x", None, NOON + timedelta(seconds=number)
        )
        decision = DecisionRecord(f"q:{number}", "q", "approve", ALICE, "", NOON)
        event = EventDraft("step.started", NOON, ALICE, step.step, data={"n": number})
        return Change(
            run,
            leaves,
            lineage,
            moves_run=rng.random() < 0.5 or leaves == 0,
            steps={step.step: step},
            decisions=[decision] if number % 3 == 0 else [],
            waits={wait.id: wait if rng.random() < 0.7 else None},
            events=[event] * rng.randint(1, 3),
            limit=rng.choice([None, 2, 9]) if leaves == 0 else None,
        )


def outcome(portions: list[list[Change]]) -> tuple[list[Any], list[type]]:
    """Return the tables after these transactions, and the result of each transition."""
    connection = inline.database()
    came_to: list[type] = []
    for portion in portions:
        connection.execute("BEGIN IMMEDIATE")
        results = performing(inline.SEAL)(connection, portion)
        connection.execute("COMMIT")
        came_to += [type(result) for result in results]
        for change, result in zip(portion, results, strict=True):
            change.lineage.broken |= isinstance(result, GuardFailed)
    # These transitions are of no request and no definition that is there.
    found = [one.problem for one in integrity.audit(connection, inline.SEAL).findings]
    gone = (" was removed", " were removed", " belongs to a run that is gone")
    assert not [problem for problem in found if not any(words in problem for words in gone)]
    queried = (connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES)
    tables = [[tuple(row) for row in rows] for rows in queried]
    connection.close()
    return tables, came_to


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_transitions_written_together_are_those_written_one_by_one(seed: int, size: int) -> None:
    together, alone = Changes(seed).make(40), Changes(seed).make(40)
    portions = [together[start : start + size] for start in range(0, len(together), size)]
    assert outcome(portions) == outcome([[change] for change in alone])


def test_a_jump_of_the_clock_between_two_transitions_of_a_run_leaves_its_log_whole() -> None:
    connection = inline.database()
    by, jumped = timedelta(hours=-1), EventDraft("clock.jumped", NOON, ALICE)
    jump = partial(
        shift, by=by, schedules=(), fact=("clock", None), event=jumped, seal=inline.SEAL, lasting={}
    )
    lineage = Lineage()

    def waits(leaves: int) -> Change:
        run = RunRecord(
            id="a", workflow="w", definition="d", code_digest="c", state="running", version=leaves + 1,
            input=None, actor=ALICE, trigger="manual", channel=None, trace_id="t", created_at=NOON,
        )  # fmt: skip
        wait = Wait("retry:a", "retry", "a", "x", None, NOON + timedelta(minutes=leaves))
        step = StepRecord("a", "x", "retrying", attempt=leaves)
        event = EventDraft("step.retrying", NOON, ALICE, "x")
        return Change(
            run, leaves, lineage, moves_run=not leaves, steps={"x": step}, waits={wait.id: wait},
            events=[event],
        )  # fmt: skip

    connection.execute("BEGIN IMMEDIATE")
    assert performing(inline.SEAL)(connection, [waits(0), Sweep(jump), waits(1)]) == [None, None, None]
    connection.execute("COMMIT")
    assert integrity.problems(connection, "a", inline.SEAL) == []
    numbers = connection.execute("SELECT n FROM event WHERE run_id = 'a' ORDER BY n").fetchall()
    assert [number for (number,) in numbers] == [1, 2, 3]
    connection.close()


def test_the_random_transitions_are_of_both_kinds() -> None:
    _, came_to = outcome([[change] for change in Changes(1).make(200)])
    assert came_to.count(type(None)) > 40
    assert sum(issubclass(kind, GuardFailed) for kind in came_to) > 40


async def test_writes_of_one_round_are_one_transaction(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "plain.db")
    seen: list[str] = []
    await writer.submit(lambda c: c.execute("CREATE TABLE t (x)"))
    await writer.submit(lambda c: c.set_trace_callback(seen.append))
    seen.clear()
    await asyncio.gather(*(writer.submit(lambda c: c.execute("INSERT INTO t VALUES (1)")) for _ in range(50)))
    assert (seen.count("COMMIT"), sum(one.startswith("INSERT") for one in seen)) == (1, 50)
    await writer.close()


async def test_reads_of_one_round_go_to_one_thread(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "plain.db")
    await writer.submit(lambda c: c.execute("CREATE TABLE t (x)"))
    reader = Reader(tmp_path / "plain.db")
    threads = await asyncio.gather(*(reader.read(lambda _: threading.get_ident()) for _ in range(20)))
    assert len(set(threads)) == 1
    await reader.close()
    await writer.close()


async def test_a_click_reads_each_row_of_its_run_once(tmp_path: Path) -> None:
    flow = Workflow("flow", owner="@ops")
    go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="30d")

    @flow.step(when=go.approved)
    async def after() -> None: ...

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]}), folder=tmp_path) as harness:
        await harness.start("flow")
        (request,) = await harness.requests()
        store = harness.engine._parts.base.store
        statements: list[str] = []
        connection = connect(Path(str(store.database)), read_only=True)
        connection.set_trace_callback(statements.append)
        snapshot = present(snapshot_around(connection, request.id, store._check))
        connection.close()
    assert snapshot.requests == {request.id: request}
    read = [statement.partition(" FROM ")[2].split()[0] for statement in statements if "FROM" in statement]
    of_run = ["run", "step_run", "request", "decision", "signal", "follow_up", "wait", "checkpoint"]
    assert read == ["request", *of_run, "log", "event"]


async def test_a_step_without_a_timeout_is_awaited_in_its_attempts_own_task() -> None:
    flow, names = Workflow("flow", owner="@ops"), []

    @flow.step
    async def plain() -> None:
        names.append(present(asyncio.current_task()).get_name())

    @flow.step(timeout="1h")
    async def timed() -> None:
        names.append(present(asyncio.current_task()).get_name())

    async with Harness(flow, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("flow")
    assert f"{run.id}.plain" in names
    assert f"{run.id}.timed" not in names


@pytest.mark.long
async def test_a_small_step_takes_at_most_285_function_calls() -> None:
    async with engine(five) as of:

        async def start_ten() -> None:
            for _ in range(10):
                await of.until_ended((await of.start("five", actor=STARTER)).id)

        async def calls_a_step() -> float:
            with cProfile.Profile() as profile:
                await asyncio.gather(*(start_ten() for _ in range(50)))
            return sum(entry.callcount for entry in profile.getstats()) / (50 * 10 * 5)

        await start_ten()
        # Commits are grouped. On a busy machine the groups are smaller, which adds calls.
        assert min([await calls_a_step() for _ in range(3)]) <= 285


@pytest.mark.long
async def test_a_decision_and_its_step_take_at_most_970_function_calls() -> None:
    async with engine(asks) as of:

        async def calls_a_decision() -> float:
            runs = await asyncio.gather(*(of.start("asks", actor=STARTER) for _ in range(50)))
            requests = await of.requests(limit=50)
            await of.activity.idle()
            with cProfile.Profile() as profile:
                answers = [of.decide(each.id, Decision("approve"), actor=CLICKER) for each in requests]
                decided = await asyncio.gather(*answers)
                await asyncio.gather(*(of.until_ended(run.id) for run in runs))
            assert {each.code for each in decided} == {"decided"}
            return sum(entry.callcount for entry in profile.getstats()) / 50

        await calls_a_decision()
        assert min([await calls_a_decision() for _ in range(3)]) <= 970
