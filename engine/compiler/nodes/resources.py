"""The resources of a workflow: from what the author wrote to checked limits."""

import re
from collections.abc import Iterable
from typing import Any

from engine.authoring.approval_options import listed
from engine.authoring.nodes import Node
from engine.authoring.resources import Breaker, Resource
from engine.compiler.definition.checks import MAX_COUNT, Checks, is_count
from engine.errors import ResourceUnavailable
from engine.model.runs.resources import BreakerSpec, RateSpec, ResourceSpec
from engine.model.values.durations import MIN_SECONDS, InvalidDuration, seconds

_RATE = re.compile(r"\s*([0-9]{1,5})\s*/\s*([0-9a-z.]{1,20})\s*")
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
    spec = ResourceSpec(
        name=resource.name if isinstance(resource.name, str) else "",
        at_once=resource.at_once if is_count(resource.at_once) else None,
        rate=_rate(checks, node, resource),
        breaker=_breaker(checks, node, resource),
    )
    if len(checks.errors) > before:
        return None
    if spec.at_once is None and spec.rate is None and spec.breaker is None:
        checks.error(
            f"The resource {resource.name} has no limit.",
            'Give at_once=4, rate="100/m" or breaker=Breaker(…).',
            node,
        )
        return None
    return spec


def _rate(checks: Checks, node: Node | None, resource: Resource) -> RateSpec | None:
    if resource.rate is None:
        return None
    match = _RATE.fullmatch(resource.rate) if isinstance(resource.rate, str) else None
    count = int(match[1]) if match else 0
    window = _window(match[2]) if match else None
    if window is None or not is_count(count):
        checks.error(
            f"The resource {resource.name} has rate={resource.rate!r}.",
            f'Write a number from 1 to {MAX_COUNT:,} and a time, such as rate="100/m" or rate="10/30s".',
            node,
        )
        return None
    return RateSpec(count=count, window=window)


def _window(text: str) -> float | None:
    try:
        return seconds(text if text[0].isdecimal() else f"1{text}", 1.0)
    except InvalidDuration:
        return None


def _breaker(checks: Checks, node: Node | None, resource: Resource) -> BreakerSpec | None:
    breaker = resource.breaker
    if breaker is None:
        return None
    if not isinstance(breaker, Breaker):
        checks.error(
            f"The resource {resource.name} has breaker={breaker!r}.",
            "Write breaker=Breaker(failures=5).",
            node,
        )
        return None
    if not is_count(breaker.failures):
        checks.error(
            f"Breaker(failures={breaker.failures!r}).",
            f"Give a whole number from 1 to {MAX_COUNT:,}.",
            node,
        )
    durations = []
    for label in ("within", "open_for"):
        value = getattr(breaker, label)
        if value is None:
            checks.error(f"Breaker's {label} is None.", f'Give a duration such as {label}="1m".', node)
        durations.append(checks.duration(value, f"Breaker's {label}", node, MIN_SECONDS))
    within, open_for = durations
    if within is None or open_for is None or not is_count(breaker.failures):
        return None
    return BreakerSpec(failures=breaker.failures, within=within, open_for=open_for)


def reroutes_when_open(node: Node, retry: Any) -> bool:
    """Return whether the alternative of a step executes as soon as a circuit breaker is open."""
    if node.step is None or node.step.alternative is None:
        return False
    classes = getattr(retry, "alternative_on", None) or ()
    listed_classes = classes if isinstance(classes, tuple) else (classes,)
    return any(isinstance(kind, type) and issubclass(ResourceUnavailable, kind) for kind in listed_classes)
