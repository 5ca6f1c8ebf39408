"""Evaluation of an agent: its answers to cases, scored. No tool is executed, and nobody is asked."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from engine.authoring.context import StepContext
from engine.authoring.evaluation_cases import EvaluationCase
from engine.errors import CannotAsk, SignoffError
from engine.model.people import Actor
from engine.steps.agents.agent import Agent, AgentTurn
from engine.steps.agents.tools import BadCall, Tool, as_text, hidden

_MAX_WHY = 200


@dataclass(frozen=True)
class StandInTool(Tool):
    """A tool in an evaluation: it gives the result of the case, and its function is never called."""

    results: Mapping[str, Any] | None = None

    @property
    def approvers(self) -> tuple[str, ...]:
        return ()

    async def execute(self, arguments: str, ctx: StepContext) -> str:
        if self.results is None or self.name not in self.results:
            raise BadCall(f"the case gives no result of {self.name}")
        return as_text(self.results[self.name])


@dataclass(frozen=True, slots=True)
class CaseScore:
    """The score of one case, from 0 to 1. `why`: what is missing, or why the agent gave no answer."""

    case: str
    score: float
    answer: Any
    why: str
    calls: int
    tokens: int


async def evaluate(
    agent: Agent,
    case: EvaluationCase,
    scorers: Mapping[str, Callable[..., Any]],
    now: Callable[[], datetime],
    folder: Path,
) -> CaseScore:
    """Return how well the agent answers. An agent that fails has the score 0.

    `scorers`: the functions that a case may name. Raises what a scoring function raises.
    """
    conversation = import_module("engine.steps.agents.conversation")
    stand_ins = tuple(StandInTool(tool.function, results=case.tools) for tool in agent.tools)
    tried = replace(agent, tools=stand_ins)
    try:
        prompt = agent.spec.prompt_text({"input": case.input, **case.steps})
        turn = await conversation.begin(tried, _context(case, now, folder), prompt)
    except (CannotAsk, SignoffError) as error:
        return CaseScore(case.name, 0.0, None, hidden(str(error))[:_MAX_WHY], 0, 0)
    score, why = await _score(tried, turn, case, scorers)
    return CaseScore(case.name, score, turn.answer, why[:_MAX_WHY], turn.calls, turn.tokens)


async def _score(
    agent: Agent, turn: AgentTurn, case: EvaluationCase, scorers: Mapping[str, Callable[..., Any]]
) -> tuple[float, str]:
    """Return the lowest of the scores that the case asks for, and what is missing."""
    scores: list[tuple[float, str]] = []
    if case.expected is not None:
        scores.append(compared(turn.answer, case.expected))
    if case.contains:
        text = as_text(turn.answer).casefold()
        missing = [each for each in case.contains if each.casefold() not in text]
        share = 1 - len(missing) / len(case.contains)
        scores.append((share, f"does not contain {', '.join(missing)}" if missing else ""))
    if case.score:
        answer = TypeAdapter(agent.result).validate_python(turn.answer)
        scores.append((await _scored(scorers[case.score], answer, case), f"scored by {case.score}"))
    return min(scores, key=lambda each: each[0])


async def _scored(scorer: Callable[..., Any], answer: Any, case: EvaluationCase) -> float:
    given = scorer(answer, case.expected) if len(inspect.signature(scorer).parameters) > 1 else scorer(answer)
    value = await given if isinstance(given, Awaitable) else given
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"{case.score} gave {value!r:.60} for {case.name}. Return a number from 0 to 1.")
    return float(value)


def compared(answer: Any, expected: Any) -> tuple[float, str]:
    """Return the share of the expected fields that the answer has, and the others. Pure."""
    if not isinstance(expected, Mapping) or not expected:
        return (1.0, "") if _same(answer, expected) else (0.0, f"is not {expected!r:.80}")
    fields = answer if isinstance(answer, Mapping) else {}
    wrong = [
        name for name, value in expected.items() if name not in fields or compared(fields[name], value)[0] < 1
    ]
    return 1 - len(wrong) / len(expected), f"differs in {', '.join(wrong)}" if wrong else ""


def _same(answer: Any, expected: Any) -> bool:
    """Return whether two values are the same JSON: 1 is 1.0, and neither is true."""
    if isinstance(expected, Mapping):
        fields = answer if isinstance(answer, Mapping) else None
        return (
            fields is not None
            and fields.keys() == expected.keys()
            and all(_same(fields[name], value) for name, value in expected.items())
        )
    if isinstance(expected, list):
        return isinstance(answer, list) and len(answer) == len(expected) and all(map(_same, answer, expected))
    return isinstance(answer, bool) == isinstance(expected, bool) and bool(answer == expected)


def _context(case: EvaluationCase, now: Callable[[], datetime], folder: Path) -> StepContext:
    async def nothing(*values: Any, **options: Any) -> None:
        return None

    def refused(*values: Any, **options: Any) -> Any:
        raise BadCall("An evaluation has no services.")

    return StepContext(
        run_id="evaluation",
        workflow="evaluation",
        step=case.name,
        attempt=1,
        idempotency_key=f"evaluation.{case.name}",
        actor=Actor("cli", "evaluation"),
        data_dir=folder,
        now=now,
        log=lambda line: None,
        sleep=nothing,
        service=refused,
        progress=lambda done, of=None, text="": None,
        checkpoint=nothing,
        checkpoints={},
        rows=refused,
        follow_up=refused,
        notify=nothing,
        trace_id="0" * 32,
        traceparent="",
        shutting_down=lambda: False,
    )
