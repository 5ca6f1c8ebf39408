"""A process killed at every named place of every journey: nothing is lost, doubled or left behind."""

import json
import re
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine import faults
from tests.conftest import spoken

ROOT = Path(__file__).resolve().parents[2]
INCIDENTS = "C02INCIDENTS"
ALICE, BOB = "U01ALICE", "U02BOB"
Site = Any
Sites = Callable[[str], AbstractAsyncContextManager[Site]]


async def start(site: Site, workflow: str) -> None:
    """Alice starts it, and once more if the bot died before it had recorded that."""
    before = len(site.rows("SELECT 1 FROM run"))
    while True:
        await site.connected()
        await site.office.act("message", text=f"/workflow run {workflow}", channel=INCIDENTS, **{"as": ALICE})
        if len(site.rows("SELECT 1 FROM run")) > before:
            return


async def press(site: Site, words: str, label: str, until: str) -> None:
    """Bob clicks until the message says so: a click that gets no answer is made again."""

    async def pressed() -> bool:
        message = await site.office.message(BOB, INCIDENTS, words)
        if until in str(message["blocks"]):
            return True
        if label in str(message["blocks"]):
            await site.office.click(BOB, message, label)
        return False

    await site.office.until(BOB, pressed, seconds=30)


async def approved(site: Site) -> None:
    await start(site, "drill")
    await press(site, 'Go on: "all is ready"?', "Approve", until="Approved")
    await site.office.message(BOB, INCIDENTS, "*drill*", "done after")
    await site.check_drill()


async def rejected(site: Site) -> None:
    await start(site, "drill")
    await press(site, 'Go on: "all is ready"?', "Reject", until="Rejected")
    await site.office.message(BOB, INCIDENTS, "*drill*", "ended after", "rejected")
    await site.check_drill("reject", "🔴 *Rejected*")


async def revised(site: Site) -> None:
    await start(site, "revising")

    async def sent_back() -> bool:
        messages = {spoken(message): message for message in await site.office.messages(BOB, INCIDENTS)}
        if any("Changes requested" in text for text in messages):
            return True
        view = await site.office.view(BOB)
        if view is not None:
            await site.office.submit(BOB, view, comment={"value": "and one"})
            return False
        for text, message in messages.items():
            if "Plan two?" in text and "Request changes" in text:
                await site.office.click(BOB, message, "Request changes")
        return False

    await site.office.until(BOB, sent_back, seconds=30)
    await press(site, 'Plan "two, and one"?', "Approve", until="Approved")
    await site.office.message(BOB, INCIDENTS, "*revising*", "done after")
    await site.check(("plan", "plan", "build"), ("request_changes", "approve"))
    assert site.rows("SELECT output FROM step_run WHERE step = 'build'") == [('"two, and one"',)]


async def expired(site: Site) -> None:
    await start(site, "silence")
    await site.office.message(BOB, INCIDENTS, "*silence*", "done after")
    await site.check(("go_home",))


async def failed(site: Site) -> None:
    await start(site, "broken")
    await site.office.message(BOB, INCIDENTS, "The pump is broken", "Retry")
    (site.data / "repaired").touch()
    await press(site, "The pump is broken", "Retry", until="bob")
    await site.office.message(BOB, INCIDENTS, "*broken*", "done after")
    await site.check(("repair", "pump"), ("retry",))


async def retried(site: Site) -> None:
    await start(site, "wobbly")
    await site.office.message(BOB, INCIDENTS, "*wobbly*", "done after")
    await site.check(("reach", "greet"))


async def scheduled(site: Site) -> None:
    await site.connected()
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded' LIMIT 1 OFFSET 2")
    site.environment["SIGNOFF_SCHEDULES"] = "off"
    await site.start_anew()
    await site.none_on_disk("SELECT 1 FROM run WHERE state != 'succeeded'")
    await site.check(("tick",))


async def counted(site: Site) -> None:
    await start(site, "counting")
    await site.office.message(BOB, INCIDENTS, "*counting*", "done after")
    await site.check(("count",))
    counted = (site.data / "counted").read_text().split()
    assert sorted(set(counted)) == ["0", "1", "2", "3", "4"]
    # At most the number before a death is counted twice.
    assert len(counted) <= 5 + int(site.deaths)


async def told(site: Site) -> None:
    await start(site, "telling")
    await site.office.message(BOB, INCIDENTS, "*telling*", "done after")
    await site.check(("tell",))
    found = [message["text"] for message in await site.office.messages(BOB, INCIDENTS)]
    told_once = [text.partition(" (")[0] for text in found if text.startswith("told ")]
    assert told_once == ["told 1", "told 2"]


async def post(site: Site) -> tuple[str, ...]:
    """Post two notes, again and again until they are answered; gives the ids of their runs."""
    url = f"http://127.0.0.1:{site.environment['SIGNOFF_PORT']}/hooks/notes"
    while True:
        await site.connected()
        try:
            async with (
                aiohttp.ClientSession(headers={"Authorization": "Bearer local"}) as http,
                http.post(url, json={"notes": [{"text": "the sender"}, {"text": "repeats it"}]}) as answer,
            ):
                body = await answer.json()
        except aiohttp.ClientError:
            continue
        if answer.status == 202:
            return tuple(each["run"] for each in body["runs"])


