"""Evaluates agents of the workflow files for the command line."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.cli.output import CommandError
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_files import load
from bot.settings.config import read_settings
from engine import DefinitionError, SystemClock, Workflow
from engine.evaluation import Agent, CaseScore, EvaluationCase, evaluate, read_cases
from engine.loading import Found


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The scores of one variant of an agent, in the order of the cases."""

    variant: str
    scores: tuple[CaseScore, ...]

    @property
    def mean(self) -> float:
        return sum(each.score for each in self.scores) / len(self.scores)


def evaluate_agent(
    name: str, cases: Path | None, models: Sequence[str], prompts: Sequence[Path]
) -> list[Evaluated]:
    """Evaluate an agent as it is declared, then with each other model and each other prompt.

    `name`: as in `alarm.diagnose`. Raises `CommandError`, `DefinitionError` or `DefinitionErrors`.
    """
    environ = environment()
    settings = read_settings(environ, find_installed_env_file(environ))
    found, workflow, agent = _agent_called(name, load(settings).workflows)
    path = cases or _cases_beside(found, name)
    read = [_with_input(case, workflow) for case in read_cases(_text(path), str(path))]
    scorers = _scorers(read, found)
    variants = [("as declared", agent)]
    variants += [(model, replace(agent, model=_model(model, found))) for model in models]
    variants += [(str(each), replace(agent, prompt=_text(each), prompt_file=None)) for each in prompts]
    for variant, each in variants:
        if problem := next(each.problems(), None):
            raise CommandError(f"{variant}: {problem[0]}", problem[1])
    return asyncio.run(_evaluated(variants, read, scorers))


async def _evaluated(
    variants: Sequence[tuple[str, Agent]],
    cases: Sequence[EvaluationCase],
    scorers: Mapping[str, Callable[..., Any]],
) -> list[Evaluated]:
    evaluated = []
    with tempfile.TemporaryDirectory(prefix="signoff-eval-") as folder:
        for variant, agent in variants:
            scores = [await evaluate(agent, case, scorers, SystemClock().now, Path(folder)) for case in cases]
            evaluated.append(Evaluated(variant, tuple(scores)))
    return evaluated


def _agent_called(name: str, workflows: Sequence[Found]) -> tuple[Found, Workflow, Agent]:
    agents = {
        f"{found.name}.{node.part_of}": (found, found.workflow, node.step.operation)
        for found in workflows
        if isinstance(found.workflow, Workflow)
        for node in found.workflow.nodes
        if node.step is not None and isinstance(node.step.operation, Agent) and not node.step.operation.before
    }
    if name not in agents:
        known = f"The agents are {', '.join(agents)}." if agents else "The workflow files have no agent."
        raise CommandError(f"There is no agent {name!r:.80}.", known)
    return agents[name]


def _cases_beside(found: Found, name: str) -> Path:
    folder = found.file.parent / "evals"
    tried = [folder / f"{name}.yaml", folder / f"{name}.jsonl"]
    for path in tried:
        if path.exists():
            return path
    raise CommandError(f"There are no cases: {tried[0]} does not exist.", "Write it, or give --cases FILE.")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror}).", "Check the path.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8.", "Save it as UTF-8.") from None


def _with_input(case: EvaluationCase, workflow: Workflow) -> EvaluationCase:
    """Return the case with the defaults of the workflow's input in it."""
    if workflow.options.input is None:
        return case
    adapter: TypeAdapter[Any] = TypeAdapter(workflow.options.input)
    try:
        value = adapter.validate_python(case.input if case.input is not None else {})
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, ("input", *problem["loc"])))
        raise DefinitionError(
            f"{case.name}: {where}: {problem['msg']}.", remedy="Correct the input.", file=case.place
        ) from None
    return replace(case, input=adapter.dump_python(value, mode="json"))


def _scorers(cases: Sequence[EvaluationCase], found: Found) -> dict[str, Callable[..., Any]]:
    scorers = {}
    for case in cases:
        scorer = getattr(found.module, case.score, None) if case.score else None
        if case.score and not callable(scorer):
            raise DefinitionError(
                f"{case.name}: score is {case.score!r:.80}, and the workflow's file has no such function.",
                remedy="Define it there, or correct the name.",
                file=case.place,
            )
        if scorer is not None:
            scorers[case.score] = scorer
    return scorers


def _model(name: str, found: Found) -> Any:
    """Return a model by its name: a variable of the workflow's file, or as pydantic-ai names it."""
    return name if ":" in name else getattr(found.module, name, name)
