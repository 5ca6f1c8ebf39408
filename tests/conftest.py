"""Fixtures for tests of several rooms."""

import asyncio
import faulthandler
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
Json = dict[str, Any]
# Nothing here is timed, and the same examples are tried every time; new ones are by `make soak`.
settings.register_profile(
    "same", deadline=None, derandomize=True, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "new", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("same")
HYPOTHESIS_SECONDS = 900
"""Hypothesis takes a timeout of pytest for a failure of the example, tries it again and calls it flaky."""
AFTER_TIMEOUT_SECONDS = 120
"""For a test to end after its timeout."""
ENVIRONMENT = ("SIGNOFF_", "SLACK_", "DATABASE_URL")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="kind of database for tests that start a bot and kill it",
    )


@pytest.hookimpl(optionalhook=True)  # where xdist is turned off
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return three workers for two cores: each waits for disks and processes a third of its time."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


@pytest.hookimpl(trylast=True)  # after hypothesis has marked its tests
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests with many examples the time that they need on a busy machine."""
    if config.getoption("timeout", None) == 0:
        return
    for item in items:
        if item.get_closest_marker("hypothesis"):
            item.add_marker(pytest.mark.timeout(HYPOTHESIS_SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """End a process whose test outlived its timeout: code that swallows the timeout would hang the whole run.

    All stacks are printed, and xdist names the test and goes on with the others.
    """
    marker, option = item.get_closest_marker("timeout"), item.config.getoption("timeout", None)
    given = item.config.getini("timeout") if option is None else option
    limit = float(marker.args[0] if marker else given)
    if option == 0 or not limit:
        return (yield)
    stderr = item.config.stash[fault_handler_stderr_fd_key]  # the one that pytest does not capture
    faulthandler.dump_traceback_later(limit + AFTER_TIMEOUT_SECONDS, exit=True, file=stderr)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(scope="session", autouse=True)
def _bare_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the developer's tokens and settings from tests and from the processes that tests start."""
    for name in list(os.environ):
        if name.startswith(ENVIRONMENT) and name != "SIGNOFF_BROWSER":
            del os.environ[name]
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser that `make test` found: the same rule, the same words when there is none."""
    finder = [sys.executable, str(ROOT / "scripts" / "find_browser.py")]
    found = subprocess.run(finder, capture_output=True, text=True)
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)
    return found.stdout.strip()


@pytest.fixture
async def browser(browser_path: str) -> "AsyncIterator[Browser]":
    """A headless Chromium; ask it for a context, or for a page."""
    from playwright.async_api import async_playwright

    # Chromium's sandbox refuses to work for root, and containers have a small /dev/shm.
    flags = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser_path, args=flags)
        yield chromium
        await chromium.close()


class Office:
    """People at work in a local Slack, through its HTTP interface: what they do and what they see."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self._http = url, http

    async def act(self, path: str, **body: Any) -> Json:
        """Whatever the answer is."""
        async with self._http.post(f"{self.url}/control/{path}", json=body) as answer:
            found: Json = await answer.json()
        return found

    async def do(self, path: str, **body: Any) -> Json:
        found = await self.act(path, **body)
        assert found["ok"], found
        return found

    async def read(self, path: str, **query: str) -> Json:
        async with self._http.get(f"{self.url}/control/{path}", params=query) as answer:
            found: Json = await answer.json()
        assert found["ok"], found
        return found

    async def say(self, person: str, channel: str, text: str) -> None:
        """A message, or a command; returns when the bot has answered it."""
        await self.do("message", text=text, channel=channel, **{"as": person})

    async def shortcut(self, person: str, callback_id: str, message: Json | None = None) -> None:
        """Choose a shortcut, a message's if one is given; returns when the bot has answered it."""
        place = {"channel": message["channel"], "ts": message["ts"]} if message else {}
        await self.do("shortcut", callback_id=callback_id, **place, **{"as": person})

    async def messages(self, person: str, channel: str) -> list[Json]:
        """Return the bot's messages as this person sees them, oldest first."""
        found = await self.read("messages", channel=channel, **{"as": person})
        return [message for message in found["messages"] if message["is_bot"]]

    async def heard(self, person: str, channel: str) -> Json:
        """The newest message that only this person sees."""
        return [found for found in await self.messages(person, channel) if found["ephemeral_to"] == person][
            -1
        ]

    async def replies(self, person: str, message: Json) -> list[Json]:
        found = await self.read("thread", channel=message["channel"], ts=message["ts"], **{"as": person})
        return list(found["messages"][1:])

    async def thread(self, person: str, message: Json) -> list[str]:
        return [reply["text"] for reply in await self.replies(person, message)]

    async def line(self, person: str, message: Json, words: str) -> str:
        """The first line of the message's thread with these words, as soon as there is one."""

        async def find() -> str | None:
            return next((line for line in await self.thread(person, message) if words in line), None)

        return await self.until(person, find)

    async def download(self, url: str) -> str:
        """A file that was shared."""
        async with self._http.get(url) as answer:
            return await answer.text()

    async def direct(self, person: str) -> list[Json]:
        """The bot's direct messages."""
        channels = (await self.read("bootstrap", **{"as": person}))["channels"]
        ids = [found["id"] for found in channels if found.get("dm_with") == "U0SIGNOFF"]
        return await self.messages(person, ids[0]) if ids else []

    async def click(self, person: str, message: Json, label: str, **more: Any) -> Json:
        """A click on the button with these words on it; the answer that Slack got."""
        block_id, element = button(message["blocks"], label)
        place = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
        return await self._click(person, place, block_id, element, **more)

    async def click_in_view(self, person: str, view: Json, label: str) -> Json:
        block_id, element = button(view["blocks"], label)
        return await self._click(person, {"type": "view", "view_id": view["id"]}, block_id, element)

    async def _click(self, person: str, place: Json, block_id: str, element: Json, **more: Any) -> Json:
        what = {"block_id": block_id, "action_id": element["action_id"], "value": element.get("value")}
        return await self.act("action", container=place, **{**what, **more, "as": person})

    async def view(self, person: str) -> Json | None:
        """The modal on top."""
        views = (await self.read("views", **{"as": person}))["views"]
        return views[-1] if views else None

    async def home(self, person: str) -> Json | None:
        found: Json | None = (await self.read("home", **{"as": person}))["view"]
        return found

    async def submit(self, person: str, view: Json, **fields: Json) -> Json:
        """Submit a modal; fields by block_id, each as Slack's state has it."""
        ids = {
            block["block_id"]: block["element"]["action_id"] for block in view["blocks"] if "element" in block
        }
        values = {block_id: {ids[block_id]: value} for block_id, value in fields.items()}
        return await self.act("view/submit", view_id=view["id"], state={"values": values}, **{"as": person})

    async def until(self, person: str, find: Callable[[], Awaitable[T | None]], seconds: float = 30) -> T:
        """Wait until `find` finds something, looking whenever something happens that this person sees."""
        async with (
            self._http.ws_connect(f"{self.url}/control/live?as={person}") as live,
            asyncio.timeout(seconds),
        ):
            while True:
                found = await find()
                if found:
                    return found
                await live.receive()

    async def message(self, person: str, channel: str, *words: str) -> Json:
        """The newest message of the bot that says all this, as soon as there is one."""

        async def find() -> Json | None:
            said = [
                found
                for found in await self.messages(person, channel)
                if all(word in spoken(found) for word in words)
            ]
            return said[-1] if said else None

        try:
            return await self.until(person, find)
        except TimeoutError:
            said = "\n---\n".join(spoken(found) for found in await self.messages(person, channel))
            pytest.fail(f"nobody said {words} in {channel}, but:\n{said}")

    async def modal(self, person: str, title: str) -> Json:
        async def find() -> Json | None:
            view = await self.view(person)
            return view if view and text_of(view["title"]) == title else None

        return await self.until(person, find)


def text_of(value: Any) -> str:
    return str(value["text"]) if isinstance(value, dict) else str(value)


def elements(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Everything that can be clicked, with its block's id."""
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if element and "action_id" in element:
                yield block["block_id"], element


def button(blocks: list[Json], label: str) -> tuple[str, Json]:
    found = {
        text_of(element.get("text") or element.get("placeholder") or "menu"): (block_id, element)
        for block_id, element in elements(blocks)
    }
    assert label in found, f"no {label} among {list(found)}"
    return found[label]


def spoken(message: Json) -> str:
    """Everything a message says, its blocks' texts too."""
    parts = [message["text"]]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                if key in ("text", "title") and isinstance(each, str):
                    parts.append(each)
                else:
                    walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(message.get("blocks") or [])
    return "\n".join(parts)


@pytest.fixture
async def office_at() -> AsyncIterator[Callable[[str], Office]]:
    """Makes an `Office` for the address of a local Slack."""
    async with aiohttp.ClientSession() as http:
        yield lambda url: Office(url, http)
