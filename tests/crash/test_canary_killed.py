"""A process with a canary is killed: the canary goes on, and runs of both versions keep their code."""

import textwrap
from pathlib import Path
from typing import Any

INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any
SHIP = """
    from signoff import Workflow

    ship = Workflow("ship", owner="@on-call", channel="#incidents")
    go = ship.approval("go", ask="Ship {word}?", approvers=["@on-call"], expires="1d")

    @ship.step(when=go.approved)
    async def publish() -> str:
        return "{word}"
"""


def write(file: Path, word: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(textwrap.dedent(SHIP).format(word=word), encoding="utf-8")
    return file


async def test_a_canary_goes_on_after_a_kill_and_runs_keep_their_version(site: Site) -> None:
    office = site.office
    site.environment["SIGNOFF_WORKFLOWS"] = str(write(site.folder / "flows" / "ship.py", "old"))
    candidate = write(site.folder / "next" / "ship.py", "new")
    await site.start()
    await office.act("message", text="/workflow run ship", channel=INCIDENTS, **{"as": ALICE})
    old = await office.message(BOB, INCIDENTS, "Ship old?", "can decide")
    said = await site.command("canary", "start", "ship", "--candidate", str(candidate), "--share", "100%")
    assert (
        f"The candidate {candidate} of ship gets 100% of the new runs that people and triggers start." in said
    )
    await office.act("message", text="/workflow run ship", channel=INCIDENTS, **{"as": ALICE})
    new = await office.message(BOB, INCIDENTS, "Ship new?", "can decide")

    assert site.bot is not None
    await site.bot.kill()
    await site.start()
    for question in (old, new):
        await office.click(BOB, question, "Approve")
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded' GROUP BY 1 HAVING count(*) = 2")
    outputs = site.rows("SELECT output FROM step_run WHERE step = 'publish' ORDER BY started_at")
    assert sorted(outputs) == [('"new"',), ('"old"',)]
    assert "1" in (await site.command("canary", "show", "ship")).splitlines()[-1]

    assert "was rolled back" in await site.command("canary", "rollback", "ship", "--reason", "enough")
    await office.act("message", text="/workflow run ship", channel=INCIDENTS, **{"as": ALICE})
    await site.on_disk("SELECT 1 FROM request WHERE state = 'open' AND ask LIKE 'Ship old%'")
