"""The second part of the gallery: a workflow that decides refunds, with objectives, and who answered what.

It has a scene of its own, so that its runs do not change the pictures of the first part.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.reports.html_page import html_page
from bot.reports.reading import read_report
from bot.views.message import Names
from engine import Actor, Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine import RunDetail, RunRecord
    from scripts.gallery import Scene, Shots

CONSOLE_URL = "https://signoff.example.com"
SURFACES = frozenset({"health", "insight", "report", "unfurl", "rerun", "fork"})
WORKFLOW = """
from pydantic import BaseModel

from signoff import Objectives, Outcome, Rule, Workflow


class Refund(BaseModel):
    amount: int
    country: str = "DE"
    first_order: bool = False


refund = Workflow(
    "refund", title="Refund", owner="@platform", channel="#deploys", input=Refund,
    description="Pays small refunds back, and asks about the others.",
    objectives=Objectives(success="95%", decide="4h", window="30d"),
)
check = refund.decision(
    "check",
    rules=[
        Rule("input.amount > 100", points=40, reason="The amount is {input.amount}"),
        Rule("input.amount > 500", points=30, reason="The amount is above 500"),
        Rule("input.first_order", points=20, reason="It is a first order"),
    ],
    thresholds={"refuse": 60},
    default="pay",
    recommends={"refuse": "reject", "pay": "approve"},
    groups=["input.country"],
)
go = refund.approval(
    "go",
    ask="Refund {input.amount}?",
    show=[("Recommendation", "check.outcome"), ("Why", "check.why")],
    approvers=["@release-managers"],
    expires="4h",
)


@refund.step(on_failure="fail")
async def pay(input: Refund, go: Outcome) -> str:
    if input.amount == 450:
        raise ConnectionError("The bank did not answer.")
    return f"paid {input.amount}"
"""
AMOUNTS = (40, 620, 90, 150, 540, 30, 700, 250, 80, 560, 120, 640)
"""Amounts that people ask for, in turn."""
ROUNDS = 2
TRUSTED = (620, 560)
"""Amounts that people pay back against the recommendation."""
FAILED = 450
BOB, CAROL = "U02BOB", "U03CAROL"
DEPLOYS = "C05DEPLOYS"


async def refunds(of: Scene) -> None:
    """Decide two dozen refunds within four weeks; the payment of one more fails."""
    for number, amount in enumerate([*(AMOUNTS * ROUNDS), FAILED, 120]):
        of.move_on(timedelta(hours=27))
        country = ("DE", "AT", "CH")[number % 3]
        values = {"amount": amount, "country": country, "first_order": number % 4 == 1}
        run = await of.bot.engine.start("refund", values, actor=Actor("slack", BOB), channel=DEPLOYS)

        async def asked(run_id: str = run.id) -> str | None:
            requests = await of.bot.engine.requests(run_id=run_id)
            return requests[0].id if requests else None

        request = await of.until(asked)
        of.move_on(timedelta(minutes=12 + 5 * (number % 7)))
        choice = "reject" if amount > 500 and amount not in TRUSTED else "approve"
        decision = Decision(choice, comment="The order was delivered." if choice == "reject" else "")
        await of.bot.engine.decide(request, decision, actor=Actor("slack", CAROL))

        async def ended(run_id: str = run.id) -> bool:
            return (await of.bot.engine.find_run(run_id)).ended_at is not None

        await of.until(ended)


async def names_of(detail: RunDetail, actors: Sequence[Actor]) -> Names:
    return Names({BOB: "Bob Lindqvist", CAROL: "Carol Nakamura"})


async def pictures(of: Scene, shots: Shots) -> None:
    """Ask for the health, the insight, the report and the windows, and share a link to a run."""
    runs: Sequence[RunRecord] = (await of.bot.engine.runs("refund"))[0]
    newest, failed = runs[0], next(each for each in runs if each.state == "failed")
    await of.command(BOB, DEPLOYS, "health refund", "burn rate")
    await shots.message("health", BOB, DEPLOYS)
    await of.command(BOB, DEPLOYS, "insight refund", "People agreed")
    await shots.message("insight", BOB, DEPLOYS)
    await shots.html("report", html_page(await read_report(of.bot.engine, newest.id, names_of)))
    link = f"{CONSOLE_URL}/console/runs/{failed.id}"
    await of.do("message", CAROL, channel=DEPLOYS, text=f"Does somebody look at {link} ?")
    await shots.message("unfurl", BOB, DEPLOYS, "Does somebody look at", "started by")
    await of.do("message", BOB, channel=DEPLOYS, text=f"/workflow rerun {newest.short} amount=95")
    await shots.window("rerun", BOB, DEPLOYS)
    await of.do("message", CAROL, channel=DEPLOYS, text=f"/workflow fork {failed.short} pay")
    await shots.window("fork", CAROL, DEPLOYS)
