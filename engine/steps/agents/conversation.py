"""The conversation of one turn, through pydantic-ai. Each answer and each result is durable before the next.

This is the only module that imports pydantic-ai. It uses its clients and messages, and has a loop of its own:
here it shows where a call is kept, executed or left for people.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError, UnexpectedModelBehavior, UserError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, infer_model
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.tools import ToolDefinition

from engine.authoring.context import StepContext
from engine.errors import AgentFailed, AgentRefused, Fatal
from engine.model.input.input_problems import problems_in
from engine.model.text.wording import count
from engine.model.values.sizes import MAX_OUTPUT_BYTES, size_problem
from engine.steps.agents.agent import ANSWER_TOOL, Agent, AgentTurn, CallResult, Ending, Used
from engine.steps.agents.scripted_model import ScriptedModel
from engine.steps.agents.tools import MAX_ARGUMENTS, BadCall, Tool, hidden

_TOO_MANY_REQUESTS, _TIMED_OUT, _SERVER_ERROR = 429, 408, 500
_SPENT = "spent"
"""The checkpoint of what was used when the budget was used up."""
_MAX_SAID = 400
"""Characters of a text in the log of the step."""


async def begin(agent: Agent, ctx: StepContext, prompt: str) -> AgentTurn:
    """Begin a conversation and return its first turn. Raises `AgentFailed`."""
    if refusal := await _refusal(agent.input_guards, prompt):
        raise AgentRefused(f"The prompt is refused: {refusal}")
    ctx.log(f"Asks {agent.model_name}. The prompt has the SHA-256 {agent.spec.prompt_digest}.")
    return await _Turn(agent, ctx, [ModelRequest(parts=[UserPromptPart(prompt)])], AgentTurn()).end()


async def go_on(agent: Agent, ctx: StepContext, turn: AgentTurn, result: tuple[Ending, str]) -> AgentTurn:
    """Go on after the call for which people were asked. Raises `AgentFailed`."""
    messages = ModelMessagesTypeAdapter.validate_python(turn.transcript)
    ctx.log(f"Goes on after the call of {turn.tool}: {_short(result[1])}")
    ending, text = result
    last = CallResult(ending=ending, text=text)
    before = turn.model_copy(update={"results": [*turn.results, last]})
    return await _Turn(agent, ctx, messages, before).end()


class _Turn:
    def __init__(
        self, agent: Agent, ctx: StepContext, messages: Sequence[ModelMessage], before: AgentTurn
    ) -> None:
        self.agent, self.ctx, self.messages = agent, ctx, list(messages)
        self.results: list[tuple[Ending, str]] = [(each.ending, each.text) for each in before.results]
        self.began, self.earlier, self.seconds_before = ctx.now(), before.earlier, before.seconds
        spent = ctx.checkpoints.get(_SPENT)
        if spent is not None and spent["key"] != ctx.idempotency_key:
            # A person said Retry, which has another key. An attempt after a crash has the same one.
            self.earlier = Used.model_validate(spent["used"])
            self.seconds_before = self.earlier.seconds
        self.model = _model_of(agent)
        self.tools = {tool.name: tool for tool in agent.tools}

    async def end(self) -> AgentTurn:
        """Go on until there is an answer, or a call that needs an approval."""
        while True:
            last = self.messages[-1]
            if isinstance(last, ModelResponse):
                if (turn := await self._taken(last)) is not None:
                    return turn
            else:
                self.messages.append(await self._answer())

    async def _answer(self) -> ModelResponse:
        key = f"answer.{len(self.messages)}"
        if key in self.ctx.checkpoints:
            (kept,) = ModelMessagesTypeAdapter.validate_python([self.ctx.checkpoints[key]])
            assert isinstance(kept, ModelResponse)
            return kept
        await self._keep_budget(self._excess() or self._overtime())
        response = await self._request()
        (dumped,) = ModelMessagesTypeAdapter.dump_python([response], mode="json")
        await self.ctx.checkpoint(key, dumped)
        if text := response.text:
            self.ctx.log(f"The model says: {_short(text)}")
        return response

    async def _request(self) -> ModelResponse:
        try:
            return await model_request(
                self.model, self.messages, model_request_parameters=_parameters(self.agent)
            )
        except ModelHTTPError as error:
            again = (
                error.status_code in (_TIMED_OUT, _TOO_MANY_REQUESTS) or error.status_code >= _SERVER_ERROR
            )
            kind = AgentFailed if again else AgentRefused
            raise kind(
                f"The model {self.agent.model_name} answered with status {error.status_code}."
            ) from None
        except (ModelAPIError, UnexpectedModelBehavior) as error:
            raise AgentFailed(f"The model {self.agent.model_name}: {_short(str(error))}") from None
        except UserError as error:
            raise AgentRefused(f"The model {self.agent.model_name}: {_short(str(error))}") from None

    async def _taken(self, response: ModelResponse) -> AgentTurn | None:
        """Take an answer: the end of the turn, or None when the model is to be asked again."""
        calls = response.tool_calls
        if not calls:
            return await self._text_taken(response.text or "")
        for call in calls:
            if call.tool_name == ANSWER_TOOL and self._typed and await self._problem_of(call) is None:
                return self._turn(done=True, answer=call.args_as_dict())
        for number, call in enumerate(calls):
            if number < len(self.results):
                continue
            tool = self.tools.get(call.tool_name)
            try:
                arguments = await self._checked(call, tool)
            except BadCall as error:
                self.results.append(("failed", hidden(str(error))))
                continue
            assert tool is not None
            if tool.approvers:
                self.ctx.log(f"{call.tool_name} needs an approval: {arguments}")
                return self._turn(tool=tool.name, arguments=arguments, approvers=list(tool.approvers))
            self.results.append(await self._executed(number, tool, arguments))
        returned = [
            ToolReturnPart(call.tool_name, text, call.tool_call_id, outcome=ending)
            for call, (ending, text) in zip(calls, self.results, strict=True)
        ]
        self.results = []
        self._say(returned)
        return None

    async def _text_taken(self, text: str) -> AgentTurn | None:
        """Take an answer without calls."""
        told = "Give an answer."
        if self._typed:
            told = f"Give your answer by calling {ANSWER_TOOL}."
        elif text:
            refusal = await _refusal(self.agent.output_guards, text)
            if refusal is None:
                return self._turn(done=True, answer=hidden(text))
            told = f"The answer is refused: {refusal}"
        self._say([UserPromptPart(told)])
        return None

    async def _checked(self, call: ToolCallPart, tool: Tool | None) -> str:
        """Return the arguments as canonical JSON. Raises `BadCall` for a call that must not be executed."""
        if tool is None:
            if call.tool_name == ANSWER_TOOL and (problem := await self._problem_of(call)):
                raise BadCall(problem)
            raise BadCall(f"There is no tool {call.tool_name[:80]}. The tools are {', '.join(self.tools)}.")
        arguments = tool.checked(call.args)
        if not tool.approvers:
            return arguments
        if self.agent.last:
            raise BadCall(f"No approval is left in the budget. {tool.name} was not called.")
        if len(arguments) > MAX_ARGUMENTS:
            raise BadCall(
                f"The arguments take {len(arguments):,} characters, and people can be shown "
                f"{MAX_ARGUMENTS:,}. {tool.name} was not called."
            )
        if hidden(arguments) != arguments:
            raise BadCall(
                "The arguments contain a credential, which people cannot be shown. "
                f"{tool.name} was not called."
            )
        return arguments

    async def _executed(self, number: int, tool: Tool, arguments: str) -> tuple[Ending, str]:
        """Return how a call ended and its result. One that ended before a crash is not repeated."""
        key = f"result.{len(self.messages) - 1}.{number}"
        if key in self.ctx.checkpoints:
            ending, text = self.ctx.checkpoints[key]
            return ending, text
        await self._keep_budget(self._overtime())
        self.ctx.log(f"Calls {tool.name} with {_short(arguments)}")
        own = replace(self.ctx, idempotency_key=f"{self.ctx.idempotency_key}.{key}")
        try:
            result: tuple[Ending, str] = ("success", hidden(await tool.execute(arguments, own)))
        except Fatal:
            raise
        except Exception as error:
            result = ("failed", hidden(f"{tool.name} failed: {type(error).__name__}: {error}"[:_MAX_SAID]))
        await self.ctx.checkpoint(key, list(result))
        self.ctx.log(f"{tool.name}: {_short(result[1])}")
        return result

    @property
    def _typed(self) -> bool:
        return self.agent.result is not str

    async def _problem_of(self, call: ToolCallPart) -> str | None:
        """Return what is wrong with an answer; None if it fits its model."""
        try:
            given = call.args_as_dict(raise_if_invalid=True)
            answer = TypeAdapter(self.agent.result).validate_python(given)
        except ValidationError as error:
            where, problem = problems_in(error, None, {})[0]
            return f"{where or 'The answer'}: {problem}"
        except (ValueError, AssertionError):
            return "The answer is not a JSON object."
        refusal = await _refusal(self.agent.output_guards, answer)
        return None if refusal is None else f"The answer is refused: {refusal}"

    def _say(self, parts: Sequence[Any]) -> None:
        self.messages.append(ModelRequest(parts=list(parts)))

    @property
    def _responses(self) -> list[ModelResponse]:
        return [each for each in self.messages if isinstance(each, ModelResponse)]

    @property
    def _tokens(self) -> int:
        return int(sum(each.usage.total_tokens for each in self._responses))

    @property
    def _seconds(self) -> float:
        return self.seconds_before + (self.ctx.now() - self.began).total_seconds()

    def _money(self) -> Decimal:
        try:
            return Decimal(sum(each.cost().total_price for each in self._responses))
        except (LookupError, ValueError, AssertionError):
            raise AgentRefused(
                f"The price of {self.agent.model_name} is not known, so Budget(money=…) cannot be kept. "
                "Leave money out, and limit tokens."
            ) from None

    def _excess(self) -> str:
        """Return which part of the budget is used up before a request to the model; empty for none."""
        budget, earlier = self.agent.spec.budget, self.earlier
        if len(self._responses) - earlier.calls >= budget.calls:
            return f"The agent has used its budget of {count(budget.calls, 'call')}."
        tokens = self._tokens - earlier.tokens
        if budget.tokens is not None and tokens >= budget.tokens:
            return f"The agent used {tokens:,} tokens of its budget of {budget.tokens:,}."
        if budget.money is None:
            return ""
        spent = self._money() - Decimal(str(earlier.money))
        if spent >= Decimal(str(budget.money)):
            return f"The agent spent ${spent:.4f} of its budget of ${budget.money:g}."
        return ""

    def _overtime(self) -> str:
        """Return how much longer it worked than its budget allows; empty if it did not."""
        limit, worked = self.agent.spec.budget.seconds, self._seconds - self.earlier.seconds
        if limit is not None and worked >= limit:
            return f"The agent worked for {worked:.0f} s of its budget of {limit:g} s."
        return ""

    async def _keep_budget(self, excess: str) -> None:
        """Raise `AgentRefused` if the budget is used up, and keep what was used for a person's Retry."""
        if excess:
            used = Used.model_validate(self._used())
            kept = {"key": self.ctx.idempotency_key, "used": used.model_dump(mode="json")}
            await self.ctx.checkpoint(_SPENT, kept)
            raise AgentRefused(f"{excess} Retry gives it this budget once more.")

    def _used(self) -> dict[str, Any]:
        return {
            "calls": len(self._responses),
            "tokens": self._tokens,
            "seconds": self._seconds,
            "money": float(self._money()) if self.agent.spec.budget.money is not None else 0,
        }

    def _turn(self, **ends: Any) -> AgentTurn:
        turn = AgentTurn(
            model=self.agent.model_name,
            prompt_digest=self.agent.spec.prompt_digest,
            **self._used(),
            earlier=self.earlier,
            transcript=ModelMessagesTypeAdapter.dump_python(self.messages, mode="json"),
            results=[CallResult(ending=ending, text=text) for ending, text in self.results],
            **ends,
        )
        if problem := size_problem(turn.model_dump(mode="json"), MAX_OUTPUT_BYTES):
            raise AgentRefused(f"The conversation is {problem}. Give the agent a smaller budget of calls.")
        return turn


