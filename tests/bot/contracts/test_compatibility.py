"""Rules of compatibility: what they accept is held against a validator of JSON Schema."""

from enum import Enum
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.contracts.compatibility import breaks, same

NAMES = ["a", "b", "c"]


def bounded(kind: str, least: str, most: str, top: int) -> st.SearchStrategy[dict[str, Any]]:
    def made(low: int | None, high: int | None) -> dict[str, Any]:
        bounds = {least: low, most: high}
        return {"type": kind, **{key: value for key, value in bounds.items() if value is not None}}

    return st.builds(made, st.none() | st.integers(0, top), st.none() | st.integers(top, 2 * top))


leaves = st.one_of(
    bounded("integer", "minimum", "maximum", 3),
    bounded("number", "minimum", "maximum", 3),
    bounded("string", "minLength", "maxLength", 2),
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.lists(st.sampled_from(["x", "y", 1, None, True]), min_size=1, max_size=3, unique_by=repr).map(
        lambda values: {"enum": values}
    ),
    st.just({"const": "x"}),
    st.just({}),
)


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    @st.composite
    def made(draw: st.DrawFn) -> dict[str, Any]:
        properties = draw(st.dictionaries(st.sampled_from(NAMES), inner, max_size=3))
        required = [name for name in properties if draw(st.booleans())]
        others = draw(st.sampled_from([None, None, False]) | inner)
        more = {} if others is None else {"additionalProperties": others}
        return {"type": "object", "properties": properties, "required": required, **more}

    return made()


schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        objects(inner),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
    ),
    max_leaves=6,
)


