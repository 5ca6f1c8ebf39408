"""The picture of a run's graph, while the bot is killed: its thread shows it once."""

import textwrap
from typing import Any

import pytest

from bot.outbox.run_pictures import MIN_STEPS

INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any
CHAIN = f"""
    from signoff import Workflow

    chain = Workflow("chain", owner="@on-call", channel="#incidents")
    before = []
    for number in range({MIN_STEPS}):

        @chain.step(name=f"s{{number}}", after=before)
        def step() -> None: ...

        before = [step]
"""


@pytest.mark.long
async def test_a_picture_is_there_once_though_the_bot_died_before_it_noted_it(site: Site) -> None:
    """It dies with the bytes uploaded, and then with the picture in the thread."""
    flows = site.folder / "chain.py"
    flows.write_text(textwrap.dedent(CHAIN), encoding="utf-8")
    site.environment["SIGNOFF_WORKFLOWS"] = str(flows)
    await site.start()
    await site.office.do("fault", method="files.completeUploadExternal", kind="timeout")
    await site.office.act("message", text="/workflow run chain", channel=INCIDENTS, **{"as": ALICE})
    run = await site.office.message(BOB, INCIDENTS, "*chain*", "done after")
    await site.on_disk("SELECT 1 FROM delivery WHERE kind = 'picture' AND state = 'posting'")
    await site.none_on_disk("SELECT 1 FROM delivery WHERE kind != 'picture' AND sent < wanted")
    await site.bot.kill()
    await site.start("delivery.posted")
    await site.bot.died()
    assert len(await pictures(site, run)) == 1
    assert site.rows("SELECT state FROM delivery WHERE kind = 'picture'") == [("posting",)]
    await site.start()
    await site.settled()
    (picture,) = await pictures(site, run)
    assert picture["title"].startswith("chain-")


async def pictures(site: Site, run: dict[str, Any]) -> list[dict[str, Any]]:
    replies = await site.office.replies(BOB, run)
    return [file for reply in replies for file in reply.get("files") or []]
