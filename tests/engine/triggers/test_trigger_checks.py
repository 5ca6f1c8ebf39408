"""Checks of triggers when a workflow is loaded: parts of the fact, keys, and paths into other runs."""

from datetime import date, datetime
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from engine.authoring.triggers import AfterRun, Cron, Every, FileArrival, OnEvent, Webhook, fact
from engine.authoring.workflow import Workflow
from engine.compiler.workflow import compile_workflow
from engine.errors import DefinitionErrors
from engine.runtime.workflows.linking import linking_errors


class Taken(BaseModel):
    text: str = ""
    n: int = 0
    day: date | None = None
    at: datetime | None = None
    weekday: Literal["sat", "sun"] = "sat"
    hour: Literal[7] | int = 7
    nested: dict[str, Any] = {}


class Rows(BaseModel):
    rows: int


def on(trigger: Any) -> Workflow:
    workflow = Workflow("taker", owner="@on-call", input=Taken, triggers=[trigger])

    @workflow.step
    def take(input: Taken) -> None: ...

    return workflow


def export() -> Workflow:
    workflow = Workflow("export", owner="@on-call", input=Rows)

    @workflow.step
    def load(input: Rows) -> Rows:
        return input

    return workflow


def hook(**options: Any) -> Webhook:
    return Webhook("alerts", secret="ALERTS_SECRET", **options)


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (AfterRun("export", input={"text": "{run.reson}"}), "Run has no field reson. Did you mean reason?"),
        (AfterRun("export", filter=fact.run.stat == "failed"), "Run has no field stat. Did you mean state?"),
        (OnEvent("run.failed", input={"text": "{event.typ}"}), "Event has no field typ. Did you mean type?"),
        (FileArrival("/in", input={"text": "{file.pth?}"}), "File has no field pth. Did you mean path?"),
        (
            FileArrival("/in", input={"text": "{file.path.x}"}),
            "Name file.path alone, or a field of file: path, name, stem, folder, size, modified_at.",
        ),
        (Every("1h", input={"n": "{fire.date}"}), "n"),
        (Cron("0 2 * * *", input={"day": "on {fire.date}"}), "day"),
        (Every("1h", input={"nested": "{fire.date}"}), "nested"),
        (hook(dedup="fingerprint"), "which is the same for every delivery. Name a part of the delivery"),
        (hook(dedup="fingerprint", dedup_within="1h"), 'as in dedup="{payload.id}".'),
        (hook(idempotency_key="payload.id"), "idempotency_key is 'payload.id', which is the same for every"),
        (FileArrival("/in", dedup="name"), 'as in dedup="{file.name}".'),
        (hook(each="{payload.alerts}"), 'without braces, as in each="payload.items".'),
        (hook(each="alerts"), "each names {alerts}. "),
        (hook(dedup="{element.id}"), "dedup names {element.id}. There are: payload, headers."),
        (
            hook(each="payload.alerts", dedup="id"),
            "for every element. Name a part of the element, as in",
        ),
        (
            hook(each="payload.alerts", debounce="5s"),
            'all elements would start one run. Write dedup="{element.id}".',
        ),
    ],
)
def test_what_no_fact_can_give_is_refused(trigger: Any, words: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(on(trigger))
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "trigger",
    [
        AfterRun("export", input={"text": "{run.input.rows} {event.data.any.thing?} {steps.load.rows}"}),
        OnEvent("step.failed", input={"text": "{event.step} {steps.anything.at_all}"}),
        Every("1h", input={"n": "{fire.year}{fire.hour}", "day": "{fire.date}", "at": "{fire.at}"}),
        Cron("0 2 * * 6", input={"weekday": "{fire.weekday}", "hour": "{fire.hour}"}),
        Every("1h", input={"text": "{fire.date}"}),
        hook(dedup="{payload.a.b}-{headers.x}", input={"n": "{payload.n}", "nested": "{payload}"}),
    ],
)
def test_what_a_fact_may_give_is_accepted(trigger: Any) -> None:
    loaded = {each.definition.name: each for each in map(compile_workflow, (on(trigger), export()))}
    assert linking_errors(loaded, []) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("steps.lod.rows", "names {steps.lod.rows}: export has no step lod. Did you mean load?"),
        ("steps.load.row", "names {steps.load.row}: Rows has no field row. Did you mean rows?"),
        ("run.input.row", "names {run.input.row}: Rows has no field row. Did you mean rows?"),
    ],
)
def test_a_path_that_the_other_workflow_does_not_have_is_refused(path: str, words: str) -> None:
    trigger = AfterRun("export", "failed", input={"text": f"{{{path}}}"})
    loaded = {each.definition.name: each for each in map(compile_workflow, (on(trigger), export()))}
    assert [words in str(error) for error in linking_errors(loaded, [])] == [True]
