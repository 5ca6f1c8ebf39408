"""Cleanup in a process that a step forks, so that it keeps nothing of the engine and does none of its work.

Without it the child would keep the lock on the database after the engine ends, and the connections. It would
pass its signals to the engine and, if forked on the event loop's thread, continue as a second engine.
"""

import asyncio
import os
import signal
import stat
import threading
import weakref
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path


class Forks:
    """Hook that cleans up in forks until `forget`. Create it on the event loop."""

    def __init__(self, files: Collection[Path]) -> None:
        """`files`: also closed in a fork, such as the database and its lock."""
        self._files = files
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._ended = False
        itself = weakref.ref(self)

        def in_child() -> None:
            forks = itself()
            if forks is not None:
                forks._let_go()

        os.register_at_fork(after_in_child=in_child)

    def forget(self) -> None:
        """Remove the hook: the engine has closed its files."""
        self._ended = True

    def _let_go(self) -> None:
        if self._ended:
            return
        on_loop = threading.get_ident() == self._thread
        if on_loop:
            with suppress(ValueError, OSError):
                signal.set_wakeup_fd(-1)
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        for descriptor in {*self._sockets(), *self._open_files()}:
            # Not closed: the number would be given to another file, and closed there with the object it had.
            with suppress(OSError):
                os.dup2(nothing, descriptor, inheritable=False)
        os.close(nothing)
        if on_loop:
            self._end_loop()

    def _sockets(self) -> Iterator[int]:
        selector = getattr(self._loop, "_selector", None)
        for descriptor in list(selector.get_map()) if selector is not None else ():
            with suppress(OSError, TypeError):
                if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                    yield descriptor

    def _open_files(self) -> Iterator[int]:
        ours = set()
        for file in self._files:
            with suppress(OSError):
                status = os.stat(file)
                ours.add((status.st_dev, status.st_ino))
        for name in os.listdir("/dev/fd"):
            with suppress(OSError):
                status = os.fstat(int(name))
                if (status.st_dev, status.st_ino) in ours:
                    yield int(name)

    def _end_loop(self) -> None:
        """End a fork that returns to the event loop, so that no other code of the engine executes in it."""
        for queue in ("_ready", "_scheduled"):
            getattr(self._loop, queue, []).clear()
        self._loop.call_soon(os._exit, 0)
