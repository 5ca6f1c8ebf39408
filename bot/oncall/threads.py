"""Runs blocking work in a thread, one at a time, that holds up neither a click nor the end of the process."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from bot.oncall.source import OnCallFailed

T = TypeVar("T")


class OneThread:
    """Work that nobody waits for any more goes on alone; until it ends, more work is refused."""

    def __init__(self) -> None:
        self._busy = False

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return what the work returns. Raises `OnCallFailed` while earlier work still runs."""
        if self._busy:
            raise OnCallFailed("An earlier lookup has not ended yet.")
        self._busy = True
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def finish(result: Any, error: BaseException | None) -> None:
            self._busy = False
            if done.done():
                return
            if error is None:
                done.set_result(result)
            else:
                done.set_exception(error)

        def execute() -> None:
            result: Any = None
            error: BaseException | None = None
            try:
                result = work(*arguments)
            except StopIteration as stop:  # a future cannot carry it
                error = RuntimeError(str(stop))
            except BaseException as raised:  # whatever an author's function raises
                error = raised
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(finish, result, error)

        threading.Thread(target=execute, daemon=True, name="on-call").start()
        return await done
