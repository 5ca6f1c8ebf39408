"""Records what people are told about the health of workflows, once for each change."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from engine.clock import Clock
from engine.errors import Altered, StoreBroken, StoreBusy
from engine.kernel.objectives.findings import HealthChange, changes
from engine.kernel.resilience.alerts import quiet_until
from engine.model.definition.spec import AlertSpec, Definition
from engine.model.people import ENGINE
from engine.runtime.health.finder import HealthFinder
from engine.runtime.process.background import Background
from engine.runtime.process.installation import FactChange, StoredMapping
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store.store import Store

log = logging.getLogger(__name__)

LOOK_INTERVAL = timedelta(minutes=1)
CHANGED = "health.changed"


class HealthNews:
    """Looks every minute. What people were told is a fact of the installation: a restart repeats nothing."""

    def __init__(
        self,
        fact: StoredMapping,
        clock: Clock,
        workflows: WorkflowRegistry,
        finder: HealthFinder,
        background: Background,
    ) -> None:
        self._clock, self._workflows, self._finder, self._background = clock, workflows, finder, background
        self.fact = fact
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look every minute, as long as a loaded workflow has objectives."""
        if self._task is None or self._task.done():
            self._task = self._background.start(self._run, "the health of workflows")

    async def _run(self) -> None:
        while any(each.definition.objectives is not None for each in self._workflows.all()):
            await self._background.sleep(LOOK_INTERVAL)
            try:
                await self.look()
            except (Altered, StoreBusy, StoreBroken) as error:
                log.warning("The health of workflows could not be looked at: %s", error)

    async def look(self) -> None:
        """Compare what is wrong with what people were told, and record what is news."""
        now = self._clock.now()
        findings = await self._finder.find(now)
        told = await self.fact.read()
        if not findings and not told:
            return
        kept, _ = changes(told, findings, now)
        if kept == told:
            return
        async with self.fact.changing() as change:
            kept, news = changes(change.mapping, findings, now)
            change.mapping.clear()
            change.mapping.update(kept)
            for each in news:
                self._record(change, each, now)

    async def since(self, workflow: str) -> dict[str, datetime]:
        """Return since when each objective of a workflow is at risk or missed, as people were told."""
        try:
            told = await self.fact.read()
        except Altered as error:
            log.error("Since when objectives are missed is not known: %s", error)
            return {}
        return {
            each["about"]: datetime.fromisoformat(each["since"])
            for each in told.values()
            if each["workflow"] == workflow and each["kind"] == "objective"
        }

    def _record(self, change: FactChange, news: HealthChange, now: datetime) -> None:
        finding = news.finding
        definition = self._definition(finding.workflow)
        if definition is None:
            return  # its file is gone, and nobody waits for it
        change.record(
            CHANGED,
            ENGINE,
            workflow=finding.workflow,
            kind=finding.kind,
            about=finding.about,
            state=finding.state,
            before=news.before,
            since=news.since.isoformat(),
            found=dict(finding.data),
            title=definition.title,
            **_route(definition, finding.state, now),
        )

    def _definition(self, workflow: str) -> Definition | None:
        return next(
            (each.definition for each in self._workflows.all() if each.definition.name == workflow), None
        )


def _route(definition: Definition, state: str, now: datetime) -> dict[str, Any]:
    """Return the channels and people that are told: those of its alerts, else its channel or its owner."""
    severity = "high" if state == "missed" else "normal"
    spec = definition.alerts or AlertSpec()
    refs = spec.to.get(severity) or ([definition.channel] if definition.channel else [definition.owner])
    held = quiet_until(spec.model_copy(update={"severity": severity}), now, None)
    return {
        "channels": [ref for ref in refs if ref.startswith(("#", "C", "G"))],
        "people": [ref for ref in refs if not ref.startswith(("#", "C", "G"))],
        "held_until": held.isoformat() if held else None,
    }


def health_fact(store: Store, clock: Clock) -> StoredMapping:
    """Return the fact that keeps what people were told."""
    return StoredMapping(store, "health", clock, _move)


def _move(told: dict[str, Any], by: timedelta) -> None:
    """Move the moments by a jump of the machine's clock, so that each state lasts as long as before."""
    for stored in told.values():
        for name in ("since", "better"):
            if stored.get(name):
                stored[name] = (datetime.fromisoformat(stored[name]) + by).isoformat()