@st.composite
def changed(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that often differs from this one in one place only."""
    if draw(st.integers(0, 5)) == 0:
        return draw(leaves)
    match schema:
        case {"type": "object", "properties": properties}:
            new = {name: draw(changed(each)) for name, each in properties.items() if draw(st.integers(0, 9))}
            if draw(st.booleans()):
                new |= draw(st.dictionaries(st.sampled_from(NAMES), leaves, max_size=1))
            required = [name for name in new if draw(st.integers(0, 3)) and name in schema["required"]]
            required += [name for name in new if name not in required and not draw(st.integers(0, 5))]
            return {**schema, "properties": new, "required": required}
        case {"type": "array", "items": items}:
            return {**schema, "items": draw(changed(items))}
        case {"anyOf": options}:
            return {"anyOf": [draw(changed(each)) for each in options] + draw(st.lists(leaves, max_size=1))}
        case {"enum": values}:
            return {"enum": draw(st.permutations([*values, "z"]))[: draw(st.integers(1, len(values) + 1))]}
        case {"type": _}:
            key = draw(st.sampled_from(["minimum", "maxLength", "minLength", "maximum"]))
            return {name: value for name, value in schema.items() if name != key}
    return schema


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    old = draw(schemas)
    new = draw(changed(old))
    return (old, new) if draw(st.booleans()) else (new, old)


@st.composite
def values(draw: st.DrawFn, schema: dict[str, Any], other: dict[str, Any]) -> Any:
    """A value of the schema. Fields that it does not name have no name of another schema."""
    match schema:
        case {"enum": listed}:
            return draw(st.sampled_from(listed))
        case {"const": value}:
            return value
        case {"anyOf": options}:
            return draw(values(draw(st.sampled_from(options)), other))
        case {"type": "object", "properties": properties, "required": required}:
            made = {
                name: draw(values(each, other))
                for name, each in properties.items()
                if name in required or draw(st.booleans())
            }
            others = schema.get("additionalProperties", True)
            if others is not False and draw(st.booleans()):
                # A schema for further fields speaks of every name; without one the names are others.
                name = draw(st.sampled_from(["z", *NAMES])) if isinstance(others, dict) else "z"
                if name not in properties:
                    made[name] = draw(values(others if isinstance(others, dict) else {}, other))
            return made
        case {"type": "array", "items": items}:
            return draw(st.lists(values(items, other), max_size=2))
        case {"type": "integer"}:
            low, high = schema.get("minimum", -5), schema.get("maximum", 12)
            return draw(st.integers(low, high))
        case {"type": "number"}:
            return draw(st.floats(schema.get("minimum", -5), schema.get("maximum", 12), width=16))
        case {"type": "string"}:
            return draw(
                st.text("xyz", min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 6))
            )
        case {"type": "boolean" | "null" as kind}:
            return draw(st.booleans()) if kind == "boolean" else None
    return draw(st.sampled_from([None, True, 7, "x", "long text", [], {}, [1], {"a": 1}]))


def fits(value: Any, schema: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


@settings(max_examples=250, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data(), pairs())
def test_a_value_of_before_fits_an_input_that_is_compatible(
    data: st.DataObject, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    old, new = pair
    found = breaks(old, new, "input")
    event(f"compatible: {not found}, the same: {old == new}")
    value = data.draw(values(old, new))
    assert fits(value, old)
    if not found:
        assert fits(value, new), (old, new, value)


@settings(max_examples=250, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data(), pairs())
def test_a_value_of_now_fits_what_readers_of_a_compatible_output_know(
    data: st.DataObject, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    old, new = pair
    found = breaks(old, new, "output")
    event(f"compatible: {not found}, the same: {old == new}")
    value = data.draw(values(new, old))
    if not found:
        assert fits(value, old), (old, new, value)


@settings(max_examples=100, suppress_health_check=list(HealthCheck), deadline=None)
@given(schemas)
def test_a_schema_is_compatible_with_itself(schema: dict[str, Any]) -> None:
    assert breaks(schema, schema, "input") == []
    assert breaks(schema, schema, "output") == []
    assert same(schema, {**schema, "title": "Another", "description": "words"})


class Item(BaseModel):
    sku: str = Field(max_length=10)
    parts: list["Item"] = []


class V1(BaseModel):
    customer: str
    count: int = 1
    kind: Literal["new", "old"] = "new"
    items: list[Item] = []
    note: str | None = None


class Added(V1):
    hint: str = ""


class Needed(V1):
    hint: str


class Closed(V1):
    model_config = ConfigDict(extra="forbid")


class Removed(BaseModel):
    customer: str
    count: int = 1
    kind: Literal["new", "old"] = "new"
    items: list[Item] = []


class Narrow(V1):
    kind: Literal["new"] = "new"


class Wide(V1):
    kind: Literal["new", "old", "odd"] = "new"  # type: ignore[assignment]


class Wider(V1):
    count: float = 1  # type: ignore[assignment]


class Other(V1):
    count: str = ""  # type: ignore[assignment]


class Bounded(V1):
    count: int = Field(1, le=9)


class Lower(Bounded):
    count: int = Field(1, le=5)


class NotNull(V1):
    note: str = ""


class Renamed(V1):
    """Another name and other words for the same."""


@pytest.mark.parametrize(
    ("present", "of_input", "of_output"),
    [
        (Renamed, [], []),
        (Added, [], []),
        (Needed, ["hint: the field is new, and it is required."], []),
        (Removed, ["note: the field was removed."], ["note: the field was removed."]),
        (Closed, ["the value: further fields are refused now."], []),
        (Narrow, ['kind: the value "old" is no longer taken.'], []),
        (Wide, [], ['kind: the value "odd" was never given before.']),
        (Wider, [], ["count: it was integer, and is number now."]),
        (Other, ["count: it was integer, and is string now."], ["count: it was integer, and is string now."]),
        (Bounded, ["count: maximum was not limited, and is 9 now."], []),
        (NotNull, ["note: it was null, and is string now."], []),
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else "",
)
def test_a_break_names_the_field_and_what_changed(
    present: type[BaseModel], of_input: list[str], of_output: list[str]
) -> None:
    for side, mode, expected in (("input", "validation", of_input), ("output", "serialization", of_output)):
        old, new = (model.model_json_schema(mode=mode) for model in (V1, present))  # type: ignore[arg-type]
        assert list(map(str, breaks(old, new, side))) == expected  # type: ignore[arg-type]


def test_a_lower_maximum_breaks_an_input_and_a_higher_one_an_output() -> None:
    higher, lower = Bounded.model_json_schema(), Lower.model_json_schema()
    assert list(map(str, breaks(higher, lower, "input"))) == ["count: maximum was 9, and is 5 now."]
    assert list(map(str, breaks(lower, higher, "output"))) == ["count: maximum was 5, and is 9 now."]
    assert breaks(lower, higher, "input") == breaks(higher, lower, "output") == []


def referring(where: dict[str, Any], *values: str) -> dict[str, Any]:
    """A schema that refers to a list of values, in a keyword besides properties and items."""
    return {**where, "$defs": {"Size": {"type": "string", "enum": list(values)}}}


SIZE = {"$ref": "#/$defs/Size"}


@pytest.mark.parametrize(
    "where",
    [
        {"type": "object", "propertyNames": SIZE, "additionalProperties": {"type": "integer"}},
        {"type": "object", "patternProperties": {"^s": SIZE}},
        {"type": "array", "prefixItems": [SIZE, {"type": "integer"}]},
        {"type": "array", "prefixItems": [{"type": "integer"}], "items": SIZE},
        {"type": "array", "contains": SIZE},
        {"allOf": [SIZE, {"type": "string"}]},
        {"allOf": [{"type": "array", "items": {"anyOf": [SIZE, {"type": "null"}]}}]},
    ],
    ids=lambda where: "-".join(where),
)
def test_a_value_that_is_gone_from_a_definition_breaks_wherever_it_is_named(where: dict[str, Any]) -> None:
    both, one = referring(where, "s", "m"), referring(where, "s")
    assert breaks(both, one, "input")
    assert breaks(one, both, "output")
    assert not breaks(both, {**both, "title": "Other"}, "input")
    unrelated = {**both, "$defs": {**both["$defs"], "Other": {"type": "null"}}}
    assert not breaks(both, unrelated, "input")
    assert not breaks(both, unrelated, "output")


def test_a_break_in_the_names_and_values_of_a_mapping_says_where() -> None:
    class Both(Enum):
        S, M = "s", "m"

    class One(Enum):
        S = "s"

    def schema(of: Any) -> dict[str, Any]:
        return TypeAdapter(of).json_schema()

    names = breaks(schema(dict[Both, int]), schema(dict[One, int]), "input")
    assert list(map(str, names)) == ['(names): the value "m" is no longer taken.']
    values = breaks(schema(dict[str, Any]), schema(dict[str, int]), "input")
    assert list(map(str, values)) == ["*: it was any type, and is integer now."]


def test_a_required_field_breaks_also_where_no_property_describes_it() -> None:
    bare: dict[str, Any] = {"type": "object"}
    assert list(map(str, breaks(bare, {**bare, "required": ["x"]}, "input"))) == [
        "x: the field is new, and it is required."
    ]
    assert breaks({**bare, "required": ["x"]}, bare, "output")


def test_another_value_in_a_list_is_another_schema_whatever_its_keys_are() -> None:
    assert not same({"enum": [{"title": "a"}]}, {"enum": [{"title": "b"}]})
    assert not same({"properties": {"enum": {"const": 1}}}, {"properties": {"enum": {"const": 2}}})


def test_a_type_that_contains_itself_is_compared() -> None:
    class Node(BaseModel):
        name: str
        below: list["Node"] = []

    class NodeNow(BaseModel):
        name: int
        below: list["NodeNow"] = []

    found = breaks(Node.model_json_schema(), NodeNow.model_json_schema(), "input")
    assert "name: it was string, and is integer now." in map(str, found)
