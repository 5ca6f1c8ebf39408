"""Forms in modals: a form returns exactly what it was given, unless a person changed a field."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, NaiveDatetime, TypeAdapter, create_model

from bot.views.forms.fields import ESCAPED, FormField, element_of
from bot.views.forms.form import approve_modal, errors_in, form_modal, values_in
from bot.views.requests.approval import form_values
from bot.views.wording.display import short
from bot.views.wording.escapes import escaped, unescaped
from engine import Actor, ChannelId, Form, RequestRecord, UserId, Workflow, WorkflowRecord
from engine.compiler import compile_workflow
from engine.compiler.requests.form_schema import form_schema
from engine.compiler.types.inputs import parse_input
from engine.model.definition.spec import FormSpec, QuorumSpec, StageSpec
from engine.model.input.json_schema import fields_of
from engine.model.input.typed_input import TypedText
from engine.model.text.wording import in_words, same_json
from engine.model.values.json_safe import storage_problem
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from localslack.blocks import check_view, complete
from localslack.people import elements
from tests.present import present
from tests.request_records import evolve_request, make_request


class Color(Enum):
    red = "red"
    green = "gr, een"


class Level(IntEnum):
    low = 1
    high = 10


class Host(BaseModel):
    name: str
    ports: list[int] = []


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["", " a ", "a\r\nb", "a\rb", "tab\there", "line\u2028sep", "x\n", "\n\nx", "e\u0301", "é", "a\u200bb",
     "\u00a0", "a &amp; b", "no", "null", "5", "[1]", '"q"', "a, b", "C:\\new", "👩\u200d💻", "*b* :x:", "–"]
)  # fmt: skip
floats = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [12345.67, 1234567.0, -0.0, 1e300]
)
integers = st.integers(-(2**63), 2**64 - 1)
zones = st.none() | st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.builds(
    lambda moment, zone: moment.replace(tzinfo=zone),
    st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001
    zones,
)
hosts = st.builds(Host, name=texts, ports=st.lists(integers, max_size=2))
decimals = st.decimals(allow_nan=False, allow_infinity=False)
many = tuple(f"option {number}" for number in range(140))
alike = tuple("x" * 80 + str(number) for number in range(3))
KINDS: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: integers,
    float: floats,
    bool: st.booleans(),
    Decimal: decimals,
    date: st.dates(),
    datetime: moments,
    time: st.times(),
    timedelta: st.timedeltas(timedelta(-999), timedelta(9999)),
    UUID: st.uuids(),
    Color: st.sampled_from(Color),
    Level: st.sampled_from(Level),
    Literal[1, "1", None]: st.sampled_from([1, "1", None]),
    Literal["only"]: st.just("only"),
    Literal[many]: st.sampled_from(many),
    Literal[alike]: st.sampled_from(alike),
    list[str]: st.lists(texts, max_size=4),
    list[int]: st.lists(integers, max_size=4),
    list[float]: st.lists(floats, max_size=4),
    list[bool]: st.lists(st.booleans(), max_size=3),
    list[Color]: st.lists(st.sampled_from(Color), max_size=3),
    list[Level]: st.lists(st.sampled_from(Level), max_size=3),
    list[Decimal]: st.lists(decimals, max_size=3),
    list[date]: st.lists(st.dates(), max_size=3),
    set[int]: st.sets(integers, max_size=3),
    tuple[int, str]: st.tuples(integers, texts),
    Host: hosts,
    list[Host]: st.lists(hosts, max_size=3),
    dict[str, Host]: st.dictionaries(texts, hosts, max_size=2),
    float | str: floats | texts,
    NaiveDatetime: st.datetimes(datetime(1000, 1, 1)),  # noqa: DTZ001
    dict[str, float | str | None]: st.dictionaries(texts, floats | texts | st.none(), max_size=3),
    Annotated[Cat | Dog, Field(discriminator="kind")]: st.builds(Cat, kind=st.just("cat"), lives=integers)
    | st.builds(Dog, kind=st.just("dog"), name=texts),
    int | str: integers | texts,
    bool | int | str: st.booleans() | integers | texts,
    str | list[str]: texts | st.lists(texts, max_size=3),
    Annotated[int, Field(ge=1, le=9)]: st.integers(1, 9),
    Annotated[str, Field(min_length=1)]: texts.filter(bool),
    UserId: st.sampled_from(["U01ALICE", "W02", "alice", ""]),
    ChannelId: st.sampled_from(["C05DEPLOYS", "deploys"]),
    list[UserId]: st.lists(st.sampled_from(["U01ALICE", "U02BOB"]), max_size=3),
}


@dataclass(frozen=True)
class Case:
    """A form with a value for each field, and another value for one of them."""

    request: RequestRecord
    loaded: WorkflowRegistry
    name: str
    other: Any


@st.composite
def cases(draw: st.DrawFn) -> Case:
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=3))
    fields: dict[str, Any] = {}
    first: dict[str, Any] = {}
    second: dict[str, Any] = {}
    for number, kind in enumerate(kinds):
        optional = draw(st.booleans())
        values = KINDS[kind] | st.none() if optional else KINDS[kind]
        annotation = kind | None if optional else kind
        default = draw(st.just(...) | values)
        name = f"field_{number}"
        fields[name] = (annotation, default)
        first[name], second[name] = draw(values), draw(values)
    model = create_model("Form", **fields)
    value, other = (model(**one).model_dump(mode="json") for one in (first, second))
    assume(not storage_problem(value) and not storage_problem(other))
    name = draw(st.sampled_from(sorted(value)))
    return Case(request_for(model, value), loaded_with(model), name, other[name])


def workflow_for(model: type[BaseModel]) -> Workflow:
    flow = Workflow("flow", owner="@ops", input=model)

    @flow.step
    async def plan() -> dict[str, Any]:
        return {}

    flow.approval(
        "go",
        ask="Go?",
        approvers=["@ops"],
        expires="1h",
        form=Form(model, defaults_from="plan"),
        advisory=True,
    )
    return flow


def loaded_with(model: type[BaseModel]) -> WorkflowRegistry:
    loaded = WorkflowRegistry()
    loaded.add(compile_workflow(workflow_for(model)))
    return loaded


def request_for(model: type[BaseModel], value: Mapping[str, Any] | None) -> RequestRecord:
    return make_request(
        id="flow-1.go",
        kind="approval",
        run_id="flow-1",
        workflow="flow",
        step="go",
        state="open",
        version=1,
        ask="Go?",
        choices=("approve", "reject"),
        stages=(StageSpec(quorums=(QuorumSpec(approvers=("@ops",)),)),),
        self_approval=False,
        comment={},
        requester=Actor("slack", "U1"),
        opened_at=datetime(2024, 3, 4, tzinfo=UTC),
        form=FormSpec(fields=form_schema(TypeAdapter(model)), defaults_from="plan"),
        value=value,
        proposed=value,
    )


def submitted(view: dict[str, Any], *entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload that Slack sends for a form whose checks pass.

    Slack, browsers and clipboards change texts on the way: this function makes every such change.
    """
    assert check_view(view, "modal").errors == []
    blocks = complete(view["blocks"])
    state = elements.state(blocks, *entered)
    for fields in state["values"].values():
        for field in fields.values():
            if isinstance(field.get("value"), str):
                field["value"] = rough(field["value"]) or None
    assert elements.complaints(blocks, state) == {}
    return {**view, "blocks": blocks, "state": state}


