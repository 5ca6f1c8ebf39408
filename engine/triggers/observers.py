"""All observers of facts, started and stopped together."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


class Observer(Protocol):
    """A kind of trigger at work. It goes on from where it was when the process ended."""

    async def start(self) -> None: ...

    async def close(self) -> None: ...


@runtime_checkable
class LogReader(Protocol):
    """An observer of the event log."""

    def notice(self) -> None:
        """The event log grew."""


class Observers:
    """Starts them in order, and stops them in reverse."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers
        self._log_readers = [observer for observer in observers if isinstance(observer, LogReader)]

    async def start(self) -> None:
        for observer in self._observers:
            await observer.start()

    def notice(self) -> None:
        """The event log grew."""
        for observer in self._log_readers:
            observer.notice()

    async def close(self) -> None:
        for observer in reversed(self._observers):
            await observer.close()
