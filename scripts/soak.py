"""Random lives of runs, a million transitions: `make soak`, or from another seed `make soak ARGS=7000000`."""

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

TRANSITIONS = 1_000_000
ROOT = Path(__file__).resolve().parent.parent


def simulation() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulation", ROOT / "tests" / "engine" / "simulation.py")
    if spec is None or spec.loader is None:
        raise SystemExit("tests/engine/simulation.py is not there")
    module = importlib.util.module_from_spec(spec)
    sys.modules["simulation"] = module
    spec.loader.exec_module(module)
    return module


def main(first: int) -> int:
    module, made, seed, began = simulation(), 0, first, time.perf_counter()
    while made < TRANSITIONS:
        life = module.Simulation(seed)
        try:
            module.check_all(life)
            for _ in range(25):
                life.step()
            life.settle()
        except Exception as error:
            print(f"seed {seed}: {error}")
            raise
        made += life.rows.run.version
        seed += 1
        if seed % 5000 == 0:
            print(f"{made:>9,} transitions, {seed - first:,} lives", flush=True)
    seconds = time.perf_counter() - began
    print(f"{made:,} transitions in {seed - first:,} lives, {seconds:.0f} s: all held")
    print(f"seeds {first} to {seed - 1}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
