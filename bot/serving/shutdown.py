"""How the process ends: on a signal, with a dead loop, or with a step that never returns."""

import asyncio
import faulthandler
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)
_HANDLER_INTERVAL = 0.5
_STUCK_SECONDS = 120.0
_PUT_OFF_INTERVAL = 0.25
"""Seconds: short, since many threads that have released the interpreter use up processor time together."""


class StopRequest:
    """The process was asked to end."""

    asked = False


def end_on_sigterm(ending: StopRequest, interval: float = _HANDLER_INTERVAL) -> None:
    """SIGTERM ends the task that runs now as Ctrl-C does: what it opened is closed.

    `interval`: seconds between two looks at the handler of SIGTERM.
    """
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.remove_signal_handler(signal.SIGTERM)  # the second one ends the process at once
        ending.asked = True
        task.cancel()

    def install() -> None:
        loop.add_signal_handler(signal.SIGTERM, end)
        loop.call_later(interval, keep, _handlers(loop))

    def keep(installed: tuple[object, object]) -> None:
        """A step, or a library that it uses, may replace the handler: nothing would end the process."""
        if ending.asked:
            return
        if not all(now is before for now, before in zip(_handlers(loop), installed, strict=True)):
            log.warning("A step replaced the handler of SIGTERM. Signoff has put its own back")
        install()

    install()


def _handlers(loop: asyncio.AbstractEventLoop) -> tuple[object, object]:
    """Return the handlers of SIGTERM: of the process, and of the loop, whose table has no public name."""
    return signal.getsignal(signal.SIGTERM), getattr(loop, "_signal_handlers", {}).get(signal.SIGTERM)


def end_dead(why: str) -> None:
    """End a process whose event loop is dead: it hears no signal any more."""
    log.error("%s", why)
    logging.shutdown()
    os._exit(1)


@contextmanager
def ending_when_stuck(seconds: float = _STUCK_SECONDS) -> Iterator[None]:
    """End the process, with the stack of each thread on stderr, once C code keeps all threads from going on.

    Such code does not release the interpreter, as a regular expression that never ends: no watchdog in
    Python gets its turn then. The kernel counts `seconds` of processor time, so a process that was
    suspended does not end when it wakes.
    """
    ended = threading.Event()

    def put_off() -> None:
        while not ended.wait(_PUT_OFF_INTERVAL):
            signal.setitimer(signal.ITIMER_PROF, seconds)

    if sys.__stderr__ is not None:  # else the process ends without the stacks
        faulthandler.register(signal.SIGPROF, sys.__stderr__, all_threads=True, chain=True)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    thread = threading.Thread(target=put_off, name="signoff-stuck", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.unregister(signal.SIGPROF)


def end_within(seconds: float, *, failed: bool) -> None:
    """End the process, also where a thread of a step never ends; everything that lasts is stored by then."""

    def end() -> None:
        log.warning("The process ends although a step is still executing")
        logging.shutdown()
        os._exit(1 if failed else 0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
