"""Paths of triggers into the runs of another workflow, checked once both are loaded."""

from collections.abc import Iterator

from engine.compiler.compiled import Compiled
from engine.compiler.definition.checks import did_you_mean, type_name
from engine.compiler.paths import NoSuchField, personal_at, type_at
from engine.kernel.facts import template_paths, templates_in
from engine.model.definition.conditions import Compare, leaves
from engine.model.definition.trigger_spec import FactSpec


def fact_paths(spec: FactSpec) -> Iterator[str]:
    """The paths into the fact that a trigger reads: in its input, `each`, `dedup` and filter."""
    if spec.each:
        yield spec.each
    for text in (*templates_in(spec.input), spec.dedup):
        yield from template_paths(text)
    if spec.filter is None:
        return
    for leaf in leaves(spec.filter):
        if isinstance(leaf, Compare):
            yield ".".join((leaf.step, *leaf.path))


def run_path_problems(other: Compiled, path: str) -> Iterator[tuple[str, str]]:
    """Yield why the runs of a workflow never have what a path names, and the remedy."""
    name, kind = other.definition.name, None
    match path.split("."):
        case ["steps", step, *rest]:
            if step not in other.graph.order:
                yield f"{name} has no step {step}", did_you_mean(step, list(other.graph.order))
                return
            kind = other.returns.get(step)
        case ["run", "input", *rest]:
            kind = other.input_type
        case _:
            return
    if kind is None:
        return
    try:
        if personal_at(kind, rest):
            yield f"{path} is or holds personal data", "Name a field that is not personal."
        type_at(kind, rest)
    except NoSuchField as error:
        remedy = (
            did_you_mean(error.name, error.known) if error.known else "Leave the last part of the path out."
        )
        yield f"{type_name(error.kind)} has no field {error.name}", remedy
