"""Documents in files, and on standard output."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import typer

from bot.cli.output import CommandError, Output
from bot.terminal import printed_json
from engine.regular_files import kind_of_file, read_bytes


def read_sample(file: Path) -> Any:
    """Return the JSON of a file that a person wrote. Raises `CommandError`."""
    try:
        return json.loads(read_text(file))
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is not JSON. Save what the sender posts in it.") from None


def read_text(file: Path) -> str:
    """Return the text of a file. Raises `CommandError`."""
    try:
        return read_bytes(file).decode("utf-8")
    except (OSError, ValueError) as error:
        raise CommandError(f"{file}: {_reason(error)}. Name a text file that this user can read.") from None


def write_json(document: Any, to: Path | None) -> None:
    """Print a document, or write it to a new file: one that is there may be the only copy of its proof."""
    text = printed_json(document)
    if to is None:
        typer.echo(text)
        return
    write_file(text.encode() + b"\n", to, replace=False)
    Output().line(f"Written to {to}.")


def write_file(content: bytes, to: Path, *, replace: bool) -> None:
    """Write a file. `replace`: in the place of one that is there. Raises `CommandError`."""
    try:
        if kind := kind_of_file(to):
            raise CommandError(f"--to {to} is {kind}. Name a file.")
        with to.open("wb" if replace else "xb") as file:
            try:
                file.write(content)
                file.flush()
            except OSError:
                to.unlink()
                raise
    except FileExistsError:
        raise CommandError(f"--to {to} already exists and is kept as it is. Name a new file.") from None
    except (OSError, ValueError) as error:
        raise _not_written(to, error) from None


@contextmanager
def new_text_file(to: Path) -> Iterator[IO[str]]:
    """Open a new file for text, which only its owner can read. It is removed if the block fails.

    Raises `CommandError`.
    """
    try:
        descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CommandError(f"--to {to} already exists and is kept as it is. Name a new file.") from None
    except (OSError, ValueError) as error:
        raise _not_written(to, error) from None
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException as error:
        to.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(to, error) from None
        raise


def _not_written(to: Path, error: OSError | ValueError) -> CommandError:
    return CommandError(
        f"--to {to}: {_reason(error)}. Name a file in a folder that this user can write to, on a disk "
        "with free space."
    )


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not a text file"
    return getattr(error, "strerror", None) or str(error)
