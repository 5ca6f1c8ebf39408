"""Databases that earlier releases left with runs and requests open, taken to their ends by this one."""

import importlib.util
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.views import values
from engine import Actor, Person, RequestRecord, RunRecord, StaticPeople
from engine.testing import Bench

HERE = Path(__file__).parent
RELEASES = sorted(HERE.glob("*.sql"))
PEOPLE = StaticPeople(
    [Person("U4", "Dora"), Person("U9", "Ivo")], {"release": ["U1", "U2", "U3"], "ops": ["U7"]}
)
BUTTON = "1|ship-1ke6p4ym02f4yc.go_live|approve@aab896936103"
"""What the button of the oldest of them carries."""


def pending() -> tuple[Any, ...]:
    spec = importlib.util.spec_from_file_location("pending", HERE / "pending.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(module.WORKFLOWS)


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "signoff.db") as database:
        database.executescript(request.param.read_text(encoding="utf-8"))
    database.close()
    return tmp_path


async def the_run(bench: Bench, workflow: str) -> RunRecord:
    runs, _ = await bench.engine.runs(workflow, ["waiting", "running"])
    assert len(runs) == 1, runs
    return runs[0]


async def ended(bench: Bench, run: RunRecord) -> str:
    detail = await bench.state(run)
    return f"{detail.run.state} {detail.run.reason}".strip()


async def the_request(bench: Bench, run: RunRecord) -> RequestRecord:
    (request,) = await bench.engine.requests(run_id=run.id)
    return request


async def test_every_open_run_of_an_earlier_release_reaches_its_end(folder: Path) -> None:
    async with Bench(*pending(), people=PEOPLE, folder=folder, schedules=False) as bench:
        assert (await bench.engine.audit()).findings == []
        ship, staged, revocable, fails, flaky = [
            await the_run(bench, name) for name in ("ship", "staged", "revocable", "fails", "flaky")
        ]
        request = await the_request(bench, ship)
        button = values.decode(BUTTON)
        answer = await bench.engine.decide(
            button.id, button.choice, actor=Actor("slack", "U1"), seen=button.seen
        )
        assert answer.accepted, answer
        await bench.run_until_idle()
        assert request.id == button.id
        assert await ended(bench, ship) == "succeeded"
        assert await bench.output(ship, "release") == "5 replicas"

        await bench.decide("both", "approve", as_user="U2")
        await bench.decide("both", "approve", as_user="U9")
        assert await ended(bench, staged) == "succeeded"

        await bench.decide("read_sensor", "skip", as_user="U7")
        assert (await bench.step(fails, "read_sensor")).state == "skipped"

        await bench.advance("10m")
        assert await ended(bench, flaky) == "succeeded"
        await bench.advance("1h")
        assert await ended(bench, revocable) == "succeeded"
        assert await bench.engine.requests() == []
        assert (await bench.engine.audit()).findings == []
