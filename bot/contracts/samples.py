"""Samples of values beside the contracts: one JSON file a sample, in a folder for each version."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.contracts.files import UnreadableContract
from engine.text import masked_values, redacted

MAX_SAMPLE_BYTES = 1024 * 1024
MAX_SAMPLES = 10_000
HIDDEN = "[hidden]"
_VERSION = re.compile(r"(?P<name>[^/]+)\.v(?P<version>[1-9]\d{0,5})")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Sample:
    """A value of one version of a contract. `id`: the name of its file."""

    contract: str
    version: int
    id: str
    value: Any


def samples_folder(contracts: Path) -> Path:
    return contracts / "samples"


def read_samples(contracts: Path, name: str = "") -> Iterator[Sample]:
    """Yield the samples of one contract, or of all, in order. Raises `UnreadableContract`."""
    folder = samples_folder(contracts)
    for number, file in enumerate(sorted(folder.glob("*/*.json"))):
        if number >= MAX_SAMPLES:
            raise UnreadableContract(f"{folder}: it has over {MAX_SAMPLES:,} samples. Delete some.")
        match = _VERSION.fullmatch(file.parent.name)
        if match is None:
            raise UnreadableContract(
                f"{file.parent}: the folder of samples has a name like bill.input.v1. Rename it."
            )
        if name in ("", match["name"]):
            yield Sample(match["name"], int(match["version"]), file.stem, read_value(file))


def read_value(file: Path) -> Any:
    """Return the JSON of a file. Raises `UnreadableContract`."""
    try:
        if file.stat().st_size > MAX_SAMPLE_BYTES:
            raise UnreadableContract(f"{file}: it is larger than {MAX_SAMPLE_BYTES // 2**20} MB. Shorten it.")
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or "it is not JSON"
        raise UnreadableContract(f"{file}: {why}. Correct or delete it.") from None


def record_sample(contracts: Path, sample: Sample) -> Path | None:
    """Write a sample without credentials and personal data; None where its file exists. Raises `OSError`."""
    folder = samples_folder(contracts) / f"{sample.contract}.v{sample.version}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{_UNSAFE.sub('-', sample.id)[:100]}.json"
    try:
        with file.open("x", encoding="utf-8") as opened:
            json.dump(cleaned(sample.value), opened, indent=2, sort_keys=True, ensure_ascii=False)
            opened.write("\n")
    except FileExistsError:
        return None
    return file


def cleaned(value: Any) -> Any:
    """Return a value with `[hidden]` for credentials, and `[personal]` for personal data."""
    return _hidden(masked_values(value))


def _hidden(value: Any, key: str = "") -> Any:
    match value:
        case str():
            # A name such as password hides the whole text.
            is_credential = bool(key and value) and redacted(f'"{key}": "{value}"') != f'"{key}": "{value}"'
            alone = redacted(value)
            return HIDDEN if is_credential and alone == value else alone
        case Mapping():
            return {redacted(str(name)): _hidden(each, str(name)) for name, each in value.items()}
        case list():
            return [_hidden(each, key) for each in value]
        case _:
            return value
