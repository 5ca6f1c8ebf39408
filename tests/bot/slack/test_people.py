"""People and groups of the local Slack. A user or group that cannot be read decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.call_results import Rejected
from bot.slack.display_names import names_in
from bot.slack.people import SlackPeople
from bot.slack.web_api import CallTimeouts, SlackApi, SlackRefused
from engine.clock import FakeClock
from engine.errors import PeopleUnavailable, UnknownPeople
from engine.model.people import Group, is_member
from engine.runtime.access.suggestions import nearest_reference

Local = Any


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def api(local: Local) -> AsyncIterator[SlackApi]:
    timeouts = CallTimeouts(connect=1, answer=1, first_retry=0.01)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        yield api


@pytest.fixture
async def people(api: SlackApi, clock: FakeClock) -> AsyncIterator[SlackPeople]:
    found = SlackPeople(api, clock, team_id="T0LOCAL", groups={"night": ["U04DAVE"]})
    yield found
    await found.close()


class Scripted:
    """Slack's answers in a row; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)

    async def read(self, method: str, arguments: Any = None, *, tries: int = 3) -> Any:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_person_is_read_with_activity_bot_and_guest_flags(people: SlackPeople) -> None:
    alice = await people.person("U01ALICE")
    assert (alice.id, alice.active, alice.is_bot, alice.outside) == ("U01ALICE", True, False, False)
    assert (await people.person("U07GUEST")).outside
    assert (await people.person("U0SIGNOFF")).is_bot
    with pytest.raises(UnknownPeople, match="U0NOBODY"):
        await people.person("U0NOBODY")


async def test_a_user_who_left_the_company_is_inactive_at_the_next_click(
    people: SlackPeople, local: Local
) -> None:
    assert (await people.person("U02BOB")).active
    await local.control("user", id="U02BOB", deleted=True)
    assert not (await people.person("U02BOB")).active


async def test_a_user_who_left_the_group_loses_membership_seconds_later(
    people: SlackPeople, local: Local, clock: FakeClock
) -> None:
    assert await is_member(people, "U02BOB", "@on-call")
    await local.control("group", id="S01ONCALL", users=["U01ALICE"])
    clock.advance(timedelta(seconds=2))
    assert not await is_member(people, "U02BOB", "@on-call")


async def test_a_burst_of_clicks_is_one_question(people: SlackPeople, local: Local) -> None:
    for _ in range(5):
        assert await is_member(people, "U02BOB", "@on-call")
    await asyncio.gather(*(is_member(people, "U02BOB", "@platform") for _ in range(20)))
    assert people.reads.calls == {"usergroups.list": 1}


async def test_a_new_group_is_found_at_once_though_handles_are_kept(people: SlackPeople) -> None:
    with pytest.raises(UnknownPeople, match=r"SIGNOFF_GROUPS: \{\"nobody\""):
        await people.resolve("@nobody")
    group = await people.resolve("@platform")
    assert isinstance(group, Group)
    assert group.members == {"U01ALICE", "U02BOB"}


async def test_groups_of_the_settings(people: SlackPeople, local: Local) -> None:
    assert await people.resolve("@night") == Group("group:night", "night", frozenset({"U04DAVE"}))
    assert await local.calls("usergroups.list") == []


async def test_a_handle_is_never_a_person(people: SlackPeople) -> None:
    with pytest.raises(UnknownPeople):
        await people.resolve("@alice")
    with pytest.raises(UnknownPeople):
        await people.resolve("@U01ALICE")


@pytest.mark.parametrize("kind", ["internal_error", "http_500", "disconnect_before", "ratelimited"])
@pytest.mark.parametrize("method", ["users.info", "usergroups.list"])
async def test_when_slack_cannot_be_asked_nobody_gets_in(
    people: SlackPeople, local: Local, method: str, kind: str
) -> None:
    await local.fault(method, kind, times=9)
    with pytest.raises(PeopleUnavailable):
        await (
            people.person("U01ALICE") if method == "users.info" else is_member(people, "U02BOB", "@on-call")
        )


async def test_one_lost_connection_does_not_refuse_a_person(people: SlackPeople, local: Local) -> None:
    await local.fault("users.info", "disconnect_before")
    assert (await people.person("U01ALICE")).active


