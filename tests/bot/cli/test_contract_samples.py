"""`signoff contracts sample` and `test`: recorded values against the types of today."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.contracts.samples import Sample, cleaned, read_samples, record_sample

FLOW = """
from pydantic import BaseModel
from signoff import EarlierInput, Personal, Workflow


class OrderV1(BaseModel):
    customer: str
    euros: int


class Order(BaseModel):
    customer: Personal[str]
    cents: int = 1
    note: str = ""


class Bill(BaseModel):
    number: str
    total: int


def in_cents(old: OrderV1) -> Order:
    return Order(customer=old.customer, cents=100 // old.euros)


bill = Workflow("bill", input=Order, owner="@dev", channel="#deploys",
                earlier_inputs=[EarlierInput(1, OrderV1, in_cents)])


@bill.step
async def charge(input: Order) -> Bill:
    return Bill(number="B-1", total=input.cents)


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
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/data/signoff.db")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main(list(arguments)), *capsys.readouterr())

    return run


def put(folder: Path, version: str, name: str, value: object) -> None:
    file = folder / "contracts" / "samples" / version / f"{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value))


@pytest.mark.long
def test_a_run_gives_samples_without_personal_data_and_credentials(signoff: Signoff, tmp_path: Path) -> None:
    signoff("contracts", "record")
    note = "password=hunter2secret"
    code, out, error = signoff("run", "bill", "customer=Ada Lovelace", "cents=700", f"note={note}", "--json")
    assert code == 0, error
    run = json.loads(out)["run"]["id"] if "run" in json.loads(out) else json.loads(out)["id"]
    code, out, error = signoff("contracts", "sample", run)
    assert (code, out.count("Recorded ")) == (0, 2), error
    samples = tmp_path / "contracts/samples"
    texts = "".join(file.read_text() for file in samples.rglob("*.json"))
    assert "Ada" not in texts
    assert "hunter2" not in texts
    assert '"cents": 700' in texts
    assert '"total": 700' in texts
    assert signoff("contracts", "sample", run)[:2] == (0, "Every sample is recorded already.\n")
    code, out, error = signoff("contracts", "test")
    assert code == 0, out + error
    assert "All 2 samples passed." in out


def test_samples_go_through_transforms_and_the_checks_of_consumers(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    put(tmp_path, "bill.input.v1", "old", {"customer": "Ada", "euros": 4})
    put(tmp_path, "bill.input.v1", "broken", {"customer": "Ada", "euros": 0})
    put(tmp_path, "bill.input.v2", "new", {"customer": "Ada", "cents": 4})
    put(tmp_path, "bill.charge.output.v1", "bad", {"number": "B", "total": "many"})
    put(tmp_path, "bill.charge.output.v1", "lost", {"number": "B", "total": 3, "vat": 1})
    (tmp_path / "contracts/checks.py").write_text(
        "def whole(value):\n    assert value['cents'] == 25, f\"{value['cents']} cents\"\n"
        "def kept(value):\n    return value['number'] == 'X'\n"
        "CHECKS = {'bill.input': whole, 'bill.charge.output': [kept]}\n"
    )
    code, out, _ = signoff("contracts", "test", "--json")
    assert code == 1
    results = {each["sample"]: each for each in json.loads(out)["samples"]}
    assert results["old"]["problem"] == ""
    assert results["old"]["transformed"] == (
        "Input transformed from version 1 to the newest version by in_cents"
    )
    assert "ZeroDivisionError" in results["broken"]["problem"]
    assert results["new"]["problem"] == "whole: 4 cents"
    assert results["bad"]["problem"].startswith('total: "many" is not')
    assert results["lost"]["problem"] == "vat: the step no longer returns this field."
    code, out, _ = signoff("contracts", "test", "bill.input")
    assert code == 1
    assert "2 of 3 samples failed." in out


def test_outputs_of_earlier_versions_are_named_and_not_tested(signoff: Signoff, tmp_path: Path) -> None:
    signoff("contracts", "record")
    file = tmp_path / "contracts/bill.charge.output.v1.json"
    (tmp_path / "contracts/bill.charge.output.v2.json").write_text(file.read_text())
    put(tmp_path, "bill.charge.output.v1", "old", {"sum": 3})
    put(tmp_path, "bill.charge.output.v2", "new", {"number": "B", "total": 3})
    code, out, _ = signoff("contracts", "test")
    assert code == 0
    assert "bill.charge.output v1 old: not tested, because version 2 took its place." in out


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (
            "CHECKS = {'bil.input': print}",
            "CHECKS names 'bil.input', which is not a contract. Did you mean",
        ),
        ("CHECKS = {'bill.input': 3}", "CHECKS['bill.input'] has 3. Give functions."),
        ("def check(value): ...", "it has no CHECKS."),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_mistake_in_the_checks_is_named(signoff: Signoff, tmp_path: Path, checks: str, words: str) -> None:
    put(tmp_path, "bill.input.v1", "old", {"customer": "Ada", "euros": 4})
    (tmp_path / "contracts/checks.py").write_text(checks)
    code, _, error = signoff("contracts", "test")
    assert code == 1
    assert words in error


def test_a_sample_that_cannot_count_is_refused(signoff: Signoff, tmp_path: Path) -> None:
    code, _, error = signoff("contracts", "test")
    assert code == 1
    assert "there is no sample. Record one with signoff contracts sample RUN." in error
    (tmp_path / "a.json").write_text('{"customer": "Ada", "cents": "x"}')
    code, _, error = signoff("contracts", "sample", "bill.input", "--from", "a.json")
    assert "bill.input: the contract is not recorded as it is now" in error
    signoff("contracts", "record")
    code, _, error = signoff("contracts", "sample", "bill.input", "--from", "a.json")
    assert (code, 'the value does not fit: cents: "x" is not a whole number' in error) == (1, True), error
    code, _, error = signoff("contracts", "sample", "bil.input", "--from", "a.json")
    assert "bil.input: there is no such contract." in error
    put(tmp_path, "bill.input", "x", {})
    code, _, error = signoff("contracts", "test")
    assert "the folder of samples has a name like bill.input.v1" in error


def test_cleaned_values_hide_credentials_by_name_and_shape() -> None:
    given = {"password": "hunter2", "list": [{"api_key": "k-123"}], "n": 3, "auth": "Bearer abc123XYZ=="}
    assert cleaned(given) == {
        "password": "[hidden]", "list": [{"api_key": "[hidden]"}], "n": 3, "auth": "Bearer [hidden]"
    }  # fmt: skip


def test_a_sample_comes_back_as_it_was_recorded_and_is_never_changed(tmp_path: Path) -> None:
    sample = Sample("bill.input", 1, "bill-8f3k/../x", {"a": [1, "b"]})
    file = record_sample(tmp_path, sample)
    assert file is not None
    assert file.parent == tmp_path / "samples/bill.input.v1"
    assert record_sample(tmp_path, sample) is None
    (read,) = read_samples(tmp_path)
    assert (read.contract, read.version, read.value) == ("bill.input", 1, {"a": [1, "b"]})
