"""Samples of facts, to try a trigger without its sender."""

from collections.abc import Mapping
from typing import Any

from engine.errors import UnknownWorkflow
from engine.model.definition.spec import Definition
from engine.model.definition.trigger_spec import EventSpec, FactSpec, FileSpec, RowSpec, WebhookSpec
from engine.triggers.fact import row_scope


def observing(definition: Definition, key: str | None) -> FactSpec:
    """The trigger of this key, or the only one that observes facts. Raises `UnknownWorkflow`."""
    specs = [spec for spec in definition.triggers if isinstance(spec, FactSpec)]
    chosen = [spec for spec in specs if key in (None, spec.key)]
    if len(chosen) == 1:
        return chosen[0]
    keys = ", ".join(spec.key for spec in specs)
    if not specs:
        raise UnknownWorkflow(f"{definition.name} has no trigger that observes facts.")
    if key is None:
        raise UnknownWorkflow(f"{definition.name} has several triggers. Name one with --key: {keys}.")
    raise UnknownWorkflow(f"{definition.name} has no trigger {key}. There are: {keys}.")


def sample_scope(spec: FactSpec, sample: Any, headers: Mapping[str, str]) -> Mapping[str, Any]:
    """The parts of the fact that the sample stands for."""
    if isinstance(spec, WebhookSpec):
        return {"payload": sample, "headers": dict(headers)}
    if isinstance(spec, EventSpec):
        parts = sample if isinstance(sample, Mapping) else {}
        return {part: parts.get(part, {}) for part in ("event", "run", "steps")}
    if isinstance(spec, RowSpec) and isinstance(sample, Mapping):
        return row_scope(spec, sample)
    return {"file" if isinstance(spec, FileSpec) else "row": sample}
