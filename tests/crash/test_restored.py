"""An installation that was restored from a backup: it says what it would do, and does it when told to."""

from typing import Any

INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any


async def test_nothing_happens_until_somebody_says_so(site_on_file: Site) -> None:
    site, office = site_on_file, site_on_file.office
    await site.start()
    await office.act("message", text="/workflow run drill", channel=INCIDENTS, **{"as": ALICE})
    question = await office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    assert "checked" in await site.command("db", "backup", "copy.db")
    await site.bot.stop()
    assert "paused" in await site.command("db", "restore", "copy.db")

    await site.start()
    log = site.bot.log.read_text()
    assert "restored from copy.db" in log
    assert "Would keep waiting: 1 run." in log
    before = site.rows("SELECT max(seq) FROM event")
    await office.click(BOB, question, "Approve")
    told = await office.message(BOB, INCIDENTS, "Nothing was recorded", "paused")
    assert told["ephemeral_to"] == BOB
    await office.act("message", text="/workflow run drill", channel=INCIDENTS, **{"as": ALICE})
    await office.message(ALICE, INCIDENTS, "Signoff is paused")
    assert site.rows("SELECT max(seq) FROM event") == before

    assert "Signoff is paused" in await site.command("db", "prospect")
    assert await site.command("db", "resume") == "It continues.\n"

    async def answered() -> bool:
        await office.click(BOB, question, "Approve")
        return bool(site.rows("SELECT 1 FROM decision"))

    await office.until(BOB, answered, seconds=30)
    await office.message(BOB, INCIDENTS, "*drill*", "done after")
    await office.until(ALICE, lambda: office.direct(ALICE))
    await site.check_drill()
