"""The weekly review in the local Slack, in virtual time."""

from pathlib import Path
from typing import Any

import pytest

from bot.views.message import Names
from bot.views.weekly_review import review_message
from engine import AskOwner, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office

Local = Any
BROKEN: set[str] = set()
DEPLOYS = "C05DEPLOYS"


@pytest.fixture(autouse=True)
def whole() -> None:
    BROKEN.clear()


def flow(name: str, **options: Any) -> Workflow:
    wf = Workflow(name, owner="@platform", channel="#general", **options)

    @wf.step
    async def rows() -> str:
        if name in BROKEN:
            raise ValueError("The source is closed.")
        return "rows"

    return wf


async def reviews(opened: AlertOffice) -> list[str]:
    messages = await opened.local.messages(DEPLOYS)
    return [
        "\n".join([message["text"], str(message["blocks"])])
        for message in messages
        if "Review of the week" in message["text"]
    ]


def switch_on(opened: AlertOffice) -> None:
    review = opened.engine._parts.weekly_review
    review._channel = "#deploys"
    review.start()


async def test_each_monday_a_channel_reads_what_failed_what_it_took_and_what_is_open(
    local: Local, tmp_path: Path
) -> None:
    flows = [
        flow("load", on_failure=AskOwner(expires="30d")),
        flow("hidden", may_see=["@platform"]),
        flow("asks", on_failure="fail"),
    ]
    async with office(local, tmp_path, *flows, at="2026-01-07T09:00:00+00:00") as opened:
        switch_on(opened)
        await opened.advance("1s")
        BROKEN.update(["load", "asks", "hidden"])
        for name in ("load", "load", "asks", "hidden"):
            await opened.harness.start(name)
        await opened.advance("2h")
        requests = await opened.engine.requests()
        first, second = [request for request in requests if request.workflow == "load"]
        BROKEN.clear()
        await opened.harness.decide(first.id, "retry", as_user="U01ALICE")
        await opened.advance("4d")
        assert await reviews(opened) == []
        await opened.advance("23h")
        [told] = await reviews(opened)
        for words in (
            "*Review of the week 5 January to 12 January:* 3 runs of 2 workflows failed.",
            "🔴 *load* 2 runs failed and took 5 d 2 h in all",
            "at rows (2) · asked: @platform · still open: 1 failure",
            "✅ *asks* 1 run failed and took less than 0.1 s in all",
            "Workflows with may_see are never listed here",
        ):
            assert words in told, words
        assert "hidden" not in told
        assert "<!subteam" not in told
        await opened.restart_outbox()
        await opened.advance("6d")
        assert len(await reviews(opened)) == 1
        await opened.harness.decide(second.id, "abort", as_user="U01ALICE")
        await opened.advance("25h")
        assert len(await reviews(opened)) == 2


async def test_a_review_that_was_due_while_signoff_was_down_is_made_once(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, flow("load"), at="2026-01-07T09:00:00+00:00") as opened:
        switch_on(opened)
        await opened.advance("1m")
    async with office(local, tmp_path, flow("load"), at="2026-01-13T15:00:00+00:00") as opened:
        switch_on(opened)
        await opened.advance("1m")
        [told] = await reviews(opened)
        assert "no run failed, and no failure waits for an answer" in told
    async with office(local, tmp_path, flow("load"), at="2026-01-13T16:00:00+00:00") as opened:
        switch_on(opened)
        await opened.advance("1h")
        assert len(await reviews(opened)) == 1


def test_many_workflows_fit_one_message() -> None:
    row = {"name": "w", "title": "W" * 90, "runs": 3, "seconds": 5.0, "open_failures": 2, "open_approvals": 1}
    row |= {"steps": [["step" * 20, 3]] * 3, "asked": [f"@group-{number}" for number in range(9)]}
    since, until = "2026-01-05T09:00:00+00:00", "2026-01-12T09:00:00+00:00"
    data = {"workflows": [row] * 20, "more": 3, "hidden": 0, "since": since, "until": until}
    blocks = review_message({"data": data}, Names()).blocks
    assert len(blocks) <= 50
    assert "and 4 more" in str(blocks)
    assert "3 more workflows" in str(blocks)
