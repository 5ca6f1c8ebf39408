"""The software bill of materials: every package of the lock files, as CycloneDX JSON. `make sbom`.

It is made from the lock files alone: the same files give the same bytes, and nothing is downloaded.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = tuple(sorted(path.name for path in ROOT.glob("requirements*.lock")))
_ENTRY = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\"
)
_HASH = re.compile(r"\s+--hash=sha256:([0-9a-f]{64})(?: \\)?")


class InvalidLock(ValueError):
    """A line of a lock file that pins nothing: its file, its number, and what it has to be."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A package of a lock file. `hashes`: SHA-256 of each file that may be installed. `marker`: where."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def read_lock(text: str, file: str) -> list[Locked]:
    """Return the packages of a lock file. Raises `InvalidLock` for a line that is not pinned by hashes."""
    packages: list[tuple[re.Match[str], list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if entry := _ENTRY.fullmatch(line):
            packages.append((entry, []))
        elif packages and (found := _HASH.fullmatch(line)):
            packages[-1][1].append(found[1])
        else:
            raise InvalidLock(f"{file}:{number}: {line[:80]!r} is neither name==version nor a SHA-256 hash.")
    for entry, hashes in packages:
        if not hashes:
            raise InvalidLock(f"{file}: {entry['name']} has no hash. Run scripts/lock.")
    return [
        Locked(entry["name"], entry["version"], entry["marker"] or "", tuple(hashes))
        for entry, hashes in packages
    ]


def bill(locks: Iterable[tuple[str, Sequence[Locked]]]) -> dict[str, Any]:
    """Return the bill of materials of these lock files, by name and version."""
    found: dict[tuple[str, str], tuple[Locked, list[str]]] = {}
    for file, packages in locks:
        for each in packages:
            found.setdefault((each.name, each.version), (each, []))[1].append(file)
    components = [_component(each, files) for _, (each, files) in sorted(found.items())]
    content = json.dumps(components, sort_keys=True)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "signoff", "bom-ref": "signoff"}},
        "components": components,
    }


def _component(package: Locked, files: Sequence[str]) -> dict[str, Any]:
    address = f"pkg:pypi/{package.name}@{package.version}"
    properties = [{"name": "signoff:lock", "value": file} for file in files]
    if package.marker:
        properties.append({"name": "signoff:marker", "value": package.marker})
    return {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "purl": address,
        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
        "properties": properties,
    }


def main() -> None:
    locks = [(name, read_lock((ROOT / name).read_text("utf-8"), name)) for name in LOCKS]
    json.dump(bill(locks), sys.stdout, indent=2, sort_keys=True)
    print()


if __name__ == "__main__":
    main()
