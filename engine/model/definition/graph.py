"""The graph of a stored definition: what depends on what, counted once so that nobody scans it later."""

from engine.errors import DefinitionError
from engine.model.definition.approval_scope import approval_scopes, with_alternatives
from engine.model.definition.conditions import StateIs, leaves, steps_in
from engine.model.definition.elements import node_of
from engine.model.definition.spec import Definition, MappedSpec, NodeSpec, StepSpec


class Graph:
    """`nodes` by name, `order`, a topological order that keeps the author's where it can, and `scopes`.

    Raises `DefinitionError` for a cycle, with its path.
    """

    def __init__(self, definition: Definition) -> None:
        self.nodes: dict[str, NodeSpec] = {node.name: node for node in definition.nodes}
        """By name; with the attached steps once the graph is made, which are in no order."""
        self._dependencies = {node.name: dependencies(node) for node in definition.nodes}
        dependents: dict[str, list[str]] = {name: [] for name in self.nodes}
        for name, needed in self._dependencies.items():
            for other in needed:
                dependents[other].append(name)
        self._dependents = {name: tuple(names) for name, names in dependents.items()}
        self._tolerated = frozenset(step for node in definition.nodes for step in _failures_taken(node))
        self.order = self._sorted(definition.name)
        self.scopes = approval_scopes(self.nodes, self._dependencies, self.order)
        steps = [node for node in definition.nodes if isinstance(node, StepSpec)]
        undos = {step.name: step.undo for step in steps if step.undo}
        self.undo = {name: undo.name for name, undo in undos.items()}
        """By step that declares one: the name of its undo step."""
        self.undone_by = {undo: name for name, undo in self.undo.items()}
        """By undo step: the step that it undoes."""
        alternatives = {step.name: step.alternative for step in steps if step.alternative}
        self.alternative = {name: other.name for name, other in alternatives.items()}
        """By step that declares one: the name of its alternative."""
        self.alternative_of = {other: name for name, other in self.alternative.items()}
        """By alternative: the step in whose place it executes."""
        self.attached = {*self.undone_by, *self.alternative_of}
        """Steps that are in no order. They execute when the step that they belong to calls for it."""
        for step in (*undos.values(), *alternatives.values()):
            self.nodes[step.name] = step
        if alternatives:
            self.scopes = with_alternatives(self.scopes, self.alternative)
        self.uses = {
            name: node.uses for name, node in self.nodes.items() if isinstance(node, StepSpec) and node.uses
        }
        """By step that uses resources: their names."""
        self.mapped = frozenset(name for name, node in self.nodes.items() if _is_mapped(node))
        """The mapped steps and child workflows, which execute by their elements alone."""

    def node(self, step: str) -> NodeSpec:
        """Return the node of a step run, which may be that of an element."""
        return self.nodes[step] if step in self.nodes else self.nodes[node_of(step)]

    def dependencies(self, step: str) -> tuple[str, ...]:
        return self._dependencies[step]

    def dependents(self, step: str) -> tuple[str, ...]:
        return self._dependents[step]

    def after(self, step: str) -> tuple[str, ...]:
        """All that depends on it, directly or not, in order."""
        reached = {step}
        for name in self.order:
            if not reached.isdisjoint(self._dependencies[name]):
                reached.add(name)
        return tuple(name for name in self.order if name in reached and name != step)

    def branches(self) -> bool:
        """Return whether some steps do not simply come one after the other."""
        following = zip(self.order, self.order[1:], strict=False)
        return any(before not in self._dependencies[name] for before, name in following)

    def before(self, step: str) -> frozenset[str]:
        """All that it depends on, directly or not."""
        found: set[str] = set()
        left = [step]
        while left:
            new = set(self._dependencies[left.pop()]) - found
            found |= new
            left += new
        return frozenset(found)

    def tolerates_failure(self, step: str) -> bool:
        """Somebody takes this step's failure: as `Settled`, or by testing `.failed`."""
        return step in self._tolerated

    def _sorted(self, workflow: str) -> tuple[str, ...]:
        missing = {name: len(needed) for name, needed in self._dependencies.items()}
        position = {name: index for index, name in enumerate(self.nodes)}
        ready = [name for name, count in missing.items() if count == 0]
        order: list[str] = []
        while ready:
            name = ready.pop(0)
            order.append(name)
            freed = []
            for other in self._dependents[name]:
                missing[other] -= 1
                if missing[other] == 0:
                    freed.append(other)
            ready = sorted([*ready, *freed], key=position.__getitem__) if freed else ready
        if len(order) < len(self.nodes):
            path = self._cycle({name for name in self.nodes if missing[name] > 0})
            raise DefinitionError(
                f"The steps wait for each other in a circle: {' -> '.join(path)}.",
                remedy="Remove one of these dependencies.",
                workflow=workflow,
                step=path[0],
            )
        return tuple(order)

    def _cycle(self, among: set[str]) -> list[str]:
        """Follow dependencies among these until one comes twice."""
        name = min(among, key=list(self.nodes).index)
        path: list[str] = []
        while name not in path:
            path.append(name)
            name = next(other for other in self._dependencies[name] if other in among)
        return [*path[path.index(name) :], name]


def dependencies(node: NodeSpec) -> tuple[str, ...]:
    """The steps that must settle before this one, each once."""
    steps = [need.step for need in node.needs]
    steps += node.after
    if node.when is not None:
        steps += steps_in(node.when)
    return tuple(dict.fromkeys(steps))


def _is_mapped(node: NodeSpec) -> bool:
    return isinstance(node, MappedSpec) and node.each is not None


def _failures_taken(node: NodeSpec) -> set[str]:
    taken = {need.step for need in node.needs if need.join == "settled"}
    if node.when is not None:
        for leaf in leaves(node.when):
            if isinstance(leaf, StateIs) and leaf.state == "failed":
                taken.add(leaf.step)
    return taken
