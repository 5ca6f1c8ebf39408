"""Troubles a real bot process through a local Slack: `python -m scripts.slack_trouble WORD`.

`burst`: 500 runs of three workflows fail within a minute, under Slack's rate limits. `faults [MINUTES]`:
calls fail at random while runs start and people click; MINUTES is 10 unless given. Both print figures,
compare the messages with the records at the end, and fail if one is lost, posted twice or old.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.control_socket.client import call
from tests.conftest import Office, elements, spoken, text_of
from tests.crash.conftest import Site, new_site

_FLOWS = """
import random

from signoff import Fatal, Workflow

for name, channel in (("backup", "#incidents"), ("import", "#plant"), ("release", "#deploys")):
    globals()[name] = flow = Workflow(name, owner="@on-call", channel=channel)

    @flow.step
    async def work() -> None:
        raise Fatal("The pump is broken")


ship = Workflow("ship", owner="@on-call", channel="#deploys")
ship.approval("go", ask="Ship it?", approvers=["@on-call"], expires="1d", advisory=True)

flaky = Workflow("flaky", owner="@on-call", channel="#incidents")


@flaky.step
async def work() -> None:
    if random.random() < 0.6:
        raise Fatal("The pump is broken")
"""
_RUNS, _SECONDS = 500, 60.0
_CHANNELS = ("C02INCIDENTS", "C03PLANT", "C05DEPLOYS")
_PEOPLE = ("U01ALICE", "U02BOB")
_METHODS = (
    "chat.postMessage", "chat.postMessage", "chat.update", "chat.update", "conversations.history",
    "conversations.replies", "conversations.open", "users.info", "chat.getPermalink", "*",
)  # fmt: skip
_FAULTS = (
    "ratelimited", "http_500", "timeout", "disconnect_before", "disconnect_after", "internal_error",
    "internal_error_after",
)  # fmt: skip
_ANSWERS = ("Approve", "Retry", "Retry all", "Skip step", "Abort")
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "succeeded": ("✅", "⏭️"), "failed": ("🔴",), "cancelled": ("⚪",), "waiting": ("⏸️", "🔴"),
    "running": ("🔵",), "pending": ("🔵",),
}  # fmt: skip
_UNSENT = "SELECT key, kind, error FROM delivery WHERE sent < wanted AND state != 'dead'"


@asynccontextmanager
async def _site(*slack_arguments: str) -> AsyncIterator[Site]:
    with tempfile.TemporaryDirectory(prefix="signoff-trouble-") as name:
        async with aiohttp.ClientSession() as http:
            folder = Path(name) / "site"
            async with new_site(folder, lambda url: Office(url, http), *slack_arguments) as site:
                (folder / "flows.py").write_text(_FLOWS, encoding="utf-8")
                site.environment |= {
                    "SIGNOFF_WORKFLOWS": str(folder / "flows.py"),
                    "SIGNOFF_STARTS_PER_MINUTE": "10000",
                    "SIGNOFF_UNFINISHED_RUNS": "10000",
                    "SIGNOFF_CALLS_PER_MINUTE": "10000",
                }
                await site.start()
                yield site


async def _start(site: Site, workflow: str) -> None:
    values = {"workflow": workflow, "values": {}}
    await asyncio.to_thread(call, site.folder / "signoff.db", "start", values)


async def _none(site: Site, query: str) -> float:
    """Return the moment at which the database has no such rows any more."""
    while site.rows(query):
        await asyncio.sleep(0.2)
    return time.monotonic()


async def burst() -> None:
    """Failing runs, evenly within the minute."""
    async with _site("--rates") as site:
        began = time.monotonic()
        starts = []
        for number in range(_RUNS):
            await asyncio.sleep(max(0.0, began + number * _SECONDS / _RUNS - time.monotonic()))
            starts.append(asyncio.create_task(_start(site, ("backup", "import", "release")[number % 3])))
        await asyncio.gather(*starts)
        failed = await _none(site, "SELECT 1 FROM run WHERE state != 'waiting'")
        events = "SELECT 1 FROM event, consumer WHERE name = 'slack' AND seq > cursor"
        await _none(site, events)
        cards = await _none(site, f"{_UNSENT} AND kind = 'request'")
        settled = await _none(site, _UNSENT)
        print(f"{_RUNS} runs, the last one failed after {failed - began:.1f} s")
        print(f"the last card was right {cards - failed:.1f} s after the last failure")
        print(f"the last message was right {settled - failed:.1f} s after it")
        open_cards = site.rows("SELECT count(*) FROM delivery WHERE kind = 'request' AND ref IS NOT NULL")
        print(f"cards: {open_cards[0][0]}")
        await _report(site)


async def faults(minutes: float = 10) -> None:
    """Random faults, runs and clicks. Then the faults end, and everything settles."""
    rng = random.Random()  # noqa: S311 - chooses faults
    async with _site() as site:
        ends = time.monotonic() + minutes * 60
        counts = Counter[str]()
        await asyncio.gather(*(act(site, rng, ends, counts) for act in (_break, _work, _click)))
        await site.office.do("faults/clear")
        cleared = time.monotonic()
        await _none(site, "SELECT 1 FROM event, consumer WHERE name = 'slack' AND seq > cursor")
        settled = await _none(site, _UNSENT)
        print(f"{minutes:g} minutes; everything was told {settled - cleared:.1f} s after the last fault")
        print(f"faults: {', '.join(f'{count} {name}' for name, count in sorted(counts.items()))}")
        await _report(site)


async def _break(site: Site, rng: random.Random, ends: float, counts: Counter[str]) -> None:
    while time.monotonic() < ends:
        kind, times = rng.choice(_FAULTS), rng.randint(1, 3)
        await site.office.do(
            "fault", method=rng.choice(_METHODS), kind=kind, times=times, retry_after=rng.randint(1, 5)
        )
        counts[kind] += times
        await asyncio.sleep(rng.uniform(0.5, 2.5))


async def _work(site: Site, rng: random.Random, ends: float, counts: Counter[str]) -> None:
    while time.monotonic() < ends:
        await _start(site, rng.choice(("ship", "flaky")))
        counts["runs started"] += 1
        await asyncio.sleep(rng.uniform(1, 3))


async def _click(site: Site, rng: random.Random, ends: float, counts: Counter[str]) -> None:
    while time.monotonic() < ends:
        person, channel = rng.choice(_PEOPLE), rng.choice(_CHANNELS)
        found = [
            (message, text_of(element["text"]))
            for message in await site.office.messages(person, channel)
            for _, element in elements(message["blocks"] or [])
            if element["type"] == "button" and text_of(element["text"]) in _ANSWERS
        ]
        if found:
            message, label = rng.choice(found)
            answer = await site.office.click(person, message, label)
            counts["clicks acknowledged" if answer["ok"] else "clicks refused"] += 1
        await asyncio.sleep(rng.uniform(0.5, 2))


async def _report(site: Site) -> None:
    """Print the figures. Raises `SystemExit` where a message is lost, posted twice or old."""
    limits = (await site.office.read("limits"))["methods"]
    print(f"429 by the limits: {sum(each['refused'] for each in limits)}", end="")
    print("".join(f"; {each['method']}: {each['refused']}" for each in limits if each["refused"]))
    messages = await _messages(site)
    refs = {
        (ref["channel"], ref["ts"]): (key, kind, subject)
        for key, kind, subject, text in site.rows(
            "SELECT key, kind, subject, ref FROM delivery WHERE ref IS NOT NULL"
        )
        for ref in [json.loads(text)]
    }
    dead = site.rows("SELECT key, error FROM delivery WHERE state = 'dead'")
    never = site.rows(
        "SELECT key FROM delivery WHERE ref IS NULL AND state != 'dead' AND kind NOT IN ('line', 'absent')"
    )
    print(f"messages: {len(messages)}; records with a message: {len(refs)}; without one: {len(never)}")
    kinds = Counter(kind for _, kind, _ in refs.values())
    print(f"by kind: {', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}")
    print(f"given up: {dead or 'none'}")
    print(f"messages without a record: {len(messages.keys() - refs.keys())}")
    print(f"records whose message is missing: {len(refs.keys() - messages.keys())}")
    wrong = _wrong(site, messages, refs)
    print(f"messages that show another state than their record: {len(wrong)}", *wrong[:5], sep="\n  ")
    print((await site.command("audit", "verify")).strip().splitlines()[-1])
    if dead or never or wrong or messages.keys() != refs.keys():
        raise SystemExit("Some messages are lost, posted twice or old.")


async def _messages(site: Site) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the bot's messages in channels, threads and direct messages, by their address."""
    found = []
    for person in _PEOPLE:
        channels = (await site.office.read("bootstrap", **{"as": person}))["channels"]
        for channel in channels:
            if channel["id"] in _CHANNELS or channel.get("dm_with") == "U0SIGNOFF":
                found += await _in_channel(site, person, channel["id"])
    found = [message for message in found if message["is_bot"] and not message["ephemeral_to"]]
    return {(message["channel"], message["ts"]): message for message in found}


