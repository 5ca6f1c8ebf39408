"""`signoff insight`: the figures in words, as tables and as JSON."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main

FLOW = """
from pydantic import BaseModel
from signoff import Outcome, Rule, Workflow


class Refund(BaseModel):
    amount: int
    team: str = "red"


refund = Workflow("refund", owner="@ops", input=Refund, channel="#ops")
refund.decision(
    "check", rules=[Rule("input.amount > 100", "refuse", reason="Much.")], default="pay",
    recommends={"refuse": "reject", "pay": "approve"}, groups=["input.team"],
)
refund.approval("go", ask="Refund? {check.outcome}", approvers=["@ops"], expires="4h")


@refund.step
async def pay(go: Outcome) -> str:
    return "paid"
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main([*arguments, "--data", str(tmp_path)]), *capsys.readouterr())

    return run


def test_without_answers_the_runs_are_counted(signoff: Signoff) -> None:
    signoff("run", "refund", "amount=500")
    code, said, _ = signoff("insight", "refund")
    assert code == 0
    assert said.startswith(
        "refund.check: Nobody has answered a decision yet. 1 run, 1 of them without an answer.\n"
    )
    assert "By outcome" in said
    assert "By week" not in said
    code, said, _ = signoff("insight", "refund", "--json")
    figures = json.loads(said)
    assert (code, figures["runs"], figures["agreement"]) == (0, 1, {"part": 0, "whole": 0})
    assert figures["outcomes"][0]["recommends"] == "reject"
    assert "tables" not in figures


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("refund.chk",), "error: refund has no decision chk. There are: check."),
        (("refnd",), "There is no workflow called refnd. Did you mean refund?"),
        (("refund", "--since", "3x"), "error: --since 3x is not a duration."),
        (("refund", "--ask", "tuning"), "--ask needs --propose."),
        (("refund", "--propose", "--take-back"), "exclude each other."),
        (("refund", "--propose"), "error: Only a decision by points, or by a score that is a number,"),
        (("refund", "--take-back"), "error: refund.check has the thresholds of its file."),
    ],
)
def test_a_wrong_name_is_told(signoff: Signoff, arguments: tuple[str, ...], error: str) -> None:
    signoff("run", "refund", "amount=500")
    code, _, said = signoff("insight", *arguments)
    assert code
    assert error in said
