"""Pages of the web console, with a million finished runs and as many events in the file.

Some of the runs were decided, and others were refused by a policy.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.decided import FROZEN, POLICIES, decide_four, refund, repeat
from bench.figures import Figure, percentile
from bench.harness import STARTER, asks, engine_at, five, folder
from bench.lists import NOON, digests_of, fill, filled_run
from bench.peer import Peer
from bot.console.parts import ConsoleSettings, Parts
from bot.console.routes import register
from bot.console.sessions import SESSION, Sessions
from bot.http.limits import Bodies
from bot.http.spent import Spent
from engine import Engine, FakeClock
from engine.errors import PolicyDenied
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect

_COUNT, _DECIDED, _GOAL_MS = 1_000_000, 20_000, 100
_PERSON = "U1"
_TIMES = 30
"""Measured loads of each page, after the first."""


@dataclass(frozen=True, slots=True)
class _Ids:
    """A decided run, its request, and an open request."""

    run: str
    decided: str
    waiting: str


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it keeps no such lists
    with folder() as path:
        await build(path, _COUNT, _DECIDED)
        async with opened(path, _COUNT) as (of, clock):
            return await pages(of, clock, path, _COUNT)


async def build(path: Path, count: int, decided: int) -> None:
    """Make a database with so many runs and events, of which `decided` were decided."""
    migrate(path / "signoff.db")
    fill(path / "signoff.db", 0, count, await digests_of(path))
    async with opened(path, count) as (of, _):
        runs = await decide_four(of)
        for _ in range(4):
            await _refused(of)
    repeat(path / "signoff.db", runs, decided, timedelta(seconds=60))


@asynccontextmanager
async def opened(path: Path, count: int) -> AsyncIterator[tuple[Engine, FakeClock]]:
    """Open the engine at the time at which the last run ended."""
    clock = FakeClock(NOON + timedelta(seconds=count + 60))
    async with engine_at(path, five, asks, refund, clock=clock, policies=POLICIES) as of:
        yield of, clock


async def _refused(of: Engine) -> None:
    try:
        await of.start("refund", {"amount": FROZEN}, actor=STARTER)
    except PolicyDenied:
        return
    raise AssertionError("The policy refused nothing.")


def _fill_events(path: Path, count: int) -> None:
    """Repeat the events of the first runs until there are so many, one second apart."""
    with closing(connect(path)) as connection:
        listed = "type, actor, as_user, workflow, step, trace_id, data"
        connection.execute("BEGIN")
        while (there := connection.execute("SELECT count(*) FROM event").fetchone()[0]) < count:
            connection.execute(
                f"INSERT INTO event (at, {listed}) "  # noqa: S608
                f"SELECT at + 1000000 * seq, {listed} FROM event ORDER BY seq LIMIT ?",
                (min(count - there, 50_000),),
            )
        connection.execute("COMMIT")


def _paths(ids: _Ids, count: int) -> Iterator[tuple[str, str]]:
    middle = filled_run(count // 2)
    yield "workflows with their health", ""
    yield "one workflow", "/workflows/five"
    yield "one workflow with objectives", "/workflows/refund"
    yield "runs", "/runs"
    yield "failed runs of a workflow", "/runs?workflow=five&state=failed"
    yield (
        "runs, an older page",
        f"/runs?before={middle.created_at.isoformat().replace('+', '%2B')}/{middle.id}",
    )
    yield "runs, a text that none has", "/runs?text=nothinghasthis"
    yield "one run, with its timeline and decision", f"/runs/{ids.run}"
    yield "one run, its graph", f"/runs/{ids.run}/graph.svg"
    yield "approvals", "/approvals"
    yield "one approval", f"/approvals/{ids.decided}"
    yield "receipt of a decided approval", f"/approvals/{ids.decided}/receipt.json"
    yield "insight", "/insight"
    yield "insight into one decision", "/insight/refund/check"
    yield "policies and compliance", "/policies"
    yield "policies, an older page", "/policies?before=10000"
    yield "events", "/events"
    yield "events of a type", "/events?type=request"
    yield "events of a type that none has", "/events?type=nothing"
    yield "events, a text that none has", "/events?text=nothinghasthis"


def _paths_of_a_person(ids: _Ids) -> Iterator[tuple[str, str]]:
    yield "workflows, of a person", ""
    yield "runs, of a person", "/runs"
    yield "approvals, of a person", "/approvals"
    yield "one approval, with its form", f"/approvals/{ids.waiting}"
    yield "insight into one decision, of a person", "/insight/refund/check"


async def pages(of: Engine, clock: FakeClock, path: Path, count: int) -> list[Figure]:
    """Measure each page, for the operator and for a person who signed in."""
    run, *_ = await decide_four(of)
    (decided,) = await of.requests(None, run)
    await of.start("asks", actor=STARTER)
    await of.activity.idle()
    (waiting,) = await of.requests(limit=1)
    ids = _Ids(run, decided.id, waiting.id)
    # An engine that is at work has checked the end of its log already.
    await asyncio.to_thread(_fill_events, path / "signoff.db", count)
    spent = Spent(clock)
    sessions = Sessions(of.principals, clock, spent, path="/console", secure=False)
    session = await sessions.seal({"user": _PERSON}, SESSION)
    app = web.Application()
    register(app, Parts(of, clock, ConsoleSettings("open"), lambda: None, spent=spent), Bodies())
    found: list[Figure] = []
    async with TestServer(app) as server:
        for cookies, paths in (({}, _paths(ids, count)), ({SESSION: session}, _paths_of_a_person(ids))):
            async with aiohttp.ClientSession(cookies=cookies, cookie_jar=_jar()) as http:
                for name, page in paths:
                    times = await _times(http, str(server.make_url("/console")) + page)
                    found += _figures(name, count, times)
    return found


def _jar() -> aiohttp.CookieJar:
    return aiohttp.CookieJar(unsafe=True)  # also for an address


def _figures(name: str, count: int, times: list[tuple[float, float]]) -> Iterator[Figure]:
    """Return the p95 of a page, and the first time if it is over the goal.

    The value is no more than the processor time, so that others on the machine don't count.
    """
    (first, first_own), later = times[0], times[1:]
    elapsed = percentile((elapsed for elapsed, _ in later), 0.95)
    p95 = min(elapsed, percentile((own for _, own in later), 0.95))
    goal = f"at most {_GOAL_MS}"
    yield Figure(f"console: {name}, p95", count, p95, "ms", elapsed, "elapsed", goal, p95 <= _GOAL_MS)
    if first_own > _GOAL_MS:
        yield Figure(f"console: {name}, the first time", count, first_own, "ms", first, "elapsed")


async def _times(http: aiohttp.ClientSession, url: str) -> list[tuple[float, float]]:
    """Return the time and the processor time of each load, in milliseconds."""
    times = []
    for _ in range(_TIMES + 1):
        began, computed = time.perf_counter(), time.process_time()
        async with http.get(url) as answer:
            await answer.read()
            assert answer.status == 200, (url, answer.status)
        elapsed = time.perf_counter() - began
        times.append((elapsed * 1000, (time.process_time() - computed) * 1000))
    return times
