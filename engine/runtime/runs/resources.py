"""Resources: what is in use of them in this process, and the steps that wait for them."""

from collections.abc import Iterable

from engine.kernel.live_run import LiveRun
from engine.kernel.resources.queue import ResourceBook
from engine.kernel.resources.rules import give
from engine.model.change import Change
from engine.model.records import evolve
from engine.model.resources import Attempt, Resource, Ticket
from engine.model.spec import StepSpec
from engine.runtime.workflows.workflow_registry import DefinitionCache, WorkflowRegistry
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
        stored = await self._store.read(queries.resources)
        self.book.put({resource.spec.name: self._started(resource) for resource in stored})
        for step in await self._store.read(queries.queued_steps):
            _, graph = await self._definitions.get(step.definition)
            if uses := graph.uses.get(step.step):
                self.book.queue(Ticket(step.run_id, step.step, uses, step.since, step.priority))

    def _started(self, resource: Resource) -> Resource:
        """Return a resource with the limits that are declared now."""
        spec = self._workflows.resource(resource.spec.name) or resource.spec
        return evolve(resource, spec=spec, holders=frozenset(), probe=None)

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
        for record in change.starts:
            self.give_back((change.run.id, record.step, record.attempt), change.resources)
        for step in change.tickets:
            self.book.leave(change.run.id, step)

    def restore(self, state: LiveRun) -> None:
        """Queue the steps of a run that was read, where they are not in the queue."""
        for step in state.held:
            since = (state.steps[step]).queued_at
            node = state.graph.nodes[step]
            if since is not None and isinstance(node, StepSpec) and not self.book.ticket(state.run.id, step):
                self.book.queue(Ticket(state.run.id, step, node.uses, since, state.run.priority))

    def give_back(self, attempt: Attempt, uses: Iterable[str]) -> bool:
        """Give back what an attempt still holds. Return whether it held anything."""
        held = [resource for resource in map(self.book.resource, uses) if attempt in resource.holders]
        self.book.put({resource.spec.name: give(resource, attempt) for resource in held})
        return bool(held)
