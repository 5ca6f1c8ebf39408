"""Processes that a step started. They end when its attempt is stopped.

`subprocess` and `asyncio` announce each process before they start it, in the context of the code that asks,
so its attempt is known. Others are not known here: those of threads that a step has made, and
those started by `os.fork`, `os.posix_spawn` or `multiprocessing`.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

CHILDREN: ContextVar["Children | None"] = ContextVar("children", default=None)
"""Child processes of the attempt that executes in this context."""
_KILL_SECONDS = 1.0
"""Time from SIGTERM to SIGKILL."""


class Children:
    """The processes of one attempt."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[Any]] = []

    def note(self, process: "subprocess.Popen[Any]") -> None:
        self._started = [started for started in self._started if started.returncode is None]
        self._started.append(process)

    def end(self) -> None:
        """Send SIGTERM to processes that still execute, descendants included, and SIGKILL a second later."""
        alive = self.alive()
        if alive:
            _signal(alive, signal.SIGTERM)
            asyncio.get_running_loop().call_later(_KILL_SECONDS, self.kill)

    def kill(self) -> None:
        """Send SIGKILL."""
        _signal(self.alive(), signal.SIGKILL)

    def alive(self) -> list[int]:
        """Return the ids of the processes that still execute, descendants included."""
        own = [
            process.pid
            for process in self._started
            if process.returncode is None and getattr(process, "pid", None)
        ]
        return [*_descendants(own), *own] if own else []


def end_all(families: Collection[Children]) -> None:
    """End the processes of these attempts from a thread, because the event loop does not go on."""
    _signal([process for children in families for process in children.alive()], signal.SIGTERM)
    if any(children.alive() for children in families):
        time.sleep(_KILL_SECONDS)
        for children in families:
            children.kill()


@cache
def watch_children() -> None:
    """Let each attempt know the processes that it starts. Once for the process: such a hook stays."""
    sys.addaudithook(_announced)


def _announced(event: str, _: tuple[Any, ...]) -> None:
    if event != "subprocess.Popen" or (children := CHILDREN.get()) is None:
        return
    caller = sys._getframe(1).f_locals.get("self")
    if isinstance(caller, subprocess.Popen):
        children.note(caller)


def _signal(processes: Iterable[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def _descendants(roots: Iterable[int]) -> list[int]:
    """Return the descendants, on Linux only; processes with a new parent are not found."""
    descendants: list[int] = []
    parents = _parents()
    family = set(roots)
    while children := [
        process for process, parent in parents.items() if parent in family and process not in family
    ]:
        family.update(children)
        descendants += children
    return descendants[::-1]


def _parents() -> dict[int, int]:
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # 4242 (a name (with brackets)) S 17 ...
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    return parents
