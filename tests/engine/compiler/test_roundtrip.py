"""Values through storage: each comes back equal and of its type, or is refused before anybody sees it."""

import math
import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, TypeVar
from uuid import UUID

import orjson
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Json,
    PlainSerializer,
    PrivateAttr,
    RootModel,
    SecretBytes,
    SecretStr,
    Tag,
    TypeAdapter,
    ValidationError,
    computed_field,
    field_serializer,
    field_validator,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from engine import DefinitionErrors, Form, InvalidInput, Outcome, StaticPeople, Workflow
from engine.compiler import compile_workflow
from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.testing import Harness

T = TypeVar("T")


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    first_name: str = "nobody"
    last_count: int = 0
    boss: "Camel | None" = None


class Aliased(BaseModel):
    one: str = Field("x", validation_alias="uno", serialization_alias="eins")
    two: int = Field(2, alias="zwei")
    path: str = Field("p", validation_alias=AliasPath("deep", "path"))
    either: str = Field("e", validation_alias=AliasChoices("this", AliasPath("that", 0)))


class Computed(BaseModel):
    width: Decimal = Decimal(1)

    @computed_field
    def area(self) -> Decimal:
        return self.width * self.width


class StrictComputed(Computed):
    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")

    a: int = 1


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)

    at: datetime
    pair: tuple[int, int]
    price: Decimal


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    lives: int = 1


class Box(BaseModel, Generic[T]):
    item: T


class Names(RootModel[list[str]]):
    pass


class Point(NamedTuple):
    x: int
    y: Decimal


class Row(TypedDict):
    total: Decimal


@dataclass
class Line:
    total: Decimal
    tags: set[str] = field(default_factory=set)


class Texts(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", ser_json_timedelta="float")

    raw: bytes
    took: timedelta


class Asked(BaseModel):
    query: Json[list[int]]


class Money(BaseModel):
    amount: Decimal

    @field_serializer("amount", when_used="json")
    def in_cents(self, amount: Decimal) -> str:
        return f"{amount:.2f}"


Euro = NewType("Euro", Decimal)
Pet = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(lambda it: it["kind"] if isinstance(it, dict) else it.kind),
]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3)
whole = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
deltas = st.timedeltas(timedelta(-10_000), timedelta(10_000))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(timezones=st.none() | offsets)
seconds = st.integers(-(10**9), 10**9).map(lambda number: timedelta(seconds=number))
camels = st.recursive(
    st.builds(Camel.model_construct, first_name=texts, last_count=whole, boss=st.none()),
    lambda inner: st.builds(Camel.model_construct, first_name=texts, last_count=whole, boss=inner),
    max_leaves=3,
)
VALUES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (None, st.none()),
    (bool, st.booleans()),
    (int, whole),
    (float, floats),
    (str, texts),
    (bytes, texts.map(str.encode)),
    (Decimal, decimals),
    (Euro, decimals),
    (datetime, moments),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, deltas),
    (UUID, st.uuids()),
    (Path, texts.map(lambda text: Path(re.sub(r"[^a-z/]", "x", text) or "."))),
    (Color, st.sampled_from(Color)),
    (Level, st.sampled_from(Level)),
    (Literal["a", 1, True], st.sampled_from(["a", 1, True])),
    (int | str, whole | texts),
    (int | float | None, whole | floats | st.none()),
    (list[Decimal], st.lists(decimals)),
    (set[date], st.sets(st.dates())),
    (frozenset[int], st.frozensets(whole)),
    (tuple[int, Decimal], st.tuples(whole, decimals)),
    (tuple[date, ...], st.lists(st.dates()).map(tuple)),
    (dict[int, Decimal], st.dictionaries(whole, decimals)),
    (dict[date, list[int]], st.dictionaries(st.dates(), st.lists(whole))),
    (dict[Color, timedelta], st.dictionaries(st.sampled_from(Color), deltas)),
    (Camel, camels),
    (Aliased, st.builds(Aliased.model_construct, one=texts, two=whole, path=texts, either=texts)),
    (list[Camel], st.lists(camels)),
    (Computed, st.builds(Computed, width=decimals)),
    (StrictComputed, st.builds(StrictComputed, width=decimals)),
    (Open, st.builds(Open, a=whole, b=texts)),
    (Strict, st.builds(Strict, at=moments, pair=st.tuples(whole, whole), price=decimals)),
    (Cat | Dog, st.builds(Cat, lives=whole) | st.builds(Dog, lives=whole)),
    (Pet, st.builds(Cat, lives=whole) | st.builds(Dog, lives=whole)),
    (Box[Decimal], st.builds(Box[Decimal], item=decimals)),
    (Box[list[Camel]], st.builds(Box[list[Camel]], item=st.lists(camels))),
    (Names, st.builds(Names, st.lists(texts))),
    (Point, st.builds(Point, whole, decimals)),
    (Row, st.fixed_dictionaries({"total": decimals})),
    (Line, st.builds(Line, decimals, st.sets(texts))),
    (
        Texts,
        st.builds(
            Texts, raw=st.binary(), took=st.integers(-(10**9), 10**9).map(lambda n: timedelta(seconds=n))
        ),
    ),
    (Asked, st.lists(whole).map(lambda numbers: Asked(query=orjson.dumps(numbers)))),
    (Any, st.recursive(st.none() | st.booleans() | whole | floats | texts, lambda inner: st.lists(inner))),
]


