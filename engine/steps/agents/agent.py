"""An agent as its author declared it: its turns, and the calls of its tools that people approve."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from engine.authoring.context import StepContext
from engine.authoring.outcomes import Outcome, Settled
from engine.authoring.source_digest import NO_SOURCE, has_source, source_digest
from engine.errors import CannotAsk, Fatal
from engine.model.definition.operations import AgentSpec, BudgetSpec, ToolCallSpec, parts, paths_of
from engine.steps.agents.scripted_model import ScriptedModel
from engine.steps.agents.tools import Tool, hidden

MAX_APPROVALS = 20
MAX_CALLS = 200
MAX_PROMPT = 40_000
"""Characters."""
ANSWER_TOOL = "final_result"
Ending = Literal["success", "failed", "denied"]


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits of an agent. One that is reached ends the agent with a failure.

    - `calls`: the number of requests to the model. Default: 20.
    - `tokens`: the number of tokens, of requests and answers together. Default: any.
    - `seconds`: the time that it works, without the time in which it waits for people. Default: any.
    - `money`: US dollars, by the public prices of the model. Default: any.
    - `approvals`: the number of calls for which it may ask people. Default: 3.
    """

    calls: int = 20
    tokens: int | None = None
    seconds: float | None = None
    money: float | None = None
    approvals: int = 3

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy."""
        whole = {"calls": MAX_CALLS, "approvals": MAX_APPROVALS, "tokens": 10**9}
        for name, most in whole.items():
            value = getattr(self, name)
            if value is None and name == "tokens":
                continue
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
                yield f"Budget({name}={value!r}).", f"Give a whole number from 1 to {most:,}."
        for name in ("seconds", "money"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int | float) or not 0 < value < 10**9):
                yield f"Budget({name}={value!r}).", "Give a number above 0."

    @property
    def spec(self) -> BudgetSpec:
        return BudgetSpec(calls=self.calls, tokens=self.tokens, seconds=self.seconds, money=self.money)


class CallResult(BaseModel):
    """How a call of a tool ended, and what the model is told."""

    ending: Ending
    text: str


class Used(BaseModel):
    """Use of a budget."""

    calls: int = 0
    tokens: int = 0
    seconds: float = 0
    money: float = 0


class AgentTurn(BaseModel):
    """Output of one turn: the answer, or the call that needs an approval; and everything said so far."""

    done: bool = False
    answer: Any = None
    """JSON of the agent's output."""
    tool: str = ""
    """The tool of the call for which people are asked; empty if there is none."""
    arguments: str = ""
    """Its arguments, as canonical JSON."""
    approvers: list[str] = []
    model: str = ""
    prompt_digest: str = ""
    calls: int = 0
    tokens: int = 0
    seconds: float = 0
    money: float = 0
    earlier: Used = Field(default_factory=Used)
    """The use at which the budget was last used up and a person said Retry. The budget counts from there."""
    transcript: list[Any] = Field(default_factory=list)
    """The messages, as JSON of the client library. The last one can have calls without results."""
    results: list[CallResult] = Field(default_factory=list)
    """Results of those calls of the last message that ended."""


