"""Isolation of step code: sync functions run in a thread, and whatever they raise only fails the step."""

import asyncio
import logging
import os
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any

from engine.kernel.resilience.failures import StepLeft
from engine.runtime.process.executing import EXECUTING

log = logging.getLogger(__name__)


async def contained(work: Awaitable[Any], attempt: object = None) -> Any:
    """A task that raises SystemExit or KeyboardInterrupt takes the whole loop with it.

    `attempt`: whose work it is, for the watchdog that reads the stack.
    """
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise left(error) from error


def left(error: BaseException) -> StepLeft:
    """Return the failure of a step that raised something other than an `Exception`."""
    if isinstance(error, SystemExit | KeyboardInterrupt):
        return StepLeft(f"The step tried to end the process ({type(error).__name__}).")
    if isinstance(error, asyncio.CancelledError):
        return StepLeft("The step was cancelled from within.")
    try:
        text = f": {error}" if str(error) else ""
    except BaseException:  # an author's __str__
        text = ""
    return StepLeft(f"The step raised {type(error).__name__}, which is not an Exception{text}")


def contain_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Keep the tasks that a step makes from ending the process; other tasks are not affected."""
    if loop.get_task_factory() is None:
        loop.set_task_factory(_make_task)


def _make_task(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> "asyncio.Task[Any]":
    if EXECUTING.get() is None:  # tasks of attempts inherit it
        return asyncio.Task(work, loop=loop, **options)
    task = asyncio.Task(contained(work), loop=loop, **options)
    # Cancelled before its first line, the work would be reported as never awaited.
    task.add_done_callback(lambda _: work.close())
    return task


def result_of(work: "asyncio.Future[Any]") -> Any:
    """Return the result, or raise an `Exception`: the engine would take any other exception as its own."""
    if work.cancelled():
        raise StepLeft("The step was cancelled from within.")
    error = work.exception()
    if error is None:
        return work.result()
    if isinstance(error, Exception):
        raise error
    raise left(error) from error


def clear_frames(error: BaseException) -> None:
    """Free what the functions that raised an error had in hand: frames and errors refer to each other.

    Otherwise a step's values stay until the next collection of garbage.
    """
    errors, cleared = [error], set[int]()
    while errors:
        error = errors.pop()
        cleared.add(id(error))
        traceback.clear_frames(error.__traceback__)
        chained = (error.__cause__, error.__context__)
        errors += [each for each in chained if each is not None and id(each) not in cleared]


def in_thread(call: Callable[[], Any], *, name: str) -> "asyncio.Future[Any]":
    """Run a function in a new daemon thread: a step that hangs must not keep the process from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    context, process = copy_context(), os.getpid()

    def settle(result: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        elif isinstance(error, StopIteration):
            future.set_exception(RuntimeError(f"the step raised StopIteration: {error}"))
        else:
            future.set_exception(error)

    def main(call: Callable[[], Any], settle: Callable[[Any, BaseException | None], None]) -> None:
        result, caught = None, None
        try:
            result = context.run(call)
        except BaseException as error:
            caught = error
        if os.getpid() != process:
            os._exit(0)  # a fork that came back from the step: what follows is done by the process it left
        try:
            loop.call_soon_threadsafe(settle, result, caught)
        except RuntimeError:  # the loop is gone
            log.debug("%s ended after the process had stopped waiting for it", name)
        del call, settle, result, caught  # an error refers to this frame, which nobody clears while it runs

    threading.Thread(target=main, args=(call, settle), name=name, daemon=True).start()
    return future
