"""The demo as a stranger starts it, and people in a real browser before it."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import preloaded

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
PICTURES = os.environ.get("SIGNOFF_PICTURES")
"""A folder for pictures of what people see, to look at."""


class Demo:
    """`signoff demo` as a process. After a kill it can be started again on the same folder and port."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self._environment = folder, environment
        self._process: preloaded.Process | None = None
        self._reader: asyncio.Task[bytes] | None = None
        self.url = ""

    async def start(self) -> None:
        port = self.url.rpartition(":")[-1] or "0"
        arguments = ("demo", "--no-browser", "--port", port, "--data", str(self.folder))
        self._process = await preloaded.start("bot", *arguments, env=self._environment, cwd=ROOT)
        said = ""
        async with asyncio.timeout(30):
            while not (found := re.search(r"http://127\.0\.0\.1:\d+", said)):
                line = await self._process.stdout.readline()
                assert line, f"the demo ended: {said}"
                said += line.decode()
        self.url = found[0]
        self._reader = asyncio.create_task(self._process.stdout.read())

    async def kill(self) -> None:
        """As by kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        await self._end(signal.SIGTERM)

    async def _end(self, number: int) -> None:
        if self._process is None or self._reader is None:
            return
        self._process.send_signal(number)
        said = await self._reader
        await self._process.wait()
        self._process = None
        assert b"Traceback" not in said, said.decode()


class Desk:
    """One person's page. Everything is found as a person finds it: by its words."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    async def command(self, text: str) -> None:
        field = self.page.get_by_role("combobox", name=re.compile("Message"))
        await field.fill(text)
        await field.press("Enter")

    def message(self, *words: str | re.Pattern[str]) -> Any:
        """The newest message with all these words."""
        found = self.page.get_by_role("article")
        for word in words:
            found = found.filter(has_text=word)
        return found.last

    async def sees(self, *words: str | re.Pattern[str]) -> Any:
        found = self.message(*words)
        await found.wait_for(timeout=20_000)
        return found

    async def click(self, where: Any, label: str) -> None:
        await where.get_by_role("button", name=re.compile(rf"^{label}\b")).first.click()

    async def picture(self, name: str) -> None:
        """For people to look at, when a folder is named."""
        if PICTURES:
            await self.page.mouse.move(0, 0)
            await self.page.screenshot(path=Path(PICTURES) / f"{name}.png")


class People:
    """Opens pages; whatever a page complains of in its console fails the test."""

    def __init__(self, browser: "Browser", demo: Demo) -> None:
        self._browser, self._demo = browser, demo
        self.complaints: list[str] = []

    async def desk(self, person: str, channel: str, *, width: int = 1180, height: int = 900) -> Desk:
        page = await self._browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self._demo.url}/?as={person}#{channel}")
        await page.get_by_role("combobox", name=re.compile("Message")).wait_for()
        return Desk(page)


@pytest.fixture
def environment() -> dict[str, str]:
    """Return more settings for the demo; a test file overrides it to load other workflows."""
    return {}


@pytest.fixture
async def demo(tmp_path: Path, environment: dict[str, str]) -> AsyncIterator[Demo]:
    demo = Demo(tmp_path / "demo", environment)
    await demo.start()
    yield demo
    await demo.stop()


@pytest.fixture
async def people(browser: "Browser", demo: Demo) -> AsyncIterator[People]:
    people = People(browser, demo)
    yield people
    assert people.complaints == []
