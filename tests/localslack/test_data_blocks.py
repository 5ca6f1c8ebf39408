"""Charts and sortable tables on the page, and a workspace that does not take them."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Server
from tests.localslack.conftest import Json, People, error_of

INCIDENTS = "C02INCIDENTS"
DAYS = ["Mon", "Tue", "Wed"]
CHARTS: dict[str, Json] = {
    "pie": {
        "type": "pie",
        "segments": [{"label": "done", "value": 3}, {"label": "failed", "value": 1}],
    },
    **{
        kind: {
            "type": kind,
            "series": [
                {"name": name, "data": [{"label": day, "value": index} for index, day in enumerate(DAYS, 1)]}
                for name in ("done", "failed")
            ],
            "axis_config": {"categories": DAYS, "x_label": "Day", "y_label": "Runs"},
        }
        for kind in ("bar", "line", "area")
    },
}


def text_cells(*texts: str) -> list[Json]:
    return [{"type": "raw_text", "text": text} for text in texts]


def numbered(name: str, number: int) -> list[Json]:
    return [*text_cells(name), {"type": "raw_number", "value": number, "text": f"{number} s"}]


TABLE = {
    "type": "data_table",
    "caption": "Runs",
    "page_size": 2,
    "rows": [text_cells("Run", "Took"), numbered("b", 9), numbered("a", 30), numbered("c", 100)],
}


async def show(server: Server, browser: Browser, block: Json, **options: Any) -> Page:
    web = AsyncWebClient(server.bot_token, server.api_url)
    await web.chat_postMessage(channel=INCIDENTS, text="data", blocks=[block])
    page = await browser.new_page(**options)
    await page.goto(f"{server.url}/?as=U01ALICE#{INCIDENTS}")
    return page


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(CHARTS))
async def test_every_kind_of_chart_is_drawn_within_a_phone(
    server: Server, browser: Browser, kind: str
) -> None:
    block = {"type": "data_visualization", "title": "How it went", "chart": CHARTS[kind]}
    page = await show(server, browser, block, viewport={"width": 390, "height": 800})
    figure = page.get_by_role("group", name="How it went")
    await figure.locator("svg[aria-hidden]").first.wait_for()
    box = await figure.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 390
    for word in ("done", "failed"):
        assert word in await figure.inner_text()
    shapes = await figure.locator("pattern path, .chart-marker").evaluate_all(
        "nodes => new Set(nodes.map((node) => node.getAttribute('d'))).size"
    )
    assert shapes > 1, "series are told apart by color alone"


@pytest.mark.long
async def test_a_data_table_is_sorted_filtered_and_paged(server: Server, browser: Browser) -> None:
    page = await show(server, browser, TABLE)
    names = page.locator(".data-table tbody th")
    await names.first.wait_for()
    assert await names.all_inner_texts() == ["b", "a"]
    await page.get_by_role("button", name="Next").click()
    assert await names.all_inner_texts() == ["c"]
    await page.get_by_role("button", name="Took").click()
    await page.get_by_role("button", name="Took").click()
    assert await names.all_inner_texts() == ["c", "a"], "numbers are not sorted as numbers"
    await page.get_by_role("searchbox").fill("30")
    assert await names.all_inner_texts() == ["a"]


async def test_a_workspace_can_refuse_kinds_of_blocks(server: Server, people: People) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    await people.post("blocks/refuse", types=["data_table"])
    posted = web.chat_postMessage(channel=INCIDENTS, text="x", blocks=[TABLE])
    assert await error_of(posted) == "invalid_blocks"
    assert (await people.post("blocks/refuse", types="data_table"))["error"] == "invalid_types"
    await people.post("blocks/refuse", types=[])
    assert (await web.chat_postMessage(channel=INCIDENTS, text="x", blocks=[TABLE]))["ok"]


RICH_CELL = {
    "type": "rich_text",
    "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "see reconciliation-by-hand"}]}
    ],
}
WRAPPING = {
    "type": "table",
    "column_settings": [{"is_wrapped": True}] * 4,
    "rows": [
        text_cells("Run", "State", "Started", "Took"),
        [*text_cells("order 1128T033500Z.internationalization", "acknowledged", "yesterday"), RICH_CELL],
    ],
}


@pytest.mark.long
@pytest.mark.parametrize("word", ["1128T033500Z.internationalization", "acknowledged", "reconciliation"])
async def test_a_table_on_a_phone_keeps_each_word_on_one_line(
    server: Server, browser: Browser, word: str
) -> None:
    page = await show(server, browser, WRAPPING, viewport={"width": 390, "height": 800})
    cell = page.locator(".table td", has_text=word)
    lines = await cell.evaluate(
        """(cell, word) => {
          const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
          while (!walker.nextNode().data.includes(word));
          const range = document.createRange();
          range.setStart(walker.currentNode, walker.currentNode.data.indexOf(word));
          range.setEnd(walker.currentNode, range.startOffset + word.length);
          return new Set([...range.getClientRects()].map((line) => line.top)).size;
        }""",
        word,
    )
    assert lines == 1
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
