"""A channel is renamed on the page, and the page shows its new name everywhere."""

import pytest
from playwright.async_api import Browser, expect

from localslack import Server

INCIDENTS = "C02INCIDENTS"


@pytest.mark.long
async def test_the_open_channel_is_renamed_beside_where_channels_are_made(
    server: Server, browser: Browser
) -> None:
    page = await browser.new_page()
    await page.goto(f"{server.url}/?as=U01ALICE#{INCIDENTS}")
    composer = page.get_by_test_id("composer")
    await composer.fill("half a sentence")
    await page.get_by_role("button", name="Browse channels").click()
    await page.get_by_role("combobox", name="Search Channels").fill("outages")
    await page.get_by_role("option", name="Rename #incidents to #outages").click()
    await expect(page.get_by_role("heading", name="outages")).to_be_visible()
    await expect(page.get_by_role("combobox", name="Message #outages")).to_have_value("half a sentence")
    assert await composer.get_attribute("placeholder") == "Message #outages"
    await expect(page.get_by_role("region", name="#outages", exact=True)).to_be_visible()
    await expect(page.locator(f'.sidebar [data-channel="{INCIDENTS}"]')).to_contain_text("outages")
