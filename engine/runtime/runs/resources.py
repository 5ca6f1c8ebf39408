"""Resources: what is in use of them in this process, and the steps that wait for them."""

from collections.abc import Iterable
from datetime import datetime

from engine.errors import NotPossible
from engine.kernel.live_run import LiveRun
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import breaker_state, closed, give, limits_text, rate_text, used_of_rate
from engine.kernel.resources.use import ticket_of
from engine.model.definition.spec import StepSpec
from engine.model.people import Actor
from engine.model.records.change import Change, EventDraft
from engine.model.records.records import evolve
from engine.model.runs.resources import Attempt, Resource, ResourceRecord, Ticket
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store


class Resources:
    """Keeps the book of resources in line with the transitions that become durable."""

    def __init__(self, store: Store, workflows: WorkflowRegistry, definitions: DefinitionCache) -> None:
        self._store, self._workflows, self._definitions = store, workflows, definitions
        self.book = ResourceBook(workflows.resource)

    async def read(self) -> None:
        """Read what the rows keep. Nothing is in use: the attempts of the process before have ended."""
        self.book.clear()
        stored = await self._store.read(queries.resources, self._store.skip)
        self.book.put({resource.spec.name: self._started(resource) for resource in stored})
        for step in await self._store.read(queries.queued_steps, self._store.skip):
            _, graph = await self._definitions.get(step.definition)
            node = graph.nodes.get(step.step)
            if isinstance(node, StepSpec):
                ticket = Ticket(step.run_id, step.step, node.uses, step.since, step.priority)
                self.book.queue(evolve(ticket, reroutes=node.reroute_when_open))

    def _started(self, resource: Resource) -> Resource:
        """Return a resource with the limits that are declared now."""
        spec = self._workflows.resource(resource.spec.name) or resource.spec
        return evolve(resource, spec=spec, holders=frozenset(), probe=None)

    def hold(self, attempt: Attempt, uses: Iterable[str]) -> None:
        """Count what an attempt uses that a worker has executed since before this process started."""
        used = [self.book.resource(name) for name in uses]
        self.book.put({each.spec.name: evolve(each, holders=each.holders | {attempt}) for each in used})

    def declare(self) -> None:
        """Have the limits that are declared now, since other files were loaded. What is in use stays so."""
        self.book.declare()

    def apply(self, change: Change) -> None:
        """Follow a transition that was made."""
        self.book.put(change.resources)
        for step, ticket in change.tickets.items():
            if ticket is None:
                self.book.leave(change.run.id, step)
            else:
                self.book.queue(ticket)

    def undo(self, change: Change) -> None:
        """Follow a transition that was refused: what it began did not begin."""
        for record in (*change.starts, *change.dispatches):
            self.give_back((change.run.id, record.step, record.attempt), change.resources)
        for step in change.tickets:
            self.book.leave(change.run.id, step)

    def restore(self, state: LiveRun) -> None:
        """Queue the steps of a run that was read, where they are not in the queue."""
        for step in state.held:
            since = (state.steps[step]).queued_at
            node = state.graph.nodes[step]
            if since is not None and isinstance(node, StepSpec) and not self.book.ticket(state.run.id, step):
                self.book.queue(ticket_of(state.run, node, since))

    def give_back(self, attempt: Attempt, uses: Iterable[str]) -> bool:
        """Give back what an attempt still holds. Return whether it held anything."""
        held = [resource for resource in map(self.book.resource, uses) if attempt in resource.holders]
        self.book.put({resource.spec.name: give(resource, attempt) for resource in held})
        return bool(held)

    def records(self, now: datetime) -> list[ResourceRecord]:
        """Return every resource as it is now, by name."""
        names = {*self.book.names, *(spec.name for spec in self._workflows.resources())}
        return [self._record(name, now) for name in sorted(names)]

    def _record(self, name: str, now: datetime) -> ResourceRecord:
        resource = self.book.resource(name)
        spec = resource.spec
        return ResourceRecord(
            name=name,
            limits=limits_text(spec),
            at_once=spec.at_once,
            in_use=len(resource.holders),
            waiting=self.book.waiting(name),
            rate=rate_text(spec.rate) if spec.rate else "",
            rate_used=used_of_rate(resource, now),
            breaker=breaker_state(resource, now),
            opened_at=resource.opened_at,
            half_opens_at=resource.half_opens_at,
            used_by=tuple(sorted(resource.holders)),
        )

    async def reset(self, name: str, actor: Actor, now: datetime) -> ResourceRecord:
        """Close the breaker of a resource, and forget what counts towards its rate."""
        known = [record.name for record in self.records(now)]
        if name not in known:
            listed = f"There are: {', '.join(known)}." if known else "No workflow declares a resource."
            raise NotPossible(f"There is no resource called {name[:60]}. {listed}")
        before = self.book.resource(name)
        resource = evolve(closed(before), begun=())
        opened_at = before.opened_at.isoformat() if before.opened_at else None
        data = {"resource": name, "opened_at": opened_at, "run": before.opened_by}
        self.book.put({name: resource})
        await self._store.put_resource(resource, EventDraft("resource.reset", now, actor, data=data))
        self._store.on_intact(f"resource.{name}")
        return self._record(name, now)
