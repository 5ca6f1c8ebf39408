"""Fuzzes every target in turn, and prints a table: `python -m scripts.fuzzing.run SECONDS [NAMES…] [--keep]`.

`SECONDS`: in all, shared by the targets. `--keep`: keeps the smallest inputs that reached a new branch. The
tests give them to the parsers again, and the next search goes on from them. Exits with 1 for an input that
raises an error which the target does not document, or that takes too long or too much memory.

The modules are imported once, with the instruments of atheris; each target has a fork of that process.
"""

import base64
import hashlib
import importlib.machinery
import logging
import os
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import atheris
from atheris.instrument_bytecode import patch_code

SLOW_SECONDS = 5.0
"""Of processor time, for one input."""
MAX_BYTES = 4_096
MEMORY_MB = 2_048
KEPT = Path(__file__).resolve().parents[2] / "tests" / "fuzz"
"""Inputs that once broke a parser, and inputs of earlier searches, with which each search begins."""
KEPT_BYTES = 60_000
"""Limit of the inputs of one target, in bytes."""
GUIDES = (
    "apscheduler",
    "bot.audit_files",
    "bot.console.slack_sign_in",
    "bot.http.callbacks",
    "bot.http.hooks",
    "bot.http.signatures",
    "bot.mcp.messages",
    "engine.exact_json",
    "bot.oncall.calendar",
    "bot.oncall.schedules",
    "bot.settings",
    "bot.slack.payloads",
    "bot.slack.relayed_requests",
    "bot.slash",
    "bot.views.button_values",
    "bot.views.forms.form",
    "dotenv",
    "engine.audit.export",
    "engine.authoring",
    "engine.compiler",
    "engine.kernel.policies",
    "engine.kernel.schedules.cron",
    "engine.kernel.tool_rules",
    "engine.model.values.durations",
    "icalendar",
    "joserfc",
    "recurring_ical_events",
    "yaml",
)
"""Modules whose branches guide the search."""
_RUNS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_REACHED = re.compile(r"cov: (\d+) ft: (\d+)")


class _Guide(importlib.machinery.SourceFileLoader):
    """Loads a module with instruments that tell which branches an input takes."""

    def get_code(self, fullname: str) -> Any:
        return patch_code(super().get_code(fullname), True)


class _Guides:
    """Finds the guiding modules, and leaves the others as they are: instruments take time at the import."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if not any(name == each or name.startswith(f"{each}.") for each in GUIDES):
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        if found is not None and type(found.loader) is importlib.machinery.SourceFileLoader:
            found.loader = _Guide(found.loader.name, found.loader.path)
        return found


sys.meta_path.insert(0, _Guides)
from scripts.fuzzing.targets import TARGETS, Target, kept_inputs  # noqa: E402 - with instruments


@dataclass(frozen=True, slots=True)
class Result:
    """`branches`: that were reached; `found`: lines about inputs that broke the target."""

    name: str
    executions: int
    branches: int
    found: tuple[str, ...]

    @property
    def row(self) -> str:
        return f"| `{self.name}` | {self.executions:,} | {self.branches:,} | {len(self.found)} |"


class Judge:
    """Gives inputs to a target, and keeps each that breaks it, once for each place in the code."""

    def __init__(self, target: Target, folder: Path) -> None:
        self._target, self._folder, self._seen = target, folder, set[str]()

    def take(self, data: bytes) -> None:
        began = time.process_time()
        try:
            self._target.take(data)
        except self._target.raises:
            pass
        except Exception as error:
            self._keep(data, f"{type(error).__name__} at {_place(error)}: {str(error)[:100]!r}")
        if (took := time.process_time() - began) > SLOW_SECONDS:
            self._keep(data, f"slow: {took:.0f} s")

    def _keep(self, data: bytes, what: str) -> None:
        kind = what.partition(":")[0]
        if kind in self._seen:
            return
        self._seen.add(kind)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{self._target.name}-{hashlib.sha256(kind.encode()).hexdigest()[:10]}"
        file.write_bytes(data)
        print(f"FOUND {what} ({file})", file=sys.stderr, flush=True)


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "fuzzing" not in Path(frame.filename).parts]
    last = (own or frames)[-1]
    return f"{Path(last.filename).name} {last.name} {last.lineno}"


def fuzzed(target: Target, seconds: int, folder: Path) -> Result:
    """Fuzz one target in a fork, with what it found in `folder`."""
    corpus = folder / "corpus" / target.name
    corpus.mkdir(parents=True)
    broke = [file.read_bytes() for file in sorted((KEPT / "crashers").glob(f"{target.name}.*"))]
    seeds = [*target.seeds, *broke, *kept_inputs(target)]
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    found = folder / "found"
    judge = Judge(target, found)
    options = [
        *(f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-rss_limit_mb={MEMORY_MB}"),
        *("-timeout=120", "-print_final_stats=1", f"-artifact_prefix={folder}/{target.name}-", str(corpus)),
    ]
    log = folder / f"{target.name}.log"
    code = _in_fork(lambda: _fuzz(judge.take, options), log)
    said = log.read_text("utf-8", "replace")
    lines = tuple(line for line in said.splitlines() if line.startswith("FOUND "))
    if code and not lines:
        lines = (f"FOUND {target.name} ended with {code}: {said[-2_000:]}",)
    executions, reached = _RUNS.search(said), _REACHED.findall(said)
    count, branches = int(executions[1]) if executions else 0, int(reached[-1][0]) if reached else 0
    return Result(target.name, count, branches, lines)


def _fuzz(take: Callable[[bytes], None], options: list[str]) -> Any:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    atheris.Setup([sys.argv[0], *options], take)
    atheris.Fuzz()


def _in_fork(work: Callable[[], Any], log: Path) -> int:
    """Return the exit status of a fork that does this, with what it prints in the file."""
    sys.stdout.flush()
    if not (child := os.fork()):
        output = os.open(log, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _keep_inputs(target: Target, found: Path) -> None:
    """Keep the smallest, as lines of Base64."""
    room, chosen = KEPT_BYTES, []
    for content in sorted(
        {file.read_bytes() for file in found.iterdir()}, key=lambda each: (len(each), each)
    ):
        room -= len(content)
        if room < 0:
            break
        chosen.append(base64.b64encode(content).decode())
    (KEPT / "corpus").mkdir(exist_ok=True)
    (KEPT / "corpus" / f"{target.name}.txt").write_text("".join(f"{line}\n" for line in chosen), "ascii")


def main(seconds: str, *options: str) -> int:
    keep, names = "--keep" in options, set(options) - {"--keep"}
    chosen = [target for target in TARGETS if not names or target.name in names]
    each = max(int(seconds) // len(chosen), 1)
    folder = Path(tempfile.mkdtemp(prefix="signoff-fuzz-"))
    print("| target | executions | branches | found |\n|---|---|---|---|", flush=True)
    results = []
    for target in chosen:
        results.append(fuzzed(target, each, folder))
        if keep:
            _keep_inputs(target, folder / "corpus" / target.name)
        print(results[-1].row, flush=True)
    found = [line for result in results for line in result.found]
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
