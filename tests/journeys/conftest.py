"""Signoff on each kind of database, and people in a real browser before it."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.installations import Demo, Installation, Processes

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PICTURES = os.environ.get("SIGNOFF_PICTURES")
"""A folder for pictures of what people see, to look at."""


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
        await found.wait_for(timeout=40_000)
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

    def __init__(self, browser: "Browser", installation: Installation) -> None:
        self._browser, self._installation = browser, installation
        self.complaints: list[str] = []

    async def desk(self, person: str, channel: str, *, width: int = 1180, height: int = 900) -> Desk:
        page = await self._browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(f"{self._installation.url}/?as={person}#{channel}")
        await page.get_by_role("combobox", name=re.compile("Message")).wait_for()
        return Desk(page)


@pytest.fixture
def environment() -> dict[str, str]:
    """Return more settings; a test file overrides it to load other workflows."""
    return {}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database(request: pytest.FixtureRequest) -> str:
    """Return the kind of database; a test of `make test` may choose it."""
    return str(request.param)


@pytest.fixture
async def installation(
    tmp_path: Path, environment: dict[str, str], database: str
) -> AsyncIterator[Installation]:
    folder = tmp_path / "installation"
    installation: Installation = (
        Demo(folder, environment) if database == "sqlite" else Processes(folder, environment)
    )
    try:
        await installation.start()
        yield installation
    finally:
        await installation.stop()


@pytest.fixture
async def people(browser: "Browser", installation: Installation) -> AsyncIterator[People]:
    people = People(browser, installation)
    yield people
    assert people.complaints == []
