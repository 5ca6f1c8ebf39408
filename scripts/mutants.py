"""Plants bugs in a copy of the engine, one at a time, and shows which test finds each: `make mutants`.

Exits with 1 if no test finds a bug: no test holds that promise then. `python -m scripts.mutants WORDS...`
plants only the bugs whose names contain all of these.

`scripts/planted/found_by.json` remembers which test found each bug. That test is tried first, alone; the rest
of the bug's tests only if it passes or is gone. A run writes what it learned into the file.
"""

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.planted import (
    absent,
    adapters,
    agent_view,
    agents,
    alerts,
    answers,
    blocked_notices,
    bot,
    break_glass,
    child_runs,
    ci,
    claims,
    console,
    contracts,
    control,
    custom_steps,
    engine,
    escalating,
    events_out,
    failure_cards,
    failures,
    files,
    floods,
    grants,
    insight,
    kinds,
    listed,
    localslack,
    log_tails,
    long_steps,
    mapping,
    mcp_proxy,
    metrics,
    news,
    notify,
    objectives,
    on_call,
    people,
    permits,
    personal,
    places,
    plans,
    policies,
    postgres,
    proof,
    relay,
    renames,
    reports,
    requesters,
    resources,
    responses,
    roles,
    rounds,
    secrets,
    shown,
    slackbot,
    steps,
    surface,
    telemetry,
    tracing,
    triggers,
    turns,
    upgrades,
    uses,
    versions,
    waits,
    windows,
    workers,
)
from scripts.planted.mutant import Mutant

ROOT = Path(__file__).resolve().parent.parent
FOUND_BY = ROOT / "scripts" / "planted" / "found_by.json"


MUTANTS = [
    *answers.MUTANTS,
    *bot.MUTANTS,
    *child_runs.MUTANTS,
    *ci.MUTANTS,
    *claims.MUTANTS,
    *agent_view.MUTANTS,
    *custom_steps.MUTANTS,
    *slackbot.MUTANTS,
    *console.MUTANTS,
    *contracts.MUTANTS,
    *control.MUTANTS,
    *engine.MUTANTS,
    *break_glass.MUTANTS,
    *grants.MUTANTS,
    *windows.MUTANTS,
    *escalating.MUTANTS,
    *absent.MUTANTS,
    *agents.MUTANTS,
    *alerts.MUTANTS,
    *insight.MUTANTS,
    *objectives.MUTANTS,
    *on_call.MUTANTS,
    *failure_cards.MUTANTS,
    *failures.MUTANTS,
    *files.MUTANTS,
    *floods.MUTANTS,
    *kinds.MUTANTS,
    *listed.MUTANTS,
    *localslack.MUTANTS,
    *log_tails.MUTANTS,
    *long_steps.MUTANTS,
    *blocked_notices.MUTANTS,
    *news.MUTANTS,
    *notify.MUTANTS,
    *mapping.MUTANTS,
    *adapters.MUTANTS,
    *mcp_proxy.MUTANTS,
    *permits.MUTANTS,
    *metrics.MUTANTS,
    *people.MUTANTS,
    *places.MUTANTS,
    *plans.MUTANTS,
    *policies.MUTANTS,
    *postgres.MUTANTS,
    *workers.MUTANTS,
    *proof.MUTANTS,
    *relay.MUTANTS,
    *renames.MUTANTS,
    *requesters.MUTANTS,
    *responses.MUTANTS,
    *rounds.MUTANTS,
    *reports.MUTANTS,
    *roles.MUTANTS,
    *resources.MUTANTS,
    *personal.MUTANTS,
    *secrets.MUTANTS,
    *shown.MUTANTS,
    *steps.MUTANTS,
    *surface.MUTANTS,
    *telemetry.MUTANTS,
    *events_out.MUTANTS,
    *tracing.MUTANTS,
    *triggers.MUTANTS,
    *turns.MUTANTS,
    *upgrades.MUTANTS,
    *uses.MUTANTS,
    *versions.MUTANTS,
    *waits.MUTANTS,
]
_FOUND = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.MULTILINE)
"""In pytest's summary; the log of a failed test has lines that start with `ERROR` too."""


