"""Requests that are right but for one value: each gets an answer, and none is a fault of the local Slack."""

import asyncio
import json
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localslack import Config, Server, start
from tests.localslack.conftest import plain

CHANNEL, PERSON = "C02INCIDENTS", "U01ALICE"
Place = tuple[str | int, ...]

ODD: list[Any] = [
    "", "x" * 5000, "\ud800", "\x00", "١٢", "²", "9" * 5000, "1e999", "nan", "[[1]]", "{}", "null", "NaN",
    "a\r\nb", "from:" + "9" * 5000, None, True, -1, 1.5, 1e308, 10**400, float("nan"), float("inf"),
    [], {}, [[]], [{}], [None], {"a": {"b": []}}, ["x"] * 300, {"type": []}, {"type": {}}, {"id": []},
]  # fmt: skip

BUTTON = {"type": "button", "action_id": "go", "value": "1", "text": plain("Go"), "style": "primary"}
OPTION = {"text": plain("A"), "value": "a", "description": plain("B")}
SECTION = {
    "type": "section",
    "block_id": "s",
    "text": plain("x"),
    "fields": [plain("f")],
    "accessory": BUTTON,
}
CHOICES = {
    "type": "actions",
    "block_id": "b",
    "elements": [BUTTON, {"type": "static_select", "action_id": "sel", "options": [OPTION]}],
}
PICTURE = {"type": "image", "alt_text": "a", "slack_file": {"id": "F1"}}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]}
INPUT = {
    "type": "input",
    "block_id": "i",
    "label": plain("L"),
    "optional": True,
    "element": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1"},
}
MESSAGE: dict[str, Any] = {
    "channel": CHANNEL,
    "text": "x",
    "thread_ts": "",
    "blocks": [SECTION, CHOICES, RICH, TABLE],
    "attachments": [{"color": "#123456", "blocks": [SECTION]}],
    "metadata": {"event_type": "run", "event_payload": {"id": 1}},
}
MODAL = {"type": "modal", "title": plain("T"), "submit": plain("S"), "callback_id": "c", "blocks": [INPUT]}
HOME = {"type": "home", "title": None, "blocks": [SECTION, CHOICES]}
PAGE = {"channel": CHANNEL, "ts": "{ts}", "limit": 5, "cursor": "", "oldest": "0", "latest": "9"}
ACTION = {
    "as": PERSON,
    "container": {"type": "message", "channel": CHANNEL, "ts": "{ts}"},
    "block_id": "b",
    "action_id": "sel",
    "selected_option": OPTION,
    "state": {"values": {}},
}
REQUESTS: list[tuple[str, Any]] = [
    ("/api/chat.postMessage", MESSAGE),
    ("/api/chat.update", MESSAGE | {"ts": "{ts}"}),
    ("/api/chat.postEphemeral", MESSAGE | {"user": PERSON}),
    ("/api/blocks.validate", {"blocks": [PICTURE, SECTION, RICH]}),
    ("/api/conversations.history", PAGE),
    ("/api/conversations.replies", PAGE),
    ("/api/conversations.list", {"limit": 5, "cursor": "", "types": "public_channel"}),
    ("/api/conversations.open", {"users": PERSON, "return_im": True}),
    ("/api/files.getUploadURLExternal", {"filename": "a.txt", "length": 5, "alt_txt": ""}),
    ("/api/views.publish", {"user_id": PERSON, "view": HOME, "hash": ""}),
    ("/api/views.open", {"trigger_id": "{trigger}", "view": MODAL}),
    ("/api/users.info", {"user": PERSON}),
    ("/control/message", {"as": PERSON, "channel": CHANNEL, "text": "hi", "thread_ts": "{ts}"}),
    ("/control/action", ACTION),
    ("/control/read", {"as": PERSON, "channel": CHANNEL, "ts": "{ts}"}),
    ("/control/user", {"id": "U02BOB", "name": "bob", "tz": "UTC", "is_admin": True}),
    ("/control/group", {"id": "S01ONCALL", "users": [PERSON], "disabled": False, "handle": "oncall"}),
    ("/control/user/create", {"name": "eve", "real_name": "Eve", "email": "e@x.y"}),
    ("/control/edit-window", {"seconds": 60}),
    ("/control/blocks/refuse", {"types": ["video"]}),
    ("/control/event", {"event": {"type": "app_mention", "text": "x"}}),
    ("{response}", MESSAGE | {"response_type": "ephemeral", "replace_original": False}),
]
ACK = {"envelope_id": "{envelope}", "payload": {"response_action": "update", "view": MODAL}}
QUERIES = [
    ("/control/messages", {"as": PERSON, "channel": CHANNEL, "limit": "5", "before": ""}),
    ("/control/calls", {"method": "", "after": "0"}),
]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where in a value another one can stand."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*place, key))


