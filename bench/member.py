"""A member in a process of its own: it relays the clicks that its input names. `echo`: answers notices."""

import asyncio
import json
import sys
import time

import psycopg
from slack_bolt.async_app import AsyncBoltRequest

from bench.clicks import body_of
from bot.slack.relay import RelayApp
from bot.slack.web_api import SlackApi
from engine.relay import relay_member


async def _relay(address: str) -> None:
    member = relay_member(address, "member", lambda: 2)
    await member.open()
    api = SlackApi("xoxb-none", base_url="http://127.0.0.1:9/api/")
    app = RelayApp(api, member)
    print("ready", flush=True)
    clicking = set[asyncio.Task[None]]()
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = asyncio.create_task(_click(app, *json.loads(line)))
        clicking.add(task)
        task.add_done_callback(clicking.discard)


async def _click(app: RelayApp, request: str, person: str) -> None:
    body = body_of(request, person)
    began = time.perf_counter()
    answer = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    assert answer.status == 200, answer.body
    print(json.dumps([request, began, time.perf_counter()]), flush=True)


async def _echo(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as hearing:
        await hearing.execute("LISTEN ping")
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as answering:
            print("ready", flush=True)
            async for _ in hearing.notifies():
                await answering.execute("NOTIFY pong")


if __name__ == "__main__":
    asyncio.run({"relay": _relay, "echo": _echo}[sys.argv[1]](sys.argv[2]))
