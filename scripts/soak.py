"""Random lives by seed: `make soak`, or from another seed `make soak ARGS=7000000`.

First the deciding half alone, a million transitions of it; then whole installations, ten thousand lives.
`make soak ARGS="--database postgresql --lives 500"` simulates installations alone, on a server of its own.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine import invariants, simulation
from tests.lives.disk import Disk, Memory
from tests.lives.life import Life

TRANSITIONS = 1_000_000
LIVES = 10_000


def decide(first: int) -> None:
    transitions, seed, began = 0, first, time.perf_counter()
    while transitions < TRANSITIONS:
        life = simulation.Simulation(seed)
        try:
            invariants.check_all(life)
            for _ in range(25):
                life.step()
            life.settle()
        except Exception as error:
            print(f"seed {seed}: {error}")
            raise
        transitions += life.rows.run.version
        seed += 1
        if seed % 5000 == 0:
            print(f"{transitions:>9,} transitions, {seed - first:,} lives of runs", flush=True)
    seconds = time.perf_counter() - began
    print(f"{transitions:,} transitions in {seed - first:,} lives of runs, {seconds:.0f} s: all held")


def live(first: int, lives: int, make_disk: Callable[[], Disk]) -> None:
    logging.disable(logging.CRITICAL)
    # Of the processes that are killed.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    kills = lost = events = messages = 0
    began = time.perf_counter()
    for number in range(1, lives + 1):
        life = Life(first + number - 1, make_disk=make_disk)
        try:
            asyncio.run(life.live())
        except Exception as error:
            print(f"seed {first + number - 1}: {error}\n{life.text}")
            raise
        kills, lost = kills + life.crashes, lost + life.disk.lost_connections
        events, messages = events + len(life.read), messages + len(life.slack.messages)
        if number % 1000 == 0 or number == lives:
            print(
                f"{number:,} lives of installations, {kills:,} kills, {lost:,} lost connections, "
                f"{events:,} events, {messages:,} messages, {time.perf_counter() - began:.0f} s "
                f"(load {os.getloadavg()[0]:.1f}): all held",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=2_000_000, help="of the first life")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--lives", type=int, default=LIVES, help="of installations")
    chosen = parser.parse_args()
    if chosen.database == "sqlite":
        decide(chosen.seed)
        live(chosen.seed, chosen.lives, Memory)
    else:
        from tests.lives.server import Server  # noqa: PLC0415

        live(chosen.seed, chosen.lives, Server)


if __name__ == "__main__":
    main()
