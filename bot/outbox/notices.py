"""Word to a workflow's owner when its messages can't be delivered. Nothing hangs unseen."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.outbox.ports import Deliveries, Delivery, PeopleBook, Records, Wanted
from bot.outbox.problems import Problem
from bot.outbox.projector import run_key
from engine import Clock, Group, PeopleUnavailable, RunDetail, SignoffError, UnknownPeople

log = logging.getLogger(__name__)

_MOST_OWNERS = 5
"""Of a group: more messages than that help nobody."""

_TOLD_OF = ("run", "request", "full", "line")

Want = Callable[[list[Wanted]], Awaitable[None]]


@dataclass(slots=True)
class Notices:
    """Tells each owner once a day of a channel's problem, and the run's thread of a question that waits."""

    deliveries: Deliveries
    records: Records
    people: PeopleBook
    clock: Clock
    want: Want
    operator: str | None = None
    _told: set[str] = field(default_factory=set)

    async def report(self, delivery: Delivery, problem: Problem) -> None:
        """`delivery` waits because of `problem`."""
        log.warning("A message waits (%s): %s", delivery.kind, problem)
        run_id = delivery.target.get("run")
        if run_id is None or delivery.kind not in _TOLD_OF:
            return
        try:
            detail = await self.records.detail(run_id)
        except SignoffError as error:
            log.warning("Nobody can be told of it: %s", error)
            return
        await self._tell(delivery, problem, detail)

    async def _tell(self, delivery: Delivery, problem: Problem, detail: RunDetail) -> None:
        now = self.clock.now()
        data = {
            "type": "message.blocked",
            "kind": delivery.kind,
            "workflow": detail.run.workflow,
            "subject": delivery.subject,
            "code": problem.code,
            "channel": problem.channel,
            "needed": problem.needed,
            "detail": problem.detail,
        }
        wanted = []
        for user_id in await self._owners(detail.owner):
            key = f"dm:{user_id}:{problem.channel or detail.run.workflow}:{problem.code}:{now:%Y-%m-%d}"
            target = {"user": user_id, "run": detail.run.id, "since": now.timestamp()}
            wanted.append(Wanted(key, "notice", delivery.subject, target, data))
        if delivery.kind == "request":
            key = f"thread:{detail.run.id}:blocked:{delivery.subject}"
            target = {"thread_of": run_key(detail.run.id), "run": detail.run.id, "since": now.timestamp()}
            wanted.append(Wanted(key, "line", detail.run.id, target, data))
        await self._once(wanted)

    async def _once(self, wanted: list[Wanted]) -> None:
        new = [want for want in wanted if want.key not in self._told]
        new = [want for want in new if await self.deliveries.get(want.key) is None]
        if len(self._told) > 10_000:
            self._told.clear()
        self._told.update(want.key for want in wanted)
        if new:
            await self.want(new)

    async def _owners(self, owner: str) -> list[str]:
        try:
            found = await self.people.resolve(owner)
        except (UnknownPeople, PeopleUnavailable) as error:
            log.warning("The owner %s can't be told: %s", owner, error)
            return [self.operator] if self.operator else []
        if isinstance(found, Group):
            return sorted(found.members)[:_MOST_OWNERS]
        return [found.id]
