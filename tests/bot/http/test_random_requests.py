"""Two thousand random requests at every HTTP door: each gets an answer, and none is a fault of ours."""

import asyncio
import hashlib
import hmac
import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt.async_app import AsyncApp

from bot import listeners
from bot.background import BackgroundTasks
from bot.http.listening import listening
from bot.http.server import build_server
from bot.listeners.context import Context
from bot.slack.bolt_app import build_app
from bot.slack.people import SlackPeople
from bot.slack.preflight import preflight
from bot.slack.web_api import SlackApi
from engine import Actor, Engine, Gate
from engine.clock import FakeClock
from engine.model.people import StaticPeople

REQUESTS = 2000
SECRET = "local-signing-secret"
ODD: list[Any] = [
    "", " ", "x" * 5000, "\ud800", "\x00", "‮ok", "é" * 50, "<@U1>", "{input.x}", "../../etc/passwd", "%00",
    None, True, -1, 1e308, 10**400, float("nan"), float("inf"), [], {}, [[]], {"a": {"b": []}}, ["x"] * 300,
    "http://127.0.0.1/", "https://[::1", "javascript:1", "https://ci.example.com/x",
]  # fmt: skip
FIELDS = ("gate", "question", "details", "link", "on_behalf_of", "callback", "Gate", "", "payload", "é")
PATHS = (
    *["/api/approvals"] * 12, *["/slack/events"] * 6,
    "/api/approvals/", "/api/approvals/release-1", "/api/approvals/..%2f..%2fx",
    "/api/approvals/%ff%fe", "/api/approvals/%00", "/api/approvals/a?wait=nan", "/api/approvals/a?wait=%ff",
    "/api/approvals/a?wait=1e999", "/slack/events", "/slack/events?x=%ff", "/healthz", "/readyz", "/", "/%",
    "//", "/api//approvals", "/healthz/../readyz",
)  # fmt: skip


