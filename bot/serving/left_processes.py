"""Processes that steps started and that outlived Signoff, as after `kill -9`. They are named, and left alone.

Every process inherits an environment variable that names the database and the life of Signoff. Linux tells
the environment of a user's processes. A process that was given another environment is not found.
"""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.terminal import printed
from engine.text import redacted

log = logging.getLogger(__name__)

_VARIABLE = "STARTED_BY_SIGNOFF"
_PROCESSES = Path("/proc")
_MAX_NAMED, _MAX_COMMAND_LENGTH = 10, 120


class LeftProcesses:
    """Those of earlier lives on a database, found at the start. `text` names the ones that still execute."""

    def __init__(self, database: Path) -> None:
        self._database = os.path.realpath(database)
        self._life = secrets.token_hex(8)
        self._found: list[int] = []

    @contextmanager
    def marking(self) -> Iterator[None]:
        """Look for processes of earlier lives, and mark those that this one starts."""
        self._found = [int(folder.name) for folder in _PROCESSES.glob("[0-9]*")]
        if text := self.text():
            log.warning("%s", text)
        os.environ[_VARIABLE] = f"{self._life}:{self._database}"
        try:
            yield
        finally:
            os.environ.pop(_VARIABLE, None)

    def text(self) -> str:
        """Say which still execute, and what to do; empty when none does."""
        # Signoff itself, where a step started it again.
        own = (os.getpid(), os.getppid())
        self._found = [process for process in self._found if process not in own and self._is_left(process)]
        if not self._found:
            return ""
        named = "; ".join(f"{process} ({_command(process)})" for process in self._found[:_MAX_NAMED])
        more = f"; and {len(self._found) - _MAX_NAMED} more" if len(self._found) > _MAX_NAMED else ""
        return (
            f"Processes that steps started before Signoff ended still execute: {named}{more}. Interrupted "
            "steps execute again beside them. End those that must not continue, with kill and the number."
        )

    def _is_left(self, process: int) -> bool:
        with suppress(OSError):
            for entry in (_PROCESSES / str(process) / "environ").read_bytes().split(b"\0"):
                name, _, value = os.fsdecode(entry).partition("=")
                life, _, database = value.partition(":")
                if name == _VARIABLE:
                    return database == self._database and life != self._life
        return False


def _command(process: int) -> str:
    try:
        words = (_PROCESSES / str(process) / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return "ended"
    line = printed(redacted(" ".join(os.fsdecode(word) for word in words)))
    return line if len(line) <= _MAX_COMMAND_LENGTH else f"{line[:_MAX_COMMAND_LENGTH]}…"
