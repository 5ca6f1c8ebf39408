"""Objectives: what an author may write, in each form, and the mistakes that are named."""

from typing import Any

import pytest

from engine import DefinitionErrors, Every, Objectives, Registry, Workflow
from engine.compiler import compile_workflow
from engine.compiler.dict_form import compile_dict
from engine.model.definition.spec import ObjectivesSpec

HOUR, DAY = 3600.0, 86_400.0


def declared(objectives: Any, **options: Any) -> Workflow:
    wf = Workflow("nightly", owner="@platform", objectives=objectives, **options)

    @wf.step
    async def load() -> str:
        return "rows"

    return wf


@pytest.mark.parametrize(
    ("objectives", "problem"),
    [
        ("99%", "objectives is '99%'."),
        (Objectives(), "Objectives names no objective."),
        (Objectives(success="100%"), "Objectives' success is '100%', which is not a percentage below 100."),
        (Objectives(success=0.99), "Objectives' success is 0.99"),  # type: ignore[arg-type]
        (Objectives(success="0%"), "Objectives' success is '0%'"),
        (Objectives(success="49%"), "Objectives' success is '49%', which is below 50%."),
        (Objectives(p95="10"), "Objectives' p95 is '10', which is not a duration."),
        (Objectives(recover="-5m"), "Objectives' recover is '-5m', which is not a duration."),
        (Objectives(decide=4), "Objectives' decide is 4, which has no unit."),  # type: ignore[arg-type]
        (Objectives(decide="4d", window="2d"), "Objectives' decide is longer than its window."),
        (Objectives(p95="1m", window="12h"), "Objectives' window is '12h', which is too short."),
        (Objectives(p95="1m", window="91d"), "Objectives' window is '91d', which is too long."),
        (Objectives(start_every="1h"), "Objectives' start_every needs a trigger, and the workflow has none."),
    ],
)
def test_a_mistake_in_objectives_is_named_with_its_remedy(objectives: Any, problem: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(declared(objectives))
    assert problem in str(raised.value)


def test_objectives_are_compiled_and_one_set_serves_several_workflows() -> None:
    standard = Objectives(success="99.5%", p95="10m", recover="5m", decide="4h", window="7d")
    expected = ObjectivesSpec(success=99.5, p95=600, recover=300, decide=4 * HOUR, window=7 * DAY)
    for _ in range(2):
        assert compile_workflow(declared(standard)).definition.objectives == expected


def test_a_definition_without_objectives_keeps_its_digest() -> None:
    assert "objectives" not in compile_workflow(declared(None)).definition.model_dump(mode="json")


def test_a_dict_declares_objectives_by_the_same_names() -> None:
    data = {
        "id": "nightly",
        "owner": "@platform",
        "objectives": {"success": "99%", "start_every": "2h"},
        "triggers": [{"every": "1h"}],
        "tasks": [{"id": "load", "service": "etl", "action": "load"}],
    }

    class Etl:
        async def load(self) -> str:
            return "rows"

    registry = Registry()
    registry.add("etl", Etl())
    compiled = compile_dict(data, registry, None)
    assert compiled.definition.objectives == ObjectivesSpec(success=99, start_every=2 * HOUR, window=30 * DAY)
    python = compile_workflow(declared(Objectives(success="99%", start_every="2h"), triggers=[Every("1h")]))
    assert python.definition.objectives == compiled.definition.objectives
