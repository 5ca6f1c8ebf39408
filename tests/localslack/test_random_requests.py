"""Random requests at every door of the local Slack: each gets an answer, and none is a fault."""

import asyncio
import json
import logging
import random
from collections import Counter
from typing import Any

import aiohttp
import pytest

from localslack import Server
from localslack.api.registry import METHODS
from localslack.control.http import HANDLERS
from localslack.control.reading import READ

REQUESTS = 2000
ODD: list[Any] = [
    "", " ", "x" * 5000, "\ud800", "\x00", "‮ok", "<@U1>", "../../etc/passwd", None, True, -1, 1e308, 10**400,
    float("nan"), float("inf"), [], {}, [[]], {"a": {"b": []}}, ["x"] * 300, [{}], [None], "١٢", "9" * 5000,
]  # fmt: skip
KNOWN = ["U01ALICE", "U02BOB", "C05DEPLOYS", "1.000001", "home", "modal", "message", "section", "#general"]
FIELDS = (
    *("as", "channel", "text", "ts", "thread_ts", "container", "block_id", "action_id", "value", "view_id"),
    *("values", "name", "user", "users", "group", "members", "kind", "method", "times", "reason", "blocks"),
    *("view", "trigger_id", "user_id", "cursor", "limit", "types", "latest", "oldest", "files", "file_id"),
    *(
        "filename",
        "length",
        "usergroup",
        "timestamp",
        "metadata",
        "attachments",
        "payload",
        "hash",
        "private",
    ),
    *("event", "count", "token", "change", "profile", "type", "seconds", "retry_after", "error", "timezone"),
)
DEEP = b'{"view":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LESS_DEEP = b'{"blocks":' + b"[" * 600 + b"]" * 600 + b',"text":"x","channel":"C05DEPLOYS","as":"U01ALICE"}'


class Sender:
    """Makes requests of one seed to every door."""

    def __init__(self, seed: int, server: Server) -> None:
        self.random, self.server = random.Random(seed), server
        self.doors = [
            *[("POST", f"/control/{name}") for name in HANDLERS],
            *[("GET", f"/control/{name}") for name in READ],
            *[("POST", f"/api/{name}") for name in METHODS],
            *[
                ("POST", "/response/x"),
                ("POST", "/upload/F1"),
                ("GET", "/files/F1/x"),
                ("GET", "/archives/C/p"),
            ],
            *[
                ("GET", "/"),
                ("GET", "/page/..%2fx"),
                ("GET", "/socket"),
                ("GET", "/control/live"),
                ("GET", "/x"),
            ],
        ]

    async def send(self, http: aiohttp.ClientSession, number: int) -> tuple[str, int, bytes]:
        method, path = self.doors[number % len(self.doors)]
        url = self.server.url + path
        if self.random.random() < 0.5 or method == "GET":
            url += "?" + self.query()
        tokens = [self.server.bot_token, self.server.bot_token, self.server.app_token, "x"]
        headers = {"Authorization": f"Bearer {self.random.choice(tokens)}", "Content-Type": self.kind()}
        body = self.body() if method == "POST" else None
        async with http.request(method, url, data=body, headers=headers) as answer:
            await answer.read()
            return f"{method} {path}", answer.status, (body or url.encode())[:300]

    def kind(self) -> str:
        return self.random.choice(
            ["application/json"] * 5
            + ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"]
            + ["application/json; charset=nonsense", "text/plain; charset=utf-16", "x"]
        )

    def query(self) -> str:
        choice = self.random.choice
        if self.random.random() < 0.2:
            return f"as=U01ALICE&{choice(FIELDS)}={'9' * 4400}"
        values = [*KNOWN, "%ff", "%00", "x" * 1000, "-1", "9" * 1000, "1e999", "%D9%A1", "%C2%B2", ""]
        return "&".join(f"{choice(FIELDS)}={choice(values)}" for _ in range(self.random.randrange(4)))

    def body(self) -> bytes:
        match self.random.randrange(9):
            case 0:
                return self.random.randbytes(self.random.randrange(200))
            case 1:
                return DEEP
            case 2:
                return LESS_DEEP
            case 3:
                return b"payload=" + json.dumps(self.fields()).encode()
            case 4:
                return b"payload=" + DEEP
        return json.dumps(self.fields()).encode()

    def fields(self) -> Any:
        if self.random.random() < 0.05:
            return self.random.choice(ODD)
        chosen = self.random.sample(FIELDS, self.random.randrange(12))
        people = {"as": "U01ALICE", "channel": "C05DEPLOYS"} if self.random.random() < 0.7 else {}
        return {name: self.random.choice([*ODD, *KNOWN, *KNOWN]) for name in chosen} | people


@pytest.mark.long
async def test_random_requests_get_no_fault(
    server: Server, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    sender = Sender(20261126, server)
    statuses: Counter[int] = Counter()
    faults: dict[str, Any] = {}
    for start in range(0, REQUESTS, 20):
        sent = [sender.send(http, number) for number in range(start, start + 20)]
        for door, status, request in await asyncio.gather(*sent):
            statuses[status] += 1
            if status >= 500:
                faults[door] = (status, request)
    assert not faults
    assert {200, 400, 403, 404} <= statuses.keys(), statuses
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("path", ["/control/message", "/api/auth.test", "/api/views.open", "/response/x"])
@pytest.mark.parametrize("body", [DEEP, LESS_DEEP, b"\xff", b"payload=" + DEEP], ids=range(4))
async def test_what_cannot_be_read_is_refused(
    server: Server, http: aiohttp.ClientSession, path: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    kind = "application/x-www-form-urlencoded" if body.startswith(b"payload") else "application/json"
    async with http.post(server.url + path, data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status < 500
        assert (await answer.json())["ok"] is False
    assert not caplog.records
