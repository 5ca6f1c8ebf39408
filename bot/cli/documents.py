"""Signed documents in files: receipts and checkpoints."""

from pathlib import Path
from typing import Any

import orjson
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.application import engine_settings
from bot.cli.output import CommandError, Output
from bot.cli.target import find_place
from bot.terminal import printed_json
from engine.documents import public_keys


def public_keys_of(key: Path | None, data: Path | None) -> dict[str, Ed25519PublicKey]:
    """Those of the file that was named, or this installation's."""
    keys = read_text(key) if key else "".join(_of_this_installation(data).values())
    if not keys:
        raise CommandError("This installation has signed nothing yet. Name the other one's key: --key FILE.")
    try:
        return public_keys(keys)
    except ValueError as error:
        raise CommandError(f"--key {key}: {error}. Write signoff receipt key there.") from None


def read_json(file: Path) -> Any:
    """What a file holds."""
    try:
        return orjson.loads(read_text(file))
    except orjson.JSONDecodeError:
        raise CommandError(f"{file} is not JSON.") from None


def read_text(file: Path) -> str:
    """What a file says."""
    try:
        return file.read_text()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not a text file.") from None


def write_json(document: Any, to: Path | None) -> None:
    """Print it, or write it to a file."""
    text = printed_json(document)
    if to is None:
        typer.echo(text)
        return
    try:
        to.write_text(text + "\n")
    except OSError as error:
        raise CommandError(f"--to {to}: {error.strerror}.") from None
    Output(False).line(f"Written to {to}.")


def _of_this_installation(data: Path | None) -> dict[str, str]:
    place = find_place(data)
    return engine_settings(place.settings).keyring(place.database).public()
