"""A step for every element of a list: 1, 100 and 10,000 elements, with 3% failures."""

import resource
import statistics
import time

from bench.figures import Figure
from bench.harness import STARTER, engine
from bench.peer import Peer
from engine import Settled, Workflow

SIZES = (1, 100, 10_000)


def mapped(count: int) -> Workflow:
    """A workflow that maps so many numbers, three of a hundred in vain."""
    flow = Workflow(f"map{count}", owner="@people")

    @flow.step
    async def load() -> list[int]:
        return list(range(count))

    @flow.step(each=load, at_once=64, tolerate="5%")
    async def send(row: int) -> int:
        if row % 100 in (7, 41, 93):
            raise ValueError(f"row {row} is bad")
        return row

    @flow.step
    async def collect(send: list[Settled[int]]) -> int:
        return sum(each.state == "succeeded" for each in send)

    return flow


async def measure(peer: Peer) -> list[Figure]:
    figures = []
    for count in SIZES:
        took = []
        before = _megabytes()
        async with engine(mapped(count)) as of:
            for _repeat in range(40 if count <= 100 else 1):
                began = time.perf_counter()
                run = await of.start(f"map{count}", actor=STARTER)
                await of.until_ended(run.id)
                took.append(time.perf_counter() - began)
        seconds = statistics.median(took)
        figures.append(Figure("a map of `size` elements", count, seconds * 1000, "ms"))
        figures.append(Figure("elements of a map", count, count / seconds, "elements/s"))
        if count == SIZES[-1]:
            grown = _megabytes() - before
            figures.append(
                Figure("memory that a map adds", count, grown, "MB", goal="at most 100 MB", met=grown <= 100)
            )
    return figures


def _megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