def rough(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " ").replace("\u00a0", " "))
    text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    kept = "".join(one for one in text if one == "\n" or one.isprintable())
    return "\n".join(line.rstrip(" ") for line in kept.strip(" \n").split("\n"))


def changes_of(case: Case, sent: dict[str, Any]) -> dict[str, Any]:
    assert case.request.form is not None
    found, unreadable = values_in(sent, case.request.form.spec.fields, case.request.value)
    assert unreadable == []
    return found


tried = settings(
    max_examples=present(settings.default).max_examples // 2, suppress_health_check=list(HealthCheck)
)


@tried
@given(cases())
def test_an_untouched_form_returns_the_identical_value(case: Case) -> None:
    view = approve_modal(case.request)
    assert view is not None
    found = changes_of(case, submitted(view))
    assert found == {}
    assert same_json(case.loaded.check_form(case.request, found), case.request.value)


@tried
@given(cases())
def test_a_changed_field_changes_just_that_field(case: Case) -> None:
    view = approve_modal(case.request)
    assert view is not None
    assert case.request.form is not None
    before = case.request.value
    assume(not fields_of(case.request.form.spec.fields)[case.name].get("uniqueItems"))  # a set has no order
    assume(not same_json(before[case.name], case.other) and case.other not in ("", [], None))
    entered = entry(view, case)
    found = changes_of(case, submitted(view, entered))
    assert list(found) == [case.name]
    expected = {**before, case.name: case.other}
    assert same_json(case.loaded.check_form(case.request, found), expected)


