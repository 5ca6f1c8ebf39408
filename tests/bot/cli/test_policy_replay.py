"""`signoff policy replay`: what a policy file would have decided about past runs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.cli.policies
from bot.cli import local_engine
from bot.cli.main import main
from bot.cli.workflow_files import load
from bot.settings.config import Settings
from engine.runtime.queries import policy_replay

FLOW = """
from pydantic import BaseModel
from signoff import Workflow


class Order(BaseModel):
    amount: int


buy = Workflow("buy", owner="@ops", input=Order, channel="#ops")


@buy.step
async def pay(input: Order) -> int:
    return input.amount
"""
RULES = """
rules:
  - {name: large, at: start, when: input.amount > 10, deny: Too large.}
  - {name: eyes, when: step.name == "pay" && input.amount == 3, require: {by: ["@ops"]}, reason: Four eyes.}
  - {name: budget, at: start, when: usage.runs_today >= 4, deny: Enough.}
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    (tmp_path / "rules.yaml").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main([*arguments, "--data", str(tmp_path)]), *capsys.readouterr())

    for amount in (1, 20, 3, 4, 5):
        assert run("run", "buy", f"amount={amount}")[0] == 0
    return run


def test_a_replay_counts_runs_and_the_runs_of_each_rule(signoff: Signoff) -> None:
    code, said, _ = signoff("policy", "replay", "rules.yaml")
    assert (code, said.split(" since ")[0]) == (0, "5 runs")
    assert "2 allowed, 1 asked, 2 denied." in said
    table = said.split("Rule ", 1)[1].split("\n\n")[0].splitlines()[1:]
    assert sorted(line.split() for line in table) == [
        ["budget", "denied", "1"],
        ["eyes", "asked", "1"],
        ["large", "denied", "1"],
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_replay_of_several_pages_decides_as_one_page_and_opens_the_database_once(
    signoff: Signoff, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(signoff("policy", "replay", "rules.yaml", "--json")[1])["runs"]
    opened: list[Any] = []

    def counted(settings: Settings) -> Any:
        opened.append(settings)
        return load(settings)

    monkeypatch.setattr(local_engine, "load", counted)
    monkeypatch.setattr(policy_replay, "MAX_JUDGED", size)
    monkeypatch.setattr(bot.cli.policies, "MAX_JUDGED", size)
    assert json.loads(signoff("policy", "replay", "rules.yaml", "--json")[1])["runs"] == whole
    assert len(whole) == 5
    assert len(opened) == 1
