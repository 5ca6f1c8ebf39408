"""Plants bugs in a copy of the engine, one at a time, and shows which test finds each: `make mutants`.

Exits with 1 if no test finds a bug: no test holds that promise then. `python -m scripts.mutants WORDS...`
plants only the bugs whose names contain one of these.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.planted import (
    bot,
    control,
    engine,
    failure_cards,
    failures,
    files,
    floods,
    localslack,
    long_steps,
    mapping,
    people,
    proof,
    shown,
    steps,
    triggers,
    upgrades,
    waits,
)
from scripts.planted.mutant import Mutant

ROOT = Path(__file__).resolve().parent.parent


MUTANTS = [
    *bot.MUTANTS,
    *control.MUTANTS,
    *engine.MUTANTS,
    *failure_cards.MUTANTS,
    *failures.MUTANTS,
    *files.MUTANTS,
    *floods.MUTANTS,
    *localslack.MUTANTS,
    *long_steps.MUTANTS,
    *mapping.MUTANTS,
    *people.MUTANTS,
    *proof.MUTANTS,
    *shown.MUTANTS,
    *steps.MUTANTS,
    *triggers.MUTANTS,
    *upgrades.MUTANTS,
    *waits.MUTANTS,
]
_FOUND = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)


def main(names: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not names or any(name in mutant.name for name in names)]
    if not chosen:
        raise SystemExit(f"No bug has a name with {' or '.join(names)}.")
    with tempfile.TemporaryDirectory(prefix="signoff-mutants-") as folder:
        copy = Path(folder)
        for name in ("engine", "signoff", "tests", "workflows", "bot", "localslack", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in (
            "pyproject.toml",
            "pytest_signoff.py",
            "signoff_command.py",
            "manifest.yaml",
            "README.md",
        ):
            shutil.copy(ROOT / name, copy / name)
        survivors = 0
        for mutant in chosen:
            _right(mutant, copy)
        every = tuple(sorted({test for mutant in chosen for test in mutant.tests}))
        if wrong := _first_failure(copy, every):
            raise SystemExit(f"{wrong} fails without any bug: fix that first.")
        for mutant in chosen:
            failure = _try(mutant, copy)
            survivors += failure is None
            print(f"{'found' if failure else 'SURVIVED':<9} {mutant.name:<55} {failure or ''}", flush=True)
    return 1 if survivors else 0


def _right(mutant: Mutant, copy: Path) -> str:
    """The file without the bug, which must have the place for it."""
    right = (copy / mutant.file).read_text(encoding="utf-8")
    if mutant.old not in right:
        raise SystemExit(f"{mutant.name}: {mutant.old!r} is no longer in {mutant.file}.")
    return right


def _try(mutant: Mutant, copy: Path) -> str | None:
    """Return the first test that fails with the bug, or None."""
    file, right = copy / mutant.file, _right(mutant, copy)
    file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        failure = _first_failure(copy, mutant.tests)
    finally:
        file.write_text(right, encoding="utf-8")
    if failure and "::" in failure and (again := _first_failure(copy, (failure,))):
        raise SystemExit(f"{again} fails without the bug too, so it proves nothing.")
    return failure


def _first_failure(copy: Path, tests: tuple[str, ...]) -> str | None:
    """The first test that fails; None when all pass."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
            cwd=copy,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=150,
        )
    except subprocess.TimeoutExpired:
        return "a test that never ended"
    if done.returncode == 0:
        return None
    failure = _FOUND.search(done.stdout)
    return failure[1] if failure else "the tests could not even begin"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
