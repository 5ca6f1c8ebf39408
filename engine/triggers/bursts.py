"""Bursts of facts: when no further fact has come for a while, one run starts with the newest input."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.compiler.compiled import Compiled
from engine.errors import OverlapSkipped, SignoffError, TooMany
from engine.model.definition.trigger_spec import WebhookSpec
from engine.model.people import Actor
from engine.model.records.change import Fired
from engine.store.queries.trigger_facts import TakenFact
from engine.store.store import Store
from engine.store.work import Stale
from engine.store.writes.trigger_facts import AlteredBurst
from engine.triggers.health import TriggerHealth
from engine.triggers.intake import StartRun
from engine.triggers.refusals import refused_event, skipped_event

log = logging.getLogger(__name__)

_LATER = timedelta(minutes=1)


class Bursts:
    """Starts the runs of bursts that are over."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        get: Callable[[str], Compiled | None],
        start: StartRun,
        health: TriggerHealth,
    ) -> None:
        self._store, self._clock, self._get, self._start = store, clock, get, start
        self._health = health
        self.left_alone: set[str] = set()
        """Names of bursts that another program changed."""

    async def end(self, burst: TakenFact, now: datetime) -> None:
        """Start the run of a burst. A fact that came meanwhile has moved its end, and nothing is lost.

        A burst that another program changed starts nothing, and stays as it is.
        """
        if burst.problem:
            error = AlteredBurst(burst.workflow, burst.key, burst.fact, burst.problem)
            log.error("%s", error)
            self.left_alone.add(error.subject)
            self._store.on_altered(error)
            return
        compiled = self._get(burst.workflow)
        if compiled is None or burst.due_at is None or burst.run_id is None:
            await self._refuse(burst, now, "Its workflow is not loaded.")
            return
        fired = Fired(burst.key, now, burst=(burst.fact, burst.due_at))
        try:
            _, new = await self._start(
                compiled, burst.run_id, burst.input, _actor(compiled, burst.key), fired
            )
            if not new:
                await self._store.forget_facts(burst.workflow, burst.key, [burst.fact])
        except Stale:
            log.debug("a fact has joined the burst %s of %s", burst.key, burst.workflow)
        except TooMany as error:
            later = now + (timedelta(seconds=error.retry_after) if error.retry_after else _LATER)
            await self._store.postpone(burst.workflow, burst.key, burst.fact, burst.due_at, later)
        except OverlapSkipped as error:
            await self._skip(burst, now, str(error))
        except SignoffError as error:
            await self._refuse(burst, now, str(error))

    async def _skip(self, burst: TakenFact, now: datetime, reason: str) -> None:
        log.info("%s: %s", burst.workflow, reason)
        event = skipped_event(burst.workflow, burst.key, reason, now)
        await self._store.drop_burst(burst.workflow, burst.key, burst.fact, event)
        await self._health.skipped(burst.workflow, burst.key)

    async def _refuse(self, burst: TakenFact, now: datetime, reason: str) -> None:
        log.error("%s could not be started by its trigger %s: %s", burst.workflow, burst.key, reason)
        event = refused_event(burst.workflow, burst.key, reason, now)
        await self._store.drop_burst(burst.workflow, burst.key, burst.fact, event)
        await self._health.refused(burst.workflow, burst.key, reason, is_told=True)


def _actor(compiled: Compiled, key: str) -> Actor:
    for spec in compiled.definition.triggers:
        if spec.key == key and isinstance(spec, WebhookSpec):
            return Actor("webhook", spec.name)
    return Actor("file", key)
