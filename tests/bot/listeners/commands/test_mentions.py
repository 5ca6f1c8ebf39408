"""Mentions in the arguments of a command are read by people as names."""

from typing import Any

import pytest
from pydantic import BaseModel, Field

from bot.slash.arguments import parse
from bot.slash.commands import RunCommand
from bot.slash.starting import input_values
from signoff import UserId

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


class Who(BaseModel):
    who: UserId


class Fields(BaseModel):
    text: str
    texts: list[str] = []
    note: str | None = None
    keeper: UserId = Field(alias="Keeper", default=UserId("U1"))
    lead: Who | None = None
    roles: dict[str, UserId] = {}


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ("text", "@bob"), ("texts", "@bob"), ("note", "@bob"),
        ("keeper", BOB), ("Keeper", BOB), ("lead", BOB), ("roles", BOB), ("unknown", BOB),
    ],
)  # fmt: skip
def test_only_a_field_of_plain_text_gets_the_name_of_a_person(field: str, kept: str) -> None:
    command = parse(f"run bottling {field}=<@{BOB}|bob>")
    assert isinstance(command, RunCommand)
    assert input_values(command, Fields.model_json_schema()) == {field: kept}


async def test_a_suggestion_has_names_and_no_ids(team: Any) -> None:
    told = await typed(team, f"run bottling brand=<@{BOB}> bottles=x keeper=<@{CAROL}>")
    assert "Try `/workflow run bottling brand=@bob bottles=… keeper=@carol`" in told
    assert "subscribe takes no channel, but “#plant” follows it." in await typed(
        team, "subscribe bottling <#C03PLANT>"
    )
