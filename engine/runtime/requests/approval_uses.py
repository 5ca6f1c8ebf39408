"""Uses of approvals: a program does once what people approved at a gate."""

from functools import partial

from engine.errors import NotPossible, UnknownRun
from engine.kernel.requests import approval_use
from engine.model.people import Actor
from engine.model.states import IllegalTransition
from engine.runtime.queries.visibility import VisibleRuns
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.store import Store


class ApprovalUses:
    """Records that an approval was used, once."""

    def __init__(self, store: Store, runs: LiveRuns) -> None:
        self._store, self._runs = store, runs

    async def use(self, run_id: str, key: str, actor: Actor, visible: VisibleRuns) -> None:
        """Use an approval, durably. The same key again is the same use.

        Raises `UnknownRun`, `AlteredRun`, and `NotPossible` if it was used before, is too old, or was not
        given.
        """
        run = await self._store.read(queries.run, run_id)
        if run is None or not await visible.sees(run):
            raise UnknownRun(f"There is no run {run_id}.")
        run = await self._runs.proven(run_id)
        if (run.actor.source, run.actor.id) != (actor.source, actor.id):
            raise NotPossible(f"{run.short} was asked by another program, which alone can use the answer.")
        try:
            await self._runs.apply(run.id, partial(approval_use.use, actor=actor, key=key), actor=actor)
        except IllegalTransition as refused:
            await self._store.reached()  # the use that came before may not be durable yet
            counted = await self._store.read(queries.signal, run.id, approval_use.USED)
            if counted is None or counted.payload != {"key": key}:
                raise NotPossible(str(refused)) from None
