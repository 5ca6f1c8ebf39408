"""Reveals the personal data of a run to one person. Each reveal is an event before anybody reads a value."""

import asyncio
from collections.abc import Sequence
from functools import partial

import orjson

from engine.audit.personal_keys import PersonalKeys
from engine.errors import NotAllowed, NotPossible, PeopleUnavailable, PersonalKeyGone, UnknownRun
from engine.kernel import personal_reveal
from engine.model.definition.spec import Definition
from engine.model.people import Actor
from engine.model.records.personal_values import Door, PersonalValue, RevealedPage
from engine.model.records.records import RunRecord
from engine.runtime.access.act_limits import ActLimits, reason_text
from engine.runtime.access.authorization import Authorization
from engine.runtime.queries.visibility import Visibility
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

ERASED, UNREADABLE = "was erased", "cannot be read"


class PersonalReveals:
    """Opens sealed values for those who may read them: who sees the run, and is in `may_see_personal`.

    Raises `UnknownRun`, `NotAllowed`, `PeopleUnavailable`, `NotPossible`, `AlteredRun`, `TooMany`.
    """

    def __init__(
        self,
        store: Store,
        workflows: WorkflowRegistry,
        definitions: DefinitionCache,
        runs: LiveRuns,
        authorization: Authorization,
        visibility: Visibility,
        act_limits: ActLimits,
        keys: PersonalKeys,
    ) -> None:
        self._store, self._workflows, self._definitions, self._runs = store, workflows, definitions, runs
        self._authorization, self._visibility = authorization, visibility
        self._act_limits, self._keys = act_limits, keys

    async def offered(self, run_id: str, actor: Actor) -> bool:
        """Return whether the run has personal data that this person may read. Opens nothing.

        False where nobody can look that up. Raises `UnknownRun`.
        """
        run = await self._visible(run_id, actor)
        definitions = await self._of_now_and_then(run)
        if not all(personal_reveal.readers(definitions)):
            return False  # the usual case, in which nobody is looked up
        try:
            await self._authorization.may_reveal(actor, run, definitions)
        except (NotAllowed, PeopleUnavailable):
            return False
        snapshot = await self._store.read(queries.snapshot, run_id)
        if snapshot is None:
            return False
        records = {**snapshot.steps, **snapshot.elements}
        return any(True for _ in personal_reveal.sealed_fields(run, records))

    async def reveal(
        self, run_id: str, door: Door, *, actor: Actor, reason: str = "", after: int = 0
    ) -> RevealedPage:
        """Return the values after the first `after`, once it is recorded that this person reads them."""
        run = await self._visible(run_id, actor)
        await self._authorization.may_reveal(actor, run, await self._of_now_and_then(run))
        reason = reason_text(reason)
        if actor.source == "cli" and not reason.strip():
            raise NotPossible("Personal data is shown for a reason, which the log keeps. Add --reason TEXT.")
        # Counted before the records are read, so that nobody makes the process read without a bound.
        self._act_limits.count(actor, "reveals of personal data")
        snapshot = await self._runs.snapshot(run_id)
        records = {**snapshot.steps, **snapshot.elements}
        fields = list(personal_reveal.sealed_fields(snapshot.run, records))
        page = fields[after : after + personal_reveal.PAGE_SIZE]
        if not page:
            raise NotPossible(f"{run.short} has no {'further ' if after else ''}personal data.")
        values = await asyncio.to_thread(self._opened, page)
        opened = [each.field for each in values if not each.problem]
        erased = [each.field for each in values if each.problem == ERASED]
        build = partial(personal_reveal.record, opened=opened, erased=erased, door=door, reason=reason)
        try:
            await self._runs.apply(run_id, build, actor=actor)
        finally:
            self._runs.unload_at_rest(run_id)
        return RevealedPage(run.id, values, after, len(fields) - after - len(page))

    async def _visible(self, run_id: str, actor: Actor) -> RunRecord:
        run = await self._store.read(queries.run, run_id)
        if run is None or not await self._visibility.of(actor).sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        return run

    async def _of_now_and_then(self, run: RunRecord) -> list[Definition | None]:
        """Return the definition of the run, and that of its workflow as it is loaded now; None: it is not."""
        definition, _ = await self._definitions.get(run.definition)
        current = self._workflows.get(run.workflow)
        return [definition, current.definition if current is not None else None]

    def _opened(self, page: Sequence[tuple[str, str]]) -> tuple[PersonalValue, ...]:
        return tuple(self._open(field, sealed) for field, sealed in page)

    def _open(self, field: str, sealed: str) -> PersonalValue:
        try:
            return PersonalValue(field, orjson.loads(self._keys.open(sealed)))
        except PersonalKeyGone:
            return PersonalValue(field, problem=ERASED)
        except (NotPossible, orjson.JSONDecodeError):
            return PersonalValue(field, problem=UNREADABLE)
