"""Values that people give, choose or change when they approve."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, NaiveDatetime, TypeAdapter

from engine import (
    Actor,
    Choose,
    Decision,
    DefinitionErrors,
    Form,
    Outcome,
    StaticPeople,
    StepContext,
    Workflow,
)
from engine.compiler import compile_workflow
from engine.compiler.requests.form_schema import form_schema
from engine.kernel.requests.form_options import takes_same_values
from engine.model.definition.spec import FormSpec
from engine.model.input.typed_input import TypedText
from engine.model.text.wording import in_words
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2", "U3"]})


class Plan(BaseModel):
    version: str
    replicas: int = Field(3, ge=1, le=9)
    strategy: Literal["rolling", "blue-green"] = "rolling"


def flow(**options: Any) -> Workflow:
    found = Workflow("flow", owner="@ops")

    @found.step
    async def plan() -> Plan:
        return Plan(version="1.4.2")

    go = found.approval(
        "go", ask="Go on?", approvers=["@ops"], expires="1h", **{"form": Plan, "after": [plan], **options}
    )

    @found.step(when=go.approved)
    async def act(go: Outcome[Plan]) -> Plan | None:
        return go.value

    return found


async def test_an_approver_fills_in_the_form() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert (await harness.try_decide("go", "approve", as_user="U1")).code == "form_required"
        wrong = await harness.try_decide(
            "go", "approve", as_user="U1", value={"replicas": "12", "versoin": "2"}
        )
        assert (wrong.code, wrong.problems) == (
            "bad_value",
            (("versoin", "go has no such field; did you mean version?"),),
        )
        wrong = await harness.try_decide(
            "go", "approve", as_user="U1", value={"version": "2", "replicas": "12"}
        )
        assert wrong.problems == (("replicas", '"12" is too large. Give at most 9.'),)
        good = await harness.decide("go", "approve", as_user="U1", value={"version": "2", "replicas": "5"})
        assert good.code == "decided"
        assert await harness.output(run, "act") == {"version": "2", "replicas": 5, "strategy": "rolling"}


async def test_proposed_values_are_approved_as_they_are_or_changed() -> None:
    async with Harness(flow(form=Form(Plan, defaults_from="plan")), people=PEOPLE) as harness:
        run = await harness.start("flow")
        (request,) = await harness.requests()
        assert request.value == {"version": "1.4.2", "replicas": 3, "strategy": "rolling"}
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert (await harness.output(run, "act"))["replicas"] == 3
    async with Harness(flow(form=Form(Plan, defaults_from="plan")), people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "approve", as_user="U1", value={"version": "1.4.2", "replicas": "5"})
        assert (await harness.output(run, "act"))["replicas"] == 5
        events = await harness.engine.events.of_run(run.id)
        (told,) = [event.data for event in events if event.type == "request.decision"]
        assert told["changes"] == {"replicas": [3, 5]}


async def test_a_change_voids_what_was_said_before() -> None:
    async with Harness(flow(form=Form(Plan, defaults_from="plan"), quorum=2), people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "recorded"
        changed = {"version": "1.4.2", "replicas": 5}
        assert (await harness.decide("go", "approve", as_user="U2", value=changed)).code == "recorded"
        assert (await harness.decide("go", "approve", as_user="U2", value=changed)).code == "duplicate"
        # The first one approved other values, and may answer again.
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"
        assert (await harness.output(run, "act"))["replicas"] == 5


async def test_an_approver_cannot_approve_values_that_they_have_not_seen() -> None:
    async with Harness(flow(form=Form(Plan, defaults_from="plan"), quorum=2), people=PEOPLE) as harness:
        run = await harness.start("flow")
        (shown,) = await harness.requests()
        changed = {"version": "1.4.2", "replicas": 5}
        await harness.decide("go", "approve", as_user="U1", value=changed)
        late = await harness.engine.decide(
            shown.id, Decision("approve", seen=shown.values_digest), actor=Actor("slack", "U2")
        )
        assert (late.code, "changed after they were shown to you" in late.text) == ("changed", True)
        (shown,) = await harness.requests()
        result = await harness.engine.decide(
            shown.id, Decision("approve", seen=shown.values_digest), actor=Actor("slack", "U2")
        )
        assert result.code == "decided"
        await harness.run_until_idle()
        assert (await harness.output(run, "act"))["replicas"] == 5


async def test_an_approver_cannot_approve_values_given_after_they_looked() -> None:
    async with Harness(flow(quorum=2), people=PEOPLE) as harness:
        await harness.start("flow")
        (shown,) = await harness.requests()
        await harness.decide("go", "approve", as_user="U1", value={"version": "2"})
        late = await harness.engine.decide(
            shown.id, Decision("approve", seen=shown.values_digest), actor=Actor("slack", "U2")
        )
        assert late.code == "changed"


@pytest.mark.parametrize(
    ("choose", "given", "gets"),
    [
        (["blue", "green"], "green", "green"),
        (["blue", "green"], {"choice": "blue"}, "blue"),
        (Choose(["eu", "us", "asia"], multiple=True), ["eu", "asia"], ["eu", "asia"]),
    ],
)
async def test_one_or_several_options(choose: Choose | list[str], given: object, gets: object) -> None:
    found = Workflow("flow", owner="@ops")
    go = found.approval("go", ask="Which?", approvers=["@ops"], expires="1h", choose=choose)

    @found.step(when=go.approved)
    async def act(go: Outcome[Any], ctx: StepContext) -> Any:
        return go.value

    async with Harness(found, people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert (await harness.try_decide("go", "approve", as_user="U1", value="red")).code == "bad_value"
        assert (await harness.decide("go", "approve", as_user="U1", value=given)).code == "decided"
        assert await harness.output(run, "act") == gets


async def test_a_rejection_needs_no_values() -> None:
    async with Harness(flow(), people=PEOPLE) as harness:
        run = await harness.start("flow")
        assert (await harness.decide("go", "reject", as_user="U1", comment="no")).code == "decided"
        assert (await harness.step(run, "act")).state == "skipped"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"form": str}, "form is the class str. Give a Pydantic model."),
        ({"form": None, "choose": ["one"]}, "choose has ['one']. Give at least two different texts."),
        ({"form": None, "choose": ["a", "a"]}, "choose has ['a', 'a']. Give at least two different texts."),
        (
            {"choose": ["a", "b"]},
            "The approval has both form= and choose=. Make the choice a field of the form.",
        ),
        (
            {"form": Form(Plan, defaults_from="plam")},
            "defaults_from names plam, but this workflow has no step plam. Did you mean plan?",
        ),
    ],
)
async def test_a_mistake_in_a_form_is_an_error_at_load(options: dict[str, Any], said: str) -> None:
    async with Harness(people=PEOPLE) as harness:
        with pytest.raises(DefinitionErrors) as caught:
            harness.engine.register(flow(**options))
        assert said in str(caught.value)


async def test_a_gated_step_gets_the_values_by_the_outcome_alone() -> None:
    found = Workflow("flow", owner="@ops")

    @found.step
    async def plan() -> Plan:
        return Plan(version="1")

    go = found.approval(
        "go", ask="Go?", approvers=["@ops"], expires="1h", form=Form(Plan, defaults_from="plan")
    )

    @found.step(when=go.approved)
    async def act(go: Outcome[Plan], plan: Plan) -> int:
        return plan.replicas

    async with Harness(people=PEOPLE) as harness:
        with pytest.raises(DefinitionErrors) as caught:
            harness.engine.register(found)
        assert (
            "The step takes plan, but approvers may change its values in the form of go. Take go.value"
            in str(caught.value)
        )


async def test_a_change_is_not_written_over_by_somebody_who_saw_the_values_before_it() -> None:
    async with Harness(flow(form=Form(Plan, defaults_from="plan"), quorum=2), people=PEOPLE) as harness:
        await harness.start("flow")
        (shown,) = await harness.requests()
        await harness.decide("go", "approve", as_user="U1", value={"version": "1.4.2", "replicas": 5})
        late = await harness.engine.decide(
            shown.id,
            Decision("approve", value={"version": "1.4.3", "replicas": 3}, seen=shown.values_digest),
            actor=Actor("slack", "U2"),
        )
        assert late.code == "changed"
        (shown,) = await harness.requests()
        assert shown.value == {"version": "1.4.2", "replicas": 5, "strategy": "rolling"}


class Place(BaseModel):
    region: str
    zones: list[str] = []
    why: str = ""


def finding(found: list[str], **options: object) -> Workflow:
    flow = Workflow("flow", owner="@ops")

    @flow.step
    async def find() -> dict[str, list[str]]:
        return {"regions": found, "zones": ["a", "b"]}

    go = flow.approval("go", ask="Where?", approvers=["@ops"], expires="1h", **options)  # type: ignore[arg-type]

    @flow.step(when=go.approved)
    async def act(go: Outcome) -> object:
        return go.model_dump(mode="json").get("value")

    return flow


async def test_an_earlier_step_gives_the_options_of_a_field() -> None:
    sources = {"region": "find.regions", "zones": "find.zones"}
    async with Harness(finding(["eu", "us"], form=Form(Place, options=sources)), people=PEOPLE) as harness:
        await harness.start("flow")
        (request,) = await harness.requests()
        assert request.form is not None
        properties = request.form.spec.fields["properties"]
        assert properties["region"]["enum"] == ["eu", "us"]
        assert properties["zones"]["items"]["enum"] == ["a", "b"]
        result = await harness.try_decide(
            "go", "approve", as_user="U1", value={"region": "asia", "zones": ["a", "c"]}
        )
        assert result.code == "bad_value"
        assert [field for field, _ in result.problems] == ["region", "zones"]
        assert "there are eu, us" in result.problems[0][1]
        assert (
            await harness.decide("go", "approve", as_user="U1", value={"region": "us", "zones": "a, b"})
        ).accepted


async def test_an_earlier_step_gives_what_people_choose_among() -> None:
    async with Harness(finding(["eu", "us"], choose="find.regions"), people=PEOPLE) as harness:
        await harness.start("flow")
        assert (await harness.try_decide("go", "approve", as_user="U1", value="asia")).code == "bad_value"
        assert (await harness.decide("go", "approve", as_user="U1", value="eu")).accepted


async def test_an_empty_list_of_options_raises_a_failure_request_to_the_owner() -> None:
    async with Harness(finding([], choose="find.regions"), people=PEOPLE) as harness:
        await harness.start("flow")
        (asked,) = await harness.requests()
        assert asked.kind == "failure"
        assert asked.failure is not None
        assert asked.failure.message == (
            "options of choice: {find.regions} is an empty list, and people need texts to choose among."
        )


def test_options_are_refused_for_anything_but_a_field_of_texts() -> None:
    with pytest.raises(
        DefinitionErrors, match="options names 'nothing', which is not a text field of the form"
    ):
        compile_workflow(finding([], form=Form(Place, options={"nothing": "find.regions"})))
    with pytest.raises(DefinitionErrors, match="this workflow has no step finds"):
        compile_workflow(finding([], form=Form(Place, options={"region": "finds.regions"})))


class Numbers(BaseModel):
    price: Decimal = Decimal("250.00")
    either: float | str = 1.5
    maybe: float | str | None = None
    start: NaiveDatetime = datetime(2026, 12, 1, 9, 30)  # noqa: DTZ001 - that is the point


def _numbers() -> Workflow:
    found = Workflow("numbers", owner="@ops")
    go = found.approval("go", ask="Go on?", approvers=["@ops"], expires="1h", form=Numbers)

    @found.step(when=go.approved)
    async def act(go: Outcome[Numbers]) -> list[str]:
        assert go.value is not None
        return [repr(value) for value in go.value.model_dump().values()]

    return found


async def test_a_number_beside_a_text_stays_a_number_and_a_naive_moment_naive() -> None:
    async with Harness(_numbers(), people=PEOPLE) as harness:
        run = await harness.start("numbers")
        typed = {"price": "12.50", "either": "2.5", "maybe": "7", "start": "2026-12-02T10:00"}
        value = {name: TypedText(text) for name, text in typed.items()}
        await harness.decide("go", "approve", as_user="U1", value=value)
        assert await harness.output(run, "act") == [
            "Decimal('12.50')", "2.5", "7.0", "datetime.datetime(2026, 12, 2, 10, 0)",
        ]  # fmt: skip


async def test_a_decimal_is_shown_as_a_number_and_a_text_of_digits_is_not() -> None:
    class Offer(BaseModel):
        price: Decimal = Decimal("250.00")
        code: str = "250.00"

    found = Workflow("offers", owner="@ops")

    @found.step
    async def offer() -> Offer:
        return Offer()

    found.approval(
        "go", ask="Buy?", show=["offer.price", "offer.code"], approvers=["@ops"], expires="1h", advisory=True
    )
    async with Harness(found, people=PEOPLE) as harness:
        await harness.start("offers")
        (request,) = await harness.requests()
    assert [in_words(one.value) for one in request.shown] == ["250.00", '"250.00"']


async def test_a_value_from_the_input_is_recorded_as_the_requesters() -> None:
    class Order(BaseModel):
        item: str

    found = Workflow("orders", owner="@ops", input=Order)

    @found.step
    async def price(input: Order) -> int:
        return len(input.item)

    found.approval(
        "go", ask="Buy?", show=["input.item", "price"], approvers=["@ops"], expires="1h", advisory=True
    )
    async with Harness(found, people=PEOPLE) as harness:
        await harness.start("orders", {"item": "lamp"})
        (request,) = await harness.requests()
    assert [(one.value, one.requested) for one in request.shown] == [("lamp", True), (4, False)]
    assert [one.as_json for one in request.shown] == [["Item", "lamp", "value", True], ["Price", 4, "value"]]


@pytest.mark.parametrize(
    ("ask", "entered"),
    [
        ("Restart {input.service}, because {input.reason}? {input.reason}", ("service", "reason")),
        ("Restart {size}?", ()),
        ("Restart it?", ()),
    ],
)
async def test_what_a_question_quotes_from_the_input_is_recorded_as_the_requesters(
    ask: str, entered: tuple[str, ...]
) -> None:
    class Restart(BaseModel):
        service: str
        reason: str

    made = Workflow("restart", owner="@ops", input=Restart)

    @made.step
    async def size(input: Restart) -> int:
        return len(input.service)

    made.approval("go", ask=ask, after=[size], approvers=["@ops"], expires="1h", advisory=True)
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("restart", {"service": "shop", "reason": "It hangs."})
        (request,) = await harness.requests()
    assert request.entered == entered


def test_the_form_of_a_request_from_an_earlier_release_is_the_same_form() -> None:
    new = FormSpec(fields=form_schema(TypeAdapter(Numbers)))
    old = FormSpec(fields=Numbers.model_json_schema())
    assert new != old
    assert takes_same_values(new, old)
    other = Numbers.model_json_schema()
    other["properties"]["start"]["format"] = "date"
    assert not takes_same_values(new, FormSpec(fields=other))
