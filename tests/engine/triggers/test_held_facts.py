"""A fact that only a limit keeps from starting its run stays at its source, and starts one run later."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    AfterRun,
    Engine,
    EngineSettings,
    FakeClock,
    FileArrival,
    QueryChange,
    RunRecord,
    Trouble,
    Workflow,
)
from engine.errors import TooMany
from engine.kernel.schedules import source_health
from engine.model.trouble import NO_TROUBLE
from engine.runtime.runs.admission import Admission
from tests.engine.triggers.test_trigger_health import insert, pass_time

SQL = "SELECT id, amount FROM orders WHERE id > :cursor ORDER BY id"
ROOT = Actor("cli", "root")
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Order(BaseModel):
    amount: int


source = Workflow("source", owner="@data", input=Order)


@source.step
async def give(input: Order) -> int:
    return input.amount


def taking(trigger: Any, **options: Any) -> Workflow:
    workflow = Workflow("order", owner="@data", input=Order, triggers=[trigger], **options)
    workflow.approval("go", ask="Go?", approvers=["@data"], expires="9d", advisory=True)
    return workflow


@dataclass
class Limit:
    """Stands for a limit of the runs that triggers may start."""

    full: bool = True
    tries: int = 0


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    limit, start = Limit(), Admission.start_by_fact

    async def start_by_fact(self: Admission, *given: Any) -> tuple[RunRecord, bool]:
        limit.tries += 1
        if limit.full:
            raise TooMany("500 runs are unfinished, and the limit is 500.")
        return await start(self, *given)

    monkeypatch.setattr(Admission, "start_by_fact", start_by_fact)
    return limit


@asynccontextmanager
async def serving(folder: Path, clock: FakeClock, workflow: Workflow) -> AsyncIterator[Engine]:
    variables = {"ORDERS": f"sqlite:///{folder}/orders.db"}
    settings = EngineSettings(folder / "data", variables=variables)
    engine = await Engine.open(folder / "signoff.db", clock=clock, settings=settings)
    engine.register(source)
    engine.register(workflow)
    await engine.serve()
    await engine.activity.idle()
    try:
        yield engine
    finally:
        await engine.close(grace=0)


async def amounts(engine: Engine) -> list[int]:
    runs, _ = await engine.runs()
    return sorted(run.input["amount"] for run in runs if run.workflow == "order")


async def trouble(engine: Engine) -> Trouble:
    (trigger,) = [each for each in await engine.schedules() if each.workflow == "order"]
    return trigger.trouble


async def add_rows(folder: Path, engine: Engine) -> None:
    insert(folder, (1, "1"), (2, "many"), (3, "3"))


async def add_files(folder: Path, engine: Engine) -> None:
    for amount in ("1", "many", "3"):
        (folder / "in" / f"{amount}.csv").write_text("a,b\n")


async def add_events(folder: Path, engine: Engine) -> None:
    for amount in (1, -2, 3):
        await engine.start("source", {"amount": amount}, actor=ROOT)


ROWS = QueryChange("ORDERS", SQL, cursor="id", every="1s", input={"amount": "{row.amount}"})
EVENTS = AfterRun("source", input={"amount": "{run.input.amount}"})


def files(folder: Path) -> FileArrival:
    (folder / "in").mkdir()
    return FileArrival(str(folder / "in"), "*.csv", input={"amount": "{file.stem}"})


@pytest.mark.parametrize(
    ("trigger", "add", "taken", "misfits"),
    [
        (lambda _: ROWS, add_rows, [1, 3], 1),
        (files, add_files, [1, 3], 1),
        (lambda _: EVENTS, add_events, [-2, 1, 3], 0),
    ],
    ids=["rows", "files", "events"],
)
async def test_a_fact_at_a_limit_stays_and_starts_one_run_when_there_is_room(
    tmp_path: Path,
    limit: Limit,
    trigger: Callable[[Path], Any],
    add: Any,
    taken: list[int],
    misfits: int,
) -> None:
    clock, workflow = FakeClock(), taking(trigger(tmp_path))
    insert(tmp_path)
    async with serving(tmp_path, clock, workflow) as engine:
        await add(tmp_path, engine)
        await pass_time(engine, clock, 30, 6)
        assert await amounts(engine) == []
        held = await trouble(engine)
        assert held.problem == "too many runs: 500 runs are unfinished, and the limit is 500"
        assert held.since is not None
        before = limit.tries
        await pass_time(engine, clock, 1, 60)
        assert limit.tries - before <= 2 * len(taken)  # and not with each second
    async with serving(tmp_path, clock, workflow) as engine:
        await pass_time(engine, clock, 5, 3)
        assert (await trouble(engine)).since == held.since
        limit.full = False
        await pass_time(engine, clock, 60, 12)
        assert await amounts(engine) == taken
        assert (await trouble(engine)).problem == ""
        refused = [each for each in await engine.events.read(0, 5000) if each.type == "trigger.refused"]
        assert len(refused) == misfits
    async with serving(tmp_path, clock, workflow) as engine:
        await pass_time(engine, clock, 60, 3)
        assert await amounts(engine) == taken


async def test_a_trigger_that_waits_holds_up_no_other_one(tmp_path: Path, limit: Limit) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, taking(EVENTS)) as engine:
        await engine.start("source", {"amount": 1}, actor=ROOT)
        await engine.activity.idle()
        tries = limit.tries
        await engine.start("source", {"amount": 2}, actor=ROOT)
        await engine.activity.idle()
        assert limit.tries == tries  # the second event waits behind the first
        limit.full = False
        await pass_time(engine, clock, 5)
        assert await amounts(engine) == [1, 2]


async def test_a_row_that_the_author_skips_does_not_count_as_unfit(tmp_path: Path) -> None:
    clock = FakeClock()
    insert(tmp_path, (1, "1"), (2, "2"))
    async with serving(tmp_path, clock, taking(ROWS, max_active_runs=1, overlap="skip")) as engine:
        await pass_time(engine, clock, 1)
        assert await amounts(engine) == [1]
        assert await trouble(engine) == NO_TROUBLE
        types = [event.type for event in await engine.events.read(0, 5000)]
        assert ("run.overlap_skipped" in types, "trigger.refused" in types) == (True, False)


@pytest.mark.parametrize(
    ("waited", "known", "delay"), [(0, None, 5), (90, None, 90), (99999, None, 600), (90, 7, 7)]
)
def test_the_delay_grows_with_the_time_that_a_fact_waits(waited: int, known: int | None, delay: int) -> None:
    since = NOW - timedelta(seconds=waited)
    assert source_health.next_try(since, known, NOW) == NOW + timedelta(seconds=delay)
