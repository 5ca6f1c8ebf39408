"""`signoff eval`: scores of an agent, a comparison as a table, and an exit code that refuses a worse one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import main
from engine.steps.agents.evaluation import compared

pytest.importorskip("pydantic_ai", reason="The extra `agents` is not installed.")

FLOW = '''
from pydantic import BaseModel
from pydantic_ai.messages import ModelResponse, ToolCallPart
from pydantic_ai.models.function import FunctionModel
from signoff import Budget, ScriptedModel, Tool, Workflow


class Alarm(BaseModel):
    service: str
    area: str = "eu"


class Diagnosis(BaseModel):
    cause: str
    restarted: bool = False


def read_log(service: str) -> str:
    """Read a log."""
    open("executed", "a").write("read_log")
    return "real"


def restart(service: str) -> str:
    """Restart a service."""
    open("executed", "a").write("restart")
    return "real"


def is_short(answer: Diagnosis) -> float:
    return 1.0 if len(answer.cause) < 10 else 0.25


def reads(messages, info):
    """Tell the log as the cause, in short if the prompt wants that."""
    told = str(messages[0].parts[0].content)
    if len(messages) == 1:
        calls = [ToolCallPart("read_log", {"service": "web"}), ToolCallPart("restart", {"service": "web"})]
        return ModelResponse(parts=calls)
    log = messages[-1].parts[0].content
    cause = log if "short" in told else f"The log says: {log}"
    return ModelResponse(parts=[ToolCallPart("final_result", {"cause": cause, "restarted": True})])


worse = ScriptedModel([{"answer": {"cause": "no idea", "restarted": True}}])
alarm = Workflow("alarm", owner="@ops", channel="#ops", input=Alarm)
alarm.agent(
    "diagnose",
    model=FunctionModel(reads),
    prompt="Say in short why {input.service} in {input.area} fails.",
    output=Diagnosis,
    tools=[read_log, Tool(restart, approval="@ops")],
    budget=Budget(approvals=1),
    expires="1d",
)
'''
CASES = """
cases:
  - name: memory
    input: {service: web}
    tools: {read_log: out of memory, restart: done}
    expected: {cause: out of memory, restarted: true}
  - name: disk
    input: {service: web}
    tools: {read_log: no disk}
    contains: [DISK]
    score: is_short
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    (tmp_path / "flow.py").write_text(FLOW)
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "alarm.diagnose.yaml").write_text(CASES)
    (tmp_path / "long.md").write_text("Say why {input.service} fails.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")

    def run(*arguments: str) -> tuple[int, str, str]:
        return (main(["eval", *arguments]), *capsys.readouterr())

    return run


def rows(said: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in said.splitlines() if line.strip()}


def test_an_agent_is_scored_and_no_tool_is_executed(signoff: Signoff, tmp_path: Path) -> None:
    code, said, _ = signoff("alarm.diagnose", "--min", "1")
    assert (code, rows(said)["memory"], rows(said)["Mean"]) == (0, ["1.00"], ["1.00"])
    assert not (tmp_path / "executed").exists()


def test_a_prompt_and_a_model_are_compared_in_a_table(signoff: Signoff) -> None:
    code, said, _ = signoff("alarm.diagnose", "--model", "worse", "--prompt", "long.md")
    assert code == 0
    assert rows(said)["memory"] == ["1.00", "0.50", "0.50"]
    assert rows(said)["disk"] == ["1.00", "0.00", "0.25"]
    assert rows(said)["Mean"] == ["1.00", "0.25", "0.38"]
    assert "worse, memory: differs in cause" in said


def test_a_worse_version_is_refused(signoff: Signoff) -> None:
    code, said, _ = signoff("alarm.diagnose", "--prompt", "long.md", "--not-worse")
    assert (code, "long.md: the mean 0.375 is worse than 1.000 as declared." in said) == (1, True)
    code, said, _ = signoff("alarm.diagnose", "--model", "worse", "--min", "0.3")
    assert (code, "worse: the mean 0.250 is below 0.3." in said) == (1, True)
    assert signoff("alarm.diagnose", "--model", "worse", "--min", "0.25")[0] == 0


