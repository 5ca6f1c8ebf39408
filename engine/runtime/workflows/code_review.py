"""Reviews, when files were loaded, whether the code that runs under way need is there.

People are told before they approve something that could not execute afterwards: once for each step, since
what they were told is a fact of the installation.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from engine.clock import Clock
from engine.errors import Altered
from engine.kernel import missing_code
from engine.model.definition.spec import StepSpec
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.model.versions.missing_code import Lack, MissingCode
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_FACT = "code.missing"
MAX_STEPS = 100
"""Steps whose runs are counted; further ones are counted as steps alone."""
MAX_RUNS_NAMED = 5


class CodeReview:
    """`review` when files were loaded; `text` says what is missing now."""

    def __init__(
        self, store: Store, workflows: WorkflowRegistry, definitions: DefinitionCache, clock: Clock
    ) -> None:
        self._store, self._workflows, self._definitions = store, workflows, definitions
        self._clock, self._lock = clock, asyncio.Lock()
        self.missing: Sequence[MissingCode] = ()

    async def review(self) -> None:
        """Find what is missing, and record what people were not told yet."""
        async with self._lock:
            self.missing = await self._found()
            await self._record(self.missing)

    async def text(self) -> str:
        """Return what is missing, with the remedy; usually empty. Runs may have ended since the review."""
        if self.missing:
            await self.review()
        return missing_code.text(self.missing)

    async def _found(self) -> list[MissingCode]:
        lacking: dict[tuple[str, str, Lack], list[queries.RunVersion]] = {}
        for version in await self._store.read_at_length(queries.unfinished_versions):
            try:
                lacks = await self._lacks(version)
            except Altered as altered:  # its runs do not go on, and keep back nothing of the others
                self._store.skip(altered)
                continue
            for step, lack in lacks:
                lacking.setdefault((version.workflow, step, lack), []).append(version)
        found = [await self._counted(*key, versions) for key, versions in list(lacking.items())[:MAX_STEPS]]
        if len(lacking) > MAX_STEPS:
            log.warning("%d further steps are missing for runs under way", len(lacking) - MAX_STEPS)
        return [missing for missing in found if missing.runs]

    async def _lacks(self, version: queries.RunVersion) -> list[tuple[str, Lack]]:
        _, graph = await self._definitions.get(version.definition)
        steps = [node for name in graph.order if isinstance(node := graph.nodes[name], StepSpec)]
        if self._workflows.of_run(version) is None:
            return [("", self._workflows.lack(version, steps[0]))] if steps else []
        lacks = [(node.name, self._workflows.lack(version, node)) for node in steps]
        return [(step, lack) for step, lack in lacks if lack]

    async def _counted(
        self, workflow: str, step: str, lack: Lack, versions: Sequence[queries.RunVersion]
    ) -> MissingCode:
        runs, named = 0, list[str]()
        for version in versions:
            count, newest = await self._store.read_at_length(
                queries.runs_before, version, step, MAX_RUNS_NAMED
            )
            runs, named = runs + count, [*named, *newest]
        compiled = self._workflows.of_run(versions[0])
        file = Path(compiled.file).name if compiled and compiled.file else ""
        return MissingCode(workflow, step, lack, runs, tuple(named[:MAX_RUNS_NAMED]), file)

    async def _record(self, found: Sequence[MissingCode]) -> None:
        told = await self._store.fact(_FACT) or []
        keys = [missing.key for missing in found]
        if keys == told:
            return
        now, untold = self._clock.now(), missing_code.untold(found, told)
        events = [
            EventDraft("code.missing", now, ENGINE, data=_event_data(name, lacking))
            for name, lacking in untold.items()
        ]
        for lacking in untold.values():
            log.warning("%s", missing_code.text(lacking))
        restored = sorted({key[0] for key in told} - {key[0] for key in keys})
        events += [EventDraft("code.restored", now, ENGINE, data={"workflow": name}) for name in restored]
        await self._store.note(_FACT, keys or None, events or [EventDraft("code.reviewed", now, ENGINE)])


def _event_data(workflow: str, lacking: Sequence[MissingCode]) -> dict[str, object]:
    steps = [asdict(missing) for missing in lacking]
    return {"workflow": workflow, "steps": steps, "run": lacking[0].named[0]}
