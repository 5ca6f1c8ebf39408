"""Completes custom steps of Workflow Builder once their run has ended, days and restarts later.

A row of the outbox stands for each step before its run exists, with the id of the execution and of the run.
It keeps neither a token nor an input. The bot's own token completes a step: the token of the event ends soon.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.consumer import Consumer
from bot.outbox.retrying import MAX_DELAY, MAX_TRIES, problem_and_wait
from bot.slack.call_results import Ambiguous, Rejected, Sent
from bot.slack.errors import TOKEN
from bot.slack.web_api import SlackApi
from bot.views.wording.text import safe
from engine import Actor, Altered, Clock, Delivery, Engine, UnknownRun, Wanted

log = logging.getLogger(__name__)
CONSUMER = "custom-steps"
_ENDS = frozenset({"run.succeeded", "run.failed", "run.cancelled"})
_OVER = frozenset({"execution_not_in_running_state", "function_execution_not_found"})
"""Slack's errors for a step that is complete, or was cancelled: there is nothing left to do."""
_LOST_AFTER = timedelta(minutes=15)
"""Slack sends an event again for some six minutes. A run that is missing later never began."""
_LOST = "Signoff was interrupted before the run started. Run the workflow again."
_CHANGED = "The run has ended, and its record cannot be shown to you. Ask the operator of Signoff."
_MAX_ERROR = 500


def key_of(execution: str) -> str:
    return f"step:{execution}"