async def test_a_workspace_without_user_groups(clock: FakeClock) -> None:
    refused = SlackRefused("usergroups.list", Rejected("plan_upgrade_required"))
    people = SlackPeople(Scripted(refused), clock, team_id="T0LOCAL")
    with pytest.raises(UnknownPeople, match="SIGNOFF_GROUPS"):
        await people.resolve("@on-call")


async def test_a_missing_scope_refuses_and_names_it(clock: FakeClock) -> None:
    refused = SlackRefused("users.info", Rejected("missing_scope", needed="users:read"))
    people = SlackPeople(Scripted(refused), clock, team_id="T0LOCAL")
    with pytest.raises(PeopleUnavailable, match="users:read"):
        await people.person("U01ALICE")


async def test_a_silent_slack_refuses_before_the_click_is_lost(
    api: SlackApi, clock: FakeClock, local: Local
) -> None:
    await local.fault("users.info", "timeout", times=3)
    people = SlackPeople(api, clock, team_id="T0LOCAL", answer_within=0.05)
    with pytest.raises(PeopleUnavailable):
        await people.person("U01ALICE")


@pytest.mark.parametrize(
    ("more", "outside"),
    [
        ({"team_id": "T0LOCAL"}, False),
        ({"team_id": "T0OTHER"}, True),
        ({}, True),
        ({"team_id": "T0LOCAL", "is_stranger": True}, True),
        ({"team_id": "T0LOCAL", "is_ultra_restricted": True}, True),
        ({"team_id": "T0OTHER", "enterprise_user": {"teams": ["T0LOCAL"]}}, False),
    ],
)
async def test_only_guests_and_members_of_other_workspaces_are_outside(
    clock: FakeClock, more: dict[str, Any], outside: bool
) -> None:
    people = SlackPeople(Scripted({"user": {"id": "U1", "name": "x", **more}}), clock, team_id="T0LOCAL")
    assert (await people.person("U1")).outside is outside


async def test_names_are_shown_from_memory_and_by_id_where_slack_is_silent(
    people: SlackPeople, local: Local
) -> None:
    before = await people.names(["U01ALICE", "U0NOBODY"])
    assert before["U0NOBODY"] == "U0NOBODY"
    await local.fault("users.info", "internal_error", times=9)
    assert (await people.names(["U01ALICE"]))["U01ALICE"] == before["U01ALICE"] != "U01ALICE"
    assert await people.names(["U04DAVE"]) == {"U04DAVE": "U04DAVE"}


async def test_the_members_of_a_channel_are_seconds_old_and_its_id_is_found_once(
    people: SlackPeople, local: Local, clock: FakeClock
) -> None:
    for _ in range(3):
        clock.advance(timedelta(seconds=3))
        assert await is_member(people, "U03CAROL", "#deploys")
        assert not await is_member(people, "U04DAVE", "#deploys")
    calls = people.reads.calls
    assert calls == {"conversations.members": 3, "users.conversations": 1}
    with pytest.raises(UnknownPeople, match="cannot see #nothing"):
        await people.resolve("#nothing")


async def test_a_misspelled_group_or_public_channel_is_close_to_the_right_one(people: SlackPeople) -> None:
    for misspelled in ("@release-manager", "#depoys"):
        with pytest.raises(UnknownPeople):
            await people.resolve(misspelled)
    assert await nearest_reference(people, "@release-manager") == "@release-managers"
    assert await nearest_reference(people, "@nihgt") == "@night"
    assert await nearest_reference(people, "#depoys") == "#deploys"
    assert await nearest_reference(people, "#ghosts") == ""


async def test_a_channel_is_missing_only_where_slack_says_so(people: SlackPeople, local: Local) -> None:
    await local.fault("conversations.list", "internal_error", times=9)
    await local.fault("users.conversations", "internal_error", times=9)
    assert (await names_in(people, "#cellar", "#deploys")).missing == frozenset()
    await local.control("faults/clear")
    assert (await names_in(people, "#cellar", "#deploys")).missing == {"#cellar"}


async def test_the_name_of_a_private_channel_is_told_to_nobody(people: SlackPeople) -> None:
    people.channels.learn("C0SECRET", "acquisition")
    assert await nearest_reference(people, "#aquisition") == ""