@dataclass(frozen=True)
class Agent:
    """One turn of an agent. `before`: the step of the turn before; empty for the first."""

    model: Any
    prompt: Any
    prompt_file: Any
    folder: Path
    result: Any
    tools: tuple[Tool, ...]
    budget: Any
    input_guards: tuple[Any, ...] = ()
    output_guards: tuple[Any, ...] = ()
    before: str = ""
    approval: str = ""
    """The approval of the call for which the turn before ended."""
    call: str = ""
    """The step that executed it."""
    last: bool = False
    """No approval is left for another call."""

    @property
    def output(self) -> Any:
        return AgentTurn

    @cached_property
    def prompt_text(self) -> str:
        """Raises `OSError`, and `UnicodeDecodeError` for a file that is not UTF-8."""
        if self.prompt_file is None:
            return str(self.prompt)
        return Path(self.folder, self.prompt_file).read_text("utf-8")

    @property
    def model_name(self) -> str:
        if isinstance(self.model, str):
            return self.model
        return self.model.name if isinstance(self.model, ScriptedModel) else str(self.model.model_name)

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        return TypeAdapter(self.result).json_schema()

    @cached_property
    def spec(self) -> AgentSpec:
        schema = json.dumps(self.output_schema, sort_keys=True)
        return AgentSpec(
            model=self.model_name,
            prompt="" if self.before else self.prompt_text,
            prompt_digest=hashlib.sha256(self.prompt_text.encode()).hexdigest(),
            output_digest=hashlib.sha256(schema.encode()).hexdigest(),
            tools=tuple(tool.spec for tool in self.tools),
            budget=self.budget.spec,
            guards=tuple(source_digest(guard) for guard in (*self.input_guards, *self.output_guards)),
        )

    @property
    def paths(self) -> list[str]:
        if self.before:
            return []
        with suppress(ValueError, TypeError, OSError):
            return paths_of(self.prompt_text)
        return []

    def problems(self) -> Iterator[tuple[str, str]]:
        if find_spec("pydantic_ai") is None:
            yield (
                "An agent needs pydantic-ai, which is not installed.",
                "Install the extra: pip install 'signoff[agents]', or make agents.",
            )
        yield from self._model_problems()
        yield from self._prompt_problems()
        if self.result is not str and not (
            isinstance(self.result, type) and issubclass(self.result, BaseModel)
        ):
            yield f"output is {self.result!r}.", "Give a Pydantic model, or leave it out for a text."
        if isinstance(self.budget, Budget):
            yield from self.budget.problems()
        else:
            yield f"budget is {self.budget!r}.", "Write budget=Budget(calls=10)."
        for name in ("input_guards", "output_guards"):
            if odd := [guard for guard in getattr(self, name) if not callable(guard)]:
                yield f"{name} has {odd[0]!r:.80}.", "Give functions that raise ValueError to refuse."
            elif odd := [guard for guard in getattr(self, name) if not has_source(guard)]:
                yield (
                    f"{name} has {odd[0]!r:.80}, which has no Python code, so a change of it would go "
                    "unnoticed.",
                    NO_SOURCE,
                )
        names = [tool.name for tool in self.tools]
        for tool in self.tools:
            yield from tool.problems()
            if names.count(tool.name) > 1 or tool.name == ANSWER_TOOL:
                yield f"tools has {tool.name} twice, or it is reserved.", "Give each tool a name of its own."

    def _model_problems(self) -> Iterator[tuple[str, str]]:
        if isinstance(self.model, ScriptedModel):
            yield from self.model.problems()
        elif isinstance(self.model, str):
            if not all(self.model.partition(":")):
                yield f"model is {self.model!r}.", 'Write model="provider:name", as pydantic-ai names models.'
        elif not isinstance(getattr(self.model, "model_name", None), str):
            yield f"model is {self.model!r:.80}.", 'Write model="provider:name", or ScriptedModel([…]).'

    def _prompt_problems(self) -> Iterator[tuple[str, str]]:
        if (self.prompt is None) == (self.prompt_file is None):
            yield "The agent needs either prompt or prompt_file.", "Give one of the two."
            return
        name = "prompt" if self.prompt_file is None else "prompt_file"
        if not isinstance(getattr(self, name), str):
            yield f"{name} is {getattr(self, name)!r:.80}.", "Give a text."
            return
        try:
            text = self.prompt_text
            parts(text)
        except OSError as error:
            yield (
                f"prompt_file is {self.prompt_file!r}: {error.strerror}.",
                "Give a path from the workflow file.",
            )
        except UnicodeDecodeError:
            yield f"prompt_file is {self.prompt_file!r}, which is not UTF-8.", "Save it as UTF-8."
        except ValueError as error:
            yield f"{name}: a brace holds no path.", str(error)
        else:
            if not text.strip() or len(text) > MAX_PROMPT:
                yield f"{name} has {len(text):,} characters.", f"Give from 1 to {MAX_PROMPT:,}."

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        # pydantic-ai takes a second to import, and is an extra.
        conversation = import_module("engine.steps.agents.conversation")
        if self.before:
            turn, outcome, call = (values[name] for name in (self.before, self.approval, self.call))
            return await conversation.go_on(self, ctx, turn, answered(turn, outcome, call))
        try:
            prompt = self.spec.prompt_text(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        return await conversation.begin(self, ctx, prompt)


def answered(turn: AgentTurn, outcome: Outcome[Any], call: Settled[Any]) -> tuple[Ending, str]:
    """Return how the call ended for which people were asked, and what the model is told. Pure."""
    if outcome.approved:
        if call.state == "succeeded":
            return "success", str(call.value)
        return "failed", f"The call was approved, and did not succeed: {call.error or call.state}"
    if outcome.expired:
        return "denied", f"Nobody decided in time. {turn.tool} was not called."
    if outcome.responded:
        return "denied", f"{turn.tool} was not called. A person responded instead: {outcome.comment}"
    reason = f" The reason: {outcome.comment}" if outcome.comment else ""
    return "denied", f"An approver rejected the call.{reason} {turn.tool} was not called."


@dataclass(frozen=True)
class ApprovedCall:
    """The call for which a turn ended. It runs only if it was approved."""

    turn: str
    tools: tuple[Tool, ...]

    @property
    def output(self) -> Any:
        return str

    @cached_property
    def spec(self) -> ToolCallSpec:
        return ToolCallSpec(turn=self.turn, tools=tuple(tool.spec for tool in self.tools))

    @property
    def paths(self) -> list[str]:
        return [self.turn]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Its turn tells them."""
        return iter(())

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            name, arguments = self.spec.call(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        tool = next(each for each in self.tools if each.name == name)
        ctx.log(f"Calls {name} with {arguments}.")
        return hidden(await tool.execute(arguments, ctx))