@given(st.one_of(*(st.tuples(st.just(kind), values) for kind, values in VALUES)))
def test_any_supported_value_survives_storing(case: tuple[Any, Any]) -> None:
    kind, value = case
    codec = Codec(TypeAdapter(kind))
    back = codec.read(orjson.loads(orjson.dumps(codec.store(value))))
    assert type(back) is type(value)
    assert back == value


# An id must be the same in every worker; a function's text holds its address.
@pytest.mark.parametrize(
    "kind", [kind for kind, _ in VALUES], ids=lambda kind: re.sub(r" at 0x[0-9a-f]+", "", str(kind))
)
def test_a_type_whose_values_survive_is_accepted_at_load(kind: Any) -> None:
    compile_workflow(returning(kind))


def returning(kind: Any, value: Any = None) -> Workflow:
    flow = Workflow("flow", owner="@platform")

    async def make() -> Any:
        return value

    make.__annotations__["return"] = kind
    flow.step(make)
    return flow


class Secret(BaseModel):
    token: SecretStr


class Prefixed(BaseModel):
    token: SecretStr

    @field_validator("token")
    @classmethod
    def begins(cls, value: SecretStr) -> SecretStr:
        """Refuses every value that could be made up."""
        if not value.get_secret_value().startswith("sk-"):
            raise ValueError("it must begin with sk-")
        return value


class Hidden(BaseModel):
    shown: str = "x"
    hidden: str = Field("y", exclude=True)


class Remembers(BaseModel):
    a: int = 1
    _lock: Any = PrivateAttr(default_factory=object)


class Rounded(BaseModel):
    amount: Annotated[float, PlainSerializer(lambda value: round(value, 1))]


class Masked(BaseModel):
    card: str

    @field_serializer("card")
    def mask(self, card: str) -> str:
        return "****"


class Swapped(BaseModel):
    a: int = Field(alias="b")
    b: int = Field(alias="a")


class Small(BaseModel):
    size: int = 1