def main(names: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if all(name in mutant.name for name in names)]
    if not chosen:
        raise SystemExit(f"No bug has a name with {' and '.join(names)}.")
    found_by = read_found_by()
    with tempfile.TemporaryDirectory(prefix="signoff-mutants-") as folder:
        copies = [_copy(Path(folder) / str(number)) for number in range(os.cpu_count() or 1)]
        for mutant in chosen:
            _right(mutant, copies[0])
        tests = sorted({test for mutant in chosen for test in _first_tests(mutant, found_by)})
        if wrong := _first_failure(copies[0], tests, "-n", str(len(copies)), timeout=None):
            raise SystemExit(f"{wrong} fails without any bug: fix that first.")
        try:
            survivors = _plant_all(chosen, copies, found_by)
        finally:
            _write_found_by(found_by)
    print(f"{len(chosen) - survivors} of {len(chosen)} bugs were found")
    return 1 if survivors else 0


def read_found_by() -> dict[str, str]:
    """The test that found each bug when it was last planted, without its parameters, by the bug's name."""
    found_by: dict[str, str] = json.loads(FOUND_BY.read_text(encoding="utf-8"))
    return found_by


def _write_found_by(found_by: dict[str, str]) -> None:
    """Keep what was learned about the bugs that there still are."""
    names = {mutant.name for mutant in MUTANTS}
    kept = {name: test for name, test in sorted(found_by.items()) if name in names}
    FOUND_BY.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _first_tests(mutant: Mutant, found_by: dict[str, str]) -> tuple[str, ...]:
    """The test that found the bug the last time, while it exists; else all of its tests."""
    test = found_by.get(mutant.name, "")
    path, name = ROOT / test.partition("::")[0], test.rpartition("::")[2]
    if test and path.is_file() and f"def {name}(" in path.read_text(encoding="utf-8"):
        return (test,)
    return mutant.tests


def _copy(folder: Path) -> Path:
    """Copy every file that git knows, as it is on the disk. Some tests ask git for the files of the copy."""
    git = shutil.which("git") or "git"
    known = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in known.stdout.rstrip("\0").split("\0"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    subprocess.run([git, "init", "--quiet"], cwd=folder, check=True)
    subprocess.run([git, "add", "--all"], cwd=folder, check=True)
    return folder


def _plant_all(mutants: Iterable[Mutant], copies: list[Path], found_by: dict[str, str]) -> int:
    """Plant each bug in whichever copy is free, print and keep what found it; return how many survived."""
    free: queue.Queue[Path] = queue.Queue()
    for copy in copies:
        free.put(copy)

    def plant(mutant: Mutant) -> tuple[str, str]:
        copy = free.get()
        try:
            return _try(mutant, copy, _first_tests(mutant, found_by))
        finally:
            free.put(copy)

    survivors = 0
    with ThreadPoolExecutor(len(copies)) as workers:
        tried = [(mutant, workers.submit(plant, mutant)) for mutant in mutants]
        for mutant, trial in tried:
            verdict, test = trial.result()
            survivors += verdict == "SURVIVED"
            if verdict == "found" and "::" in test:
                found_by[mutant.name] = test.partition("[")[0]
            print(f"{verdict:<9} {mutant.name:<55} {test}".rstrip(), flush=True)
    return survivors


def _right(mutant: Mutant, copy: Path) -> str:
    """The file without the bug, which must have the place for it."""
    right = (copy / mutant.file).read_text(encoding="utf-8")
    if mutant.old not in right:
        raise SystemExit(f"{mutant.name}: {mutant.old!r} is no longer in {mutant.file}.")
    return right


def _try(mutant: Mutant, copy: Path, first: tuple[str, ...]) -> tuple[str, str]:
    """Return `found` or `SURVIVED`, and the first test that fails with the bug. `first` passes without it."""
    file, right = copy / mutant.file, _right(mutant, copy)
    file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        failure = _first_failure(copy, first)
        known = bool(failure)
        if not failure and first != mutant.tests:
            failure = _first_failure(copy, mutant.tests)
    finally:
        file.write_text(right, encoding="utf-8")
    if (
        failure
        and not known
        and "::" in failure
        and (again := _first_failure(copy, (failure.partition("[")[0],)))
    ):
        return "SURVIVED", f"{again} fails without the bug too"
    return ("found", failure) if failure else ("SURVIVED", "")


def _first_failure(
    copy: Path, tests: Iterable[str], *options: str, timeout: float | None = 300
) -> str | None:
    """The first test that fails within `timeout` seconds; None when all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", "not sweep"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        # A file, since processes that a bug leaves behind keep a pipe open after the tests.
        try:
            done = subprocess.run(
                [*command, *options, *tests],
                cwd=copy,
                env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)},
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "a test that never ended"
        if done.returncode == 0:
            return None
        said.seek(0)
        output = said.read()
    failure = _FOUND.search(output)
    return failure[1] if failure else f"the tests could not even begin:\n{output}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
