"""Triggers of files and of rows, with real folders and a real database."""

import asyncio
import logging
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    Engine,
    EngineSettings,
    FakeClock,
    FileArrival,
    QueryChange,
    Workflow,
    fact,
)
from engine.testing import Harness
from engine.triggers.files import Arrival
from tests.engine.conftest import serving


class Import(BaseModel):
    path: str
    size: int = 0


def importing(folder: Path, pattern: str = "*.csv", **options: Any) -> Workflow:
    trigger = FileArrival(
        str(folder), pattern, input={"path": "{file.path}", "size": "{file.size}"}, **options
    )
    workflow = Workflow("import", owner="@data", input=Import, triggers=[trigger])

    @workflow.step
    async def load(input: Import) -> int:
        return input.size

    return workflow


async def arrive(harness: Harness) -> list[str]:
    """Look at the folder, wait until files are settled, and return the names of those that started runs."""
    await harness.advance("60s")
    await harness.advance("5s")
    return sorted(Path(run.input["path"]).name for run in await harness.runs())


@pytest.fixture(name="folder")
def folder_of_arrivals(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


async def test_each_file_that_arrives_starts_one_run(folder: Path) -> None:
    async with Harness(importing(folder)) as harness:
        assert await arrive(harness) == []
        (folder / "a.csv").write_text("a,b\n")
        (folder / "b.txt").write_text("not of the pattern")
        (folder / ".c.csv").write_text("hidden")
        (folder / "d.csv").mkdir()
        assert await arrive(harness) == ["a.csv"]
        (folder / "e.csv").write_text("a,b\n")
        for _ in range(3):
            assert await arrive(harness) == ["a.csv", "e.csv"]
        (run, _) = await harness.runs()
        assert (run.actor.source, run.input["size"], run.state) == ("file", 4, "succeeded")


async def test_a_link_in_the_folder_leads_to_no_other_file(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    async with Harness(importing(folder)) as harness:
        (folder / "a.csv").write_text("1")
        assert await arrive(harness) == ["a.csv"]


async def test_an_odd_name_of_a_file_holds_up_no_other_file(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    names = [b"half\xff.csv", b"line\nbreak.csv", b"*bold*.csv", b"a\xe2\x80\xaeb.csv", b" .csv"]
    for name in names:
        (folder / os.fsdecode(name)).write_text("1")
    async with Harness(importing(folder)) as harness:
        (folder / "z.csv").write_text("1")
        started = await arrive(harness)
        assert started == sorted([*(os.fsdecode(name) for name in names[1:]), "z.csv"])
        refused = [event for event in await harness.engine.events.read(0) if event.type == "trigger.refused"]
        assert ["half?.csv" in str(event.data) for event in refused] == [True]
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_file_that_still_grows_is_left_alone_until_it_is_settled(folder: Path) -> None:
    async with Harness(importing(folder, settle="10s")) as harness:
        with (folder / "a.csv").open("w") as file:
            for number in range(12):
                file.write(f"row {number}\n")
                file.flush()
                await harness.advance("9s")
                assert await harness.runs() == []
        await harness.advance("70s")
        (run,) = await harness.runs()
        assert run.input["size"] == 74


async def test_files_that_arrived_while_no_process_ran_start_their_runs_once(
    tmp_path: Path, folder: Path
) -> None:
    clock = FakeClock()
    (folder / "before.csv").write_text("1")
    async with Harness(importing(folder), folder=tmp_path, clock=clock) as harness:
        assert await arrive(harness) == ["before.csv"]
    (folder / "meanwhile.csv").write_text("2")
    for _ in range(2):
        async with Harness(importing(folder), folder=tmp_path, clock=clock) as harness:
            assert await arrive(harness) == ["before.csv", "meanwhile.csv"]


async def test_a_file_that_changed_counts_as_another_one(folder: Path) -> None:
    async with Harness(importing(folder)) as harness:
        (folder / "a.csv").write_text("1")
        await arrive(harness)
        (folder / "a.csv").write_text("12")
        assert await arrive(harness) == ["a.csv", "a.csv"]


async def test_a_file_that_is_gone_leaves_no_row(folder: Path) -> None:
    async with Harness(importing(folder)) as harness:
        (folder / "a.csv").write_text("1")
        await arrive(harness)
        (folder / "a.csv").unlink()
        await arrive(harness)
        with closing(sqlite3.connect(harness.folder / "signoff.db")) as connection:
            assert connection.execute("SELECT count(*) FROM trigger_fact").fetchone() == (0,)


async def test_a_file_that_the_filter_holds_back_is_not_looked_at_again(tmp_path: Path, folder: Path) -> None:
    workflow = importing(folder, filter=fact.file.size > 3)
    async with Harness(workflow, folder=tmp_path) as harness:
        (folder / "small.csv").write_text("1")
        (folder / "large.csv").write_text("12345")
        assert await arrive(harness) == ["large.csv"]
        with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
            assert connection.execute("SELECT count(*) FROM trigger_fact").fetchone() == (2,)


async def test_a_folder_that_comes_later_is_found_and_one_problem_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "later"
    async with Harness(importing(folder)) as harness:
        await arrive(harness)
        await arrive(harness)
        assert sum("later cannot be read" in text for text in caplog.messages) == 1
        folder.mkdir()
        (folder / "a.csv").write_text("1")
        assert await arrive(harness) == ["a.csv"]


async def test_files_wait_while_their_trigger_is_off(folder: Path) -> None:
    async with Harness(importing(folder)) as harness:
        actor = Actor("cli", "root")
        await harness.engine.set_schedule("import", None, False, actor=actor)
        (folder / "a.csv").write_text("1")
        assert await arrive(harness) == []
        await harness.engine.set_schedule("import", None, True, actor=actor)
        assert await arrive(harness) == ["a.csv"]


async def test_a_thousand_files_start_a_thousand_runs(folder: Path) -> None:
    async with Harness(importing(folder)) as harness:
        for number in range(1000):
            (folder / f"{number:04}.csv").write_text("1")
        assert len(await arrive(harness)) == 1000


async def test_the_system_tells_of_a_file_before_the_next_look(tmp_path: Path, folder: Path) -> None:
    """On the real clock: a look each minute would not find it in time."""
    engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(tmp_path / "data"))
    engine.register(importing(folder, settle="0.2s"))
    await engine.serve()
    await engine.activity.idle()

    async def arrival() -> None:
        place = 0
        while not (await engine.runs())[0]:
            await engine.events.wait(place)
            place = await engine.events.newest()

    try:
        (folder / "a.csv").write_text("1")
        await asyncio.wait_for(arrival(), 30)
    finally:
        await engine.close(grace=0)


# Rows of a database


class Order(BaseModel):
    number: int
    total: float


SQL = "SELECT id, total FROM orders WHERE id > :cursor ORDER BY id"


def watching(**options: Any) -> Workflow:
    mapping = {"number": "{row.id}", "total": "{row.total}"}
    trigger = QueryChange("ORDERS", SQL, cursor="id", every="30s", input=mapping, **options)
    workflow = Workflow("order", owner="@sales", input=Order, triggers=[trigger])

    @workflow.step
    async def ship(input: Order) -> int:
        return input.number

    return workflow


class Orders:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("CREATE TABLE orders (id INTEGER PRIMARY KEY, total NUMERIC)")

    def write(self, sql: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(sql)
            connection.commit()

    def add(self, *totals: float) -> None:
        for total in totals:
            self.write(f"INSERT INTO orders (total) VALUES ({total})")


@pytest.fixture(name="orders")
def database_of_orders(tmp_path: Path) -> Orders:
    return Orders(tmp_path / "orders.db")


async def after(engine: Engine, clock: FakeClock) -> list[int]:
    clock.move_to(clock.now() + timedelta(seconds=30))
    await engine.activity.idle()
    runs, _ = await engine.runs(limit=1000)
    return sorted(run.input["number"] for run in runs)


async def test_each_row_beyond_the_last_one_starts_one_run(tmp_path: Path, orders: Orders) -> None:
    clock = FakeClock()
    orders.add(1.5, 2)
    for numbers in ([1, 2, 3], [1, 2, 3, 4]):
        async with serving(tmp_path, clock, watching()) as engine:
            orders.add(3)
            assert await after(engine, clock) == numbers
            assert await after(engine, clock) == numbers


async def test_a_new_trigger_of_rows_begins_at_its_start(tmp_path: Path, orders: Orders) -> None:
    clock = FakeClock()
    orders.add(1, 2, 3)
    async with serving(tmp_path, clock, watching(start=2)) as engine:
        assert await after(engine, clock) == [3]


async def test_more_rows_than_a_page_are_all_taken(tmp_path: Path, orders: Orders) -> None:
    clock = FakeClock()
    rows = ", ".join(f"({number})" for number in range(450))
    orders.write(f"INSERT INTO orders (total) VALUES {rows}")
    async with serving(tmp_path, clock, watching()) as engine:
        assert await after(engine, clock) == list(range(1, 451))


async def test_a_row_that_does_not_fit_is_told_and_the_next_one_is_taken(
    tmp_path: Path, orders: Orders
) -> None:
    clock = FakeClock()
    orders.write("INSERT INTO orders (total) VALUES (1), ('much'), (3)")
    async with serving(tmp_path, clock, watching()) as engine:
        assert await after(engine, clock) == [1, 3]
        (refused,) = [each for each in await engine.events.read(0) if each.type == "trigger.refused"]
        assert refused.data["reason"].startswith("id 2: ")


async def test_a_database_that_does_not_answer_is_asked_again_and_no_log_has_its_address(
    tmp_path: Path, orders: Orders, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    secret = {"ORDERS": f"sqlite:///{orders.path}?secret=swordfish"}
    orders.path.rename(tmp_path / "away.db")
    async with serving(tmp_path, clock, watching(), variables=secret) as engine:
        assert await after(engine, clock) == []
        assert sum("the query failed" in text for text in caplog.messages) == 1
        assert "swordfish" not in caplog.text
        (tmp_path / "away.db").rename(orders.path)
        orders.add(1)


async def test_an_address_that_is_not_set_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, watching(), variables={}) as engine:
        assert await after(engine, clock) == []
        assert "the environment variable ORDERS is not set" in caplog.text


@pytest.mark.parametrize("poison", ["x'ff00fe'", "x'c0'", "9e999"])
async def test_a_row_that_cannot_be_read_is_told_and_the_next_one_is_taken(
    tmp_path: Path, orders: Orders, poison: str
) -> None:
    clock = FakeClock()
    orders.write(f"INSERT INTO orders (total) VALUES (1), ({poison}), (3)")
    async with serving(tmp_path, clock, watching()) as engine:
        assert await after(engine, clock) == [1, 3]
        (refused,) = [each for each in await engine.events.read(0) if each.type == "trigger.refused"]
        assert refused.data["reason"].startswith("id 2: ")


LOOSE = "SELECT id, total FROM loose WHERE id > :cursor OR id IS NULL ORDER BY rowid"


def watching_loose(sql: str) -> Workflow:
    trigger = QueryChange("ORDERS", sql, cursor="id", every="30s", input={"number": "{row.total}"})
    workflow = Workflow("order", owner="@sales", input=Numbered, triggers=[trigger])

    @workflow.step
    async def ship(input: Numbered) -> int:
        return input.number

    return workflow


class Numbered(BaseModel):
    number: int


@pytest.mark.parametrize("odd", ["NULL", "9e999", "'text'", "x'6162'"])
async def test_a_row_whose_cursor_leads_nowhere_is_said_and_skips_no_row(
    tmp_path: Path, orders: Orders, odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    orders.write("CREATE TABLE loose (id, total)")
    orders.write(f"INSERT INTO loose VALUES (1, 1), (2, 2), ({odd}, 3)")
    async with serving(tmp_path, clock, watching_loose(LOOSE)) as engine:
        assert await after(engine, clock) == [1, 2]
        assert "so the rows beyond it cannot be asked for" in caplog.text
        orders.write("DELETE FROM loose WHERE total = 3")
        orders.write("INSERT INTO loose VALUES (4, 4)")
        assert await after(engine, clock) == [1, 2, 4]


async def test_a_query_that_gives_the_same_page_again_and_again_is_said(
    tmp_path: Path, orders: Orders, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FakeClock()
    orders.write("CREATE TABLE loose (id, total)")
    listed = ", ".join(["(7, 1)"] * 300)
    orders.write(f"INSERT INTO loose VALUES {listed}")
    sql = "SELECT id, total FROM loose WHERE id >= :cursor ORDER BY id"
    async with serving(tmp_path, clock, watching_loose(sql)) as engine:
        assert await after(engine, clock) == [1]
        assert "a whole page of rows has the id '7'" in caplog.text


async def test_an_odd_name_of_a_file_does_not_end_the_watch_of_its_folder(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """On the real clock: a look each minute would not find the other file in time."""
    engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(tmp_path / "data"))
    engine.register(importing(folder, settle="0.2s"))
    await engine.serve()
    await engine.activity.idle()

    async def told(wanted: str) -> None:
        place = 0
        while not [each for each in await engine.events.read(0) if each.type == wanted]:
            await engine.events.wait(place)
            place = await engine.events.newest()

    try:
        (folder / os.fsdecode(b"half\xff.csv")).write_text("1")
        await asyncio.wait_for(told("trigger.refused"), 30)
        (folder / "a.csv").write_text("1")
        await asyncio.wait_for(told("run.created"), 30)
    finally:
        await engine.close(grace=0)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("seconds", [2**40, -(2**40)])
def test_a_time_that_no_calendar_has_holds_up_no_file(seconds: int) -> None:
    year = datetime.fromisoformat(Arrival("/a.csv", 1, seconds * 10**9).scope()["file"]["modified_at"]).year
    assert year in (1, 9999)
