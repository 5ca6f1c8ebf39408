"""A `QueryChange` with `each`: a run for each element of the list in a row, in a real database file."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Engine, FakeClock, QueryChange, Trouble, Workflow
from engine.kernel.schedules.start_limits import StartLimits
from engine.model.notices.trouble import NO_TROUBLE
from engine.store import queries
from engine.testing import Harness
from engine.triggers.intake import Intake
from tests.engine.conftest import serving

SQL = "SELECT id, shop, items FROM orders WHERE id > :cursor ORDER BY id"
INPUT = {"shop": "{row.shop}", "name": "{element.name}"}


class Item(BaseModel):
    shop: str
    name: str


def packing(*, each: str = "row.items", sql: str = SQL, **options: Any) -> Workflow:
    trigger = QueryChange("ORDERS", sql, cursor="id", every="1s", each=each, input=INPUT)
    workflow = Workflow("pack", owner="@data", input=Item, triggers=[trigger], **options)
    workflow.approval("go", ask="Go?", approvers=["@data"], expires="9d", advisory=True)
    return workflow


def add(folder: Path, *rows: tuple[str, Any]) -> None:
    """Add rows, as another program does: SQLite stores JSON as text."""
    with closing(sqlite3.connect(folder / "orders.db")) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, shop, items JSON)")
        values = [(shop, items if isinstance(items, str) else json.dumps(items)) for shop, items in rows]
        connection.executemany("INSERT INTO orders (shop, items) VALUES (?, ?)", values)


def named(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


async def packed(engine: Engine, clock: FakeClock, seconds: int = 1) -> list[str]:
    clock.move_to(clock.now() + timedelta(seconds=seconds))
    await engine.activity.idle()
    runs, _ = await engine.runs(limit=1000)
    return sorted(f"{run.input['shop']} {run.input['name']}" for run in runs)


async def trouble(engine: Engine) -> Trouble:
    (trigger,) = await engine.schedules()
    return trigger.trouble


async def cursor(engine: Engine) -> str | None:
    (schedule,) = await engine._store.read(queries.schedules)
    return schedule.cursor


async def test_each_element_of_each_row_starts_one_run_also_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    add(tmp_path, ("a", named("nut", "bolt", "nut")), ("b", []), ("c", named("nut")))
    async with serving(tmp_path, clock, packing()) as engine:
        expected = ["a bolt", "a nut", "a nut", "c nut"]
        assert await packed(engine, clock) == expected
        assert await packed(engine, clock) == expected
        assert (await cursor(engine), await trouble(engine)) == ("3", NO_TROUBLE)
    add(tmp_path, ("d", named("nut")))
    async with serving(tmp_path, clock, packing()) as engine:
        assert await packed(engine, clock) == [*expected, "d nut"]


async def test_a_list_within_the_json_of_a_column_is_found(tmp_path: Path) -> None:
    clock = FakeClock()
    add(tmp_path, ("a", {"parts": named("nut", "bolt")}))
    async with serving(tmp_path, clock, packing(each="row.items.parts")) as engine:
        assert await packed(engine, clock) == ["a bolt", "a nut"]


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ("nut, bolt", "row.items: It is a text"),
        ({"parts": []}, "row.items: It is an object"),
        ("[" * 5000 + "]" * 5000, "row.items: It is a text"),
        (named(*"n" * 101), "row.items: It has 101 elements"),
        ([*named("nut"), {"label": "bolt"}], "row.items.1"),
    ],
    ids=["text", "object", "too deep", "too many", "an element"],
)
async def test_a_row_without_such_a_list_is_told_and_the_next_one_is_taken(
    tmp_path: Path, items: Any, told: str
) -> None:
    clock = FakeClock()
    add(tmp_path, ("a", items))
    async with serving(tmp_path, clock, packing()) as engine:
        assert [each for each in await packed(engine, clock) if each != "a nut"] == []
        misfits = await trouble(engine)
        assert misfits.misfits == 1
        assert told in misfits.misfit
        add(tmp_path, ("b", named("nut")))
        assert "b nut" in await packed(engine, clock)
        assert (await trouble(engine), await cursor(engine)) == (NO_TROUBLE, "2")


async def test_the_cursor_moves_once_when_all_elements_of_a_row_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, seen = FakeClock(), []
    add(tmp_path, ("a", named("nut", "bolt")))
    create = Intake._create

    async def watched(self: Intake, *arguments: Any) -> Any:
        taken = await create(self, *arguments)
        seen.append((await self._store.read(queries.schedules))[0].cursor)
        return taken

    monkeypatch.setattr(Intake, "_create", watched)
    async with serving(tmp_path, clock, packing()) as engine:
        await packed(engine, clock)
        assert (seen, await cursor(engine)) == ([None, None], "1")


async def test_elements_at_a_limit_wait_at_their_row_and_start_once(tmp_path: Path) -> None:
    clock = FakeClock()
    add(tmp_path, ("a", named("nut", "bolt", "pin")))
    async with serving(tmp_path, clock, packing(), limits=StartLimits(open_runs=2)) as engine:
        assert await packed(engine, clock) == ["a bolt", "a nut"]
        assert (await cursor(engine), (await trouble(engine)).problem[:13]) == (None, "too many runs")
    async with serving(tmp_path, clock, packing(), limits=StartLimits(open_runs=3)) as engine:
        assert await packed(engine, clock, 60) == ["a bolt", "a nut", "a pin"]
        assert await cursor(engine) == "1"


async def test_an_element_that_overlap_skips_does_not_count_as_unfit(tmp_path: Path) -> None:
    clock = FakeClock()
    add(tmp_path, ("a", named("nut", "bolt")), ("b", named("nut", "bolt")))
    async with serving(tmp_path, clock, packing(max_active_runs=1, overlap="skip")) as engine:
        assert await packed(engine, clock) == ["a nut"]
        types = [event.type for event in await engine.events.read(0, 5000)]
        assert (types.count("run.overlap_skipped"), types.count("trigger.refused")) == (3, 0)
        skipped = await trouble(engine)
        assert (skipped.misfits, skipped.skipped_at is not None) == (0, True)
        assert await cursor(engine) == "2"


async def test_a_sample_row_with_json_text_shows_what_each_element_would_start() -> None:
    async with Harness(packing()) as harness:
        sample = {"id": 1, "shop": "a", "items": json.dumps(named("nut", "bolt"))}
        preview = harness.engine.preview("pack", None, sample)
        assert [each.input for each in preview.elements] == [
            {"shop": "a", "name": "nut"},
            {"shop": "a", "name": "bolt"},
        ]
