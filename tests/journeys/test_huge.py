"""Approvers read long values in full in the thread and in Details, on a desktop and on a phone."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

DEPLOYS = "C05DEPLOYS"
BOB, CAROL = "U02BOB", "U03CAROL"
People = Any

pytestmark = pytest.mark.long


@pytest.fixture
def environment() -> dict[str, str]:
    return {"SIGNOFF_WORKFLOWS": str(Path(__file__).with_name("huge.py"))}


async def to_the_end(carol: Any, picture: str) -> str:
    """Return the text of the first two pages of Details and of the last."""
    dialog = carol.page.get_by_role("dialog")
    await dialog.get_by_text("Page 1 of").wait_for()
    await carol.picture(f"{picture}-first")
    read = str(await dialog.inner_text())
    await dialog.get_by_role("button", name="Next").click()
    await dialog.get_by_text("Page 2 of").wait_for()
    read += str(await dialog.inner_text())
    await dialog.get_by_role("button", name="Last").click()
    await dialog.get_by_text(re.compile(r"Page (\d+) of \1")).wait_for()
    await carol.picture(f"{picture}-last")
    read += str(await dialog.inner_text())
    await carol.page.keyboard.press("Escape")
    return read


async def test_a_megabyte_a_long_diff_and_many_objects_are_read_whole(people: People) -> None:
    bob = await people.desk(BOB, DEPLOYS)
    await bob.command("/workflow run huge")
    carol = await people.desk(CAROL, DEPLOYS)
    question = await carol.sees("Apply all of it?", "can decide", "1 reply")
    await carol.picture("huge")
    await question.get_by_test_id("thread-summary").click()
    thread = carol.page.get_by_role("complementary")
    link = thread.get_by_role("link", name=re.compile(r"\.txt"))
    await link.first.wait_for()
    await carol.picture("huge-thread")
    address = await link.first.evaluate("link => link.href")
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        text = await answer.text()
    for word in ("the end", "+line 4998 is new", "object 9999"):
        assert word in text
    await carol.click(question, "Details")
    read = await to_the_end(carol, "huge-details")
    assert "⟦the line continues⟧" in read
    assert "object 9999" in read
    await carol.click(question, "Approve")
    await carol.sees("Apply all of it?", "Approved by carol")


async def test_a_wide_table_and_many_addresses_are_read_whole_on_a_phone(people: People) -> None:
    bob = await people.desk(BOB, DEPLOYS)
    await bob.command("/workflow run many")
    carol = await people.desk(CAROL, DEPLOYS, width=390, height=844)
    question = await carol.sees("Write to all of them?", "can decide", re.compile(r"\d repl"))
    await carol.picture("many")
    await question.get_by_test_id("thread-summary").click()
    thread = carol.page.get_by_role("complementary")
    await thread.get_by_text("person59@example.com").first.wait_for()
    await carol.picture("many-thread")
    said = await thread.inner_text()
    assert "59.12" in said
    assert all(f"person{number}@example.com" in said for number in range(60))
