"""A replay of policies over past runs that really executed, read page by page as the command line does."""

import time
from datetime import datetime, timedelta

from pydantic import BaseModel

from bench.figures import Figure
from bench.harness import STARTER, engine_at, folder
from bench.peer import Peer
from engine import Engine, Workflow
from engine.policies import MAX_JUDGED, JudgedRun, PolicySet, read_policies

_SIZES = (1000, 10_000)
_GOAL = 30.0
"""Seconds for the largest size."""
_PLAIN = """
rules:
  - {name: large, at: start, when: input.n % 10 == 0, deny: Too large.}
  - {name: eyes, when: step.name == "work" && input.n % 10 == 1, require: {by: ["@people"]}, reason: Two.}
"""
_BUDGET = """
  - {name: budget, at: start, when: usage.runs_today >= 100000, deny: Enough.}
"""


class Order(BaseModel):
    n: int


past = Workflow("past", owner="@people", input=Order)


@past.step
async def work() -> int:
    return 1


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it has no policies
    figures = []
    with folder() as path:
        async with engine_at(path, past) as engine:
            since, executed = engine.clock.now() - timedelta(days=30), 0
            for size in _SIZES:
                await _execute(engine, executed, size)
                executed = size
                figures += [
                    await _figure(engine, size, since, "", _PLAIN),
                    await _figure(engine, size, since, " with a rule that counts runs", _PLAIN + _BUDGET),
                ]
    return figures


async def _execute(engine: Engine, first: int, end: int) -> None:
    for number in range(first, end):
        await engine.start("past", {"n": number}, actor=STARTER)
    await engine.activity.idle()


async def _figure(engine: Engine, size: int, since: datetime, name: str, text: str) -> Figure:
    began = time.perf_counter()
    runs = await replayed(engine, read_policies(text, "policies.yaml"), since)
    seconds = time.perf_counter() - began
    decided = [sum(run.decision == decision for run in runs) for decision in ("deny", "require", "allow")]
    assert decided == [size // 10, size // 10, size - size // 5], decided
    goal = f"at most {_GOAL:.0f}" if size == _SIZES[-1] else ""
    return Figure(
        f"replay of policies{name}", size, seconds, "s", None, "", goal, seconds <= _GOAL if goal else None
    )


async def replayed(engine: Engine, policies: PolicySet, since: datetime) -> list[JudgedRun]:
    """Return all runs created since then, with what the policies decide about them."""
    page = await engine.replay_policies(policies, since=since)
    runs = list(page)
    while len(page) == MAX_JUDGED:
        page = await engine.replay_policies(policies, since=since, after=page[-1].run)
        runs += page
    return runs
