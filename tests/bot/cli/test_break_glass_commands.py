"""Break-glass on the command line: the rules, the open reviews, and the counts."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.engine.runtime.requests.test_break_glass import REASON, Life, harness

FLOW = """
from signoff import BreakGlass, Gate, Workflow

deploy = Workflow("deploy", owner="@ops", channel="#ops")
glass = BreakGlass({people}, "glass-review")
go = deploy.approval("go", ask="Go?", approvers="@ops", expires="1h", break_glass=glass)


@deploy.step(when=go.approved)
async def act() -> None: ...


review = Gate(
    "glass-review", owner="@ops", channel="#ops", approvers="@security", expires="never",
    remind_every="1d"{gate}
)
"""


async def broken(folder: Path) -> None:
    async with harness(folder=folder) as here:
        life = Life(here)
        await life.use(await life.ask())


def test_the_open_reviews_and_the_counts_say_who_approved_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asyncio.run(broken(tmp_path))

    def said(*arguments: str) -> str:
        assert main([*arguments, "--data", str(tmp_path)]) == 0
        return capsys.readouterr().out

    listed = said("break-glass")
    for shown in ("U7", "flow go", REASON, "glass"):
        assert shown in listed
    (review,) = json.loads(said("break-glass", "--json"))["reviews"]
    assert (review["by"], review["reason"], review["problem"]) == ("U7", REASON, "")
    counts = said("audit", "review", "--since", "2020-01-01")
    head = next(line for line in counts.splitlines() if "ALONE" in line)
    row = next(line for line in counts.splitlines() if line.startswith("U7"))
    assert row[head.index("ALONE") :].split()[0] == "1"
    assert "break_glass.used" in counts


def test_a_check_prints_who_may_break_glass_and_refuses_a_gate_without_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "flow.py"
    file.write_text(FLOW.format(people='["@leads", "U1"]', gate=""), encoding="utf-8")
    assert main(["check", "flow.py"]) == 0
    said = capsys.readouterr().out
    assert "@leads or U1 can break glass at go of deploy; the approvers of glass-review review it." in said
    assert main(["check", "flow.py", "--json"]) == 0
    deploy = json.loads(capsys.readouterr().out)["workflows"][0]
    assert deploy["break_glass"] == [{"step": "go", "people": ["@leads", "U1"], "review": "glass-review"}]
    file.write_text(FLOW.format(people='"@leads"', gate=", respond=True"), encoding="utf-8")
    assert main(["check", "flow.py"]) == 1
    assert "Remove respond from the gate" in capsys.readouterr().out
