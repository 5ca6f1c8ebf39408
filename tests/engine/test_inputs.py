"""What a run may be given and a step may give: what can't be kept is refused, with its name."""

from typing import Any

import pytest
from pydantic import BaseModel

from engine import InvalidInput, StepContext, Workflow
from engine.testing import Bench


class Order(BaseModel):
    item: str = "lamp"
    amount: int = 1
    share: float = 0.5
    tags: list[str] = []
    when: dict[str, int] = {}


flow = Workflow("flow", input=Order, owner="@platform")


@flow.step
async def echo(input: Order) -> Order:
    return input


plain = Workflow("plain", owner="@platform")


@plain.step
async def nothing() -> None: ...


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"itm": "x"}, "itm: flow has no such field; did you mean item?"),
        ({"zzz": "x"}, "zzz: flow has no such field; there are: item, amount, share, tags, when."),
        ({"amount": "many"}, "amount: 'many' is not right: input should be a valid integer"),
        ({"amount": 10**30}, "amount: can't be stored: a whole number of it is beyond 64 bits"),
        ({"share": float("nan")}, "share: can't be stored: a number of it is infinite or not a number"),
        ({"item": "a\ud800"}, "item"),
        ({"tags": [1]}, "tags.0: 1 is not right"),
    ],
)
async def test_an_input_that_is_not_right(given: dict[str, Any], words: str) -> None:
    async with Bench(flow) as bench:
        with pytest.raises(InvalidInput) as found:
            await bench.start("flow", given)
        assert words in str(found.value)
        assert (await bench.engine.runs())[1] == 0


async def test_a_workflow_without_input_takes_none() -> None:
    async with Bench(plain) as bench:
        with pytest.raises(InvalidInput, match="it takes no input; leave the values out"):
            await bench.start("plain", {"a": 1})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({"amount": "3"}, {"amount": 3}),
        ({"tags": "a, b"}, {"tags": ["a", "b"]}),
        ({"tags": '["a, b"]'}, {"tags": ["a, b"]}),
        ({"when": '{"x": 1}'}, {"when": {"x": 1}}),
    ],
)
async def test_texts_are_read_as_a_person_means_them(typed: dict[str, str], meant: dict[str, Any]) -> None:
    async with Bench(flow) as bench:
        given = bench.engine.parse_input("flow", typed)
        assert {name: given[name] for name in meant} == meant


odd = Workflow("odd", owner="@platform")


@odd.step
async def huge() -> int:
    return 10**30


@odd.step
async def half(ctx: StepContext) -> str:
    ctx.log("a file \ud800")
    return "a\ud800"


@odd.step
async def endless() -> dict[str, list[float]]:
    return {"a": [float("inf")]}


class Rude(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@odd.step
async def rude() -> None:
    raise Rude


@odd.step
async def torn() -> None:
    raise OSError("no file \udce9")


async def test_what_can_not_be_kept_is_a_failure_that_says_so() -> None:
    async with Bench(odd) as bench:
        run = await bench.start("odd")
        detail = await bench.state(run)
        said = {step.step: step.failure.message for step in detail.steps if step.failure}
        assert said == {
            "huge": "What huge returned can't be stored: "
            "a whole number of it is beyond 64 bits; give it as a text.",
            "half": "What half returned can't be stored: a text of it has half a character.",
            "endless": "What endless returned can't be stored: a number of it is infinite or not a number.",
            "rude": "Rude",
            "torn": "no file ?",
        }
        assert {step.state for step in detail.steps} == {"waiting"}
        assert (await bench.step(run, "half")).log == ("a file ?",)
