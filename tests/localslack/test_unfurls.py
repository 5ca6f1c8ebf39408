"""Links in people's messages, and what the app shows below them."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Config, Server, start
from tests.localslack.conftest import Json, People, error_of

INCIDENTS, LINK = "C02INCIDENTS", "https://runs.example.test/console/runs/a?b=1&c=2"
BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*deploy* done"}}]


@pytest.fixture
async def linked() -> AsyncIterator[tuple[Server, People, AsyncWebClient]]:
    server = await start(Config(unfurl_domains=("runs.example.test",)))
    async with aiohttp.ClientSession() as http:
        yield server, People(server.url, http), AsyncWebClient(server.bot_token, server.api_url)
    await server.close()


async def test_what_the_app_shows_below_a_link_takes_the_place_of_what_it_showed(
    linked: tuple[Server, People, AsyncWebClient],
) -> None:
    _, people, web = linked
    sent = await people.say("U01ALICE", INCIDENTS, f"look: {LINK}")
    for text in ("first", "second"):
        shown: Json = {LINK: {"blocks": BLOCKS, "fallback": text}}
        assert (await web.chat_unfurl(channel=INCIDENTS, ts=sent["ts"], unfurls=shown))["ok"]
    (message,) = [each for each in await people.read("U01ALICE", INCIDENTS) if each["ts"] == sent["ts"]]
    (attachment,) = message["attachments"]
    assert (attachment["fallback"], attachment["from_url"]) == ("second", LINK)


@pytest.mark.parametrize(
    ("ts", "unfurls", "error"),
    [
        ("1.000001", {LINK: {"blocks": BLOCKS}}, "cannot_find_message"),
        ("", {"https://runs.example.test/other": {"blocks": BLOCKS}}, "cannot_unfurl_url"),
        ("", {LINK: {"blocks": [{"type": "section"}]}}, "invalid_blocks"),
        ("", {}, "missing_unfurls"),
    ],
)
async def test_a_wrong_unfurl_is_refused(
    linked: tuple[Server, People, AsyncWebClient], ts: str, unfurls: Json, error: str
) -> None:
    _, people, web = linked
    sent = await people.say("U01ALICE", INCIDENTS, LINK)
    call = web.chat_unfurl(channel=INCIDENTS, ts=ts or sent["ts"], unfurls=unfurls)
    assert await error_of(call) == error
