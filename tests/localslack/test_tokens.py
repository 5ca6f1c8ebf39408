"""Tokens that end, messages that can no longer be changed, and the public check of blocks."""

from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Server
from tests.localslack.conftest import Json, People, error_of

INCIDENTS = "C02INCIDENTS"


async def test_a_revoked_token_is_refused_by_every_method_until_it_is_restored(
    server: Server, people: People
) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    app = AsyncWebClient(server.app_token, server.api_url)
    assert (await people.post("token/revoke", event=""))["error"] == "token_revoked"
    assert await error_of(web.auth_test()) == "token_revoked"
    assert await error_of(web.chat_postMessage(channel=INCIDENTS, text="x")) == "token_revoked"
    assert await error_of(app.apps_connections_open(app_token=server.app_token)) == "invalid_auth"
    await people.post("token/restore")
    assert (await web.auth_test())["ok"]


async def test_an_uninstalled_app_is_inactive_and_its_sockets_may_stay(
    server: Server, people: People
) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    app = AsyncWebClient(server.app_token, server.api_url)
    answer = await people.post("token/revoke", event="app_uninstalled", sockets=False)
    assert answer["error"] == "account_inactive"
    assert await error_of(web.auth_test()) == "account_inactive"
    assert (await app.apps_connections_open(app_token=server.app_token))["ok"]
    assert (await people.post("token/revoke", event="tokens_gone"))["error"] == "invalid_event"


async def test_a_closed_edit_window_refuses_changes_and_takes_posts(server: Server, people: People) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    posted = await web.chat_postMessage(channel=INCIDENTS, text="x")
    await people.post("edit-window", seconds=0)
    change = web.chat_update(channel=INCIDENTS, ts=posted["ts"], text="y")
    assert await error_of(change) == "edit_window_closed"
    assert (await web.chat_postMessage(channel=INCIDENTS, text="y"))["ok"]
    await people.post("edit-window", seconds=None)
    assert (await web.chat_update(channel=INCIDENTS, ts=posted["ts"], text="y"))["ok"]


async def test_an_archived_channel_is_inactive_for_changes_and_archived_for_posts(
    server: Server, people: People
) -> None:
    web = AsyncWebClient(server.bot_token, server.api_url)
    posted = await web.chat_postMessage(channel=INCIDENTS, text="x")
    await people.post("channel/archive", channel=INCIDENTS)
    assert await error_of(web.chat_update(channel=INCIDENTS, ts=posted["ts"], text="y")) == "is_inactive"
    assert await error_of(web.chat_postMessage(channel=INCIDENTS, text="y")) == "is_archived"
    await people.post("channel/unarchive", channel=INCIDENTS)
    assert (await web.chat_update(channel=INCIDENTS, ts=posted["ts"], text="y"))["ok"]


async def validate(server: Server, **body: Any) -> Json:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.api_url}blocks.validate", json=body) as answer,
    ):
        problems: Json = await answer.json()
    return problems


async def test_blocks_are_validated_without_a_token(server: Server) -> None:
    good = [{"type": "section", "text": {"type": "mrkdwn", "text": "fine"}}]
    assert await validate(server, blocks=good) == {"ok": True}
    assert await validate(server, message={"blocks": good}) == {"ok": True}
    title = {"type": "plain_text", "text": "T"}
    assert await validate(server, view={"type": "modal", "title": title, "blocks": good}) == {"ok": True}
    assert (await validate(server, blocks=good, message={}))["error"] == "invalid_arguments"


async def test_an_invalid_block_is_named_by_pointer_field_and_constraint(server: Server) -> None:
    long = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    answer = await validate(server, blocks=long)
    assert (answer["ok"], answer["error"]) == (False, "invalid_blocks")
    assert answer["errors"] == [
        {
            "pointer": "/0/text/text",
            "code": "failed_constraint",
            "message": "must be less than 151 characters",
            "field": "text",
            "constraint": {"type": "max_length", "expected": 150},
        }
    ]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t" * 25}, "blocks": []}
    found = await validate(server, view=view)
    assert found["error"] == "invalid_view"
    assert found["errors"][0]["pointer"].startswith("/view/title")
