"""The adapter of Pydantic AI: people decide its deferred tool calls."""

from bot.adapters.held_calls import AgentGate, HeldCall, decide_calls

try:
    from pydantic_ai import DeferredToolRequests, DeferredToolResults, ToolApproved, ToolDenied
except ImportError:
    raise ImportError("Pydantic AI is not installed. Install it: pip install 'signoff[agents]'.") from None


async def decide(requests: DeferredToolRequests, gate: AgentGate) -> DeferredToolResults:
    """Return the results of the calls that need an approval, once people have decided all of them.

    An approved call is made with the arguments that people read, whatever the history says by then. Calls
    that are executed elsewhere (`requests.calls`) stay with the caller. Raises `NotAsked` if nobody could be
    asked: call it again later.
    """
    held = [HeldCall(call.tool_call_id, call.tool_name, call.args) for call in requests.approvals]
    rulings = await decide_calls(gate, held)
    return requests.build_results(
        approvals={
            call.id: ToolApproved(override_args=ruling.arguments)
            if ruling.approved
            else ToolDenied(ruling.text)
            for call, ruling in zip(held, rulings, strict=True)
        }
    )
