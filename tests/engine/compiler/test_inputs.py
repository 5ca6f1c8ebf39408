"""Inputs of runs and outputs of steps: a value that can't be stored is refused and named."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from ipaddress import IPv4Address
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, field_validator

from engine import InvalidInput, StepContext, Workflow
from engine.compiler import compile_workflow
from engine.compiler.types.inputs import parse_input
from engine.testing import Harness


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
        ({"amount": "many"}, 'amount: "many" is not a whole number. Write one such as 3, with digits alone.'),
        ({"amount": True}, "amount: true is not a whole number. Write one such as 3, with digits alone."),
        ({"share": False}, "share: false is not a number. Write one such as 2.5, with digits and one point."),
        ({"when": {"a": True}}, "when.a: true is not a whole number."),
        ({"amount": 10**30}, "amount: can't be stored: a whole number is beyond 64 bits"),
        ({"share": float("nan")}, "share: can't be stored: a number is infinite or not a number"),
        ({"item": "a\ud800"}, "item"),
        ({"tags": [1]}, "tags.0: 1 is not text. Give a text."),
        ({"item": None}, "item: It has no value. Give a text. Or leave it out."),
        ({"tags": [None]}, "tags.0: It has no value. Give a text."),
    ],
)
async def test_an_invalid_input_is_refused_with_its_field(given: dict[str, Any], words: str) -> None:
    async with Harness(flow) as harness:
        with pytest.raises(InvalidInput) as found:
            await harness.start("flow", given)
        assert words in str(found.value)
        assert (await harness.engine.runs())[1] == 0


async def test_a_workflow_without_input_takes_none() -> None:
    async with Harness(plain) as harness:
        with pytest.raises(InvalidInput, match="it takes no input; leave the values out"):
            await harness.start("plain", {"a": 1})


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
    async with Harness(flow) as harness:
        given = harness.engine.parse_input("flow", typed)
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


async def test_an_output_that_cannot_be_stored_fails_its_step_with_the_reason() -> None:
    async with Harness(odd) as harness:
        run = await harness.start("odd")
        detail = await harness.state(run)
        said = {step.step: step.failure.message for step in detail.steps if step.failure}
        assert said == {
            "huge": "The output of huge can't be stored: "
            "a whole number is beyond 64 bits; give it as a text.",
            "half": "The output of half can't be stored: a text has half a character.",
            "endless": "The output of endless can't be stored: at a.0, a number is infinite or not a number.",
            "rude": "Rude",
            "torn": "no file ?",
        }
        assert {step.state for step in detail.steps} == {"waiting"}
        assert (await harness.step(run, "half")).log == ("a file ?",)


class Size(IntEnum):
    small = 1
    large = 2


class Place(BaseModel):
    host: str
    port: int = Field(80, ge=1)


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Everything(BaseModel):
    size: Size = Size.small
    number: Literal[1, 2, 3] = 1
    place: Place | None = None
    places: list[Place] = []
    pet: Cat | Dog | None = Field(None, discriminator="kind")
    either: int | str = 0
    open: Any = None
    flag: bool | None = None
    maybe: int | None = 5
    names: list[str] = ["all"]
    sizes: list[Size] = []
    cost: Decimal = Decimal(1)
    day: date | None = None
    at: datetime | None = None
    late: time | None = None
    took: timedelta | None = None
    key: UUID | None = None
    host: IPv4Address = IPv4Address("192.0.2.1")
    short: str = Field("abc", min_length=2, max_length=4)
    even: int = 2

    @field_validator("even")
    @classmethod
    def is_even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("take an even number")
        return value


everything = Workflow("everything", input=Everything, owner="@platform")


@everything.step
async def use(input: Everything) -> None: ...


COMPILED = compile_workflow(everything)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ({"size": "2"}, {"size": 2}),
        ({"number": "2"}, {"number": 2}),
        ({"sizes": "1, 2"}, {"sizes": [1, 2]}),
        ({"place": '{"host": "a", "port": 81}'}, {"place": {"host": "a", "port": 81}}),
        ({"places": '[{"host": "a"}]'}, {"places": [{"host": "a", "port": 80}]}),
        ({"pet": '{"kind": "dog"}'}, {"pet": {"kind": "dog"}}),
        ({"place": ""}, {"place": None}),
        ({"either": "8080"}, {"either": 8080}),
        ({"either": '"8080"'}, {"either": "8080"}),
        ({"either": "abc"}, {"either": "abc"}),
        ({"open": '{"a": [1.5]}'}, {"open": {"a": [1.5]}}),
        ({"open": "just words"}, {"open": "just words"}),
        ({"flag": "no"}, {"flag": False}),
        ({"flag": ""}, {"flag": None}),
        ({"maybe": ""}, {"maybe": None}),
        ({"names": ""}, {"names": []}),
        ({"names": 'Acme, "Muller, Inc", 5" pipe'}, {"names": ["Acme", "Muller, Inc", '5" pipe']}),
        ({"names": 'a,"b ""c"" d"\n e'}, {"names": ["a", 'b "c" d', "e"]}),
        ({"names": '["Muller, Inc"]'}, {"names": ["Muller, Inc"]}),
        ({"cost": "12.50"}, {"cost": "12.50"}),
        ({"cost": "123456789012345678.123456789"}, {"cost": "123456789012345678.123456789"}),
    ],
)
def test_a_typed_text_is_read_as_the_type_of_its_field(text: dict[str, str], meant: dict[str, Any]) -> None:
    given = parse_input(COMPILED, text)
    assert {name: given[name] for name in meant} == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ({"number": "4"}, 'number: "4" is not one of the options. Choose 1, 2 or 3.'),
        ({"size": "small"}, 'size: "small" is not one of the options. Choose 1 or 2.'),
        ({"sizes": "1, 7"}, 'sizes.1: "7" is not one of the options. Choose 1 or 2.'),
        ({"maybe": "1,234,568"}, 'maybe: "1,234,568" is not a whole number.'),
        ({"maybe": "2.5"}, 'maybe: "2.5" is not a whole number.'),
        ({"cost": "much"}, 'cost: "much" is not a number. Write one such as 2.5'),
        ({"flag": "perhaps"}, 'flag: "perhaps" is neither yes nor no. Write yes or no.'),
        ({"day": "tomorrow"}, 'day: "tomorrow" is not a date. Write one such as 2026-01-31.'),
        ({"at": "tomorrow"}, 'at: "tomorrow" is not a time. Write one such as 2026-01-31T15:00:00+01:00.'),
        ({"late": "noon"}, 'late: "noon" is not a time of day. Write one such as 15:30.'),
        ({"took": "long"}, 'took: "long" is not a duration. Write one such as PT1H30M or 01:30:00.'),
        ({"key": "k"}, 'key: "k" is not a UUID.'),
        ({"host": "k"}, 'host: "k" is not an IP address. Write one such as 192.0.2.1.'),
        ({"short": "a"}, 'short: "a" is too short. Give at least 2 characters.'),
        ({"short": "abcde"}, 'short: "abcde" is too long. Give at most 4 characters.'),
        ({"place": '{"port": 0}'}, "place.host: is missing. Give it a value."),
        ({"place": '{"host": "a", "port": 0}'}, "place.port: 0 is too small. Give at least 1."),
        (
            {"place": '{"host": '},
            "place: is not valid JSON (Expecting value at line 1, column 10)",
        ),
        ({"place": '{"host": "a", "host": "b"}'}, "place: is JSON with the key 'host' twice."),
        ({"place": "localhost"}, "place: is not valid JSON"),
        ({"names": "[a, b"}, "names: is not valid JSON"),
        ({"names": 'a, "b, c'}, "names: has a double quote that is not closed. Write the values with commas"),
        ({"names": '"a" b, c'}, "names: has a double quote that is not closed."),
        ({"pet": '{"kind": "cow"}'}, "pet: {\"kind\": \"cow\"} has an unknown 'kind'. Choose 'cat', 'dog'."),
        ({"pet": "{}"}, "pet: An empty value does not say which kind it is. Give 'kind'."),
        ({"even": "3"}, 'even: "3" is refused. Take an even number.'),
    ],
)
def test_an_invalid_text_is_told_with_its_field_its_value_and_the_remedy(
    text: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_input(COMPILED, text)
    told = str(caught.value)
    assert said in told
    assert not re.search(r"pydantic|Input should|validation|Everything|Place|Cat\b|Dog\b|Enum|type=", told)
