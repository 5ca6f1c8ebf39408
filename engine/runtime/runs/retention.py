"""Retention: removes finished runs little by little, after the time that the operator sets.

Nothing brings a run back, so a clock that is ahead must not make runs old. Their age counts up to the newest
event before the start, and from then on by the monotonic clock.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from engine.clock import Clock
from engine.errors import StoreBroken
from engine.model.definition.trigger_spec import FactSpec, TriggerSpec
from engine.runtime.process.activity import Activity
from engine.steps.working_folders import remove_folder, runs_with_folders
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_SWEEP_INTERVAL = timedelta(hours=1)
_FACTS_AT_ONCE = 500
"""Facts that one transaction removes, so that other writes need not wait."""
_FOLDERS_AT_ONCE = 500
"""Folders whose runs are looked up in one query."""


class Retention:
    """Removes finished runs. `keep`: how long to keep them after their end; None: forever."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        activity: Activity,
        keep: timedelta | None,
        data_dir: Path,
        triggers: Callable[[], Iterable[tuple[str, TriggerSpec]]],
    ) -> None:
        """`data_dir`: has the working folders of runs. `triggers`: all of them, each with its workflow."""
        self._store, self._clock, self._activity, self._keep = store, clock, activity, keep
        self._data_dir, self._triggers = data_dir, triggers
        self._task: asyncio.Task[None] | None = None
        self._seen_at_start, self._started = clock.now(), clock.monotonic()

    async def look(self) -> None:
        """Note how far the log had come before this start."""
        newest = await self._store.read(queries.newest_moment)
        self._started = self._clock.monotonic()
        self._seen_at_start = newest or self._clock.now()

    def _now(self) -> datetime:
        steady = self._seen_at_start + timedelta(seconds=self._clock.monotonic() - self._started)
        return min(self._clock.now(), steady)

    def start(self) -> None:
        if self._keep is not None:
            self._task = asyncio.create_task(self._main(self._keep), name="signoff-retention")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def sweep(self, before: datetime) -> int:
        """Remove runs that ended before that moment; return their number. Other writes go in between."""
        pruned, position = 0, (0, "")
        while True:
            portion = await self._store.prune(before, self._clock.now(), position)
            pruned += portion.pruned
            if portion.next is None:
                await self._forget_facts(before)
                await self._remove_folders()
                return pruned
            position = portion.next

    async def _forget_facts(self, before: datetime) -> None:
        """Remove what triggers remember of facts, once no run of a fact is there and no window is open."""
        now = self._clock.now()
        for workflow, spec in self._triggers():
            if not isinstance(spec, FactSpec):
                continue
            until = min(before, now - timedelta(seconds=spec.dedup_within or 0))
            while await self._store.prune_facts(workflow, spec.key, until, _FACTS_AT_ONCE):
                pass

    async def _remove_folders(self) -> None:
        """Remove the working folders of runs that were removed, now or before a crash.

        A folder of a run that this database does not know stays: another one may share the data folder.
        """
        try:
            folders = await asyncio.to_thread(runs_with_folders, self._data_dir)
        except OSError as error:
            log.warning("the folders of removed runs stay: %s", error)
            return
        for first in range(0, len(folders), _FOLDERS_AT_ONCE):
            names = folders[first : first + _FOLDERS_AT_ONCE]
            for run_id in await self._store.read(queries.pruned_runs, names):
                try:
                    await asyncio.to_thread(remove_folder, self._data_dir, run_id)
                except (OSError, RecursionError) as error:
                    log.warning("the folder of the removed run %s stays: %s", run_id, error)

    async def _main(self, keep: timedelta) -> None:
        while True:
            try:
                with self._activity.busy():
                    pruned = await self.sweep(self._now() - keep)
            except StoreBroken:
                log.exception("finished runs could not be removed")
            else:
                if pruned:
                    log.info("%d runs that ended more than %s ago were removed", pruned, keep)
            await self._clock.sleep(_SWEEP_INTERVAL)
