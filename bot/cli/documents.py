"""Verify signed documents: receipts, checkpoints and exports of the log."""

import itertools
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.audit_files import NotAnExport, read_export
from bot.cli.document_files import read_text
from bot.cli.local_engine import target_settings
from bot.cli.output import CommandError
from bot.cli.target import find_target
from bot.settings.engine_settings import engine_settings
from engine import SignoffError
from engine.documents import (
    PersonalKeys,
    Verified,
    continues,
    parse_document,
    public_keys,
    verified_checkpoint,
    verified_export,
    verified_receipt,
)
from engine.regular_files import kind_of_file


def personal_keys(data: Path | None) -> PersonalKeys:
    """Return the keys that seal the personal data of an installation."""
    target = find_target(data)
    settings = engine_settings(target_settings(target))
    return PersonalKeys(settings.keys_dir or target.database.place.parent / "keys")


def verify_receipt_file(file: Path, key: Path | None, data: Path | None) -> tuple[dict[str, Any], str]:
    """Return what a receipt says, and the key that signed it. Raises what is wrong."""
    keys = _public_keys(key, data)
    try:
        document = _parsed(file)
        content = verified_receipt(document, keys)
    except SignoffError as error:
        raise CommandError(f"{file}: {error}") from None
    return content, str(document["key"])


def verify_checkpoint_files(files: list[Path], key: Path | None, data: Path | None) -> list[dict[str, Any]]:
    """Return what signed checkpoints say. Raises what is wrong."""
    keys = _public_keys(key, data)
    return [_checkpoint(file, keys) for file in files]


def _checkpoint(file: Path, keys: dict[str, Ed25519PublicKey]) -> dict[str, Any]:
    try:
        return verified_checkpoint(_parsed(file), keys)
    except SignoffError as error:
        raise CommandError(f"--checkpoint {file}: {error}") from None


def verify_export_files(
    files: list[Path], key: Path | None, data: Path | None, checkpoints: list[Path]
) -> tuple[list[Verified], list[str]]:
    """Return what was found of exports, oldest first, and where one does not continue the one before it.

    A checkpoint is compared with the export that reaches it. Raises what cannot be verified at all.
    """
    keys = _public_keys(key, data)
    marks = [_checkpoint(file, keys) for file in checkpoints]
    found = [_export(file, keys, marks if len(files) == 1 else []) for file in files]
    order = sorted(range(len(files)), key=lambda place: int(found[place].content["after"]))
    breaks = [
        f"{files[later]} does not continue {files[earlier]}"
        for earlier, later in itertools.pairwise(order)
        if not continues(found[earlier].content, found[later].content)
    ]
    return [found[place] for place in order], breaks


def _export(file: Path, keys: dict[str, Ed25519PublicKey], marks: list[dict[str, Any]]) -> Verified:
    try:
        if kind := kind_of_file(file):
            raise CommandError(f"{file} is {kind}. Name a file that signoff audit export wrote.")
        with file.open(encoding="utf-8", newline="") as opened:
            document, records = read_export(opened)
            return verified_export(document, records, keys, marks)
    except (NotAnExport, UnicodeDecodeError) as error:
        reason = "it is not a text file" if isinstance(error, UnicodeDecodeError) else error
        raise CommandError(f"{file} is not an export: {reason}.") from None
    except OSError as error:
        raise CommandError(
            f"{file}: {error.strerror or error}. Name a file that this user can read."
        ) from None
    except SignoffError as error:
        raise CommandError(f"{file}: {error}") from None


def _parsed(file: Path) -> Any:
    """Return what a file holds. Raises what is wrong."""
    try:
        return parse_document(read_text(file))
    except (ValueError, RecursionError):
        raise CommandError(f"{file} is not JSON. Name a file that signoff wrote with --to.") from None


def _public_keys(key: Path | None, data: Path | None) -> dict[str, Ed25519PublicKey]:
    """Return the keys in the file that was named, or this installation's."""
    text = read_text(key) if key else "".join(_keys_of_this_installation(data).values())
    if not text:
        raise CommandError(
            "This installation has signed nothing yet. Name a file with the public keys: --key FILE."
        )
    try:
        return public_keys(text)
    except ValueError as error:
        raise CommandError(
            f"--key {key}: {error}. Write the output of signoff receipt key to that file."
        ) from None


def _keys_of_this_installation(data: Path | None) -> dict[str, str]:
    target = find_target(data)
    return engine_settings(target_settings(target)).keyring(target.database.place).public()
