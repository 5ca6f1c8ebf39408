"""At a start, types that an earlier release recorded under an older rule are recorded under the newest.

Rule 1 digests descriptions too. Once its digest is known to stand for the types at hand, descriptions may be
edited without keeping a run that waits from its end.
"""

from datetime import datetime

from engine.model.change import EventDraft
from engine.model.people import ENGINE
from engine.model.spec import Definition, StepSpec
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

_FACT = "schemas"


async def adopt(store: Store, workflows: WorkflowRegistry, now: datetime) -> None:
    """Read what is known, and note what the files that are loaded now tell besides."""
    known: dict[str, str] = dict(await store.fact(_FACT) or {})
    adopted = dict(known)
    for canonical in await store.read_at_length(queries.definitions_of_rule_1):
        definition = Definition.model_validate_json(canonical)
        steps = [node for node in definition.nodes if isinstance(node, StepSpec)]
        for node in steps:
            if node.schema_digest not in adopted and (digest := workflows.adopt(definition.name, node)):
                adopted[node.schema_digest] = digest
    if adopted != known:
        await store.note(_FACT, adopted, [EventDraft("types.adopted", now, ENGINE)])
    workflows.adopted = adopted
