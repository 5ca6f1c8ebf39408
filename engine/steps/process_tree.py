"""The processes of a command: all that it started, also those that have another parent or session by now.

They are known by their session and, on Linux, by a variable in their environment. A process that clears its
environment and begins a session of its own is not found.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 0.6
"""Time from SIGTERM to SIGKILL. An attempt that takes a second is reported as one that does not stop."""
_ROUNDS = 10
"""Rounds of SIGKILL, for processes that fork others meanwhile."""
_PROC = Path("/proc")
MARK = "STEP_ID"
"""The variable: run and step, as in `nightly-1a2b3c.backup`."""


class ProcessTree:
    """The processes of one step of a run. `leader`: the process that began the session, while it is one."""

    def __init__(self, mark: str) -> None:
        self._mark = f"{MARK}={mark}".encode()
        self.leader: int | None = None

    def alive(self) -> list[int]:
        """Return the ids of its processes; without `/proc`, that of the group as a negative number."""
        if not _PROC.is_dir():
            return [-self.leader] if self.leader is not None and _send(-self.leader, 0) else []
        found = []
        for folder in _PROC.glob("[0-9]*"):
            with suppress(OSError, ValueError, IndexError):
                process = int(folder.name)
                if process != os.getpid() and self._has(process):
                    found.append(process)
        return found

    def _has(self, process: int) -> bool:
        # 4242 (a name (with brackets)) S parent group session ...
        state, _, _, session = (_PROC / f"{process}/stat").read_text().rpartition(")")[2].split()[:4]
        if state == "Z":
            return False
        if self.leader is not None and int(session) == self.leader:
            return True
        return self._mark in (_PROC / f"{process}/environ").read_bytes().split(b"\0")

    def send(self, number: signal.Signals) -> int:
        """Send a signal to all of them, once to each. Return how many there are."""
        processes = self.alive()
        if self.leader is not None:
            _send(-self.leader, number)  # also to those that the group forks meanwhile
        for process in processes:
            if not self._is_in_group(process):
                _send(process, number)
        return len(processes)

    def _is_in_group(self, process: int) -> bool:
        try:
            return process < 0 or os.getpgid(process) == self.leader
        except ProcessLookupError:
            return True

    def kill(self) -> int:
        """Send SIGKILL until none is left. Return how many there were at first."""
        first = left = self.send(signal.SIGKILL)
        for _ in range(_ROUNDS):
            if not left:
                break
            time.sleep(0.005)
            left = self.send(signal.SIGKILL)
        return first

    async def stop(self) -> int:
        """Send SIGTERM, and SIGKILL to those that go on. Return how many those were."""
        await _beside(lambda: self.send(signal.SIGTERM))
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and await _beside(lambda: len(self.alive())):
            await asyncio.sleep(0.02)
        return await _beside(self.kill)


def _send(process: int, number: int) -> bool:
    """Return whether it exists. A negative number is a group."""
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


async def _beside(work: Callable[[], int]) -> int:
    """Read `/proc` in a thread: there may be thousands of processes."""
    return await asyncio.to_thread(work)
