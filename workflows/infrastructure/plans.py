"""Plans of OpenTofu, or of its stand-in: made, read, and applied exactly as they were read."""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

TOOL = "INFRASTRUCTURE_TOOL"
"""Environment variable with the operator's command, such as `tofu`."""
STAND_IN = [sys.executable, "-I", str(Path(__file__).with_name("tool.py"))]
VARIABLES = "signoff.auto.tfvars.json"
"""OpenTofu reads it by itself, so a check for drift compares with what people approved last."""
_DIFFERS = 2

_WORD = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)


class ResourceChange(BaseModel):
    resource: str
    action: str
    before: str
    after: str


class Plan(BaseModel):
    digest: str
    """SHA-256 of the file that the tool saved."""
    changes: list[ResourceChange]
    summary: str


class Outdated(Exception):
    """The saved plan is another one than people read, or the infrastructure has changed since."""


def make(folder: Path, variables: Mapping[str, object], file: Path) -> Plan:
    """Let the tool save a plan in `file`, and read what it would do."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [f"-var={name}={value}" for name, value in variables.items()]
    _tool(
        folder, "plan", "-input=false", "-detailed-exitcode", *arguments, f"-out={file}", fine=(0, _DIFFERS)
    )
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    with _exactly(file, digest) as copy:
        shown = json.loads(_tool(folder, "show", "-json", str(copy)))
    changes = [
        ResourceChange(
            resource=each["address"],
            action=" and ".join(each["change"]["actions"]),
            before=_text(each["change"]["before"]),
            after=_text(each["change"]["after"]),
        )
        for each in shown["resource_changes"]
        if each["change"]["actions"] != ["no-op"]
    ]
    return Plan(digest=digest, changes=changes, summary=_summary(changes))


def apply(folder: Path, file: Path, digest: str) -> str:
    """Apply the plan with this digest, and nothing else. Raises `Outdated`."""
    with _exactly(file, digest) as copy:
        return _tool(folder, "apply", "-input=false", str(copy))


def remember(folder: Path, variables: Mapping[str, object]) -> None:
    """Keep the variables for later plans."""
    new = folder / f"{VARIABLES}.new"
    new.write_text(json.dumps(variables), "utf-8")
    os.replace(new, folder / VARIABLES)


@contextmanager
def _exactly(file: Path, digest: str) -> Iterator[Path]:
    """Give a private copy, so that nobody can change the plan between the check and its use."""
    content = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise Outdated(f"the saved plan {file.name} is missing, or differs from the one that people read")
    with tempfile.TemporaryDirectory(prefix="plan-") as private:
        copy = Path(private) / file.name
        copy.write_bytes(content)
        yield copy


def _tool(folder: Path, *arguments: str, fine: tuple[int, ...] = (0,)) -> str:
    command = shlex.split(os.environ.get(TOOL, "")) or STAND_IN
    done = subprocess.run([*command, *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - the operator's command; a value is part of an argument
    if done.returncode in fine:
        return done.stdout
    if "Saved plan is stale" in done.stderr:
        raise Outdated("the infrastructure has changed since people read the plan")
    raise ChildProcessError(f"{arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-1000:]}")


def _summary(changes: list[ResourceChange]) -> str:
    counts = {
        action: sum(each.action == action for each in changes) for action in {each.action for each in changes}
    }
    return ", ".join(f"{count} to {action}" for action, count in sorted(counts.items())) or "no change"


def _text(value: object) -> str:
    """Return a resource in words: `size: small`. A value that is not one word stands as JSON."""
    if value is None:
        return "nothing"
    if not isinstance(value, Mapping) or not value:
        return json.dumps(value, sort_keys=True)
    return ", ".join(f"{name}: {_word(value[name])}" for name in sorted(value))


def _word(value: object) -> str:
    is_word = isinstance(value, str) and _WORD.fullmatch(value) and value not in ("true", "false", "null")
    return str(value) if is_word else json.dumps(value, sort_keys=True)
