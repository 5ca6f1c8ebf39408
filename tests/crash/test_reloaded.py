"""A process that loads a changed workflow file again, and is killed: nothing runs that was not approved."""

import asyncio
import textwrap
from pathlib import Path
from typing import Any

INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any
SHIP = """
    from signoff import Workflow

    ship = Workflow("ship", owner="@on-call", channel="#incidents")
    go = ship.approval("go", ask="Ship?", approvers=["@on-call"], expires="1d")

    @ship.step(when=go.approved)
    async def publish() -> str:
        return "{word}"
"""


def write(file: Path, word: str, end: str = "") -> None:
    file.write_text(textwrap.dedent(SHIP).format(word=word) + end, encoding="utf-8")


async def test_a_changed_file_is_loaded_whole_or_not_and_what_was_asked_is_asked_again(site: Site) -> None:
    office, file = site.office, site.folder / "ship.py"
    write(file, "old")
    site.environment["SIGNOFF_WORKFLOWS"] = str(file)
    site.arguments = ("--reload",)
    await site.start()
    await office.act("message", text="/workflow run ship", channel=INCIDENTS, **{"as": ALICE})
    old = await office.message(BOB, INCIDENTS, "Ship?", "can decide")

    write(file, "half", "\n@ship.step(")
    await logged(site, "ship.py:11: The file is not valid Python")
    write(file, "new")
    await office.message(BOB, INCIDENTS, "*Superseded.*", "the code of publish changed")
    await office.click(BOB, old, "Approve")
    assert site.rows("SELECT 1 FROM decision") == []

    assert site.bot is not None
    await site.bot.kill()
    await site.start()
    question = await office.message(BOB, INCIDENTS, "Ship?", "can decide")
    await office.click(BOB, question, "Approve")
    await office.message(BOB, INCIDENTS, "*ship*", "done after")
    assert site.rows("SELECT output FROM step_run WHERE step = 'publish'") == [('"new"',)]
    assert site.rows("SELECT state FROM request ORDER BY opened_at") == [("withdrawn",), ("decided",)]


async def logged(site: Site, text: str) -> None:
    """Return when the log has this text. Another process gives no signal: look again and again."""
    async with asyncio.timeout(30):
        while text not in (site.folder / "bot.log").read_text(encoding="utf-8"):
            await asyncio.sleep(0.02)