class Sender:
    """Makes requests of one seed."""

    def __init__(self, seed: int, token: str, now: float) -> None:
        self.random, self.token, self.now = random.Random(seed), token, now

    def request(self) -> bytes:
        pick = self.random.choice
        body = self.body()
        headers = [b"Host: a", b"Connection: close", b"Content-Length: %d" % self.length(body)]
        headers += [pick(self.authorizations())]
        if self.random.random() < 0.5:
            headers += self.signature(body)
        if self.random.random() < 0.3:
            headers.append(b"Idempotency-Key: " + self.noise(self.random.randrange(300)))
        headers.append(pick([
            b"Content-Type: application/json", b"Content-Type: application/x-www-form-urlencoded",
            b"Content-Type: \xff", b"Content-Encoding: gzip", b"Content-Encoding: br", b"Accept: */*",
            b"Transfer-Encoding: chunked", b"Expect: 100-continue", b"Upgrade: websocket", b"Range: x",
        ]))  # fmt: skip
        method = pick(
            ["GET", "POST", "POST", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "TRACE", "GE T", "é"]
        )
        head = f"{method} {pick(PATHS)} HTTP/1.1".encode()
        return b"\r\n".join([head, *headers]) + b"\r\n\r\n" + body

    def signed_interaction(self) -> bytes:
        """A click or a form that Slack signed."""
        return self.signed(urlencode({"payload": json.dumps(self.interaction())}).encode())

    def signed(self, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> bytes:
        """A request that Slack signed."""
        timestamp = f"{self.now:.0f}"
        digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
            f"Content-Type: {content_type}\r\nX-Slack-Request-Timestamp: {timestamp}\r\n"
            f"X-Slack-Signature: v0={digest}\r\n\r\n"
        )
        return head.encode() + body

    def length(self, body: bytes) -> int:
        return len(body) if self.random.random() < 0.95 else self.random.randrange(len(body) + 1)

    def authorizations(self) -> list[bytes]:
        right = f"Authorization: Bearer {self.token}".encode()
        return [*[right] * 6, b"Authorization: Bearer \xff\xfe", b"Authorization: ", b"Authorization: x",
                b"Authorization: Bearer " + b"x" * 4000, "Authorization: Bearer tökén".encode()]  # fmt: skip

    def signature(self, body: bytes) -> list[bytes]:
        timestamp = self.random.choice([f"{self.now:.0f}", "١٢٣", "-1", "9" * 30, ""])
        digest = hmac.new(SECRET.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        signed = self.random.choice([f"v0={digest}", f"v0={digest}", "v0=é", ""])
        return [
            f"X-Slack-Request-Timestamp: {timestamp}".encode(),
            f"X-Slack-Signature: {signed}".encode(),
        ]

    def noise(self, count: int) -> bytes:
        return bytes(byte for byte in self.random.randbytes(count) if byte not in b"\r\n")

    def body(self) -> bytes:
        match self.random.randrange(7):
            case 0:
                return self.random.randbytes(self.random.randrange(200))
            case 1:
                return b"[" * 100_000
            case 2:
                return b'{"gate":' * 100_000 + b"1" + b"}" * 100_000
            case 3:
                return b"payload=" + self.json()
            case 4:
                return b"command=%2Fworkflow&text=" + self.noise(50) + b"&user_id=" + self.noise(9)
            case 5:
                return json.dumps({"gate": "release", "question": "Ship?", **self.fields(2)}).encode()
        return self.json()

    def interaction(self) -> Any:
        """A click or a form as Slack sends it, with parts that are missing or odd."""
        pick = self.random.choice
        action = {"action_id": pick(["signoff:decide:approve"] * 60 + ODD), "value": pick(ODD)}
        view = {"id": "V1", "type": "modal", "callback_id": pick(["signoff:run", *ODD])}
        parts = {
            "type": pick(["block_actions", "block_actions", "view_submission", "view_closed"] * 20 + ODD),
            "user": pick([{"id": "U1"}] * 90 + ODD + [{"id": pick(ODD)}]),
            "actions": pick([[action]] * 90 + ODD + [[{}], [None], []]),
            "view": pick([view] * 90 + ODD),
            "team": pick([{"id": "T1"}] * 90 + ODD),
            "channel": pick([{"id": "C1"}] * 90 + ODD),
        }
        missing = pick([""] * 9 + [*parts])
        return {name: part for name, part in parts.items() if name != missing}

    def json(self) -> bytes:
        return json.dumps(self.random.choice([*ODD, self.fields(), self.fields()])).encode()

    def fields(self, most: int = len(FIELDS)) -> dict[str, Any]:
        chosen = self.random.sample(FIELDS, self.random.randrange(most))
        return {name: self.random.choice(ODD) for name in chosen}


async def answered(port: int, request: bytes) -> int:
    """The status of the answer; 0 for a connection that was closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        if not (line := await asyncio.wait_for(reader.readline(), 20)):
            return 0
        return int(line.split()[1])
    except ConnectionError:
        return 0
    finally:
        writer.close()


async def nothing_lacks(_: str) -> str:
    return ""


@asynccontextmanager
async def slack_app(
    local: Any, folder: Path, api_url: str = ""
) -> AsyncIterator[tuple[AsyncApp, Engine, FakeClock]]:
    """The application with every listener, over an engine with one gate."""
    clock = FakeClock()
    people = StaticPeople(groups={"managers": ["U1"]})
    engine = await Engine.open(folder / "signoff.db", clock=clock, people=people)
    engine.register(Gate("release", owner="@managers", approvers=["@managers"], expires="1h"))
    await engine.serve()
    background = BackgroundTasks()
    async with SlackApi(local.server.bot_token, base_url=api_url or local.server.api_url) as api:
        slack_people = SlackPeople(api, clock, team_id="T0LOCAL", groups={})
        context = Context(
            engine, api, slack_people, clock, background, "/workflow", lambda _: None, nothing_lacks
        )
        yield (
            build_app(api, await preflight(api), lambda app: listeners.register(app, context)),
            engine,
            clock,
        )
        await background.close()
    await engine.close(grace=0)


@asynccontextmanager
async def doors(local: Any, folder: Path) -> AsyncIterator[tuple[int, Sender]]:
    """A server with every door open, by its port, and a sender with a token and the signing secret."""

    async def problems() -> dict[str, str]:
        return {}

    async with slack_app(local, folder) as (bolt, engine, clock):
        token = await engine.principals.add("ci", ["release"], Actor("cli", "root"))
        app = build_server(
            problems=problems, clock=clock, signing_secrets=[SECRET], dispatch=bolt.async_dispatch,
            engine=engine, callback_hosts=["ci.example.com"],
        )  # fmt: skip
        async with listening(app, "127.0.0.1", 0) as port:
            yield port, Sender(20261126, token, clock.now().timestamp())


@pytest.mark.long
async def test_random_requests_get_no_fault(
    local: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    statuses: Counter[int] = Counter()
    async with doors(local, tmp_path) as (port, sender):
        for _ in range(REQUESTS // 20):
            requests = [sender.request() for _ in range(20)]
            found = await asyncio.gather(*(answered(port, request) for request in requests))
            for status, request in zip(found, requests, strict=True):
                assert status < 500 or status in (501, 503), (status, request[:300])
            statuses.update(found)
    assert sum(statuses.values()) == REQUESTS
    assert {200, 201, 400, 401, 404, 405} <= statuses.keys(), statuses
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_signed_clicks_and_forms_with_odd_parts_get_no_fault(
    local: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    statuses: Counter[int] = Counter()
    async with doors(local, tmp_path) as (port, sender):
        for _ in range(REQUESTS // 4):
            request = sender.signed_interaction()
            status = await answered(port, request)
            assert status < 500, (status, request[-600:])
            statuses[status] += 1
    assert {200, 400, 404} <= statuses.keys(), statuses
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
