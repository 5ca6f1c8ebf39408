"""The owner of a workflow is told once that a trigger starts nothing, and once that it works again."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from bot.views.trigger_notices import trigger_message
from engine import FileArrival, StaticPeople, Workflow
from engine.testing import Harness

Local = Any
PEOPLE = StaticPeople(groups={"data": ["U01ALICE"]})
ALICE, CAROL = "U01ALICE", "U03CAROL"


class Import(BaseModel):
    name: int


def importing(folder: Path) -> Workflow:
    trigger = FileArrival(str(folder), "*.csv", input={"name": "{file.stem}"}, settle="1s")
    workflow = Workflow("import", owner="@data", input=Import, triggers=[trigger])

    @workflow.step
    async def load(input: Import) -> int:
        return input.name

    return workflow


class Office:
    """An engine and its outbox, moved minute by minute. `folder`: the one that the trigger watches."""

    def __init__(self, harness: Harness, outbox: Outbox, local: Local, folder: Path) -> None:
        self.harness, self.outbox, self.local, self.folder = harness, outbox, local, folder

    async def later(self, minutes: int) -> None:
        for _ in range(minutes):
            await self.harness.advance("60s")
            await self.outbox.settled()

    async def told(self, user_id: str = ALICE) -> list[str]:
        return list(await self.local.direct(user_id))


@pytest.fixture(params=[CAROL, ALICE])
async def office(local: Local, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    folder = tmp_path / "in"
    folder.mkdir()
    async with (
        SlackApi(local.server.bot_token, base_url=local.server.api_url) as api,
        Harness(importing(folder), people=PEOPLE, folder=tmp_path) as harness,
    ):
        engine, clock = harness.engine, harness.clock
        people = SlackPeople(api, clock, team_id="T0LOCAL")
        render = Renderer(engine, engine.deliveries, people, api, clock, "signoff")
        outbox = Outbox(
            OutboxParts(
                engine.events, engine.deliveries, engine, PEOPLE, api, render, clock, operator=request.param,
                loaded_owner=lambda workflow: engine.workflow(workflow).owner,
            )
        )  # fmt: skip
        await outbox.start()
        yield Office(harness, outbox, local, folder)
        await outbox.close(grace=0)


@pytest.mark.parametrize("office", [CAROL], indirect=True)
async def test_the_owner_is_told_once_that_a_folder_is_gone_and_once_that_it_is_back(office: Office) -> None:
    await office.later(2)
    office.folder.rmdir()
    await office.later(30)
    (gone,) = await office.told()
    assert "*import* gets no runs from its trigger `files" in gone
    assert "the folder cannot be read (No such file or directory). Signoff keeps trying" in gone
    office.folder.mkdir()
    await office.later(5)
    _, back = await office.told()
    # The system may tell of the change before the clock moves.
    assert re.search(r"of \*import\* works again after (30|31) min", back)
    assert await office.told(CAROL) == []


@pytest.mark.parametrize("office", [ALICE], indirect=True)
async def test_an_owner_who_is_the_operator_is_told_by_the_monitor_alone(office: Office) -> None:
    office.folder.rmdir()
    await office.later(5)
    assert await office.told() == []


@pytest.mark.long
async def test_files_that_do_not_fit_are_told_once_a_day(office: Office) -> None:
    for day in (1, 2):
        for number in range(3):
            (office.folder / f"day{day}-{number}.csv").write_text("x")
            await office.later(2)
        assert len(await office.told()) == day
        await office.harness.advance("24h")
    (first, _) = await office.told()
    assert "of *import* started no run, because the fact does not fit: day1-0.csv: " in first
    assert str(office.folder) not in first.partition("started no run")[2]


@pytest.mark.parametrize("office", [CAROL], indirect=True)
async def test_the_owner_is_told_once_that_facts_fit_again(office: Office) -> None:
    for name in ("x", "y", "1", "2"):
        (office.folder / f"{name}.csv").write_text("x")
        await office.later(1)
    await office.later(1)
    misfit, fits = [text for text in await office.told() if "The workflow has no channel" not in text]
    assert "because the fact does not fit: x.csv: " in misfit
    assert "of *import* fit again after " in fits
    assert "2 facts before did not, and started no run." in fits


def test_a_notice_names_no_folder_and_keeps_to_one_line() -> None:
    data = {"workflow": "import", "key": "file:x", "reason": "/srv/in/a.csv: name: *no*\nnumber"}
    told = trigger_message({"type": "trigger.refused", "data": data, "at": "2026-01-05T09:00:00+00:00"})
    assert "does not fit: `a.csv: name: " in told.text
    assert "/srv" not in told.text
    assert "\n" not in told.text
