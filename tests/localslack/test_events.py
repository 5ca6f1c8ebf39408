"""Events: what is sent, to whom subscribed, retried when."""

import asyncio

import aiohttp

from localslack import ManualClock, Server
from tests.localslack.conftest import AppSocket, Json, People, PeopleOf

INCIDENTS, GENERAL = "C02INCIDENTS", "C01GENERAL"


async def acked(socket: aiohttp.ClientWebSocketResponse) -> Json:
    """The next envelope, acknowledged."""
    envelope: Json = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    return envelope


async def test_mentions_and_direct_messages(server: Server, app_socket: AppSocket, people: People) -> None:
    socket = await app_socket(server)
    await people.say("U01ALICE", INCIDENTS, "nothing for the bot")
    await people.say("U01ALICE", GENERAL, "@signoff is not in this channel")
    await people.say("U01ALICE", INCIDENTS, "@signoff <b> & @on-call in #plant, @here")
    envelope = await acked(socket)
    body = envelope["payload"]
    assert (envelope["type"], envelope["retry_attempt"], body["type"]) == ("events_api", 0, "event_callback")
    event = body["event"]
    assert event["type"] == "app_mention"
    expected = "<@U0SIGNOFF> &lt;b&gt; &amp; <!subteam^S01ONCALL> in <#C03PLANT|plant>, <!here>"
    assert event["text"] == expected
    assert body["authorizations"][0]["user_id"] == "U0SIGNOFF"
    direct = (await people.post("dm/open", as_="U01ALICE", user="U0SIGNOFF"))["channel"]
    assert direct["name"] == "Signoff"
    await people.say("U01ALICE", direct["id"], "hello")
    event = (await acked(socket))["payload"]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "hello")


async def test_membership_groups_and_people(server: Server, app_socket: AppSocket, people: People) -> None:
    socket = await app_socket(server)
    await people.post("channel/invite", channel=GENERAL, user="U0SIGNOFF")
    event = (await acked(socket))["payload"]["event"]
    assert (event["type"], event["user"], event["channel"]) == ("member_joined_channel", "U0SIGNOFF", GENERAL)
    await people.post("group", id="S01ONCALL", users=["U02BOB", "U04DAVE"])
    event = (await acked(socket))["payload"]["event"]
    assert event["type"] == "subteam_members_changed"
    assert (event["added_users"], event["removed_users"]) == (["U04DAVE"], ["U01ALICE"])
    await people.post("user", id="U02BOB", deleted=True)
    event = (await acked(socket))["payload"]["event"]
    assert (event["type"], event["user"]["deleted"]) == ("user_change", True)
    await people.post("home/open", as_="U01ALICE")
    event = (await acked(socket))["payload"]["event"]
    assert (event["type"], event["tab"], event["user"]) == ("app_home_opened", "home", "U01ALICE")
    await people.post("event", event={"type": "app_uninstalled"})
    assert (await acked(socket))["payload"]["event"]["type"] == "app_uninstalled"
    assert (await people.post("event", event={"type": "pin_added"}))["error"] == "not_subscribed"


async def test_retries_at_once_after_a_minute_and_after_five(
    still: Server, app_socket: AppSocket, people_of: PeopleOf, clock: ManualClock
) -> None:
    people = people_of(still)
    socket = await app_socket(still)
    await people.post("home/open", as_="U01ALICE")
    first = await socket.receive_json()
    seen = []
    for wait in (3, 3 + 60, 3 + 300):
        pending = asyncio.create_task(socket.receive_json())
        while not pending.done():
            clock.advance(wait / 4 if clock.sleeping else 0)
            await asyncio.sleep(0)
        envelope = pending.result()
        seen.append((envelope["retry_attempt"], envelope["retry_reason"]))
        assert envelope["payload"]["event_id"] == first["payload"]["event_id"]
    assert seen == [(1, "timeout"), (2, "timeout"), (3, "timeout")]


async def test_the_last_event_can_be_delivered_again(
    server: Server, app_socket: AppSocket, people: People
) -> None:
    assert (await people.post("redeliver", last="event"))["error"] == "nothing_to_redeliver"
    socket = await app_socket(server)
    await people.post("home/open", as_="U01ALICE")
    first = await acked(socket)
    again = asyncio.create_task(people.post("redeliver", last="event"))
    second = await acked(socket)
    assert second["payload"] == first["payload"]
    assert second["envelope_id"] != first["envelope_id"]
    assert (await again)["outcome"] == "ok"
    assert (await people.post("redeliver", last="everything"))["error"] == "invalid_last"
