"""The adapter of LangGraph: people decide the calls that the human-in-the-loop middleware interrupts."""

import json
from collections.abc import Iterator
from typing import Any

from bot.adapters.held_calls import AgentGate, HeldCall, Ruling, decide_calls
from bot.errors import NotAsked

try:
    from langgraph.types import Command, Interrupt
except ImportError:
    raise ImportError("LangGraph is not installed. Install it: pip install 'signoff[langgraph]'.") from None


async def decide(interrupts: list[Interrupt], gate: AgentGate) -> Command[Any]:
    """Return the command that resumes a graph, once people have decided all interrupted calls.

    `interrupts`: those of the state, `(await graph.aget_state(config)).interrupts`, or of the result. The
    command names each interrupt by its id, so that it resumes no call of another checkpoint. A call that was
    not approved is answered with `respond`: the middleware words each `reject` as a rejection by the user,
    also that of a request that expired. Raises `NotAsked` if nobody could be asked: call it again later.
    """
    held = {interrupt.id: list(_held(interrupt)) for interrupt in interrupts}
    if not any(held.values()):
        raise NotAsked("interrupts: There is none. Pass those of the state of the graph.")
    rulings = iter(await decide_calls(gate, [call for calls in held.values() for call in calls]))
    decisions = {id_: [_decision(next(rulings)) for _ in calls] for id_, calls in held.items()}
    return Command(
        resume={
            interrupt.id: {"decisions": decisions[interrupt.id]}
            if "action_requests" in interrupt.value
            else decisions[interrupt.id][0]
            for interrupt in interrupts
        }
    )


def _decision(ruling: Ruling) -> dict[str, Any]:
    return {"type": "approve"} if ruling.approved else {"type": "respond", "message": ruling.text}


def _held(interrupt: Interrupt) -> Iterator[HeldCall]:
    """Yield the calls of an interrupt. Raises `NotAsked` for one of another kind."""
    match interrupt.value:
        case {"action_requests": list(actions), "review_configs": list(configs)}:
            allowed = {config["action_name"]: config["allowed_decisions"] for config in configs}
            for number, action in enumerate(actions):
                _require_decisions(action["name"], allowed.get(action["name"], ()))
                yield HeldCall(f"{interrupt.id}:{number}", action["name"], action["args"])
        case {"type": "tool_approval", "name": str(name), "args": dict(arguments)}:
            schema = json.dumps(interrupt.response_schema, default=str)
            _require_decisions(name, [each for each in ("approve", "respond") if f'"{each}"' in schema])
            yield HeldCall(interrupt.id, name, arguments)
        case _:
            raise NotAsked(
                f"interrupts: {interrupt.id} is not of HumanInTheLoopMiddleware. Resume it by yourself."
            )


def _require_decisions(tool: str, allowed: Any) -> None:
    if missing := {"approve", "respond"} - set(allowed):
        lacks = " and ".join(sorted(missing))
        raise NotAsked(f"allowed_decisions of {tool}: It lacks {lacks}. Allow approve and respond.")
