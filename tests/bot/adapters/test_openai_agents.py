"""The OpenAI Agents SDK interrupts a run, people decide, and it continues: the real SDK, a scripted model."""

import asyncio
from typing import Any

import pytest

from bot.errors import NotAsked
from signoff.adapters import AgentGate
from tests.bot.adapters.deciding import decided, until_open
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside

pytest.importorskip("agents", reason="The OpenAI Agents SDK is not installed: make adapters")

from agents import Agent, Model, ModelResponse, RunConfig, Runner, RunState, Usage, function_tool
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from signoff.adapters.openai_agents import decide

QUIET = RunConfig(tracing_disabled=True)


class Script(Model):
    """A model that asks for one call, and reads what became of it."""

    def __init__(self) -> None:
        self.read = ""

    async def get_response(self, system_instructions: Any, input: Any, *rest: Any, **more: Any) -> Any:
        outputs = [each["output"] for each in input if each.get("type") == "function_call_output"]
        if outputs:
            self.read = str(outputs[0])
            text = ResponseOutputText(text="done", type="output_text", annotations=[])
            said: Any = ResponseOutputMessage(
                id="m1", content=[text], role="assistant", status="completed", type="message"
            )
        else:
            said = ResponseFunctionToolCall(
                arguments='{"order":"7","amount":40}', call_id="c1", name="refund", type="function_call"
            )
        return ModelResponse([said], Usage(), None)

    def stream_response(self, *rest: Any, **more: Any) -> Any:
        raise NotImplementedError


class Refunds:
    """An agent that refunds orders, and the refunds it made."""

    def __init__(self) -> None:
        self.made: list[tuple[str, float]] = []
        self.model = Script()

        @function_tool(needs_approval=True)
        def refund(order: str, amount: float) -> str:
            self.made.append((order, amount))
            return f"refunded {order}"

        self.agent = Agent("billing", model=self.model, tools=[refund])

    async def held(self) -> str:
        """Run until people have to be asked. Return the state as it is stored."""
        result = await Runner.run(self.agent, "refund order 7", run_config=QUIET)
        return str(result.to_state().to_string())

    async def state(self, stored: str) -> RunState[Any, Any]:
        return await RunState.from_string(self.agent, stored)

    async def go_on(self, state: RunState[Any, Any]) -> str:
        """Continue, and return what the model reads about its call."""
        await Runner.run(self.agent, state, run_config=QUIET)
        return self.model.read


def gate_of(outside: Outside) -> AgentGate:
    return AgentGate("release-gate", "billing agent", url=outside.url, token=outside.token)


async def test_a_run_continues_in_another_process(outside: Outside) -> None:
    first = Refunds()
    stored = await first.held()
    waits = asyncio.create_task(decide(await first.state(stored), gate_of(outside)))
    (id_,) = await until_open(outside, 1)
    waits.cancel()
    await outside.answer(id_, "approve")
    second = Refunds()
    state = await decide(await second.state(stored), gate_of(outside))
    assert await second.go_on(state) == "refunded 7"
    assert second.made == [("7", 40.0)]


@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "was rejected by U1. The reason: not today"), ("", "expired. Nobody rejected it.")],
)
async def test_the_model_reads_why_a_call_was_not_made(outside: Outside, choice: str, words: str) -> None:
    refunds = Refunds()
    state = await refunds.state(await refunds.held())
    told = await refunds.go_on(await decided(outside, decide(state, gate_of(outside)), choice))
    assert words in told
    assert refunds.made == []


async def test_an_approval_is_for_its_arguments(outside: Outside) -> None:
    refunds = Refunds()
    stored = await refunds.held()
    waits = asyncio.create_task(decide(await refunds.state(stored), gate_of(outside)))
    (id_,) = await until_open(outside, 1)
    waits.cancel()
    await outside.answer(id_, "approve")
    changed = await refunds.state(stored.replace('amount\\":40', 'amount\\":4000'))
    asks = asyncio.create_task(decide(changed, gate_of(outside)))
    assert await until_open(outside, 1) != [id_]
    asks.cancel()
    assert refunds.made == []


async def test_without_the_server_nothing_is_decided(outside: Outside) -> None:
    refunds = Refunds()
    state = await refunds.state(await refunds.held())
    outside.url = "http://127.0.0.1:1"
    with pytest.raises(NotAsked, match="could not be reached"):
        await decide(state, gate_of(outside))
