"""Inputs of the runs on the card of a failure, for readers of a channel that may see those runs."""

from typing import Any

import pytest

from engine import Actor

BOB, DEPLOYS, INCIDENTS = "U02BOB", "C05DEPLOYS", "C02INCIDENTS"
Team = Any
FLOWS = """
from pydantic import BaseModel
from signoff import Workflow


class Device(BaseModel):
    name: str


sync = Workflow("sync", input=Device, owner="@on-call", channel="#incidents")


@sync.step
async def fetch(input: Device) -> str:
    raise ConnectionError("the gateway is away")
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.mark.parametrize(
    ("channel", "shown"),
    [(None, True), (INCIDENTS, True), ("#incidents", True), (DEPLOYS, False)],
)
async def test_a_card_shows_the_inputs_of_its_runs_where_their_channel_is_its_own(
    team: Team, channel: str | None, shown: bool
) -> None:
    for name in ("plc-west", "plc-east"):
        await team.bot.engine.start("sync", {"name": name}, actor=Actor("slack", BOB), channel=channel)
    card = await team.office.message(BOB, INCIDENTS, "failed at fetch in 2 runs")
    for name in ("plc-west", "plc-east"):
        assert (f'input "{name}"' in str(card["blocks"])) is shown
