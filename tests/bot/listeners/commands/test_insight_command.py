"""Insight into a decision as a person reads it, and who may read it."""

from typing import Any

import pytest

from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse
from bot.slash.commands import InsightCommand
from tests.bot.listeners.commands.test_reading import ALICE, BOB, CAROL, DEPLOYS, answer

Team = Any
FLOWS = """
from pydantic import BaseModel
from signoff import Outcome, Rule, Workflow


class Refund(BaseModel):
    amount: int
    team: str = "red"


def flow(name, **options):
    made = Workflow(name, owner="@platform", channel="#deploys", input=Refund, **options)
    made.decision(
        "check",
        rules=[Rule("input.amount > 100", points=70, reason="Much")],
        thresholds={"refuse": 60},
        default="pay",
        recommends={"refuse": "reject", "pay": "approve"},
        groups=["input.team"],
    )
    made.approval("go", ask="Refund {input.amount}? {check.outcome}", approvers=["@release-managers"],
                  expires="4h", comment={"reject": "optional"})

    @made.step
    async def pay(go: Outcome) -> str:
        return "paid"

    return made


refund = flow("refund", title="Refund *it*")
half = flow("half", may_see=["@platform"], may_run=["U03CAROL", "@platform"])
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def approved(team: Team, workflow: str, amount: int) -> None:
    await answer(team, ALICE, f"run {workflow} amount={amount}")
    question = await team.office.message(CAROL, DEPLOYS, f"Refund {amount}?")
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, f"Refund {amount}?", "Approved")


async def read(team: Team, person: str, text: str) -> str:
    """Return all that the person reads in the answer, which comes after the acknowledgment."""
    before = [each["ts"] for each in await team.office.messages(person, DEPLOYS)]
    await team.office.say(person, DEPLOYS, f"/workflow {text}")

    async def find() -> str | None:
        said = [each for each in await team.office.messages(person, DEPLOYS) if each["ephemeral_to"]]
        new = [each for each in said if each["ts"] not in before and "Started" not in each["text"]]
        return f"{new[-1]['text']}\n{new[-1]['blocks']}" if new else None

    return str(await team.office.until(person, find))


async def test_the_answer_says_how_often_people_agreed(team: Team) -> None:
    assert "*Nobody has answered a decision yet*" in await read(team, BOB, "insight refund")
    for amount in (500, 5, 7):
        await approved(team, "refund", amount)
    await answer(team, ALICE, "run refund amount=9 team=blue")
    await team.office.message(CAROL, DEPLOYS, "Refund 9?")
    told = await read(team, BOB, "insight refund")
    for words in (
        "*People agreed with 2 of 3 recommendations* (66%)",
        "4 runs, 1 of them without an answer",
        "• *refuse* recommends to reject. People rejected 0 of 1 (0%).",
        "• *pay* recommends to approve. People approved 2 of 2 (100%). "
        "That is 2 of 3 (66%) of all approvals.",
        "*By team*",
        "• *red* · 3 runs · recommended to reject 1 of 3 (33%) · people agreed with 2 of 3 (66%)",
        "• *blue* · 1 run · recommended to reject 0 of 1 (0%) · no answer",
        "*If an outcome began at another score*",
        "refuse from 60 (now)",
        "'type': 'table'",
        "Fewer than 10 answers say little.",
    ):
        assert words in told, words


async def test_a_workspace_without_tables_gets_lines(team: Team) -> None:
    await approved(team, "refund", 500)
    await answer(team, ALICE, "run refund amount=9 team=*blue*")
    await team.office.message(CAROL, DEPLOYS, "Refund 9?")
    await team.office.do("blocks/refuse", types=["table"])
    told = await read(team, BOB, "insight refund")
    assert "• *refuse from 60 (now)* · 0 of 1 (0%) rejected · 0 of 0 rejections of all" in told
    assert "'type': 'table'" not in told
    assert "`*blue*`" in told


async def test_only_people_who_see_all_runs_read_the_insight(team: Team) -> None:
    await approved(team, "half", 5)
    assert "*People agreed with 1 of 1 recommendation*" in await read(team, ALICE, "insight half")
    told = await read(team, CAROL, "insight half")
    assert "The answers to all runs of half are for its owner and the people in its may_see." in told
    assert "recommendation" not in told
    assert "cannot be shared" in await read(team, ALICE, "insight half --public")


async def test_what_is_wrong_is_told(team: Team) -> None:
    assert "refund has no decision chekc. There are: check." in await read(team, BOB, "insight refund.chekc")
    assert "There is no workflow called refnd" in await read(team, BOB, "insight refnd")
    assert "since:" in await read(team, BOB, "insight refund since=soon")


def test_arguments() -> None:
    assert parse("insight refund") == InsightCommand("refund")
    assert parse("insight refund.check since=30d") == InsightCommand("refund", "check", "30d")
    for wrong in ("insight", "insight a b", "insight a since=1d since=2d"):
        with pytest.raises(ArgumentError, match=r"Which workflow|takes one workflow"):
            parse(wrong)
