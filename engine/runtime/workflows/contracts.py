"""Contracts: what runs under way, and the programs that start runs, rely on in a workflow's code."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError

from engine.compiler.compiled import Compiled
from engine.model.definition.decisions import DecisionSpec
from engine.model.definition.spec import ApprovalSpec, NodeSpec, StepSpec
from engine.runtime.workflows.definition_cache import DefinitionCache
from engine.store import queries
from engine.store.store import Store

_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class NodeContract:
    """`types`: digest of the types that a step takes and returns. `form`: JSON Schema of the values that an
    approval gives. `code`: digest of a step's source. `decision`: the rules of a decision. `output`: JSON
    Schema of what a step returns; None where its author declares no type."""

    kind: str
    types: str = ""
    code: str = ""
    form: dict[str, Any] | None = None
    decision: dict[str, Any] | None = None
    output: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """Of one workflow. `input`: JSON Schema; None where runs take no input."""

    input: dict[str, Any] | None
    nodes: dict[str, NodeContract]


@dataclass(frozen=True, slots=True)
class UnsettledStep:
    """A step that a run under way has not executed yet. `node`: as its run started with it."""

    run_id: str
    workflow: str
    node: StepSpec

    @property
    def types(self) -> str:
        return self.node.schema_digest


def contract_of(compiled: Compiled) -> Contract:
    nodes = {name: _node(node, compiled) for name, node in compiled.graph.nodes.items()}
    return Contract(compiled.definition.input_schema, nodes)


def _node(node: NodeSpec, compiled: Compiled) -> NodeContract:
    code = compiled.code.get(node.name)
    form = node.form.fields if isinstance(node, ApprovalSpec) and node.form else None
    types = str(getattr(node, "schema_digest", ""))
    operation = node.operation if isinstance(node, StepSpec) else None
    decision = operation.model_dump(mode="json") if isinstance(operation, DecisionSpec) else None
    output = _output(compiled.returns.get(node.name, Any)) if isinstance(node, StepSpec) else None
    return NodeContract(node.kind, types, code.digest if code else "", form, decision, output)


def _output(kind: Any) -> dict[str, Any] | None:
    """Return the JSON Schema of a type; None for one that says nothing, or that has no schema."""
    if kind in (Any, None, type(None)):
        return None
    try:
        return TypeAdapter(kind).json_schema(mode="serialization")
    except PydanticUserError:
        return None


async def unsettled_steps(store: Store, definitions: DefinitionCache) -> AsyncIterator[UnsettledStep]:
    """Yield the steps with code that runs under way may still execute, by run."""
    last = ""
    while page := await store.read(queries.unsettled, last, _PAGE_SIZE):
        for run_id, workflow, digest, settled in page:
            _, graph = await definitions.get(digest)
            for name in graph.order:
                node = graph.nodes[name]
                if name not in settled and isinstance(node, StepSpec):
                    yield UnsettledStep(run_id, workflow, node)
        last = page[-1][0]
