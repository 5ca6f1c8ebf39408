"""The fourth part of the gallery: pages of the console for approvers, auditors and authors.

It has a scene of its own, so that its runs do not change the pictures of the other parts.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.console.parts import PATH
from bot.console.sessions import SESSION, Sessions
from bot.http.spent import Spent
from engine import Actor
from engine.errors import PolicyDenied

if TYPE_CHECKING:
    from scripts.gallery import Scene, Shots

SURFACES = frozenset({
    "console-objectives", "console-insight", "console-request", "console-policies", "console-events",
})  # fmt: skip
POLICIES = """
default: allow
rules:
  - name: no-refund-above-limit
    at: start
    when: workflow.name == "refund" && input.amount > 1000
    deny: Refunds above 1,000 are paid by the bank.
  - name: announcements-need-release-managers
    at: start
    when: workflow.name == "announce"
    unless: requester.id == "U02BOB"
    deny: Only the release managers announce.
"""
WORKFLOW = """
from typing import Literal

from pydantic import BaseModel, Field

from signoff import Form, Outcome, Workflow


class Announcement(BaseModel):
    subject: str = Field("Billing is slower today", title="Subject")
    text: str = Field(title="Text")
    region: Literal["Europe", "America", "Asia"] = Field("Europe", title="Region")
    by_mail: bool = Field(True, title="Also by mail")


announce = Workflow("announce", title="Announce", owner="@platform", channel="#general")


@announce.step
async def draft() -> Announcement:
    return Announcement(text="Payments take up to a minute.\\nNo payment is lost.\\nWe write again at noon.")


go = announce.approval(
    "go",
    ask="Tell the customers?",
    form=Form(Announcement, defaults_from=draft),
    approvers=["@release-managers"],
    expires="4h",
    confirm="tell them",
)


@announce.step
async def post(go: Outcome[Announcement]) -> str:
    return go.value.text
"""
BOB, CAROL = "U02BOB", "U03CAROL"
GENERAL = "C01GENERAL"


async def pictures(of: Scene, shots: Shots) -> None:
    """Ask for an announcement, try what the policies deny, and take the pages. After `refunds`."""
    engine = of.bot.engine
    for workflow, person, values in (
        ("refund", CAROL, {"amount": 4200}),
        ("announce", CAROL, {}),
        ("refund", BOB, {"amount": 1500, "country": "AT"}),
    ):
        with suppress(PolicyDenied):
            await engine.start(workflow, values, actor=Actor("slack", person))
        of.move_on(timedelta(minutes=7))
    run = await engine.start("announce", {}, actor=Actor("slack", BOB), channel=GENERAL)

    async def asked() -> str | None:
        requests = await engine.requests(run_id=run.id)
        return requests[0].id if requests else None

    request = await of.until(asked)
    of.move_on(timedelta(minutes=4))
    sessions = Sessions(engine.principals, of.clock, Spent(of.clock), path=PATH, secure=False)
    session = await sessions.seal({"user": CAROL}, SESSION)
    await shots.console("console-objectives", "/workflows/refund", "Refund")
    await shots.console("console-insight", "/insight/refund/check", "Refund: check")
    await shots.console("console-request", f"/approvals/{request}", "Tell the customers?", session)
    await shots.console("console-policies", "/policies", "Policies")
    await shots.console("console-events", "/events", "Events")
