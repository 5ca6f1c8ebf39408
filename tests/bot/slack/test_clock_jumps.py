"""A jump of the time of day changes no duration: what is remembered of Slack is asked for again as often."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.people import SlackPeople
from bot.slack.reads import SlackReads
from bot.slack.web_api import SlackUnreachable
from engine import PeopleUnavailable
from engine.clock import FakeClock

_USER = {"id": "U1", "name": "ann", "team_id": "T1", "profile": {}}
_CHANNEL = {"id": "C1", "name": "ops"}
_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "usergroups.list": {"usergroups": [{"id": "S1", "handle": "devs", "users": ["U1"], "user_count": 2}]},
    "usergroups.users.list": {"users": ["U1", "U2"]},
    "users.info": {"user": _USER},
    "conversations.info": {"channel": _CHANNEL},
    "conversations.list": {"channels": [_CHANNEL]},
    "users.conversations": {"channels": [_CHANNEL]},
    "conversations.members": {"members": ["U1"]},
}


class _Slack:
    """Answers each method with the same."""

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        return _ANSWERS[method]


class _Silent:
    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        raise SlackUnreachable("no answer")


async def _calls(gaps: list[tuple[float, float]], jumps: bool) -> list[dict[str, int]]:
    """How often Slack was asked, after each gap. A gap: seconds that pass, and hours of a jump after them."""
    clock = FakeClock()
    people = SlackPeople(_Slack(), clock, team_id="T1")
    found = []
    for seconds, hours in gaps:
        clock.advance(timedelta(seconds=seconds))
        if jumps:
            clock.jump(timedelta(hours=hours))
        await people.resolve("@devs")
        await people.resolve("#ops")
        await people.look_up(["U1"])
        await people.group_id("devs")
        found.append(dict(people.reads.calls))
    await people.close()
    return found


@given(st.lists(st.tuples(st.floats(0, 700), st.floats(-9, 9)), min_size=1, max_size=12))
def test_a_jump_of_the_clock_changes_neither_when_nor_how_often_slack_is_asked(
    gaps: list[tuple[float, float]],
) -> None:
    assert asyncio.run(_calls(gaps, jumps=True)) == asyncio.run(_calls(gaps, jumps=False))


@pytest.mark.parametrize("hours", [-5, 5])
async def test_slack_that_does_not_answer_is_told_for_five_minutes_whatever_the_clock_does(
    hours: int,
) -> None:
    clock = FakeClock()
    reads = SlackReads(_Silent(), clock)
    with pytest.raises(PeopleUnavailable):
        await reads.ask("users.info", {"user": "U1"})
    clock.jump(timedelta(hours=hours))
    clock.advance(timedelta(minutes=5))
    assert reads.problem
    clock.advance(timedelta(seconds=1))
    assert not reads.problem
