"""The control API: people's views, changes by hand, faults, and the live feed."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Config, MovableClock, Server, start
from tests.localslack.conftest import Json, People

INCIDENTS, GENERAL = "C02INCIDENTS", "C01GENERAL"


async def test_a_channel_tells_its_newest_message_that_a_person_sees(people: People) -> None:
    said = await people.post("message", as_="U02BOB", channel=INCIDENTS, text="hello")
    channels = (await people.get("bootstrap", as_="U03CAROL"))["channels"]
    assert {each["id"]: each["latest"] for each in channels if each["latest"]} == {INCIDENTS: said["ts"]}


async def test_the_page_starts_with_what_its_person_may_see(people: People) -> None:
    seen = await people.get("bootstrap", as_="U07GUEST")
    assert [channel["name"] for channel in seen["channels"]] == ["general"]
    seen = await people.get("bootstrap", as_="U01ALICE")
    assert (seen["me"]["initials"], seen["team"]["id"], seen["bot"]["connected"]) == ("AO", "T0LOCAL", False)
    assert {channel["latest"] for channel in seen["channels"]} == {""}
    assert [command["command"] for command in seen["commands"]] == ["/workflow", "/plain"]
    assert seen["groups"][0] == {
        "id": "S01ONCALL", "handle": "on-call", "name": "On call", "users": ["U02BOB", "U01ALICE"],
    }  # fmt: skip
    assert (await people.get("bootstrap", as_="U404"))["error"] == "user_not_found"
    assert (await people.get("bootstrap"))["me"]["id"] == "U03CAROL"
    await people.post("user", id="U03CAROL", deleted=True)
    assert (await people.get("bootstrap"))["me"]["id"] == "U01ALICE"


async def test_messages_come_in_pages_oldest_first(people: People) -> None:
    for number in range(5):
        await people.say("U01ALICE", INCIDENTS, str(number))
    newest = await people.get("messages", as_="U01ALICE", channel=INCIDENTS, limit=2)
    assert ([m["text"] for m in newest["messages"]], newest["has_more"]) == (["3", "4"], True)
    before = newest["messages"][0]["ts"]
    older = await people.get("messages", as_="U01ALICE", channel=INCIDENTS, limit=3, before=before)
    assert ([m["text"] for m in older["messages"]], older["has_more"]) == (["0", "1", "2"], False)
    bad = await people.get("messages", as_="U01ALICE", channel=INCIDENTS, limit="many")
    assert bad["error"] == "invalid_limit"


async def test_unread_messages_are_counted_for_each_person(people: People) -> None:
    await people.say("U01ALICE", INCIDENTS, "one")
    last = (await people.say("U01ALICE", INCIDENTS, "two"))["ts"]

    async def unread(person: str) -> Any:
        channels = (await people.get("bootstrap", as_=person))["channels"]
        return next(channel["unread"] for channel in channels if channel["id"] == INCIDENTS)

    assert (await unread("U01ALICE"), await unread("U02BOB")) == (0, 2)
    live = await people.live("U02BOB")
    await people.post("read", as_="U02BOB", channel=INCIDENTS, ts=last)
    told = await live.receive_json()
    assert (told["type"], told["channel"], told["unread"]) == ("read", INCIDENTS, 0)
    assert await unread("U02BOB") == 0
    await live.close()


async def test_a_person_creates_joins_leaves_and_archives_channels(people: People) -> None:
    made = (await people.post("channel/create", as_="U01ALICE", name="new-room", private=False))["channel"]
    assert made["joined"] is True
    taken = await people.post("channel/create", as_="U01ALICE", name="new-room", private=False)
    assert taken["error"] == "name_taken"
    assert (await people.post("channel/create", as_="U01ALICE", name="No!"))["error"] == "invalid_name"
    assert (await people.say("U02BOB", made["id"], "x"))["error"] == "not_in_channel"
    await people.post("channel/join", as_="U02BOB", channel=made["id"])
    assert (await people.say("U02BOB", made["id"], "x"))["ok"]
    await people.post("channel/leave", as_="U02BOB", channel=made["id"])
    assert (await people.say("U02BOB", made["id"], "x"))["error"] == "not_in_channel"
    await people.post("channel/archive", channel=made["id"])
    assert (await people.say("U01ALICE", made["id"], "x"))["error"] == "is_archived"


async def test_a_person_and_a_group_can_be_changed_and_mistakes_are_named(people: People) -> None:
    assert (await people.post("user", id="U02BOB", is_restricted=True))["user"]["is_restricted"] is True
    assert (await people.post("user", id="U02BOB", is_restricted="yes"))["error"] == "invalid_is_restricted"
    assert (await people.post("user", id="U02BOB", shoe_size=43))["error"] == "invalid_field"
    assert (await people.post("group", id="S404", users=[]))["error"] == "group_not_found"
    assert (await people.post("group", id="S01ONCALL", users=["U404"]))["error"] == "user_not_found"


async def test_people_and_groups_are_made_by_hand(people: People) -> None:
    live = await people.live("U01ALICE")
    zoe = (await people.post("user/create", real_name=" Zoë  Ångström "))["user"]
    assert (zoe["real_name"], zoe["name"]) == ("Zoë Ångström", "zoe")
    assert (await people.post("user/create", real_name="Zoe Other"))["user"]["name"] == "zoe2"
    assert (await people.post("user/create", real_name="zoë ångström"))["error"] == "name_taken"
    assert (await people.post("user/create", real_name=" "))["error"] == "invalid_real_name"
    assert (await people.say(zoe["id"], GENERAL, "hello"))["ok"]
    group = (await people.post("group/create", as_=zoe["id"], handle="night-shift"))["group"]
    assert (group["name"], group["users"]) == ("Night shift", [zoe["id"]])
    assert (await people.post("group/create", as_=zoe["id"], handle="on-call"))["error"] == "handle_taken"
    assert (await people.post("group/create", as_=zoe["id"], handle="bob"))["error"] == "handle_taken"
    assert (await people.post("group/create", as_=zoe["id"], handle="No!"))["error"] == "invalid_handle"
    told = [await live.receive_json() for _ in range(8)]
    assert [each["type"] for each in told if each["type"] in ("user", "group")] == ["user", "user", "group"]
    await live.close()


async def test_calls_and_limits_show_what_was_refused_and_why(client: AsyncWebClient, people: People) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=[{"type": "divider", "tex": 1}, {}])
    await client.users_info(user="U01ALICE")
    refused, fine = (await people.get("calls"))["calls"][-2:]
    assert (refused["ok"], refused["error"]) == (False, "invalid_blocks")
    assert "/blocks/1" in refused["detail"]
    assert (fine["ok"], fine["detail"]) == (True, None)
    limits = await people.get("limits")
    assert limits["enforced"] is False
    assert {"method": "users.info", "calls": 1, "most": 100, "refused": 0} in limits["methods"]


async def test_live_tells_each_person_what_they_see(people: People, client: AsyncWebClient) -> None:
    alice, guest = await people.live("U01ALICE"), await people.live("U07GUEST")
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    await client.chat_postEphemeral(channel=INCIDENTS, user="U02BOB", text="not for alice")
    await client.chat_update(channel=INCIDENTS, ts=ts, text="b")
    await client.chat_postMessage(channel=INCIDENTS, text="r", thread_ts=ts)
    await client.chat_delete(channel=INCIDENTS, ts=ts)
    await people.say("U01ALICE", GENERAL, "for all")
    told = [await alice.receive_json() for _ in range(6)]
    assert [(item["type"], item.get("message", {}).get("text")) for item in told] == [
        ("message", "a"),
        ("message_changed", "b"),
        ("message", "r"),
        ("message_changed", "b"),
        ("message_changed", "This message was deleted."),
        ("message", "for all"),
    ]
    assert told[3]["message"]["reply_count"] == 1
    assert (await guest.receive_json())["message"]["text"] == "for all"
    assert [item["n"] for item in told] == sorted(item["n"] for item in told)
    await alice.close()
    await guest.close()


async def test_live_from_a_cursor(people: People) -> None:
    cursor = (await people.get("bootstrap", as_="U01ALICE"))["cursor"]
    await people.say("U01ALICE", INCIDENTS, "missed")
    live = await people.live("U01ALICE", cursor)
    assert (await live.receive_json())["message"]["text"] == "missed"
    for wrong in (cursor - 1, cursor + 1000):
        other = await people.live("U01ALICE", wrong)
        assert (await other.receive_json())["type"] == "reset"
        await other.close()
    await live.close()


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "ratelimited", "retry_after": 7}, 429, "ratelimited"),
        ({"kind": "internal_error"}, 200, "internal_error"),
        ({"kind": "error", "error": "channel_not_found"}, 200, "channel_not_found"),
        ({"kind": "http_500"}, 500, "internal_error"),
    ],
)
async def test_a_planted_fault_answers_with_its_error(
    client: AsyncWebClient, people: People, fault: Json, status: int, code: str
) -> None:
    await people.post("fault", method="chat.postMessage", times=1, **fault)
    assert (await client.auth_test())["ok"]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=INCIDENTS, text="x")
    response = caught.value.response
    assert (response.status_code, response["error"]) == (status, code)
    if status == 429:
        assert response.headers["Retry-After"] == "7"
    assert await people.texts("U01ALICE", INCIDENTS) == []
    assert (await client.chat_postMessage(channel=INCIDENTS, text="x"))["ok"]


@pytest.mark.parametrize(("kind", "there"), [("disconnect_before", []), ("disconnect_after", ["x"])])
async def test_a_planted_cut_ends_the_connection_before_or_after_the_effect(
    client: AsyncWebClient, people: People, kind: str, there: list[str]
) -> None:
    await people.post("fault", method="chat.postMessage", kind=kind)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=INCIDENTS, text="x")
    assert await people.texts("U01ALICE", INCIDENTS) == there
    assert (await people.get("calls"))["calls"][-1]["error"] == kind


async def test_a_fault_that_hangs(server: Server, people: People, http: aiohttp.ClientSession) -> None:
    await people.post("fault", method="chat.postMessage", kind="timeout")
    headers = {"Authorization": f"Bearer {server.bot_token}"}
    body = {"channel": INCIDENTS, "text": "x"}
    with pytest.raises(asyncio.TimeoutError):
        async with asyncio.timeout(0.2):
            await http.post(f"{server.api_url}chat.postMessage", json=body, headers=headers)
    assert await people.texts("U01ALICE", INCIDENTS) == []


async def test_a_slow_call_takes_effect(client: AsyncWebClient, people: People) -> None:
    await people.post("fault", method="chat.postMessage", kind="slow", seconds=0.1)
    assert (await client.chat_postMessage(channel=INCIDENTS, text="x"))["ok"]
    assert await people.texts("U01ALICE", INCIDENTS) == ["x"]
    wrong = await people.post("fault", method="chat.postMessage", kind="slow", seconds=61)
    assert wrong["error"] == "invalid_seconds"


async def test_faults_are_checked_and_cleared(client: AsyncWebClient, people: People) -> None:
    assert (await people.post("fault", method="auth.test", kind="sulk"))["error"] == "invalid_kind"
    assert (await people.post("fault", method="auth.test", kind="error"))["error"] == "invalid_error"
    assert (await people.post("fault", kind="timeout"))["error"] == "invalid_method"
    wrong = await people.post("fault", method="chat.postMesage", kind="timeout")
    assert "did you mean chat.postMessage" in wrong["message"]
    assert (await people.get("everything"))["error"] == "not_found"
    assert (await people.post("fault", method="*", kind="timeout", times=0))["error"] == "invalid_times"
    await people.post("fault", method="*", kind="internal_error", times=5)
    await people.post("faults/clear")
    assert (await client.auth_test())["ok"]


async def test_pages_of_other_sites_are_refused(server: Server, http: aiohttp.ClientSession) -> None:
    body = {"as": "U01ALICE", "channel": INCIDENTS, "text": "x"}
    url = f"{server.url}/control/message"
    async with http.post(url, json=body, headers={"Origin": "http://evil.test"}) as response:
        assert response.status == 403
    async with http.post(url, json=body, headers={"Host": "evil.test:80"}) as response:
        assert response.status == 403
    async with http.post(url, json=body, headers={"Origin": server.url}) as response:
        assert response.status == 200
    async with http.post(url, data="[", headers={"Origin": server.url}) as response:
        assert (await response.json())["error"] == "invalid_json"
    async with http.get(f"{server.url}/page/%2e%2e/server.py") as response:
        assert response.status == 404


async def test_time_cannot_be_moved_on_with_the_clock_of_the_machine(people: People) -> None:
    assert (await people.get("bootstrap", as_="U01ALICE"))["clock"]["moved_by"] is None
    assert (await people.post("clock/move", seconds=60))["error"] == "clock_is_fixed"


async def test_time_is_moved_on_for_everybody_who_looks() -> None:
    clock = MovableClock()
    server = await start(Config(clock=clock))
    try:
        async with aiohttp.ClientSession() as http:
            for wrong in (0, -5, True, "60", 32 * 86_400):
                async with http.post(f"{server.url}/control/clock/move", json={"seconds": wrong}) as answer:
                    assert (await answer.json())["error"] == "invalid_seconds"
            async with http.ws_connect(f"{server.url}/control/live?as=U01ALICE") as live:
                await http.post(f"{server.url}/control/clock/move", json={"seconds": 3600})
                told = await live.receive_json(timeout=10)
        assert (told["type"], told["moved_by"]) == ("clock", 3600)
        assert clock.moved_by == 3600
    finally:
        await server.close()