async def hooked(site: Site) -> None:
    (runs,) = {await post(site) for _ in range(3)}
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded' LIMIT 1 OFFSET 1")
    assert sorted(site.rows("SELECT id FROM run")) == sorted((run,) for run in runs)
    await site.check(("take",))


async def arrived(site: Site) -> None:
    inbox = site.folder / "inbox"
    for name in ("one.txt", "two.txt"):
        (inbox / name).write_text(name)
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded' LIMIT 1 OFFSET 1")
    assert site.rows("SELECT count(*) FROM run") == [(2,)]
    await site.check(("read",))


async def queried(site: Site) -> None:
    await site.on_disk("SELECT 1 FROM run WHERE state = 'succeeded' LIMIT 1 OFFSET 3")
    await site.on_disk("SELECT 1 FROM schedule WHERE workflow = 'queried' AND cursor = '2'")
    texts = site.rows("SELECT json_extract(input, '$.text') FROM run ORDER BY 1")
    assert texts == [("bolt",), ("nut",), ("nut",), ("pin",)]
    await site.check(("pack",))


async def signaled(site: Site) -> None:
    await start(site, "waiting")
    await site.on_disk("SELECT 1 FROM step_run WHERE step = 'word' AND state = 'waiting'")
    ((run,),) = site.rows("SELECT id FROM run")
    while not site.rows("SELECT 1 FROM step_run WHERE step = 'word' AND state = 'succeeded'"):
        await site.connected()
        await site.command("signal", run, "word", "text=go", check=False)
    await site.office.message(BOB, INCIDENTS, "*waiting*", "done after")
    assert site.rows("SELECT output FROM step_run WHERE step = 'obey'") == [('"go"',)]
    await site.check(("nap", "wake", "word", "obey"))


async def undone(site: Site) -> None:
    await start(site, "undoing")
    await site.office.message(BOB, INCIDENTS, "*undoing*", "failed")
    await site.on_disk("SELECT 1 FROM run WHERE state = 'failed'")
    await site.check(("take_out", "take_out.undo"), state="failed")
    assert site.rows("SELECT state FROM step_run WHERE step = 'take_out'") == [("compensated",)]


async def mapped(site: Site) -> None:
    """A run checks its rows, and executes a step for each through a resource whose breaker opens."""
    await start(site, "mapping")
    await site.office.message(BOB, INCIDENTS, "*mapping*", "done after")
    await site.check(("letters", "send", "counted_letters"))
    lines = [line.split() for line in (site.data / "sent").read_text().splitlines()]
    assert {to for _, to, _ in lines} == {"ada", "cy", "di"}
    assert len({(to, key) for _, to, key in lines}) == 3
    assert site.rows("SELECT output FROM step_run WHERE step = 'counted_letters'") == [("3",)]


async def related(site: Site) -> None:
    """A run waits for its child, and its last step asks for a follow-up run."""
    await start(site, "shipping")
    await site.on_disk("SELECT 1 FROM run WHERE workflow = 'archiving' AND state = 'succeeded'")
    await site.check({"shipping": ("packed", "close"), "packing": ("wrap",), "archiving": ("keep",)})


async def polled(site: Site) -> None:
    await start(site, "polling")
    await site.office.message(BOB, INCIDENTS, "*polling*", "done after")
    await site.check(("healthy", "evening", "light"))


async def grouped(site: Site) -> None:
    """Two runs fail alike: one card for both, and one click that retries them."""
    await start(site, "broken")
    await site.office.message(BOB, INCIDENTS, "The pump is broken", "Retry")
    await start(site, "broken")
    await site.office.message(BOB, INCIDENTS, "The pump is broken", "Retry all (2)")
    (site.data / "repaired").touch()

    async def retried() -> bool:
        """A death between the two decisions leaves one run, which a further click retries."""
        if not site.rows("SELECT 1 FROM request WHERE state = 'open'"):
            return True
        message = await site.office.message(BOB, INCIDENTS, "The pump is broken")
        for label in ("Retry all (2)", "Retry all (1)"):
            if label in json.dumps(message["blocks"]):
                await site.office.click(BOB, message, label)
                break
        return False

    await site.office.until(BOB, retried, seconds=30)
    await site.none_on_disk("SELECT 1 FROM run WHERE state != 'succeeded'")
    await site.check(("repair", "pump"), ("retry", "retry"))


async def planned(site: Site) -> None:
    await start(site, "planning")
    await press(site, "Scale?", "Approve", until="Approved")
    await site.office.message(BOB, INCIDENTS, "*planning*", "done after")
    await site.settled()
    lines = [line.split() for line in (site.data / "scaled").read_text().splitlines()]
    assert sorted({(to, key) for to, key in lines}) == sorted(dict(lines).items())
    assert site.rows("SELECT output FROM step_run WHERE step = 'conclude'") == [("2",)]
    site.each_run_ended("succeeded")
    site.each_click_counts_once(("approve",))
    site.nothing_is_left_behind()
    await site.the_log_is_whole()
    await site.each_message_is_there_once()


