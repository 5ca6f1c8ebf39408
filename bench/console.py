"""Pages of the web console, with a million finished runs and as many events in the file."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.figures import Figure, percentile
from bench.harness import STARTER, asks, engine_at, five, folder
from bench.lists import digests_of, fill, filled_run
from bench.peer import Peer
from bot.console.parts import ConsoleSettings, Parts
from bot.console.routes import register
from bot.http.limits import Bodies
from engine import Engine, SystemClock
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect

_COUNT, _GOAL_MS = 1_000_000, 100


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it keeps no such lists
    with folder() as path:
        migrate(path / "signoff.db")
        fill(path / "signoff.db", 0, _COUNT, await digests_of(path))
        async with engine_at(path, five, asks) as of:
            run = await of.start("asks", actor=STARTER)
            await of.activity.idle()
            # An engine that is at work has checked the end of its log already.
            await asyncio.to_thread(_fill_events, path / "signoff.db", _COUNT)
            return await _pages(of, run.id)


def _fill_events(path: Path, count: int) -> None:
    """Repeat the events of the first runs until there are so many."""
    with closing(connect(path)) as connection:
        listed = "type, at, actor, as_user, workflow, step, trace_id, data"
        connection.execute("BEGIN")
        while (there := connection.execute("SELECT count(*) FROM event").fetchone()[0]) < count:
            connection.execute(
                f"INSERT INTO event ({listed}) SELECT {listed} FROM event ORDER BY seq LIMIT ?",  # noqa: S608
                (min(count - there, 50_000),),
            )
        connection.execute("COMMIT")


def _paths(run: str) -> Iterator[tuple[str, str]]:
    middle = filled_run(_COUNT // 2)
    yield "workflows", ""
    yield "one workflow", "/workflows/five"
    yield "runs", "/runs"
    yield "failed runs of a workflow", "/runs?workflow=five&state=failed"
    yield (
        "runs, an older page",
        f"/runs?before={middle.created_at.isoformat().replace('+', '%2B')}/{middle.id}",
    )
    yield "runs, a text that none has", "/runs?text=nothinghasthis"
    yield "one run", f"/runs/{run}"
    yield "approvals", "/approvals"
    yield "events", "/events"
    yield "events, a text that none has", "/events?text=nothinghasthis"


async def _pages(of: Engine, run_id: str) -> list[Figure]:
    app = web.Application()
    register(app, Parts(of, SystemClock(), ConsoleSettings("open"), lambda: None), Bodies())
    found = []
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        for name, path in _paths(run_id):
            p95 = await _p95(http, str(server.make_url("/console")) + path)
            goal = f"at most {_GOAL_MS}"
            found.append(Figure(f"console: {name}, p95", _COUNT, p95, "ms", None, "", goal, p95 <= _GOAL_MS))
    return found


async def _p95(http: aiohttp.ClientSession, url: str) -> float:
    times = []
    for _ in range(30):
        began = time.perf_counter()
        async with http.get(url) as answer:
            await answer.read()
            assert answer.status == 200, url
        times.append((time.perf_counter() - began) * 1000)
    return percentile(times, 0.95)
