"""A node that runs another workflow: its input, and what it gives the steps after it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engine.authoring.child_options import ChildOptions
from engine.authoring.nodes import Node
from engine.authoring.refs import Ref
from engine.authoring.workflow import Workflow
from engine.compiler.definition.checks import Checks
from engine.compiler.nodes.mapping import check_unmapped, element_type, list_spec
from engine.compiler.nodes.named_steps import Named, Use, named_needs
from engine.compiler.nodes.steps import failure_spec
from engine.compiler.paths import type_at
from engine.kernel.shapes.child_runs import last_steps
from engine.model.definition.elements import ELEMENT
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ChildSpec, EachSpec, Need
from engine.model.text.template import paths, sole_path, texts_in
from engine.model.values.json_safe import storage_problem

_INPUT = (
    'Give a mapping such as input={"release": "{plan.release}"}, or a step or a path such as input="{plan}".'
)


@dataclass(frozen=True, slots=True)
class ChildLink:
    """Types of a node that runs another workflow, for the check once all workflows are loaded."""

    types: Mapping[str, Any]
    """By place in the input, such as `input.release`: the type of the value that a path alone names."""


def child_spec(
    checks: Checks, node: Node, options: ChildOptions, common: dict[str, Any], errors_before: int
) -> tuple[ChildSpec, ChildLink] | None:
    """None when something is wrong with it, which the checks know then."""
    failure = None if options.on_failure is None else failure_spec(checks, options.on_failure, node)
    _check_workflow(checks, node, options)
    template = options.template
    needs = _needs(checks, node, template, mapped=options.each is not None)
    mapped = _mapped(checks, node, options, template)
    if not isinstance(options.output, Ref | str | None):
        checks.error(f"output is {options.output!r}.", "Name a step of the other workflow.", node)
    if len(checks.errors) > errors_before:
        return None
    element = None if options.each is None else element_type(checks, node, options.each)
    types = _types(checks, node, template, element)
    if len(checks.errors) > errors_before:
        return None
    each, need = mapped or (None, None)
    if need is not None:  # what it maps must have succeeded
        needs = (*(other for other in needs if other.step != need.step), need)
    spec = ChildSpec(
        workflow=options.name,
        input=template,
        output=options.output.name if isinstance(options.output, Ref) else options.output or "",
        needs=needs,
        failure=failure,
        each=each,
        **common,
    )
    return spec, ChildLink(types)


def _mapped(
    checks: Checks, node: Node, options: ChildOptions, template: Any
) -> tuple[EachSpec, Need | None] | None:
    """Return the spec of its list, and what it needs of a step. None without a list, or where it is wrong."""
    if options.each is None:
        check_unmapped(checks, node, options)
        return None
    if ELEMENT in checks.names:
        checks.error(
            f"It has each, but a step is called {ELEMENT}, as an element is in input.",
            "Give that step another name=.",
            node,
        )
    elif not any(path.split(".")[0] == ELEMENT for path in _paths_in(template)):
        checks.error(
            f"It has each, but input does not name the element: it is {options.input!r}.",
            'Write input={"name": "{element.name}"}, or leave input out where an element is the whole input.',
            node,
        )
    return list_spec(checks, node, options, ELEMENT, Any)


def _paths_in(template: Any) -> Iterator[str]:
    for _, text in texts_in(template, "input"):
        with suppress(ValueError):  # told by _needs
            yield from paths(text)


def result_type(
    options: ChildOptions, compiled: Callable[[Workflow], tuple[Graph, Mapping[str, Any]] | None]
) -> Any:
    """The type of the output of the child run, as far as it is known. `compiled`: a workflow's graph, and the
    types of its steps."""
    known = compiled(options.workflow) if isinstance(options.workflow, Workflow) else None
    if known is None:
        return Any
    graph, returns = known
    wanted = options.output.name if isinstance(options.output, Ref) else options.output
    sole = (
        sole_path(options.workflow.options.result or "") if isinstance(options.workflow, Workflow) else None
    )
    if not wanted and sole is not None:
        step, *fields = sole.split(".")
        return type_at(returns.get(step, Any), fields) if step in returns else Any
    last = last_steps(graph)
    if not wanted and len(last) > 1:
        return dict[str, Any]
    return returns.get(wanted or last[0], Any)


def _check_workflow(checks: Checks, node: Node, options: ChildOptions) -> None:
    if not isinstance(options.name, str) or not options.name:
        checks.error(
            f"{options.workflow!r} is not a workflow.",
            "Give the other workflow, or its name as a text.",
            node,
        )
    elif options.name == checks.options.name:
        checks.error(
            f"The workflow runs itself: {options.name} -> {options.name}.",
            "Use a mapped step with each= for a list, or poll= to try again.",
            node,
        )


def _needs(checks: Checks, node: Node, template: Any, *, mapped: bool) -> tuple[Need, ...]:
    is_path = isinstance(template, str) and sole_path(template) is not None
    if not (template is None or isinstance(template, Mapping) or is_path):
        checks.error(f"input is {template!r}.", _INPUT, node)
        return ()
    if problem := storage_problem(template):
        checks.error(f"input can't be stored: {problem}.", "Give texts, numbers, lists and mappings.", node)
        return ()
    named = []
    for place, text in texts_in(template, "input"):
        try:
            use: Use = "input" if sole_path(text) is not None else "text"
            named += [Named(place, path, use) for path in paths(text)]
        except ValueError as error:
            checks.error(f"{place} is {text!r}: {error}.", "Write {step.field} for a value.", node)
    return named_needs(
        checks, node, [each for each in named if not (mapped and each.path.split(".")[0] == ELEMENT)]
    )


def _types(checks: Checks, node: Node, template: Any, element: Any) -> dict[str, Any]:
    """Check the paths into an element too. `element`: its type; None where there is no list."""
    types = {}
    for place, text in texts_in(template, "input"):
        sole = sole_path(text)
        for path in _paths_in(text):
            step, *fields = path.split(".")
            if element is not None and step == ELEMENT:
                kind = checks.path_in(element, node, step, tuple(fields), place, personal=path == sole)
            else:
                kind = checks.path(node, step, tuple(fields), place, personal=path == sole)
            if path == sole:
                types[place] = kind
    return types
