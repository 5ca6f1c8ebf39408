"""From a source to people of the local Slack: addresses, changes of shift, gaps and errors."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.cli.doctor.on_call_checks import on_call_findings, unknown_schedules
from bot.oncall.schedules import OnCall
from bot.oncall.shift_watch import WATCH_INTERVAL, ShiftWatch
from bot.oncall.source import OnCallFailed
from bot.slack.display_names import names_in
from bot.slack.people import SlackPeople
from bot.slack.reads import click_budget
from bot.slack.web_api import CallTimeouts, SlackApi
from engine.clock import FakeClock
from engine.errors import NobodyOnCall, OnCallUnknown, UnknownPeople
from engine.model.people import Group, is_member

Local = Any


class Roster:
    """A source whose answer the test sets."""

    def __init__(self, *people: str) -> None:
        self.people: Sequence[str] | OnCallFailed = people

    async def on_call(self, at: datetime) -> Sequence[str]:
        if isinstance(self.people, OnCallFailed):
            raise self.people
        return self.people


@pytest.fixture
def roster() -> Roster:
    return Roster("bob@example.test")


@pytest.fixture
async def people(local: Local, roster: Roster) -> AsyncIterator[SlackPeople]:
    timeouts = CallTimeouts(connect=1, answer=1, first_retry=0.01)
    clock = FakeClock()
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        on_call = OnCall({"primary": roster, "night": Roster()}, {}, clock)
        found = SlackPeople(api, clock, team_id="T0LOCAL", on_call=on_call)
        yield found
        await found.close()


async def later(people: SlackPeople) -> None:
    clock: Any = people._clock
    clock.advance(timedelta(seconds=11))


async def test_an_address_means_the_member_of_the_workspace_who_has_it(
    people: SlackPeople, roster: Roster
) -> None:
    assert await is_member(people, "U02BOB", "oncall:primary")
    assert not await is_member(people, "U01ALICE", "oncall:primary")
    roster.people = ["U01ALICE"]
    await later(people)
    assert await is_member(people, "U01ALICE", "oncall:primary")
    assert not await is_member(people, "U02BOB", "oncall:primary"), "the shift has ended"
    assert "oncall:primary" in people.references()


async def test_messages_mention_the_people_who_are_on_call_now(people: SlackPeople, roster: Roster) -> None:
    names = await names_in(people, "oncall:primary", "oncall:night", "oncall:nihgt")
    assert names.mention("oncall:primary") == "people on call for primary (<@U02BOB>)"
    assert names.ref("oncall:night") == names.mention("oncall:night") == "people on call for night"
    assert names.plain("oncall:primary") == "people on call for primary"
    assert names.missing == {"oncall:nihgt"}
    roster.people = ["U01ALICE"]
    await later(people)
    names = await names_in(people, "oncall:primary")
    assert names.mention("oncall:primary") == "people on call for primary (<@U01ALICE>)"


async def test_a_gap_an_error_and_an_unknown_address_mean_nobody_and_the_operator_is_told(
    people: SlackPeople, roster: Roster
) -> None:
    with pytest.raises(NobodyOnCall, match=r"^Nobody is on call for night now\.$"):
        await people.resolve("oncall:night")
    assert people.notices.empty(), "a gap is told with the request that it concerns"
    roster.people = OnCallFailed("PagerDuty refused the token.")
    with pytest.raises(NobodyOnCall, match="cannot be looked up: PagerDuty refused the token"):
        await people.resolve("oncall:primary")
    assert "PagerDuty refused the token" in people.notices.get_nowait()
    roster.people = ["stranger@example.test"]
    await later(people)
    with pytest.raises(NobodyOnCall):
        await people.resolve("oncall:primary")
    assert "no member of this workspace has the address stranger@example.test" in people.notices.get_nowait()
    roster.people = ["stranger@example.test", "bob@example.test"]
    await later(people)
    group = await people.resolve("oncall:primary")
    assert isinstance(group, Group)
    assert group.members == {"U02BOB", "stranger@example.test"}, (
        "a quorum of all is not complete without both"
    )
    with pytest.raises(UnknownPeople, match="There is no on-call schedule called secondary"):
        await people.resolve("oncall:secondary")


async def test_slack_that_cannot_say_who_has_an_address_means_nobody(
    people: SlackPeople, local: Local
) -> None:
    await local.fault("users.lookupByEmail", "error", error="missing_scope")
    with pytest.raises(NobodyOnCall, match=r"Slack cannot say who has the address bob@example.test"):
        await people.resolve("oncall:primary")


async def test_a_source_gets_half_of_the_time_of_a_click(people: SlackPeople) -> None:
    given: list[float] = []
    on_call = people.on_call
    assert on_call is not None
    now = on_call.now

    async def noting(name: str, seconds: float = 5) -> tuple[str, ...]:
        given.append(seconds)
        return await now(name, seconds)

    on_call.now = noting  # type: ignore[method-assign]
    with click_budget(2):
        await people.resolve("oncall:primary")
    assert 1 < given[0] <= 2


async def test_a_change_of_shift_is_noticed_within_a_minute(people: SlackPeople, roster: Roster) -> None:
    assert people.on_call is not None
    changes: list[int] = []
    watch = ShiftWatch(people.on_call, people._clock, lambda: changes.append(1))
    await watch.look()
    assert changes == [], "nobody has needed a schedule yet"
    await people.resolve("oncall:primary")
    await watch.look()
    await later(people)
    await watch.look()
    assert changes == []
    roster.people = []
    await later(people)
    await watch.look()
    await watch.look()
    assert len(changes) == 1
    assert timedelta(minutes=1) == WATCH_INTERVAL


async def test_an_error_of_the_source_is_a_gap_once_it_has_lasted_for_five_minutes(
    people: SlackPeople, roster: Roster
) -> None:
    assert people.on_call is not None
    clock: Any = people._clock
    changes: list[int] = []
    watch = ShiftWatch(people.on_call, clock, lambda: changes.append(1))
    await people.resolve("oncall:primary")
    await watch.look()
    roster.people = OnCallFailed("PagerDuty refused the token.")
    for _ in range(5):
        clock.advance(timedelta(minutes=1))
        await watch.look()
        with pytest.raises(OnCallUnknown):
            await people.resolve("oncall:primary")
    assert changes == []
    clock.advance(timedelta(minutes=1))
    await watch.look()
    assert changes == [1]
    with pytest.raises(NobodyOnCall) as lasting:
        await people.resolve("oncall:primary")
    assert not isinstance(lasting.value, OnCallUnknown)
    clock.advance(timedelta(minutes=20))
    with pytest.raises(OnCallUnknown):  # another failure, as nobody knows what was between them
        await people.resolve("oncall:primary")


async def test_doctor_says_who_is_on_call_and_which_source_fails(people: SlackPeople, roster: Roster) -> None:
    found = await on_call_findings(people)
    assert [(each.level, each.text) for each in found] == [
        ("ok", "On call for primary now: bob."),
        ("warning", "Nobody is on call for night now."),
    ]
    roster.people = OnCallFailed("PagerDuty refused the token.")
    await later(people)
    (failed, _) = await on_call_findings(people)
    assert (failed.level, failed.remedy[:19]) == ("problem", "Correct the source,")
    (unknown,) = unknown_schedules(["primary"], ["oncall:primary", "oncall:secondary"])
    assert "no on-call schedule called secondary" in unknown.text
