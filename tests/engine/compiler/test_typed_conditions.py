"""Conditions on typed values: they agree with Python, or they are refused before anything runs."""

# ruff: noqa: DTZ001 - values without a time zone are tried, too

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, NewType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AnyUrl, AwareDatetime, BaseModel, Field, NaiveDatetime, RootModel, TypeAdapter
from typing_extensions import TypedDict

from engine import Condition, DefinitionError, DefinitionErrors, Outcome, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.authoring.services import Registry
from engine.compiler import compile_workflow
from engine.kernel import planner
from engine.kernel.requests.request_factory import anybody_of
from engine.model.definition.conditions import Not, OutcomeIs, Undecidable, evaluate
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, Definition, StepSpec
from engine.model.records.records import StepRecord
from engine.testing import Harness

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 20


class Severity(StrEnum):
    LOW = "low"
    CRITICAL = "critical"


class Vendor(BaseModel):
    name: str = "acme"
    price: Decimal = Decimal(1)


class Pair(BaseModel):
    left: int
    right: int = 0


class Amount(RootModel[Decimal]):
    pass


class Row(TypedDict):
    total: Decimal


@dataclass
class Line:
    total: Decimal


Euro = NewType("Euro", Decimal)


def condition_on(declared: Any, test: Callable[[Any], Condition]) -> Condition:
    """`test` of a field of this type, as it is stored."""

    class Made(BaseModel):
        value: declared

    flow = Workflow("flow", owner="@platform")

    async def make() -> Made:
        raise NotImplementedError

    make.__annotations__["return"] = Made
    ref = flow.step(make)

    async def act() -> None: ...

    flow.step(when=test(ref.output.value))(act)
    stored = compile_workflow(flow).definition.canonical()
    when = Definition.model_validate_json(stored).nodes[1].when
    assert when is not None
    return when


def decided(declared: Any, value: Any, condition: Condition) -> bool | str:
    stored = TypeAdapter(declared).dump_python(value, mode="json")
    try:
        return evaluate(condition, {"make": ("succeeded", {"value": stored})})
    except Undecidable as reason:
        return str(reason)


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes))
aware = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
naive = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1))
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-10_000, max_value=10_000)
whole = st.integers(-300, 300)
TYPED: dict[Any, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    Decimal: (decimals, decimals | whole),
    Annotated[Decimal, Field(decimal_places=2)]: (decimals, decimals | whole),
    Euro: (decimals.map(Euro), decimals),
    int: (whole, whole | decimals | st.floats(-300, 300)),
    float: (st.floats(-300, 300), whole | st.floats(-300, 300)),
    int | float: (whole | st.floats(-300, 300), whole),
    bool: (st.booleans(), st.booleans()),
    str: (st.text(max_size=3), st.text(max_size=3)),
    datetime: (aware, aware),
    AwareDatetime: (aware, aware),
    NaiveDatetime: (naive, naive),
    date: (st.dates(), st.dates()),
    time: (st.times(), st.times()),
    timedelta: (
        st.timedeltas(timedelta(-9000), timedelta(9000)),
        st.timedeltas(timedelta(-9000), timedelta(9000)),
    ),
    PurePosixPath: (
        st.sampled_from([PurePosixPath(one) for one in ("a/b", "a-b", "a", "b")]),
        st.sampled_from([PurePosixPath(one) for one in ("a/b", "a-b", "a", "./b")]),
    ),
    UUID: (st.uuids(), st.uuids()),
    bytes: (st.text(max_size=3).map(str.encode), st.text(max_size=3).map(str.encode)),
    Level: (st.sampled_from(Level), st.sampled_from(Level)),
    list[int]: (st.lists(whole, max_size=3), st.lists(whole, max_size=3)),
}


def cases() -> st.SearchStrategy[tuple[Any, Any, Any, str]]:
    return st.one_of(
        *(
            st.tuples(st.just(kind), values, literals, st.sampled_from(list(OPERATORS)))
            for kind, (values, literals) in TYPED.items()
        )
    )


