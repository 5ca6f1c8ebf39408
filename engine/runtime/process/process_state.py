"""Put back what belongs to the whole process where a step, or a library that it uses, changed it."""

import asyncio
import logging
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from resource import RLIMIT_FSIZE, getrlimit
from types import SimpleNamespace
from typing import Any

from engine.runtime.process.standard_streams import StandardStreams

log = logging.getLogger(__name__)

_LOOK_INTERVAL = 1.0
"""Seconds between two looks while steps go on."""
_LIMITS = {
    "RLIMIT_FSIZE": "the size of a file that it may write",
    "RLIMIT_NOFILE": "the number of files that it may open",
    "RLIMIT_AS": "its memory",
    "RLIMIT_DATA": "its memory",
    "RLIMIT_CPU": "its processor time",
    "RLIMIT_NPROC": "the number of processes",
}
_NO_THREADS = SimpleNamespace(_default_executor=None, _executor_shutdown_called=False)


class ProcessState:
    """The state of the process from `start` to `close`. `executing`: names the steps that execute now."""

    def __init__(self, executing: Callable[[], str]) -> None:
        self._executing = executing
        self._timer: asyncio.TimerHandle | None = None
        self._limits: dict[str, tuple[int, int]] = {}
        self._streams = StandardStreams()
        self._path: list[str] = []
        self._loop: Any = None
        self._told: set[str] = set()

    def start(self) -> None:
        self._limits = {name: resource.getrlimit(getattr(resource, name)) for name in _LIMITS}
        self._streams.start()
        self._path = list(sys.path)
        loop = asyncio.get_running_loop()
        # The loop has no public name for its threads; where it has other names, nothing is lost.
        named = hasattr(loop, "_default_executor") and hasattr(loop, "_executor_shutdown_called")
        self._loop = loop if named else _NO_THREADS
        self._look()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self.restore()
            self._streams.close()

    def _look(self) -> None:
        self.restore()  # it never raises, else nobody would look again
        self._timer = asyncio.get_running_loop().call_later(_LOOK_INTERVAL, self._look)

    def restore_after_step(self) -> None:
        """Restore what would harm the next write or log line. The rest is looked at every second."""
        limits = self._limits
        if limits and (
            getrlimit(RLIMIT_FSIZE) != limits["RLIMIT_FSIZE"]
            or type(path := getattr(sys, "path", None)) is not list
            or not path
            or not self._streams.are_whole()
            or self._loop._executor_shutdown_called
            or ((executor := self._loop._default_executor) and executor._shutdown)
        ):
            self.restore()

    def restore(self) -> None:
        """Put back what was changed, then log what it was. It never raises: the step's end would be lost."""
        if not self._limits:
            return
        looks = (self._lowered_limits, self._streams.lost, self._lost_path, self._lost_threads)
        changes = [change for look in looks for change in self._seen(look)]
        for change in changes:  # only now, when log lines can be written again
            log.warning("A step, or a library that it uses, %s. Executing: %s", change, self._executing())

    def _seen(self, look: Callable[[], Iterable[str]]) -> list[str]:
        """A step may leave any object behind, also one that raises when it is looked at."""
        try:
            return list(look())
        except Exception as error:
            what = f"{look.__name__}: {type(error).__name__}"
            if what in self._told:
                return []
            self._told.add(what)
            return [f"changed the process so that Signoff cannot put it back ({what}). Restart Signoff"]

    def _lowered_limits(self) -> Iterator[str]:
        for name, (soft, hard) in self._limits.items():
            number = getattr(resource, name)
            now, highest = resource.getrlimit(number)
            if not _lower(now, soft):
                self._told.discard(name)
                continue
            try:
                resource.setrlimit(number, (soft, hard if _lower(highest, hard) else highest))
            except (OSError, ValueError):
                if name not in self._told:
                    self._told.add(name)
                    yield (
                        f"limited {_LIMITS[name]} for this process to {now} ({name}), and the system does "
                        "not let Signoff put it back. Restart Signoff, and set such limits in a child process"
                    )
            else:
                yield f"limited {_LIMITS[name]} for this process to {now} ({name}). Signoff has put it back"

    def _lost_path(self) -> Iterator[str]:
        path: object = getattr(sys, "path", None)
        entries = list(path) if isinstance(path, list | tuple) else []
        missing = [entry for entry in self._path if entry not in entries]
        added = [entry for entry in entries if entry not in self._path]
        if type(path) is not list:
            sys.path = [*self._path, *added]
            yield f"replaced sys.path by {type(path).__name__}. Signoff has put it back"
        elif missing:
            path[:] = [*self._path, *added]
            yield f"removed {', '.join(missing)} from sys.path. Signoff has put it back"

    def _lost_threads(self) -> Iterator[str]:
        """The threads in which the loop looks up addresses, and the engine reads and writes files."""
        executor = self._loop._default_executor
        if executor is not None and executor._shutdown:
            self._loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        elif not self._loop._executor_shutdown_called:
            return
        self._loop._executor_shutdown_called = False
        yield "shut down the threads of the event loop. Signoff has made new ones"


def _lower(limit: int, than: int) -> bool:
    if limit == resource.RLIM_INFINITY:
        return False
    return than == resource.RLIM_INFINITY or limit < than
