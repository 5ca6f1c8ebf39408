"""Posting, changing, deleting, threads, history."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import ManualClock, Server
from tests.localslack.conftest import ClientOf, Json, People, error_of

INCIDENTS, GENERAL = "C02INCIDENTS", "C01GENERAL"
DIVIDER = [{"type": "divider", "block_id": "d"}]


async def test_a_post_is_seen_in_the_channel_as_the_bots(client: AsyncWebClient, people: People) -> None:
    answer = await client.chat_postMessage(channel=INCIDENTS, text="hello", unfurl_links=False)
    message = answer["message"]
    assert (message["bot_id"], message["text"], message["ts"]) == ("B0SIGNOFF", "hello", answer["ts"])
    assert [m["username"] for m in await people.read("U01ALICE", INCIDENTS)] == ["Signoff"]


async def test_all_that_holds_blocks_counts_towards_one_limit(client: AsyncWebClient) -> None:
    def blocks(size: int) -> list[Json]:
        return [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * (size // 3)}} for _ in range(3)]

    fits = [{"blocks": blocks(6000)}]
    sent = await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=blocks(6000), attachments=fits)
    parts: Json = {"text": "x", "blocks": blocks(6900), "attachments": [{"blocks": blocks(6900)}]}
    assert await error_of(client.chat_postMessage(channel=INCIDENTS, **parts)) == "msg_blocks_too_long"
    changed = client.chat_update(channel=INCIDENTS, ts=sent["ts"], **parts)
    assert await error_of(changed) == "msg_blocks_too_long"


async def test_timestamps_rise_and_are_the_posting_time(
    still: Server, client_of: ClientOf, clock: ManualClock
) -> None:
    client = client_of(still)
    stamps = [(await client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"] for _ in range(3)]
    assert stamps == sorted(set(stamps))
    assert float(stamps[0]) == pytest.approx(clock.now(), abs=0.001)
    clock.advance(60)
    later = (await client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"]
    assert float(later) == pytest.approx(clock.now(), abs=0.001)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "no_text"),
        ({"channel": "C404"}, "channel_not_found"),
        ({"channel": GENERAL, "text": "x"}, "not_in_channel"),
        ({"text": "x", "blocks": "nope"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": [{"type": "banner"}]}, "invalid_blocks"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "username": "Other"}, "missing_scope"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2900}}] * 5},
         "msg_blocks_too_long"),
    ],
)  # fmt: skip
async def test_a_wrong_post_is_refused_with_slacks_code(
    client: AsyncWebClient, fields: Json, code: str
) -> None:
    body = {"channel": INCIDENTS, **fields}
    assert await error_of(client.api_call("chat.postMessage", json=body)) == code


async def test_invalid_blocks_say_where(client: AsyncWebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=blocks)
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


async def test_a_post_beyond_an_undocumented_limit_warns(client: AsyncWebClient) -> None:
    blocks = [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x" * 3001}]}]
    answer = await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=blocks)
    assert "/blocks/0/elements/0" in answer["response_metadata"]["warnings"][0]


async def test_long_texts_are_cut(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=INCIDENTS, text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert answer["warning"] == "message_truncated"


async def test_an_archived_channel_refuses_posts_and_changes(client: AsyncWebClient, people: People) -> None:
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"]
    await people.post("channel/archive", channel=INCIDENTS)
    assert await error_of(client.chat_postMessage(channel=INCIDENTS, text="x")) == "is_archived"
    assert await error_of(client.chat_update(channel=INCIDENTS, ts=ts, text="y")) == "is_inactive"


async def test_a_private_channel_is_invisible_until_invited(client: AsyncWebClient, people: People) -> None:
    made = await people.post("channel/create", as_="U01ALICE", name="secret", private=True)
    channel = made["channel"]["id"]
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "channel_not_found"
    await people.say("U01ALICE", channel, "/invite @signoff")
    assert (await client.chat_postMessage(channel=channel, text="x"))["ok"]
    await people.post("channel/kick", channel=channel, user="U0SIGNOFF")
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "channel_not_found"


async def test_update_keeps_and_drops_what_slack_does(client: AsyncWebClient, people: People) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(
        channel=INCIDENTS, text="a", blocks=DIVIDER, metadata=metadata, attachments=[{"text": "kept"}]
    )
    ts = posted["ts"]
    changed = (await client.chat_update(channel=INCIDENTS, ts=ts, text="b", blocks=DIVIDER))["message"]
    assert "edited" not in changed
    assert changed["metadata"] == metadata
    assert changed["attachments"][0]["text"] == "kept"
    empty = {"channel": INCIDENTS, "ts": ts, "text": "b", "blocks": DIVIDER, "metadata": {}}
    assert "metadata" not in (await client.api_call("chat.update", json=empty))["message"]
    plain = (await client.chat_update(channel=INCIDENTS, ts=ts, text="c"))["message"]
    assert "blocks" not in plain
    assert plain["edited"]["user"] == "U0SIGNOFF"
    assert (await people.read("U01ALICE", INCIDENTS))[0]["text"] == "c"


async def test_a_wrong_update_is_refused_with_slacks_code(client: AsyncWebClient, people: People) -> None:
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    theirs = (await people.say("U01ALICE", INCIDENTS, "mine"))["ts"]
    assert (
        await error_of(client.chat_update(channel=INCIDENTS, ts="1.000001", text="b")) == "message_not_found"
    )
    assert await error_of(client.chat_update(channel=INCIDENTS, ts=theirs, text="b")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=INCIDENTS, ts=theirs)) == "cant_delete_message"
    assert await error_of(client.api_call("chat.update", json={"channel": INCIDENTS, "ts": ts})) == "no_text"
    assert (await client.chat_update(channel=INCIDENTS, ts=ts, text="é" * 2000))["ok"]
    assert (
        await error_of(client.chat_update(channel=INCIDENTS, ts=ts, text="é" * 2000 + "x")) == "msg_too_long"
    )


async def test_a_thread_holds_replies_and_the_channel_only_broadcast_ones(
    client: AsyncWebClient, people: People
) -> None:
    parent = (await client.chat_postMessage(channel=INCIDENTS, text="p"))["ts"]
    reply = (await client.chat_postMessage(channel=INCIDENTS, text="r", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel=INCIDENTS, text="both", thread_ts=reply, reply_broadcast=True)
    assert await people.texts("U01ALICE", INCIDENTS) == ["p", "both"]
    thread = (await people.get("thread", as_="U01ALICE", channel=INCIDENTS, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["p", "r", "both"]
    assert (thread[0]["reply_count"], thread[0]["reply_users"]) == (2, ["U0SIGNOFF"])
    history = (await client.conversations_history(channel=INCIDENTS))["messages"]
    assert [m["text"] for m in history] == ["both", "p"]
    assert history[0]["subtype"] == "thread_broadcast"
    replies = (await client.conversations_replies(channel=INCIDENTS, ts=parent))["messages"]
    assert [m["text"] for m in replies] == ["p", "r", "both"]
    assert replies[1]["parent_user_id"] == "U0SIGNOFF"
    await client.chat_delete(channel=INCIDENTS, ts=parent)
    assert (await people.read("U01ALICE", INCIDENTS))[0]["deleted"] is True
    await client.chat_delete(channel=INCIDENTS, ts=reply)
    thread = (await people.get("thread", as_="U01ALICE", channel=INCIDENTS, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["This message was deleted.", "both"]


async def test_history_bounds_and_pages(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel=INCIDENTS, text=str(n)))["ts"] for n in range(5)]

    async def texts(**bounds: Any) -> str:
        answer = await client.conversations_history(channel=INCIDENTS, **bounds)
        return "".join(m["text"] for m in answer["messages"])

    assert await texts() == "43210"
    assert await texts(oldest=stamps[1]) == "432"
    assert await texts(oldest=stamps[1], inclusive=True) == "4321"
    assert await texts(latest=stamps[1]) == "0"
    assert await texts(oldest=stamps[1], latest=stamps[3]) == "2"
    first = await client.conversations_history(channel=INCIDENTS, limit=2)
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    assert await texts(limit=2, cursor=cursor) == "21"
    assert await error_of(client.conversations_history(channel=INCIDENTS, cursor="!")) == "invalid_cursor"
    assert await error_of(client.conversations_history(channel=GENERAL)) == "not_in_channel"


async def test_metadata_only_on_demand(client: AsyncWebClient) -> None:
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    await client.chat_postMessage(channel=INCIDENTS, text="a", metadata=metadata)
    without = await client.conversations_history(channel=INCIDENTS)
    assert "metadata" not in without["messages"][0]
    with_it = await client.conversations_history(channel=INCIDENTS, include_all_metadata=True)
    assert with_it["messages"][0]["metadata"] == metadata


async def test_an_ephemeral_message_is_seen_by_one_person(client: AsyncWebClient, people: People) -> None:
    await client.chat_postEphemeral(channel=INCIDENTS, user="U01ALICE", text="psst")
    assert await people.texts("U01ALICE", INCIDENTS) == ["psst"]
    assert await people.texts("U02BOB", INCIDENTS) == []
    assert (await client.conversations_history(channel=INCIDENTS))["messages"] == []
    outside = client.chat_postEphemeral(channel=INCIDENTS, user="U06FRANK", text="x")
    assert await error_of(outside) == "user_not_in_channel"


async def test_a_permalink_leads_to_its_message(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="a"))["ts"]
    link = (await client.chat_getPermalink(channel=INCIDENTS, message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/{INCIDENTS}/p{ts.replace('.', '')}")
