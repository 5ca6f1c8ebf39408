"""Random lives by seed: `make soak`, or from another seed `make soak ARGS=7000000`.

First the deciding half alone, a million transitions of it; then whole installations, ten thousand lives.
"""

import asyncio
import logging
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.engine import invariants, simulation
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


def live(first: int) -> None:
    logging.disable(logging.CRITICAL)
    # Of the processes that are killed.
    warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
    crashes = events = messages = 0
    began = time.perf_counter()
    for seed in range(first, first + LIVES):
        life = Life(seed)
        try:
            asyncio.run(life.live())
        except Exception as error:
            print(f"seed {seed}: {error}\n{life.text}")
            raise
        crashes, events = crashes + life.crashes, events + len(life.read)
        messages += len(life.slack.messages)
        if (seed + 1) % 1000 == 0:
            print(f"{seed + 1 - first:,} lives of installations, {crashes:,} crashes", flush=True)
    seconds = time.perf_counter() - began
    print(
        f"{LIVES:,} lives of installations, {crashes:,} crashes, {events:,} events, {messages:,} messages, "
        f"{seconds:.0f} s: all held"
    )


if __name__ == "__main__":
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    decide(seed)
    live(seed)
