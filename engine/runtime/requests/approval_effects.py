"""Lets a revocable approval take effect, after checking once more that its approvers may still decide."""

import logging
from datetime import timedelta
from functools import partial

from engine.clock import Clock
from engine.errors import AlteredRun, PeopleUnavailable, UnknownRun
from engine.kernel.requests import decision_transitions, request_transitions
from engine.kernel.requests.quorum import Rosters
from engine.kernel.requests.window import has_ended
from engine.kernel.transition import Transition
from engine.model.records.change import Change, Wait
from engine.model.records.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.runtime.process.background import Background
from engine.runtime.requests.departures import Departures, Lost
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.store import Store

log = logging.getLogger(__name__)
_RETRY_INTERVAL = timedelta(seconds=5)


class ApprovalEffects:
    """Ends revocation windows in the background, so that a silent people's source cannot block the alarm."""

    def __init__(
        self, store: Store, runs: LiveRuns, departures: Departures, background: Background, clock: Clock
    ) -> None:
        self._store, self._runs, self._departures = store, runs, departures
        self._background, self._clock = background, clock
        self.under_way: set[str] = set()
        """Ids of the waits that are being ended."""

    def begin(self, wait: Wait) -> None:
        """End a wait that is due. While people cannot be looked up, the approval stays revocable."""
        if wait.id in self.under_way:
            return
        self.under_way.add(wait.id)
        task = self._background.start(partial(self._end, wait), f"whether {wait.request_id} takes effect")
        task.add_done_callback(lambda _: self.under_way.discard(wait.id))

    async def _end(self, wait: Wait) -> None:
        try:
            while not await self._try_to_end(wait):
                await self._background.sleep(_RETRY_INTERVAL)
        except PeopleUnavailable as error:
            await self._report_delay(wait, str(error))
            raise
        except (AlteredRun, UnknownRun) as reason:
            log.error("%s is left alone: %s", wait.id, reason)
        except Exception:
            log.exception("%s could not be ended; trying again shortly", wait.id)
            await self._background.sleep(_RETRY_INTERVAL)

    async def _try_to_end(self, wait: Wait) -> bool:
        """End the wait. False if the request changed while its approvers were looked up."""
        request = await self._runs.load_request(wait.request_id or "")
        if request is None or request.state != "held":
            await self._runs.apply(wait.run_id, partial(_drop, wait))
            return True
        if has_ended(request.policy, self._clock.now()):
            await self._runs.apply(wait.run_id, partial(_lapse, request))
            return True
        try:
            lost, rosters = await self._departures.of_approved(request)
        except PeopleUnavailable:
            self._runs.unload_at_rest(wait.run_id)
            raise
        try:
            await self._runs.apply(wait.run_id, partial(_take_effect, request, lost, rosters))
        except IllegalTransition as reason:
            log.info("%s is looked at again: %s", wait.id, reason)
            return False
        return True

    async def _report_delay(self, wait: Wait, why: str) -> None:
        """Record the delay once in the run's log, and so in the thread of the request."""
        events = await self._store.read(queries.events_of_run, wait.run_id)
        ours = [event.type for event in events if event.request_id == wait.request_id]
        since = ours[::-1].index("request.held") if "request.held" in ours else len(ours)
        if "request.effect_delayed" not in ours[len(ours) - since :]:
            await self._runs.apply(wait.run_id, partial(_delayed, wait, why))


def _drop(wait: Wait, transition: Transition) -> Change:
    transition.end_wait(wait.kind, wait.id.removeprefix(f"{wait.kind}:"))
    return transition.finish()


def _lapse(seen: RequestRecord, transition: Transition) -> Change:
    """Let an approval expire unused, whose window has ended. Its approvers need not be looked up."""
    return decision_transitions.lapse(transition, transition.request(seen.id))


def _take_effect(seen: RequestRecord, lost: Lost, rosters: Rosters | None, transition: Transition) -> Change:
    request = transition.request(seen.id)
    if request.version != seen.version:
        raise IllegalTransition("the request has changed meanwhile")
    return request_transitions.end_revocation(transition, request, lost, rosters)


def _delayed(wait: Wait, why: str, transition: Transition) -> Change:
    return request_transitions.delay_effect(transition, transition.request(wait.request_id or ""), why)
