"""LangGraph interrupts a graph, people decide, and it continues: the real libraries, a scripted model."""

import asyncio
from typing import Any

import pytest

from bot.errors import NotAsked
from signoff.adapters import AgentGate
from tests.bot.adapters.deciding import decided, until_open
from tests.bot.http.test_api import Outside
from tests.bot.http.test_api import outside as outside

pytest.importorskip("langgraph", reason="LangGraph is not installed: make adapters")
pytest.importorskip("langchain", reason="LangChain is not installed: make adapters")

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Interrupt

from signoff.adapters.langgraph import decide

CONFIG: Any = {"configurable": {"thread_id": "t1"}}


class Model(GenericFakeChatModel):
    """A model that says what it was told to say."""

    def bind_tools(self, tools: Any, **more: Any) -> Any:
        return self


class Refunds:
    """A graph that refunds orders, and the refunds it made. `saver`: keeps the graph's state."""

    def __init__(self, saver: InMemorySaver, *said: AIMessage, mode: Any = "batched") -> None:
        self.made: list[tuple[str, float]] = []

        def refund(order: str, amount: float) -> str:
            """Refund an order."""
            self.made.append((order, amount))
            return f"refunded {order}"

        middleware = HumanInTheLoopMiddleware(interrupt_on={"refund": True}, interrupt_mode=mode)
        self.graph = create_agent(
            Model(messages=iter(said)), [refund], middleware=[middleware], checkpointer=saver
        )

    async def start(self) -> None:
        await self.graph.ainvoke({"messages": [HumanMessage("refund")]}, CONFIG)

    async def interrupts(self) -> list[Interrupt]:
        return list((await self.graph.aget_state(CONFIG)).interrupts)

    async def go_on(self, command: Any) -> list[str]:
        """Continue, and return what the model reads about its calls."""
        state = await self.graph.ainvoke(command, CONFIG)
        return [str(message.content) for message in state["messages"] if message.type == "tool"]


def calls(*arguments: dict[str, Any]) -> AIMessage:
    held = [{"name": "refund", "args": each, "id": f"c{number}"} for number, each in enumerate(arguments)]
    return AIMessage("", tool_calls=held)


def gate_of(outside: Outside) -> AgentGate:
    return AgentGate("release-gate", "billing agent", url=outside.url, token=outside.token)


@pytest.mark.parametrize("mode", ["batched", "per_call"])
async def test_a_graph_continues_in_another_process(outside: Outside, mode: str) -> None:
    saver = InMemorySaver()
    first = Refunds(saver, calls({"order": "7", "amount": 40}), mode=mode)
    await first.start()
    waits = asyncio.create_task(decide(await first.interrupts(), gate_of(outside)))
    (id_,) = await until_open(outside, 1)
    waits.cancel()
    await outside.answer(id_, "approve")
    second = Refunds(saver, AIMessage("done"), mode=mode)
    command = await decide(await second.interrupts(), gate_of(outside))
    assert await second.go_on(command) == ["refunded 7"]
    assert second.made == [("7", 40)]


@pytest.mark.parametrize("mode", ["batched", "per_call"])
@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "was rejected by U1. The reason: not today"), ("", "expired. Nobody rejected it.")],
)
async def test_the_model_reads_why_a_call_was_not_made(
    outside: Outside, choice: str, words: str, mode: str
) -> None:
    refunds = Refunds(InMemorySaver(), calls({"order": "7", "amount": 40}), AIMessage("done"), mode=mode)
    await refunds.start()
    command = await decided(outside, decide(await refunds.interrupts(), gate_of(outside)), choice)
    (told,) = await refunds.go_on(command)
    assert words in told
    assert "User rejected" not in told
    assert refunds.made == []


async def test_an_approval_resumes_no_call_that_was_changed_meanwhile(outside: Outside) -> None:
    refunds = Refunds(InMemorySaver(), calls({"order": "7", "amount": 40}), AIMessage("done"))
    await refunds.start()
    command = await decided(outside, decide(await refunds.interrupts(), gate_of(outside)), "approve")
    message = (await refunds.graph.aget_state(CONFIG)).values["messages"][-1]
    changed = message.model_copy(update={"tool_calls": calls({"order": "7", "amount": 4000}).tool_calls})
    await refunds.graph.aupdate_state(CONFIG, {"messages": [changed]}, as_node="model")
    await refunds.graph.ainvoke(command, CONFIG)
    assert refunds.made == []
    asks = asyncio.create_task(decide(await refunds.interrupts(), gate_of(outside)))
    await until_open(outside, 1)
    asks.cancel()


async def test_other_interrupts_and_decisions_are_refused(outside: Outside) -> None:
    batched = {"action_requests": [{"name": "refund", "args": {}}]}
    config = {"action_name": "refund", "allowed_decisions": ["approve", "reject"]}
    for value, words in (
        ("go on?", "is not of HumanInTheLoopMiddleware"),
        ({**batched, "review_configs": [config]}, "It lacks respond"),
        ({**batched, "review_configs": []}, "It lacks approve and respond"),
    ):
        with pytest.raises(NotAsked, match=words):
            await decide([Interrupt(value, "i1")], gate_of(outside))
    with pytest.raises(NotAsked, match="There is none"):
        await decide([], gate_of(outside))
    assert await outside.engine.requests() == []


async def test_without_the_server_nothing_is_decided(outside: Outside) -> None:
    refunds = Refunds(InMemorySaver(), calls({"order": "7", "amount": 40}))
    await refunds.start()
    outside.url = "http://127.0.0.1:1"
    with pytest.raises(NotAsked, match="could not be reached"):
        await decide(await refunds.interrupts(), gate_of(outside))
