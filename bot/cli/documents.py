"""Verify signed documents: receipts and checkpoints."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.cli.document_files import read_text
from bot.cli.local_engine import target_settings
from bot.cli.output import CommandError
from bot.cli.target import find_target
from bot.settings.engine_settings import engine_settings
from engine import SignoffError
from engine.documents import parse_document, public_keys, verified_checkpoint, verified_receipt


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
