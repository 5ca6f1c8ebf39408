"""The lists that people ask for, with up to a million finished runs in the file."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figures import Figure, percentile
from bench.harness import STARTER, asks, engine_at, five, folder
from bench.peer import Peer
from engine import Actor, Engine, RunFilter, RunRecord
from engine.model.values.ids import encode
from engine.store.schema import rows, statements
from engine.store.schema.migrate import migrate
from engine.store.sqlite.connection import connect

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
_STATES = ("succeeded", "succeeded", "succeeded", "failed", "cancelled")


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it keeps no such lists
    figures = []
    with folder() as path:
        migrate(path / "signoff.db")
        digests = await digests_of(path)
        filled = 0
        for count in (10_000, 100_000, 1_000_000):
            fill(path / "signoff.db", filled, count, digests)
            filled = count
            async with engine_at(path, five, asks) as of:
                figures += await _lists(of, count)
    return figures


async def digests_of(path: Path) -> dict[str, str]:
    """Return the stored definition of each workflow: who may see a run is in it."""
    digests = {}
    async with engine_at(path, five, asks) as of:
        for name in ("five", "asks"):
            run = await of.start(name, actor=STARTER)
            await of.activity.idle()
            digests[name] = run.definition
            if (await of.find_run(run.id)).ended_at is None:
                await of.cancel(run.id, actor=STARTER)
    return digests


def fill(path: Path, first: int, end: int, digests: Mapping[str, str]) -> None:
    """Rows as the engine leaves them, written directly: a million runs would take a quarter of an hour."""
    with closing(connect(path)) as connection:
        connection.execute("BEGIN")
        for start in range(first, end, 10_000):
            runs = [filled_run(number, digests) for number in range(start, min(start + 10_000, end))]
            statements.INSERT_RUNS.execute(connection, [rows.run_values(run, "h", 4, "") for run in runs])
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def filled_run(number: int, digests: Mapping[str, str] | None = None) -> RunRecord:
    """Return one of the runs that `fill` writes."""
    at = NOON + timedelta(seconds=number)
    workflow = ("five", "asks")[number % 2]
    return RunRecord(
        id=f"{workflow}-{encode(int(at.timestamp() * 1000), 9)}{encode(number * 7919 % 33_554_432, 5)}",
        workflow=workflow,
        definition=(digests or {}).get(workflow, "d"),
        state=_STATES[number % 5],  # type: ignore[arg-type]
        version=6,
        input={"n": number},
        actor=Actor("slack", f"U{number % 100}"),
        trigger="manual",
        channel=None,
        trace_id=f"{number:032x}",
        created_at=at,
        started_at=at,
        ended_at=at + timedelta(seconds=2),
    )


def _asked(of: Engine, count: int) -> Iterator[tuple[str, Callable[[], Awaitable[object]]]]:
    newest, middle = filled_run(count - 1), filled_run(count // 2)
    person = Actor("slack", "U7")
    yield "all runs", lambda: of.runs(limit=20)
    yield "runs of a workflow", lambda: of.runs(workflow="five", limit=20)
    yield "failed runs", lambda: of.runs(states=["failed"], limit=20)
    yield "failed runs of a workflow", lambda: of.runs(workflow="five", states=["failed"], limit=20)
    yield "runs under way", lambda: of.runs(states=["running", "waiting"], limit=20)
    yield "runs that a person started", lambda: of.runs(actor=person, limit=20)
    yield "an older page", lambda: of.runs(limit=20, before=middle)
    yield "a run by its id", lambda: of.find_run(newest.id)
    yield "a run by its last letters", lambda: of.find_run(middle.id[-9:])
    yield "requests that wait for a person", lambda: of.waiting_for("U1")
    newest_of_five = RunFilter("five")
    yield (
        "newest runs of a workflow in a Home",
        lambda: of.seen_by(person).find(newest_of_five, 10, searched=200),
    )
    yield (
        "failed runs in a Home",
        lambda: of.seen_by(person).find(
            RunFilter("five", ["failed"], since=newest.created_at - timedelta(days=7)), 5, searched=200
        ),
    )
    yield "open failures by workflow", lambda: of.open_failures()
    yield "all open requests", lambda: of.requests(limit=50)


async def _lists(of: Engine, count: int) -> list[Figure]:
    run = await of.start("asks", actor=STARTER)
    await of.activity.idle()
    lists = [*_asked(of, count), ("a run with its steps", lambda: of.detail(run.id))]
    found = []
    for name, ask in lists:
        times = []
        for _ in range(30):
            began = time.perf_counter()
            await ask()
            times.append((time.perf_counter() - began) * 1000)
        p95 = percentile(times, 0.95)
        goal = "at most 50" if count == 1_000_000 else ""
        found.append(
            Figure(f"list: {name}, p95", count, p95, "ms", None, "", goal, p95 <= 50 if goal else None)
        )
    await of.cancel(run.id, actor=STARTER)
    return found
