"""Moments at which runs and steps go on: each reader sees them in their own zone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.views.home import home_view
from bot.views.message import MENTIONED, Message
from bot.views.requests.details import run_details
from bot.views.runs.run import run_message
from bot.views.wording.times import localized
from engine import Retry, Workflow
from engine.testing import Harness

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def flow() -> Workflow:
    flow = Workflow("flow", owner="@ops")
    rest = flow.sleep("rest", "6h")
    long = flow.sleep("long", "3d", after=[rest])

    @flow.step(after=[long])
    async def use() -> str:
        return "rested"

    return flow


async def test_no_wait_of_a_run_is_shown_in_utc() -> None:
    async with Harness(flow()) as harness:
        run = await harness.start("flow")
        await harness.run_until_idle()
        for number, pattern in enumerate(("{time}", "{date_short_pretty} at {time}")):
            detail, now = await harness.state(run), harness.clock.now()
            plan = run_message(detail, MENTIONED, now)
            surfaces: list[Any] = [
                plan.text,
                run_message(detail, MENTIONED, now, plan=False).blocks,
                run_details(detail, now, MENTIONED),
                home_view(None, [detail.run], [], now, "/workflow"),
            ]
            for surface in surfaces:
                assert "<!date^" in str(surface)
                assert " UTC" not in str(surface).replace(" UTC>", ""), surface
            tasks = tasks_of(plan)
            (due,) = [each["elements"][0]["elements"] for each in tasks.values() if each is not None]
            assert due[0]["text"] == "until "
            until = detail.steps[number].next_attempt_at
            assert until is not None
            assert (due[1]["timestamp"], due[1]["format"]) == (int(until.timestamp()), pattern)
            await harness.advance("6h")


async def test_a_plan_says_in_the_zone_of_the_reader_when_a_step_is_tried_again() -> None:
    flow = Workflow("flow", owner="@ops")

    @flow.step(retry=Retry(attempts=3, delay="10m"))
    async def fetch() -> str:
        raise ConnectionError("away")

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.run_until_idle()
        detail, now = await harness.state(run), harness.clock.now()
    plan = run_message(detail, MENTIONED, now)
    details = tasks_of(plan)["fetch"]
    assert details["elements"][0]["elements"][0]["text"] == "next try at "
    listed = str(run_message(detail, MENTIONED, now, plan=False).blocks)
    assert "next try at <!date^" in listed


def tasks_of(plan: Message) -> dict[str, Any]:
    """Return the details of each task, by the name of its step."""
    (tasks,) = [block["tasks"] for block in plan.blocks if block["type"] == "plan"]
    words = [task["title"].partition(" · ")[0].rpartition(" ")[2] for task in tasks]
    return dict(zip(words, [task.get("details") for task in tasks], strict=True))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-01-05 11:00 UTC at rest", "<!date^1767610800^{time}|11:00 UTC> at rest"),
        ("2026-01-05 11:00:05 UTC", "<!date^1767610805^{time}|11:00 UTC>"),
        ("until 2026-99-05 11:00 UTC", "until 2026-99-05 11:00 UTC"),
        ("at 11:00 UTC", "at 11:00 UTC"),
        ("<a> until 2026-01-05 11:00 UTC", "&lt;a&gt; until <!date^1767610800^{time}|11:00 UTC>"),
    ],
)
def test_moments_in_words_of_the_engine_are_localized(text: str, shown: str) -> None:
    assert localized(text, 200, NOW) == shown


def test_a_character_that_cannot_be_seen_has_one_mark() -> None:
    assert localized("\x1f until 2026-01-05 12:00 UTC \x1f", 200, NOW).count("⟦U+001F⟧") == 2
    assert "⟦U+27E6⟧" not in localized("\x1f", 200)
