"""Inputs of earlier versions become inputs of the newest one, recorded, or are refused with the reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from engine import (
    Actor,
    DefinitionErrors,
    EarlierInput,
    InputTransform,
    InvalidInput,
    Personal,
    StepContext,
    Webhook,
    Workflow,
)
from engine.audit.personal_keys import PersonalKeys
from engine.compiler.types.accepted_input import accept_input
from engine.compiler.workflow import compile_workflow
from engine.model.people import StaticPeople
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


class Oldest(BaseModel):
    who: str
    euros: int


class Older(BaseModel):
    customer: str
    euros: int


class Order(BaseModel):
    customer: str
    cents: int = Field(gt=0)


def in_cents(old: Older) -> Order:
    return Order(customer=old.customer, cents=old.euros * 100)


OLDEST = EarlierInput(1, Oldest, {"customer": "{old.who}", "euros": "{old.euros}"})
OLDER = EarlierInput(2, Older, in_cents)
BOTH = (InputTransform(1, 2), InputTransform(2, None, "in_cents"))


def billing(*earlier: Any, **options: Any) -> Workflow:
    options = {"earlier_inputs": earlier or (OLDER, OLDEST), "channel": "#ops", **options}
    bill = Workflow("bill", owner="@ops", input=Order, **options)
    go = bill.approval("go", ask="Charge {input.cents}?", approvers=["@ops"], expires="4h")

    @bill.step(when=go.approved)
    async def charge(input: Order) -> int:
        return input.cents

    return bill


async def test_people_read_and_approve_the_transformed_value() -> None:
    async with Harness(billing(), people=PEOPLE) as harness:
        run = await harness.start("bill", {"who": "Ada", "euros": 3})
        assert run.input == {"customer": "Ada", "cents": 300}
        detail = await harness.engine.detail(run.id)
        (request,) = detail.requests
        assert request.ask == "Charge 300?"
        assert detail.transforms == BOTH
        assert detail.transformed == (
            "Input transformed from version 1 to version 2 by its mapping, "
            "then from version 2 to the newest version by in_cents"
        )
        (created,) = [e for e in await harness.engine.events.read(0, 99) if e.type == "run.created"]
        assert created.data["transforms"] == [
            {"from": 1, "to": 2, "by": ""},
            {"from": 2, "to": None, "by": "in_cents"},
        ]
        assert created.data["input"] == run.input
        await harness.decide("go", "approve", as_user="U1")
        charged = await harness.engine.detail(run.id)
        assert charged.steps[-1].output == 300


async def test_an_input_of_the_newest_version_is_not_transformed() -> None:
    async with Harness(billing(), people=PEOPLE) as harness:
        run = await harness.start("bill", {"customer": "Ada", "cents": 7})
        assert run.input["cents"] == 7
        assert (await harness.engine.detail(run.id)).transforms == ()
        events = await harness.engine.events.read(0, 99)
        assert all("transforms" not in event.data for event in events)


@pytest.mark.parametrize("more", [{}, {"dedup": "{payload.customer}", "dedup_within": "1h"}])
async def test_a_webhook_that_still_sends_the_old_shape_starts_runs(more: Mapping[str, Any]) -> None:
    hook = Webhook("orders", secret="S", input="{payload}", **more)
    async with Harness(billing(triggers=[hook]), people=PEOPLE) as harness:
        taken = await harness.deliver("orders", {"customer": "Ada", "euros": 2})
        detail = await harness.engine.detail(str(taken.run_id))
        assert (detail.run.input["cents"], detail.transforms) == (200, BOTH[1:])


async def test_child_runs_and_follow_up_runs_record_the_transform() -> None:
    parent = Workflow("parent", owner="@ops", channel="#ops")
    bill = billing()

    @parent.step
    async def ask(ctx: StepContext) -> str:
        return ctx.follow_up("bill", {"who": "Eve", "euros": 5})

    async with Harness(parent, bill, people=PEOPLE) as harness:
        await harness.start("parent")
        await harness.run_until_idle()
        (run,) = [each for each in (await harness.engine.runs())[0] if each.workflow == "bill"]
        assert run.input["cents"] == 500
        assert (await harness.engine.detail(run.id)).transforms == BOTH


async def test_a_run_of_the_old_version_can_be_repeated_by_the_new_one(tmp_path: Path) -> None:
    old = Workflow("bill", owner="@ops", channel="#ops", input=Older)

    @old.step
    async def charge(input: Older) -> int:
        return input.euros

    async with Harness(old, people=PEOPLE, folder=tmp_path) as harness:
        first = await harness.start("bill", {"customer": "Ada", "euros": 4})
    async with Harness(billing(), people=PEOPLE, folder=tmp_path) as harness:
        again = await harness.engine.control.rerun(first.id, {}, actor=Actor("slack", "U1"))
        assert again.input == {"customer": "Ada", "cents": 400}
        assert (await harness.engine.detail(again.id)).transforms == BOTH[1:]


def fails(old: Older) -> Order:
    raise KeyError("rate")


def gives_text(old: Older) -> Any:
    return "much"


def gives_negative(old: Older) -> dict[str, Any]:
    return {"customer": old.customer, "cents": -old.euros}


@pytest.mark.parametrize(
    ("becomes", "field", "what"),
    [
        (fails, "", "KeyError: \"'rate'\" was raised."),
        (gives_text, "", "'much' is not an object."),
        (gives_negative, "cents", "-3"),
        (in_cents, "cents", "0"),
        ({"customer": "{old.customer}"}, "cents", "is missing"),
    ],
)
def test_a_transform_that_fails_names_field_value_and_remedy(becomes: Any, field: str, what: str) -> None:
    compiled = compile_workflow(billing(EarlierInput(2, Older, becomes)))
    euros = 0 if becomes is in_cents else 3
    with pytest.raises(InvalidInput) as refused:
        accept_input(compiled, {"customer": "Ada", "euros": euros})
    (where, problem), (_, remedy) = refused.value.problems
    assert (where, what in problem) == (field, True), problem
    by = getattr(becomes, "__name__", "its mapping")
    assert remedy == (
        f"The transform from version 2 to the newest version by {by} gave this. "
        "Send the newest version, or correct the transform."
    )


class Patient(BaseModel):
    name: Personal[str]


def raises_name(old: Patient) -> Order:
    raise ValueError(f"no rate for {old.name}")


def gives_name(old: Patient) -> Any:
    return old.name


@pytest.mark.parametrize(
    ("becomes", "said"),
    [(raises_name, "ValueError was raised."), (gives_name, "str is not an object.")],
)
def test_an_error_of_a_transform_of_personal_data_does_not_repeat_it(
    tmp_path: Path, becomes: Any, said: str
) -> None:
    compiled = compile_workflow(billing(EarlierInput(1, Patient, becomes)))
    compiled.seal_with(PersonalKeys(tmp_path))

    with pytest.raises(InvalidInput) as refused:
        accept_input(compiled, {"name": "Ada Lovelace"})
    assert said in str(refused.value)
    assert "Ada" not in str(refused.value)


def test_a_value_that_fits_no_version_is_refused_with_the_problems_of_the_newest() -> None:
    with pytest.raises(InvalidInput) as refused:
        accept_input(compile_workflow(billing()), {"customer": "Ada", "euro": 3})
    assert "euro: bill has no such field; " in str(refused.value)
    assert "it fits no earlier version (1 and 2) either." in str(refused.value)


COMPILED = compile_workflow(billing())


@given(
    st.dictionaries(st.sampled_from(["who", "customer", "euros", "cents", "x"]), st.integers() | st.text())
)
def test_what_is_accepted_always_fits_the_newest_version(value: dict[str, Any]) -> None:
    compiled = COMPILED
    try:
        accepted = accept_input(compiled, value)
    except InvalidInput:
        return
    assert Order.model_validate(accepted.values).model_dump() == accepted.values
    assert bool(accepted.transforms) == ("euros" in value)
    assert accept_input(compiled, accepted.values).transforms == ()
    assert accept_input(compiled, accepted.given) == accepted


async def later(old: Older) -> Order:
    return in_cents(old)


def two(old: Older, more: int) -> Order:
    return in_cents(old)


def of_oldest(old: Oldest) -> Order:
    return Order(customer=old.who, cents=1)


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ([EarlierInput(2, Older, later)], "becomes of version 2 is an async function."),
        ([EarlierInput(2, Older, two)], "two, the becomes of version 2, takes 2 parameters."),  # type: ignore[arg-type]
        ([EarlierInput(2, Older, of_oldest)], "of_oldest, the becomes of version 2, takes Oldest."),
        ([EarlierInput(1, Oldest, of_oldest), OLDER], "of_oldest, the becomes of version 1, returns Order."),
        ([OLDER, OLDER], "earlier_inputs has the version 2 twice."),
        ([EarlierInput(0, Older, in_cents)], "The version of an earlier input is 0."),
        (["v1"], "earlier_inputs has 'v1', which is not an EarlierInput."),
        ([EarlierInput(2, Older, {"cent": "{old.euros}"})], "becomes of version 2 gives 'cent', which"),
        ([EarlierInput(2, Older, {"cents": "{old.euro}"})], "euro"),
        ([EarlierInput(2, Older, {"cents": "{input.euros}"})], "becomes of version 2 names {input.euros}."),
        ([EarlierInput(2, Older, "in_cents")], "becomes of version 2 is 'in_cents'."),  # type: ignore[arg-type]
    ],
)
def test_mistakes_in_earlier_inputs_are_named_at_load(declared: list[Any], problem: str) -> None:
    with pytest.raises(DefinitionErrors) as refused:
        compile_workflow(billing(*declared))
    assert problem in str(refused.value)


def test_a_webhook_that_holds_facts_cannot_take_earlier_inputs() -> None:
    hook = Webhook("orders", secret="S", input="{payload}", debounce="5s")
    with pytest.raises(DefinitionErrors, match="a trigger has debounce="):
        compile_workflow(billing(triggers=[hook]))


async def test_yaml_names_the_earlier_model_and_its_function(tmp_path: Path) -> None:
    (tmp_path / "earlier_models.py").write_text(
        "from pydantic import BaseModel\n"
        "class BillV1(BaseModel):\n    euros: int\n"
        "class Bill(BaseModel):\n    cents: int\n"
        "def in_cents(old: BillV1) -> Bill:\n    return Bill(cents=old.euros * 100)\n"
    )
    file = tmp_path / "earlier.yaml"
    file.write_text(
        "id: bill\nowner: '@ops'\ninput: earlier_models:Bill\n"
        "earlier_inputs:\n  - version: 1\n    model: earlier_models:BillV1\n"
        "    becomes: earlier_models:in_cents\ntasks:\n  - id: rest\n    sleep: 5m\n"
    )
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("bill", {"euros": 2})
        assert run.input == {"cents": 200}
        assert harness.engine.parse_input("bill", {"euros": "3"}) == {"euros": 3}


def test_the_version_of_a_workflow_says_which_earlier_inputs_it_takes() -> None:
    plain = Workflow("bill", owner="@ops", channel="#ops", input=Order)

    @plain.step
    async def charge(input: Order) -> int:
        return input.cents

    assert "earlier_inputs" not in compile_workflow(plain).definition.canonical().decode()
    assert [spec.version for spec in compile_workflow(billing()).definition.earlier_inputs] == [1, 2]
