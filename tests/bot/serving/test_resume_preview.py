"""The preview of what a paused installation would do, in lines."""

from typing import Any

import pytest

from bot.serving.resume_preview import lines


def preview(schedules: int) -> dict[str, Any]:
    due = {"workflow": "report", "key": "0 3 * * *", "due": "2026-01-05T03:00:00+00:00"}
    return {
        "executing": 0, "waiting": 0, "due": {}, "schedules": [due] * schedules, "messages": {}, "untold": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("schedules", "said"), [(0, False), (1, True)])
def test_the_preview_says_that_a_filter_may_hold_a_due_schedule_back(schedules: int, said: bool) -> None:
    text = "\n".join(lines(preview(schedules)))
    assert ("A schedule with a filter starts a run only if its filter lets it." in text) is said
