"""Rows about facts are pruned with their runs, and no fact starts a run twice before that."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine import FileArrival, Webhook, Workflow
from engine.testing import Harness


def flow(*triggers: Any) -> Workflow:
    made = Workflow("flow", owner="@ops", triggers=triggers)

    @made.step
    async def act() -> None: ...

    return made


def hook(**options: Any) -> Webhook:
    return Webhook("alerts", secret="ALERTS_SECRET", dedup="{payload.service}", **options)


async def sweep(harness: Harness) -> None:
    """Remove whatever has ended by now."""
    await harness.engine._parts.timing.retention.sweep(harness.clock.now())


def rows(harness: Harness) -> int:
    with closing(sqlite3.connect(harness.folder / "signoff.db")) as database:
        return int(database.execute("SELECT count(*) FROM trigger_fact").fetchone()[0])


async def deliver(harness: Harness, number: int) -> str:
    return (await harness.deliver("alerts", {"service": "checkout", "number": number})).state


async def test_facts_are_forgotten_when_their_runs_and_their_window_are_over() -> None:
    async with Harness(flow(hook(dedup_within="1h"))) as harness:
        assert [await deliver(harness, number) for number in (1, 2)] == ["started", "repeated"]
        await harness.advance("2h")
        await sweep(harness)
        assert (rows(harness), await harness.runs()) == (0, [])
        assert [await deliver(harness, number) for number in (3, 4, 3)] == ["started", "repeated", "repeated"]
        await harness.advance("2h")
        assert await deliver(harness, 5) == "started"


async def test_a_window_that_is_open_outlasts_the_run() -> None:
    async with Harness(flow(hook(dedup_within="1h"))) as harness:
        assert await deliver(harness, 1) == "started"
        await harness.advance("30m")
        await sweep(harness)
        assert (rows(harness), await harness.runs()) == (2, [])
        assert [await deliver(harness, number) for number in (1, 2)] == ["repeated", "repeated"]


async def test_a_run_that_is_kept_keeps_its_facts() -> None:
    lasting = flow(hook(dedup_within="1h"))
    lasting.sleep("rest", "10d")
    async with Harness(lasting) as harness:
        await deliver(harness, 1)
        await harness.advance("2h")
        await sweep(harness)
        assert (rows(harness), len(await harness.runs())) == (2, 1)
        assert [await deliver(harness, number) for number in (1, 2)] == ["repeated", "started"]


async def test_each_value_starts_one_run_a_window_however_often_rows_are_pruned() -> None:
    async with Harness(flow(hook(dedup_within="1h"))) as harness:
        states = []
        for number in range(8):
            states.append(await deliver(harness, number))
            await harness.advance("40m")
            await sweep(harness)
        assert states == ["started", "repeated"] * 4


async def test_a_burst_that_was_forgotten_starts_no_second_run() -> None:
    async with Harness(flow(hook(debounce="30s"))) as harness:
        assert await deliver(harness, 1) == "waiting"
        await sweep(harness)
        assert rows(harness) == 2, "a burst that waits is kept"
        await harness.advance("1m")
        assert len(await harness.runs()) == 1
        await harness.advance("1h")
        await sweep(harness)
        assert rows(harness) == 0
        assert await deliver(harness, 1) == "waiting"
        await harness.advance("1m")
        assert await harness.runs() == []


@pytest.mark.parametrize("again", [False, True])
async def test_a_file_that_lies_in_its_folder_is_remembered(tmp_path: Path, again: bool) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text("1", encoding="utf-8")
    async with Harness(flow(FileArrival(str(folder), "*.csv"))) as harness:
        await harness.advance("65s")
        assert len(await harness.runs()) == 1
        await harness.advance("1h")
        await sweep(harness)
        assert (rows(harness), await harness.runs()) == (1, [])
        if again:
            (folder / "a.csv").write_text("22", encoding="utf-8")
        await harness.advance("65s")
        assert len(await harness.runs()) == int(again)
