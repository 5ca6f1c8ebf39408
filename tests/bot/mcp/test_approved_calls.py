"""Calls that people approved: a result outlives the clients that wait for it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.mcp.proxy.approved_calls import ApprovedCalls
from bot.tool_calls.permission import Permission, Waiting
from bot.tool_calls.tool_call import Server, ToolCall

CALL = ToolCall(Server("db", ("db",)), "drop_table", "{}")


class Approved(Permission):
    """People who approve at once."""

    def __init__(self) -> None: ...

    async def obtain(
        self, call: ToolCall, question: Mapping[str, str], waiting: Waiting, using: Callable[[bool], None]
    ) -> str:
        using(True)
        return "permit"


async def told(_: str) -> None: ...


@pytest.mark.parametrize("turns", range(8))
async def test_a_client_that_is_cancelled_as_its_call_completes_loses_no_result(turns: int) -> None:
    """In whichever turn of the event loop the client is cancelled, the call is made once."""
    made: list[int] = []
    begun, result = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def make(permit: str) -> str:
        assert permit
        made.append(1)
        begun.set()
        return str(await result)

    calls = ApprovedCalls(Approved(), 60)

    def call() -> "asyncio.Task[Any]":
        return asyncio.create_task(calls.call(CALL, {}, told, make))

    first = call()
    await begun.wait()
    result.set_result("done")
    for _ in range(turns):
        await asyncio.sleep(0)
    if first.done():
        assert await first == "done"
        return
    first.cancel()
    await asyncio.wait([first])
    if first.cancelled():
        assert await call() == "done"
    assert made == [1]
