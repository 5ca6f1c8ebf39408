"""People, groups and channels of a large directory: how often Slack is asked, and what its events tell."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.slack.people import SlackPeople
from bot.slack.reads import click_budget
from bot.slack.web_api import CallTimeouts, SlackApi
from engine import Group, PeopleUnavailable, UnknownPeople
from engine.clock import FakeClock
from localslack import Config, ManualClock, start
from localslack.large import large_workspace

PEOPLE, GROUPS = 400, 5
MANY_CHANNELS = 25_000


class Slack:
    """A local Slack with a large directory, under Slack's rate tiers; its time is moved with the bot's."""

    def __init__(
        self, server: Any, api: SlackApi, people: SlackPeople, clock: FakeClock, time: ManualClock
    ) -> None:
        self.server, self.api, self.people, self.clock, self.time = server, api, people, clock, time

    def advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))
        self.time.advance(seconds)

    async def control(self, path: str, **body: Any) -> None:
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.server.url}/control/{path}", json=body) as answer,
        ):
            assert (await answer.json())["ok"]


@pytest.fixture
def channels() -> int:
    """How many there are beside those of the bundled workspace; most tests ask about people."""
    return 10


@pytest.fixture
async def slack(channels: int) -> AsyncIterator[Slack]:
    clock, time = FakeClock(), ManualClock()
    spec = large_workspace(PEOPLE, GROUPS, channels, group_size=150)
    server = await start(Config(workspace=spec, clock=time, rates=True))
    timeouts = CallTimeouts(connect=5, answer=30, first_retry=0.01)
    async with SlackApi(server.bot_token, base_url=server.api_url, timeouts=timeouts) as api:
        people = SlackPeople(api, clock, team_id="T0LOCAL", answer_within=30)
        yield Slack(server, api, people, clock, time)
        await people.close()
    await server.close()


async def test_a_whole_group_is_looked_up_in_bulk_and_remembered(slack: Slack) -> None:
    group = await slack.people.resolve("@team-0")
    assert isinstance(group, Group)
    for _ in range(3):
        found = await slack.people.look_up(group.members)
        assert len(found) == 150
        assert all(found.values())
    assert slack.people.reads.calls == {"usergroups.list": 1, "users.list": 1}


async def test_many_groups_are_one_call(slack: Slack) -> None:
    for number in range(GROUPS):
        await slack.people.resolve(f"@team-{number}")
    assert slack.people.reads.calls == {"usergroups.list": 1}


async def test_groups_are_decided_by_within_the_tier_for_as_long_as_people_click(slack: Slack) -> None:
    for _ in range(240):
        await slack.people.resolve("@team-0")
        slack.advance(0.5)
    assert slack.people.reads.calls["usergroups.list"] <= 2 * 20


async def test_a_handle_of_the_settings_is_never_looked_up_to_be_shown(slack: Slack) -> None:
    people = SlackPeople(slack.api, slack.clock, team_id="T0LOCAL", groups={"night": ["U04DAVE"]})
    for _ in range(60):
        assert await people.group_id("night") is None
        assert not await people.is_missing("night")
        assert (people.members("night"), people.members("devs")) == (("U04DAVE",), ())
    assert people.reads.calls == {}


async def test_a_handle_that_does_not_exist_is_not_looked_up_at_every_rendering(slack: Slack) -> None:
    for _ in range(60):
        assert await slack.people.group_id("nobody") is None
        assert await slack.people.is_missing("nobody")
    assert slack.people.reads.calls == {"usergroups.list": 1}


async def test_a_status_changes_nobody_elses_record_and_asks_nothing(slack: Slack) -> None:
    await slack.people.look_up(["U9000001", "U9000002"])
    await slack.people.resolve("@team-0")
    asked = dict(slack.people.reads.calls)
    user = {"id": "U9000001", "team_id": "T0LOCAL", "updated": 9_999_999_999, "profile": {"status_text": "x"}}
    assert slack.people.directory.changed(user) is False
    await slack.people.look_up(["U9000001", "U9000002"])
    await slack.people.resolve("@team-0")
    assert slack.people.reads.calls == asked


async def test_an_event_of_a_deactivated_user_ends_the_memory_of_them_as_active(slack: Slack) -> None:
    await slack.people.look_up(["U9000001"])
    gone = {"id": "U9000001", "team_id": "T0LOCAL", "updated": 9_999_999_999, "deleted": True}
    assert slack.people.directory.changed(gone) is True
    person = (await slack.people.look_up(["U9000001"]))["U9000001"]
    assert person is not None
    assert not person.active


async def test_an_event_takes_a_member_out_of_a_group_at_once(slack: Slack) -> None:
    await slack.people.resolve("@team-0")
    event = {"subteam_id": "S9000000", "removed_users": ["U9000000"], "removed_users_count": 1}
    slack.people.user_groups.members_changed(event)
    group = await slack.people.resolve("@team-0")
    assert isinstance(group, Group)
    assert "U9000000" not in group.members
    assert len(group.members) == 149


async def test_an_event_that_disables_a_group_leaves_nobody_in_it(slack: Slack) -> None:
    await slack.people.resolve("@team-0")
    disabled = {"id": "S9000000", "handle": "team-0", "users": ["U9000000"], "date_delete": 5}
    slack.people.user_groups.changed(disabled)
    with pytest.raises(UnknownPeople, match="@team-0 is disabled in Slack"):
        await slack.people.resolve("@team-0")


async def test_while_slack_allows_no_more_calls_a_young_record_decides_and_an_old_one_does_not(
    slack: Slack,
) -> None:
    for _ in range(100):
        await slack.people.person("U9000001")
    slack.advance(30)
    assert (await slack.people.person("U9000001")).active
    slack.clock.advance(timedelta(seconds=31))  # Slack still counts the hundred calls
    with pytest.raises(PeopleUnavailable, match=r"Try again in \d+ s"):
        await slack.people.person("U9000001")


async def test_clicks_that_slack_is_too_slow_for_are_a_problem_until_it_answers(slack: Slack) -> None:
    await slack.control("fault", method="users.info", kind="timeout", times=10)
    with click_budget(0.2), pytest.raises(PeopleUnavailable, match="did not answer in time"):
        await slack.people.person("U9000001")
    assert "Signoff refuses clicks and commands" in slack.people.reads.problem
    await slack.control("faults/clear")
    await slack.people.person("U9000001")
    assert slack.people.reads.problem == ""
    await slack.control("fault", method="users.info", kind="timeout")
    with click_budget(0.2), pytest.raises(PeopleUnavailable):
        await slack.people.person("U9000001")
    slack.clock.advance(timedelta(minutes=5, seconds=1))
    assert slack.people.reads.problem == ""


async def test_a_member_whom_slack_does_not_show_is_one_unknown_member(slack: Slack) -> None:
    found = await slack.people.look_up(["U9000001", "U0TYPO"])
    assert found["U0TYPO"] is None
    assert found["U9000001"] is not None


@pytest.mark.long
@pytest.mark.parametrize("channels", [MANY_CHANNELS])
async def test_a_channel_beyond_twenty_pages_is_found_across_tries(slack: Slack) -> None:
    last = f"#room-{MANY_CHANNELS - 1}"
    with click_budget(0.5), pytest.raises(PeopleUnavailable, match="is not found yet"):
        await slack.people.resolve(last)
    assert "/invite @signoff" in slack.people.notices.get_nowait()
    # Slack's twenty pages of this minute are read without anybody who waits, and then it says when to go on.
    async with asyncio.timeout(60):
        while slack.clock.next_wake() is None:
            await asyncio.sleep(0)
    slack.advance(61)
    with click_budget(60):
        group = await slack.people.resolve(last)
    assert isinstance(group, Group)
    assert len(group.members) == 150
    assert slack.people.reads.calls["conversations.list"] < 40


@pytest.mark.long
@pytest.mark.parametrize("channels", [MANY_CHANNELS])
async def test_a_channel_that_the_bot_is_in_is_found_before_all_are_listed(slack: Slack) -> None:
    await slack.people.resolve("#deploys")
    assert slack.people.reads.calls["conversations.list"] == 0


async def test_a_renamed_channel_is_not_taken_for_its_old_name(slack: Slack) -> None:
    await slack.people.resolve("#deploys")
    channel = str((slack.people.channels.known("deploys") or {})["id"])
    slack.people.channels.renamed(channel, "deploys-old")
    assert (slack.people.channels.known("deploys-old") or {})["id"] == channel
    assert slack.people.channels.known("deploys") is None


async def test_a_user_who_left_a_channel_loses_membership_at_once(slack: Slack) -> None:
    await slack.people.resolve("#deploys")
    channel = str((slack.people.channels.known("deploys") or {})["id"])
    slack.people.channel_members.left(channel, "U03CAROL")
    group = await slack.people.resolve("#deploys")
    assert isinstance(group, Group)
    assert "U03CAROL" not in group.members


async def test_all_look_ups_of_a_click_share_one_budget(slack: Slack) -> None:
    with click_budget(0.0), pytest.raises(PeopleUnavailable, match="Try again"):
        await slack.people.person("U9000001")
    assert slack.people.reads.calls == {}
    assert (await slack.people.person("U9000001")).active
