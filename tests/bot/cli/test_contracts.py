"""`signoff contracts`: versions of schemas in files, and changes that break them refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main

FLOW = """
from pydantic import BaseModel
from signoff import Workflow


class Order(BaseModel):
    customer: str
    count: int = 1


class Bill(BaseModel):
    number: str
    total: int


bill = Workflow("bill", input=Order, owner="@dev", channel="#deploys")


@bill.step
async def charge(input: Order) -> Bill:
    return Bill(number=input.customer, total=input.count)


@bill.step
async def free(charge: Bill):
    return None
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main(["contracts", *arguments]), *capsys.readouterr())

    return run


def change(folder: Path, old: str, new: str) -> None:
    file = folder / "flow.py"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "contracts").iterdir())


def test_contracts_are_recorded_and_compared(signoff: Signoff, tmp_path: Path) -> None:
    code, _, error = signoff("check")
    assert code == 1
    assert "contracts: no contract is recorded in this folder. Record the contracts" in error
    assert signoff("record")[0] == 0
    assert files(tmp_path) == [
        "bill.charge.output.v1.json",
        "bill.input.v1.json",
        "events.v1.json",
        "index.json",
    ]
    assert signoff("check")[:2] == (0, "No contract breaks.\n")
    assert signoff("record")[1] == "Every contract is recorded as it is.\n"
    assert "unchanged" in signoff("list")[1]


def test_an_added_optional_field_is_compatible_and_can_be_recorded(signoff: Signoff, tmp_path: Path) -> None:
    signoff("record")
    change(tmp_path, "    count: int = 1\n", '    count: int = 1\n    note: str = ""\n')
    assert signoff("check")[:2] == (
        0,
        "bill.input v1 has changed, and breaks nothing. Record version 2, so that later changes are compared "
        "with it: signoff contracts record\nNo contract breaks.\n",
    )
    assert '"note"' in signoff("diff")[1]
    before = (tmp_path / "contracts/bill.input.v1.json").read_bytes()
    signoff("record")
    assert "bill.input.v2.json" in files(tmp_path)
    assert (tmp_path / "contracts/bill.input.v1.json").read_bytes() == before


def test_what_breaks_a_contract_is_refused_until_a_new_version_is_recorded(
    signoff: Signoff, tmp_path: Path
) -> None:
    signoff("record")
    change(tmp_path, "    count: int = 1\n", "    count: int\n    vat: str\n")
    change(tmp_path, "    total: int\n", "    sum: int\n")
    change(tmp_path, "total=input.count", "sum=input.count")
    code, out, _ = signoff("check")
    assert code == 1
    assert out.splitlines() == [
        "bill.charge.output v1: total: the field was removed.",
        "Keep what was there, or record version 2: signoff contracts record",
        "bill.input v1: count: it is required now.",
        "bill.input v1: vat: the field is new, and it is required.",
        "Keep what was there, or record version 2: signoff contracts record",
        "2 contracts broken.",
    ]
    code, out, _ = signoff("check", "--json")
    states = {each["name"]: each["state"] for each in json.loads(out)["contracts"]}
    assert states == {"bill.charge.output": "broken", "bill.input": "broken", "events": "same"}
    assert signoff("record")[0] == 0
    assert signoff("check")[:2] == (0, "No contract breaks.\n")


def test_a_contract_that_is_gone_is_refused(signoff: Signoff, tmp_path: Path) -> None:
    signoff("record")
    change(tmp_path, "-> Bill:", "-> None:")
    change(tmp_path, "    return Bill(number=input.customer, total=input.count)", "    return None")
    change(tmp_path, "charge: Bill", "charge: None")
    code, out, _ = signoff("check")
    assert code == 1
    assert "bill.charge.output v1: " in out or "bill.charge.output v1 is gone" in out


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("bill.input.v1.json", "{", "it is not JSON"),
        ("bill.input.v1.json", "[]", "it is not a JSON Schema"),
        ("notes.json", "{}", "the name of a contract is like bill.input.v1.json"),
        ("bill.input.v0.json", "{}", "the name of a contract is like bill.input.v1.json"),
    ],
)
def test_an_invalid_file_in_the_folder_is_named(
    signoff: Signoff, tmp_path: Path, name: str, text: str, words: str
) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / name).write_text(text)
    code, _, error = signoff("check")
    assert code == 1
    assert name in error
    assert words in error


