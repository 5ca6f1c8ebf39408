"""Rules of this project that no linter knows. The import linter checks imports, in `make lint`."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import yaml

from engine.model.people import Source
from engine.model.states import RequestState, RunState, StepState

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("signoff", "engine", "bot", "localslack", "workflows")
LONGEST = 1000
HOSTS = re.compile(
    r"(?:files\.)?python" r"hosted\.org|\bpypi\." r"org|registry\.npm" r"js|--(?:extra-)?index-url"
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(?:work|home|root|Users)/[\w.-]+")
SOURCES = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".lock",
    ".js",
    ".css",
    ".html",
    ".sh",
    ".csv",
    ".json",
    ".mako",
    ".sql",
    "",
}

TENACITY = (
    "engine/kernel/resilience/retry.py",
    "engine/runtime/retry.py",
    "bot/slack/web_api.py",
    "bot/outbox/",
)
APSCHEDULER = ("engine/kernel/schedules/cron.py", "engine/runtime/timing/schedules.py")


@cache
def tracked() -> list[Path]:
    """Return the files in version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a clone: nothing says which files belong to it")
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in found if path.is_file()]


@cache
def texts() -> list[tuple[Path, str]]:
    paths = [path for path in tracked() if path.suffix in SOURCES]
    return [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths]


@cache
def imports() -> frozenset[tuple[str, str]]:
    """File, and the top-level package it imports anywhere in it, in functions too."""
    return frozenset(_imports())


def _imports() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((name, alias.name.split(".")[0]) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield name, node.module.split(".")[0]


def importers(prefix: str) -> set[str]:
    return {name for name, package in imports() if package.startswith(prefix)}


def elsewhere(names: set[str], *allowed: str) -> set[str]:
    return {name for name in names if not name.startswith(allowed)}


def test_no_registry_and_no_machine_is_named() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if HOSTS.search(line) or MACHINE_PATHS.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_pin_by_hash_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert lines
    assert [line for line in lines if "://" in line or line.startswith("-") or " @ " in line] == []
    pins = [at for at, line in enumerate(lines) if not line.startswith(" ")]
    assert all(re.match(r"[a-z0-9][a-z0-9._-]*==\S+", lines[at]) for at in pins)
    assert all(lines[at + 1].lstrip().startswith("--hash=sha256:") for at in pins)


def test_both_locks_have_the_same_versions() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9].*?==[^\s;]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


def test_the_demo_can_draw_graphs() -> None:
    assert re.search(r"^mmdr==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    lengths = {path: text.count("\n") for path, text in texts() if path.suffix in (".py", ".js", ".css")}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST} == {}


def test_slacks_libraries_stay_in_the_bot() -> None:
    assert elsewhere(importers("slack_"), "bot/") == set()


def test_the_scheduling_library_stays_in_the_scheduler() -> None:
    assert importers("apscheduler")
    assert elsewhere(importers("apscheduler"), *APSCHEDULER) == set()


def test_the_retry_library_stays_in_retry_and_the_calls_to_slack() -> None:
    assert importers("tenacity")
    assert elsewhere(importers("tenacity"), *TENACITY) == set()


def test_only_the_composition_root_and_the_command_line_start_the_local_slack_and_load_workflows() -> None:
    outside = ("bot/__main__.py", "bot/demo/demo.py", "bot/cli/")
    for room in ("localslack", "workflows"):
        assert elsewhere(importers(room), *outside, f"{room}/") == set()


def test_the_changelog_tells_of_this_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert version
    assert f"\n## {version[1]}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_license_is_the_one_that_the_package_names() -> None:
    assert 'license = "MIT"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")


def test_ci_runs_the_readmes_test_command() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]
    assert {"run": "make test long packaging"} in jobs["test"]["steps"]
    assert (ROOT / ".ci/run").read_text("utf-8").rstrip().endswith("\nmake test long packaging")