@given(cases(), zones)
def test_conditions_on_typed_values_agree_with_python(
    case: tuple[Any, Any, Any, str], offset: timedelta
) -> None:
    kind, value, literal, op = case
    if kind in (datetime, AwareDatetime):
        value = value.astimezone(timezone(offset))
    compared = OPERATORS[op]
    try:
        condition = condition_on(kind, lambda field: compared(field, literal))
    except DefinitionErrors:
        # A literal that the constraints never allow: Python would always say the same.
        assert op in ("==", "!=")
        assert compared(value, literal) is (op == "!=")
        return
    assert decided(kind, value, condition) is compared(value, literal)


@given(st.lists(decimals, min_size=1, max_size=4), decimals)
def test_is_in_agrees_with_python(values: list[Decimal], value: Decimal) -> None:
    condition = condition_on(Decimal, lambda field: field.is_in(values))
    assert decided(Decimal, value, condition) is (value in values)


@pytest.mark.parametrize(
    ("declared", "test", "value", "expected"),
    [
        (Color, lambda field: field == Color.RED, Color.RED, True),
        (Color, lambda field: field == "red", Color.RED, True),
        (Color, lambda field: field.is_in([Color.RED, Color.BLUE]), Color.BLUE, True),
        (Severity, lambda field: field != "low", Severity.CRITICAL, True),
        (Level, lambda field: field > 5, Level.HIGH, True),
        (Decimal | None, lambda field: field == None, None, True),  # noqa: E711
        (Decimal | None, lambda field: (field != None) & (field > 5), None, False),  # noqa: E711
        (Decimal | None, lambda field: field > 9, Decimal(10), True),
        (int | str, lambda field: field == 5, "5", False),
        (int | str, lambda field: field != 5, "5", True),
        (Decimal | bool, lambda field: field > 9, Decimal("10.5"), True),
        (Vendor, lambda field: field.price > 9, Vendor(price=Decimal("10")), True),
        (Vendor | None, lambda field: field.price > 9, Vendor(price=Decimal("10")), True),
        (Amount, lambda field: field > 9, Amount(Decimal("10")), True),
        (Row, lambda field: field.total > 9, {"total": Decimal("10")}, True),
        (Line, lambda field: field.total > 9, Line(Decimal("10")), True),
        (dict[str, Decimal], lambda field: field.eu > 9, {"eu": Decimal("10")}, True),
        (tuple[int, int], lambda field: field == (1, 2), (1, 2), True),
        (Any, lambda field: field.eu > 9, {"eu": 10}, True),
        (int | bool, lambda field: field == 1, True, True),
        (int | bool, lambda field: field != True, 1, False),  # noqa: E712
        (IPv4Address, lambda field: field == IPv4Address("9.0.0.1"), IPv4Address("9.0.0.1"), True),
        (list[Color], lambda field: field == [Color.RED], [Color.RED], True),
        (list[int], lambda field: field == [], [1], False),
        (Pair, lambda field: field == Pair(left=1), Pair(left=1), True),
        (dict[str, int], lambda field: field["eu-west 1.a"] > 3, {"eu-west 1.a": 5}, True),
        (list[Vendor], lambda field: field[1].price > 9, [Vendor(), Vendor(price=Decimal("10"))], True),
        (tuple[int, Decimal], lambda field: field[1] > 9, (1, Decimal("10")), True),
        (Any, lambda field: field.prices[0] > 9, {"prices": [10]}, True),
        (Pair, lambda field: field == {"left": 1, "right": 0}, Pair(left=1), True),
        (list[date], lambda field: field.is_in([[date(2026, 1, 1)]]), [date(2026, 1, 1)], True),
    ],
)
def test_every_kind_of_type(
    declared: Any, test: Callable[[Any], Condition], value: Any, expected: bool
) -> None:
    assert decided(declared, value, condition_on(declared, test)) is expected


NOON = datetime(2026, 1, 1, 12)


