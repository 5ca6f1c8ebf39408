"""The folder of contracts: a JSON Schema a version, in files that are never changed."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.contracts.compatibility import Break, Side, breaks, same

JSON = dict[str, Any]
MAX_FILE_BYTES = 4 * 1024 * 1024
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
    for file in sorted(folder.glob("*.json")):
        match = _FILE.fullmatch(file.name)
        if match is None:
            raise UnreadableContract(
                f"{file}: the name of a contract is like bill.input.v1.json. "
                "Rename the file, or move it away."
            )
        versions.setdefault(match["name"], {})[int(match["version"])] = _schema(file)
    return versions


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
    return file