class Large(BaseModel):
    size: int = 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            Secret,
            "(Secret, at token) does not survive storing: a secret is stored as asterisks. Leave",
        ),
        (SecretBytes, "a secret is stored as asterisks"),
        (list[Secret], "a secret is stored as asterisks"),
        (pydantic.Secret[int], "a secret is stored as asterisks"),
        (Prefixed, "(Prefixed) does not survive storing: a secret is stored as asterisks. Leave it out."),
        (Hidden, "comes back as the str 'y'"),
        (Remembers, "at _lock"),
        (Rounded, "the float 1234.5678 comes back as the float 1234.6"),
        (Masked, "the str 'text' comes back as the str '****'"),
        (Swapped, "comes back as"),
        (Small | Large, "comes back as the Small Small(size=7). Give the union a discriminator"),
        (Decimal | str, "the Decimal Decimal('1234.56') comes back as the str '1234.56'"),
        (date | datetime, "comes back as"),
        (Color | str, "comes back as the str 'red'"),
        (list[int] | tuple[int, ...], "comes back as the list"),
        (dict[tuple[int, int], str], "it cannot be read back"),
        (dict[str | None, int], "comes back as the dict {'None': 7}"),
        (Iterable[int], "can only be read once. Declare a list"),
    ],
)
def test_a_type_that_loses_values_is_refused_at_load(kind: Any, words: str) -> None:
    flow = returning(kind)
    with pytest.raises(DefinitionErrors) as wrong:
        compile_workflow(flow)
    assert words in str(wrong.value)
    assert "The output" in str(wrong.value)
    with_input = Workflow("flow", owner="@platform", input=Box[kind])
    with_input.step(nothing)
    with pytest.raises(DefinitionErrors, match="The input"):
        compile_workflow(with_input)


async def nothing() -> None: ...


class Base(BaseModel):
    a: int = 1


class Derived(Base):
    b: int = 2


class Tagged(BaseModel):
    a: int = 1
    _seen: list[str] = PrivateAttr(default_factory=list)


def tagged() -> Tagged:
    value = Tagged()
    value._seen.append("x")
    return value


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Base, Derived(), "the Derived Derived(a=1, b=2) comes back as the Base Base(a=1)"),
        (list[Base], [Base(), Derived()], "at 1, the Derived"),
        (Tagged, tagged(), "at _seen"),
        (Money, Money(amount=Decimal("1.005")), "at amount, the Decimal"),
        (bytes, b"\xff", "can't be stored"),
        (Any, math.nan, "a number is infinite or not a number"),
        (Any, {"a": [math.inf]}, "a number is infinite or not a number"),
        (dict, {"a": Decimal("NaN")}, "a number is infinite or not a number"),
        (Any, {"a": {math.nan}}, "a number is infinite or not a number"),
        (Any, Box[float](item=math.inf), "a number is infinite or not a number"),
        (float, math.nan, "a number is infinite or not a number"),
        (Decimal, Decimal("Infinity"), "not fit its type"),
        (Any, "a\ud800", "half a character"),
        (Any, {"a\ud800": 1}, "half a character"),
        (int, 2**64, "beyond 64 bits"),
        (Any, nested(254), "250 levels deep; keep it flat"),
        (list[Any], nested(3_000), "250 levels deep; keep it flat"),
        (dict[int, str], {2**70: "a"}, None),
        (Any, object(), "can't be stored"),
        (Any, {1: "a", "1": "b"}, "comes back as"),
        (deque[int], deque([1], maxlen=1), "its maxlen=1 is not stored"),
        (Any, {"token": SecretStr("x")}, "a secret is stored as asterisks"),
    ],
)
async def test_an_output_that_storing_would_change_is_refused(
    kind: Any, value: Any, words: str | None
) -> None:
    async with Harness(returning(kind, value)) as harness:
        run = await harness.start("flow")
        step = await harness.step(run, "make")
        if words is None:
            assert step.state == "succeeded"
            return
        assert step.failure is not None
        assert words in step.failure.message


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (dict[str, Any], {"color": Color.RED, "at": date(2026, 1, 2)}, {"color": "red", "at": "2026-01-02"}),
        (Any, {"pair": (1, Decimal("2.50")), "set": {3}}, {"pair": [1, "2.50"], "set": [3]}),
        (Any, Box[Decimal](item=Decimal("2.50")), {"item": "2.50"}),
        (Any, {1: "a"}, {"1": "a"}),
        (Sequence[int], (1, 2), [1, 2]),
        (None, None, None),
    ],
)
def test_untyped_parts_are_stored_as_their_json(kind: Any, value: Any, stored: Any) -> None:
    assert Codec(TypeAdapter(kind)).store(value) == stored


class Release(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, serialize_by_alias=True)

    service_name: str
    build_count: int = 1


