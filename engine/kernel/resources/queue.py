"""Pure: the order in which steps get the resources that they wait for."""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from engine.kernel.resources.rules import Answer, allowed, moved
from engine.model.records.records import evolve
from engine.model.runs.resources import Resource, ResourceSpec, Ticket

PRIORITY_STEP = timedelta(minutes=5)
"""One point of priority counts as much as so much waiting. So waiting always wins in the end."""
MAX_PRIORITY = 10


Group = tuple[tuple[str, ...], bool]
"""Steps that use the same resources, and all or none of which take an alternative while a breaker is open."""


def rank(since: datetime, priority: int) -> datetime:
    """Return the place in a queue; the earliest comes first. It does not change while time passes."""
    return since - priority * PRIORITY_STEP


def order(ticket: Ticket) -> tuple[datetime, int, str, str]:
    return rank(ticket.since, ticket.priority), ticket.serial, ticket.run_id, ticket.step


def next_ticket(
    heads: Iterable[Ticket], resources: Callable[[str], Resource], now: datetime
) -> Ticket | None:
    """Return the first ticket all of whose resources are free; None when every one has to wait.

    `heads`: of the steps that use the same resources, the first. One that finds a resource in use keeps a
    place of its others from those after it: a step that needs two resources would else wait forever. One
    that waits for a moment keeps nothing.
    """
    kept: Counter[str] = Counter()
    for ticket in sorted(heads, key=order):
        answers = [answer_after(resources(name), kept[name], now) for name in ticket.uses]
        refusals = [answer for answer in answers if not answer.yes]
        if not refusals or (ticket.reroutes and any(answer.is_open for answer in refusals)):
            return ticket
        if all(answer.until is None and not answer.is_open for answer in refusals):
            kept.update(ticket.uses)
    return None


def answer_after(resource: Resource, kept: int, now: datetime) -> Answer:
    """Return whether an attempt may begin while others ahead of it keep so many places."""
    answer = allowed(resource, now)
    at_once = resource.spec.at_once
    if not answer.yes or not kept:
        return answer
    if at_once is not None and len(resource.holders) + kept >= at_once:
        return Answer(f"{kept} ahead")
    return answer


class ResourceBook:
    """Resources and the steps that wait for them, in memory. Rows keep both; a start reads them."""

    def __init__(self, spec_of: Callable[[str], ResourceSpec | None]) -> None:
        self._spec_of = spec_of
        self._resources: dict[str, Resource] = {}
        self.tickets: dict[tuple[str, str], Ticket] = {}
        """The steps that wait for a resource, by run and node."""
        self._queues: dict[Group, list[tuple[datetime, int, str, str]]] = {}
        """By what the steps use: their places, in order."""
        self._came = 0
        self._waiting: Counter[str] = Counter()

    def declare(self) -> None:
        """Give each resource the limits that are declared now."""
        for name, resource in self._resources.items():
            self._resources[name] = evolve(resource, spec=self._spec_of(name) or resource.spec)

    def resource(self, name: str) -> Resource:
        """Return a resource as it is now. One that no workflow declares has the limits of its row."""
        resource = self._resources.get(name)
        if resource is None:
            spec = self._spec_of(name) or ResourceSpec(name=name)
            resource = self._resources[name] = Resource(spec)
        return resource

    def put(self, resources: Mapping[str, Resource]) -> None:
        self._resources.update(resources)

    @property
    def names(self) -> list[str]:
        return sorted(self._resources)

    def waiting(self, name: str) -> int:
        """Return how many steps wait for this resource."""
        return self._waiting[name]

    def clear(self) -> None:
        """Forget everything, before the rows are read."""
        self._resources.clear()
        self.tickets.clear()
        self._queues.clear()
        self._waiting.clear()

    def ticket(self, run_id: str, step: str) -> Ticket | None:
        return self.tickets.get((run_id, step))

    def queue(self, ticket: Ticket) -> None:
        """Queue a step; its place follows from the ticket alone."""
        self.leave(*ticket.key)
        self._came += 1
        ticket = self.tickets[ticket.key] = evolve(ticket, serial=ticket.serial or self._came)
        insort(self._queues.setdefault((ticket.uses, ticket.reroutes), []), order(ticket))
        self._waiting.update(ticket.uses)

    def leave(self, run_id: str, step: str) -> Ticket | None:
        """Take a step out of the queue."""
        ticket = self.tickets.pop((run_id, step), None)
        if ticket is not None:
            group = ticket.uses, ticket.reroutes
            places = self._queues[group]
            del places[bisect_left(places, order(ticket))]
            if not places:
                del self._queues[group]
            self._waiting.subtract(ticket.uses)
        return ticket

    def next(self, now: datetime) -> Ticket | None:
        """Return the step whose turn it is; None when each has to wait."""
        heads = [self.tickets[places[0][2:]] for places in self._queues.values()]
        return next_ticket(heads, self.resource, now) if heads else None

    def move(self, by: timedelta) -> None:
        """Follow a jump of the clock."""
        self.put({name: moved(resource, by) for name, resource in self._resources.items()})
        for ticket in list(self.tickets.values()):
            self.queue(evolve(ticket, since=ticket.since + by))

    def next_moment(self, now: datetime) -> datetime | None:
        """Return the earliest moment at which time alone may let a waiting step start."""
        answers = [allowed(self.resource(name), now) for name, count in self._waiting.items() if count > 0]
        return min((answer.until for answer in answers if answer.until), default=None)
