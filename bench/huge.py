"""Questions about huge values: how long the loop pauses, how long another person's click takes meanwhile.

The real bot, over Socket Mode, before a local Slack in a process of its own. While each question opens, is
delivered in full, is read in Details and approved, another person clicks on a question of another run, one
click after the other; each is measured until Slack has its acknowledgment.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from bench.figures import Figure
from bench.harness import Pauses, folder
from bench.peer import Peer
from bot.application import Bot, run_bot
from bot.cli.handlers import handlers
from bot.cli.workflow_files import load
from bot.settings.config import read_settings
from engine import Actor

_ROOT = Path(__file__).resolve().parent.parent
_CHANNEL, _ALICE, _BOB, _CAROL = "C05DEPLOYS", "U01ALICE", "U02BOB", "U03CAROL"
_PAUSE_MS, _ACK_MS = 50, 3000
_FLOWS = """
from typing import Any
from signoff import Diff, Outcome, Workflow


def flow(name: str, make: Any, show: Any) -> None:
    made = Workflow(name, owner="@platform", channel="#deploys")

    @made.step(name="make")
    def thing() -> Any:
        return make()

    go = made.approval("go", ask=f"Apply {name}?", show=show, approvers=["@release-managers"], expires="4h",
        self_approval=True)

    @made.step(when=go.approved, name="use")
    async def use(go: Outcome, make: Any) -> int:
        return len(make)

    globals()[name] = made


def lines(number: int) -> dict[str, str]:
    old = [f"line {n} is" for n in range(number)]
    new = [line if n % 3 else line.upper() for n, line in enumerate(old)]
    return {"before": "\\n".join(old), "after": "\\n".join(new)}


SHOWN = [Diff("Change", "make.before", "make.after")]
flow("small", lambda: {"value": "x"}, ["make.value"])
flow("characters", lambda: {"value": "".join(chr(97 + n % 26) for n in range(1_000_000))}, ["make.value"])
flow("accents", lambda: {"value": "é\\u200bü" * 333_333}, ["make.value"])
flow("diff5000", lambda: lines(5_000), SHOWN)
flow("diff60000", lambda: lines(60_000), SHOWN)
flow("objects", lambda: {"value": [{"id": n, "name": f"n{n}"} for n in range(10_000)]}, ["make.value"])
"""
_SIZES = {
    "small": ("a short value, for comparison", 1, "x"),
    "characters": ("a value of 1 MB", 1_000_000, "wxyzabc"),
    "accents": ("a value of 1 MB with characters that cannot be seen", 1_000_000, "é⟦U+200B⟧ü"),
    "diff5000": ("a diff of `size` lines", 5_000, "LINE 4998 IS"),
    "objects": ("a list of `size` objects", 10_000, "name: n9999"),
    "diff60000": ("a diff of `size` lines", 60_000, "LINE 59997 IS"),
}
"""By workflow: in words, the size, and what stands at the end."""
T = TypeVar("T")


class _Office:
    """People, through the local Slack's own interface."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self._url, self._http = url, http

    async def read(self, path: str, **query: str) -> dict[str, Any]:
        async with self._http.get(f"{self._url}/control/{path}", params=query) as answer:
            found: dict[str, Any] = await answer.json()
        return found

    async def click(self, person: str, container: dict[str, Any], block: str, element: Any) -> Any:
        body = {"as": person, "container": container, "block_id": block, **element}
        async with self._http.post(f"{self._url}/control/action", json=body) as answer:
            return await answer.json()

    async def text(self, url: str) -> str:
        async with self._http.get(url) as answer:
            return await answer.text()


@dataclass(frozen=True, slots=True)
class _Place:
    bot: Bot
    office: _Office


async def measure(peer: Peer) -> list[Figure]:
    del peer
    figures: list[Figure] = []
    async with _place() as place:
        for name in _SIZES:
            figures += await _asked(place, name)
    return figures


