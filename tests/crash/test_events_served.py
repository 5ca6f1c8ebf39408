"""Events that `signoff serve` sends, through the settings of a real installation."""

import json
from typing import Any

from tests.crash.test_restored import ALICE, BOB, INCIDENTS

Site = Any


async def test_serve_sends_events_to_the_targets_of_its_settings(site_on_file: Site) -> None:
    site, office = site_on_file, site_on_file.office
    ledger, targets = site.folder / "events.jsonl", site.folder / "events.yaml"
    targets.write_text(f"targets: [{{name: ledger, to: {ledger}, events: [run.created, request.opened]}}]")
    site.environment["SIGNOFF_EVENTS_TO"] = str(targets)
    await site.start()
    await office.act("message", text="/workflow run drill", channel=INCIDENTS, **{"as": ALICE})
    await office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")

    async def written() -> bool:
        return ledger.exists() and len(ledger.read_text().splitlines()) == 2

    await office.until(BOB, written, seconds=30)
    created, opened = map(json.loads, ledger.read_text().splitlines())
    assert (created["type"], opened["type"]) == ("signoff.run.created.v1", "signoff.request.opened.v1")
    assert created["data"]["actor"] == {"source": "slack", "id": ALICE}
    assert created["subject"] == opened["subject"]
    assert "ledger" in await site.command("events", "targets")
    assert "still gets events" in await refused(site)


async def refused(site: Site) -> str:
    """Return what the command says to forget a target that gets events."""
    await site.command("events", "forget", "ledger", check=False)
    return str((site.folder / "commands.log").read_text())
