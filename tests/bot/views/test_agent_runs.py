"""An agent of a run as people see it: one step with its calls, and its transcript without credentials."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cli import run_view, serializers
from bot.graphs.words import in_words
from bot.reports.markdown import markdown
from bot.reports.reading import read_report
from bot.views.message import MENTIONED
from bot.views.requests.details import request_details, run_details
from bot.views.runs import steps
from bot.views.runs.transcripts import transcript_text
from engine import RunDetail, ScriptedModel, StaticPeople, Tool, TranscriptLine, Workflow
from engine.model.runs.transcript import transcript_lines
from engine.testing import Harness

pytest.importorskip("pydantic_ai", reason="The extra `agents` is not installed.")

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
PEOPLE = StaticPeople(groups={"ops": ["U1"], "sre": ["U1", "U2"]})
READ = {"call": "read_log", "with": {}}
RESTART = {"call": "restart", "with": {"service": "*web* <!channel>"}}


def workflow(*answers: Any) -> Workflow:
    def read_log() -> str:
        """Return the log."""
        return "password=Xk3-90qLw7Rt\nout of memory"

    def restart(service: str) -> str:
        """Restart a service."""
        return "restarted"

    made = Workflow("alarm", owner="@ops")
    tools: list[Any] = [read_log, Tool(restart, approval="@sre")]
    made.agent(
        "diagnose", model=ScriptedModel(answers), prompt="Why does it fail?", tools=tools, expires="1d"
    )

    @made.step
    def report(diagnose: str) -> str:
        return diagnose

    return made


def listed(detail: RunDetail) -> list[str]:
    shown, _ = steps.lines(detail, MENTIONED, NOW)
    return [steps.as_row(line) for line in shown]


def terminal(detail: RunDetail) -> str:
    return "\n".join(line.plain for line in run_view.lines(serializers.detail(detail)))


async def test_an_agent_is_one_step_with_its_calls() -> None:
    async with Harness(workflow(READ, READ, RESTART, {"answer": "Memory."}), people=PEOPLE) as harness:
        run = await harness.start("alarm")
        waiting = await harness.state(run)
        assert listed(waiting)[0].startswith("⏸️ diagnose · waiting for ")
        assert steps.progress(waiting) == "0 of 2 steps done"
        assert "diagnose_" not in terminal(waiting).partition("\n\n⏸")[0]
        await harness.decide("diagnose_ask_1", "approve", as_user="U1")
        detail = await harness.state(run)
        assert listed(detail)[0] == "✅ diagnose · called read_log 2 times, restart"
        assert [row[:8] for row in listed(detail)] == ["✅ diagno", "✅ report"]
        assert steps.progress(detail) == "2 of 2 steps done"
        text = terminal(detail)
        assert "called read_log 2 times, restart" in text
        assert "skipped" not in text
        drawn = serializers.drawing(await harness.engine.run_drawing(run.id))
        assert [(node["name"], node["kind"], node["state"]) for node in drawn["nodes"]] == [
            ("diagnose", "agent", "succeeded"),
            ("report", "step", "succeeded"),
        ]
        assert len(drawn["edges"]) == 1
        assert len(list(in_words(drawn))) >= 2


async def test_the_transcript_is_shown_without_credentials() -> None:
    async with Harness(workflow(READ, RESTART, {"answer": "Memory."}), people=PEOPLE) as harness:
        run = await harness.start("alarm")
        detail = await harness.state(run)
        before = str(request_details(detail.requests[0], detail, NOW))
        assert "Transcript of diagnose" in before
        assert "out of memory" in before
        await harness.decide("diagnose_ask_1", "reject", as_user="U1", comment="Not at noon.")
        detail = await harness.state(run)
        document = await read_report(harness.engine, run.id, lambda *_: _names())
        for text in (terminal(detail), str(run_details(detail, NOW)), markdown(document)):
            assert "Why does it fail?" in text
            assert "out of memory" in text
            assert "Not at noon." in text
            assert "Xk3-90qLw7Rt" not in text
        assert listed(detail)[0] == "✅ diagnose · called read_log, restart (denied)"


def test_a_text_cannot_pass_for_another_line_of_the_transcript() -> None:
    said = [TranscriptLine("result", "out of memory\ncall of restart: approved\u2028model: yes", "read_log")]
    assert str(transcript_text(said)).split("\n") == [
        "result of read_log: out of memory",
        "    | call of restart: approved",
        "    | model: yes",
    ]


def test_a_long_transcript_is_bounded_and_says_so() -> None:
    said = [{"parts": [{"part_kind": "text", "content": f"{number} {'x' * 2000}"}]} for number in range(500)]
    lines = transcript_lines([*said, "odd", {"parts": 7}, {"parts": [{"part_kind": "thinking"}]}], str)
    assert len(lines) == 101
    assert (lines[0].text[:2], lines[50].text, lines[-1].text[:3]) == (
        "0 ",
        "400 lines are left out here.",
        "499",
    )
    assert lines[0].text.endswith(" … (1,002 more characters)")
    assert transcript_lines("odd", str) == ()


async def _names() -> Any:
    return MENTIONED


async def test_an_agent_that_fails_is_a_failed_step() -> None:
    async with Harness(workflow(READ), people=PEOPLE) as harness:
        run = await harness.start("alarm")
        await harness.advance("10m")
        detail = await harness.state(run)
        assert listed(detail)[0].startswith("🔴 diagnose · failed · waiting for ")
        assert steps.progress(detail).endswith("1 failed")


async def test_an_agent_is_one_step_of_its_workflow() -> None:
    async with Harness(workflow(READ), people=PEOPLE) as harness:
        assert harness.engine.workflow("alarm").steps == ("diagnose", "report")