def entry(view: dict[str, Any], case: Case) -> dict[str, Any]:
    """Return the entry that puts the other value into the field."""
    assert case.request.form is not None
    schema = fields_of(case.request.form.spec.fields)[case.name]
    block = next(one for one in view["blocks"] if one.get("block_id") == f"field:{case.name}")
    shown = block["element"]
    wanted = element_of(FormField(schema, case.other))
    # A text that is shown without escapes takes only what people can type.
    assume(wanted is not None and wanted["type"] == shown["type"])
    assert wanted is not None
    if wanted["action_id"] == ESCAPED:
        assume(shown["action_id"] == ESCAPED)
    key = elements.VALUE_KEYS[shown["type"]]
    value = wanted.get("initial_" + key.removeprefix("selected_"))
    if shown["action_id"] == ESCAPED and wanted["action_id"] != ESCAPED:
        value = present(value).replace("\\", "\\\\")
    assume(
        isinstance(case.other, list | set) is False
        or sorted(map(str, case.other)) != sorted(map(str, case.request.value[case.name] or []))
    )
    return {"values": {f"field:{case.name}": {shown["action_id"]: {key: value}}}}


class Plan(BaseModel):
    """Values that the examples below propose."""

    cost: float = 1.5
    regions: list[str] = ["eu", "us", "asia"]
    note: str = "standard"
    until: date | None = None
    urgent: bool
    checked: bool | None = None
    level: Level = Level.low
    hosts: list[Level] = [Level.low]


PLAN: dict[str, Any] = {
    "cost": 12345.67, "regions": ["eu"], "note": "mine", "until": "2026-01-05", "urgent": True,
    "checked": None, "level": 10, "hosts": [1, 10],
}  # fmt: skip


def blocks_of(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        block["block_id"].removeprefix("field:"): block for block in view["blocks"] if "block_id" in block
    }


