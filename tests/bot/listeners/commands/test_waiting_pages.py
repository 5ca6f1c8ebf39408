"""Pages of the requests that wait for a person: every request is on one, whatever is answered meanwhile."""

import re
from typing import Any

import pytest

from engine import Actor, Decision, ListPlace

Team = Any
Json = dict[str, Any]
ALICE, BOB, CAROL, DEPLOYS = "U01ALICE", "U02BOB", "U03CAROL", "C05DEPLOYS"
TITLES = [f"t{number:02}" for number in range(25)]
FLOWS = """
from pydantic import BaseModel
from signoff import Workflow


class Report(BaseModel):
    title: str


report = Workflow("report", input=Report, owner="@platform", channel="#deploys")
report.approval("sure", ask="File {input.title}?", approvers=["@release-managers"], expires="4h",
                advisory=True)


class Device(BaseModel):
    n: int


sync = Workflow("sync", input=Device, owner="@on-call", channel="#incidents")


@sync.step
async def fetch(input: Device) -> str:
    raise ConnectionError(f"gateway {input.n} is away")
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def opened(team: Team) -> None:
    """Open a request for each title, in their order."""
    engine = team.bot.engine
    for title in TITLES:
        run = await engine.start("report", {"title": title}, actor=Actor("slack", BOB))

        async def asks(run_id: str = run.id) -> bool:
            return bool(await engine.requests(run_id=run_id))

        await team.office.until(CAROL, asks)


def titles(shown: Json) -> list[str]:
    return list(dict.fromkeys(re.findall(r"File (t\d\d)\?", str(shown["blocks"]))))


async def test_pages_reach_every_request_whatever_is_answered_between_two_clicks(team: Team) -> None:
    office = team.office
    await opened(team)
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    page = await office.message(CAROL, DEPLOYS, "25 requests wait for you")
    first = titles(page)
    assert first == TITLES[: len(first)]
    assert f"… and {25 - len(first)} more" in str(page)

    await office.click(CAROL, page, "Approve")  # of the last entry
    page = await office.message(CAROL, DEPLOYS, "24 requests wait for you")
    seen = titles(page)
    for request in (await team.bot.engine.requests())[: len(seen)]:
        await team.bot.engine.decide(request.id, Decision("approve"), actor=Actor("slack", CAROL))
    await office.click(CAROL, page, "Newer")
    left = 24 - len(seen)
    page = await office.message(CAROL, DEPLOYS, f"{left} newer requests wait for you")
    second = titles(page)

    await office.click(CAROL, page, "Approve")
    page = await office.message(CAROL, DEPLOYS, f"{left - 1} newer requests wait for you")
    assert titles(page)[: len(second) - 1] == second[:-1], "an answer leaves the person on their page"
    await office.click(CAROL, page, "Newer")
    rest = left - 1 - len(titles(page))
    last = await office.message(CAROL, DEPLOYS, f"{rest} newer requests wait for you")
    assert sorted([first[-1], *seen, second[-1], *titles(page), *titles(last)]) == TITLES
    await office.click(CAROL, last, "Oldest")
    page = await office.message(CAROL, DEPLOYS, f"{left - 1} requests wait for you")
    assert titles(page)[0] == second[0]


async def test_the_home_leads_to_the_rest_in_one_window(team: Team) -> None:
    office = team.office
    await opened(team)
    await office.do("home/open", **{"as": CAROL})
    home = await office.until(CAROL, lambda: office.home(CAROL))
    shown = len(titles(home))
    assert f"… and {25 - shown} more" in str(home)
    assert (await office.click_in_view(CAROL, home, "Newer"))["ok"]
    window = await office.modal(CAROL, "Waiting for you")
    assert titles(window)[0] == TITLES[shown]
    rest = len(titles(window))
    assert (await office.click_in_view(CAROL, window, "Newer" if shown + rest < 25 else "Oldest"))["ok"]

    async def turned() -> Json | None:
        view = await office.view(CAROL)
        return view if view and titles(view) != titles(window) else None

    assert (await office.until(CAROL, turned))["id"] == window["id"]


async def fail(team: Team, runs: int) -> list[Any]:
    """Let the same step fail in so many runs, and return its requests, oldest first."""
    engine = team.bot.engine
    already = len(await engine.requests(limit=None))
    for number in range(runs):
        await engine.start("sync", {"n": number}, actor=Actor("slack", BOB))

    async def asked() -> list[Any] | None:
        found = await engine.requests(limit=None)
        return found if len(found) == already + runs else None

    return list(await team.office.until(BOB, asked))


async def test_the_same_failure_of_many_runs_is_one_entry_with_the_buttons_of_its_card(team: Team) -> None:
    office = team.office
    await fail(team, 4)
    await office.say(BOB, DEPLOYS, "/workflow approvals")
    page = await office.message(BOB, DEPLOYS, "1 request waits for you")
    shown = str(page["blocks"])
    assert shown.count(":ask'") == 1
    assert "and 3 other runs" in shown
    assert "Retry all (4)" in shown
    home = await office.until(BOB, lambda: home_of(team, "Retry all (4)"))
    assert "and 3 other runs" in str(home)
    assert (await office.click(BOB, page, "Skip step in all (4)"))["ok"]
    await office.message(BOB, DEPLOYS, "No request waits for you")
    assert await team.bot.engine.requests(limit=None) == []
    again = await office.until(BOB, lambda: home_of(team, "No request waits for you"))
    assert "Skip step in all" not in str(again)


async def home_of(team: Team, words: str) -> Json | None:
    await team.office.do("home/open", **{"as": BOB})
    home = await team.office.home(BOB)
    return home if home and words in str(home["blocks"]) else None


async def test_a_failure_that_another_person_took_over_leaves_each_run_its_own_entry(team: Team) -> None:
    office = team.office
    first, *_ = await fail(team, 3)
    await team.bot.engine.reassign(first.id, ALICE, actor=Actor("slack", BOB))
    await office.say(BOB, DEPLOYS, "/workflow approvals")
    page = str((await office.message(BOB, DEPLOYS, "2 requests wait for you"))["blocks"])
    assert page.count(":ask'") == 2
    assert "Retry all" not in page


async def test_a_later_page_lists_no_card_of_an_earlier_one_again(team: Team) -> None:
    await fail(team, 2)
    first = (await team.bot.engine.find_waiting(BOB)).requests[0]
    await fail(team, 2)
    page = await team.bot.engine.find_waiting(BOB, after=ListPlace(first.opened_at, first.id))
    assert (page.requests, page.total) == ((), 0)
    await team.bot.engine.decide(first.id, Decision("skip"), actor=Actor("slack", BOB))
    page = await team.bot.engine.find_waiting(BOB, after=ListPlace(first.opened_at, first.id))
    assert page.total == 1
    assert [card.open_count for card in page.cards.values()] == [3]
    assert len(await team.bot.engine.waiting_for(BOB)) == 3