def test_cases_are_json_lines_too_and_the_output_is_json(signoff: Signoff, tmp_path: Path) -> None:
    case = {"input": {"service": "web"}, "tools": {"read_log": "x"}, "expected": {"cause": "y"}}
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(case)}\n\n")
    code, said, _ = signoff("alarm.diagnose", "--cases", "cases.jsonl", "--json")
    (variant,) = json.loads(said)["variants"]
    assert (code, variant["mean"], variant["cases"][0]["case"]) == (0, 0, "case 1")
    assert variant["cases"][0]["answer"] == {"cause": "x", "restarted": True}


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ("cases: 7", "The file has no list of cases. Write cases: and a list"),
        ("cases:\n  - 7", "cases.yaml:2:5: A case is 7."),
        ("cases:\n  - {input: {service: web}}", "case 1 says nothing about the answer."),
        ("cases:\n  - {input: {service: web}, expected: {}}", "case 1 expects {}, which every answer fits."),
        (
            "cases:\n  - {input: {service: web}, expected: null}",
            "case 1 expects None, which every answer fits.",
        ),
        ("cases:\n  - {expect: 1}", "A case has 'expect'. The keys are name, input"),
        ("cases:\n  - {input: {}, expected: 1}", "input.service: Field required."),
        (
            "cases:\n  - {input: {service: web}, score: nice}",
            "score is 'nice', and the workflow's file has no",
        ),
        ("cases:\n  - {input: {service: web}, score: 1}", "score is 1."),
        ("cases: []", "The file has 0 cases."),
        ("cases: [", "cases.yaml"),
    ],
)
def test_mistakes_in_a_file_are_named(signoff: Signoff, tmp_path: Path, cases: str, told: str) -> None:
    (tmp_path / "cases.yaml").write_text(cases)
    code, _, said = signoff("alarm.diagnose", "--cases", "cases.yaml")
    assert (code, told in " ".join(said.split())) == (1, True), said


def test_wrong_arguments_are_named(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{")
    for arguments, told in (
        (["alarm.x"], "There is no agent 'alarm.x'. The agents are alarm.diagnose."),
        (["alarm.diagnose", "--cases", "none.yaml"], "none.yaml cannot be read"),
        (["alarm.diagnose", "--cases", "bad.jsonl"], "bad.jsonl:1: The line is not JSON"),
        (["alarm.diagnose", "--model", "gpt"], "gpt: model is 'gpt'."),
        (["alarm.diagnose", "--min", "2"], "--min is 2."),
        (["alarm.diagnose", "--not-worse"], "--not-worse compares nothing."),
    ):
        code, _, said = signoff(*arguments)
        assert (code, told in " ".join(said.split())) == (1, True), said


@pytest.mark.parametrize(
    ("answer", "expected", "share"),
    [
        ([1], [True], 0), ([True], [1], 0), ([True], [True], 1), ([[0]], [[False]], 0), (1.0, 1, 1),
        ("1", 1, 0),
        ([{"a": 1}], [{"a": True}], 0), ([{"a": 1}], [{"a": 1, "b": 2}], 0), ({"a": [0]}, {"a": [False]}, 0),
        ({"a": 1, "b": [1]}, {"a": 1, "b": [True]}, 0.5), ({"a": 5}, {"a": {}}, 0), ({"a": {}}, {"a": {}}, 1),
        ([1, 2], [1], 0), ({"a": 1, "b": 2}, {"a": 1}, 1),
    ],
    ids=str,
)  # fmt: skip
def test_values_are_compared_with_their_types_at_any_depth(answer: Any, expected: Any, share: float) -> None:
    assert compared(answer, expected)[0] == share
