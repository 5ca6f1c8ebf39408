"""Mutes: the owner or the operator silences failures for a while. A request for approval is never muted."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine.clock import Clock
from engine.errors import Altered, NotPossible, UnknownRun
from engine.model.notices.mute import Mute, muting
from engine.model.people import ENGINE, Actor, identify
from engine.model.records.records import RunRecord
from engine.runtime.access.authorization import Authorization
from engine.runtime.process.background import Background
from engine.runtime.process.installation import FactChange, StoredMapping
from engine.runtime.queries.visibility import Visibility
from engine.runtime.settings import EngineSettings
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

MIN_MUTE, MAX_MUTE = timedelta(minutes=1), timedelta(days=7)


class Mutes:
    """Keeps mutes as a fact of the installation. Each ends by itself.

    Raises `UnknownRun`, `UnknownWorkflow`, `NotAllowed`, `NotPossible` and `PeopleUnavailable`.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        authorization: Authorization,
        visibility: Visibility,
        settings: EngineSettings,
        background: Background,
    ) -> None:
        self._store, self._clock, self._workflows, self._definitions = store, clock, workflows, definitions
        self._authorization, self._visibility, self._settings = authorization, visibility, settings
        self._background = background
        self.fact = StoredMapping(store, "mutes", clock, _move)
        self._timer: asyncio.Task[None] | None = None

    async def all(self) -> list[Mute]:
        """Return the mutes that hold now, by workflow. None do where another program changed them."""
        now = self._clock.now()
        try:
            stored = await self.fact.read()
        except Altered as error:
            log.error("No failure is muted: %s", error)
            return []
        return [mute for _, mute in sorted(_read(stored).items()) if now < mute.until]

    async def workflow(self, name: str, lasting: timedelta, *, actor: Actor) -> Mute:
        """Mute every failure of a workflow."""
        actor = await self._may_control(name, actor, "mute")
        return await self._mute(Mute(name, actor, *self._span(lasting)), actor)

    async def run(self, run_id: str, lasting: timedelta, *, actor: Actor) -> list[Mute]:
        """Mute the failures about which a run asks its owner."""
        run, actor = await self._run(run_id, actor, "mute")
        failures = await self._failures(run)
        if not failures:
            raise NotPossible(
                f"{run.short} has no failure that waits for a decision. "
                f"Mute its workflow instead: {run.workflow}."
            )
        return [await self._failure(request, lasting, actor) for request in failures]

    async def failure(self, request_id: str, lasting: timedelta, *, actor: Actor) -> Mute:
        """Mute one failure: the same error of the same step, in any run."""
        request = await self._store.read(queries.request, request_id)
        if request is None:
            raise NotPossible("This installation does not have this request.")
        _, actor = await self._run(request.run_id, actor, "mute")
        return await self._failure(request_id, lasting, actor)

    async def unmute_workflow(self, name: str, *, actor: Actor) -> int:
        """End every mute of a workflow and of its failures. Return how many there were."""
        actor = await self._may_control(name, actor, "unmute")
        return await self._end(lambda mute: mute.workflow == name, actor)

    async def unmute_run(self, run_id: str, *, actor: Actor) -> int:
        """End the mutes of the failures about which a run asks."""
        run, actor = await self._run(run_id, actor, "unmute")
        failures = [await self._of(request) for request in await self._failures(run)]
        keys = {mute.key for mute in failures if mute is not None}
        return await self._end(lambda mute: mute.key in keys, actor)

    async def unmute_failure(self, request_id: str, *, actor: Actor) -> int:
        """End what mutes one failure, also where its whole workflow is muted."""
        request = await self._store.read(queries.request, request_id)
        if request is None:
            raise NotPossible("This installation does not have this request.")
        _, actor = await self._run(request.run_id, actor, "unmute")
        mute = await self._of(request_id)
        return await self._end(lambda each: mute is not None and each.key == mute.key, actor)

    def start(self) -> None:
        """End those whose time is over, and go on to do so."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._background.start(self._await_end, "the end of mutes")

    async def _await_end(self) -> None:
        while ends := [mute.until for mute in _read(await self.fact.read()).values()]:
            await self._background.sleep_until(min(ends))
            await self._end_by_time()

    async def _end_by_time(self) -> None:
        now = self._clock.now()
        async with self.fact.changing() as change:
            for key, mute in _read(change.mapping).items():
                if mute.until <= now:
                    _remove(change, key, mute, ENGINE)

    async def _mute(self, mute: Mute, actor: Actor) -> Mute:
        async with self.fact.changing() as change:
            change.mapping[mute.key] = _stored(mute)
            change.record("failure.muted", actor, **_told(mute), until=mute.until.isoformat())
        self.start()
        return mute

    async def _failure(self, request_id: str, lasting: timedelta, actor: Actor) -> Mute:
        card = await self._store.read(queries.failure_card, request_id, 0)
        if card is None:
            raise NotPossible("This failure comes from an earlier release. Mute its workflow instead.")
        at, until = self._span(lasting)
        leader = card.leader
        mute = Mute(leader.workflow, actor, at, until, leader.step, card.likeness, leader.id)
        return await self._mute(mute, actor)

    async def _end(self, ends: Callable[[Mute], bool], actor: Actor) -> int:
        ended = 0
        async with self.fact.changing() as change:
            for key, mute in _read(change.mapping).items():
                if ends(mute):
                    _remove(change, key, mute, actor)
                    ended += 1
        if not ended:
            raise NotPossible("None of its failures is muted.")
        self.start()
        return ended

    async def _of(self, request_id: str) -> Mute | None:
        card = await self._store.read(queries.failure_card, request_id, 0)
        if card is None:
            return None
        return muting(await self.all(), card.leader.workflow, card.leader.step, card.likeness)

    async def _failures(self, run: RunRecord) -> Sequence[str]:
        requests = await self._store.read(queries.requests, "open", run.id, queries.EVERY)
        return [request.id for request in requests if request.kind == "failure"]

    def _span(self, lasting: timedelta) -> tuple[datetime, datetime]:
        if not MIN_MUTE <= lasting <= MAX_MUTE:
            raise NotPossible("A mute lasts from one minute to seven days. Write it like 2h.")
        now = self._clock.now()
        return now, now + lasting

    async def _may_control(self, name: str, actor: Actor, act: str) -> Actor:
        actor = identify(actor, self._settings.cli_users)
        definition = self._workflows.find(name).definition
        if not self._operates(actor):
            await self._authorization.may_operate(actor, definition, f"{act} {definition.name}")
        return actor

    async def _run(self, run_id: str, actor: Actor, act: str) -> tuple[RunRecord, Actor]:
        actor = identify(actor, self._settings.cli_users)
        run = await self._store.read(queries.run, run_id)
        if run is None or not await self._visibility.of(actor).sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        definition, _ = await self._definitions.get(run.definition)
        if not self._operates(actor):
            await self._authorization.may_operate(actor, definition, f"{act} failures of {definition.name}")
        return run, actor

    def _operates(self, actor: Actor) -> bool:
        operator = self._settings.operator
        return actor.source == "slack" and bool(operator) and actor.id == operator


def _read(stored: Mapping[str, Any]) -> dict[str, Mute]:
    return {
        key: Mute(
            value["workflow"],
            Actor(*value["by"]),
            datetime.fromisoformat(value["at"]),
            datetime.fromisoformat(value["until"]),
            value["step"],
            value["likeness"],
            value["request"],
        )
        for key, value in stored.items()
    }


def _stored(mute: Mute) -> dict[str, Any]:
    by = [mute.by.source, mute.by.id, mute.by.as_user]
    times = {"at": mute.at.isoformat(), "until": mute.until.isoformat()}
    return {**_told(mute), "likeness": mute.likeness, "by": by, **times}


def _told(mute: Mute) -> dict[str, Any]:
    return {"workflow": mute.workflow, "step": mute.step, "request": mute.request}


def _remove(change: FactChange, key: str, mute: Mute, actor: Actor) -> None:
    del change.mapping[key]
    change.record("failure.unmuted", actor, **_told(mute))


def _move(mutes: dict[str, Any], by: timedelta) -> None:
    """A mute lasts as long as it was given, whatever the machine's clock does."""
    for stored in mutes.values():
        for name in ("at", "until"):
            stored[name] = (datetime.fromisoformat(stored[name]) + by).isoformat()
