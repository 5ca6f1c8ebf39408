"""A source that cannot be read and facts that do not fit are seen, and people are told once."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine import Actor, Engine, FakeClock, QueryChange, Trouble, Workflow
from engine.kernel.schedules import source_health
from engine.model.notices.trouble import NO_TROUBLE
from engine.store.schema import rows
from engine.testing import Harness
from tests.engine.conftest import serving
from tests.engine.triggers.test_file_triggers import importing

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SQL = "SELECT id, amount FROM orders WHERE id > :cursor ORDER BY id"


class Order(BaseModel):
    amount: int


def ordering(every: str = "1s") -> Workflow:
    mapping = {"amount": "{row.amount}"}
    trigger = QueryChange("ORDERS", SQL, cursor="id", every=every, input=mapping)
    workflow = Workflow("order", owner="@data", input=Order, triggers=[trigger])

    @workflow.step
    async def load(input: Order) -> int:
        return input.amount

    return workflow


async def pass_time(engine: Engine, clock: FakeClock, seconds: int, times: int = 1) -> None:
    for _ in range(times):
        clock.move_to(clock.now() + timedelta(seconds=seconds))
        await engine.activity.idle()


def insert(folder: Path, *orders: tuple[int, str]) -> None:
    with closing(sqlite3.connect(folder / "orders.db")) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, amount)")
        connection.executemany("INSERT INTO orders VALUES (?, ?)", orders)


async def told(engine: Engine) -> list[str]:
    types = [event.type for event in await engine.events.read(0, 5000)]
    return [type_ for type_ in types if type_ in ("trigger.failing", "trigger.restored", "trigger.refused")]


async def trouble(engine: Engine) -> Trouble:
    (trigger,) = await engine.schedules()
    return trigger.trouble


async def test_a_folder_that_is_gone_is_told_once_and_once_that_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    async with Harness(importing(folder)) as harness:
        await harness.advance("60s")
        assert await trouble(harness.engine) == NO_TROUBLE
        folder.rmdir()
        await harness.advance("60s")
        gone = await trouble(harness.engine)
        assert gone.problem == "the folder cannot be read (No such file or directory)"
        assert gone.since is not None
        for _ in range(30):
            await harness.advance("60s")
        assert await told(harness.engine) == ["trigger.failing"]
        assert (await trouble(harness.engine)).since == gone.since
        folder.mkdir()
        for _ in range(3):
            await harness.advance("60s")
        assert await told(harness.engine) == ["trigger.failing", "trigger.restored"]
        assert (await trouble(harness.engine)).problem == ""


async def test_a_database_that_fails_every_second_is_told_once_also_over_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, ordering()) as engine:
        await pass_time(engine, clock, 1, 70)
        assert await told(engine) == ["trigger.failing"]
        failing = await trouble(engine)
        assert failing.problem == "the query failed (OperationalError)"
    async with serving(tmp_path, clock, ordering()) as engine:
        await pass_time(engine, clock, 1, 5)
        assert await trouble(engine) == failing
        assert await told(engine) == ["trigger.failing"]
        insert(tmp_path, (1, "5"))
        await pass_time(engine, clock, 1, 2)
        assert await told(engine) == ["trigger.failing", "trigger.restored"]
        runs, _ = await engine.runs()
        assert [run.input for run in runs] == [{"amount": 5}]


async def test_a_source_that_is_read_once_an_hour_is_tried_again_within_a_minute(tmp_path: Path) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, ordering("1h")) as engine:
        await pass_time(engine, clock, 60)
        assert await told(engine) == ["trigger.failing"]


async def test_facts_that_do_not_fit_are_counted_until_one_fits(tmp_path: Path) -> None:
    clock = FakeClock()
    insert(tmp_path, (1, "many"), (2, "more"))
    async with serving(tmp_path, clock, ordering()) as engine:
        await pass_time(engine, clock, 1)
        misfits = await trouble(engine)
        assert (misfits.misfits, misfits.problem) == (2, "")
        assert misfits.misfit.startswith("id 2: ")
        assert "amount" in misfits.misfit
        assert await told(engine) == ["trigger.refused"] * 2
        assert misfits.misfit_since is not None
        insert(tmp_path, (3, "7"), (4, "8"))
        await pass_time(engine, clock, 1)
        assert await trouble(engine) == NO_TROUBLE
        (fits,) = [event for event in await engine.events.read(0, 5000) if event.type == "trigger.fits"]
        since = misfits.misfit_since.isoformat()
        assert (fits.data["misfits"], fits.data["since"]) == (2, since)


async def test_an_unset_variable_and_a_trigger_that_is_off_are_shown_as_such(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeClock(), ordering(), variables={}) as engine:
        assert (await trouble(engine)).problem == "the environment variable ORDERS is not set"
        await engine.set_schedule("order", None, False, actor=Actor("cli", "erin"))
        assert await trouble(engine) == NO_TROUBLE


def test_a_source_that_comes_and_goes_is_told_of_about_once_an_hour() -> None:
    state, changes = NO_TROUBLE, []
    for minute in range(180):
        now = NOW + timedelta(minutes=minute)
        before, failing = state, minute % 5 < 3
        state = source_health.failing(state, "gone", now) if failing else source_health.reading(state, now)
        if state.told != before.told:
            changes.append((minute, state.told))
    assert changes == [(1, True), (3, False), (66, True), (68, False), (131, True), (133, False)]


@pytest.mark.parametrize(("minutes", "told"), [(0, False), (1, True), (9, True)])
def test_people_are_told_after_a_minute(minutes: int, told: bool) -> None:
    state = source_health.failing(NO_TROUBLE, "gone", NOW)
    state = source_health.failing(state, "gone", NOW + timedelta(minutes=minutes))
    assert state.told is told


def test_a_trigger_without_a_trouble_has_none() -> None:
    assert (rows.trouble(None), rows.trouble("{}")) == (NO_TROUBLE, NO_TROUBLE)


@pytest.mark.parametrize("written", ["no JSON", '{"misfits": "x"}', "7"])
def test_a_trouble_that_another_program_wrote_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Trouble"):
        rows.trouble(written)
