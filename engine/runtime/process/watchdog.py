"""Watchdog: names the code that blocks the event loop.

A thread looks at the loop's stack while the loop does not beat. A blocked loop answers nobody, so the
finding is kept for a while and reported afterwards.
"""

import asyncio
import logging
import os
import sys
import sysconfig
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

log = logging.getLogger(__name__)

_BEAT_SECONDS = 0.25
BLOCKED_SECONDS = 1.0
"""The loop counts as blocked after so many seconds without a beat."""
WARNING_SECONDS = 900.0
DEAD_LOOKS_LIMIT = 480
"""The loop counts as dead after so many looks in a row without a beat, which take two minutes.

A suspended process does not look, so its loop does not count as dead when it wakes.
"""
_MAX_FRAMES = 200
"""Frames that are looked at from each end of the stack."""
_ENGINE = str(Path(__file__).resolve().parents[2]) + os.sep
"""Folder of the modules that call an author's code."""
_PROJECT = tuple(
    str(Path(__file__).resolve().parents[3] / package) + os.sep
    for package in ("bot", "engine", "localslack", "signoff")
)
"""Folders of Signoff itself."""
_SCRIPTS = tuple(
    str(Path(__file__).resolve().parents[3] / name) for name in ("signoff_command.py", "pytest_signoff.py")
)
"""Its files beside them."""
_STANDARD_LIBRARY = sysconfig.get_path("stdlib") + os.sep


@dataclass(frozen=True, slots=True)
class Blocker:
    """The code that blocked the loop.

    `step`: as `charge of pay-8f3k`, empty where no step executed. `where`: file, line and function.
    """

    step: str
    where: str

    def __str__(self) -> str:
        return f"{self.step} ({self.where})" if self.step else self.where


class Watch:
    """Decides from beats and looks whether the loop is blocked or dead, by any monotonic clock."""

    def __init__(
        self,
        now: Callable[[], float],
        stack: Callable[[], Blocker | None],
        dead: Callable[[str], None] | None = None,
    ) -> None:
        """`dead`: called once, with the text that names the blocker, when the loop is dead."""
        self._now, self._stack, self._dead = now, stack, dead
        self._looks = 0
        self._beat = now()
        self._blocker: Blocker | None = None
        self._last: tuple[float, float, Blocker | None] | None = None
        """The end of the last block, its length in seconds, and the blocker."""

    def start(self) -> None:
        """Expect beats from now on."""
        self._beat = self._now()

    def beat(self) -> None:
        """Note that the loop is alive. Called on the loop."""
        now = self._now()
        blocked, self._beat = now - self._beat, now
        if blocked >= BLOCKED_SECONDS:
            blocker, self._blocker = self._blocker, None
            self._last = now, blocked, blocker
            log.warning("%s", _block_text(blocked, blocker))
        self._blocker = None
        self._looks = 0

    def look(self) -> None:
        """Note the code that blocks the loop, once for each block. Called from another thread."""
        self._looks += 1
        if self._looks == DEAD_LOOKS_LIMIT and self._dead is not None:
            self._dead(_dead_text(self._blocker))
        if self._blocker is not None or self._now() - self._beat < BLOCKED_SECONDS:
            return
        blocker = self._blocker = self._stack()
        if blocker is not None:
            log.warning("The event loop is blocked by %s. Clicks get no answer meanwhile", blocker)

    @property
    def warning(self) -> str:
        """The text about the last block, for a quarter of an hour; usually empty."""
        if self._last is None:
            return ""
        ended, blocked, blocker = self._last
        ago = self._now() - ended
        return f"{_block_text(blocked, blocker)} It ended {ago:.0f} s ago." if ago < WARNING_SECONDS else ""


def _dead_text(blocker: Blocker | None) -> str:
    return (
        f"The event loop has been blocked for two minutes by {blocker or 'unknown code'}, so no click is "
        "answered and no step starts. The process ends so that it can be started again. This counts as a "
        "crash of the step."
    )


def _block_text(blocked: float, blocker: Blocker | None) -> str:
    who = str(blocker) if blocker else "code that ended before it could be named"
    remedy = " Await slow calls, or write the step as a plain function, which executes in a thread."
    return (
        f"The event loop was blocked for {blocked:.1f} s by {who}. Clicks got no answer meanwhile."
        f"{remedy if blocker and blocker.step else ''}"
    )


class Watchdog:
    """Watches the running loop from `start` to `close`, or until the loop is closed."""

    def __init__(self, dead: Callable[[str], None] | None = None) -> None:
        """`dead`: called from another thread when the loop is dead, unless a debugger has stopped it."""
        self._thread_id = threading.get_ident()
        self._dead = dead
        self._watch = Watch(time.monotonic, lambda: blocker_in(self._frame()), self._on_dead)
        self._ended = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._timer: asyncio.TimerHandle | None = None

    @property
    def warning(self) -> str:
        return self._watch.warning

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._watch.start()
        self._on_loop()
        threading.Thread(target=self._main, name="signoff-watchdog", daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        if self._timer is not None:
            self._timer.cancel()

    def _frame(self) -> FrameType | None:
        return sys._current_frames().get(self._thread_id)

    def _on_dead(self, why: str) -> None:
        if self._dead is not None and not _in_debugger(self._frame()):
            self._dead(why)

    def _on_loop(self) -> None:
        self._watch.beat()
        self._timer = self._loop.call_later(_BEAT_SECONDS, self._on_loop)

    def _main(self) -> None:
        # A program may end its loop and never close the engine on it.
        while not self._ended.wait(_BEAT_SECONDS) and not self._loop.is_closed():
            self._watch.look()


def blocker_in(frame: FrameType | None) -> Blocker | None:
    """Return the executing code, from the innermost frame of the loop's thread.

    A deep recursion has more frames than can be looked at: the innermost and the outermost ones are.
    """
    if frame is None:
        return None
    step, where = "", ""
    for each in _both_ends(frame):
        if not where and _is_an_authors(each.f_code.co_filename):
            where = _position(each)
        # Reading the locals of a frame copies them: of the authors' frames they are of no use.
        if not step and each.f_code.co_filename.startswith(_ENGINE):
            attempt: Any = each.f_locals.get("attempt")
            if hasattr(attempt, "node") and hasattr(attempt, "run_id"):
                step = f"{attempt.node.name} of {attempt.run_id}"
    return Blocker(step, where or _position(frame))


def _both_ends(innermost: FrameType) -> Iterator[FrameType]:
    """Yield frames from the innermost to the outermost, without those in the middle of a deep recursion."""
    frame: FrameType | None = innermost
    for _ in range(_MAX_FRAMES):
        if frame is None:
            return
        yield frame
        frame = frame.f_back
    outermost: deque[FrameType] = deque(maxlen=_MAX_FRAMES)
    while frame is not None:
        outermost.append(frame)
        frame = frame.f_back
    yield from outermost


def _position(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_qualname}"


def _in_debugger(frame: FrameType | None) -> bool:
    frames = _both_ends(frame) if frame is not None else ()
    return any(each.f_code.co_filename.endswith(("/bdb.py", "/pdb.py")) for each in frames)


def _is_an_authors(file: str) -> bool:
    """Return whether the file is an author's, and not a library's or the engine's."""
    return "site-packages" not in file and not file.startswith(("<", _STANDARD_LIBRARY, *_PROJECT, *_SCRIPTS))
