"""Databases that earlier releases left with runs and requests open, taken to their ends by this one."""

import json
import sqlite3
from pathlib import Path

import pytest

from bot.views import button_values
from engine import Actor, Decision, Person, RequestRecord, RunRecord, StaticPeople
from engine.testing import Harness
from tests.upgrades.pending import WORKFLOWS

HERE = Path(__file__).parent
RELEASES = sorted(HERE.glob("*.sql"))
PEOPLE = StaticPeople(
    [Person("U4", "Dora"), Person("U9", "Ivo")], {"release": ["U1", "U2", "U3"], "ops": ["U7"]}
)


def button(release: Path, step: str, choice: str) -> tuple[str, str]:
    """The action and the value of the first button for it that the release posted."""
    posted: dict[str, list[list[str]]] = json.loads(release.with_suffix(".json").read_text("utf-8"))
    return next(
        (action, value)
        for request, buttons in posted.items()
        for action, value in buttons
        if request.split(".")[1] == step and action == f"signoff:decide:{choice}"
    )


def restore(release: Path, folder: Path) -> None:
    """Make the database that the release left, with its keys if the release had any."""
    if (keys := release.with_suffix(".keys")).exists():
        (folder / "keys").mkdir(mode=0o700)
        for name, key in json.loads(keys.read_text(encoding="utf-8")).items():
            (folder / "keys" / name).write_text(key, encoding="utf-8")
            (folder / "keys" / name).chmod(0o600)
    with sqlite3.connect(folder / "signoff.db") as database:
        database.executescript(release.read_text(encoding="utf-8"))
    database.close()


async def the_run(harness: Harness, workflow: str) -> RunRecord:
    runs, _ = await harness.engine.runs(workflow, ["waiting", "running"])
    assert len(runs) == 1, runs
    return runs[0]


async def ended(harness: Harness, run: RunRecord) -> str:
    detail = await harness.state(run)
    return f"{detail.run.state} {detail.run.reason}".strip()


async def the_request(harness: Harness, run: RunRecord) -> RequestRecord:
    (request,) = await harness.engine.requests(run_id=run.id)
    return request


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
async def test_every_open_run_of_an_earlier_release_reaches_its_end(release: Path, tmp_path: Path) -> None:
    restore(release, tmp_path)
    async with Harness(*WORKFLOWS, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        assert (await harness.engine.audit()).findings == []
        ship, staged, revocable, fails, flaky = [
            await the_run(harness, name) for name in ("ship", "staged", "revocable", "fails", "flaky")
        ]
        request = await the_request(harness, ship)
        clicked = button_values.decode(button(release, "go_live", "approve")[1])
        result = await harness.engine.decide(
            clicked.id, Decision(clicked.choice, seen=clicked.seen), actor=Actor("slack", "U1")
        )
        assert result.accepted, result
        await harness.run_until_idle()
        assert request.id == clicked.id
        assert await ended(harness, ship) == "succeeded"
        assert await harness.output(ship, "release") == "5 replicas"

        await harness.decide("both", "approve", as_user="U2")
        await harness.decide("both", "approve", as_user="U9")
        assert await ended(harness, staged) == "succeeded"

        await harness.decide("read_sensor", "skip", as_user="U7")
        assert (await harness.step(fails, "read_sensor")).state == "skipped"

        await harness.advance("10m")
        assert await ended(harness, flaky) == "succeeded"
        await harness.advance("1h")
        assert await ended(harness, revocable) == "succeeded"
        assert await harness.engine.requests() == []
        assert (await harness.engine.audit()).findings == []
