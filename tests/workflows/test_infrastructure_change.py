"""Infrastructure: what people read is what is applied, also after a kill; anything else asks again."""

import asyncio
import json
import os
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signoff.testing import Harness, RequestRecord, RunRecord, StaticPeople
from workflows.infrastructure import plans
from workflows.infrastructure_change import change
from workflows.infrastructure_drift import drift

PEOPLE = StaticPeople(groups={"release-managers": ["U1", "U2"], "platform": ["U3"]})


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(change, drift, people=PEOPLE, folder=tmp_path, schedules=False) as harness:
        yield harness


def staging(harness: Harness) -> Path:
    return harness.folder / "data" / "infrastructure" / "staging"


def servers(harness: Harness) -> Any:
    file = staging(harness) / "state.json"
    return json.loads(file.read_text())["resources"] if file.exists() else {}


def shown_in(request: RequestRecord) -> dict[str, str]:
    return {each.label: str(each.value) for each in request.shown}


async def planned(harness: Harness, **input: object) -> RunRecord:
    return await harness.start("infrastructure-change", input)


async def test_the_approved_plan_is_applied_without_drift(harness: Harness) -> None:
    run = await planned(harness, servers=2)
    (request,) = await harness.requests()
    shown = shown_in(request)
    assert (request.ask, shown["Plan"]) == ("Apply this plan to staging?", "2 to create")
    assert "server.1" in shown["Changes"]
    assert len(shown["Digest of the plan"]) == 64
    assert servers(harness) == {}
    await harness.decide("go", "approve", as_user="U1")
    assert servers(harness) == {"server.1": {"size": "small"}, "server.2": {"size": "small"}}
    assert await harness.output(run, "report") == "staging: 2 to create, no drift."


async def test_a_rejected_plan_changes_nothing(harness: Harness) -> None:
    run = await planned(harness)
    await harness.decide("go", "reject", as_user="U1", comment="too many")
    assert servers(harness) == {}
    assert await harness.output(run, "report") == "staging stays as it is."


async def test_nobody_is_asked_about_a_plan_without_changes(harness: Harness) -> None:
    run = await planned(harness, servers=0)
    assert await harness.requests() == []
    assert await harness.output(run, "report") == "staging stays as it is."


@pytest.mark.long
async def test_a_plan_file_that_was_changed_after_the_approval_is_not_applied(harness: Harness) -> None:
    run = await planned(harness, servers=1)
    file = staging(harness) / f"{run.id}.plan"
    file.write_text(file.read_text().replace("small", "large"))
    await harness.decide("go", "approve", as_user="U1")
    assert servers(harness) == {}
    (request,) = await harness.requests()
    assert request.run_id != run.id
    await harness.decide(request, "approve", as_user="U2")
    assert servers(harness) == {"server.1": {"size": "small"}}


@pytest.mark.long
async def test_a_plan_is_not_applied_to_infrastructure_that_has_changed_since(harness: Harness) -> None:
    run = await planned(harness, servers=2)
    plans.apply(staging(harness), *elsewhere(harness, servers=1, size="large"))
    await harness.decide("go", "approve", as_user="U1")
    assert servers(harness) == {"server.1": {"size": "large"}}
    (request,) = await harness.requests()
    assert shown_in(request)["Plan"] == "1 to create, 1 to update"
    assert "plans and asks again" in await harness.output(run, "report")


@pytest.mark.long
async def test_drift_is_restored_after_people_approve(harness: Harness) -> None:
    await planned(harness, servers=1)
    await harness.decide("go", "approve", as_user="U1")
    run = await harness.start("infrastructure-drift")
    assert await harness.output(run, "restore") == "No drift."
    plans.apply(staging(harness), *elsewhere(harness, servers=1, size="large"))
    run = await harness.start("infrastructure-drift")
    assert await harness.output(run, "restore") == "People are asked to restore staging (1 to update)."
    assert servers(harness) == {"server.1": {"size": "large"}}
    await harness.decide("go", "approve", as_user="U1")
    assert servers(harness) == {"server.1": {"size": "small"}}


@pytest.mark.long
async def test_a_restart_between_plan_and_approval_applies_the_same_plan(tmp_path: Path) -> None:
    async with Harness(change, people=PEOPLE, folder=tmp_path) as harness:
        run = await planned(harness, servers=1)
    async with Harness(change, people=PEOPLE, folder=tmp_path) as harness:
        await harness.decide("go", "approve", as_user="U1")
        assert await harness.output(run, "report") == "staging: 1 to create, no drift."


STOPS_AFTER_THE_FIRST = """
import os, sys, time
sys.path.insert(0, {folder!r})
import tool
if "apply" in sys.argv and not os.path.exists({pid!r}):
    def once(state, write=tool.write_state):
        write(state)
        with open({pid!r}, "w") as file: file.write(str(os.getppid()))
        time.sleep(600)
    tool.write_state = once
sys.exit(tool.main())
"""


@pytest.mark.long
async def test_a_kill_in_the_middle_of_an_apply_asks_about_what_is_left(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = harness.folder / "pid"
    tool = harness.folder / "stopping.py"
    folder = str(Path(plans.__file__).parent)
    tool.write_text(STOPS_AFTER_THE_FIRST.format(folder=folder, pid=str(pid)))
    monkeypatch.setenv(plans.TOOL, shlex.join([sys.executable, str(tool)]))
    run = await planned(harness, servers=3)
    deciding = asyncio.create_task(harness.decide("go", "approve", as_user="U1"))
    async with asyncio.timeout(30):
        while not (pid.exists() and pid.read_text()):
            await asyncio.sleep(0.02)
    os.kill(int(pid.read_text()), signal.SIGKILL)
    await deciding
    assert list(servers(harness)) == ["server.1"]
    await harness.advance("5s")
    assert list(servers(harness)) == ["server.1"]
    assert (await harness.step(run, "apply")).output["outdated"] is True
    (request,) = await harness.requests()
    assert shown_in(request)["Plan"] == "2 to create"
    await harness.decide(request, "approve", as_user="U2")
    assert len(servers(harness)) == 3


def elsewhere(harness: Harness, **variables: object) -> tuple[Path, str]:
    """A plan that somebody makes past Signoff."""
    file = staging(harness) / "elsewhere.plan"
    return file, plans.make(staging(harness), variables, file).digest


def test_a_resource_is_shown_in_words_and_text_differs_from_other_values() -> None:
    assert plans._text(None) == "nothing"
    assert plans._text({"size": "small", "copies": 3}) == "copies: 3, size: small"
    assert plans._text({"on": True, "text": "true"}) == 'on: true, text: "true"'
    assert plans._text({"note": "a, b: c"}) == 'note: "a, b: c"'
    assert plans._text("small") == '"small"'