def change(name: str, **entered: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the payload for one changed field of the plan, and the values that result."""
    request = request_for(Plan, PLAN)
    view = approve_modal(request)
    assert view is not None
    assert request.form is not None
    sent = submitted(view, {"values": {f"field:{name}": {"value": entered}}})
    found, unreadable = values_in(sent, request.form.spec.fields, PLAN)
    assert unreadable == []
    checked: dict[str, Any] = loaded_with(Plan).check_form(request, found)
    return found, checked


@pytest.mark.parametrize(
    ("name", "entered", "gives"),
    [
        ("regions", {"value": None}, []),
        ("note", {"value": None}, ""),
        ("until", {"selected_date": None}, None),
        ("hosts", {"selected_options": []}, []),
        ("urgent", {"selected_option": {"value": "1"}}, False),
        ("checked", {"selected_option": {"value": "1"}}, False),
        ("level", {"selected_option": {"value": "0"}}, 1),
        ("cost", {"value": "1e3"}, 1000.0),
        ("regions", {"value": "us\nasia, eu"}, ["us", "asia", "eu"]),
        ("regions", {"value": '["a, b"]'}, ["a, b"]),
    ],
)
def test_an_emptied_or_changed_field_never_becomes_the_default(
    name: str, entered: dict[str, Any], gives: Any
) -> None:
    found, checked = change(name, **entered)
    assert list(found) == [name]
    assert same_json(checked, {**PLAN, name: gives})


def test_a_required_yes_or_no_must_be_chosen_and_can_be_no() -> None:
    view = approve_modal(request_for(Plan, None))
    assert view is not None
    urgent = blocks_of(view)["urgent"]
    assert urgent["element"]["type"] == "radio_buttons"
    assert [one["text"]["text"] for one in urgent["element"]["options"]] == ["Yes", "No"]
    assert urgent["optional"] is False
    assert "initial_option" not in urgent["element"]
    checked = blocks_of(view)["checked"]["element"]
    assert [one["text"]["text"] for one in checked["options"]] == ["Yes", "No", "Not set"]
    assert checked["initial_option"]["text"]["text"] == "Not set"


def test_a_field_that_can_not_be_empty_is_required_by_the_form() -> None:
    view = approve_modal(request_for(Plan, PLAN))
    assert view is not None
    optional = {name for name, block in blocks_of(view).items() if block.get("optional")}
    assert optional == {"regions", "note", "until", "hosts"}


def test_a_required_text_that_is_filled_in_is_not_optional() -> None:
    class Named(BaseModel):
        name: str
        note: str = ""
        alias: str | None = None

    view = approve_modal(request_for(Named, {"name": "Ada", "note": "x", "alias": "y"}))
    assert view is not None
    assert [name for name, block in blocks_of(view).items() if block.get("optional")] == ["note", "alias"]
    empty = approve_modal(request_for(Named, {"name": "", "note": "", "alias": None}))
    assert empty is not None
    assert blocks_of(empty)["name"]["optional"] is True


def test_a_moment_that_is_changed_keeps_its_offset() -> None:
    model = create_model("Moment", at=(datetime, ...))
    request = request_for(model, {"at": "2026-01-05T12:00:00+05:30"})
    view = approve_modal(request)
    assert view is not None
    assert request.form is not None
    entered = {"values": {"field:at": {"value": {"selected_date_time": 1767597300}}}}
    found, _ = values_in(submitted(view, entered), request.form.spec.fields, request.value)
    assert found == {"at": "2026-01-05T12:45:00+05:30"}


def test_a_menu_has_every_option_and_no_two_that_read_alike() -> None:
    fields: dict[str, Any] = {
        "big": (Literal[many], ...), "like": (Literal[alike], ...), "mixed": (Literal[1, "1"], 1),
    }  # fmt: skip
    model = create_model("Menus", **fields)
    view = approve_modal(request_for(model, None))
    assert view is not None
    shown = blocks_of(view)
    groups = shown["big"]["element"]["option_groups"]
    assert [len(group["options"]) for group in groups] == [100, 40]
    for name in ("like", "mixed"):
        words = [one["text"]["text"] for one in shown[name]["element"]["options"]]
        assert len(set(words)) == len(words)


def test_fields_with_the_same_label_have_their_names_beside_it() -> None:
    model = create_model("Alike", git_ref=(str, ...), Git_ref=(str, ...), other=(str, ...))
    view = approve_modal(request_for(model, None))
    assert view is not None
    labels = [block["label"]["text"] for block in blocks_of(view).values()]
    assert labels == ["Git ref (git_ref)", "Git ref (Git_ref)", "Other"]


def test_a_value_too_long_for_an_input_stays_as_it_is() -> None:
    model = create_model("Long", text=(str, ...), copies=(int, ...))
    request = request_for(model, {"text": "x" * 3001, "copies": 2})
    view = approve_modal(request)
    assert view is not None
    assert request.form is not None
    assert "3,001 characters: too long for a form" in str(view["blocks"])
    entered = {"values": {"field:copies": {"value": {"value": "3"}}}}
    found, _ = values_in(submitted(view, entered), request.form.spec.fields, request.value)
    assert loaded_with(model).check_form(request, found) == {"text": "x" * 3001, "copies": 3}
    assert errors_in([("text", "is wrong.")], view) == {"field:copies": "text: is wrong."}
    alone = create_model("Alone", text=(str, ...))
    assert approve_modal(request_for(alone, {"text": "x" * 3001})) is None


def test_the_form_of_a_run_gives_the_defaults_where_nobody_touched_it() -> None:
    model = create_model(
        "Input", regions=(list[str], ["eu", "us"]), key=(str, Field(default_factory=lambda: "made")),
        copies=(int | None, 3), note=(str | None, ...),
    )  # fmt: skip
    compiled = compile_workflow(workflow_for(model))
    schema = compiled.definition.input_schema or {}
    workflow = WorkflowRecord("flow", "Flow", "d", "@ops", None, (), (), schema, (), ())
    view = form_modal(workflow, "C1")
    assert view is not None
    assert "If you leave it empty, the workflow fills it in." in str(blocks_of(view)["key"]["hint"])
    untouched, _ = values_in(submitted(view), schema)
    made = {"regions": ["eu", "us"], "key": "made", "copies": 3, "note": None}
    assert parse_input(compiled, untouched) == made
    emptied = {"values": {f"field:{name}": {"value": {"value": None}} for name in ("regions", "copies")}}
    found, _ = values_in(submitted(view, emptied), schema)
    assert parse_input(compiled, found) == {**made, "regions": [], "copies": None}


def test_a_backslash_that_begins_no_escape_is_refused_with_the_remedy() -> None:
    model = create_model("Text", text=(str, ...))
    request = request_for(model, {"text": "a\r\nb"})
    view = approve_modal(request)
    assert view is not None
    assert request.form is not None
    assert blocks_of(view)["text"]["element"]["initial_value"] == "a\\r\nb"
    wrong = {"values": {"field:text": {"escaped": {"value": "C:\\path"}}}}
    found, unreadable = values_in(submitted(view, wrong), request.form.spec.fields, request.value)
    assert (found, unreadable) == (
        {},
        [("text", r"\p is not an escape that Signoff knows; write a backslash as \\.")],
    )


@tried
@given(texts)
def test_an_escaped_text_comes_back_and_nothing_in_it_can_be_changed_on_the_way(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert rough(escaped(text)) == escaped(text)


def test_a_proposed_value_that_the_model_would_write_otherwise_stays_as_it_is() -> None:
    model = create_model("Loose", cost=(float, ...), at=(datetime, ...), copies=(int, ...))
    proposed = {"cost": 5, "at": "2026-01-05T12:00:15Z", "copies": 1}
    found = loaded_with(model).check_form(request_for(model, proposed), {"copies": TypedText("2")})
    assert same_json(found, {**proposed, "copies": 2})


def test_decimals_within_lists_and_objects_are_shown_as_numbers_and_texts_of_digits_are_not() -> None:
    class Item(BaseModel):
        price: Decimal
        code: str

    class Order(BaseModel):
        items: list[Item]
        rates: dict[str, Decimal]
        total: Decimal | None

    value = {
        "items": [{"price": "2.50", "code": "7.1"}], "rates": {"eu": "0.19"}, "total": "2.50",
    }  # fmt: skip
    request = evolve_request(request_for(Order, value), proposed=value)
    assert {one.label: in_words(one.value) for one in form_values(request)} == {
        "items": '[{price: 2.50, code: "7.1"}]', "rates": "{eu: 0.19}", "total": "2.50",
    }  # fmt: skip
    changed = evolve_request(request, proposed={**value, "total": "3"})
    assert short(next(one for one in form_values(changed) if one.label == "total")) == "3 → 2.50"
