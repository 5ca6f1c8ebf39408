"""The fourth part of the gallery: a request about a plan, and one that an approver answers with a text.

It has a scene of its own, so that its runs do not change the pictures of the other parts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine import Actor, Decision

if TYPE_CHECKING:
    from scripts.gallery import Scene, Shots

SURFACES = frozenset({"plan", "responded"})
WORKFLOW = """
from signoff import Gate

window = Gate(
    "maintenance", owner="@platform", channel="#deploys", approvers=["@release-managers"], respond=True,
    expires="4h",
)
"""
QUESTION = {
    "question": "Upgrade the database orders to PostgreSQL 18 tonight?",
    "details": "It cannot be written to for about 20 minutes.",
}
TEXT = "Use the window on Thursday at 06:00. Tonight the quarter's numbers are computed."
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
DEPLOYS = "C05DEPLOYS"


async def pictures(of: Scene, shots: Shots) -> None:
    """Ask about a plan, and answer another request with a text."""
    await of.bot.engine.start("maintenance", QUESTION, actor=Actor("slack", BOB))
    await of.message(ALICE, DEPLOYS, "Upgrade the database orders", "can decide")
    (request,) = await of.bot.engine.requests()
    of.move_on(timedelta(minutes=14))
    await of.bot.engine.decide(request.id, Decision("respond", comment=TEXT), actor=Actor("slack", CAROL))
    await of.message(ALICE, DEPLOYS, "Upgrade the database orders", "Responded")
    await shots.message("responded", ALICE, DEPLOYS, "Upgrade the database orders", "Responded")
    change = "run infrastructure-change environment=production servers=5 size=large"
    await of.do("message", BOB, channel=DEPLOYS, text=f"/workflow {change}")
    await of.message(ALICE, DEPLOYS, "Apply this plan to production?", "can decide")
    await shots.message("plan", ALICE, DEPLOYS, "Apply this plan to production?", "can decide")