def anchors(page: Path) -> set[str]:
    """Return the fragments that GitHub gives to the headings of a page, outside code blocks."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    slugs = (
        re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")
        for heading in re.findall(r"^#+ +(.+?) *$", text.lower(), re.MULTILINE)
    )
    seen: Counter[str] = Counter()
    found = set()
    for slug in slugs:
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def broken_links(page: Path) -> list[str]:
    """Return the links of a page whose file, or whose heading in it, is missing."""
    broken = []
    for target, _, anchor in re.findall(r"\]\(([^)#\s]*)(#([^)\s]*))?\)", page.read_text("utf-8")):
        file = page.parent / target if target else page
        if "://" in target or target.startswith("mailto:"):
            continue
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(f"{target}#{anchor}" if anchor else target)
    return broken


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))], ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_link_to_a_heading_that_does_not_exist_is_broken(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(
        "# Top\n## `code`, and more\n## Twice\n## Twice\n```\n# comment\n```\n"
    )
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[1](#here) [2](other.md#code-and-more) [3](other.md#twice-1) [4](https://example.com/#x)\n"
        "[5](#gone) [6](other.md#comment) [7](other.md#twice-2) [8](missing.md)\n"
    )
    assert broken_links(page) == ["#gone", "other.md#comment", "other.md#twice-2", "missing.md"]


def test_the_architecture_names_files_that_exist() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = set(re.findall(r"`((?:engine|bot)/[\w/]+(?:\.py)?/?)`", page))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_folder_of_the_engine_is_in_the_architecture() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = page.partition("## Folders of the engine")[2].partition("##")[0]
    listed = re.findall(r"^\| `engine/(\w+)` \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)
    folders = {path.parent.name for path in (ROOT / "engine").glob("*/__init__.py")}
    assert sorted(listed) == sorted(folders)


def test_every_state_is_in_the_concepts() -> None:
    page = (ROOT / "docs/concepts.md").read_text("utf-8")
    table = page.partition("## States")[2]
    for kind, states in (("run", RunState), ("step", StepState), ("request", RequestState)):
        (row,) = re.findall(rf"^\| {kind} \| (.*) \|$", table, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(get_args(states))


def test_every_source_of_an_actor_is_in_the_concepts() -> None:
    page = (ROOT / "docs/concepts.md").read_text("utf-8")
    (row,) = re.findall(r"^\| actor \| (.*) \|$", page, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == set(get_args(Source))


def test_every_file_of_planted_bugs_is_described() -> None:
    page = (ROOT / "docs/internals/reliability.md").read_text("utf-8")
    files = {path.name for path in (ROOT / "scripts/planted").glob("*.py")} - {"__init__.py", "mutant.py"}
    assert {name for name in files if f"| `scripts/planted/{name}` |" not in page} == set()


@pytest.mark.parametrize(("page", "least"), [("security.md", 100), ("reliability.md", 45)])
def test_every_test_that_the_threats_and_faults_name_exists(page: str, least: int) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/internals" / page).read_text("utf-8")))
    defined = set(
        re.findall(
            r"^ *(?:async )?def (test_\w+)\(",
            "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")),
            re.MULTILINE,
        )
    )
    assert len(named) > least
    assert named - defined == set()


def _folders_with_untested_modules() -> set[str]:
    """Folders with a module that no test imports."""
    imported: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    folders = set()
    for top in ("engine", "bot", "localslack", "signoff"):
        for path in (ROOT / top).rglob("*.py"):
            inside = path.relative_to(ROOT).with_suffix("")
            if not path.name.startswith("__") and "migrations" not in inside.parts:
                folders |= set() if ".".join(inside.parts) in imported else {inside.parent.as_posix()}
    return folders


def test_the_architecture_says_where_modules_without_a_test_of_their_own_are_tested() -> None:
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    section = page.split("## Where a module is tested")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE))
    assert set(rows) == _folders_with_untested_modules()
    named = [name for tests in rows.values() for name in re.findall(r"`([^`]+)`", tests)]
    assert [name for name in named if not (ROOT / name).exists()] == []
