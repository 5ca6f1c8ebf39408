"""Public: evaluate an agent on cases, without its tools and without people."""

from engine.authoring.evaluation_cases import MAX_CASES, EvaluationCase, read_cases
from engine.steps.agents.agent import Agent
from engine.steps.agents.evaluation import CaseScore, evaluate

__all__ = ["MAX_CASES", "Agent", "CaseScore", "EvaluationCase", "evaluate", "read_cases"]
