"""A signed request of Slack's that a party recorded and sends again has no effect, whatever it asks."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.bot.listeners.test_clicks import ALICE, BOB, CAROL, DEPLOYS, asked

Team = Any
pytestmark = pytest.mark.parametrize("mode", ["http"], indirect=True)


class Recorded:
    """A request with Slack's signature, which anybody who saw it can send again."""

    def __init__(self, team: Team, fields: dict[str, str]) -> None:
        self._url = f"http://127.0.0.1:{team.bot.port}/slack/events"
        self._body = urlencode(fields).encode()
        now = f"{time.time():.0f}"
        text = f"v0:{now}:".encode() + self._body
        digest = hmac.new(team.slack.signing_secret.encode(), text, hashlib.sha256).hexdigest()
        self._headers = {
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    async def send(self, **more: str) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as http,
            http.post(self._url, data=self._body, headers=self._headers | more) as answer,
        ):
            return answer.status, await answer.text()


def command(team: Team, text: str, trigger: str = "1.1.a") -> Recorded:
    fields = {"command": "/workflow", "text": text, "user_id": "U05ERIN", "channel_id": DEPLOYS}
    return Recorded(team, fields | {"trigger_id": trigger, "team_id": "T0LOCAL", "channel_name": "deploys"})


def click(team: Team, person: str, question: dict[str, Any], label: str) -> Recorded:
    (element,) = [
        element
        for block in question["blocks"]
        for element in block.get("elements", ())
        if element.get("type") == "button" and element["text"]["text"] == label
    ]
    payload = {
        "type": "block_actions",
        "user": {"id": person},
        "team": {"id": "T0LOCAL"},
        "trigger_id": "2.2.b",
        "channel": {"id": DEPLOYS, "name": "deploys"},
        "container": {"type": "message", "message_ts": question["ts"], "channel_id": DEPLOYS},
        "message": question,
        "actions": [{**element, "block_id": "x"}],
    }
    return Recorded(team, {"payload": json.dumps(payload)})


async def changes(team: Team) -> list[str]:
    """Return what was recorded of pauses, in order."""
    events = await team.bot.engine.events.read(0)
    return [event.type for event in events if event.type in ("workflow.paused", "workflow.resumed")]


@pytest.mark.parametrize("more", [{}, {"X-Slack-Retry-Num": "1"}])
async def test_a_command_that_is_replayed_has_no_effect(team: Team, more: dict[str, str]) -> None:
    pause = command(team, "pause ship maintenance")
    assert (await pause.send())[0] == 200
    assert (await command(team, "resume ship", "1.1.c").send())[0] == 200
    assert await changes(team) == ["workflow.paused", "workflow.resumed"]
    status, said = await pause.send(**more)
    assert (status, "already handled this command" in said) == (200, True)
    assert await changes(team) == ["workflow.paused", "workflow.resumed"]


async def test_a_click_that_is_replayed_has_no_effect_and_no_answer(team: Team) -> None:
    question = await asked(team, BOB)
    approve = click(team, CAROL, question, "Approve")
    assert await approve.send() == (200, "")
    (request,) = await team.bot.engine.requests(state=None)
    assert [(one.actor.id, one.choice) for one in request.decisions] == [(CAROL, "approve")]
    await team.bot.engine.activity.idle()
    place = await team.bot.engine.events.newest()
    assert await approve.send() == (200, "")
    assert await approve.send(**{"X-Slack-Retry-Num": "2"}) == (200, "")
    await team.bot.engine.activity.idle()
    assert await team.bot.engine.events.newest() == place


async def test_a_refused_click_is_not_carried_out_by_a_replay_when_it_would_be_allowed(team: Team) -> None:
    question = await asked(team, ALICE)
    approve = click(team, BOB, question, "Approve")
    assert (await approve.send())[0] == 200
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]
    await team.office.do("group", id="S02RELEASE", users=[ALICE, BOB])
    assert (await approve.send())[0] == 200
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]
