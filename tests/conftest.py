"""What tests of several rooms need."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ("SIGNOFF_", "SLACK_", "DATABASE_URL")


@pytest.fixture(scope="session", autouse=True)
def _bare_environment() -> None:
    """Nobody's tokens and settings reach a test, nor a process that a test starts."""
    for name in list(os.environ):
        if name.startswith(ENVIRONMENT) and name != "SIGNOFF_BROWSER":
            del os.environ[name]


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
