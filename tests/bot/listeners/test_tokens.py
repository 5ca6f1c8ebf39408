"""The bot token ends while people click: `/readyz`, the log and the person who clicks hear the same."""

from typing import Any

import aiohttp
import pytest

from engine import Actor
from tests.bot.listeners.test_clicks import BOB, CAROL, DEPLOYS, asked

Team = Any
REVOKED = "The bot token was revoked (token_revoked)."
REMOVED = "The app was removed from the workspace, or the workspace was deleted (account_inactive)."


async def ready(team: Team) -> tuple[int, dict[str, Any]]:
    url = f"http://127.0.0.1:{team.bot.port}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(("event", "words"), [("tokens_revoked", REVOKED), ("app_uninstalled", REMOVED)])
async def test_the_event_of_a_lost_token_makes_the_bot_unready(team: Team, event: str, words: str) -> None:
    assert (await ready(team))[0] == 200
    await team.office.do("token/revoke", event=event, sockets=False)
    status, said = await ready(team)
    assert status == 503
    assert words in said["problems"]["slack"]
    assert "Install the app to the workspace again" in said["problems"]["slack"]


async def test_tokens_of_people_that_are_revoked_do_not_matter(team: Team) -> None:
    await team.office.do("event", event={"type": "tokens_revoked", "tokens": {"oauth": [BOB], "bot": []}})
    assert (await ready(team))[0] == 200


async def test_a_click_while_the_token_is_refused_is_answered_with_the_reason(team: Team) -> None:
    question = await asked(team)
    await team.office.do("token/revoke", event="", sockets=False)
    assert (await team.office.click(CAROL, question, "Approve"))["ok"]
    told = await team.office.message(CAROL, DEPLOYS, REVOKED)
    assert "so your answer was not recorded" in told["text"]
    assert (await ready(team))[0] == 503
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]
    await team.office.do("token/restore")
    await team.office.click(CAROL, question, "Approve")
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["decided"]
    assert (await ready(team))[0] == 200


async def test_the_first_click_after_a_start_with_a_refused_token_is_answered_too(team: Team) -> None:
    await team.bot.engine.start("ship", {"service": "shop"}, actor=Actor("cli", "alice"))
    question = await team.office.message(CAROL, DEPLOYS, 'Ship "shop')
    await team.office.do("token/revoke", sockets=False)
    assert (await team.office.click(CAROL, question, "Approve"))["ok"]
    told = await team.office.message(CAROL, DEPLOYS, REVOKED)
    assert "so your answer was not recorded" in told["text"]


async def test_the_first_command_after_a_start_with_a_refused_token_says_why(team: Team) -> None:
    await team.office.do("token/revoke", sockets=False)
    await team.office.say(CAROL, DEPLOYS, "/workflow run ship service=shop")
    assert (await team.office.message(CAROL, DEPLOYS, REVOKED))["text"]