@pytest.mark.parametrize(
    ("declared", "test", "words"),
    [
        (
            Literal["low", "critical"],
            lambda field: field == "critcal",
            "when= compares make.value == 'critcal', and make.value is one of 'low', 'critical': they are "
            "never equal. Did you mean 'critical'?",
        ),
        (Literal["low", "critical"], lambda field: field != "critcal", "Did you mean 'critical'?"),
        (
            Literal["low", "critical"],
            lambda field: field.is_in(["low", "critcal"]),
            "Did you mean 'critical'?",
        ),
        (Literal["low"] | None, lambda field: field == "lwo", "Did you mean 'low'?"),
        (Literal[1, 2], lambda field: field == True, "they are never equal"),  # noqa: E712
        (Color, lambda field: field == "RED", "Did you mean 'red', the value of RED?"),
        (Color, lambda field: field == Severity.LOW, "they are never equal"),
        (Color, lambda field: field > "blue", "orders make.value with >, but Color has no order"),
        (Decimal, lambda field: field > "100", "they have no order. Did you mean Decimal('100')?"),
        (Decimal, lambda field: field == "100", "they are never equal. Did you mean Decimal('100')?"),
        (Decimal, lambda field: field > 0.1, 'Write Decimal("0.1")'),
        (Decimal, lambda field: field > float("nan"), "Give a finite number"),
        (int, lambda field: field == "5", "Did you mean 5?"),
        (int, lambda field: field == True, "they are never equal"),  # noqa: E712
        (bool, lambda field: field == 1, "they are never equal. Did you mean True?"),
        (bool, lambda field: field == "yes", "Did you mean True?"),
        (str, lambda field: field > 5, "they have no order"),
        (str, lambda field: field == None, "they are never equal"),  # noqa: E711
        (str, lambda field: field == b"x", "they are never equal"),
        (UUID, lambda field: field == "6" * 32, "Did you mean UUID("),
        (datetime, lambda field: field > "2026-01-01", "Did you mean datetime.datetime(2026, 1, 1, 0, 0)?"),
        (datetime, lambda field: field > date(2026, 1, 1), "they have no order"),
        (date, lambda field: field > NOON, "they have no order"),
        (timedelta, lambda field: field > 60, "Did you mean datetime.timedelta(seconds=60)?"),
        (AwareDatetime, lambda field: field > NOON, "has no time zone; make.value always has one"),
        (NaiveDatetime, lambda field: field == NOON.replace(tzinfo=UTC), "make.value always has none"),
        (Annotated[int, Field(ge=0, le=10)], lambda field: field > 10, "which its bounds never allow"),
        (Annotated[int, Field(ge=0, le=10)], lambda field: field == 11, "they are never equal"),
        (Annotated[int, Field(gt=0)], lambda field: field <= 0, "which its bounds never allow"),
        (Annotated[str, Field(pattern="^[a-z]+$")], lambda field: field == "ABC", "they are never equal"),
        (Decimal | str, lambda field: field == "5", "may be decimal or text: both are stored as text"),
        (int | None, lambda field: field > None, "orders make.value by None"),
        (Any, lambda field: field > Decimal(5), "no type says how make.value is stored"),
        (Vendor, lambda field: field.nmae == "x", "Vendor has no field nmae. Did you mean name?"),
        (Vendor | None, lambda field: field.nmae == "x", "Vendor has no field nmae. Did you mean name?"),
        (Row, lambda field: field.totl == 1, "Row has no field totl. Did you mean total?"),
        (Line, lambda field: field.totl == 1, "Line has no field totl. Did you mean total?"),
        (int, lambda field: field.real == 1, "int has no field real"),
        (set[int], lambda field: field == {1}, "a condition cannot compare set[int]"),
        (AnyUrl, lambda field: field == AnyUrl("http://a.b"), "a condition cannot compare AnyUrl"),
        (IPv4Address, lambda field: field > IPv4Address("10.0.0.1"), "IPv4Address has no order"),
        (Severity, lambda field: field > b"low", "they have no order"),
        (list[Decimal], lambda field: field == [Decimal("1.50")], "cannot compare the Decimal in it"),
        (tuple[int, Decimal], lambda field: field > (1, Decimal(9)), "cannot compare the Decimal in it"),
        (Vendor, lambda field: field == Vendor(), "cannot compare the Decimal in it"),
        (dict[str, datetime], lambda field: field == {"a": NOON}, "cannot compare the datetime in it"),
        (list[set[int]], lambda field: field == [{1}], "cannot compare the set in it"),
        (
            list[IPv4Address],
            lambda field: field < [IPv4Address("10.0.0.1")],
            "cannot compare the IPv4Address",
        ),
        (list[int], lambda field: field == ["1"], "they are never equal"),
        (list[Literal["low"]], lambda field: field == ["lwo"], "they are never equal"),
        (dict[str, int], lambda field: field.is_in([{"a": "1"}]), "they are never equal"),
        (Pair, lambda field: field == {"left": 1}, "they are never equal"),
        (int | str, lambda field: field == Decimal(1), "Write the number as an int or a float"),
        (str, lambda field: field.is_in("abc"), "which is not a list"),
        (str, lambda field: field.is_in([]), "which is never true"),
        (int, lambda field: field > field, "Compare the two in a step"),
        (int, lambda field: field, "when= is make.output.value, which is a value, not a condition"),
        (tuple[int, int], lambda field: field[2] > 1, "has no field 2"),
    ],
)
def test_a_comparison_that_can_never_hold_is_refused_at_load(
    declared: Any, test: Callable[[Any], Condition], words: str
) -> None:
    with pytest.raises(DefinitionErrors) as wrong:
        condition_on(declared, test)
    assert words.lower() in str(wrong.value).lower()


