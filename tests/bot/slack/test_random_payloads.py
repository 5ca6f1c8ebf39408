"""Two thousand payloads with odd parts at Slack's doors, signed HTTP and Socket Mode: none is a fault."""

import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.slack.payloads import malformed
from bot.slack.socket_mode import SocketMode, WatchdogTimes
from engine.clock import SystemClock
from tests.bot.http.test_random_requests import answered, doors, slack_app
from tests.bot.slack.odd_payloads import ODD, OddPayloads
from tests.bot.slack.test_socket_frames import Sockets, envelope, until
from tests.bot.slack.test_socket_frames import sockets as sockets

PAYLOADS = 500
SEEDS = (20261127, 20261128)
CALM = WatchdogTimes(timedelta(seconds=0.02), timedelta(seconds=60), timedelta(seconds=60), ping_every=60)
"""A connection stays however busy the machine is."""


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info
    ]


def http_body(payload: dict[str, Any]) -> tuple[bytes, str]:
    """A payload as Slack sends it over HTTP, and the type of its content."""
    if "command" in payload:
        fields = {name: str(value).encode(errors="replace") for name, value in payload.items()}
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    if "event" in payload or payload.get("type") == "event_callback":
        return json.dumps(payload).encode(), "application/json"
    return urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
async def test_payloads_with_odd_parts_over_http_get_no_fault(
    local: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    statuses: Counter[int] = Counter()
    payloads = OddPayloads(seed)
    async with doors(local, tmp_path) as (port, sender):
        for number in range(PAYLOADS):
            payload = payloads.payload()
            request = sender.signed(*http_body({**payload, "number": number}))
            status = await answered(port, request)
            assert status < 500, (status, payload)
            statuses[status] += 1
    assert {200, 400, 404} == statuses.keys(), statuses
    assert faults(caplog) == []


@pytest.fixture
async def connected(local: Any, sockets: Sockets, tmp_path: Path) -> AsyncIterator[None]:
    async with slack_app(local, tmp_path, f"{sockets.url}api/") as (bolt, *_):
        socket = SocketMode(bolt, local.server.app_token, SystemClock(), CALM)
        await socket.start()
        await until(lambda: socket.held == 2)
        yield
        await socket.close()


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
async def test_payloads_with_odd_parts_over_socket_mode_get_no_fault(
    connected: None, sockets: Sockets, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    payloads = OddPayloads(seed)
    for number in range(PAYLOADS):
        frame = {"type": "events_api", "envelope_id": f"id-{number}", "payload": payloads.payload()}
        for _ in range(payloads.random.choice([0] * 9 + [1])):
            frame[payloads.random.choice(list(frame))] = payloads.random.choice(ODD)
        await sockets.open[0].send_str(json.dumps(frame))
        if number % 10 == 9:
            await sockets.open[0].send_str(envelope(f"list {number}"))
            await until(partial(sockets.answered.__contains__, f"id-list {number}"))
    for raw in ("{", "[]", "[" * 100_000, '{"a":' * 100_000, "null", '{"type": 5}', "{}"):
        await sockets.open[0].send_str(raw)
    await sockets.open[0].send_str(envelope("help"))
    await until(lambda: "id-help" in sockets.answered)
    assert len(sockets.answered) > PAYLOADS // 5
    assert faults(caplog) == []


EVENTS: list[Any] = [
    "a", [], None, 5,
    {"type": "app_home_opened", "tab": "home"},
    {"type": "app_home_opened", "tab": "home", "user": ["x"]},
    {"type": "tokens_revoked", "tokens": 5},
    {"type": "member_left_channel", "user": "U02BOB"},
    {"type": "member_joined_channel", "channel": [], "user": "U02BOB"},
    {"type": "channel_rename", "channel": "x"},
    {"type": "channel_unarchive", "channel": {"id": "C9"}},
    {"type": "subteam_updated", "subteam": "x"},
    {"type": "user_change", "user": "x"},
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_with_an_odd_part_is_refused_by_the_name_of_the_part(event: Any) -> None:
    assert malformed({"type": "event_callback", "event": event}).startswith("event")


@pytest.mark.parametrize("part", ["user_id", "trigger_id"])
async def test_a_command_without_a_part_is_refused_with_one_line(
    local: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    command = {"command": "/workflow", "text": "list", "user_id": "U01ALICE", "trigger_id": "1.2"}
    del command[part]
    async with doors(local, tmp_path) as (port, sender):
        assert await answered(port, sender.signed(*http_body(command))) == 400
    assert caplog.messages.count(f"A request of Slack's without a readable {part} was refused") == 1
    assert faults(caplog) == []


async def test_an_id_with_half_a_character_raises_no_alarm_about_the_database(
    local: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    view = {
        "id": "V1", "type": "modal", "callback_id": "signoff:decide", "blocks": [], "state": {"values": {}},
        "private_metadata": "1|\ud800.go|approve",
    }  # fmt: skip
    form = {"type": "view_submission", "user": {"id": "U01ALICE"}, "view": view}
    async with doors(local, tmp_path) as (port, sender):
        assert await answered(port, sender.signed(*http_body(form))) == 400
    assert "view.private_metadata" in caplog.text
    assert "audit verify" not in caplog.text