async def _refusal(guards: Sequence[Callable[[Any], Any]], value: Any) -> str | None:
    """Return why a guard refuses the value; None if none does. Another error of a guard fails the step."""
    for guard in guards:
        try:
            result = guard(value)
            if inspect.isawaitable(result):
                await result
        except ValueError as error:
            return _short(str(error)) or "no reason is given."
    return None


def _parameters(agent: Agent) -> ModelRequestParameters:
    """Return what the model is told of its tools and of its answer."""
    tools = [
        ToolDefinition(name=tool.name, parameters_json_schema=tool.schema, description=tool.description)
        for tool in agent.tools
    ]
    if agent.result is str:
        return ModelRequestParameters(function_tools=tools)
    answer = ToolDefinition(
        name=ANSWER_TOOL,
        parameters_json_schema=agent.output_schema,
        description="Give the final answer.",
        kind="output",
    )
    return ModelRequestParameters(
        function_tools=tools, output_mode="tool", output_tools=[answer], allow_text_output=False
    )


def _model_of(agent: Agent) -> Model:
    if isinstance(agent.model, ScriptedModel):
        return FunctionModel(_scripted(agent.model, agent.result is str), model_name=agent.model.name)
    try:
        return infer_model(agent.model)
    except (UserError, ImportError, ValueError) as error:
        raise AgentRefused(f"The model {agent.model_name}: {_short(str(error))}") from None


def _scripted(script: ScriptedModel, is_text: bool) -> Any:
    answers = script.steps()

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        number = sum(isinstance(each, ModelResponse) for each in messages)
        if number >= len(answers):
            raise AgentRefused(
                f"The script of the model has {count(len(answers), 'answer')}, and it needs more."
            )
        parts: list[Any] = []
        for place, part in enumerate(answers[number]):
            id_ = f"call-{number}-{place}"
            if "call" in part:
                parts.append(ToolCallPart(part["call"], part.get("with", {}), tool_call_id=id_))
            elif is_text:
                parts.append(TextPart(str(part["answer"])))
            else:
                parts.append(ToolCallPart(ANSWER_TOOL, part["answer"], tool_call_id=id_))
        return ModelResponse(parts=parts)

    return answer


def _short(text: str) -> str:
    line = " ".join(hidden(text).split())
    return line if len(line) <= _MAX_SAID else f"{line[:_MAX_SAID]}…"
