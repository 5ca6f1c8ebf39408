"""The folder of contracts: a JSON Schema a version, in files that are never changed."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.contracts.compatibility import Break, Side, breaks, same

JSON = dict[str, Any]
MAX_FILE_BYTES = 4 * 1024 * 1024
INDEX = "index.json"
"""Holds the digest of each file of the folder, so that a deleted or changed file is noticed."""
_FILE = re.compile(r"(?P<name>[^/]+)\.v(?P<version>[1-9]\d{0,5})\.json")


class UnreadableContract(Exception):
    """A file of the folder that cannot be read as a contract. The text says why, with the remedy."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A contract as it was recorded last, and as it is. `state`: new, same, compatible, broken or gone."""

    name: str
    side: Side
    version: int
    """The newest version that is recorded; 0: none is."""
    recorded: JSON | None
    present: JSON | None
    breaks: tuple[Break, ...]

    @property
    def state(self) -> str:
        if self.recorded is None:
            return "new"
        if self.present is None:
            return "gone"
        if self.breaks:
            return "broken"
        return "same" if same(self.recorded, self.present) else "compatible"


def present_contracts(workflows: Mapping[str, JSON], events: JSON) -> dict[str, JSON]:
    """Return the schemas of inputs, outputs and events by the name of their contract.

    `workflows`: by name, their contracts as `signoff check --json` prints them.
    """
    found = {"events": events}
    for name, contract in workflows.items():
        if contract["input"] is not None:
            found[f"{name}.input"] = contract["input"]
        for node, each in contract["nodes"].items():
            if each.get("output") is not None:
                found[f"{name}.{node}.output"] = each["output"]
    return found


def side_of(name: str) -> Side:
    return "input" if name.endswith(".input") else "output"


def recorded_versions(folder: Path) -> dict[str, dict[int, JSON]]:
    """Return the schemas in a folder by name and version. Raises `UnreadableContract`."""
    versions: dict[str, dict[int, JSON]] = {}
    if not folder.is_dir():
        return versions
    for file in sorted(each for each in folder.glob("*.json") if each.name != INDEX):
        match = _FILE.fullmatch(file.name)
        if match is None:
            raise UnreadableContract(
                f"{file}: the name of a contract is like bill.input.v1.json. "
                "Rename the file, or move it away."
            )
        versions.setdefault(match["name"], {})[int(match["version"])] = _schema(file)
    if versions or (folder / INDEX).exists():
        _check_index(folder, versions)
    return versions


def _check_index(folder: Path, versions: Mapping[str, Mapping[int, JSON]]) -> None:
    """Raise `UnreadableContract` where a file is missing or was changed since it was recorded."""
    if not (folder / INDEX).exists():
        raise UnreadableContract(
            f"{folder / INDEX}: the file is missing, so a deleted contract would go unnoticed. Restore it "
            "from Git."
        )
    files = {f"{name}.v{number}.json": each for name, of in versions.items() for number, each in of.items()}
    for name, digest in _schema(folder / INDEX).items():
        if name not in files:
            raise UnreadableContract(
                f"{folder / name}: the file was recorded and is missing. Restore it from Git. If no program "
                f"needs the contract any more: signoff contracts forget {name.partition('.v')[0]}"
            )
        if _digest(files[name]) != digest:
            raise UnreadableContract(
                f"{folder / name}: the file was changed after it was recorded. Restore it from Git."
            )


def _digest(schema: JSON) -> str:
    return hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()


def _schema(file: Path) -> JSON:
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise UnreadableContract(
                f"{file}: it is larger than {MAX_FILE_BYTES // 2**20} MB. Restore it from Git."
            )
        schema = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or "it is not JSON"
        raise UnreadableContract(f"{file}: {why}. Restore it from Git.") from None
    if not isinstance(schema, dict):
        raise UnreadableContract(f"{file}: it is not a JSON Schema. Restore it from Git.")
    return schema


def compared(present: Mapping[str, JSON], recorded: Mapping[str, Mapping[int, JSON]]) -> list[Comparison]:
    """Compare each contract with its newest version, by name."""
    return [
        _comparison(name, present.get(name), recorded.get(name, {})) for name in sorted({*present, *recorded})
    ]


def _comparison(name: str, present: JSON | None, versions: Mapping[int, JSON]) -> Comparison:
    version, side = max(versions, default=0), side_of(name)
    recorded = versions.get(version)
    found: Iterable[Break] = ()
    if recorded is not None and present is not None and not same(recorded, present):
        found = breaks(recorded, present, side)
    return Comparison(name, side, version, recorded, present, tuple(found))


def record(folder: Path, comparison: Comparison) -> Path:
    """Write the present schema as the next version, and return its file. Raises `OSError`."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{comparison.name}.v{comparison.version + 1}.json"
    with file.open("x", encoding="utf-8") as opened:
        json.dump(comparison.present, opened, indent=2, sort_keys=True, ensure_ascii=False)
        opened.write("\n")
    index = _schema(folder / INDEX) if (folder / INDEX).exists() else {}
    _write_index(folder, {**index, file.name: _digest(comparison.present or {})})
    return file


def forget(folder: Path, name: str) -> list[Path]:
    """Delete the files of a contract and its entries in the index. Raises `OSError`, `UnreadableContract`."""
    index = _schema(folder / INDEX) if (folder / INDEX).exists() else {}
    named = [
        each
        for each in sorted({*index, *(file.name for file in folder.glob("*.json"))})
        if (match := _FILE.fullmatch(each)) and match["name"] == name
    ]
    for each in named:
        (folder / each).unlink(missing_ok=True)
    _write_index(folder, {file: digest for file, digest in index.items() if file not in named})
    return [folder / each for each in named]


def _write_index(folder: Path, index: JSON) -> None:
    half = folder / f".{INDEX}.{os.getpid()}"
    half.write_text(json.dumps(index, indent=2, sort_keys=True) + "\n", "utf-8")
    half.replace(folder / INDEX)