@pytest.mark.parametrize(
    ("declared", "test", "value", "words"),
    [
        (
            datetime,
            lambda field: field > NOON,
            NOON.replace(tzinfo=UTC),
            "it has a time zone and the other has none",
        ),
        (datetime, lambda field: field == NOON, NOON.replace(tzinfo=UTC), "the other has none"),
        (Decimal | None, lambda field: field > 5, None, "it is empty (None), but > needs a value"),
        (Any, lambda field: field > 5, Decimal("250.00"), "it is a text, but is compared with a number"),
        (dict[str, int], lambda field: field.eu > 5, {"us": 7}, "make.value has no eu"),
        (list[int], lambda field: field[0] > 5, [], "make.value has no 0"),
    ],
)
def test_a_comparison_that_fails_at_run_time_never_counts_as_false(
    declared: Any, test: Callable[[Any], Condition], value: Any, words: str
) -> None:
    found = decided(declared, value, condition_on(declared, test))
    assert isinstance(found, str)
    assert words in found


class Offer(BaseModel):
    price: Decimal


buying = Workflow("buying", owner="@platform")


@buying.step
async def offer() -> Offer:
    return Offer(price=Decimal("250.00"))


large = buying.approval(
    "large", ask="Pay {offer.price}?", approvers="@platform", expires="1h", when=offer.output.price > 100
)


@buying.step(when=large.approved | large.skipped)
async def pay(offer: Offer, large: Outcome | None) -> str:
    return str(offer.price)


async def test_a_decimal_above_the_limit_asks_people() -> None:
    async with Harness(buying) as harness:
        run = await harness.start("buying")
        (request,) = await harness.requests()
        assert request.ask == "Pay 250.00?"
        assert (await harness.step(run, "pay")).state == "pending"


def untyped(price: Any) -> Workflow:
    flow = Workflow("untyped", owner="@platform")

    @flow.step
    async def fetch() -> dict[str, Any]:
        return {} if price is None else {"price": price}

    go = flow.approval("go", ask="Pay?", approvers="@platform", expires="1h", when=fetch.output.price > 100)

    @flow.step(when=go.approved | go.skipped)
    async def pay(fetch: dict[str, Any], go: Outcome | None) -> str:
        return "paid"

    @flow.step(when=fetch.output.price > 100)
    async def report() -> str:
        return "large"

    return flow


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (None, "The condition fetch.price > 100 cannot be decided: fetch has no price."),
        ("250.00", "of fetch.price, it is a text, but is compared with a number."),
    ],
)
async def test_an_undecidable_condition_asks_the_owner_and_lets_nothing_pass(price: Any, words: str) -> None:
    people = StaticPeople(groups={"platform": ["U1"]})
    async with Harness(untyped(price), people=people) as harness:
        run = await harness.start("untyped")
        approval, step = await harness.step(run, "go"), await harness.step(run, "report")
        assert (approval.state, step.state) == ("waiting", "waiting")
        assert approval.failure is not None
        assert step.failure is not None
        assert words in approval.failure.message
        assert words in step.failure.message
        requests = await harness.requests()
        assert sorted((one.kind, one.step) for one in requests) == [("failure", "go"), ("failure", "report")]
        # The same values would lead to the same questions.
        assert {request.policy.choices for request in requests} == {("skip", "abort")}
        for request in requests:
            await harness.decide(request, "skip", as_user="U1")
        paid = await harness.step(run, "pay")
        assert (paid.state, paid.reason) == ("skipped", "go could not be asked")


