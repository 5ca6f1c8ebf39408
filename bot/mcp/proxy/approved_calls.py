"""Calls that people are asked about. Calls that are alike and under way at the same time are one call.

A client that stops waiting loses nothing: it repeats the call, and finds the request, or the result.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Mapping

from bot.tool_calls.permission import Permission, Waiting
from bot.tool_calls.tool_call import ToolCall

MAX_KEPT, KEPT_SECONDS = 100, 600.0
"""Results that no client waited for, and for how long each is kept for the call that is repeated."""
Make = Callable[[str], Awaitable[str]]
"""Makes a call at the server with its permit. Returns the result or error, as JSON."""


class StillOpen(Exception):
    """Nobody has decided within the time that the client waits. `id`: of the request."""

    def __init__(self, id_: str) -> None:
        self.id = id_
        super().__init__(id_)


class _Abandoned(Exception):
    """Nobody waits for the call any more, and people would have to be asked again."""


class _Underway:
    def __init__(self) -> None:
        self.waiters: list[Waiting] = []
        self.using = False
        """The approval is used now, or was: from here on the call is made, though nobody waits."""
        self.used = asyncio.Event()
        self.taken = False
        """A client got the result."""
        self.request = ""
        self.task: asyncio.Task[str] | None = None


class ApprovedCalls:
    """Makes calls once they are approved."""

    def __init__(self, permission: Permission, wait: float) -> None:
        """`wait`: seconds after which a client is told that nobody has decided yet."""
        self._permission, self._wait = permission, wait
        self._underway: dict[str, _Underway] = {}
        self._kept: dict[str, tuple[float, str]] = {}

    async def call(self, call: ToolCall, question: Mapping[str, str], waiting: Waiting, make: Make) -> str:
        """Return the server's answer. Raises `StillOpen`, and what `Permission.obtain` raises.

        `make`: makes the call at the server, once it is approved.
        """
        at, result = self._kept.pop(call.digest, (-math.inf, ""))
        if time.monotonic() - at <= KEPT_SECONDS:
            return result
        underway = self._underway.get(call.digest)
        if underway is None:
            underway = self._underway[call.digest] = _Underway()
            underway.task = asyncio.create_task(self._perform(underway, call, question, make))
            underway.task.add_done_callback(_noted)
        underway.waiters.append(waiting)
        try:
            result = await self._answer(underway)
            underway.taken = True
            return result
        finally:
            underway.waiters.remove(waiting)
            if not underway.waiters:
                self._left(call, underway)

    def _left(self, call: ToolCall, underway: _Underway) -> None:
        """Note that nobody waits for a call any more."""
        task = underway.task
        assert task is not None
        if not underway.using:
            # The request stays open at the gate; nobody is there to make the call for.
            task.cancel()
            self._forget(call, underway)
        elif not underway.taken and task.done() and not task.cancelled() and task.exception() is None:
            # The last client left in the turn in which the call ended.
            self._keep(call, task.result())

    async def _answer(self, underway: _Underway) -> str:
        task = underway.task
        assert task is not None
        used = asyncio.ensure_future(underway.used.wait())
        try:
            await asyncio.wait([task, used], timeout=self._wait, return_when=asyncio.FIRST_COMPLETED)
        finally:
            used.cancel()
        if not task.done() and not underway.using:
            raise StillOpen(underway.request)
        return await asyncio.shield(task)

    async def _perform(
        self, underway: _Underway, call: ToolCall, question: Mapping[str, str], make: Make
    ) -> str:
        async def tell(request: str) -> None:
            underway.request = request
            for waiting in list(underway.waiters):
                await waiting(request)

        def using(begins: bool) -> None:
            underway.using = begins
            if not begins and not underway.waiters:
                raise _Abandoned

        try:
            permit = await self._permission.obtain(call, question, tell, using)
            underway.used.set()
            result = await make(permit)
        finally:
            self._forget(call, underway)
        if not underway.waiters:
            self._keep(call, result)
        return result

    def _forget(self, call: ToolCall, underway: _Underway) -> None:
        if self._underway.get(call.digest) is underway:
            del self._underway[call.digest]

    def _keep(self, call: ToolCall, result: str) -> None:
        self._kept[call.digest] = (time.monotonic(), result)
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]

    async def close(self) -> None:
        """Stop waiting. Requests stay open at the gate."""
        tasks = [underway.task for underway in self._underway.values() if underway.task is not None]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


def _noted(task: asyncio.Task[str]) -> None:
    """Take the error of a call that nobody waits for; those who wait get it too."""
    if not task.cancelled():
        task.exception()
