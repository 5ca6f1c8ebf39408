"""Forms through the whole bot: what people leave alone stays as it was proposed."""

from typing import Any

import pytest

Team = Any
CAROL, BOB, DEPLOYS = "U03CAROL", "U02BOB", "C05DEPLOYS"
FLOWS = """
from datetime import datetime
from decimal import Decimal
from pydantic import BaseModel, Field
from signoff import Form, Outcome, StepContext, Workflow


class Payment(BaseModel):
    amount: float
    big: float
    exact: Decimal
    when: datetime
    text: str
    regions: list[str] = ["all"]
    urgent: bool
    checked: bool | None = True


class Order(BaseModel):
    service: str
    regions: list[str] = ["eu", "us"]
    urgent: bool


pay = Workflow("pay", owner="@platform", channel="#deploys")


@pay.step
async def plan() -> Payment:
    return Payment.model_validate({
        "amount": 12345.67, "big": 1234567.89, "exact": "250.00", "when": "2026-01-05T12:30:15.250001+05:30",
        "text": " one\\r\\ntwo\\t", "regions": [], "urgent": False, "checked": None,
    })


go = pay.approval("go", ask="Pay it?", form=Form(Payment, defaults_from=plan),
                  approvers=["@release-managers"], expires="4h", confirm="don’t")


@pay.step(when=go.approved)
async def act(go: Outcome[Payment]) -> dict:
    return go.value.model_dump(mode="json")


order = Workflow("order", owner="@platform", channel="#deploys", input=Order)


@order.step
async def take(input: Order) -> dict:
    return input.model_dump(mode="json")
"""
PROPOSED = {
    "amount": 12345.67, "big": 1234567.89, "exact": "250.00", "when": "2026-01-05T12:30:15.250001+05:30",
    "text": " one\r\ntwo\t", "regions": [], "urgent": False, "checked": None,
}  # fmt: skip


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def proposal(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, "/workflow run pay")
    question = await team.office.message(CAROL, DEPLOYS, "Pay it?", "can decide")
    await team.office.click(CAROL, question, "Change")
    found: dict[str, Any] = await team.office.modal(CAROL, "Change and approve")
    return found


async def result(team: Team, step: str) -> Any:
    """Return the step's output, once its run is over."""

    async def find() -> Any:
        ((run, *_), _) = await team.bot.engine.runs()
        detail = await team.bot.engine.detail(run.id)
        found = next(one for one in detail.steps if one.step == step)
        return found if found.state == "succeeded" else None

    return (await team.office.until(BOB, find)).output


async def decision(team: Team) -> Any:
    ((request, *_), *_) = [await team.bot.engine.requests(state=None)]
    return request.decisions[-1]


async def test_an_untouched_change_dialog_approves_exactly_what_was_proposed(team: Team) -> None:
    modal = await proposal(team)
    assert (await team.office.submit(CAROL, modal, confirm={"value": "don't"}))["result"] == "closed"
    assert await result(team, "act") == PROPOSED
    assert (await decision(team)).value is None


async def test_a_changed_field_is_the_only_change_that_is_recorded(team: Team) -> None:
    modal = await proposal(team)
    changed = {"field:big": {"value": "7654321.05"}, "confirm": {"value": "don’t"}}
    assert (await team.office.submit(CAROL, modal, **changed))["result"] == "closed"
    assert await result(team, "act") == {**PROPOSED, "big": 7654321.05}
    request = next(iter(await team.bot.engine.requests(state=None)))
    events = await team.bot.engine.events.of_run(request.run_id)
    (told,) = [event.data for event in events if event.type == "request.decision"]
    assert told["changes"] == {"big": [1234567.89, 7654321.05]}


async def test_a_problem_is_shown_under_its_field(team: Team) -> None:
    modal = await proposal(team)
    wrong = {"field:amount": {"value": "12,345"}, "field:text": {"value": "C:\\x"}, "confirm": {"value": "x"}}
    answer = await team.office.submit(CAROL, modal, **wrong)
    assert answer["errors"] == {
        "field:text": r"\x is not an escape that Signoff knows; write a backslash as \\."
    }
    del wrong["field:text"]
    answer = await team.office.submit(CAROL, modal, **wrong, **{"field:text": {"value": "ok"}})
    assert answer["errors"] == {"confirm": "Type “don’t” to confirm the approval."}
    wrong["confirm"] = {"value": "don't"}
    answer = await team.office.submit(CAROL, modal, **wrong)
    said = '"12,345" is not a number. Write one such as 2.5, with digits and one point.'
    assert answer["errors"] == {"field:amount": said}


async def test_an_emptied_field_of_a_new_run_is_empty(team: Team) -> None:
    await team.office.say(BOB, DEPLOYS, "/workflow run order")
    modal = await team.office.modal(BOB, "Run order")
    missing = await team.office.submit(BOB, modal, **{"field:service": {"value": "shop"}})
    assert list(missing["errors"]) == ["field:urgent"]
    no = {"text": {"type": "plain_text", "text": "No"}, "value": "1"}
    filled = {"field:urgent": {"selected_option": no}, "field:regions": {"value": None}}
    assert (await team.office.submit(BOB, modal, **filled))["result"] == "closed"
    assert await result(team, "take") == {"service": "shop", "regions": [], "urgent": False}
