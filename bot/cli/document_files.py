"""Documents in files, and on standard output."""

import json
from pathlib import Path
from typing import Any

import typer

from bot.cli.output import CommandError, Output
from bot.terminal import printed_json


def read_json(file: Path) -> Any:
    """Return what a file holds. Raises `CommandError`."""
    try:
        return json.loads(read_text(file))
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is not JSON. Name a file that signoff wrote with --to.") from None


def read_sample(file: Path) -> Any:
    """Return the JSON of a file that a person wrote. Raises `CommandError`."""
    try:
        return json.loads(read_text(file))
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is not JSON. Save what the sender posts in it.") from None


def read_text(file: Path) -> str:
    """Return the text of a file. Raises `CommandError`."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not a text file.") from None


def write_json(document: Any, to: Path | None) -> None:
    """Print a document, or write it to a file."""
    text = printed_json(document)
    if to is None:
        typer.echo(text)
        return
    try:
        to.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"--to {to}: {error.strerror}.") from None
    Output().line(f"Written to {to}.")
