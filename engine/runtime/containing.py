"""What a step's function does to whoever calls it: in a thread of its own where it blocks, and whatever it
raises is no more than its failure."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger(__name__)


class StepLeft(Exception):
    """A step tried to end the process, or was cancelled by its own doing: it has failed, nothing more."""


async def contained(work: Awaitable[Any]) -> Any:
    """A task that raises SystemExit takes the whole loop with it."""
    try:
        return await work
    except SystemExit as error:
        raise StepLeft("The step tried to end the process (SystemExit).") from error


def result_of(work: "asyncio.Future[Any]") -> Any:
    """What came of it, where only an `Exception` comes out: anything else would seem to be meant for us."""
    if work.cancelled():
        raise StepLeft("The step was cancelled from within.")
    error = work.exception()
    if error is None:
        return work.result()
    if isinstance(error, Exception):
        raise error
    raise StepLeft(f"The step tried to end the process ({type(error).__name__}).") from error


def in_thread(call: Callable[[], Any], *, name: str) -> "asyncio.Future[Any]":
    """A thread of its own, and a daemon: a step that hangs must not keep the process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        elif isinstance(error, StopIteration):
            future.set_exception(RuntimeError(f"the step raised StopIteration: {error}"))
        else:
            future.set_exception(error)

    def main() -> None:
        result, caught = None, None
        try:
            result = call()
        except BaseException as error:
            caught = error
        try:
            loop.call_soon_threadsafe(settle, result, caught)
        except RuntimeError:  # the loop is gone
            log.debug("%s ended after the process had stopped waiting for it", name)

    threading.Thread(target=main, name=name, daemon=True).start()
    return future
