"""Facts from outside: runs that they start in a second, and facts that came before and start none."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from bench.figures import Figure
from bench.harness import STARTER, engine
from bench.peer import Peer
from engine import Engine, Webhook, WebhookSpec, Workflow, delivery

FACTS = 4000
AT_ONCE = 50
VARIABLE = "BENCH_WEBHOOK"
"""The variable with the secret of the webhook, which nothing here checks."""


class Alert(BaseModel):
    number: int


noted = Workflow(
    "noted",
    owner="@people",
    input=Alert,
    triggers=[
        Webhook("alerts", secret=VARIABLE, input={"number": "{payload.number}"}, dedup="{payload.number}")
    ],
)


@noted.step
async def note(input: Alert) -> int:
    return input.number


async def measure(peer: Peer) -> list[Figure]:
    del peer  # it has no such triggers
    async with engine(noted) as of:
        await _each(of, 500, _by_hand, FACTS)
        by_hand = await _each(of, FACTS, _by_hand, 0)
        new = await _each(of, FACTS, _taken, 0)
        again = await _each(of, FACTS, _taken, 0)
        _, count = await of.runs(limit=1)
    assert count == 2 * FACTS + 500, count
    return [
        Figure("runs that facts start", FACTS, new, "runs/s", by_hand, "started by hand"),
        Figure(
            "facts that came before, which start none", FACTS, again, "facts/s", by_hand, "started by hand"
        ),
    ]


async def _each(of: Engine, count: int, act: Callable[[Engine, int], Awaitable[Any]], start: int) -> float:
    """Return how many a second, fifty at once, until all runs have ended."""
    numbers = iter(range(start, start + count))

    async def sender() -> None:
        for number in numbers:
            await act(of, number)

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    await of.activity.idle()
    return count / (time.perf_counter() - began)


async def _by_hand(of: Engine, number: int) -> None:
    await of.start("noted", Alert(number=number), actor=STARTER, key=f"hand{number}")


async def _taken(of: Engine, number: int) -> None:
    found = of.webhook("alerts")
    assert found is not None
    workflow, spec = found
    assert isinstance(spec, WebhookSpec)
    scope = {"payload": {"number": number}, "headers": {}}
    await of.take(workflow, spec, delivery(workflow, spec, scope, b"%d" % number))
