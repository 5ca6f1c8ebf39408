"""`signoff decision replay`: what other rules would have decided about stored inputs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from engine.runtime.queries import decision_replay

FLOW = """
from pydantic import BaseModel
from signoff import Rule, Workflow


class Change(BaseModel):
    amount: int
    owner: str = ""


pay = Workflow("pay", owner="@ops", input=Change, channel="#ops")


@pay.step
async def plan(input: Change) -> dict[str, int]:
    return {"destroys": input.amount // 1000}


rules = [Rule("plan.destroys > 1", "high", reason="It destroys {plan.destroys}.")]
pay.decision("risk", rules=rules, default="low")


@pay.step
async def sizes(risk: dict) -> str:
    return risk["outcome"]
"""
OTHER = FLOW.replace("plan.destroys > 1", "plan.destroys >= 3")
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main([*arguments, "--data", str(tmp_path)]), *capsys.readouterr())

    for amount in (10, 1500, 2500, 3500):
        assert run("run", "pay", f"amount={amount}")[0] == 0
    return run


def changes(said: str) -> list[list[str]]:
    """Return the rows of the table of runs, without the run and the time."""
    lines = said.split("Run ", 1)[1].splitlines()[1:]
    return [line.split()[3:5] for line in lines if line.strip()]


def test_the_rules_that_decided_change_nothing(signoff: Signoff) -> None:
    code, said, _ = signoff("decision", "replay", "pay")
    assert (code, said.splitlines()[0].split(" since ")[0]) == (0, "pay.risk: 4 decisions")
    assert said.endswith("With the rules, nothing changes.\n")


def test_changed_rules_tell_which_decisions_would_change(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(OTHER)
    code, said, _ = signoff("decision", "replay", "pay.risk")
    assert (code, changes(said)) == (0, [["high", "low"]])
    assert "With the rules, 1 would change." in said


def test_another_file_is_compared_and_not_served(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(FLOW.replace('"high"', '"severe"'))
    code, said, _ = signoff("decision", "replay", "pay", "--against", "other.py")
    assert (code, changes(said)) == (0, [["high", "severe"], ["high", "severe"]])
    assert signoff("decision", "replay", "pay")[1].endswith("With the rules, nothing changes.\n")


def test_json_has_every_decision_on_all_pages(signoff: Signoff, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (decision_replay, __import__("bot.cli.handlers", fromlist=["handlers"])):
        monkeypatch.setattr(module, "MAX_REPLAYED", 3)
    code, said, _ = signoff("decision", "replay", "pay", "--json")
    decisions = json.loads(said)["decisions"]
    assert (code, len({each["run"] for each in decisions})) == (0, 4)
    assert [each["was"]["outcome"] for each in decisions] == ["high", "high", "low", "low"]


def test_an_input_that_the_rules_cannot_read_is_told(signoff: Signoff, tmp_path: Path) -> None:
    rule = 'Rule("input.tier > 1", "high", reason="The tier is {input.tier}.")'
    text = FLOW.replace('owner: str = ""', "tier: int = 1")
    text = text.replace('Rule("plan.destroys > 1", "high", reason="It destroys {plan.destroys}.")', rule)
    (tmp_path / "flow.py").write_text(text)
    _, said, _ = signoff("decision", "replay", "pay")
    assert "low   cannot be decided  2" in said
    assert (
        "Rule 1 (input.tier > 1): The condition input.tier > 1 cannot be decided: input has no tier." in said
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("pay.rsk",), "error: pay has no decision rsk. There are: risk."),
        (("pey",), "There is no workflow called pey. Did you mean pay?"),
        (("pay", "--since", "3x"), "error: --since 3x is not a duration."),
        (("pay.rsk", "--against", "flow.py"), "error: --against flow.py: pay has the decisions risk."),
        (("pey", "--against", "flow.py"), "error: --against flow.py: there is no workflow pey."),
    ],
)
def test_a_wrong_name_is_told(signoff: Signoff, arguments: tuple[str, ...], error: str) -> None:
    code, _, said = signoff("decision", "replay", *arguments)
    assert code
    assert error in said
