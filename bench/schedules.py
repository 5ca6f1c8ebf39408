"""Ten thousand schedules, a tenth of which fire in one second, and how long the loop is held up by them."""

import time
from datetime import UTC, datetime, timedelta

from bench.figures import Figure
from bench.harness import Pauses, engine
from bench.peer import Peer
from engine import Cron, FakeClock, Workflow

A_WORKFLOW = 100
"""Schedules of each workflow."""


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it has no such schedules
    figures = []
    for count in (100, 1000, 10_000):
        figures += await _burst(count)
    return figures


async def _burst(count: int) -> list[Figure]:
    clock = FakeClock(datetime(2026, 1, 5, 9, 0, 30, tzinfo=UTC))
    began = time.perf_counter()
    async with engine(*map(_workflow, range(count // A_WORKFLOW)), clock=clock) as of:
        ready = (time.perf_counter() - began) * 1000
        due = min(record.next_fire_at for record in await of.schedules() if record.next_fire_at)
        async with Pauses() as pauses:
            began = time.perf_counter()
            clock.move_to(due + timedelta(milliseconds=1))
            await of.activity.idle()
            took = (time.perf_counter() - began) * 1000
        _, fired = await of.runs(limit=1)
    assert fired == count // 10, fired
    name = "schedules, a tenth of them due in one second"
    return [
        Figure(f"{name}: all started", count, took, "ms"),
        Figure(
            f"{name}: longest pause of the loop", count, pauses.longest, "ms",
            goal="at most 20", met=pauses.longest <= 20,
        ),
        Figure("schedules: ready for the first time", count, ready, "ms"),
    ]  # fmt: skip


def _workflow(number: int) -> Workflow:
    """A tenth of its schedules fire at 09:01, the others at other minutes."""
    triggers = [
        Cron(
            f"{1 if number < A_WORKFLOW // 10 else 2 + number % 50} 9 {1 + number % 28} {1 + number // 28} *"
        )
        if number >= A_WORKFLOW // 10
        else Cron(f"1 9 5 1,{2 + number} *")
        for number in range(A_WORKFLOW)
    ]
    flow = Workflow(f"timed-{number}", owner="@people", triggers=triggers)

    @flow.step
    async def only() -> int:
        return 1

    return flow