JOURNEYS: dict[str, Callable[[Site], Awaitable[None]]] = {
    "approved": approved,
    "rejected": rejected,
    "revised": revised,
    "expired": expired,
    "failed": failed,
    "retried": retried,
    "scheduled": scheduled,
    "counted": counted,
    "told": told,
    "hooked": hooked,
    "arrived": arrived,
    "queried": queried,
    "signaled": signaled,
    "undone": undone,
    "mapped": mapped,
    "related": related,
    "polled": polled,
    "grouped": grouped,
    "planned": planned,
}


async def live(site: Site, journey: str, *faults: str) -> int:
    """Make the journey, with the bot dying at `faults`, one a life; gives how many of them it met."""
    if journey == "scheduled":
        site.environment["SIGNOFF_SCHEDULES"] = "on"
    (site.folder / "inbox").mkdir()
    site.environment["HOOK_SECRET"] = "local"
    if journey == "hooked":
        with socket.create_server(("127.0.0.1", 0)) as free:
            site.environment["SIGNOFF_PORT"] = str(free.getsockname()[1])
    if journey == "queried":
        site.environment["ORDERS_URL"] = f"sqlite:///{site.folder}/orders.db"
        with closing(sqlite3.connect(site.folder / "orders.db")) as orders, orders:
            orders.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, items JSON)")
            rows = [('["nut", "bolt", "nut"]',), ('["pin"]',)]
            orders.executemany("INSERT INTO orders (items) VALUES (?)", rows)
    await site.start(faults[0])
    site.keep_alive(*faults[1:])
    await JOURNEYS[journey](site)
    return int(site.deaths)


@pytest.mark.long
@pytest.mark.parametrize(
    ("journey", "faults"),
    [
        ("approved", ["store.committed:5"]),
        ("approved", ["attempt.executed:2"]),
        ("counted", ["checkpoint.kept:2"]),
        ("told", ["notify.kept:2"]),
        ("told", ["delivery.posted:2"]),
        ("approved", ["decision.committed"]),
        ("revised", ["decision.committed"]),
        ("revised", ["store.committed:5"]),
        ("revised", ["attempt.executed:2"]),
        ("expired", ["wait.due:2"]),
        ("scheduled", ["schedule.started"]),
        ("hooked", ["trigger.started", "attempt.executed"]),
        ("arrived", ["trigger.started", "attempt.executed"]),
        ("queried", ["trigger.started:2", "trigger.started:3"]),
        ("queried", ["store.committed:8"]),
        ("approved", ["attempt.executed", "recovery.resumed"]),
        ("approved", ["delivery.posted"]),
        ("retried", ["delivery.noted"]),
        ("signaled", ["wait.due", "store.committed:2"]),
        ("undone", ["attempt.executed:2"]),
        ("mapped", ["attempt.executed:3"]),
        ("mapped", ["wait.due"]),
        ("related", ["child.started", "follow_up.started"]),
        ("related", ["child.told"]),
        ("polled", ["attempt.executed:2", "store.committed:3"]),
        ("grouped", ["decision.committed"]),
        ("planned", ["attempt.executed:3"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " then ".join(value),
)
async def test_at_a_named_place(site: Site, journey: str, faults: list[str]) -> None:
    assert await live(site, journey, *faults) == len(faults)


def test_each_place_is_one_that_the_product_passes() -> None:
    """So that no place is left in the list, or in the code, that nothing is killed at."""
    used = {
        name
        for room in ("engine", "bot")
        for file in (ROOT / room).rglob("*.py")
        for name in re.findall(r'faults\.reach\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert used == set(faults.FAULT_POINTS)


# The whole sweep, by `make sweep`

TIMES = (1, 2, 3, 5, 8, 13, 21, 34)
"""Which passing of a place is the one to die at; a journey that passes it less often ends the row."""


@pytest.fixture(scope="session")
def kills() -> Iterator[dict[tuple[str, str], int]]:
    """How often the bot was killed, by place and journey; shown as a table when all is done."""
    counted: dict[tuple[str, str], int] = {}
    yield counted
    print(f"\n\n| killed when | {' | '.join(JOURNEYS)} |\n|---|{'---|' * len(JOURNEYS)}")
    for place, meaning in faults.FAULT_POINTS.items():
        cells = " | ".join(str(counted.get((place, journey)) or "–") for journey in JOURNEYS)
        print(f"| {meaning} (`{place}`) | {cells} |")
    print(f"\n{sum(counted.values())} kills")


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("place", faults.FAULT_POINTS)
async def test_a_kill_at_every_place_of_every_journey_loses_nothing(
    sites: Sites, kills: dict[tuple[str, str], int], place: str, journey: str
) -> None:
    for times in TIMES:
        fault = f"{place}:{times}"
        # Nothing is recovered unless something died before.
        lives = [f"attempt.executed:{times}", place] if place.startswith("recovery.") else [fault]
        async with sites(str(times)) as site:
            met = await live(site, journey, *lives)
        kills[place, journey] = kills.get((place, journey), 0) + met
        if met < len(lives):
            break
