"""Only an answer whose blocks Slack refused lets the next ones go without them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.background import BackgroundTasks
from bot.listeners import Context, data_answers
from bot.listeners.surface import Surface
from bot.slack.call_results import CallResult, Rejected, Sent, Unreached
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from bot.views.message import Message
from engine import Engine
from engine.clock import FakeClock

PLAIN = Message("in words", ({"type": "section"},))
CHART = replace(PLAIN, blocks=({"type": "data_visualization"},), instead=PLAIN)


class Answering(SlackApi):
    """Gives these answers in turn, and keeps the kinds of the blocks that it was sent."""

    def __init__(self, *outcomes: CallResult) -> None:
        super().__init__("xoxb-test", base_url="http://127.0.0.1:1/api/")
        self.outcomes, self.sent = list(outcomes), list[str]()

    async def respond(self, url: str, body: Mapping[str, Any]) -> CallResult:
        self.sent.append(body["blocks"][0]["type"])
        return self.outcomes.pop(0)


async def _complete(request_id: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("outcome", "sent", "refused"),
    [
        (Rejected("invalid_blocks"), ["data_visualization", "section"], {"data_visualization"}),
        (Rejected("HTTP status 400"), ["data_visualization", "section"], {"data_visualization"}),
        (Rejected("HTTP status 503"), ["data_visualization", "section"], set()),
        (Unreached("no network"), ["data_visualization"], set()),
        (Sent({}), ["data_visualization"], set()),
    ],
)
async def test_what_is_sent_after_each_outcome(
    tmp_path: Path, outcome: CallResult, sent: list[str], refused: set[str]
) -> None:
    clock = FakeClock()
    engine = await Engine.open(tmp_path / "signoff.db", clock=clock)
    async with Answering(outcome, Sent({})) as api:
        people = SlackPeople(api, clock, team_id="T1")
        context = Context(
            engine, api, people, clock, BackgroundTasks(), "/workflow", lambda channel: None, _complete
        )
        surface = Surface(api, "U1", "C1", "", "http://127.0.0.1:1/response", ephemeral=False, view=None)
        await data_answers.say(context, surface, CHART)
        assert api.sent == sent
        assert context.refused_blocks == refused
        assert data_answers.known_to_fit(context, CHART) == (PLAIN if refused else CHART)
    await engine.close()
