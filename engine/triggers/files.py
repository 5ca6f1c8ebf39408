"""Triggers of files: each file that has arrived in a folder and no longer changes starts one run.

A file is known by its path, its size and the time of its last change. Which ones were taken are rows, so that
files that arrived while no process ran are taken at the start, and no file is taken twice.
"""

import asyncio
import fnmatch
import logging
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.clock import Clock
from engine.errors import TooMany
from engine.kernel import facts
from engine.model.definition.trigger_spec import FileSpec
from engine.model.people import Actor
from engine.store import queries
from engine.store.store import Store
from engine.triggers.door import Door
from engine.triggers.fact import Fact

log = logging.getLogger(__name__)

LOOK_INTERVAL = timedelta(seconds=60)
"""Between two looks where the system tells of no change: network drives tell of none."""
_MAX_AT_ONCE = 50
_WATCH_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it stands. Two of one path that differ are two facts."""

    path: str
    size: int
    modified_ns: int

    @property
    def key(self) -> str:
        return f"{self.path}|{self.size}|{self.modified_ns}"

    @property
    def row(self) -> str:
        """The name by which the trigger's rows know it."""
        return facts.fact_name("file", self.key)

    def scope(self) -> dict[str, Any]:
        modified = _moment(self.modified_ns)
        path = Path(self.path)
        described = {
            "path": self.path,
            "name": path.name,
            "stem": path.stem,
            "folder": str(path.parent),
            "size": self.size,
            "modified_at": modified.isoformat(),
        }
        return {"file": described}


def _moment(ns: int) -> datetime:
    """Return the time of a change; a file may have one that no calendar has, which then is the last one."""
    try:
        return datetime.fromtimestamp(ns / 1e9, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC) if ns > 0 else datetime.min.replace(tzinfo=UTC)


class FileLook:
    """One trigger of files."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        door: Door,
        workflow: str,
        spec: FileSpec,
    ) -> None:
        self._store, self._clock, self._door, self._workflow, self._spec = store, clock, door, workflow, spec
        self._taken: set[str] = set()
        self._seen: dict[str, tuple[Arrival, datetime]] = {}
        """Files that are not taken yet, and since when they stand as they do."""
        self._problem = ""
        self._changed = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return f"{self._workflow} {self._spec.key}"

    async def begin(self) -> None:
        self._taken = await self._store.read(queries.taken_facts, self._workflow, self._spec.key)

    async def look(self) -> datetime:
        """Take what is settled; gives when the next file may be."""
        now = self._clock.now()
        if not await self._door.enabled(self._workflow, self._spec):
            return now + LOOK_INTERVAL  # files stay where they are, and are taken when it is on again
        try:
            arrivals = await asyncio.to_thread(arrived, self._spec.folder, self._spec.pattern)
        except OSError as error:
            self._complain(f"{self._spec.folder} cannot be read: {error.strerror}")
            problem = f"the folder cannot be read ({error.strerror})"
            await self._door.health.failing(self._workflow, self._spec, problem)
            return now + LOOK_INTERVAL
        settled = self._settled(arrivals, now)
        again = await self._take_settled(settled)
        # After a restart, files that a limit keeps waiting first have to settle again.
        if again is None and (settled or not self._seen):
            self._complain("")
            await self._door.health.reading(self._workflow, self._spec)
        await self._forget(arrivals)
        due = [since + self._settle for _, since in self._seen.values()]
        return min([*(each for each in due if each > now), again or now + LOOK_INTERVAL])

    async def stirred(self) -> None:
        """Return when the system tells of a change in the folder."""
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._watch_folder(), name=f"signoff-watch {self.name}")
        await self._changed.wait()
        self._changed.clear()

    async def end(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)

    async def _watch_folder(self) -> None:
        """Where the system tells of nothing, the regular looks find the files."""
        # Imported here: only triggers of files need it.
        from watchfiles import awatch  # noqa: PLC0415

        with suppress(OSError):
            while True:
                try:
                    async for _ in awatch(self._spec.folder, recursive=False, watch_filter=None, step=100):
                        self._changed.set()
                except OSError:
                    raise
                except Exception as error:  # a name that is not UTF-8 ends the watch
                    log.info("%s is watched again (%s)", self._spec.folder, type(error).__name__)
                await asyncio.sleep(_WATCH_PAUSE_SECONDS)
                # What changes before the next watch has begun is found by a look after that.
                asyncio.get_running_loop().call_later(_WATCH_PAUSE_SECONDS, self._changed.set)

    async def _take_settled(self, settled: Sequence[Arrival]) -> datetime | None:
        """Return when to try again where a limit keeps files from starting their runs."""
        for start in range(0, len(settled), _MAX_AT_ONCE):
            batch = settled[start : start + _MAX_AT_ONCE]
            problems = await asyncio.gather(*map(self._take, batch))
            for error in filter(None, problems):
                self._complain(str(error))
                moved = start > 0 or None in problems
                return await self._door.hold(self._workflow, self._spec, error, moved)
        return None

    @property
    def _settle(self) -> timedelta:
        return timedelta(seconds=self._spec.settle)

    def _settled(self, arrivals: Sequence[Arrival], now: datetime) -> list[Arrival]:
        before, self._seen = self._seen, {}
        settled = []
        for arrival in arrivals:
            if arrival.row in self._taken:
                continue
            last = before.get(arrival.path)
            since = last[1] if last is not None and last[0] == arrival and last[1] <= now else now
            self._seen[arrival.path] = (arrival, since)
            if last is not None and now - since >= self._settle:
                settled.append(arrival)
        return settled

    async def _take(self, arrival: Arrival) -> TooMany | None:
        """Return the limit that keeps the file from starting its run: it stays, and is tried again."""
        workflow, spec = self._workflow, self._spec
        fact = Fact(arrival.key, arrival.scope(), Actor("file", spec.key), row=arrival.row)
        try:
            noted = await self._door.observe(workflow, spec, fact, arrival.path)
        except TooMany as error:
            return error
        if not noted:
            await self._store.note_facts(workflow, spec.key, [arrival.row], self._clock.now())
        self._taken.add(arrival.row)
        del self._seen[arrival.path]
        return None

    async def _forget(self, arrivals: Sequence[Arrival]) -> None:
        """Drop the rows of files that are gone; their runs still say that they were taken."""
        gone = self._taken - {arrival.row for arrival in arrivals}
        gone = {row for row in gone if row.startswith("file:")}
        if gone:
            await self._store.forget_facts(self._workflow, self._spec.key, sorted(gone))
            self._taken -= gone

    def _complain(self, problem: str) -> None:
        """Once for each problem."""
        if problem and problem != self._problem:
            log.warning("%s waits: %s", self.name, problem)
        self._problem = problem


def arrived(folder: str, pattern: str) -> list[Arrival]:
    """The files of a folder, by name; hidden ones only where the pattern names them. Raises `OSError`.

    Symbolic links are left out: with one, a person who can write to the folder could choose any file.
    """
    arrivals = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") and not pattern.startswith("."):
                continue
            if not fnmatch.fnmatchcase(entry.name, pattern):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # it has gone meanwhile
                continue
            if stat.S_ISREG(found.st_mode):
                arrivals.append(Arrival(entry.path, found.st_size, found.st_mtime_ns))
    return sorted(arrivals, key=lambda arrival: arrival.path)