def test_nothing_follows_from_an_approval_that_nobody_was_asked() -> None:
    """Also not in a definition that was stored before such conditions were refused."""
    asks = ApprovalSpec(name="go", title="go", ask="?", stages=(anybody_of("@a"),), expires=None)
    act = StepSpec(name="act", title="act", when=Not(no=OutcomeIs(step="go", outcome="rejected")))
    graph = Graph(Definition(name="w", title="w", owner="@a", nodes=(asks, act)))
    steps = {"go": StepRecord("w-1", "go", "failed"), "act": StepRecord("w-1", "act", "pending")}
    assert planner.decide(graph, "act", steps) == planner.Skip("act", "go failed")


class Shop:
    def offer(self) -> Offer:
        return Offer(price=Decimal("250.00"))

    def pay(self, data: Offer) -> str:
        return str(data.price)


@pytest.mark.parametrize("limit", [100, "100", Decimal(100)])
async def test_the_dict_form_compares_typed_values_too(limit: Any) -> None:
    registry = Registry()
    registry.add("Shop", Shop())
    ask = {
        "ask": "Pay?",
        "approvers": ["@platform"],
        "expires": "1h",
        "when": {"field": "price", "op": ">", "value": limit},
    }
    data = {
        "id": "shop",
        "owner": "@platform",
        "tasks": [
            {"id": "offer", "service": "Shop", "action": "offer"},
            {"id": "large", "approval": ask},
            {"id": "pay", "service": "Shop", "action": "pay"},
        ],
    }
    compiled = compile_workflow(from_dict(data, registry))
    when = next(node.when for node in compiled.definition.nodes if node.name == "large")
    assert when is not None
    assert evaluate(when, {"offer": ("succeeded", {"price": "250.00"})})
    assert not evaluate(when, {"offer": ("succeeded", {"price": "99.99"})})


@pytest.mark.parametrize(
    "test",
    [
        lambda field: field * 2 > 5,
        lambda field: 3 in field,
        lambda field: len(field) > 1,
        lambda field: ~field,
        lambda field: field & (field == 1),
        lambda field: field.startswith("a"),
        lambda field: field[-1] == 1,
    ],
)
def test_an_unsupported_condition_is_refused_with_the_supported_ones(
    test: Callable[[Any], Condition],
) -> None:
    with pytest.raises(DefinitionError, match=r"compared"):
        condition_on(Any, test)


def test_a_step_compared_itself_is_refused() -> None:
    flow = Workflow("flow", owner="@platform")

    @flow.step
    async def build() -> int:
        raise NotImplementedError

    with pytest.raises(DefinitionError, match=r"Compare what it returns, as in build\.output > 3"):
        build > 5  # noqa: B015


class Chosen(BaseModel):
    region: Literal["eu", "us"]


@pytest.mark.parametrize(("region", "runs"), [("eu", True), ("us", False)])
async def test_the_chosen_option_decides_which_step_runs(region: str, runs: bool) -> None:
    flow = Workflow("flow", owner="@platform")
    go = flow.approval("go", ask="Where?", approvers="@platform", expires="1h", form=Chosen)

    @flow.step(when=go.approved & (go.output.value.region == "eu"))
    async def act() -> None: ...

    async with Harness(flow, people=StaticPeople(groups={"platform": ["U1"]})) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1", value={"region": region})
        assert ((await harness.step(run, "act")).state == "succeeded") is runs


def test_a_chosen_option_is_a_condition_only_with_the_approval() -> None:
    flow = Workflow("flow", owner="@platform")
    go = flow.approval("go", ask="Where?", approvers="@platform", expires="1h", form=Chosen)

    @flow.step(when=go.output.value.region == "eu")
    async def act() -> None: ...

    with pytest.raises(DefinitionErrors, match=r"Write go\.approved & "):
        compile_workflow(flow)