def releasing() -> Workflow:
    flow = Workflow("release", owner="@platform", input=Release)

    @flow.step
    async def plan(input: Release) -> Release:
        return Release(serviceName=input.service_name, buildCount=input.build_count + 1)

    go = flow.approval(
        "go",
        ask="Ship {plan.service_name} for {input.service_name}?",
        approvers="@platform",
        expires="1h",
        show=plan,
        form=Form(Release, defaults_from="plan"),
    )

    @flow.step(when=go.approved & (plan.output.build_count > 1))
    async def ship(go: Outcome[Release]) -> str:
        assert go.value is not None
        return f"{go.value.service_name} {go.value.build_count}"

    return flow


@pytest.mark.parametrize(
    "given", [{"service_name": "web", "build_count": 6}, {"serviceName": "web", "buildCount": 6}]
)
async def test_people_see_and_steps_get_what_models_with_aliases_hold(given: dict[str, Any]) -> None:
    people = StaticPeople(groups={"platform": ["U1"]})
    async with Harness(releasing(), people=people) as harness:
        run = await harness.start("release", given)
        (request,) = await harness.requests()
        assert request.ask == "Ship web for web?"
        assert {one.label: one.value for one in request.shown} == {"Service name": "web", "Build count": 7}
        assert request.value == {"service_name": "web", "build_count": 7}
        await harness.decide(
            request, "approve", as_user="U1", value={"service_name": "api", "build_count": 8}
        )
        assert await harness.output(run, "ship") == "api 8"


async def test_an_input_with_aliases_names_its_fields_by_name() -> None:
    async with Harness(releasing()) as harness:
        with pytest.raises(InvalidInput, match="service_name: is missing"):
            await harness.start("release", {})
        with pytest.raises(
            InvalidInput, match="servce_name: release has no such field; did you mean service_name"
        ):
            await harness.start("release", {"servce_name": "x"})
        assert harness.engine.parse_input("release", {"service_name": "x"})["service_name"] == "x"


def test_a_codec_refuses_with_the_place() -> None:
    with pytest.raises(Unstorable, match=r"at items\.1\.token, a secret"):
        Codec(TypeAdapter(dict[str, list[Any]])).store({"items": [1, {"token": SecretStr("x")}]})


class Lengths(TypeAdapter[Any]):  # type: ignore[misc]
    """Notes how much is checked, and how much is made JSON, in one go."""

    most, most_dumped = 0, 0

    def validate_python(self, value: Any, /, **options: Any) -> Any:
        self.most = max(self.most, len(value))
        return super().validate_python(value, **options)

    def dump_python(self, value: Any, /, **options: Any) -> Any:
        self.most_dumped = max(self.most_dumped, len(value))
        return super().dump_python(value, **options)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (list[Camel], [Camel(firstName=str(number)) for number in range(5000)]),
        (dict[str, Decimal], {str(number): Decimal(number) for number in range(5000)}),
        (dict[int, Color], dict.fromkeys(range(5000), Color.RED)),
    ],
)
def test_a_large_value_is_checked_in_pieces_and_comes_back_whole(kind: Any, value: Any) -> None:
    adapter = Lengths(kind)
    codec = Codec(adapter)
    kept = codec.store(value)
    assert kept == TypeAdapter(kind).dump_python(value, mode="json", by_alias=False)
    assert codec.read(kept) == value
    assert 0 < adapter.most <= 500
    assert 0 < adapter.most_dumped <= 500


def test_a_mistake_in_a_large_value_is_told_with_its_place() -> None:
    codec = Codec(TypeAdapter(list[int]))
    with pytest.raises(ValidationError) as wrong:
        codec.read([*range(4000), "x", *range(4000)])
    assert [error["loc"] for error in wrong.value.errors()] == [(4000,)]


def test_keys_that_become_one_in_different_pieces_are_refused() -> None:
    value: dict[Any, Any] = {1: "a", **{f"k{number}": number for number in range(5000)}, "1": "b"}
    with pytest.raises(Unstorable):
        Codec(TypeAdapter(dict)).store(value)
