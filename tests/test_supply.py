"""Packages beside Signoff: pinned by hashes, listed in a bill of materials, under known licenses."""

import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from scripts.sbom import LOCKS, InvalidLock, Locked, bill, read_lock

ROOT = Path(__file__).resolve().parents[1]
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|DFSG approved", re.IGNORECASE
)
WEAK_COPYLEFT = {"psycopg", "psycopg-binary", "psycopg-pool", "recurring-ical-events", "x-wr-timezone"}
"""LGPL: optional extras, which are used as libraries and not changed."""
UNSTATED = {"atheris", "axe-playwright-python", "promql-parser"}
"""For the tests alone; their metadata names no license."""


def locked(name: str) -> list[Locked]:
    return read_lock((ROOT / name).read_text("utf-8"), name)


def test_the_bill_of_materials_has_each_locked_package_with_its_hashes_and_nothing_else() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "scripts.sbom"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    stated = json.loads(made.stdout)
    assert (stated["bomFormat"], stated["specVersion"]) == ("CycloneDX", "1.6")
    found = {
        (each["name"], each["version"]): [one["content"] for one in each["hashes"]]
        for each in stated["components"]
    }
    # Read again by other means than those of the script.
    expected: dict[tuple[str, str], list[str]] = {}
    for lock in LOCKS:
        for block in re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text("utf-8").strip()):
            name, version = re.split("==|[ ;]", block)[:2]
            expected[name, version] = re.findall(r"sha256:(\w+)", block)
    assert found == expected
    assert len(stated["components"]) == len(expected)
    hosts = set(re.findall(r"://([^/\"]+)", made.stdout))
    assert hosts <= {"cyclonedx.org"}


def test_the_same_lock_files_give_the_same_bill() -> None:
    locks = [(name, locked(name)) for name in LOCKS]
    assert bill(locks) == bill(reversed(locks)) | {
        key: value for key, value in bill(locks).items() if key in ("components", "serialNumber")
    }


@pytest.mark.parametrize(
    "line",
    [
        "six>=1.0 \\",
        "six==1.0",
        "six @ file:///six \\",
        "-e .",
        "--pre",
        "six==1.0 \\\n    --hash=md5:00",
        "    --hash=sha256:" + "0" * 64,
    ],
)
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(InvalidLock):
        read_lock(line + "\n", "x.lock")


def test_a_package_without_a_hash_is_refused() -> None:
    with pytest.raises(InvalidLock, match="six has no hash"):
        read_lock("six==1.0 \\\n", "x.lock")


def test_what_is_installed_is_what_is_locked() -> None:
    pinned: dict[str, set[str]] = {}
    for each in locked("requirements-dev.lock"):
        pinned.setdefault(each.name, set()).add(each.version)
    installed = {name: metadata.version(name) for name in pinned if any(metadata.distributions(name=name))}
    assert len(installed) > len(pinned) // 2, "the packages of the tests are installed"
    assert {name: version for name, version in installed.items() if version not in pinned[name]} == {}


def test_every_lock_file_pins_the_versions_that_tests_use() -> None:
    tried = {each.name: each.version for each in locked("requirements-dev.lock")}
    for lock in LOCKS:
        pinned = {each.name: each.version for each in locked(lock)}
        assert {
            name: version for name, version in pinned.items() if tried.get(name, version) != version
        } == {}, lock


def test_every_installed_package_has_a_license_on_the_list() -> None:
    refused = {}
    for name in {each.name for lock in LOCKS for each in locked(lock)} - WEAK_COPYLEFT - UNSTATED:
        try:
            stated: Any = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        classes = [one for one in stated.get_all("Classifier", []) if one.startswith("License ::")]
        terms = stated.get("License-Expression") or "; ".join(classes) or stated.get("License") or ""
        if not PERMISSIVE.search(terms) or re.search("GPL", terms):
            refused[name] = terms[:80]
    assert refused == {}
