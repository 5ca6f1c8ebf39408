"""Cancels runs for people and programs."""

from functools import partial

from engine.errors import NotPossible, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.resilience.compensation import BEING_UNDONE
from engine.model.people import Actor
from engine.model.records.records import RunRecord
from engine.model.states import IllegalTransition
from engine.runtime.access.act_limits import reason_text
from engine.runtime.access.authorization import Authorization
from engine.runtime.queries.visibility import VisibleRuns
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store


class Cancellation:
    """Ends runs before their last step."""

    def __init__(
        self, store: Store, runs: LiveRuns, definitions: DefinitionCache, authorization: Authorization
    ) -> None:
        self._store, self._runs, self._definitions = store, runs, definitions
        self._authorization = authorization

    async def cancel(self, run_id: str, reason: str, actor: Actor, visible: VisibleRuns) -> RunRecord:
        """Stop the attempts and withdraw the requests of a run.

        `visible`: what the actor can see. Raises `UnknownRun`, `NotAllowed` and `NotPossible`.
        """
        run = await self._store.read(queries.run, run_id)
        if run is None or not await visible.sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        run = await self._runs.proven(run_id)
        definition, _ = await self._definitions.get(run.definition)
        await self._authorization.may_cancel(actor, run, definition)
        reason = reason_text(reason) or "cancelled by a person"
        cancel = partial(run_transitions.cancel, reason=reason)
        try:
            change = await self._runs.apply(run_id, cancel, actor=actor)
        except IllegalTransition:
            ended = await self._store.read(queries.run, run_id)
            if ended is None:
                raise NotPossible(f"{run.short} has already ended.") from None
            if ended.state == "compensating":
                raise NotPossible(
                    f"{run.short} is ending already: {BEING_UNDONE}. Its owner is asked if one cannot be."
                ) from None
            ended = await self._store.read(queries.explained, ended)
            raise NotPossible(f"{run.short} has already ended: it {ended.ending}.") from None
        return change.run
