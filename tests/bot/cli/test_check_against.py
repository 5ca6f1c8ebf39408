"""`signoff check --against`: broken contracts between two versions, and what runs under way need."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.contracts import breaks
from bot.cli.main import main
from bot.cli.workflow_check import check_workflows

FLOW = """
from pydantic import BaseModel
from signoff import Outcome, Workflow
from names_beside import OWNER


class Release(BaseModel):
    service: str
    version: int = 1


class Size(BaseModel):
    replicas: int = 3


ship = Workflow("ship", input=Release, owner=OWNER, channel="#deploys")


@ship.step
async def build(input: Release) -> str:
    return input.service


go = ship.approval("go", ask="Ship {build}?", form=Size, approvers=["@dev"], expires="4h", self_approval=True)


@ship.step
async def release(build: str, go: Outcome) -> str:
    return build
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    write(tmp_path, FLOW)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "first")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main(arguments), *capsys.readouterr())

    return run


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def write(folder: Path, flow: str) -> None:
    (folder / "flow.py").write_text(flow, encoding="utf-8")
    (folder / "names_beside.py").write_text("OWNER = '@platform'\n", encoding="utf-8")


def test_the_same_files_break_nothing(signoff: Signoff) -> None:
    code, out, err = signoff("check", "--against", "HEAD")
    assert (code, err) == (0, "")
    assert out.endswith("No contract of HEAD breaks.\n")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('Workflow("ship"', 'Workflow("shop"', "ship: the workflow is gone."),
        ("    version: int = 1", "    version: int", "ship: the input needs version now."),
        ("    service: str", "    service: str\n    area: str", "ship: the input needs the new field area."),
        ("    version: int = 1\n", "", "ship: the input no longer has the field version."),
        ("version: int = 1", "version: str = ''", "ship: the field version of the input has another type."),
        ("replicas: int", "replicas: float", "ship: the field replicas of the form of go has another type."),
        (", form=Size", "", "ship: the approval go has no form any more."),
        (
            "async def release(build: str, ",
            "async def release(build: object, ",
            "ship: the types of the step release have changed.",
        ),
        ("async def release", "async def publish", "ship: the step release is gone."),
    ],
    ids=str,
)
def test_a_broken_contract_is_named(tmp_path: Path, old: str, new: str, line: str) -> None:
    assert FLOW.count(old) == 1
    before, after = (
        contracts(tmp_path / "before", FLOW),
        contracts(tmp_path / "after", FLOW.replace(old, new)),
    )
    assert line in breaks(before, after)


def contracts(folder: Path, flow: str) -> dict[str, dict[str, Any]]:
    folder.mkdir()
    write(folder, flow)
    return check_workflows([folder / "flow.py"], people=False).contracts()


def test_the_command_prints_each_broken_contract(signoff: Signoff, tmp_path: Path) -> None:
    write(tmp_path, FLOW.replace("async def release", "async def publish").replace(", form=Size", ""))
    code, out, _ = signoff("check", "--against", "HEAD")
    assert code == 1
    assert {"ship: the step release is gone.", "ship: the approval go has no form any more."} < set(
        out.splitlines()
    )


@pytest.mark.long
def test_new_optional_fields_texts_and_steps_break_nothing(signoff: Signoff, tmp_path: Path) -> None:
    write(
        tmp_path,
        FLOW.replace("    version: int = 1", '    """Words."""\n    version: int = 2\n    area: str = ""'),
    )
    assert "of the step build" in signoff("check", "--against", "HEAD")[1]
    more = "\n\n@ship.step\nasync def tidy(release: str) -> None: ...\n"
    write(tmp_path, FLOW.replace("Ship {build}?", "Really ship {build}?") + more)
    assert signoff("check", "--against", "HEAD")[0] == 0


def test_a_path_is_another_version_with_its_own_modules_beside_it(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    write(tmp_path / "before", FLOW.replace("async def release", "async def publish"))
    (tmp_path / "before/names_beside.py").write_text("OWNER = '@others'\n", encoding="utf-8")
    code, out, _ = signoff("check", "--against", "before")
    assert (code, "ship: the step publish is gone." in out) == (1, True)


@pytest.mark.long
def test_runs_under_way_are_named_with_what_they_need(signoff: Signoff, tmp_path: Path) -> None:
    out = signoff("run", "ship", "service=billing")[1]
    run = out.split()[0]
    assert signoff("check", "--against", "HEAD")[0] == 0
    write(tmp_path, FLOW.replace("async def release", "async def publish"))
    out = signoff("check", "--against", "HEAD")[1]
    (need,) = [line for line in out.splitlines() if "needs the step release of ship." in line]
    assert need.startswith("ship-")
    assert need.split()[0].endswith(run.rpartition("-")[2])
    write(
        tmp_path,
        FLOW.replace(
            "async def build(input: Release) -> str", "async def build(input: Release) -> object"
        ).replace("async def release(build: str", "async def release(build: object"),
    )
    assert "needs the earlier types of ship's step release." in signoff("check", "--against", "HEAD")[1]


@pytest.mark.parametrize("against", ["nothing", "HEAD~7", "--help-me"])
def test_a_missing_version_is_refused(signoff: Signoff, against: str) -> None:
    code, _, err = signoff("check", f"--against={against}")
    assert code == 1
    assert f"--against {against}: there is neither such a path nor such a revision" in err


def test_a_version_with_mistakes_is_refused_with_the_first(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    write(tmp_path / "before", "import nowhere_at_all\n")
    code, _, err = signoff("check", "--against", "before")
    assert (code, "that version cannot be loaded." in err, "nowhere_at_all" in err) == (1, True, True)
