"""Sessions of Slack's agent view: one for each run that a person started in Slack, in its message's thread.

A session is `processing` while the run goes on, with Slack's stop button, `suspended` while people are
awaited, and `closed` at the end. A row of the outbox stands for each, and keeps what Slack was last told. To
set a status again changes nothing, so a call that may have been lost is repeated.

Source: docs.slack.dev/ai/agent-sessions.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.consumer import Consumer
from bot.outbox.projector import run_key
from bot.outbox.retrying import MAX_TRIES, problem_and_wait
from bot.slack.call_results import Ambiguous, CallResult, Rejected, Sent
from bot.slack.errors import TOKEN
from bot.slack.web_api import SlackApi
from engine import Altered, Clock, Delivery, Engine, EventRecord, RunDetail, UnknownRun, Wanted

log = logging.getLogger(__name__)
CONSUMER = "agent-sessions"
SET_STATUS = "agents.sessions.setStatus"
MAX_TITLE = 200
_KEPT_FOR = timedelta(minutes=50)
"""Slack ends `processing` after an hour, unless it is set again."""
_LOOK_AFTER, _MAX_LOOK_AFTER = timedelta(seconds=0.25), timedelta(minutes=1)
"""How soon a run without a message is looked at again."""
_TOLD_FOR = timedelta(hours=1)
"""A run that ended longer ago, and has no session yet, gets none."""
_BUSY = frozenset({"running", "retrying"})


def key_of(run_id: str) -> str:
    return f"session:{run_id}"


def status_of(detail: RunDetail) -> str:
    """Return Slack's word for the state of a run. Slack shows its stop button with `processing` alone."""
    if detail.run.ended_at is not None:
        return "closed"
    asked = any(request.state == "open" for request in detail.requests)
    busy = any(step.state in _BUSY for step in detail.steps)
    return "suspended" if detail.run.state == "paused" or (asked and not busy) else "processing"


