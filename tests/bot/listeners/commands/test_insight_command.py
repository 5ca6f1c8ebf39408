"""Insight into a decision as a person reads it, and who may read it."""

from collections.abc import Iterable
from typing import Any

import pytest

from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse
from bot.slash.commands import InsightCommand
from engine import Actor, Decision
from tests.bot.listeners.commands.test_reading import ALICE, BOB, CAROL, DEPLOYS, answer

Team = Any
FLOWS = """
from pydantic import BaseModel
from signoff import Gate, Outcome, Rule, Workflow


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
graded = Workflow("graded", owner="@platform", channel="#deploys", input=Refund)
graded.decision(
    "check",
    rules=[Rule(f"input.amount >= {n}", points=10, reason=f"At least {n}") for n in range(1, 11)],
    thresholds={"refuse": 60},
    default="pay",
    recommends={"refuse": "reject", "pay": "approve"},
)
graded.approval("go", ask="Pay {input.amount}? {check.outcome}", approvers=["@release-managers"],
                expires="4h", comment={"reject": "optional"})


@graded.step
async def transfer(go: Outcome) -> str:
    return "paid"


tuning = Gate("tuning", owner="@platform", approvers=["@release-managers"], expires="3d", channel="#deploys")
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


async def opened(team: Team, amount: int) -> tuple[str, str]:
    """Start a run, and return the id of its request and what the decision says."""
    engine = team.bot.engine
    run = await engine.start("graded", {"amount": amount}, actor=Actor("slack", ALICE))

    async def request() -> Any:
        return next(iter(await engine.requests(run_id=run.id)), None)

    found = await team.office.until(ALICE, request)
    return found.id, found.ask.rpartition(" ")[2]


async def answered(team: Team, amounts: Iterable[int]) -> None:
    """Let approvers answer runs: they reject from 8."""
    for amount in amounts:
        request, _ = await opened(team, amount)
        choice = Decision("reject" if amount >= 8 else "approve")
        result = await team.bot.engine.decide(request, choice, actor=Actor("slack", CAROL))
        assert result.accepted, result


async def types_of(team: Team) -> list[str]:
    return [each.type for each in await team.bot.engine.events.read(0, 5000)]


@pytest.mark.long
async def test_a_proposed_threshold_is_an_approval_that_changes_the_next_run(team: Team) -> None:
    office = team.office
    assert "owner" in await read(team, CAROL, "insight graded propose")
    assert "A proposal needs 20" in await read(team, BOB, "insight graded propose")
    await answered(team, [*range(1, 11), *range(1, 11)])
    assert "Propose threshold" in await read(team, BOB, "insight graded since=30d")
    said = [each for each in await office.messages(BOB, DEPLOYS) if "Propose threshold" in str(each)]
    await office.click(BOB, said[-1], "Propose threshold")
    window = await office.modal(BOB, "Propose a threshold")
    for words in (
        "*refuse* of graded.check could begin at 80 instead of 60.",
        "People agreed with 16 of 20 (80%). With it, that would be 20 of 20 (100%).",
        "4 runs of 20 would be *pay* instead of *refuse*.",
        "since 30d · Nothing changes before it is approved.",
    ):
        assert words in str(window), words
    tuning = {"selected_option": {"value": "tuning"}}
    await answered(team, [5])
    await office.submit(BOB, window, gate=tuning)
    assert "have changed since this proposal was shown" in str(await office.view(BOB))
    assert "threshold.proposed" not in await types_of(team)
    await office.say(BOB, DEPLOYS, "/workflow insight graded propose")
    window = await office.modal(BOB, "Propose a threshold")
    await office.submit(BOB, window, gate=tuning)
    assert "The approvers of tuning are asked for it" in str(await office.view(BOB))
    assert (await opened(team, 7))[1] == "refuse"
    question = await office.message(CAROL, DEPLOYS, "Let refuse of graded.check begin at 80 instead of 60?")
    await office.click(CAROL, question, "Approve")

    async def changed() -> bool:
        return "threshold.changed" in await types_of(team)

    await office.until(CAROL, changed)
    assert (await opened(team, 7))[1] == "pay"
