"""Mentions in the arguments of a command are read by people as names."""

from typing import Any

import pytest

BOB, CAROL, DEPLOYS = "U02BOB", "U03CAROL", "C05DEPLOYS"
FLOWS = """
from pydantic import BaseModel
from signoff import UserId, Workflow


class Order(BaseModel):
    brand: str
    bottles: int = 2
    keeper: UserId | None = None


bottling = Workflow("bottling", input=Order, owner="@platform", channel="#deploys")
bottling.approval(
    "go", ask="Release {input.bottles} of {input.brand}?", approvers=["U03CAROL"], expires="4h", advisory=True
)
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def typed(team: Any, text: str) -> str:
    await team.office.say(BOB, DEPLOYS, f"/workflow {text}")
    return str((await team.office.heard(BOB, DEPLOYS))["text"])


@pytest.mark.parametrize(
    ("value", "name"),
    [(f"<@{BOB}>", "@bob"), ("<#C03PLANT>", "#plant"), ("<!subteam^S01ONCALL>", "@on-call")],
)
async def test_a_mention_in_a_text_is_kept_as_its_name(team: Any, value: str, name: str) -> None:
    await typed(team, f"run bottling brand={value}")
    await team.office.message(CAROL, DEPLOYS, f'Release 2 of "{name}"?')
    ((run,), _) = await team.bot.engine.runs()
    assert run.input["brand"] == name


async def test_a_field_that_takes_a_person_keeps_the_id(team: Any) -> None:
    await typed(team, f"run bottling brand='for <@{BOB}>' keeper=<@{CAROL}>")
    await team.office.message(CAROL, DEPLOYS, 'Release 2 of "for @bob"?')
    ((run,), _) = await team.bot.engine.runs()
    assert run.input == {"brand": "for @bob", "bottles": 2, "keeper": CAROL}


async def test_a_suggestion_has_names_and_no_ids(team: Any) -> None:
    told = await typed(team, f"run bottling brand=<@{BOB}> bottles=x keeper=<@{CAROL}>")
    assert "Try `/workflow run bottling brand=@bob bottles=… keeper=@carol`" in told
    assert "subscribe takes no channel, but “#plant” follows it." in await typed(
        team, "subscribe bottling <#C03PLANT>"
    )
