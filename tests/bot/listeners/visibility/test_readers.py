"""An approval of a private run that is asked in another channel: its readers hear who decides."""

from collections.abc import Collection
from typing import Any

import pytest

from tests.conftest import spoken

DEPLOYS, PLANT = "C05DEPLOYS", "C03PLANT"
BOB, CAROL, DAVE, FRANK = "U02BOB", "U03CAROL", "U04DAVE", "U06FRANK"
Team = Any
FLOWS = """
from pydantic import BaseModel

from signoff import Form, Workflow

class Count(BaseModel):
    copies: int = 2

ship = Workflow("ship", owner="@platform", channel="#deploys")

@ship.step
async def propose() -> Count:
    return Count()

ship.approval(
    "go", ask="Ship it?", form=Form(Count, defaults_from=propose), approvers=["@release-managers"],
    channel="#plant", expires="4h", advisory=True,
)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def private_channels() -> Collection[str]:
    return ["deploys"]


@pytest.fixture
async def question(team: Team) -> dict[str, Any]:
    await team.office.say(BOB, DEPLOYS, "/workflow run ship")
    asked: dict[str, Any] = await team.office.message(DAVE, PLANT, "Ship it?", "can decide")
    return asked


@pytest.mark.parametrize("reader", [DAVE, FRANK], ids=["a member", "a reader of the public channel"])
@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Approve", "you are not one of them"),
        ("Reject", "you are not one of them"),
        ("Change", "you may not see its run"),
        ("Ask", "you may not see its run"),
        ("Details", "you may not see its run"),
    ],
)
async def test_a_click_of_a_reader_is_answered_with_who_decides(
    team: Team, question: dict[str, Any], reader: str, label: str, words: str
) -> None:
    assert (await team.office.click(reader, question, label))["ok"]
    told = await team.office.message(reader, PLANT, "Only @release-managers can decide this request", words)
    assert told["ephemeral_to"] == reader
    assert await team.office.view(reader) is None
    assert [one.state for one in await team.bot.engine.requests()] == ["open"]


@pytest.mark.parametrize(
    ("label", "title", "words"),
    [
        ("Reject", "Reject", "you are not one of them"),
        ("Change", "Change and approve", "you may not see its run"),
        ("Ask", "Ask", "you may not see its run"),
    ],
)
async def test_a_window_of_a_person_who_is_an_approver_no_longer_is_answered_with_who_decides(
    team: Team, question: dict[str, Any], label: str, title: str, words: str
) -> None:
    office = team.office
    await office.click(CAROL, question, label)
    view = await office.modal(CAROL, title)
    await office.do("group", id="S02RELEASE", users=["U01ALICE"])
    await office.do("channel/leave", channel=DEPLOYS, **{"as": CAROL})
    fields = {} if label.startswith("Change") else {"comment": {"value": "Why now?"}}
    closed = await office.submit(CAROL, view, **fields)
    assert closed["result"] == "updated"
    said = spoken(closed["view"] | {"text": ""})
    assert "Only @release-managers can decide this request" in said
    assert words in said
