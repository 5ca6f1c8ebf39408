"""The standard output and error of the process. A step may close them: Signoff opens them again."""

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

_NAMES = {"stdout": 1, "stderr": 2}


@dataclass(slots=True)
class _Stream:
    """One stream as it was at the start. `spare`: a copy of its file descriptor; -1 where it has none."""

    name: str
    number: int
    kept: TextIO | None
    spare: int
    owned: bool
    """True if the stream writes to that descriptor, so that it can be made again."""

    def restore_descriptor(self) -> bool:
        """Return whether it was closed and is open again. One that stands for another file stays as it is."""
        if self.spare < 0 or _is_open(self.number) or not _is_open(self.spare):
            return False
        os.dup2(self.spare, self.number)
        return True

    def restore_stream(self) -> bool:
        """Return whether the stream was closed or removed and is there again."""
        if _is_lost(self.kept) and self.owned and _is_open(self.number):
            closed, self.kept = self.kept, self._opened()
            for handler in logging.getLogger().handlers:
                if isinstance(handler, logging.StreamHandler) and handler.stream is closed:
                    handler.stream = self.kept  # its method would flush the closed one
        if _is_lost(self.kept) or not _is_lost(getattr(sys, self.name, None)):
            return False
        setattr(sys, self.name, self.kept)
        return True

    def _opened(self) -> TextIO:
        assert self.kept is not None
        encoding, errors = self.kept.encoding, self.kept.errors
        return open(self.number, "w", buffering=1, encoding=encoding, errors=errors, closefd=False)


class StandardStreams:
    """Both streams from `start` to `close`."""

    def __init__(self) -> None:
        self._streams: list[_Stream] = []

    def start(self) -> None:
        self._streams = [_stream(name, number) for name, number in _NAMES.items()]

    def close(self) -> None:
        for stream in self._streams:
            with contextlib.suppress(OSError):  # a step closed it
                os.close(stream.spare)
        self._streams = []

    def are_whole(self) -> bool:
        """Return whether no step has closed one. It is asked after every step, so it calls little.

        Of the calls that tell whether a descriptor is open, this one keeps the interpreter's lock.
        """
        for stream in self._streams:
            kept = stream.kept
            if kept is None:  # the process was started without it
                continue
            if kept.closed or sys.__dict__.get(stream.name) is not kept:
                return False
            try:
                if stream.spare >= 0:
                    os.get_inheritable(stream.number)
            except OSError:
                return False
        return True

    def lost(self) -> Iterator[str]:
        """Put back what a step closed or removed, and yield what it was."""
        for stream in self._streams:
            if stream.restore_descriptor():
                yield f"closed file descriptor {stream.number}. Signoff has opened it again"
            if stream.restore_stream():
                yield f"closed or removed sys.{stream.name}. Signoff has put it back"


def _stream(name: str, number: int) -> _Stream:
    kept: TextIO | None = getattr(sys, name)
    spare, owned = -1, False
    with contextlib.suppress(OSError):  # the process was started without it
        spare = os.dup(number)
    with contextlib.suppress(OSError, ValueError):
        owned = isinstance(kept, io.TextIOWrapper) and kept.fileno() == number
    return _Stream(name, number, kept, spare, owned)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _is_lost(stream: object) -> bool:
    """A step may put any object in place of a stream. One that cannot be written to is lost, too."""
    try:
        return not callable(getattr(stream, "write", None)) or bool(getattr(stream, "closed", False))
    except Exception:  # the object's own
        return True
