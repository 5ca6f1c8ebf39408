"""Triggers with `each`: a run for each element of the list that a fact holds."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import AfterRun, InvalidInput, Webhook, Workflow, fact
from engine.authoring.dict_form import from_dict
from engine.authoring.loader import load
from engine.authoring.services import Registry
from engine.compiler import compile_workflow
from engine.model.people import Actor
from engine.store import queries
from engine.testing import Harness
from engine.triggers.fact import Fact


class Alert(BaseModel):
    device: str


class Batch(BaseModel):
    devices: list[str]


GROUP = Webhook(
    "group",
    secret="SECRET",
    each="payload.alerts",
    filter=fact.element.status == "firing",
    input={"device": "{element.labels.device}"},
    dedup="{element.print}",
)
TRIGGER = {
    "webhook": "group",
    "secret": "SECRET",
    "each": "payload.alerts",
    "filter": "element.status == 'firing'",
    "input": {"device": "{element.labels.device}"},
    "dedup": "{element.print}",
}
YAML = """id: handle
owner: "@on-call"
input: element_alerts:Alert
trigger:
  webhook: group
  secret: SECRET
  each: payload.alerts
  filter: element.status == 'firing'
  input:
    device: "{element.labels.device}"
  dedup: "{element.print}"
tasks:
  - id: rest
    sleep: 5m
"""


def handling(*triggers: Any) -> Workflow:
    workflow = Workflow("handle", owner="@on-call", input=Alert, triggers=triggers)

    @workflow.step
    async def act(input: Alert) -> str:
        return input.device

    return workflow


def test_python_dict_and_yaml_make_the_same_trigger(tmp_path: Path) -> None:
    rest = [{"id": "rest", "sleep": "5m"}]
    made = from_dict(
        {"id": "handle", "owner": "@on-call", "input": Alert, "trigger": TRIGGER, "tasks": rest}, Registry()
    )
    (tmp_path / "element_alerts.py").write_text(f"from {__name__} import Alert\n", encoding="utf-8")
    file = tmp_path / "handle.yaml"
    file.write_text(YAML, encoding="utf-8")
    (found,) = load([file])
    assert not isinstance(found.workflow, Workflow)
    written = from_dict(found.workflow, Registry())
    specs = [compile_workflow(each).definition.triggers for each in (handling(GROUP), made, written)]
    assert specs[0][0].each == "payload.alerts"  # type: ignore[union-attr]
    assert specs[0] == specs[1] == specs[2]


async def test_an_event_starts_a_run_for_each_element_and_none_twice(tmp_path: Path) -> None:
    source = Workflow("source", owner="@on-call", input=Batch)

    @source.step
    async def scan(input: Batch) -> list[str]:
        return input.devices

    after = AfterRun(source, each="steps.scan", input={"device": "{element}"})
    for lives in (1, 2):
        async with Harness(source, handling(after), folder=tmp_path) as harness:
            if lives == 1:
                await harness.start("source", {"devices": ["pump", "fan", "pump"]})
            runs = await harness.runs("handle")
            assert sorted(run.input["device"] for run in runs) == ["fan", "pump", "pump"]


async def test_the_place_of_a_trigger_is_not_written_with_the_first_element() -> None:
    async with Harness(handling(GROUP)) as harness:
        found = harness.engine.webhook("group")
        assert found
        alerts = [{"status": "firing", "print": name, "labels": {"device": name}} for name in "ab"]
        scope = {"payload": {"alerts": alerts}, "headers": {}}
        taken = await harness.engine.take(*found, Fact("7", scope, Actor("webhook", "g"), cursor="7"))
        assert (taken.state, taken.noted) == ("started", False)
        schedule = (await harness.engine._store.read(queries.schedules))[0]
        assert schedule.cursor is None


async def test_a_sample_shows_what_each_element_would_start() -> None:
    async with Harness(handling(GROUP)) as harness:
        alerts = [
            {"status": "firing", "labels": {"device": "a"}},
            {"status": "resolved"},
            {"status": "firing"},
        ]
        preview = harness.engine.preview("handle", None, {"alerts": alerts})
        assert [(each.passes, each.input, len(each.problems)) for each in preview.elements] == [
            (True, {"device": "a"}, 0),
            (False, None, 0),
            (True, None, 1),
        ]
        assert harness.engine.preview("handle", None, {"alerts": 3}).problems[0] == (
            "payload.alerts",
            "It is a number, and the trigger starts a run for each element of a list. Send a list there.",
        )


async def test_an_element_that_waits_is_taken_though_another_does_not_fit() -> None:
    burst = replace(GROUP, debounce="5m")
    alerts = [
        {"status": "firing", "print": "a", "labels": {"device": "a"}},
        {"status": "firing", "print": "b"},
    ]
    async with Harness(handling(burst)) as harness:
        taken = await harness.deliver("group", {"alerts": alerts})
        assert [each.state for each in taken.elements] == ["waiting", "refused"]
        await harness.advance("6m")
        assert [run.input for run in await harness.runs()] == [{"device": "a"}]


async def test_the_error_names_every_element_when_none_fits() -> None:
    alerts = [{"status": "firing", "print": name} for name in "ab"]
    async with Harness(handling(GROUP)) as harness:
        with pytest.raises(InvalidInput) as refused:
            await harness.deliver("group", {"alerts": [*alerts, {"status": "resolved"}]})
        places = [field.rpartition(" ")[2] for field, _ in refused.value.problems]
        assert places == ["payload.alerts.0", "payload.alerts.1"]
        assert await harness.runs() == []
