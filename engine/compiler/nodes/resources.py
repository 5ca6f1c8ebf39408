"""The resources of a workflow: from what the author wrote to checked limits."""

from collections.abc import Iterable
from typing import Any

from engine.authoring.approval_options import listed
from engine.authoring.resources import Resource
from engine.authoring.workflow import Node
from engine.compiler.definition.checks import MAX_COUNT, Checks, is_count
from engine.model.resources import ResourceSpec

_NAME_REMEDY = "Use at most 100 letters, digits, - and _, beginning with a letter."


def used(checks: Checks, node: Node, uses: Any) -> tuple[str, ...]:
    """Return the names of the resources that a step uses, in order."""
    names = []
    for resource in listed(uses):
        if not isinstance(resource, Resource | str):
            checks.error(
                f"uses holds {resource!r}, which is not a resource.",
                'Write uses=["payments"], or give a Resource(…).',
                node,
            )
            continue
        name = resource if isinstance(resource, str) else resource.name
        checks.name(name, "resource", _NAME_REMEDY, node)
        if name in names:
            checks.error(f"uses names {name} twice.", "Name each resource once.", node)
        names.append(name)
    return tuple(sorted(name for name in names if isinstance(name, str)))


def declared_resources(checks: Checks) -> tuple[ResourceSpec, ...]:
    """Return the resources that the workflow declares: in `resources=`, and in the `uses=` of its steps."""
    found: dict[str, tuple[ResourceSpec, Node | None]] = {}
    for resource, node in _declared(checks):
        spec = _spec(checks, resource, node)
        if spec is None:
            continue
        known = found.setdefault(spec.name, (spec, node))
        if known[0] != spec:
            checks.error(
                f"The resource {spec.name} is declared twice with different limits.",
                "Declare it once, and name it elsewhere.",
                node,
            )
    return tuple(spec for spec, _ in found.values())


def _declared(checks: Checks) -> Iterable[tuple[Any, Node | None]]:
    for resource in listed(checks.options.resources):
        yield resource, None
    for node in checks.nodes:
        for uses in _uses(node):
            for resource in listed(uses):
                if isinstance(resource, Resource):
                    yield resource, node


def _uses(node: Node) -> Iterable[Any]:
    if node.step is not None:
        yield node.step.uses
        for attached in (node.step.alternative, node.step.undo):
            yield getattr(attached, "uses", ())


def _spec(checks: Checks, resource: Any, node: Node | None) -> ResourceSpec | None:
    """Return the limits of a resource; what is wrong with them is among the checks' errors."""
    if not isinstance(resource, Resource):
        checks.error(
            f"resources holds {resource!r}, which is not a resource.",
            'Write resources=[Resource("payments", at_once=4)].',
            node,
        )
        return None
    before = len(checks.errors)
    checks.name(resource.name, "resource", _NAME_REMEDY, node)
    if resource.at_once is not None and not is_count(resource.at_once):
        checks.error(
            f"The resource {resource.name} has at_once={resource.at_once!r}.",
            f"Give a whole number from 1 to {MAX_COUNT:,}, or leave it out.",
            node,
        )
    if resource.at_once is None and len(checks.errors) == before:
        checks.error(
            f"The resource {resource.name} has no limit.", "Give at_once=4, for four attempts at once.", node
        )
    if len(checks.errors) > before:
        return None
    return ResourceSpec(name=resource.name, at_once=resource.at_once)