async def _in_channel(site: Site, person: str, channel: str) -> list[dict[str, Any]]:
    query = {"channel": channel, "limit": "1000", "as": person}
    messages: list[dict[str, Any]] = (await site.office.read("messages", **query))["messages"]
    threads = [await site.office.replies(person, message) for message in messages]
    return [*messages, *(reply for replies in threads for reply in replies)]


def _wrong(
    site: Site,
    messages: dict[tuple[str, str], dict[str, Any]],
    refs: dict[tuple[str, str], tuple[str, str, str]],
) -> list[str]:
    """Compare what each message says with the state of its run or request."""
    runs = dict(site.rows("SELECT id, state FROM run"))
    requests = dict(site.rows("SELECT id, state FROM request"))
    wrong = []
    for place, (key, kind, subject) in refs.items():
        message = messages.get(place)
        if message is None:
            continue
        labels = {
            text_of(element["text"])
            for _, element in elements(message["blocks"] or [])
            if element["type"] == "button"
        }
        if kind == "run" and not message["text"].startswith(_SIGNS[runs[subject]]):
            wrong.append(f"{key} is {runs[subject]}: {message['text'][:80]}")
        if kind == "request":
            answerable = bool(labels & set(_ANSWERS))
            if answerable != (requests[subject] == "open") and "runs" not in spoken(message):
                wrong.append(f"{key} is {requests[subject]}: {message['text'][:80]}")
    return wrong


if __name__ == "__main__":
    scenario, *more = sys.argv[1:] or ["burst"]
    asyncio.run(burst() if scenario == "burst" else faults(*map(float, more)))
