"""Workflows as data: how they run, and every word about one that is wrong."""

from typing import Any

import pytest

from engine import DefinitionError, DefinitionErrors, Outcome, Registry, StaticPeople, StepContext
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.testing import Harness


class Intake:
    async def fetch(self) -> int:
        return 3

    def double(self, data: int, ctx: StepContext) -> int:
        ctx.log(f"doubling {data}")
        return 2 * data

    def tell(self, data: int, outcome: Outcome | None) -> str:
        return f"{data}, {outcome.outcome if outcome else 'nobody was asked'}"

    def tidy(self) -> str:
        return "tidy"


FETCH = {"id": "fetch", "service": "Intake", "action": "fetch"}
DOUBLE = {"id": "double", "agent": "Intake", "action": "double"}
TELL = {"id": "tell", "layer": "Intake", "action": "tell"}
ASK = {"ask": "Go on with {double}?", "approvers": ["@board"], "expires": "1h"}
BOARD = StaticPeople(groups={"board": ["U1"]})


def flow(*tasks: Any, **more: Any) -> dict[str, Any]:
    return {"id": "flow", "owner": "@board", "tasks": list(tasks), **more}


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.add("Intake", Intake())
    return registry


async def test_each_task_gets_what_the_one_before_gave(registry: Registry) -> None:
    async with Harness(flow(FETCH, DOUBLE), registry=registry) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "double") == 6
        assert (await harness.step(run, "double")).log == ("doubling 3",)


@pytest.mark.parametrize(("answer", "state"), [("approve", "succeeded"), ("reject", "skipped")])
async def test_an_approval_is_a_gate(registry: Registry, answer: str, state: str) -> None:
    tidy = {"id": "tidy", "service": "Intake", "action": "tidy"}
    definition = flow(FETCH, DOUBLE, {"id": "ask", "approval": ASK}, tidy)
    async with Harness(definition, registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        (request,) = await harness.requests()
        assert request.ask == "Go on with 6?"
        await harness.decide(request, answer, as_user="U1", comment="so")
        assert (await harness.step(run, "tidy")).state == state


@pytest.mark.parametrize(("least", "answers"), [(5, ["approve"]), (5, ["reject"]), (9, [])])
async def test_one_that_is_no_gate_tells_its_outcome(
    registry: Registry, least: int, answers: list[str]
) -> None:
    when = {"field": "size", "op": ">", "value": least}
    ask = {**ASK, "ask": "Go on?", "gate": False, "when": when}
    definition = flow(FETCH, SIZED, {"id": "ask", "approval": ask}, TELL_SIZE)
    registry.add("Sizing", Sizing())
    async with Harness(definition, registry=registry, people=BOARD) as harness:
        run = await harness.start("flow")
        for answer in answers:
            await harness.decide("ask", answer, as_user="U1", comment="so")
        word = {"approve": "approved", "reject": "rejected"}[answers[0]] if answers else "nobody was asked"
        assert await harness.output(run, "tell") == f"6, {word}"


class Sizing:
    def size(self, data: int) -> dict[str, int]:
        return {"size": 2 * data}

    def tell(self, data: dict[str, int], outcome: Outcome | None) -> str:
        return f"{data['size']}, {outcome.outcome if outcome else 'nobody was asked'}"


SIZED = {"id": "size", "agent": "Sizing", "action": "size"}
TELL_SIZE = {"id": "tell", "layer": "Sizing", "action": "tell"}


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (flow(), 'It has no tasks. Give "tasks"'),
        ({"id": "flow", "tasks": [FETCH]}, "The workflow has no 'owner'. Give \"owner\""),
        (flow(FETCH, ownr="@x"), "The workflow has 'ownr', which means nothing here. Did you mean owner?"),
        (flow(FETCH, trigger="daily"), "The trigger is 'daily'. Write it as a dict."),
        (flow(FETCH, trigger={"type": "cron"}), "type is 'cron'. Use schedule, interval or manual."),
        (flow(FETCH, trigger={"type": "schedule"}), "The trigger has no 'cron'."),
        (flow(FETCH, trigger={"type": "interval"}), 'The trigger has no \'every\'. Give "every": "5m".'),
        (flow(FETCH, trigger={"type": "schedule", "cron": "0 25 * * *"}), "The hour '25' is invalid"),
        (flow("fetch"), "A task is 'fetch'. Write it as a dict."),
        (flow({"service": "Intake", "action": "fetch"}), "A task has no 'id'."),
        (flow({"id": "a"}), "It names nothing to call."),
        (flow({**FETCH, "agent": "Intake"}), "It names service and agent. Give one of"),
        (flow({**FETCH, "service": "Intak"}), "No service is called Intak. Did you mean Intake?"),
        (flow({**FETCH, "action": "fech"}), "Intake has no action fech. Did you mean fetch?"),
        (flow({**FETCH, "action": "__init__"}), "Intake has no action __init__."),
        (
            flow({**FETCH, "retries": 3}),
            "A task has 'retries', which means nothing here. Did you mean retry?",
        ),
        (flow({**FETCH, "retry": 3}), "retry is 3. Write it as a dict."),
        (flow({**FETCH, "retry": {"atempts": 3}}), "retry has 'atempts'"),
        (flow(FETCH, {"id": "g", "approval": "yes"}), "approval is 'yes'. Write it as a dict."),
        (flow(FETCH, {"id": "g", "approval": {"ask": "Go?"}}), "The approval has no 'approvers'."),
        (flow(FETCH, {"id": "g", "approval": {**ASK, "gate": "no"}}), "gate is 'no'. Write True or False."),
        (
            flow({"id": "g", "approval": {**ASK, "when": {"field": "x", "value": 1}}}),
            "Its when has nothing before it to look at.",
        ),
        (
            flow(FETCH, {"id": "g", "approval": {**ASK, "when": {"field": "x", "op": "=", "value": 1}}}),
            "when's op is '='.",
        ),
        (
            flow(FETCH, DOUBLE, {"id": "g", "approval": {**ASK, "gate": False}}, {**DOUBLE, "id": "b"}),
            "It follows the approval g, which is not a gate, and does not take its outcome.",
        ),
        (flow(FETCH, on_failure={"expire": "1d"}), "on_failure has 'expire'"),
    ],
)
def test_what_is_wrong_is_named(registry: Registry, definition: dict[str, Any], words: str) -> None:
    with pytest.raises((DefinitionError, DefinitionErrors)) as found:
        compile_workflow(from_dict(definition, registry, file="flow.py"), "flow.py")
    assert words in str(found.value)
    assert "flow.py" in str(found.value)