class AgentSessions:
    """A consumer of the event log, which sets the status of each session when it changes."""

    def __init__(self, engine: Engine, api: SlackApi, clock: Clock) -> None:
        self._engine, self._api, self._clock = engine, api, clock
        self._consumer = Consumer(CONSUMER, engine, clock)
        self._everything = True
        """Set every status again that is not final: at the start, and after an error."""
        self._again = dict[str, datetime]()
        """By row whose status Slack waits for, whatever it was told: when to tell it."""

    async def resend(self, run_id: str) -> None:
        """Tell Slack the status again: after its stop button, Slack waits for one."""
        row = await self._engine.deliveries.get(key_of(run_id))
        if row is not None and row.state != "dead":
            self._again[row.key] = self._clock.now()
            self._consumer.noted.set()

    async def run(self) -> None:
        """Set statuses until cancelled."""
        await self._consumer.run(self._turn)

    async def _turn(self) -> tuple[int, datetime | None]:
        everything, self._everything = self._everything, True
        changed = set[str]()

        async def wanted(events: Sequence[EventRecord]) -> list[Wanted]:
            rows = await self._wanted(events)
            changed.update(row.key for row in rows)
            return rows

        cursor = await self._consumer.project(wanted)
        wake = await self._hand_out(changed, everything=everything)
        self._everything = False
        return cursor, wake

    async def _wanted(self, events: Sequence[EventRecord]) -> list[Wanted]:
        """Return the sessions that events concern: those of new runs, and those that there are."""
        begun = {
            event.run_id: event.actor.id
            for event in events
            if event.type == "run.created" and event.run_id and event.actor.source == "slack"
        }
        touched = {event.run_id for event in events if event.run_id} - begun.keys()
        known = await self._engine.deliveries.by_keys(key_of(run_id) for run_id in touched)
        wanted = [
            Wanted(key_of(run_id), "agent_session", run_id, {"run": run_id, "user": user})
            for run_id, user in begun.items()
        ]
        return wanted + [Wanted(row.key, row.kind, row.subject, row.target) for row in known.values()]

    async def _hand_out(self, changed: set[str], *, everything: bool) -> datetime | None:
        """Set the statuses that are due, and those that changed; return when the next one is due."""
        now, wakes = self._clock.now(), list[datetime | None]()
        deliveries = self._engine.deliveries
        again = {key for key, due in self._again.items() if due <= now}
        wakes += [due for due in self._again.values() if due > now]
        rows = await deliveries.by_keys(changed | again)
        for row in await deliveries.due(CONSUMER, now, longest_wait=2 * _KEPT_FOR):
            waits = row.not_before is not None and row.not_before > now
            if waits and not everything and row.key not in rows:
                wakes.append(row.not_before)
            else:
                rows[row.key] = row
        for row in rows.values():
            if (row.sent < row.wanted or row.key in again) and row.state != "dead":
                wakes.append(await self._set(row))
        return min(filter(None, wakes), default=None)

    async def _set(self, row: Delivery) -> datetime | None:
        """Set the status of one session, or return when to look at it again."""
        deliveries, now = self._engine.deliveries, self._clock.now()
        try:
            detail = await self._engine.detail(row.subject)
        except UnknownRun:  # it was deleted
            self._again.pop(row.key, None)
            await deliveries.sent(row.key, row.wanted, row.ref)
            return None
        except Altered as error:
            self._again.pop(row.key, None)
            await deliveries.dead(row.key, str(error)[:200])
            return None
        status, message = status_of(detail), await deliveries.get(run_key(row.subject))
        place = message.ref if message is not None else None
        ended = detail.run.ended_at
        late = _MAX_LOOK_AFTER if place is None else _TOLD_FOR
        if ended is not None and row.ref is None and now - ended > late:
            await deliveries.sent(row.key, row.wanted, None)
            return None
        if place is None:
            age = now - detail.run.created_at
            again = now + min(max(_LOOK_AFTER, age / 2), _MAX_LOOK_AFTER)
            await deliveries.later(row.key, again, "", ambiguous=False, refused=True)
            return again
        return await self._tell(row, detail, place, status)

    async def _tell(self, row: Delivery, detail: RunDetail, place: Any, status: str) -> datetime | None:
        now, deliveries = self._clock.now(), self._engine.deliveries
        known = row.ref or {}
        told = row.key not in self._again and (
            (known.get("channel"), known.get("thread"), known.get("status"))
            == (place["channel"], place["ts"], status)
        )  # fmt: skip
        since = datetime.fromisoformat(known["at"]) if told else now
        if not told or (status == "processing" and now >= since + _KEPT_FOR):
            self._again.pop(row.key, None)  # a press during the call sets it again
            await deliveries.begin(row.key)
            result = await self._call(row, detail, place, status)
            if not isinstance(result, Sent):
                return await self._failed(row, result)
            since = now
        ref = {"channel": place["channel"], "thread": place["ts"], "status": status, "at": since.isoformat()}
        if status != "processing":
            await deliveries.sent(row.key, row.wanted, ref)
            return None
        # It stays wanted, so that it is set again before Slack ends it.
        await deliveries.sent(row.key, row.wanted - 1, ref)
        await deliveries.later(row.key, since + _KEPT_FOR, "", ambiguous=False, refused=True)
        return since + _KEPT_FOR

    async def _call(self, row: Delivery, detail: RunDetail, place: Any, status: str) -> CallResult:
        arguments = {"channel_id": place["channel"], "thread_ts": place["ts"], "status": status}
        if row.ref is not None:
            return await self._api.write(SET_STATUS, arguments)
        # The title is the run's id alone: all people of the channel see it.
        arguments["title"] = detail.run.short[:MAX_TITLE]
        result = await self._api.write(SET_STATUS, {**arguments, "initiator_user_id": row.target["user"]})
        if isinstance(result, Rejected) and result.code not in TOKEN:
            # The person who started it may not be in the channel of its message.
            result = await self._api.write(SET_STATUS, arguments)
        return result

    async def _failed(self, row: Delivery, result: CallResult) -> datetime | None:
        why, wait = problem_and_wait(result, row.tries)
        final = isinstance(result, Rejected) and result.code not in TOKEN
        if final or row.tries + 1 >= MAX_TRIES:
            log.warning("the agent session of %s cannot be set: %s", row.subject, why)
            await self._engine.deliveries.dead(row.key, why)
            return None
        again = self._again[row.key] = self._clock.now() + wait
        await self._engine.deliveries.later(
            row.key, again, why, ambiguous=isinstance(result, Ambiguous), refused=True
        )
        return again
