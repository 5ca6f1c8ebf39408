"""Check that the workflows that run each other fit together, once all of them are loaded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.compiler.compiled import Compiled
from engine.compiler.definition.checks import did_you_mean, type_name
from engine.compiler.paths import fields_of
from engine.compiler.types.type_compat import type_fits
from engine.errors import DefinitionError
from engine.model.definition.spec import ChildSpec
from engine.model.input.input_problems import problems_in
from engine.model.text.template import paths, texts_in

Nearest = Callable[[str], str]
"""Returns the name of a loaded workflow that may have been meant; empty for none."""


def child_problems(workflows: Mapping[str, Compiled], nearest: Nearest) -> list[DefinitionError]:
    """Return the mistakes in how loaded workflows run each other."""
    problems = [
        DefinitionError(
            problem, remedy=remedy, workflow=name, step=node.name, file=compiled.place(node.name, problem)
        )
        for name, compiled in workflows.items()
        for node, link in _children(compiled)
        for problem, remedy in _problems(node, link.types, workflows, nearest)
    ]
    return problems or _circles(workflows)


def _children(compiled: Compiled) -> Iterator[tuple[ChildSpec, Any]]:
    for name, link in compiled.children.items():
        node = compiled.graph.nodes[name]
        assert isinstance(node, ChildSpec)
        yield node, link


def _problems(
    node: ChildSpec, types: Mapping[str, Any], workflows: Mapping[str, Compiled], nearest: Nearest
) -> Iterator[tuple[str, str]]:
    other = workflows.get(node.workflow)
    if other is None:
        close = nearest(node.workflow)
        remedy = f"Did you mean {close}?" if close else "Load its file too, or correct the name."
        yield f"It runs the workflow {node.workflow}, which is not loaded.", remedy
        return
    if node.output and node.output not in other.graph.order:
        yield (
            f"output names {node.output}, but {node.workflow} has no such step.",
            did_you_mean(node.output, list(other.graph.order)),
        )
    yield from _input_problems(node, types, other)


def _input_problems(node: ChildSpec, types: Mapping[str, Any], other: Compiled) -> Iterator[tuple[str, str]]:
    name = node.workflow
    if other.input is None:
        if node.input is not None:
            yield f"It gives input, but {name} takes none.", "Leave input out."
        return
    kind = other.input_type
    if isinstance(node.input, str):
        if not type_fits(types.get("input", Any), kind):
            yield (
                f"input is {type_name(types['input'])}, but {name} takes {type_name(kind)}.",
                "Give a value of that type, or a mapping of its fields.",
            )
        return
    given = node.input or {}
    schema = other.definition.input_schema or {}
    known = [*schema.get("properties", {}), *other.input.aliases]
    for field in given:
        if known and field not in known:
            yield f"input has {field}, but {name} has no such field.", did_you_mean(field, known)
    open_ = {field for field, value in given.items() if any(paths(text) for _, text in texts_in(value, ""))}
    yield from _values_that_do_not_fit(other, given, open_)
    for field, field_kind in (fields_of(kind) or {}).items():
        written = types.get(f"input.{field}", Any)
        if not type_fits(written, field_kind):
            yield (
                f"input.{field} is {type_name(written)}, but {name} takes {type_name(field_kind)}.",
                "Name a value of that type.",
            )


def _values_that_do_not_fit(
    other: Compiled, given: Mapping[str, Any], open_: set[str]
) -> Iterator[tuple[str, str]]:
    """`open_`: the fields whose values are known only in a run."""
    assert other.input is not None
    literal = {field: value for field, value in given.items() if field not in open_}
    try:
        other.input.read_given(literal)
    except ValidationError as error:
        for path, what in problems_in(error, literal, other.definition.input_schema or {}):
            field = path.split(".")[0]
            if field in open_ or (open_ and not field):
                continue
            yield (
                f"input.{path} {what}" if path else f"input {what}",
                "Give it in input=." * (what == "is missing. Give it a value."),
            )


def _circles(workflows: Mapping[str, Compiled]) -> list[DefinitionError]:
    """A workflow that runs itself through others would never end."""
    found: list[DefinitionError] = []
    reported: set[str] = set()
    for start in workflows:
        path = _path_back(start, workflows)
        if path and reported.isdisjoint(path):
            reported.update(path)
            node, _ = next(pair for pair in _children(workflows[start]) if pair[0].workflow == path[1])
            problem = f"The workflow runs itself: {' -> '.join(path)}."
            found.append(
                DefinitionError(
                    problem,
                    remedy="Remove one of these child workflows.",
                    workflow=start,
                    step=node.name,
                    file=workflows[start].place(node.name, problem),
                )
            )
    return found


def _path_back(start: str, workflows: Mapping[str, Compiled]) -> list[str]:
    """The shortest way from a workflow to itself; empty where there is none."""
    paths_ = [[start]]
    seen: set[str] = set()
    while paths_:
        path = paths_.pop(0)
        for node, _ in _children(workflows[path[-1]]) if path[-1] in workflows else ():
            if node.workflow == start:
                return [*path, start]
            if node.workflow not in seen:
                seen.add(node.workflow)
                paths_.append([*path, node.workflow])
    return []
