"""Pydantic AI defers its calls, people decide, and the run continues: the real library, a scripted model."""

import asyncio
from typing import Any

import pytest
from pydantic_ai import Agent, DeferredToolRequests, ToolApproved
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from bot.errors import NotAsked
from signoff.adapters import AgentGate
from signoff.adapters.pydantic_ai import decide
from tests.bot.adapters.deciding import decided, until_open
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside


class Refunds:
    """An agent that refunds orders, and the refunds it made."""

    def __init__(self, *calls: tuple[str, Any]) -> None:
        self.made: list[tuple[str, float]] = []
        self.told: list[str] = []
        self._calls = calls
        self.agent = Agent(FunctionModel(self._respond), output_type=[str, DeferredToolRequests])

        @self.agent.tool_plain(requires_approval=True)
        def refund(order: str, amount: float) -> str:
            self.made.append((order, amount))
            return f"refunded {order}"

    async def _respond(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) == 1:
            return ModelResponse(
                [ToolCallPart("refund", args, tool_call_id=id_) for id_, args in self._calls]
            )
        self.told = [str(part.content) for part in messages[-1].parts if part.part_kind == "tool-return"]
        return ModelResponse([TextPart("done")])

    async def held(self) -> tuple[bytes, DeferredToolRequests]:
        """Run until people have to be asked. Return the history as it is stored, and the requests."""
        result = await self.agent.run("refund order 7")
        assert isinstance(result.output, DeferredToolRequests)
        return result.all_messages_json(), result.output

    async def go_on(self, history: bytes, results: Any) -> None:
        messages = ModelMessagesTypeAdapter.validate_json(history)
        await self.agent.run(message_history=messages, deferred_tool_results=results)


def gate_of(outside: Outside) -> AgentGate:
    return AgentGate("release-gate", "billing agent", url=outside.url, token=outside.token)


async def test_an_agent_continues_with_exactly_what_people_read(outside: Outside) -> None:
    first = Refunds(("c1", '{"order":"7","amount":40}'))
    history, requests = await first.held()
    waits = asyncio.create_task(decide(requests, gate_of(outside)))
    await until_open(outside, 1)
    waits.cancel()  # the process ends; what follows is the next one
    (request,) = await outside.engine.requests()
    (details,) = [each.value for each in request.shown if each.label == "Details"]
    assert "billing agent" in details
    assert '"amount": 40,\n  "order": "7"' in details
    await outside.answer(request.run_id, "approve")
    results = await decide(requests, gate_of(outside))
    second = Refunds()
    await second.go_on(
        history.replace(b"40}", b"4000}").replace(b'\\"amount\\":40', b'\\"amount\\":4000'), results
    )
    assert second.made == [("7", 40.0)]
    assert second.told == ["refunded 7"]


@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "was rejected by U1. The reason: not today"), ("", "expired. Nobody rejected it.")],
)
async def test_the_model_reads_why_a_call_was_not_made(outside: Outside, choice: str, words: str) -> None:
    refunds = Refunds(("c1", {"order": "7", "amount": 40}))
    history, requests = await refunds.held()
    results = await decided(outside, decide(requests, gate_of(outside)), choice)
    await refunds.go_on(history, results)
    assert refunds.made == []
    assert words in refunds.told[0]


async def test_an_approval_is_for_one_call_with_its_arguments_and_used_once(outside: Outside) -> None:
    refunds = Refunds(("c1", {"order": "7", "amount": 40}), ("c2", {"order": "7", "amount": 40}))
    history, requests = await refunds.held()
    waits = asyncio.create_task(decide(requests, gate_of(outside)))
    first, second = await until_open(outside, 2)
    await outside.answer(first, "approve")
    waits.cancel()  # the approval of the first call is not used before the second is decided
    again = asyncio.create_task(decide(requests, gate_of(outside)))
    await outside.answer(second, "reject", "once is enough")
    results = await again
    await refunds.go_on(history, results)
    assert refunds.made == [("7", 40.0)]
    assert [("rejected" in text) for text in refunds.told].count(True) == 1
    (approved,) = [id_ for id_, each in results.approvals.items() if isinstance(each, ToolApproved)]
    for arguments in ({"order": "7", "amount": 40}, {"order": "7", "amount": 4000}):
        call = ToolCallPart("refund", arguments, tool_call_id=approved)
        waits = asyncio.create_task(decide(DeferredToolRequests(approvals=[call]), gate_of(outside)))
        (id_,) = await until_open(outside, 1)
        await outside.answer(id_, "reject", "not again")
        assert "rejected" in getattr((await waits).approvals[approved], "message", "")


@pytest.mark.parametrize(
    "arguments", ['{"order":"7","order":"8","amount":1}', '{"order":"7\\u0000","amount":1}']
)
async def test_arguments_with_two_meanings_are_denied_without_people(
    outside: Outside, arguments: str
) -> None:
    requests = DeferredToolRequests(approvals=[ToolCallPart("refund", arguments, tool_call_id="c1")])
    results = await decide(requests, gate_of(outside))
    assert "The tool was not called." in getattr(results.approvals["c1"], "message", "")
    assert await outside.engine.requests() == []


async def test_two_calls_with_one_id_are_denied(outside: Outside) -> None:
    calls = [ToolCallPart("refund", {"order": order}, tool_call_id="c1") for order in "78"]
    results = await decide(DeferredToolRequests(approvals=calls), gate_of(outside))
    assert "there twice" in getattr(results.approvals["c1"], "message", "")


async def test_without_the_server_nothing_is_decided(outside: Outside) -> None:
    _, requests = await Refunds(("c1", {"order": "7", "amount": 40})).held()
    outside.url = "http://127.0.0.1:1"
    with pytest.raises(NotAsked, match="could not be reached"):
        await decide(requests, gate_of(outside))


@pytest.mark.parametrize("agent", [" ", "agent password=hunter2hunter2"])
def test_the_name_of_an_agent_is_shown_to_people(agent: str) -> None:
    with pytest.raises(NotAsked, match="agent: "):
        AgentGate("release-gate", agent, token="t")
