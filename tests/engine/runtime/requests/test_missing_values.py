"""A value that is missing is never asked with: the approval fails and the owner is asked what to do."""

# ruff: noqa: E501 - a message is read as one line
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Diff, Form, Outcome, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "owners": ["U9"]})


class Plan(BaseModel):
    version: str
    replicas: int = 3


def paying(output: Any, **options: Any) -> Workflow:
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def fetch() -> Any:
        return output

    flow.approval("go", **{"ask": "Go?", "approvers": ["@ops"], "expires": "1h", "after": [fetch], **options})

    @flow.step
    async def pay(go: Outcome) -> str:
        return "paid"

    @flow.step
    async def pay_unless_asked(go: Outcome | None) -> str:
        return "paid"

    return flow


@pytest.mark.parametrize(
    ("output", "options", "words"),
    [
        ({"amount": 3}, {"ask": "Pay {fetch.total}?"}, "ask: {fetch.total} is missing. fetch has amount."),
        ({}, {"ask": "Pay {fetch.total}?"}, "ask: {fetch.total} is missing. fetch is an empty object, which has no fields."),
        (1.5, {"ask": "Pay {fetch.total}?"}, "ask: {fetch.total} is missing. fetch is a number, which has no fields."),
        (None, {"ask": "Pay {fetch.total}?"}, "ask: {fetch.total} is missing. fetch is None, which has no fields."),
        ("x", {"ask": "Pay {fetch.total}?"}, "ask: {fetch.total} is missing. fetch is a text, which has no fields."),
        ([1, 2], {"ask": "Pay {fetch.2}?"}, "ask: {fetch.2} is missing. fetch is a list of 2, counted from 0."),
        (
            {"a": {"b": 1}},
            {"show": [("Total", "fetch.a.c")]},
            "show: {fetch.a.c} is missing. fetch.a has b.",
        ),
        (
            {"before": 1},
            {"show": [Diff("Change", "fetch.before", "fetch.after")]},
            "show: {fetch.after} is missing. fetch has before.",
        ),
        ({}, {"confirm": "{fetch.name}"}, "confirm: {fetch.name} is missing. fetch is an empty object, which has no fields."),
        ({"name": " "}, {"confirm": "{fetch.name}"}, "confirm: {fetch.name} is empty, so an approver could not type it."),
        ({"who": ["U1"]}, {"veto": ["{fetch.whom}"]}, "veto: {fetch.whom} is missing. fetch has who."),
        ({"version": "1"}, {"form": Form(Plan, defaults_from="fetch")}, "defaults_from: {fetch} has no replicas, which the form needs."),
        ([1], {"form": Form(Plan, defaults_from="fetch")}, "defaults_from: {fetch} is a list, and the form needs version, replicas."),
        ({"eu": 1}, {"choose": "fetch"}, "options of choice: {fetch} is an object, and people need texts to choose among."),
        (["eu", None], {"choose": "fetch"}, "options of choice: {fetch} has None, which is not a text."),
    ],
)  # fmt: skip
async def test_an_approval_that_names_a_missing_value_is_not_asked(
    output: Any, options: dict[str, Any], words: str
) -> None:
    async with Harness(paying(output, **options), people=PEOPLE) as harness:
        run = await harness.start("flow")
        (asked,) = await harness.requests()
        assert (asked.kind, asked.step, asked.approvers) == ("failure", "go", ("@owners",))
        assert asked.failure is not None
        assert asked.failure.message == words
        assert (await harness.state(run)).run.state == "waiting"


async def test_skipping_an_approval_that_could_not_be_asked_runs_nothing_that_names_it() -> None:
    async with Harness(paying({}, ask="Pay {fetch.total}?"), people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "skip", as_user="U9")
        state = await harness.state(run)
        states = {step.step: step.state for step in state.steps}
        assert states == {
            "fetch": "succeeded", "go": "cancelled", "pay": "skipped", "pay_unless_asked": "skipped",
        }  # fmt: skip
        assert state.run.state == "succeeded"


async def test_an_approval_that_could_not_be_asked_ends_the_run_when_the_owner_aborts() -> None:
    async with Harness(paying({}, ask="Pay {fetch.total}?"), people=PEOPLE) as harness:
        run = await harness.start("flow")
        await harness.decide("go", "abort", as_user="U9")
        assert (await harness.state(run)).run.state == "failed"


async def test_an_approval_that_could_not_be_asked_is_tried_again_on_retry() -> None:
    async with Harness(paying({}, ask="Pay {fetch.total}?"), people=PEOPLE) as harness:
        await harness.start("flow")
        await harness.decide("go", "retry", as_user="U9")
        (asked,) = await harness.requests()
        assert (asked.id.split(".", 1)[1], asked.kind) == ("go.2", "failure")


async def test_a_step_that_the_approval_may_do_without_is_shown_as_skipped() -> None:
    flow = Workflow("flow", owner="@owners")

    @flow.step
    async def first() -> int:
        return 1

    @flow.step(when=first.output > 5, title="Sanctions check")
    async def check() -> str:
        return "checked"

    flow.approval(
        "go", ask="Go?", show=[("Check", "check")], approvers=["@ops"], expires="1h", advisory=True,
        when=check.succeeded | check.skipped,
    )  # fmt: skip
    async with Harness(flow, people=PEOPLE) as harness:
        await harness.start("flow")
        (asked,) = await harness.requests()
        assert [(one.label, one.value) for one in asked.shown] == [("Check", "Sanctions check was skipped")]
