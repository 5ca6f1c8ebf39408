"""A node that posts a message: what may be written, and the mistakes that are named."""

from pathlib import Path
from typing import Any

import pytest

from engine import DefinitionErrors, Registry, StaticPeople, Workflow
from engine.compiler import compile_workflow
from engine.compiler.dict_form import compile_dict
from engine.model.definition.spec import NotifySpec, StepSpec
from engine.testing import Harness


def declared(
    to: Any = "#deploys", text: Any = "{load.count} rows", may_notify: Any = (), **more: Any
) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", may_notify=may_notify)

    @wf.step
    async def load() -> dict[str, int]:
        return {"count": 2}

    wf.notify("tell", to, text)
    return wf


def node_of(workflow: Workflow) -> StepSpec:
    node = compile_workflow(workflow).definition.nodes[1]
    assert isinstance(node, StepSpec)
    return node


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (
            {"to": "#ops"},
            'notify posts to #ops, which is not a place of the workflow. Add it: may_notify=["#ops"]',
        ),
        ({"to": "ops"}, "notify's to is 'ops'."),
        ({"text": " "}, "notify's text is ' '."),
        ({"text": "{load"}, "notify's text is '{load': a brace is not closed"),
        ({"text": "{lod.count}"}, "The parameter lod names no step of this workflow. Did you mean load?"),
        ({"text": "x" * 10_001}, "notify's text has 10,001 characters."),
        ({"may_notify": ["ops"]}, "may_notify names 'ops', which is not a group, a channel or a person."),
    ],
)
def test_a_mistake_in_a_message_is_named(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(declared(**options))
    assert problem in str(raised.value)


def test_a_message_is_part_of_the_version_of_a_workflow() -> None:
    one, two = (compile_workflow(declared(text=text)).definition for text in ("one", "two"))
    assert one.digest() != two.digest()
    assert node_of(declared()).notify == NotifySpec(to="#deploys", text="{load.count} rows")


async def test_people_are_asked_again_when_the_message_that_they_approved_changed(tmp_path: Path) -> None:
    def guarded(text: str) -> Workflow:
        wf = Workflow("nightly", owner="@platform", channel="#deploys")
        go = wf.approval("go", ask="Tell them?", approvers=["U1"], expires="4h")
        wf.notify("tell", "#deploys", text, after=[go])
        return wf

    people = StaticPeople(groups={"platform": ["U1"]})
    async with Harness(guarded("Down at 9"), people=people, folder=tmp_path) as harness:
        await harness.start("nightly")
    async with Harness(guarded("Down at 10"), people=people, folder=tmp_path) as harness:
        (request,) = await harness.requests()
        assert request.coverage.again == "the code of tell changed"


def test_the_dict_form_has_the_same_node() -> None:
    class Service:
        async def load(self) -> dict[str, int]:
            return {"count": 2}

    registry = Registry()
    registry.add("rows", Service())
    written = {
        "id": "nightly",
        "owner": "@platform",
        "channel": "#deploys",
        "tasks": [
            {"id": "load", "service": "rows", "action": "load"},
            {"id": "tell", "notify": {"to": "#deploys", "text": "{load.count} rows"}},
        ],
    }
    node = compile_dict(written, registry, None).definition.nodes[1]
    assert isinstance(node, StepSpec)
    assert node.notify == node_of(declared()).notify
    written["tasks"][1]["timeout"] = "5s"  # type: ignore[index]
    with pytest.raises(Exception, match="The task posts a message, but has 'timeout'"):
        compile_dict(written, registry, None)


async def test_a_message_whose_step_was_skipped_is_skipped_too() -> None:
    wf = Workflow("nightly", owner="@platform", channel="#deploys")

    @wf.step
    async def look() -> bool:
        return False

    @wf.step(when=look.output == True)  # noqa: E712
    async def load(look: bool) -> dict[str, int]:
        return {"count": 2}

    wf.notify("tell", "#deploys", "{load.count} rows")
    async with Harness(wf) as harness:
        run = await harness.start("nightly")
        states = {step.step: step.state for step in (await harness.state(run)).steps}
        assert states["tell"] == "skipped"
        assert all(event.type != "step.notified" for event in await harness.engine.events.of_run(run.id))