@asynccontextmanager
async def _slack() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localslack", "--port", "0", "--manifest", str(_ROOT / "manifest.yaml"),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", (await process.stdout.readline()).decode())
        assert found is not None
        yield found[0]
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _place() -> AsyncIterator[_Place]:
    with folder() as path:
        flows = path / "flows.py"
        flows.write_text(_FLOWS, encoding="utf-8")
        async with _slack() as url, aiohttp.ClientSession() as http:
            settings = read_settings(
                {
                    "DATABASE_URL": f"sqlite:///{path / 'signoff.db'}",
                    "SLACK_API_URL": f"{url}/api/",
                    "SLACK_BOT_TOKEN": "xoxb-local-signoff",
                    "SLACK_APP_TOKEN": "xapp-local-signoff",
                    "SIGNOFF_WORKFLOWS": str(flows),
                    "SIGNOFF_PORT": "0",
                    "SIGNOFF_DATA_DIR": str(path / "data"),
                }
            )
            async with run_bot(settings, load(settings), handlers) as bot:
                yield _Place(bot, _Office(url, http))


async def _asked(place: _Place, name: str) -> list[Figure]:
    words, size, end = _SIZES[name]
    other = await _question(place, "small")
    acks: list[float] = []
    began = time.perf_counter()
    async with Pauses() as pauses:
        clicks = asyncio.create_task(_clicks(place, other, acks))
        question = await _question(place, name)
        delivered = await _delivered(place, question)
        took = time.perf_counter() - began
        await _click(place, _CAROL, question, "Details")
        whole = not question["full"] or end in await _whole(place, question)
        approved = await _approved(place, question)
        clicks.cancel()
        await asyncio.gather(clicks, return_exceptions=True)
    own, slowest, right = pauses.longest_own, max(acks), whole and approved and delivered
    return [
        Figure(f"{words}: longest pause", size, own, "ms", goal="at most 50", met=own <= _PAUSE_MS),
        Figure(f"{words}: longest pause, others on the machine included", size, pauses.longest, "ms"),
        Figure(
            f"{words}: slowest of {len(acks)} clicks of another person", size, slowest, "ms",
            goal="under 3,000", met=slowest < _ACK_MS,
        ),
        Figure(f"{words}: until it can be read in full", size, took, "s"),
        Figure(f"{words}: all of it is in the thread", size, float(right), "", goal="yes", met=right),
    ]  # fmt: skip


async def _question(place: _Place, workflow: str) -> dict[str, Any]:
    """A run of the workflow, and the message that asks once it is posted."""
    run = await place.bot.engine.start(workflow, actor=Actor("slack", _ALICE))

    async def posted() -> dict[str, Any] | None:
        for request in await place.bot.engine.requests(run_id=run.id):
            rows = await place.bot.engine.deliveries.find(subject=request.id, kind="request")
            if rows and rows[0].ref:
                place_of_it = {"type": "message", "channel": _CHANNEL, "ts": rows[0].ref["ts"]}
                return {"request": request.id, "run": run.id, "place": place_of_it}
        return None

    found = await _until(posted)
    messages = (await place.office.read("messages", channel=_CHANNEL, **{"as": _BOB}))["messages"]
    message = next(one for one in messages if one["ts"] == found["place"]["ts"])
    buttons = {
        element["text"]["text"]: (block["block_id"], element)
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }
    return {**found, "buttons": buttons, "full": workflow != "small"}


async def _click(place: _Place, person: str, question: dict[str, Any], words: str) -> Any:
    block, element = question["buttons"][words]
    what = {"action_id": element["action_id"], "value": element["value"]}
    return await place.office.click(person, question["place"], block, what)


async def _clicks(place: _Place, question: dict[str, Any], acks: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await _click(place, _BOB, question, "Details")
        acks.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.05)


async def _delivered(place: _Place, question: dict[str, Any]) -> bool:
    if not question["full"]:
        return True

    async def arrived() -> bool:
        rows = await place.bot.engine.deliveries.find(subject=question["request"], kind="full")
        return bool(rows) and all(row.ref for row in rows)

    return await _until(arrived)


async def _whole(place: _Place, question: dict[str, Any]) -> str:
    where = question["place"]
    thread = await place.office.read("thread", channel=_CHANNEL, ts=where["ts"], **{"as": _CAROL})
    files = [file for message in thread["messages"] for file in message.get("files") or ()]
    return "".join([str(thread), *[await place.office.text(file["url"]) for file in files]])


async def _approved(place: _Place, question: dict[str, Any]) -> bool:
    await _click(place, _CAROL, question, "Approve")

    async def ended() -> bool:
        return (await place.bot.engine.detail(question["run"])).run.state == "succeeded"

    return await _until(ended)


async def _until(find: Callable[[], Awaitable[T | None]]) -> T:
    async with asyncio.timeout(120):
        while not (found := await find()):
            await asyncio.sleep(0.1)
    return found
