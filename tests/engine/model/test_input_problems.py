"""Pydantic's mistakes in our words: the value, what is wrong with it, and the remedy."""

import re
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors

from engine import Workflow
from engine.authoring.load_errors import said
from engine.compiler.definition.round_trip import Codec
from engine.compiler.nodes.row_check import RowCheck
from engine.kernel.resilience.failures import failure_of
from engine.model.input.input_problems import REFUSED, problems_in, validation_text, what_is_wrong
from engine.testing import Harness

ITS_OWN = re.compile(
    r"(Input|should|Unable to|valid (integer|string)|Field required|[Vv]alidation error|\[type=)"
)
AUTHORS = ("value_error", "assertion_error")
KINDS = [each for each in list_all_errors() if each["type"] not in AUTHORS]


class Order(BaseModel):
    amount: int
    name: str = Field(default="a", max_length=3)


def raised(value: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate(value)
    return caught.value


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind["type"])
def test_no_kind_of_mistake_is_told_in_the_words_of_the_library(kind: Any) -> None:
    context = {name: value or "x" for name, value in (kind["example_context"] or {}).items()}
    lengths = ("length", "digits", "places", "tz_", "gt", "ge", "lt", "le", "multiple", "version")
    for name in context:
        if name.startswith(lengths) or name.endswith(lengths):
            context[name] = 3
    detail: InitErrorDetails = {
        "type": kind["type"],
        "loc": ("amount",),
        "input": "seven",
        "ctx": context,
    }
    error = ValidationError.from_exception_data("Order", [detail])
    ((field, told),) = problems_in(error, {"amount": "seven"}, {})
    assert field == "amount"
    assert not ITS_OWN.search(told), told
    assert kind["type"] == "missing" or "seven" in told
    own = kind["type"] == "missing" or what_is_wrong(error.errors()[0])[0] != REFUSED
    assert own, "every kind has words of its own"


def test_the_words_of_an_authors_validator_are_kept() -> None:
    details: list[InitErrorDetails] = [
        {"type": PydanticCustomError("uneven", "Take an even number"), "loc": ("amount",), "input": 3},
        {"type": "value_error", "loc": ("name",), "input": "x", "ctx": {"error": ValueError("no such name")}},
    ]
    error = ValidationError.from_exception_data("Order", details)
    assert (
        validation_text(error)
        == 'amount: 3 is refused. Take an even number. name: "x" is refused. No such name.'
    )


DOORS = {
    "a workflow file": lambda value: said(raised(value)),
    "a failed step": lambda value: failure_of(raised(value)).message,
    "the detail of a failed step": lambda value: failure_of(raised(value)).detail,
    "a rejected row": lambda value: (
        RowCheck("load", None, list[str]().append).rows([value], Order) or told_rows(value)
    ),
}


def told_rows(value: Any) -> str:
    lines: list[str] = []
    RowCheck("load", None, lines.append).rows([value], Order)
    return "\n".join(lines)


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_each_door_names_the_field_the_value_and_the_remedy(door: Any) -> None:
    told = door({"amount": "many", "name": "long"})
    assert "amount" in told
    assert "many" in told
    assert "is not a whole number" in told
    assert "rite one such as 3" in told
    assert "is too long" in told
    assert not ITS_OWN.search(told), told


def test_a_value_that_cannot_be_read_back_is_told_in_our_words() -> None:
    class Loses(BaseModel):
        amount: int = Field(serialization_alias="sum")

        def model_post_init(self, _: Any) -> None: ...

    codec = Codec(TypeAdapter(Loses))
    told = str(codec._lost(Loses(amount=1), {"amount": "many"}))
    assert "is not a whole number" in told
    assert not ITS_OWN.search(told)


async def test_a_step_that_validates_itself_fails_in_our_words() -> None:
    workflow = Workflow("pay", owner="@ops", on_failure="fail")

    @workflow.step
    async def charge() -> int:
        return Order.model_validate({"amount": "many"}).amount

    async with Harness(workflow) as harness:
        run = await harness.start("pay")
        await harness.run_until_idle()
        failure = next(step for step in (await harness.state(run)).steps if step.step == "charge").failure
        assert failure is not None
        assert failure.message.startswith('amount: "many" is not a whole number.')
