"""Contracts of another version of workflow files: a path, or a Git revision of the same files.

Another process reads them, so that the modules of the two versions do not mix.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.cli.output import CommandError
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_files import EXAMPLES
from bot.settings.config import read_settings

JSON = dict[str, Any]
_START = "import sys, signoff_command; sys.exit(signoff_command.main())"
_SECONDS = 120


def contracts_of(against: str, paths: Sequence[Path], env_file: Path | None) -> dict[str, JSON]:
    """Return the contracts by workflow. `paths`: the files whose revision is meant. Raises `CommandError`."""
    if Path(against).exists():
        return _checked(against, [Path(against).resolve()], env_file)
    top = _git(against, "rev-parse", "--show-toplevel").decode().strip()
    root = Path(top)
    outside = [path for path in paths if not path.resolve().is_relative_to(root)]
    if outside:
        raise CommandError(f"--against {against}: {outside[0]} is not in the repository {root}.")
    _git(against, "rev-parse", "--verify", "--quiet", f"{against}^{{commit}}")
    with tempfile.TemporaryDirectory(prefix="signoff-against-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_git(against, "-C", top, "archive", against))) as archive:
            archive.extractall(folder, filter="data")
        copies = [Path(folder) / path.resolve().relative_to(root) for path in paths]
        return _checked(against, [copy for copy in copies if copy.exists()], env_file)


def workflow_contracts(against: str) -> dict[str, JSON]:
    """Return the contracts of another version of the installed files. Raises `CommandError`."""
    environ = environment()
    env_file = find_installed_env_file(environ)
    paths = list(read_settings(environ, env_file).workflows) or [EXAMPLES]
    return contracts_of(against, paths, env_file)


def _git(against: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise CommandError(f"--against {against}: there is no such path, and git is not installed.") from None
    if done.returncode:
        raise CommandError(
            f"--against {against}: there is neither such a path nor such a revision of a Git repository here."
        )
    return done.stdout


def _checked(against: str, paths: Sequence[Path], env_file: Path | None) -> dict[str, JSON]:
    if not paths:
        return {}
    settings = [f"--env={env_file.absolute()}"] if env_file else []
    command = [sys.executable, "-P", "-c", _START, "check", "--json", *settings, "--", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    try:
        report = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("error: ")
        raise CommandError(f"--against {against}: that version cannot be read. {said}") from None
    if report["problems"]:
        first = report["problems"][0]
        raise CommandError(
            f"--against {against}: that version cannot be loaded. {first['problem']} {first['remedy']}"
        )
    return {workflow["name"]: workflow["contract"] for workflow in report["workflows"]}
