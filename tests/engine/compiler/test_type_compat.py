"""Which types fit each other at load: a sure mismatch is refused, and nothing that could be read."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    PlainSerializer,
    RootModel,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict

from engine.compiler.definition.round_trip import Codec, Unstorable
from engine.compiler.types.type_compat import type_fits


class Point(BaseModel):
    x: int


class Renamed(BaseModel):
    at: int = Field(alias="x")


def summed(value: Any) -> Any:
    return sum(value) if isinstance(value, list) and all(isinstance(each, int) for each in value) else value


class Summed(BaseModel):
    x: int

    @field_validator("x", mode="before")
    @classmethod
    def summed(cls, value: Any) -> Any:
        return summed(value)


class Unpacked(BaseModel):
    x: int

    @model_validator(mode="before")
    @classmethod
    def unpacked(cls, value: Any) -> Any:
        return {"x": value[0]} if isinstance(value, list) else value


class Numbers(RootModel[list[int]]):
    pass


class Listed(BaseModel):
    x: list[int]


class Texted(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)
    x: str


class Node(BaseModel):
    next: "Node | None" = None


class Pair(NamedTuple):
    a: int
    b: int


class Row(TypedDict):
    x: int


@dataclasses.dataclass
class Place:
    x: int


Joined = Annotated[list[int], PlainSerializer(lambda value: ",".join(map(str, value)))]
Total = Annotated[int, BeforeValidator(summed)]


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (list[int], int),
        (list[int], str),
        (int, list[int]),
        (str, list[str]),
        (int, Sequence[int]),
        (list[int], Literal[1]),
        (list[int], date),
        (list[int], Point),
        (list[int], dict[str, int]),
        (dict[str, int], list[int]),
        (Point, str),
        (Point, list[Point]),
        (Place, int),
        (Row, list[int]),
        (Node, int),
        (Numbers, int),
        (int, Numbers),
        (Listed, Point),
        (list[list[int]], list[int]),
        (dict[str, list[int]], dict[str, int]),
    ],
)
def test_values_of_another_shape_are_refused(writer: Any, reader: Any) -> None:
    assert not type_fits(writer, reader)


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (Any, int),
        (list[int], Any),
        (Joined, str),
        (list[int], Total),
        (Listed, Summed),
        (list[int], Unpacked),
        (Point, Renamed),
        (Point, Texted),
        (Point, Place),
        (Place, Point),
        (Numbers, list[int]),
        (Pair, list[int]),
        (str, Json[list[int]]),
        (list[int], Decimal),
        (dict[str, Any], Point),
        (dict[str, Any], Row),
    ],
)
def test_values_that_could_be_read_are_not_refused(writer: Any, reader: Any) -> None:
    assert type_fits(writer, reader)


# Letters only, and fractions: Signoff does not read a number from a text.
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text("abc", min_size=1),
    int: st.integers(min_value=2, max_value=9),
    float: st.sampled_from([0.5, 2.25]),
    bool: st.booleans(),
    date: st.just(date(2026, 1, 5)),
    datetime: st.just(datetime(2026, 1, 5, tzinfo=UTC)),
    Decimal: st.just(Decimal("1.5")),
    Point: st.builds(Point, x=st.integers()),
    Place: st.builds(Place, x=st.integers()),
    Numbers: st.just(Numbers([1, 2])),
    Listed: st.just(Listed(x=[1])),
    Node: st.just(Node(next=Node())),
    Pair: st.just(Pair(1, 2)),
    Joined: st.just([1, 2]),
}
_READERS: list[Any] = [
    *_VALUES, Renamed, Summed, Unpacked, Texted, Total, Row, list, dict, tuple, set[int], frozenset[str],
    tuple[int, ...], tuple[int, int], Sequence[int], Json[list[int]], Literal["a", 2], int | str,
    list[int] | str,
]  # fmt: skip


@st.composite
def _written(draw: st.DrawFn) -> tuple[Any, Any]:
    kind: Any = draw(st.sampled_from(list(_VALUES)))
    value = draw(_VALUES[kind])
    match draw(st.sampled_from(["", "", "list", "dict", "optional"])):
        case "list":
            return list[kind], [value]
        case "dict":
            return dict[str, kind], {"x": value}
        case "optional":
            return kind | None, value
    return kind, value


@st.composite
def _reader(draw: st.DrawFn) -> Any:
    kind: Any = draw(st.sampled_from(_READERS))
    around = draw(st.sampled_from(["", "", "list", "dict", "optional"]))
    return {"": kind, "list": list[kind], "dict": dict[str, kind], "optional": kind | None}[around]


@given(_written(), _reader())
def test_what_pydantic_reads_is_never_refused(written: tuple[Any, Any], reader: Any) -> None:
    writer, value = written
    try:
        Codec(TypeAdapter(reader)).read(Codec(TypeAdapter(writer)).store(value))
    except (ValidationError, Unstorable):
        return
    assert type_fits(writer, reader)
