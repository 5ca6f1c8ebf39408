"""Due work: retries, reminders, expiries and schedules."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from engine import faults
from engine.errors import Altered, AlteredRun, UnknownRun
from engine.kernel import run_transitions
from engine.kernel.requests import claim, decision_transitions, escalation
from engine.kernel.resources import turns
from engine.kernel.shapes import waits
from engine.kernel.transition import Transition
from engine.model.records.change import Change, Wait
from engine.model.states import IllegalTransition
from engine.runtime.requests.approval_effects import ApprovalEffects
from engine.runtime.runs.child_runs import ChildRuns
from engine.runtime.runs.follow_up_runs import FollowUpRuns
from engine.runtime.runs.live_runs import LiveRuns
from engine.store import queries
from engine.store.queries.schedules import ScheduleState
from engine.store.store import Store
from engine.triggers.bursts import Bursts

log = logging.getLogger(__name__)

_MAX_PER_ROUND = 50
"""Limit of due items in one round of the event loop: each takes about 0.1 ms of it."""
_LOOK_AGAIN_INTERVAL = timedelta(seconds=5)
"""After a round in which nothing that is due could be read: without a pause it would not end."""


class DueWork:
    """Work of a due alarm. `fire` executes a due schedule and advances its row.

    `paused` names the workflows whose schedules do not fire.
    """

    def __init__(
        self,
        store: Store,
        runs: LiveRuns,
        effects: ApprovalEffects,
        fire: Callable[[ScheduleState, datetime], Awaitable[None]],
        children: ChildRuns,
        follow_ups: FollowUpRuns,
        bursts: Bursts,
        paused: Callable[[], Collection[str]],
        secrets: Collection[str],
    ) -> None:
        self._secrets = secrets
        self._store, self._runs, self._effects = store, runs, effects
        self._children, self._follow_ups = children, follow_ups
        self._fire, self._bursts, self._paused = fire, bursts, paused
        self._again_at: datetime | None = None
        """When to look again after rows that are due and cannot be read; None where all could be."""

    async def next_due(self) -> datetime | None:
        await self._runs.refill()  # time alone may have let steps have their resources
        due = await self._store.read(queries.next_due, self._left_alone(), self._paused())
        if due is not None and self._again_at is not None:
            due = max(due, self._again_at)
        return min(filter(None, (due, self._runs.next_moment())), default=None)

    async def ring(self, now: datetime) -> None:
        """A portion of what is due by `now`, so that a burst doesn't hold the loop.

        The rest is for the next call, by the time as it is then: were the clock set back meanwhile, what is
        put off by a while would be due again and again by this `now`.
        """
        unreadable: list[Altered] = []
        left_alone, paused = self._left_alone(), self._paused()
        limit = _MAX_PER_ROUND
        waits = await self._store.read(queries.due_waits, now, limit, left_alone, unreadable.append)
        await asyncio.gather(*(self._end(wait) for wait in waits))
        schedules = await self._store.read(queries.due_schedules, now, limit, paused, unreadable.append)
        await asyncio.gather(*(self._fire(schedule, now) for schedule in schedules))
        bursts = await self._store.due_bursts(now, _MAX_PER_ROUND, self._bursts.left_alone)
        await asyncio.gather(*(self._bursts.end(burst, now) for burst in bursts))
        for error in unreadable:
            self._store.skip(error)
        alone = unreadable and not (waits or schedules or bursts)
        self._again_at = now + _LOOK_AGAIN_INTERVAL if alone else None

    def _left_alone(self) -> set[str]:
        altered = {*self._runs.altered, *self._bursts.left_alone}
        return {*altered, *self._effects.under_way, *self._children.left_alone}

    async def _end(self, wait: Wait) -> None:
        faults.reach("wait.due")
        if wait.kind == "effect":
            self._effects.begin(wait)
            return
        try:
            await self._act(wait)
        except AlteredRun as reason:
            log.error("%s is left alone: %s", wait.id, reason)
        except (IllegalTransition, UnknownRun) as reason:
            log.info("nothing waits for %s any more: %s", wait.id, reason)
            await self._drop(wait)

    async def _act(self, wait: Wait) -> None:
        match wait.kind:
            case "child":
                await self._children.settle(wait)
            case "report":
                await self._children.report(wait)
            case "follow_up":
                await self._follow_ups.start(wait)
            case _:
                await self._runs.apply(wait.run_id, partial(_apply, wait, self._secrets))

    async def _drop(self, wait: Wait) -> None:
        """Remove a wait that something else ended: a row that is left must not ring again."""
        if not await self._store.read(queries.wait_exists, wait.id):
            return
        try:
            await self._runs.apply(wait.run_id, partial(_end, wait))
        except UnknownRun:
            await self._store.end_wait(wait.id)


def _end(wait: Wait, transition: Transition) -> Change:
    transition.end_wait(wait.kind, wait.id.removeprefix(f"{wait.kind}:"))
    return transition.finish()


def _apply(wait: Wait, secrets: Collection[str], transition: Transition) -> Change:
    if wait.kind == "retry":
        return run_transitions.retry(transition, wait.step)
    if wait.kind in ("sleep", "until", "signal"):
        if failure := waits.end_by_time(transition, wait.step):
            transition.give_up(wait.step, failure)
        return transition.finish()
    if wait.kind == "resource":
        return turns.time_out(transition, wait.step, secrets)
    request = transition.request(wait.request_id or "")
    if wait.kind == "expire":
        return decision_transitions.expire(transition, request)
    if wait.kind == "escalate":
        return escalation.escalate(transition, request)
    if wait.kind == "claim":
        return claim.end(transition, request, "timed_out")
    return escalation.remind(transition, request)
