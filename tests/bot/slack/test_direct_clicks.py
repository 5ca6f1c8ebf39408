"""Clicks take a direct way to their listener: the answers are those that Bolt would give."""

import copy
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.slack.bolt_app import BoltApp, build_app
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from tests.bot.slack.odd_payloads import OddPayloads

PAYLOADS = 400
CLICK: dict[str, Any] = {
    "type": "block_actions",
    "user": {"id": "U01ALICE"},
    "team": {"id": "T0LOCAL"},
    "actions": [{"action_id": "signoff:decide:approve", "value": "1|x|approve"}],
}
BROKEN = {"actions": [{"action_id": "signoff:broken"}]}


class Doors:
    """One application, asked in both ways."""

    def __init__(self) -> None:
        self.heard: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
        self.app: BoltApp

    async def listener(self, body: Mapping[str, Any], action: Mapping[str, Any]) -> None:
        self.heard.append((body, action))
        if action["action_id"] == "signoff:broken":
            raise RuntimeError("a secret detail")

    async def answer(self, body: dict[str, Any], *, through_bolt: bool) -> tuple[object, ...]:
        """Return what Slack gets, and what the listener gets."""
        self.heard.clear()
        try:
            request = AsyncBoltRequest(body=copy.deepcopy(body), mode="socket_mode")
            dispatch = super(BoltApp, self.app).async_dispatch if through_bolt else self.app.async_dispatch
            answer = await dispatch(request)
        except Exception as error:
            return type(error), *self.heard
        return answer.status, answer.body, *self.heard


@pytest.fixture
async def doors(local: Any) -> AsyncIterator[Doors]:
    doors = Doors()
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url) as api:
        identity = await preflight(api)
        doors.app = build_app(api, identity, lambda app: app.take_clicks("signoff:", doors.listener))
        yield doors


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"actions": []},
        {"actions": [{"action_id": "other:button"}]},
        {"actions": [{"action_id": "xsignoff:decide"}]},
        {"actions": [{"action_id": "other:button"}, *CLICK["actions"]]},
        {"user": {}},
        BROKEN,
        {**BROKEN, "response_url": "http://127.0.0.1:9/none"},
        {"command": "/workflow", "user_id": "U01ALICE", "trigger_id": "1"},
        {"event": {"type": "message"}},
        {"event": "message"},
        {"ssl_check": "1", "token": "t"},
    ],
)
async def test_click_is_answered_as_bolt_answers_it(doors: Doors, changes: dict[str, Any]) -> None:
    body = {**CLICK, **changes}
    assert await doors.answer(body, through_bolt=False) == await doors.answer(body, through_bolt=True)


async def test_odd_payloads_are_answered_as_bolt_answers_them(doors: Doors) -> None:
    payloads, clicks = OddPayloads(20261129), 0
    for _ in range(PAYLOADS):
        body = payloads.payload()
        direct = await doors.answer(body, through_bolt=False)
        clicks += len(doors.heard)
        assert direct == await doors.answer(body, through_bolt=True), body
    assert clicks > PAYLOADS / 20


async def test_click_does_not_go_through_bolt(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    through_bolt: list[AsyncBoltRequest] = []

    async def bolt(self: AsyncApp, req: AsyncBoltRequest) -> BoltResponse:
        through_bolt.append(req)
        return BoltResponse(status=200)

    monkeypatch.setattr(AsyncApp, "async_dispatch", bolt)
    assert (await doors.answer(CLICK, through_bolt=False))[0] == 200
    assert (len(doors.heard), len(through_bolt)) == (1, 0)
    await doors.answer({**CLICK, "type": "shortcut"}, through_bolt=False)
    assert len(through_bolt) == 1


async def test_guard_is_asked_in_both_ways_before_the_listener(doors: Doors) -> None:
    asked: list[str] = []

    async def guard(body: Mapping[str, Any]) -> BoltResponse | None:
        asked.append(body["type"])
        refused = body["user"]["id"] == "U02BOB"
        return BoltResponse(status=429, body="too many") if refused else None

    doors.app.ask_first(guard)
    for through_bolt in (False, True):
        refused = await doors.answer({**CLICK, "user": {"id": "U02BOB"}}, through_bolt=through_bolt)
        assert refused == (429, "too many")
        assert (await doors.answer(CLICK, through_bolt=through_bolt))[0] == 200
        assert len(doors.heard) == 1
    assert asked == ["block_actions"] * 4


async def test_guard_that_fails_lets_no_click_pass(doors: Doors) -> None:
    async def guard(body: Mapping[str, Any]) -> BoltResponse | None:
        raise RuntimeError("a secret detail")

    doors.app.ask_first(guard)
    direct = await doors.answer(CLICK, through_bolt=False)
    assert direct == await doors.answer(CLICK, through_bolt=True) == (500, "")


async def test_middleware_of_bolt_is_refused_because_clicks_would_pass_it_by(doors: Doors) -> None:
    with pytest.raises(TypeError, match="ask_first"):
        doors.app.middleware(lambda: None)
    with pytest.raises(TypeError, match="ask_first"):
        doors.app.use(lambda: None)
