"""Values are bounded: too large ones are refused with a remedy, large ones are handled beside the loop."""

import threading
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, field_validator

from engine import Actor, DefinitionErrors, InvalidInput, StaticPeople, Workflow
from engine.compiler import compile_workflow
from engine.model.values.sizes import (
    LARGE_BYTES,
    MAX_OUTPUT_BYTES,
    MAX_STEPS,
    is_large,
    size_of,
    size_problem,
)
from engine.testing import Harness
from tests.present import present

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_the_estimate_is_near_the_size_of_the_json(value: Any) -> None:
    exact = len(orjson.dumps(value))
    estimate = size_of(value, 10**9)
    assert exact / 7 - 8 <= estimate <= 8 * exact


@given(st.text(st.characters(codec="utf-8") | st.characters(max_codepoint=31) | st.sampled_from('"\\')))
def test_a_text_has_the_size_of_its_json(text: str) -> None:
    assert size_of(text, 10**9) == len(orjson.dumps(text))


class Unread(str):
    """A text of which only the length may be asked."""

    __slots__ = ()

    def isascii(self) -> bool:
        raise AssertionError("all of it was read")


def test_a_text_beyond_the_limit_is_not_read() -> None:
    assert size_of(Unread("\n" * 60), 50) > 50
    assert size_of({Unread("\n" * 60): 1}, 50) > 50


@given(json_values)
def test_a_value_that_looks_small_is_small(value: Any) -> None:
    assert is_large(value) is (size_of((value,), LARGE_BYTES) > LARGE_BYTES)
    assert is_large({"a": value}, 1) is (size_of(({"a": value}, 1), LARGE_BYTES) > LARGE_BYTES)


@pytest.mark.parametrize(
    "value",
    [
        "x" * 60_000,
        {"a": "x" * 60_000},
        {"x" * 60_000: 1},
        [1] * 60_000,
        b"x" * 60_000,
        [[] for _ in range(20_000)],
        [{} for _ in range(20_000)],
    ],
)
def test_one_long_part_or_many_small_ones_make_a_value_large(value: Any) -> None:
    assert is_large(value)
    assert is_large({"step": value})
    assert size_problem(value, 50_000) == "more than 0.05 MB of JSON"
    assert size_problem(value, 1_000_000) == ""


def test_a_value_that_contains_itself_is_too_large() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert size_of(endless, 1000) > 1000


class Report(BaseModel):
    text: str

    @field_validator("text")
    @classmethod
    def where(cls, text: str) -> str:
        checked_in.append(threading.current_thread())
        return text


class Wanted(BaseModel):
    text: str


checked_in: list[threading.Thread] = []
flow = Workflow("flow", owner="@ops", input=Wanted)


@flow.step
async def make(input: Wanted) -> Report:
    return Report.model_construct(text=input.text * 10)


@flow.step
async def use(make: Report) -> int:
    return len(make.text)


async def test_a_large_output_is_checked_beside_the_loop_and_a_small_one_on_it() -> None:
    async with Harness(flow, people=PEOPLE) as harness:
        for text, beside in (("x" * 90_000, True), ("x", False)):
            checked_in.clear()
            run = await harness.start("flow", {"text": text})
            assert await harness.output(run, "use") == len(text) * 10
            assert {thread is threading.main_thread() for thread in checked_in} == {not beside}


async def test_an_output_beyond_the_limit_fails_its_step_with_the_remedy() -> None:
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("flow", {"text": "x" * (MAX_OUTPUT_BYTES // 10 + 10)})
        step = await harness.step(run, "make")
        assert present(step.failure).message == (
            "The output of make is more than 2 MB of JSON, which is the limit for an output. "
            "Write it to a file in ctx.data_dir and return its path."
        )
        assert step.attempt == 1


async def test_an_input_beyond_the_limit_is_refused_with_the_remedy() -> None:
    async with Harness(flow, people=PEOPLE) as harness:
        with pytest.raises(InvalidInput, match=r"more than 1 MB of JSON. Put it in a file and give its path"):
            await harness.engine.start("flow", {"text": "x" * 1_000_001}, actor=Actor("cli", "t"))


def of_steps(count: int) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    async def act() -> None:
        pass

    for number in range(count):
        flow.step(name=f"act_{number}")(act)
    return flow


def test_a_workflow_of_too_many_steps_is_refused_at_load() -> None:
    with pytest.raises(
        DefinitionErrors, match=r"The workflow has 5,001 steps and approvals\. Write at most 5,000"
    ):
        compile_workflow(of_steps(MAX_STEPS + 1))
    assert len(compile_workflow(of_steps(20)).graph.order) == 20
