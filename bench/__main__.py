"""Prints a table, and one JSON line a figure behind it."""

import asyncio
import sys

from bench import workloads
from bench.figures import Figure


async def measure() -> list[Figure]:
    figures = [await workloads.one_alone(400)]
    for at_once, runs in ((1, 400), (50, 4000), (500, 8000)):
        figures.append(await workloads.five_steps(at_once, runs))
    for count in (500, 2000, 10_000):
        figures += await workloads.waiting(count)
    for width in (10, 100, 1000):
        figures.append(await workloads.fan_out(width))
    return figures


def main() -> int:
    figures = asyncio.run(measure())
    print(f"{'workload':<38} {'size':>7} {'value':>12} {'unit':<8} {'baseline':>12} {'ratio':>8}  goal")
    for figure in figures:
        print(figure.row())
    for figure in figures:
        print(figure.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