def with_odd(value: Any, place: Place, odd: Any) -> Any:
    """The value with another one at a place of it."""
    if not place:
        return odd
    copy = value.copy()
    copy[place[0]] = with_odd(value[place[0]], place[1:], odd)
    return copy


@st.composite
def odd_ones(draw: st.DrawFn, sound: list[tuple[str, Any]]) -> tuple[str, Any]:
    """One of the sound requests, with an odd value somewhere."""
    path, body = draw(st.sampled_from(sound))
    return path, with_odd(body, draw(st.sampled_from(list(places(body)))), draw(st.sampled_from(ODD)))


class Visitor:
    """The bot and the page of a local Slack, whose app acknowledges oddly before it does so well."""

    def __init__(self, server: Server, http: aiohttp.ClientSession, acks: list[Any]) -> None:
        self.server, self.http, self.acks = server, http, acks
        self.known = dict.fromkeys(("ts", "trigger", "response", "envelope"), "none")

    async def answer(self) -> None:
        """Be the app in Socket Mode."""
        socket = await self.http.ws_connect(
            json.loads(await self.post("/api/apps.connections.open", {}))["url"]
        )
        async for message in socket:
            envelope = message.json()
            payload = envelope.get("payload", {})
            self.known["envelope"] = envelope.get("envelope_id", "none")
            self.known["trigger"] = payload.get("trigger_id", self.known["trigger"])
            self.known["response"] = payload.get("response_url", self.known["response"])
            for ack in [*self.acks, {"envelope_id": "{envelope}"}]:
                await socket.send_str(self.filled(json.dumps(ack)))

    async def post(self, path: str, body: Any) -> str:
        token = self.server.app_token if "connections" in path else self.server.bot_token
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        url = self.server.url + self.filled(path).removeprefix(self.server.url)
        async with self.http.post(url, data=self.filled(json.dumps(body)), headers=headers) as answer:
            assert answer.status < 500, (path, body)
            return await answer.text()

    def filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    async def visit(self, requests: list[tuple[str, Any]]) -> None:
        """Send the requests. Each is answered, and afterwards everything is as it was for others."""
        app = asyncio.create_task(self.answer())
        self.known["ts"] = json.loads(await self.post("/api/chat.postMessage", MESSAGE))["ts"]
        while not json.loads(await self.post("/control/action", ACTION))["ok"]:
            await asyncio.sleep(0)
        for path, body in requests:
            json.loads(await self.post(path, body))
        for path, query in QUERIES:
            async with self.http.get(self.server.url + path, params=query) as answer:
                assert (await answer.json())["ok"], path
        app.cancel()


async def visit(requests: list[tuple[str, Any]], acks: list[Any]) -> None:
    server = await start(Config())
    try:
        async with aiohttp.ClientSession() as http:
            await Visitor(server, http, acks).visit(requests)
    finally:
        await server.close()


@pytest.mark.long
@given(st.lists(odd_ones(REQUESTS), min_size=15, max_size=15), st.lists(odd_ones([("ack", ACK)]), max_size=3))
def test_the_local_slack_answers_odd_values_at_random_places(
    requests: list[tuple[str, Any]], acks: list[tuple[str, Any]]
) -> None:
    logged: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: logged.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        asyncio.run(visit(requests, [ack for _, ack in acks]))
    finally:
        logging.getLogger().removeHandler(handler)
    assert logged == []
