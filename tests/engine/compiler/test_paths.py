"""A path in a question, in show, in who decides or in a condition must exist in the declared type."""

# ruff: noqa: E501 - a message is read as one line
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, TypeAdapter, computed_field
from typing_extensions import TypedDict

from engine import DefinitionErrors, Form, Table, Workflow
from engine.compiler import compile_workflow
from engine.compiler.paths import NoSuchField, type_at
from engine.errors import CannotAsk
from engine.model.text.template import value_at


class Region(StrEnum):
    EU = "eu"


class Address(TypedDict):
    street: str


@dataclass
class Person:
    name: str
    address: Address


class Order(BaseModel):
    total: float
    customer: Person
    lines: list[int]
    by_region: dict[str, Person]
    note: str | None = None
    either: Person | int = 1
    pair: tuple[int, Person] = (1, Person("a", {"street": "b"}))
    root: RootModel[Person] | None = None
    price: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    owners: list[str] = []
    tags: set[str] = set()
    anything: Any = None
    plain: dict[str, Any] = {}

    @computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> float:
        return self.total * 2


GOOD = (
    "total", "customer.name", "customer.address.street", "lines.0", "by_region.eu.address.street", "note",
    "either.name", "pair.1.name", "root.name", "price", "anything.at.all", "plain.key.0", "double",
)  # fmt: skip
BAD = {
    "totl": "Order has no field totl. Did you mean total?",
    "total.amount": "float has no fields. Name fetch.total alone, or a field of fetch: total, customer, lines, by_region, note, either, pair, root, price, owners and 4 more.",
    "customer.nam": "Person has no field nam. Did you mean name?",
    "customer.address.stret": "Address has no field stret. Did you mean street?",
    "lines.first": "list[int] has no item first. Count its items from 0, as in fetch.0.",
    "lines.0.x": "int has no fields. Name fetch.lines.0 alone.",
    "by_region.eu.nam": "Person has no field nam. Did you mean name?",
    "note.x": "str has no fields. Name fetch.note alone, or a field of fetch: total, customer, lines, by_region, note, either, pair, root, price, owners and 4 more.",
    "either.nam": "Person | int has no field nam. Did you mean name?",
    "tags.0": "set[str] has no fields. Name fetch.tags alone, or a field of fetch: total, customer, lines, by_region, note, either, pair, root, price, owners and 4 more.",
    "pair.2": "tuple[int, tests.engine.compiler.test_paths.Person] has no item 2. Count its items from 0, as in fetch.0.",
    "root.nam": "Person has no field nam. Did you mean name?",
    "price.x": "Decimal has no fields. Name fetch.price alone, or a field of fetch: total, customer, lines, by_region, note, either, pair, root, price, owners and 4 more.",
}  # fmt: skip


def naming(returns: Any, **options: Any) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    async def fetch() -> Any: ...

    fetch.__annotations__["return"] = returns
    flow.step(fetch)
    flow.approval("go", **{"ask": "Go?", "approvers": ["@ops"], "expires": "1h", "advisory": True, **options})
    return flow


def problems(flow: Workflow) -> list[str]:
    with pytest.raises(DefinitionErrors) as refused:
        compile_workflow(flow)
    return [f"{error.problem} {error.remedy}" for error in refused.value.errors]


@pytest.mark.parametrize("path", GOOD)
def test_a_path_that_the_declared_type_has_is_accepted(path: str) -> None:
    compile_workflow(naming(Order, ask=f"Go {{fetch.{path}}}?", show=[("It", f"fetch.{path}")]))


@pytest.mark.parametrize("path", BAD)
@pytest.mark.parametrize("what", ["ask", "show", "confirm"])
def test_a_path_that_the_declared_type_does_not_have_is_refused(what: str, path: str) -> None:
    named = [("It", f"fetch.{path}")] if what == "show" else f"Go {{fetch.{path}}}?"
    said = problems(naming(Order, **{what: named}))
    assert len(said) == 1
    assert said[0].startswith(f"{what} names fetch.{path}, but ")
    assert said[0].endswith(BAD[path].split(" has ", 1)[1])


def test_a_path_in_a_condition_must_exist_too() -> None:
    flow = naming(Order)

    @flow.step
    async def make() -> Order:
        raise AssertionError

    @flow.step(when=make.output.total.amount > 3)
    async def act() -> None: ...

    (said,) = problems(flow)
    assert said.startswith("when= names make.total.amount, and float has no field")


@pytest.mark.parametrize(
    ("returns", "options", "said"),
    [
        (float, {"approvers": ["{fetch}"]}, "approvers names fetch, which is float. It must be a group, a member id or a list of them."),
        (list[int], {"veto": ["{fetch}"]}, "veto names fetch, which is list[int]. It must be a group, a member id or a list of them."),
        (Order, {"approvers": ["{fetch.customer}"]}, "approvers names fetch.customer, which is Person. It must be a group, a member id or a list of them."),
        (None, {"ask": "Go {fetch}?"}, "ask names fetch, which is always None. Name a step that returns a value, or let fetch return one."),
        (Region, {"choose": "fetch"}, "choose names fetch, which is Region. It must be a list of texts."),
        (list[Person], {"choose": "fetch"}, "choose names fetch, which is list[Person]. It must be a list of texts."),
        (Person, {"form": Form(Order, defaults_from="fetch")}, "defaults_from names fetch, which is Person. It must be a model with every field of the form; it has no total, customer, lines, by_region, note, either, pair, root, price, owners, tags, anything, plain."),
        (float, {"show": [Table("Rows", "fetch")]}, "show names fetch, which is float. It must be a list of rows."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_so_is_refused(returns: Any, options: dict[str, Any], said: str) -> None:
    assert problems(naming(returns, **options)) == [said]


@pytest.mark.parametrize(
    "returns", [Any, dict, dict[str, Any], Order | None, list[str], str, str | list[str]]
)
def test_a_path_that_the_types_cannot_check_is_left_to_run_time(returns: Any) -> None:
    compile_workflow(
        naming(returns, approvers=["{fetch}"] if returns in (list[str], str) else ["@ops"], ask="{fetch}")
    )


LEAVES = st.sampled_from([int, str, float, bool, Literal["a", "b"]])
TYPES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda kind: list[kind]),  # type: ignore[valid-type]
        inner.map(lambda kind: dict[str, kind]),  # type: ignore[valid-type]
        inner.map(lambda kind: kind | None if not isinstance(kind, str) else kind),
        inner.map(lambda kind: TypedDict("Made", {"a": kind, "b": int})),  # type: ignore[operator]
    ),
    max_leaves=3,
)


@given(st.data())
def test_a_path_that_a_value_has_is_never_refused(data: st.DataObject) -> None:
    """Whatever the type: where the value has the path, the type has it."""
    kind = data.draw(TYPES)
    value = TypeAdapter(kind).dump_python(data.draw(values_of(kind)), mode="json")
    path = data.draw(st.lists(st.sampled_from(["a", "b", "0", "1", "x"]), max_size=3))
    try:
        value_at(".".join(["step", *path]), {"step": value})
    except CannotAsk:
        return
    try:
        type_at(kind, path)
    except NoSuchField as error:
        raise AssertionError(f"{kind} refuses {path} of {value}") from error


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    return st.from_type(kind)
