"""A high section folds behind "See more", as in Slack, unless it says `expand: true`."""

from typing import Any

import pytest
from playwright.async_api import Browser
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Server
from tests.localslack.conftest import Json
from tests.localslack.test_tokens import validate

INCIDENTS = "C02INCIDENTS"
LONG = "\n".join(f"line {number}" for number in range(40))


def long_section(**more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": LONG}, **more}


async def post(server: Server, text: str, *blocks: Json) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    await web.chat_postMessage(channel=INCIDENTS, text=text, blocks=list(blocks))


@pytest.mark.long
async def test_only_a_high_section_that_is_not_expanded_folds(server: Server, browser: Browser) -> None:
    short = {"type": "section", "text": {"type": "mrkdwn", "text": "short"}}
    await post(server, "folds", long_section())
    await post(server, "expanded", long_section(expand=True))
    await post(server, "short", short)
    page = await browser.new_page()
    await page.goto(f"{server.url}/?as=U01ALICE#{INCIDENTS}")
    more = page.get_by_role("button", name="See more")
    await more.wait_for()
    assert await more.count() == 1
    main = page.locator(".section-main.folded")
    assert await main.evaluate("node => node.clientHeight < node.scrollHeight")
    await more.click()
    assert await page.locator(".section-main.folded").count() == 0
    assert await more.count() == 0


async def test_expand_is_a_boolean(server: Server) -> None:
    found = await validate(server, blocks=[long_section(expand="yes")])
    assert found["errors"][0]["pointer"] == "/0/expand"
