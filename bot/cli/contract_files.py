"""Compares workflow files with the folder of their contracts, for the command line."""

from collections.abc import Sequence
from pathlib import Path

from bot.cli.output import CommandError
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_check import check_workflows
from bot.cli.workflow_files import EXAMPLES
from bot.contracts.files import (
    Comparison,
    UnreadableContract,
    compared,
    forget,
    present_contracts,
    record,
    recorded_versions,
)
from bot.events_out.envelope import event_schema
from bot.settings.config import read_settings


def compare_contracts(paths: Sequence[Path], folder: Path | None) -> tuple[Path, list[Comparison]]:
    """Return the folder of the contracts, and each contract. Raises `CommandError`."""
    where = folder if folder is not None else _beside(paths)
    report = check_workflows(list(paths), people=False)
    if report.problems:
        first = report.problems[0]
        raise CommandError(
            f"The workflow files have problems: {first['problem']} {first['remedy']} "
            "signoff check prints all of them."
        )
    try:
        recorded = recorded_versions(where)
    except UnreadableContract as error:
        raise CommandError(str(error)) from None
    return where, compared(present_contracts(report.contracts(), event_schema()), recorded)


def record_contract(folder: Path, comparison: Comparison) -> Path:
    """Write the next version of a contract. Raises `CommandError`."""
    try:
        return record(folder, comparison)
    except OSError as error:
        raise CommandError(
            f"{folder}: the contract {comparison.name} cannot be recorded ({error.strerror}). "
            "Name another folder with --in."
        ) from None


def forget_contract(paths: Sequence[Path], folder: Path | None, name: str) -> list[Path]:
    """Delete the files of a contract that the workflow files no longer have. Raises `CommandError`."""
    where = folder if folder is not None else _beside(paths)
    report = check_workflows(list(paths), people=False)
    if report.problems:
        raise CommandError("The workflow files have problems. signoff check prints all of them.")
    if name in present_contracts(report.contracts(), event_schema()):
        raise CommandError(
            f"The workflow files still have the contract {name}. Restore its files from Git, or record a new "
            "version: signoff contracts record"
        )
    try:
        files = forget(where, name)
    except (OSError, UnreadableContract) as error:
        raise CommandError(f"{where}: the contract {name} cannot be forgotten ({error}).") from None
    if not files:
        raise CommandError(f"{where}: no contract called {name} is recorded. See signoff contracts list.")
    return files


def _beside(paths: Sequence[Path]) -> Path:
    """Return the folder `contracts` beside the workflow files."""
    if not paths:
        environ = environment()
        paths = list(read_settings(environ, find_installed_env_file(environ)).workflows) or [EXAMPLES]
    first = paths[0].absolute()
    return (first if first.is_dir() else first.parent) / "contracts"
