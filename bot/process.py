"""How the process ends: on a signal, with a dead loop, or with a step that never returns."""

import asyncio
import logging
import os
import signal
import threading

log = logging.getLogger(__name__)
_HANDLER_INTERVAL = 0.5


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


def end_within(seconds: float, *, failed: bool) -> None:
    """End the process, also where a thread of a step never ends; everything that lasts is stored by then."""

    def end() -> None:
        log.warning("The process ends although a step is still executing")
        logging.shutdown()
        os._exit(1 if failed else 0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
