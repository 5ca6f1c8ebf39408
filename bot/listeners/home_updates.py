"""Publishes the Home again for people who have it open, when something that concerns them happened."""

import logging
from collections.abc import Iterable
from datetime import timedelta

from bot.listeners import home
from bot.listeners.context import Context
from bot.slack.call_results import Ambiguous, Limited, Unreached
from engine import (
    Actor,
    EventRecord,
    Group,
    PeopleUnavailable,
    RunDetail,
    UnknownPeople,
    UnknownRun,
    is_group,
)

log = logging.getLogger(__name__)

PUBLISH_INTERVAL = timedelta(seconds=3)
"""Between two rounds, in each of which a person's Home is published once at most."""
_PAGE_SIZE, _MAX_PAGES = 500, 10
MAX_RUNS = 100
"""Runs that one round looks at for the people they concern; more of them concern everybody."""
_SHOWN = ("run.", "request.")
"""Beginnings of the types of events of runs that change what a Home shows."""
_FOR_EVERYBODY = frozenset({
    "workflow.paused", "workflow.resumed", "failure.muted", "failure.unmuted",
    "schedule.enabled", "schedule.disabled", "schedule.slowed", "schedule.restored",
    "trigger.failing", "trigger.restored", "code.loaded", "code.missing", "code.restored",
    "person.away", "person.back",
})  # fmt: skip
"""Types of events without a run that may change any Home. They are rare."""


class HomeUpdates:
    """Follows the log while somebody has a Home open."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._cursor: int | None = None
        """None: nobody had a Home open, so the log was not followed."""
        self._due: dict[str, None] = {}

    async def follow(self) -> None:
        """Follow the log until cancelled. Homes that were open before a restart are published first."""
        await self._restore()
        while True:
            await self._context.open_homes.wait()
            try:
                await self._round()
            except Exception:
                log.exception("Homes could not be published again")
            await self._context.clock.sleep(PUBLISH_INTERVAL)

    async def _restore(self) -> None:
        context = self._context
        if context.kept_homes is not None:
            ages = await context.kept_homes.read(context.clock.now())
            context.open_homes.restore(ages, context.clock.monotonic())

    async def _round(self) -> None:
        context = self._context
        people = context.open_homes.people(context.clock.monotonic())
        if not people:
            self._cursor = None
            return
        if self._cursor is None:
            # What happened between the first opening and now, the Home may not show.
            self._cursor = await context.engine.events.newest()
            self._due |= dict.fromkeys(people)
        elif not self._due:
            await context.engine.events.wait(self._cursor)
        self._due |= dict.fromkeys(await self._concerned(people))
        await self._publish(set(people))

    async def _publish(self, people: set[str]) -> None:
        context = self._context
        for user in list(self._due):
            if user in people:
                outcome = await home.publish(context, user)
                if isinstance(outcome, Limited):
                    await context.clock.sleep(timedelta(seconds=outcome.seconds))
                    return
                if isinstance(outcome, Unreached | Ambiguous):
                    self._due[user] = self._due.pop(user)  # the last one of the next round
                    return
            del self._due[user]

    async def _concerned(self, people: list[str]) -> Iterable[str]:
        assert self._cursor is not None
        events: list[EventRecord] = []
        everybody = False
        for _ in range(_MAX_PAGES):
            page = await self._context.engine.events.read(self._cursor, _PAGE_SIZE)
            events += [event for event in page if event.run_id and event.type.startswith(_SHOWN)]
            everybody |= any(event.type in _FOR_EVERYBODY for event in page)
            self._cursor = page[-1].seq if page else self._cursor
            if len(page) < _PAGE_SIZE:
                break
        else:
            self._cursor = await self._context.engine.events.newest()
            return people
        runs = list(dict.fromkeys(event.run_id for event in events if event.run_id))
        if everybody or len(runs) > MAX_RUNS:
            return people
        references = {ref for event in events for ref in _actors(event.actor)}
        references |= {str(ref) for event in events for ref in event.data.get("before") or ()}
        for run_id in runs:
            try:
                references |= concerned_by(await self._context.engine.detail(run_id))
            except UnknownRun:
                continue
        members = [member for ref in references for member in await self._members(ref)]
        return [user for user in people if user in references or user in members]

    async def _members(self, ref: str) -> Iterable[str]:
        if not is_group(ref):
            return ()
        try:
            resolved = await self._context.people.resolve(ref)
        except (UnknownPeople, PeopleUnavailable):
            return ()
        return resolved.members if isinstance(resolved, Group) else (resolved.id,)


def concerned_by(detail: RunDetail) -> set[str]:
    """Return the people, groups and channels whose Home shows something of this run."""
    references = {detail.owner, *_actors(detail.run.actor)}
    for request in detail.requests:
        references |= _actors(request.requester)
        references |= {ref for stage in request.policy.stages for ref in stage.approvers}
        references |= {ref for escalation in request.policy.escalations for ref in escalation.to}
        references |= {delegate.to for delegate in request.people.delegates}
        references |= {ref for decision in request.decisions for ref in _actors(decision.actor)}
    return references


def _actors(actor: Actor) -> set[str]:
    return {name for name in (actor.id, actor.as_user) if name}
