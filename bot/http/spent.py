"""Names that count once: signatures of handled requests, and sessions that ended. Each lasts for a time.

They are kept beside a database file, or in a database on a server, where every process sees them.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import Callable
from pathlib import Path

from engine import Clock
from engine.private_files import make_file, make_folder
from engine.relay import SpentNames

log = logging.getLogger(__name__)

MOST = 20_000
"""Names in memory and in the file; beyond it the oldest one makes way."""
_LINE_BYTES = 100


class Spent:
    """Names in memory, in a file so that they survive a restart, and in rows that all processes share.

    A file or rows that cannot be used leave what is in memory; nothing can have an effect then that the
    database records.
    """

    def __init__(
        self, clock: Clock, file: Path | None = None, rows: Callable[[], SpentNames | None] = lambda: None
    ) -> None:
        self._clock, self._file, self._rows = clock, file, rows
        self._until: dict[str, float] = {}
        self._turn = asyncio.Lock()
        self._lines = 0
        self._is_read = file is None

    async def spend(self, name: str, seconds: float) -> bool:
        """Return whether the name is new; it counts for so many seconds from now."""
        key = _digest(name)
        async with self._turn:
            await self._read()
            if self._knows(key):
                return False
            self._keep(key, self._now() + seconds)
        await self._note(f"{self._until.get(key, 0.0):.0f} {key}\n")
        if (rows := self._rows()) is None:
            return True
        try:
            return await rows.spend(key, seconds)
        except OSError as error:
            log.warning("A request could not be noted for the other processes: %s", error)
            return True

    async def is_spent(self, name: str) -> bool:
        """Return whether the name was spent, here or by another process, and its time is not over."""
        key = _digest(name)
        async with self._turn:
            await self._read()
            if self._knows(key):
                return True
        try:
            return (rows := self._rows()) is not None and await rows.is_spent(key)
        except OSError as error:
            log.warning("It is unknown what other processes noted: %s", error)
            return False

    async def give_back(self, name: str) -> None:
        """Let a name count again: what it stood for had no effect."""
        key = _digest(name)
        self._until.pop(key, None)
        await self._note(f"0 {key}\n")
        if (rows := self._rows()) is not None:
            try:
                await rows.give_back(key)
            except OSError as error:
                log.warning("The other processes could not be told of a failure: %s", error)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _knows(self, key: str) -> bool:
        return self._until.get(key, 0.0) > self._now()

    def _keep(self, key: str, until: float) -> None:
        self._until.pop(key, None)
        self._until[key] = until
        if len(self._until) > MOST:
            now = self._now()
            self._until = {each: end for each, end in self._until.items() if end > now}
        while len(self._until) > MOST:
            del self._until[next(iter(self._until))]

    async def _read(self) -> None:
        """Take what an earlier process of this database kept, once."""
        if self._is_read or self._file is None:
            return
        self._is_read = True
        try:
            self._until |= await asyncio.to_thread(_read_lines, self._file, self._now())
            await asyncio.to_thread(_rewrite, self._file, dict(self._until))
        except OSError as error:
            log.warning("%s cannot be used (%s): requests handled before are not known", self._file, error)

    async def _note(self, line: str) -> None:
        if self._file is None:
            return
        async with self._turn:
            self._lines += 1
            try:
                if self._lines > MOST:
                    self._lines = 0
                    now = self._now()
                    kept = {each: end for each, end in self._until.items() if end > now}
                    await asyncio.to_thread(_rewrite, self._file, kept)
                else:
                    await asyncio.to_thread(_append, self._file, line)
            except OSError as error:
                log.warning("%s cannot be written: %s", self._file, error)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _append(file: Path, line: str) -> None:
    make_file(file)  # of this user alone, also where the file was deleted meanwhile
    with file.open("a", encoding="ascii") as writing:
        writing.write(line)
        writing.flush()
        os.fsync(writing.fileno())


def _read_lines(file: Path, now: float) -> dict[str, float]:
    """Return the names that still count. A line that a crash cut is left out."""
    try:
        with file.open("rb") as reading:
            text = reading.read(2 * MOST * _LINE_BYTES).decode("ascii", "replace")
    except FileNotFoundError:
        return {}
    found: dict[str, float] = {}
    for line in text.splitlines():
        until, _, key = line.partition(" ")
        if len(key) == 64 and until.isascii() and until.isdigit() and len(until) < 15:
            found[key] = float(until)
    return {key: until for key, until in found.items() if until > now}


def _rewrite(file: Path, names: dict[str, float]) -> None:
    make_folder(file.parent)
    draft = file.with_suffix(".new")
    make_file(draft)
    with draft.open("w", encoding="ascii") as writing:
        writing.writelines(f"{until:.0f} {key}\n" for key, until in names.items())
        writing.flush()
        os.fsync(writing.fileno())
    os.replace(draft, file)
