"""A checked workflow and its code."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from engine.authoring.personal import Seals
from engine.compiler.definition.round_trip import Codec
from engine.compiler.earlier_inputs import EarlierVersion
from engine.compiler.nodes.child_nodes import ChildLink
from engine.compiler.nodes.step_code import StepCode
from engine.model.definition.graph import Graph
from engine.model.definition.spec import Definition
from engine.model.runs.resources import ResourceSpec


@dataclass(frozen=True)
class Compiled:
    """A checked workflow: what is stored, its graph, and the code at hand."""

    definition: Definition
    graph: Graph
    code: Mapping[str, StepCode]
    input: Codec | None
    """None when the workflow takes no input."""
    file: str | None
    place: Callable[[str, str], str | None]
    """Returns the place of a problem: of the step with that name, or with "" of the workflow."""
    forms: Mapping[str, Codec] = field(default_factory=dict)
    """Of approvals, by step."""
    payloads: Mapping[str, Codec] = field(default_factory=dict)
    """Codecs of the payloads of signals, by step."""
    children: Mapping[str, ChildLink] = field(default_factory=dict)
    """Links to the workflows that it runs, by step."""
    input_type: Any = None
    """The type of a run's input, as the author declared it."""
    resources: tuple[ResourceSpec, ...] = ()
    """The resources that it declares. Its version leaves them out, so that a limit counts for all runs."""
    returns: Mapping[str, Any] = field(default_factory=dict)
    """The type of each step's output, as far as its author declared it."""
    earlier: tuple[EarlierVersion, ...] = ()
    """Earlier versions of the input that it still takes, oldest first."""

    @cached_property
    def asks(self) -> bool:
        """Return whether people approve something in it."""
        return any(node.kind == "approval" for node in self.definition.nodes)

    @cached_property
    def shown_steps(self) -> tuple[str, ...]:
        """Return the names of its steps in order, where an agent is one."""
        nodes = self.graph.nodes
        return tuple(name for name in self.graph.order if not getattr(nodes[name], "part_of", ""))

    def seal_with(self, seals: Seals) -> None:
        """Seal personal data with these keys from now on. Without keys, none is stored."""
        for codec in self._codecs():
            codec.seals = seals

    def _codecs(self) -> Iterator[Codec]:
        for code in self.code.values():
            yield from code.parameters.values()
            yield from (code.output, *([code.input] if code.input else []))
        yield from (*self.forms.values(), *self.payloads.values(), *(each.codec for each in self.earlier))
        if self.input is not None:
            yield self.input

    @cached_property
    def digest(self) -> str:
        """The digest of the definition, computed once: every start of a run needs it."""
        return self.definition.digest()

    @cached_property
    def code_digests(self) -> tuple[str, dict[str, str]]:
        """One digest over the code of all steps, and the digests by step."""
        steps = {name: code.digest for name, code in self.code.items()}
        return hashlib.sha256(orjson.dumps(steps, option=orjson.OPT_SORT_KEYS)).hexdigest(), steps
