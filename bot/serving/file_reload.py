"""Loads workflow files again when they change while the bot serves: all of them, or none."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.errors import ConfigError
from bot.settings.config import Settings
from bot.settings.engine_settings import LoadedWorkflows, engine_settings
from bot.slack.operator_messages import Operator
from bot.views.wording import icons
from bot.views.wording.text import safe
from engine import Clock, DefinitionErrors, Engine, SignoffError
from engine.text import count
from engine.waits import first_of

log = logging.getLogger(__name__)

SETTLE_INTERVAL = timedelta(seconds=0.5)
"""Files are read when nothing has changed for so long: an editor may still be writing."""
LOOK_INTERVAL = timedelta(seconds=10)
"""Time between two looks if the system reports no change, as network drives do not."""
_MAX_PROBLEMS = 10
EARLIER_STAY = "The changed workflow files cannot be loaded, so the earlier ones stay in use."


@dataclass(frozen=True, slots=True)
class FileState:
    """Size, time of change and inode of a file."""

    path: Path
    size: int
    modified_ns: int
    inode: int


Files = frozenset[FileState]


class Source(Protocol):
    """The workflow files. `at_start`: their states before they were first loaded."""

    @property
    def at_start(self) -> Files: ...

    def files(self) -> Files:
        """Return the states of all files of the workflows. Reads folders: call it from a thread."""

    def folders(self) -> list[Path]:
        """Return the folders to be watched."""

    def announce(self, text: str) -> None:
        """Say to the person at the terminal what was loaded."""

    def load_again(self) -> AbstractContextManager[LoadedWorkflows]:
        """Load the files from their source. If the body raises, the earlier modules are back.

        Raises `DefinitionErrors`.
        """


class _ChangedMeanwhile(Exception):
    """A file changed while it was read."""


class FileReload:
    """`run` it as a task. `problem`: why the newest files are not in use; usually empty."""

    def __init__(
        self,
        source: Source,
        settings: Settings,
        engine: Engine,
        operator: Operator,
        clock: Clock,
    ) -> None:
        self._source, self._settings, self._engine = source, settings, engine
        self._operator, self._clock = operator, clock
        self._seen = source.files()
        self._taken = self._seen if source.at_start <= self._seen else source.at_start
        self._changed = asyncio.Event()
        self.problem = ""

    async def run(self) -> None:
        """Until it is cancelled."""
        watch = asyncio.create_task(self._watch(), name="signoff-watch-workflows")
        try:
            while True:
                settled = await self._looked()
                await self._wait(LOOK_INTERVAL if settled else SETTLE_INTERVAL, wake=settled)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _looked(self) -> bool:
        try:
            return await self.look()
        except Exception:
            log.exception("The workflow files could not be looked at")
            await self._complain("Signoff could not read them. Its log says why.")
            return True

    async def look(self) -> bool:
        """Load the files if they changed and nobody writes them. Return whether the next look can wait."""
        files = await asyncio.to_thread(self._source.files)
        before, self._seen = self._seen, files
        if files == self._taken:
            return True
        if files != before or any(state.size == 0 for state in files - self._taken):
            return False  # an editor is writing; an empty file is one whose content is to come
        try:
            await self._load(files)
        except _ChangedMeanwhile:
            return False
        except (SignoffError, OSError) as error:  # not at once: each try executes the files
            await self._complain(str(error))
        return True

    async def _load(self, files: Files) -> None:
        try:
            with self._source.load_again() as loaded:
                chosen = await asyncio.to_thread(engine_settings, self._settings, loaded)
                workflows = [(found.workflow, str(found.file)) for found in loaded.workflows]
                prepared = self._engine.prepare(workflows, loaded.registry)
                if self._source.files() != files:
                    raise _ChangedMeanwhile
        except (DefinitionErrors, ConfigError) as error:
            self._taken = files
            await self._complain(problem_text(error))
            return
        governed = chosen.policies, chosen.policy_variables
        await self._engine.replace(prepared, chosen.variables, governed)
        now = await asyncio.to_thread(self._source.files)  # with the helpers that are imported now
        self._taken = now if files <= now else files
        await self._succeed(prepared.difference)

    async def _succeed(self, difference: Mapping[str, Sequence[str]]) -> None:
        told, self.problem = self.problem, ""
        said = [f"{what} {', '.join(names)}" for what, names in difference.items() if names]
        text = f"Workflow files were loaded again{': ' if said else ''}{'; '.join(said)}."
        self._source.announce(text)
        if told and not self._operator.withdraw("workflow files"):
            await self._operator.tell("workflow files", f"{icons.DONE} {safe(text, 1500)}")

    async def _complain(self, problem: str) -> None:
        if problem == self.problem:
            return
        self.problem = problem
        log.error("%s\n%s", EARLIER_STAY, problem)
        lines = [f"• {safe(line, 600)}" for line in problem.splitlines()]
        await self._operator.tell("workflow files", "\n".join([f"{icons.AT_RISK} {EARLIER_STAY}", *lines]))

    async def _wait(self, duration: timedelta, *, wake: bool) -> None:
        """Wait for that long. `wake`: or until the system tells of a change."""
        if not wake:
            await self._clock.sleep(duration)
            return
        await first_of(self._clock.sleep(duration), self._changed.wait())
        self._changed.clear()

    async def _watch(self) -> None:
        """Note that the system tells of a change; the regular looks find those of which it tells nothing."""
        # Imported here: only a process that loads files again needs it.
        from watchfiles import awatch  # noqa: PLC0415

        while True:
            folders = self._source.folders()
            try:
                async for _ in awatch(*folders, recursive=False, watch_filter=None, step=100):
                    self._changed.set()
                    if self._source.folders() != folders:
                        break
            except Exception as error:  # also at a name in a folder that is not UTF-8
                log.warning("%s cannot be watched (%s)", ", ".join(map(str, folders)), type(error).__name__)
                await self._clock.sleep(LOOK_INTERVAL)


def problem_text(error: DefinitionErrors | ConfigError) -> str:
    """Return a line for each problem, of the first ten, and how many more there are."""
    problems: Iterable[str] = str(error).splitlines()
    if isinstance(error, DefinitionErrors):
        problems = [str(each) for each in error.errors]
    lines = [" ".join(problem.split()) for problem in problems]
    more = [count(len(lines) - _MAX_PROBLEMS, "more problem")] if len(lines) > _MAX_PROBLEMS else []
    return "\n".join([*lines[:_MAX_PROBLEMS], *more])
