"""Adoption: at a start, digests of types under rule 1 are mapped to digests under the newest rule.

An earlier release recorded rule 1, which digests descriptions too. Once such a digest is mapped to the types
of the loaded code, an author may edit descriptions, and waiting runs still continue.
"""

from datetime import datetime

from engine.model.definition.spec import Definition, StepSpec
from engine.model.people import ENGINE
from engine.model.records.change import EventDraft
from engine.runtime.workflows.workflow_registry import WorkflowRegistry
from engine.store import queries
from engine.store.store import Store

_FACT = "schemas"


async def adopt(store: Store, workflows: WorkflowRegistry, now: datetime) -> None:
    """Read the stored mapping, and add what the loaded files show."""
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
