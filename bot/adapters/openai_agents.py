"""The adapter of the OpenAI Agents SDK: people decide the calls that interrupt a run."""

from typing import Any

from bot.adapters.held_calls import AgentGate, HeldCall, decide_calls
from bot.errors import NotAsked

try:
    from agents import RunState, ToolApprovalItem
except ImportError:
    raise ImportError(
        "The OpenAI Agents SDK is not installed. Install it: pip install 'signoff[openai-agents]'."
    ) from None

_KINDS = ("function_call", "mcp_approval_request")
"""The calls whose name and arguments are all there is of them."""


async def decide(state: RunState[Any, Any], gate: AgentGate) -> RunState[Any, Any]:
    """Approve and reject the calls that interrupt a run, once people have decided all of them.

    Return the same state, with which the run continues. Raises `NotAsked` if nobody could be asked, or if the
    calls changed meanwhile: nothing is approved then.
    """
    items = state.get_interruptions()
    held = [_held(item) for item in items]
    rulings = await decide_calls(gate, held)
    if [_held(item) for item in state.get_interruptions()] != held:
        raise NotAsked("state: Its calls changed while people decided. Decide the new ones.")
    for item, ruling in zip(items, rulings, strict=True):
        if ruling.approved:
            state.approve(item)
        else:
            state.reject(item, rejection_message=ruling.text)
    return state


def _held(item: ToolApprovalItem) -> HeldCall:
    raw = item.raw_item
    kind = raw.get("type") if isinstance(raw, dict) else getattr(raw, "type", None)
    if kind not in _KINDS or item.arguments is None or not item.call_id:
        problem = (
            f"state: A call of the kind {kind} cannot be shown in full. Approve or reject it by yourself."
        )
        raise NotAsked(problem)
    return HeldCall(item.call_id, item.qualified_name or "", item.arguments)
