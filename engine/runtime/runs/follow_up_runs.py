"""Follow-up runs: each is started once, from the row that was recorded with the result of its step."""

import logging
from functools import partial

from engine import faults
from engine.errors import InvalidInput, NotPossible, UnknownWorkflow
from engine.kernel.shapes import follow_ups
from engine.kernel.transition import Transition
from engine.model.records.change import Change, Wait
from engine.model.records.records import RunRecord
from engine.model.runs.follow_up import FollowUp
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.live_runs import LiveRuns
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)


class FollowUpRuns:
    """Starts the runs that the results of steps asked for."""

    def __init__(
        self, store: Store, definitions: DefinitionCache, runs: LiveRuns, admission: Admission
    ) -> None:
        self._store, self._definitions, self._runs, self._admission = store, definitions, runs, admission

    async def start(self, wait: Wait) -> None:
        """Start one, or tell why it cannot start. Both can be repeated."""
        origin = await self._runs.proven(wait.run_id)
        follow_up = await self._store.read(queries.follow_up, wait.id.removeprefix("follow_up:"))
        assert follow_up is not None
        definition, _ = await self._definitions.get(origin.definition)
        trigger = follow_ups.trigger(follow_up)
        try:
            run = await self._admission.start_from_step(
                follow_up.workflow, follow_up.id, follow_up.input, origin, definition.channel, trigger
            )
        except (InvalidInput, NotPossible, UnknownWorkflow) as error:
            log.warning("%s does not follow %s: %s", follow_up.workflow, origin.id, error)
            await self._runs.apply(origin.id, partial(_refuse, follow_up, str(error)))
            return
        faults.reach("follow_up.started")
        await self._runs.apply(origin.id, partial(_started, follow_up, run))


def _started(follow_up: FollowUp, run: RunRecord, transition: Transition) -> Change:
    follow_ups.started(transition, follow_up, run)
    return transition.finish()


def _refuse(follow_up: FollowUp, reason: str, transition: Transition) -> Change:
    follow_ups.refuse(transition, follow_up, reason)
    return transition.finish()
