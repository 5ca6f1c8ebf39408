"""The third part of the gallery: a person approves alone in an emergency, and others review it.

It has a scene of its own, so that its runs do not change the pictures of the other parts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pyotp

from engine import Actor

if TYPE_CHECKING:
    from scripts.gallery import Scene, Shots

SURFACES = frozenset({"break-glass", "break-glass-told"})
WORKFLOW = """
from pydantic import BaseModel

from signoff import BreakGlass, Gate, Workflow


class Rollback(BaseModel):
    service: str = "payments"
    version: str = "1.4.1"


rollback = Workflow("rollback", title="Rollback", owner="@platform", channel="#deploys", input=Rollback)
go = rollback.approval(
    "go",
    ask="Roll {input.service} back to {input.version}?",
    show=["input.service", "input.version"],
    approvers=["@release-managers"],
    channel="#incidents",
    quorum=2,
    expires="4h",
    break_glass=BreakGlass(people="U02BOB", review="glass-review"),
)


@rollback.step(when=go.approved)
async def act(input: Rollback) -> str:
    return f"{input.service} {input.version} is live"


review = Gate(
    "glass-review", owner="@platform", channel="#general", approvers=["@release-managers"], expires="never",
    remind_every="1d",
)
"""
REASON = "Payments fail for every customer since 08:00, and no release manager answers."
ALICE, BOB = "U01ALICE", "U02BOB"
DEPLOYS, INCIDENTS = "C05DEPLOYS", "C02INCIDENTS"


async def pictures(of: Scene, shots: Shots) -> None:
    """Ask, break glass, and show the window and the message to those concerned."""
    address = await of.bot.engine.one_time_codes.enrol(BOB, "bob", Actor("cli", "root"))
    totp = pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])
    await of.do("message", BOB, channel=DEPLOYS, text="/workflow run rollback")
    asked = await of.message(ALICE, INCIDENTS, "Roll payments back to 1.4.1?", "must approve")
    of.move_on(timedelta(minutes=9))
    await of.click(BOB, asked, "Details")
    await _click_on_top(of, "Details", "Break glass…")
    window = await _window(of, "Break glass")
    await shots.window("break-glass", BOB, INCIDENTS)
    given = {"comment": REASON, "code": totp.at(of.clock.now())}
    values = {name: {name: {"type": "plain_text_input", "value": value}} for name, value in given.items()}
    await of.do("view/submit", BOB, view_id=window["id"], state={"values": values})
    await of.message(ALICE, DEPLOYS, "Break-glass:", "alone")
    await shots.message("break-glass-told", ALICE, DEPLOYS, "Break-glass:")


async def _window(of: Scene, title: str) -> dict[str, Any]:
    async def find() -> dict[str, Any] | None:
        async with of.http.get(f"{of.slack.url}/control/views", params={"as": BOB}) as answer:
            views = (await answer.json())["views"]
        return views[-1] if views and title in str(views[-1]["title"]) else None

    return await of.until(find)


async def _click_on_top(of: Scene, title: str, label: str) -> None:
    view = await _window(of, title)
    block, element = next(
        (block, element)
        for block in view["blocks"]
        for element in block.get("elements", ())
        if element.get("type") == "button" and element["text"]["text"] == label
    )
    clicked = {"block_id": block["block_id"], "action_id": element["action_id"], "value": element["value"]}
    await of.do("action", BOB, container={"type": "view", "view_id": view["id"]}, **clicked)
