"""A fact that only a limit keeps from starting its run stays at its source, and starts one run later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Engine, FakeClock, FileArrival, QueryChange, Trouble, Workflow
from engine.kernel.schedules import source_health
from engine.kernel.schedules.start_limits import StartLimits
from engine.model.notices.trouble import NO_TROUBLE
from tests.engine.conftest import serving
from tests.engine.triggers.test_trigger_health import insert, pass_time

SQL = "SELECT id, amount FROM orders WHERE id > :cursor ORDER BY id"
ROOT = Actor("cli", "root")
TWO_RUNS = StartLimits(open_runs=2)
NUMBERS = ["", "1", "many", "3", "4"]
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Order(BaseModel):
    amount: int


def taking(trigger: Any, **options: Any) -> Workflow:
    workflow = Workflow("order", owner="@data", input=Order, triggers=[trigger], **options)
    workflow.approval("go", ask="Go?", approvers=["@data"], expires="9d", advisory=True)
    return workflow


async def amounts(engine: Engine) -> list[int]:
    runs, _ = await engine.runs()
    return sorted(run.input["amount"] for run in runs if run.workflow == "order")


async def trouble(engine: Engine) -> Trouble:
    (trigger,) = [each for each in await engine.schedules() if each.workflow == "order"]
    return trigger.trouble


def add_rows(folder: Path, *amounts: str) -> None:
    insert(folder, *[(NUMBERS.index(amount), amount) for amount in amounts])


def add_files(folder: Path, *amounts: str) -> None:
    for amount in amounts:
        (folder / "in" / f"{amount}.csv").write_text("a,b\n")


ROWS = QueryChange("ORDERS", SQL, cursor="id", every="1s", input={"amount": "{row.amount}"})


def files(folder: Path) -> FileArrival:
    (folder / "in").mkdir()
    return FileArrival(str(folder / "in"), "*.csv", input={"amount": "{file.stem}"})


@pytest.mark.parametrize(
    ("trigger", "add"), [(lambda _: ROWS, add_rows), (files, add_files)], ids=["rows", "files"]
)
async def test_a_fact_at_a_limit_stays_and_starts_one_run_when_there_is_room(
    tmp_path: Path, trigger: Callable[[Path], Any], add: Any
) -> None:
    clock, workflow = FakeClock(), taking(trigger(tmp_path))
    insert(tmp_path)
    async with serving(tmp_path, clock, workflow, limits=TWO_RUNS) as engine:
        add(tmp_path, "1", "many", "3")
        await pass_time(engine, clock, 30, 6)
        add(tmp_path, "4")
        await pass_time(engine, clock, 30, 6)
        assert await amounts(engine) == [1, 3]
        held = await trouble(engine)
        assert held.problem.startswith("too many runs: The trigger ")
        assert " has 2 unfinished runs, and the limit is 2." in held.problem
    async with serving(tmp_path, clock, workflow, limits=TWO_RUNS) as engine:
        await pass_time(engine, clock, 5, 3)
        assert (await trouble(engine)).since == held.since
        assert await amounts(engine) == [1, 3]
        runs, _ = await engine.runs()
        await engine.cancel(runs[0].id, actor=ROOT)
        await pass_time(engine, clock, 60, 12)
        assert await amounts(engine) == [1, 3, 4]
        assert (await trouble(engine)).problem == ""
        refused = [each for each in await engine.events.read(0, 5000) if each.type == "trigger.refused"]
        assert len(refused) == 1, "what does not fit is refused for good, also beside facts that wait"
    async with serving(tmp_path, clock, workflow, limits=TWO_RUNS) as engine:
        await pass_time(engine, clock, 60, 3)
        assert await amounts(engine) == [1, 3, 4]


async def test_a_row_that_the_author_skips_does_not_count_as_unfit(tmp_path: Path) -> None:
    clock = FakeClock()
    insert(tmp_path, (1, "1"), (2, "2"))
    async with serving(tmp_path, clock, taking(ROWS, max_active_runs=1, overlap="skip")) as engine:
        await pass_time(engine, clock, 1)
        assert await amounts(engine) == [1]
        skipped = await trouble(engine)
        assert skipped.skipped_at is not None
        assert replace(skipped, skipped_at=None) == NO_TROUBLE
        types = [event.type for event in await engine.events.read(0, 5000)]
        assert ("run.overlap_skipped" in types, "trigger.refused" in types) == (True, False)


@pytest.mark.parametrize(("waited", "delay"), [(None, 5), (0, 5), (90, 90), (99999, 600)])
def test_the_delay_grows_with_the_time_that_a_fact_waits(waited: int | None, delay: int) -> None:
    since = None if waited is None else NOW - timedelta(seconds=waited)
    assert source_health.next_try(since, NOW) == NOW + timedelta(seconds=delay)
