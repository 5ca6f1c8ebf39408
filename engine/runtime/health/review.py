"""The weekly review: what failed, how long that took, who was asked, and what is still open."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from engine.clock import Clock
from engine.errors import Altered, StoreBroken, StoreBusy
from engine.kernel.roles import is_private
from engine.model.people import ENGINE
from engine.runtime.process.background import Background
from engine.runtime.process.installation import StoredMapping
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.queries.review import FailedSpan
from engine.store.store import Store

log = logging.getLogger(__name__)

REVIEWED = "week.reviewed"
_WEEK = timedelta(days=7)
_HOUR = 9
"""Reviews are due on Mondays at this hour, UTC."""
_RETRY_INTERVAL = timedelta(minutes=5)
_MAX_WORKFLOWS = 20


class WeeklyReview:
    """Records a review each week. `channel`: where it goes; None: there is none.

    The channel may have any readers, so that workflows with `may_see` are left out.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        background: Background,
        channel: str | None,
    ) -> None:
        self._store, self._clock, self._workflows = store, clock, workflows
        self._background, self._channel = background, channel
        self._fact = StoredMapping(store, "review", clock)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._channel is not None and (self._task is None or self._task.done()):
            self._task = self._background.start(self._run, "the weekly review")

    async def _run(self) -> None:
        while True:
            try:
                await self._background.sleep_until(await self._review())
            except (Altered, StoreBusy, StoreBroken) as error:
                log.warning("The weekly review could not be made: %s", error)
                await self._background.sleep(_RETRY_INTERVAL)

    async def _review(self) -> datetime:
        """Record the review of the last week unless it was, and return when the next one is due."""
        due = last_monday(self._clock.now())
        reviewed = (await self._fact.read()).get("until")
        if reviewed is None or datetime.fromisoformat(reviewed) < due:
            week = await self._week(due) if reviewed is not None else None
            async with self._fact.changing() as change:
                change.mapping["until"] = due.isoformat()
                if week is not None:
                    change.record(REVIEWED, ENGINE, **week)
        return due + _WEEK

    async def _week(self, until: datetime) -> dict[str, Any]:
        since, found = until - _WEEK, []
        for compiled in self._workflows.all():
            definition = compiled.definition
            if is_private(definition):
                continue
            span = await self._store.read_at_length(
                queries.failed_span, definition.name, since, until, self._store.skip
            )
            if span.runs or span.open_failures:
                found.append({"name": definition.name, "title": definition.title, **_as_json(span)})
        found.sort(key=lambda each: (-each["runs"], each["name"]))
        return {
            "channel": self._channel,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "workflows": found[:_MAX_WORKFLOWS],
            "more": max(len(found) - _MAX_WORKFLOWS, 0),
        }


def last_monday(now: datetime) -> datetime:
    """Return the last moment at which a review was due."""
    today = now.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    due = today - timedelta(days=today.weekday())
    return due if due <= now else due - _WEEK


def _as_json(span: FailedSpan) -> dict[str, Any]:
    return {
        "runs": span.runs,
        "seconds": span.seconds,
        "steps": [[step, count] for step, count in span.steps],
        "asked": list(span.asked),
        "open_failures": span.open_failures,
        "open_approvals": span.open_approvals,
    }
