"""The owner goes on with the rows that fit, by a button in Slack."""

from typing import Any

import pytest

Team = Any
BOB, DEPLOYS = "U02BOB", "C05DEPLOYS"
FLOWS = """
from pydantic import BaseModel
from signoff import Alternative, Quality, Workflow


class Order(BaseModel):
    id: str
    amount: int


orders = Workflow("orders", owner="@platform", channel="#deploys")


async def from_yesterday() -> list[Order]:
    return []


@orders.step(quality=Quality(row=Order, reject_over=0), alternative=Alternative(from_yesterday, ask=True))
async def load() -> list[dict]:
    return [{"id": "a", "amount": 1}, {"id": "b"}, {"id": "c", "amount": 3}]


@orders.step
async def total(load: list[Order]) -> int:
    return sum(order.amount for order in load)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def test_the_owner_accepts_the_rows_that_fit_with_a_reason(team: Team) -> None:
    office = team.office
    await office.say(BOB, DEPLOYS, "/workflow run orders")
    question = await office.message(BOB, DEPLOYS, "*orders* failed at *load*", "can decide")
    buttons = [
        element["text"]["text"]
        for block in question["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    assert buttons == ["Retry", "Reroute", "Accept these rows", "Skip step", "Abort", "Details", "Mute 1 h"]
    await office.click(BOB, question, "Accept these rows")
    modal = await office.modal(BOB, "Accept these rows")
    assert (await office.submit(BOB, modal, comment={"value": ""}))["result"] == "errors"
    assert (await office.submit(BOB, modal, comment={"value": "b is a test"}))["result"] == "closed"
    await office.message(BOB, DEPLOYS, "Rows accepted", "b is a test")
    done = await office.message(BOB, DEPLOYS, "*orders*", "done after")
    assert "1 of 3 rows rejected, accepted by bob" in str(done["blocks"])
    await office.line(BOB, done, "accepted the rows that fit of *load*")