class CustomSteps:
    """A consumer of the event log. Each step is completed once: with success only where nobody refused."""

    def __init__(self, engine: Engine, api: SlackApi, clock: Clock) -> None:
        self._engine, self._api, self._clock = engine, api, clock
        self._consumer = Consumer(CONSUMER, engine, clock)

    async def note(self, execution: str, user: str, run_id: str, *, asks: bool = False) -> None:
        """Keep that this execution waits for a run, which is about to start. `asks`: it is one of a gate."""
        until = self._clock.now() + _LOST_AFTER
        target = {"execution": execution, "user": user, "lost_at": until.isoformat(), "asks": asks}
        await self._want(Wanted(key_of(execution), "custom_step", run_id, target))

    async def refuse(self, execution: str, problem: str) -> None:
        """Fail a step whose run did not start, and say why."""
        target = {"execution": execution, "problem": problem}
        await self._want(Wanted(key_of(execution), "custom_step", "", target))
        # It may have been put off while its run was looked for.
        await self._engine.deliveries.later(key_of(execution), self._clock.now(), "", ambiguous=False)
        self._consumer.noted.set()

    async def begun(self, execution: str) -> bool:
        """Return whether the run of this execution exists, or the step has failed.

        Slack repeats its events.
        """
        known = await self._engine.deliveries.get(key_of(execution))
        if known is None:
            return False
        if known.target.get("problem") or known.sent >= known.wanted or known.state == "dead":
            return True
        try:
            await self._engine.find_run(known.subject)
        except UnknownRun:
            return False
        return True

    async def _want(self, wanted: Wanted) -> None:
        await self._consumer.begin()
        await self._engine.deliveries.advance(CONSUMER, 0, [wanted])
        self._consumer.noted.set()

    async def run(self, *, takes_more: bool) -> None:
        """Complete steps until cancelled. Without `takes_more`: those that began while the setting was on."""
        await self._consumer.run(self._turn, begins=takes_more)

    async def _turn(self) -> tuple[int, datetime | None]:
        """Complete what can be. The place moves afterwards, so that a crash forgets no run that ended."""
        cursor, ended = await self._ended_since()
        wake = await self._hand_out(ended)
        await self._engine.deliveries.advance(CONSUMER, cursor, [])
        return cursor, wake

    async def _ended_since(self) -> tuple[int, set[str]]:
        """Return the place in the log, and the runs that ended since the last time."""
        ended: set[str] = set()
        cursor = await self._engine.deliveries.cursor(CONSUMER)
        while events := await self._engine.events.read(cursor):
            cursor = events[-1].seq
            ended |= {event.run_id for event in events if event.type in _ENDS and event.run_id}
        return cursor, ended

    async def _hand_out(self, ended: set[str]) -> Any:
        """Complete the steps that can be; return when the next one is due."""
        now, wakes = self._clock.now(), []
        deliveries = self._engine.deliveries
        for run_id in ended:
            for delivery in await deliveries.find(subject=run_id, kind="custom_step"):
                if delivery.sent < delivery.wanted and delivery.state != "dead":
                    await self._complete(delivery)
        for delivery in await deliveries.due(CONSUMER, now, longest_wait=2 * MAX_DELAY):
            if delivery.not_before is not None and delivery.not_before > now:
                wakes.append(delivery.not_before)
            elif wake := await self._complete(delivery):
                wakes.append(wake)
        return min(wakes, default=None)

    async def _complete(self, delivery: Delivery) -> Any:
        """Complete one step, or say when to look at it again."""
        call = await self._call_for(delivery)
        deliveries = self._engine.deliveries
        if call is None:
            known = await deliveries.get(delivery.key)
            if known is not None and known.target != delivery.target:  # its run was refused meanwhile
                return self._clock.now()
            again = self._clock.now() + _LOST_AFTER
            # Those that wait for their run hold up no other one.
            await deliveries.later(delivery.key, again, "", ambiguous=False, refused=True)
            return again
        method, arguments = call
        await deliveries.begin(delivery.key)
        result = await self._api.write(method, arguments)
        if isinstance(result, Sent) or (isinstance(result, Rejected) and result.code in _OVER):
            await deliveries.sent(delivery.key, delivery.wanted, None)
            return None
        why, wait = problem_and_wait(result, delivery.tries)
        final = isinstance(result, Rejected) and result.code not in TOKEN
        if final or delivery.tries + 1 >= MAX_TRIES:
            log.error("the custom step %s cannot be completed: %s", delivery.key, why)
            await deliveries.dead(delivery.key, why)
            return None
        again = self._clock.now() + wait
        await deliveries.later(delivery.key, again, why, ambiguous=isinstance(result, Ambiguous))
        return again

    async def _call_for(self, delivery: Delivery) -> tuple[str, Mapping[str, Any]] | None:
        """Return the call that completes a step; None while its run goes on, or may still begin."""
        target = delivery.target
        if problem := target.get("problem"):
            return _failure(target, problem)
        try:
            run = await self._engine.find_run(delivery.subject)
        except UnknownRun:
            lost = self._clock.now().isoformat() >= target["lost_at"]
            return _failure(target, _LOST) if lost else None
        except Altered:
            return _failure(target, _CHANGED)
        return None if run.ended_at is None else await self._ended(target, run.id)

    async def _ended(self, target: Mapping[str, Any], run_id: str) -> tuple[str, Mapping[str, Any]]:
        """Return the call for a run that ended: its person learns what they may see of it."""
        try:
            detail = await self._engine.seen_by(Actor("slack", target["user"])).detail(run_id)
        except (UnknownRun, Altered):
            return _failure(target, _CHANGED)
        run = detail.run
        requests = [each for each in detail.requests if target.get("asks") and each.kind == "approval"]
        state = next((each.outcome or "" for each in requests), "") if target.get("asks") else run.state
        if state in ("approved", "succeeded") and run.state == "succeeded" and not run.refusal:
            outputs = {"run": run.id, "state": state}
            arguments = {"function_execution_id": target["execution"], "outputs": outputs}
            return "functions.completeSuccess", arguments
        return _failure(target, f"{run.short} {run.ending}.")


def _failure(target: Mapping[str, Any], problem: str) -> tuple[str, Mapping[str, Any]]:
    arguments = {"function_execution_id": target["execution"], "error": safe(problem, _MAX_ERROR)}
    return "functions.completeError", arguments