def test_workflow_files_with_problems_record_nothing(signoff: Signoff, tmp_path: Path) -> None:
    change(tmp_path, "charge: Bill", "charg: Bill")
    code, _, error = signoff("record")
    assert code == 1
    assert "signoff check prints all of them" in error
    assert not (tmp_path / "contracts").exists()


def test_a_check_without_any_contract_is_refused(signoff: Signoff, tmp_path: Path) -> None:
    signoff("record")
    (tmp_path / "empty").mkdir()
    for folder in ("contarcts", "empty"):
        code, out, error = signoff("check", "--in", folder)
        assert (code, out) == (1, "")
        assert f"{folder}: no contract is recorded in this folder" in error


def test_a_contract_that_is_new_among_others_is_told(signoff: Signoff, tmp_path: Path) -> None:
    signoff("record")
    change(
        tmp_path,
        "async def free(charge: Bill):\n    return None",
        "async def free(charge: Bill) -> int:\n    return 1",
    )
    code, out, _ = signoff("check")
    assert code == 0
    assert "bill.free.output is not recorded. Record it: signoff contracts record" in out


def test_a_deleted_or_changed_file_of_a_contract_is_noticed(signoff: Signoff, tmp_path: Path) -> None:
    signoff("record")
    folder = tmp_path / "contracts"
    change(tmp_path, "    count: int = 1\n", "    count: int\n")
    signoff("record")
    for name in ("bill.input.v1.json", "bill.input.v2.json"):
        text = (folder / name).read_text()
        (folder / name).unlink()
        for command in ("check", "record"):
            code, _, error = signoff(command)
            assert code == 1
            assert f"{name}: the file was recorded and is missing. Restore it from Git." in error
        (folder / name).write_text(text.replace("customer", "client"))
        assert f"{name}: the file was changed after it was recorded" in signoff("check")[2]
        (folder / name).write_text(text.replace("\n", "\r\n"))
        assert signoff("check")[0] == 0
    (folder / "index.json").unlink()
    assert "index.json: the file is missing, so a deleted contract would go unnoticed" in signoff("check")[2]


def test_a_contract_is_forgotten_once_the_workflow_files_do_not_have_it(
    signoff: Signoff, tmp_path: Path
) -> None:
    signoff("record")
    code, _, error = signoff("forget", "bill.charge.output")
    assert code == 1
    assert "The workflow files still have the contract bill.charge.output." in error
    change(tmp_path, "-> Bill:", "-> None:")
    change(tmp_path, "    return Bill(number=input.customer, total=input.count)", "    return None")
    change(tmp_path, "charge: Bill", "charge: None")
    assert "no program needs it any more: signoff contracts forget bill.charge.output" in signoff("check")[1]
    assert signoff("forget", "bill.charge.output")[:2] == (0, "Forgot the contract bill.charge.output.\n")
    assert signoff("check")[:2] == (0, "No contract breaks.\n")
    assert files(tmp_path) == ["bill.input.v1.json", "events.v1.json", "index.json"]
    assert "no contract called bill.charge.output is recorded" in signoff("forget", "bill.charge.output")[2]


def test_the_folder_can_be_elsewhere(signoff: Signoff, tmp_path: Path) -> None:
    assert signoff("record", "--in", str(tmp_path / "schemas"))[0] == 0
    assert (tmp_path / "schemas/bill.input.v1.json").exists()
    assert signoff("record", "--in", "/proc/nowhere")[0] == 1
