"""Tokens, scopes, arguments, errors: what holds for every method of the Web API."""

import json
from collections.abc import Awaitable
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from localslack import Server
from tests.localslack.conftest import People

INCIDENTS, GENERAL = "C02INCIDENTS", "C01GENERAL"


async def refused(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    with pytest.raises(SlackApiError) as caught:
        await call
    response: AsyncSlackResponse = caught.value.response
    return response


async def test_auth_test_names_the_bot_and_its_scopes(client: AsyncWebClient, server: Server) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0SIGNOFF", "B0SIGNOFF", "T0LOCAL")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("token", "code"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth"), ("xapp-local-signoff", "not_allowed_token_type")],
)
async def test_a_wrong_token_is_refused_with_slacks_code(
    server: Server, http: aiohttp.ClientSession, token: str, code: str
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(f"{server.api_url}auth.test", headers=headers) as response:
        assert (await response.json())["error"] == code


async def test_a_token_in_the_body_and_forms_and_json(server: Server, http: aiohttp.ClientSession) -> None:
    form = {"token": server.bot_token, "channel": INCIDENTS, "text": "form", "blocks": '[{"type":"divider"}]'}
    async with http.post(f"{server.api_url}chat.postMessage", data=form) as response:
        answer = await response.json()
    assert answer["message"]["blocks"][0]["type"] == "divider"
    headers = {"Authorization": f"Bearer {server.bot_token}"}
    body = {"channel": INCIDENTS, "text": "json", "blocks": [{"type": "divider"}]}
    async with http.post(f"{server.api_url}chat.postMessage", json=body, headers=headers) as response:
        assert (await response.json())["ok"] is True
    async with http.post(f"{server.api_url}chat.postMessage", data="[1]", headers=headers | {
        "Content-Type": "application/json"}) as response:  # fmt: skip
        assert (await response.json())["error"] == "json_not_object"
    async with http.get(
        f"{server.api_url}users.info", params={"user": "U02BOB"}, headers=headers
    ) as response:
        assert (await response.json())["user"]["name"] == "bob"


async def test_connections_open_needs_the_app_token(server: Server, client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("apps.connections.open")))["error"] == "not_allowed_token_type"
    answer = await client.apps_connections_open(app_token=server.app_token)
    assert answer["url"].startswith("ws://127.0.0.1:")


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.doMessage")))["error"] == "unknown_method"


async def test_missing_scope_names_what_is_needed(client: AsyncWebClient) -> None:
    answer = await refused(client.users_lookupByEmail(email="bob@example.test"))
    assert answer["error"] == "missing_scope"
    assert answer["needed"] == "users:read.email"
    assert "chat:write" in answer["provided"].split(",")


async def test_scopes_of_a_conversation_follow_its_kind(client: AsyncWebClient) -> None:
    answer = await refused(client.conversations_list(types="public_channel,mpim"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "mpim:read")


async def test_a_missing_argument_is_refused_with_its_name(client: AsyncWebClient) -> None:
    answer = await refused(client.api_call("chat.postMessage", json={"text": "x"}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_people_and_groups_are_read_as_slack_shows_them(client: AsyncWebClient, people: People) -> None:
    person = (await client.users_info(user="U07GUEST"))["user"]
    assert person["is_restricted"] is True
    assert person["profile"]["real_name"] == "Gus Guest"
    assert "email" not in person["profile"]
    assert (await refused(client.users_info(user="U404")))["error"] == "user_not_found"
    first = await client.users_list(limit=5)
    rest = await client.users_list(limit=5, cursor=first["response_metadata"]["next_cursor"])
    assert len(first["members"]) + len(rest["members"]) == 8
    groups = (await client.usergroups_list(include_users=True))["usergroups"]
    assert groups[0]["handle"] == "on-call"
    assert (await client.usergroups_users_list(usergroup="S01ONCALL"))["users"] == ["U02BOB", "U01ALICE"]
    assert (await refused(client.usergroups_users_list(usergroup="S404")))["error"] == "no_such_subteam"
    await people.post("user", id="U02BOB", deleted=True)
    assert (await client.users_info(user="U02BOB"))["user"]["deleted"] is True
    assert (await client.bots_info(bot="B0SIGNOFF"))["bot"]["user_id"] == "U0SIGNOFF"
    assert (await client.team_info())["team"]["name"] == "Local"


async def test_conversations_are_listed_and_read_as_the_bot_sees_them(client: AsyncWebClient) -> None:
    names = [c["name"] for c in (await client.conversations_list())["channels"]]
    assert names == ["general", "incidents", "plant", "grants", "deploys"]
    mine = [c["name"] for c in (await client.users_conversations())["channels"]]
    assert mine == names[1:]
    assert (await client.conversations_info(channel=GENERAL))["channel"]["is_member"] is False
    assert "U07GUEST" in (await client.conversations_members(channel=GENERAL))["members"]
    assert (await client.conversations_join(channel=GENERAL))["channel"]["is_member"] is True
    assert (await client.conversations_join(channel=GENERAL))["warning"] == "already_in_channel"
    assert (await refused(client.conversations_info(channel="C404")))["error"] == "channel_not_found"


async def test_a_direct_message_opens_once_for_each_person(client: AsyncWebClient, people: People) -> None:
    first = (await client.conversations_open(users="U01ALICE"))["channel"]["id"]
    again = await client.conversations_open(users="U01ALICE")
    assert (again["channel"]["id"], again["already_open"]) == (first, True)
    assert (await client.chat_postMessage(channel="U01ALICE", text="hi"))["channel"] == first
    assert await people.texts("U01ALICE", first) == ["hi"]
    assert (await refused(client.conversations_open(users="U404")))["error"] == "user_not_found"
    private = (await people.post("dm/open", as_="U01ALICE", user="U02BOB"))["channel"]["id"]
    assert (await refused(client.chat_postMessage(channel=private, text="x")))["error"] == "channel_not_found"


async def test_the_log_masks_tokens(
    server: Server, client: AsyncWebClient, people: People, http: aiohttp.ClientSession
) -> None:
    form = {"token": server.bot_token, "channel": INCIDENTS, "text": server.bot_token}
    async with http.post(f"{server.api_url}chat.postMessage", data=form):
        pass
    calls = (await people.get("calls", method="chat.postMessage"))["calls"]
    assert server.bot_token not in json.dumps(calls)
    assert calls[-1]["args"]["token"] == "xoxb-***"
    later = await people.get("calls", after=calls[-1]["n"])
    assert later["calls"] == []


async def test_a_reaction_is_added_once_and_removed_once(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="x"))["ts"]
    await client.reactions_add(channel=INCIDENTS, timestamp=ts, name="eyes")
    again = client.reactions_add(channel=INCIDENTS, timestamp=ts, name="eyes")
    assert (await refused(again))["error"] == "already_reacted"
    await client.reactions_remove(channel=INCIDENTS, timestamp=ts, name="eyes")
    gone = client.reactions_remove(channel=INCIDENTS, timestamp=ts, name="eyes")
    assert (await refused(gone))["error"] == "no_reaction"


class TestWithoutManifest:
    @pytest.fixture
    def manifest(self) -> Path | None:
        return None

    async def test_without_a_manifest_every_scope_is_granted(self, client: AsyncWebClient) -> None:
        assert (await client.users_lookupByEmail(email="bob@example.test"))["user"]["id"] == "U02BOB"
        assert (await client.chat_postMessage(channel=GENERAL, text="x"))["ok"]
