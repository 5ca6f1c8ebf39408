"""Buttons that this release didn't make: they are answered, never silent."""

from pathlib import Path

import pytest

from bot.background import BackgroundTasks
from bot.listeners import Context
from bot.listeners.button_clicks import act
from bot.listeners.surface import Surface
from bot.slack.call_results import CallResult, Sent
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from engine import Engine
from engine.clock import FakeClock


class Listening(SlackApi):
    """Keeps what would be answered."""

    def __init__(self, token: str = "xoxb-test", base_url: str = "http://127.0.0.1:1/api/") -> None:
        super().__init__(token, base_url=base_url)
        self.told: list[str] = []

    async def respond(self, url: str, body: object) -> CallResult:
        assert isinstance(body, dict)
        self.told.append(body["text"])
        return Sent({})


async def _complete(request_id: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("action_id", "value", "words"),
    [
        ("signoff:decide:approve", "9|some-run.go|approve", "newer release"),
        ("signoff:decide:approve", "nonsense", "older release"),
        ("signoff:decide:approve", "", "older release"),
        ("signoff:decide:approve", "²|deploy-8f3k.go|approve", "older release"),
        ("signoff:decide:approve", f"{'9' * 1900}|deploy-8f3k.go|approve", "older release"),
        ("signoff:gone", "1|x|y", "another release"),
        ("signoff:decide:approve", "1|nobody-knows|approve", "nobody-knows is not yours to see or decide"),
    ],
)
async def test_every_click_of_another_release_is_answered(
    tmp_path: Path, action_id: str, value: str, words: str
) -> None:
    clock, background = FakeClock(), BackgroundTasks()
    engine = await Engine.open(tmp_path / "signoff.db", clock=clock)
    async with Listening() as api:
        people = SlackPeople(api, clock, team_id="T1")
        context = Context(
            engine, api, people, clock, background, "/workflow", lambda channel: None, _complete
        )
        surface = Surface(api, "U1", "C1", "trigger", "http://127.0.0.1:1/response", False, None)
        await act(context, surface, {"action_id": action_id, "value": value})
        await background.close()
        assert words in api.told[0]
    await engine.close()
