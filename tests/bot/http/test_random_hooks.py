"""Random bodies at webhooks: each delivery gets an answer, and none is a fault of ours."""

import asyncio
import logging
import random
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import BaseModel

from bot.http.listening import listening
from bot.http.server import build_server
from engine import Engine, EngineSettings, FakeClock, Webhook, Workflow, fact

DELIVERIES, SECRET = 1000, "correct horse battery staple"
ODD = [
    b'"\\ud800"', b"NaN", b"Infinity", b"1e999", b"-1", b'"\\u0000"', b"9" * 4000, b"9" * 5000, b'"x"',
    b"null", b"[]", b"{}", b'{"a":"\\udfff"}', b"1.5", b"true", b'"\\u202e"', b"18446744073709551616",
    b'{"\\ud800":1}',
    b"[" * 90_000,
]  # fmt: skip
MAPPING = {"service": "{payload.service?} of {headers.user_agent}", "count": "{payload.count?}"}


class Alert(BaseModel):
    service: Any = ""
    count: float = 0


def body(rng: random.Random) -> bytes:
    match rng.randrange(6):
        case 0:
            return rng.randbytes(rng.randrange(100))
        case 1:
            return rng.choice(ODD)
        case 2:
            return b"payload=" + rng.choice(ODD)
        case 3:
            return b"service=%ff&count=1"
    name = rng.choice([b"service", b"count", b"count", b"x\\ud800"])
    values = [rng.choice(ODD[:-1]) for _ in range(3)]
    return b'{"service":%b,"%b":%b,"id":%b}' % (values[0], name, values[1], values[2])


def flows() -> list[Workflow]:
    made = []
    options: list[dict[str, Any]] = [
        {"input": "{payload}"},
        {"input": MAPPING},
        {"input": MAPPING, "idempotency_key": "{payload.id}"},
        {"input": MAPPING, "filter": fact.payload.count > 3},
        {"input": {"service": "{payload.service}"}},
    ]
    for number, each in enumerate(options):
        hook = Webhook(f"hook{number}", secret="ALERTS_SECRET", signature="bearer", **each)
        flow = Workflow(f"flow{number}", owner="@on-call", input=Alert, triggers=[hook])

        @flow.step
        async def act(input: Alert) -> float:
            return input.count

        made.append(flow)
    return made


async def problems() -> dict[str, str]:
    return {}


async def test_random_deliveries_to_webhooks_get_no_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, rng, statuses = FakeClock(), random.Random(20261126), Counter[int]()
    settings = EngineSettings(tmp_path / "data", variables={"ALERTS_SECRET": SECRET})
    engine = await Engine.open(tmp_path / "signoff.db", clock=clock, settings=settings)
    for flow in flows():
        engine.register(flow)
    await engine.serve()

    async def deliver(http: aiohttp.ClientSession, port: int) -> None:
        sent, kind = body(rng), rng.choice(["application/json"] * 3 + ["application/x-www-form-urlencoded"])
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": kind}
        url = f"http://127.0.0.1:{port}/hooks/hook{rng.randrange(5)}"
        async with http.post(url, data=sent, headers=headers) as answer:
            assert answer.status < 500, sent[:200]
            statuses[answer.status] += 1

    app = build_server(problems=problems, clock=clock, engine=engine)
    async with listening(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
        for _ in range(DELIVERIES // 20):
            await asyncio.gather(*(deliver(http, port) for _ in range(20)))
    await engine.activity.idle()
    assert {200, 202, 400, 422} <= statuses.keys(), statuses
    assert (await engine.audit()).findings == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    await engine.close(grace=0)
