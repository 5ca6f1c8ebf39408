"""Limits on reading a workflow file: it cannot run forever, and it cannot end the process."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

READING_SECONDS = 30.0
"""Limit for reading one file and its imports."""


class OutOfBounds(BaseException):
    """Reading a file took too long, or tried to end the process; its text ends a sentence.

    It derives from `BaseException`, so that no handler of the file catches it.
    """


@contextmanager
def bounded(seconds: float = READING_SECONDS) -> Iterator[None]:
    """Bound what is executed inside. The time is bounded in the main thread only, where signals arrive."""

    ends, reader, reading = os._exit, os.getpid(), True

    def end(status: int) -> NoReturn:
        # A module may keep this function, and a process that was forked may end itself.
        if reading and os.getpid() == reader:
            raise OutOfBounds(f"calls os._exit({status}), which would end the program")
        ends(status)

    os._exit = end
    try:
        with _timed(seconds):
            yield
    finally:
        os._exit, reading = ends, False


@contextmanager
def _timed(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def too_long(number: int, frame: FrameType | None) -> NoReturn:
        raise OutOfBounds(f"had not ended after {seconds:g} s")

    handler = signal.signal(signal.SIGALRM, too_long)
    left, again = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left, again)
        signal.signal(signal.SIGALRM, handler)
