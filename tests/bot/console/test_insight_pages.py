"""The pages about decisions: how far people agreed, and against which objectives a workflow is measured."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.pages import insight as page
from bot.console.parts import ConsoleSettings
from engine import WeekFigures
from engine.kernel.insight.figures import Share
from tests.bot.console.site import PLANTED, Site, site
from tests.bot.console.test_console import words


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, ConsoleSettings("open")) as here:
        yield here


async def answered(console: Site) -> None:
    """Answer three refunds within three weeks; people agree with two of the recommendations."""
    for amount, choice in ((5, "approve"), (500, "reject"), (700, "approve")):
        run = await console.run("refund", amount=str(amount), note=PLANTED)
        await console.decide(run, choice, "Known.")
        console.clock.advance(timedelta(days=7))


async def test_the_page_of_a_decision_compares_recommendations_with_answers(opened: Site) -> None:
    _, text = await opened.get("/insight/refund/check")
    assert "Nobody has answered a decision yet" in words(text)
    await answered(opened)
    _, listed = await opened.get("/insight")
    assert "2 of 3 (66%)" in words(listed)
    status, text = await opened.get("/insight/refund/check")
    shown = words(text)
    assert status == 200
    for part in (
        "People agreed with 2 of 3 recommendations (66%)",
        "refuse reject 2 1 0 1 1 of 2 (50%)",
        "refuse from 60 (now)",
        "By version of the workflow",
        "By week, in UTC",
        "By note",
    ):
        assert part in shown, part
    assert len(re.findall('class="bar succeeded"', text)) == 3
    assert "<script>alert" not in text
    # Only the newest answer is within the last ten days.
    _, newer = await opened.get("/insight/refund/check?since=10d")
    assert "People agreed with 0 of 1 recommendation (0%)" in words(newer)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/insight/refund/check?since=never", 400, "since: “never” is not a date"),
        ("/insight/refund/go", 409, "refund has no decision go"),
        ("/insight/refund/%3Cscript%3E", 409, "refund has no decision"),
        ("/insight/nothing/check", 404, "There is no workflow called nothing"),
        ("/insight/Refund/check", 404, "There is no workflow called Refund"),
    ],
)
async def test_a_wrong_address_of_a_decision_says_what_is_wrong(
    opened: Site, path: str, status: int, said: str
) -> None:
    found, text = await opened.get(path)
    assert (found, said in words(text), "<script>" in text) == (status, True, False)


async def test_the_newest_runs_count_where_there_are_many(
    opened: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answered(opened)
    monkeypatch.setattr(page, "MOST", 2)
    assert "The newest 2 runs" in words((await opened.get("/insight/refund/check"))[1])


async def test_the_page_of_a_workflow_tells_its_objectives(opened: Site) -> None:
    await answered(opened)
    shown = words((await opened.get("/workflows/refund"))[1])
    assert "Objectives" in shown
    assert re.search(r"Success .{1,4} met .*100% against a target of 99%", shown), shown
    assert "0 of 3 runs failed · 100% of its budget is left" in shown
    assert "Objectives" not in words((await opened.get("/workflows/deploy"))[1])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=60))
def test_every_bar_is_within_the_chart(pairs: list[tuple[int, int]]) -> None:
    begin = date(2026, 1, 5)
    weeks = [
        WeekFigures(begin + timedelta(days=7 * place), Share(min(pair), max(pair)))
        for place, pair in enumerate(pairs)
    ]
    drawn = page.bars(weeks)
    if drawn is None:
        assert sum(bool(max(pair)) for pair in pairs[-page.MAX_WEEKS :]) < 2
        return
    for bar in drawn["bars"]:
        assert bar["x"] >= 0
        assert bar["x"] + bar["width"] <= drawn["width"]
        assert 0 < bar["height"] <= drawn["height"] == bar["y"] + bar["height"]
