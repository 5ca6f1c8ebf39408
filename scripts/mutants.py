"""Plants bugs in a copy of the engine, one at a time, and shows which test finds each: `make mutants`.

A bug that nobody finds ends it with 1: a promise is not held by any test then.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mutant:
    """`old` stands in `file`; with `new` in its place that is the bug."""

    name: str
    file: str
    old: str
    new: str


MUTANTS = [
    Mutant(
        "the guard of a transition removed",
        "engine/store/statements.py",
        "WHERE id = ? AND version = ?",
        "WHERE id = ? AND version <= ? + 9",
    ),
    Mutant(
        "an event lost on its way to its row",
        "engine/store/commit.py",
        "events.append((*values, head))",
        "events[:] = [(*values, head)]",
    ),
    Mutant(
        "the fence ignored: a late result counts",
        "engine/transitions.py",
        'return record.state == "running" and record.attempt == attempt',
        'return record.state == "running"',
    ),
    Mutant(
        "a condition inverted",
        "engine/conditions.py",
        "return not evaluate(condition.no, view)",
        "return evaluate(condition.no, view)",
    ),
    Mutant(
        "a skipped step taken for a result",
        "engine/planner.py",
        'if state == "succeeded" or need.join == "settled":',
        'if state in ("succeeded", "skipped") or need.join == "settled":',
    ),
    Mutant(
        "a retry that leaves its wait behind",
        "engine/transitions.py",
        'transition.end_wait("retry", f"{transition.state.run.id}:{step}")',
        "pass",
    ),
    Mutant(
        "a crash that does not count",
        "engine/transitions.py",
        "crashes = before.crashes + crashed",
        "crashes = before.crashes",
    ),
    Mutant(
        "one step more than may execute at once",
        "engine/machine.py",
        "if own is not None and self.state.executing >= own:",
        "if own is not None and self.state.executing > own:",
    ),
    Mutant(
        "a dependency counted once too often",
        "engine/machine.py",
        "                if state.missing[dependent] == 0:",
        "                if state.missing[dependent] <= 1:",
    ),
    Mutant(
        "a Retry by a person with the old key",
        "engine/transitions.py",
        "round=transition.record(step).round + 1",
        "round=transition.record(step).round",
    ),
    Mutant(
        "whoever asked approves",
        "engine/policy.py",
        'if choice == "approve" and not request.self_approval',
        'if choice == "never" and not request.self_approval',
    ),
    Mutant(
        "cron fires at the second of two equal local times",
        "engine/schedule.py",
        "    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)",
        "    instant = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)",
    ),
]
TESTS = ["tests/engine"]
_FOUND = re.compile(r"^FAILED (\S+)", re.MULTILINE)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="signoff-mutants-") as folder:
        copy = Path(folder)
        for name in ("engine", "tests", "workflows", "bot", "localslack"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "manifest.yaml"):
            shutil.copy(ROOT / name, copy / name)
        survivors = 0
        for mutant in MUTANTS:
            found = _try(mutant, copy)
            survivors += found is None
            print(f"{'found' if found else 'SURVIVED':<9} {mutant.name:<55} {found or ''}", flush=True)
    return 1 if survivors else 0


def _try(mutant: Mutant, copy: Path) -> str | None:
    """The test that found it."""
    file = copy / mutant.file
    right = file.read_text(encoding="utf-8")
    if mutant.old not in right:
        raise SystemExit(f"{mutant.name}: {mutant.old!r} does not stand in {mutant.file} any more.")
    file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS],
            cwd=copy,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    except subprocess.TimeoutExpired:
        return "a test that never ended"
    finally:
        file.write_text(right, encoding="utf-8")
    if done.returncode == 0:
        return None
    found = _FOUND.search(done.stdout)
    return found[1] if found else "the tests could not even begin"


if __name__ == "__main__":
    sys.exit(main())
