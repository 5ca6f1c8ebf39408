"""The test helper for people who write workflows."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from engine import DefinitionErrors, Every, Fatal, Registry, StaticPeople, UnknownWorkflow, Workflow
from engine.testing import RUNS_PER_PAGE, DecisionRefused, Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"], "others": ["U9"]})
FILE = """
from signoff import StepContext, Workflow

class Desk:
    def __init__(self, name="the desk of the file"):
        self.name = name

    async def stamp(self):
        return self.name

services = {"Desk": Desk()}
flow = Workflow("flow", owner="@ops")
dict_form = {
    "id": "daily",
    "owner": "@ops",
    "tasks": [{"id": "stamp", "service": "Desk", "action": "stamp"}],
}

@flow.step
async def stamp(ctx: StepContext) -> str:
    return await ctx.service("Desk").stamp()
"""


class Release(BaseModel):
    version: str = "1"
    replicas: int = 1


@pytest.fixture
def workflow_file(tmp_path: Path) -> Iterator[ModuleType]:
    """A workflow file with services, imported as a test beside it would import it."""
    file = tmp_path / "desk_flow.py"
    file.write_text(FILE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("desk_flow", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["desk_flow"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["desk_flow"]


def asking(**more: Any) -> Workflow:
    flow = Workflow("flow", owner="@ops")
    flow.approval("go", ask="Go?", approvers=["@ops"], expires="4h", advisory=True, **more)
    return flow


async def test_the_output_of_a_step_that_failed_raises_with_the_reason() -> None:
    flow = Workflow("flow", owner="@platform")

    @flow.step
    async def fall() -> str:
        raise Fatal("the gateway is gone")

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        with pytest.raises(
            AssertionError, match=r"^fall has no output\. It is waiting: the gateway is gone\.$"
        ):
            await harness.output(run, "fall")


async def test_a_step_that_does_not_exist_is_named_with_the_nearest_and_all_that_do() -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        run = await harness.start("flow")
        for read in (harness.step, harness.output):
            with pytest.raises(AssertionError, match=r"^flow has no step go_live\. Its steps: go\.$"):
                await read(run, "go_live")
            with pytest.raises(AssertionError, match=r"^flow has no step gO\. Did you mean go\?$"):
                await read(run, "gO")


async def test_the_output_of_a_step_that_waits_raises_with_its_state() -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        run = await harness.start("flow")
        with pytest.raises(AssertionError, match=r"^go has no output\. It is waiting\.$"):
            await harness.output(run, "go")


async def test_a_decision_that_does_not_count_raises_with_its_code_and_reason() -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        run = await harness.start("flow")
        with pytest.raises(DecisionRefused, match="approve by U9 is refused \\(not_allowed\\): ") as refused:
            await harness.decide("go", "approve", as_user="U9")
        assert refused.value.result.text in str(refused.value)
        assert (await harness.state(run)).requests[0].decisions == ()
        result = await harness.try_decide("go", "approve", as_user="U9")
        assert result.code == refused.value.result.code == "not_allowed"
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


async def test_a_step_with_no_or_several_open_requests_is_named_with_all_that_are_open() -> None:
    async with Harness(asking(), people=PEOPLE) as harness:
        with pytest.raises(LookupError, match=r"^go has no open request\. Open: none\.$"):
            await harness.decide("go", "approve", as_user="U1")
        run, other = await harness.start("flow"), await harness.start("flow")
        with pytest.raises(LookupError, match=r"^go has 2 open requests\. Name one with run=\. Open: "):
            await harness.decide("go", "approve", as_user="U1")
        for each in (run, other):
            await harness.decide("go", "approve", as_user="U1", run=each)


async def test_a_refused_form_names_its_fields() -> None:
    async with Harness(asking(form=Release), people=PEOPLE) as harness:
        await harness.start("flow")
        with pytest.raises(DecisionRefused, match=r"bad_value.* replicas: "):
            await harness.decide("go", "approve", as_user="U1", value={"version": "2", "replicas": "many"})


@pytest.mark.parametrize("name", ["flow", "daily"])
async def test_services_of_the_file_that_defines_a_workflow_are_used(
    workflow_file: ModuleType, name: str
) -> None:
    async with Harness(workflow_file.flow, workflow_file.dict_form, people=PEOPLE) as harness:
        run = await harness.start(name)
        assert await harness.output(run, "stamp") == "the desk of the file"


@pytest.mark.parametrize("name", ["flow", "daily"])
async def test_a_registry_is_used_instead_of_the_files_services(workflow_file: ModuleType, name: str) -> None:
    registry = Registry()
    registry.add("Desk", workflow_file.Desk("the desk of the test"))
    workflows = (workflow_file.flow, workflow_file.dict_form)
    async with Harness(*workflows, people=PEOPLE, registry=registry) as harness:
        run = await harness.start(name)
        assert await harness.output(run, "stamp") == "the desk of the test"


def test_services_other_than_a_mapping_are_refused_with_their_file(workflow_file: ModuleType) -> None:
    vars(workflow_file)["services"] = [workflow_file.Desk]
    with pytest.raises(DefinitionErrors, match=r"desk_flow\.py:\d+: services is list\. Make it a dict"):
        Harness(workflow_file.flow)


async def test_runs_that_a_schedule_started_are_found_newest_first() -> None:
    flow = Workflow("every_minute", owner="@ops", triggers=[Every("1m")])

    @flow.step
    async def work() -> int:
        return 1

    async with Harness(flow) as harness:
        assert await harness.runs("every_minute") == []
        with pytest.raises(AssertionError, match="every_minute has no run at 2026-01-05T09:00:00"):
            await harness.run("every_minute")
        with pytest.raises(UnknownWorkflow, match="every_minute"):
            await harness.runs("every_minut")
        fires = RUNS_PER_PAGE + 5
        await harness.advance(f"{fires}m")
        runs = await harness.runs("every_minute")
        moments = [run.created_at for run in runs]
        assert (len(runs), moments) == (fires, sorted(moments, reverse=True))
        newest = await harness.run("every_minute")
        assert (newest, newest.created_at) == (runs[0], harness.clock.now())
        assert await harness.output(newest, "work") == 1
        assert await harness.runs() == runs
