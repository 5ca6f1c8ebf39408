"""The runs that belong to a run: the one that brought it about, and those that its steps brought about."""

from dataclasses import replace

from engine.kernel.roles import hides_from
from engine.kernel.shapes.child_runs import run_id
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ChildSpec, Definition
from engine.model.records.records import RelatedKind, RelatedRun, RunRecord, StepRecord
from engine.model.states import StepState
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.queries.snapshots import Snapshot
from engine.store.store import Store

_Found = tuple[RelatedRun, RunRecord]
MAX_CHILDREN = 100
"""Child runs of one step that are listed: one for each attempt, the newest of them."""
MAX_OF_ELEMENTS = 20
"""Child runs of a mapped child workflow that are listed: so many that failed, and so many under way."""


async def related_runs(
    store: Store, definitions: DefinitionCache, graph: Graph, snapshot: Snapshot
) -> tuple[RelatedRun, ...]:
    """Return them for people; a run that was deleted is left out."""
    definition, _ = await definitions.get(snapshot.run.definition)
    found = [await _earlier(store, snapshot.run)]
    for name in graph.order:
        node, record = graph.nodes[name], snapshot.steps.get(name)
        if isinstance(node, ChildSpec) and record is not None:
            if node.each is not None:
                found += await _of_elements(store, node, record)
            else:
                found += [await _child(store, node, record, attempt) for attempt in _attempts(record)]
    for follow_up in await store.read(queries.follow_ups, snapshot.run.id):
        run = await store.read(queries.run, follow_up.id)
        found.append(None if run is None else _related("follow_up", follow_up.step, run))
    return tuple([await _marked(definitions, definition, *each) for each in found if each is not None])


async def _marked(
    definitions: DefinitionCache, definition: Definition, related: RelatedRun, run: RunRecord
) -> RelatedRun:
    """Return a related run with whether people who see this one may not see it."""
    other, _ = await definitions.get(run.definition)
    return replace(related, private=hides_from(other, definition))


def _attempts(record: StepRecord) -> range:
    return range(max(1, record.attempt - MAX_CHILDREN + 1), record.attempt + 1)


async def _of_elements(store: Store, node: ChildSpec, whole: StepRecord) -> list[_Found | None]:
    """Return the child runs that people may want to open: those that failed, and those under way."""
    states: tuple[StepState, ...] = ("failed", "waiting")
    run_id, most = whole.run_id, MAX_OF_ELEMENTS
    pages = [await store.read(queries.elements, run_id, node.name, state, -1, most) for state in states]
    return [await _child(store, node, record, record.attempt) for page in pages for record in page]


async def _earlier(store: Store, run: RunRecord) -> _Found | None:
    brought_about = run.parent or run.follows
    if brought_about is None:
        return None
    earlier = await store.read(queries.run, brought_about[0])
    kind: RelatedKind = "parent" if run.parent else "origin"
    return None if earlier is None else _related(kind, brought_about[1], earlier)


async def _child(store: Store, node: ChildSpec, record: StepRecord, attempt: int) -> _Found | None:
    child = await store.read(queries.run, run_id(record.run_id, node, record.step, attempt))
    return None if child is None else _related("child", record.step, child)


def _related(kind: RelatedKind, step: str, run: RunRecord) -> _Found:
    return RelatedRun(kind, step, run.id, run.short, run.workflow, run.state), run
