"""Asks the approvers of a gate before the rules of a canary promote its candidate.

The question is a run of the gate, whose id follows from the canary: it is asked once, also after a restart. A
canary names the digests of its candidate, so that what people were shown is what is promoted.
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Literal

from engine.errors import AlteredRun, UnknownRun
from engine.kernel import canary as rules_of
from engine.kernel import run_transitions
from engine.kernel.canary import CanaryVerdict
from engine.kernel.requests.quorum import decisions_for_outcome
from engine.model.people import Actor, effective_user_id
from engine.model.states import IllegalTransition
from engine.model.values.ids import derived_run_id
from engine.model.versions.canary import Canary, Tally
from engine.runtime.runs.admission import Admission
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)

_ACTS: Mapping[str, Literal["promote", "roll_back"]] = {"approved": "promote", "rejected": "roll_back"}


def question_id(canary: Canary) -> str:
    """Return the id of the run that asks whether to promote the candidate."""
    return derived_run_id(canary.ask, "canary", canary.workflow, canary.started_at.isoformat())


def _trigger(canary: Canary) -> str:
    """Return the trigger of the run that asks: a person who starts a run with its id cannot give it."""
    return f"canary:{canary.workflow}"


class CanaryQuestions:
    """Opens the question about a candidate, reads its answer and withdraws it."""

    def __init__(self, store: Store, runs: LiveRuns, admission: Admission) -> None:
        self._store, self._runs, self._admission = store, runs, admission

    async def asked(self, canary: Canary) -> str:
        """Return the id of the run that asks; empty where nobody was asked."""
        run = await self._store.read(queries.run, question_id(canary)) if canary.ask else None
        return run.id if run is not None and run.trigger == _trigger(canary) else ""

    async def verdict(self, canary: Canary, current: Tally, candidate: Tally) -> CanaryVerdict | None:
        """Ask the approvers once. Return what they decided; None while they have not, and if time ran out.

        Raises `UnknownWorkflow` where the gate is not loaded, and `AlteredRun`.
        """
        id_ = question_id(canary)
        snapshot = await self._store.proven(id_)
        if snapshot is None:
            question = rules_of.question(canary, current, candidate)
            starter = (canary.started_by,) if canary.started_by else ()
            await self._admission.start_question(canary.ask, id_, question, _trigger(canary), starter)
            return None
        if snapshot.run.trigger != _trigger(canary):
            log.warning(
                "%s asks something else, so its answer decides no canary of %s.", id_, canary.workflow
            )
            return None
        decided = [each for each in snapshot.requests.values() if each.outcome in _ACTS]
        if snapshot.run.ended_at is None or not decided:
            return None
        request = decided[-1]
        people = [effective_user_id(each.actor) for each in decisions_for_outcome(request, request.outcome)]
        by = f" by {', '.join(people)}" if people else ""
        return CanaryVerdict(_ACTS[request.outcome or ""], f"{request.outcome}{by} in {id_}")

    async def withdraw(self, canary: Canary, actor: Actor, reason: str) -> None:
        """Cancel the question if it is open."""
        if await self.asked(canary):
            with suppress(IllegalTransition, UnknownRun, AlteredRun):
                cancel = partial(run_transitions.cancel, reason=reason)
                await self._runs.apply(question_id(canary), cancel, actor=actor)
