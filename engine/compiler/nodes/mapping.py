"""Mapped steps and child workflows: the list that `each=` names, what takes an element, and what may fail."""

import inspect
import re
import typing
from typing import Any, get_args, get_origin

from engine.authoring.child_options import ChildOptions
from engine.authoring.nodes import Node, StepOptions
from engine.authoring.outcomes import Settled
from engine.authoring.refs import Field, Ref
from engine.compiler.definition.checks import Checks, did_you_mean, is_count, type_name, without_none
from engine.compiler.paths import NoSuchField, is_list, members, type_at
from engine.compiler.types.declared_types import is_marked
from engine.compiler.types.type_compat import type_fits
from engine.model.definition.elements import MAX_ELEMENTS
from engine.model.definition.spec import EachSpec, Need

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_]*)*")


def each_source(each: Any) -> str:
    """Return the path that an author gave: `load`, `load.rows`; empty for anything else."""
    if isinstance(each, Ref):
        return each.name
    if isinstance(each, Field):
        return repr(each).replace(".output", "", 1)
    return each if isinstance(each, str) and _PATH.fullmatch(each) else ""


def mapped_options(node: Node) -> StepOptions | ChildOptions | None:
    """Return the options of a step or a child workflow with `each`; None for any other node."""
    options = node.step or node.child
    return options if options is not None and options.each is not None else None


def settles(checks: Checks, node: Node) -> bool:
    """Return whether a mapped step's output holds how each element ended: a reader asks for it, or failures
    are tolerated."""
    mapped = mapped_options(node)
    if mapped is not None and mapped.tolerate is not None:
        return True
    return any(_reads_settled(other, str(node.name)) for other in checks.nodes)


def _reads_settled(reader: Node, step: str) -> bool:
    if reader.step is None:
        return False
    try:
        hint = typing.get_type_hints(reader.step.function, include_extras=True).get(step)
    except Exception:  # told by the check of the reader
        return False
    item = without_none(hint)
    if _is_settled(item):
        item = next(iter((getattr(item, "__pydantic_generic_metadata__", None) or {}).get("args", ())), None)
    return get_origin(item) is list and any(map(_is_settled, get_args(item)))


def _is_settled(kind: Any) -> bool:
    meta = getattr(kind, "__pydantic_generic_metadata__", None) or {}
    return kind is Settled or meta.get("origin") is Settled


def mapped_type(checks: Checks, node: Node, returned: Any) -> Any:
    """Return the type of a mapped step's output, where one element gives `returned`."""
    if settles(checks, node):
        return list[Settled if returned is Any else Settled[returned]]  # type: ignore[misc]
    return list[returned]


def each_spec(
    checks: Checks, node: Node, options: StepOptions, hints: dict[str, Any]
) -> tuple[EachSpec, Need | None, Any] | None:
    """Return the spec, what it needs of a step, and the type of the parameter; None where that is wrong."""
    before = len(checks.errors)
    parameter = element_parameter(checks, node, options)
    wanted = hints.get(parameter, Any) if parameter else Any
    mapped = list_spec(checks, node, options, parameter or "", wanted)
    if len(checks.errors) > before or mapped is None:
        return None
    return *mapped, wanted


def list_spec(
    checks: Checks, node: Node, options: StepOptions | ChildOptions, parameter: str, wanted: Any
) -> tuple[EachSpec, Need | None] | None:
    """Return the spec, and what it needs of a step; None where that is wrong.

    `parameter`: what takes an element. `wanted`: the type that it takes.
    """
    before = len(checks.errors)
    source = each_source(options.each)
    step, *path = source.split(".")
    if not source:
        checks.error(
            f"each is {options.each!r}, which is not a list.",
            'Name the step that returns it, or a path such as each="load.rows".',
            node,
        )
    elif step != "input" and (step not in checks.names or step == node.name):
        checks.error(
            f"each names {step}, which is not another step of this workflow.",
            did_you_mean(step, [name for name in [*checks.names, "input"] if name != node.name]),
            node,
        )
    elif step == "input" and checks.options.input is None:
        checks.error("each names the input, but the workflow has none.", "Give it input=YourModel.", node)
    else:
        _check_element(checks, node, source, tuple(path), wanted)
    if not is_count(options.at_once):
        checks.error(f"at_once is {options.at_once!r}.", "Give a whole number from 1 to 10,000.", node)
    tolerate, percent = _tolerated(checks, node, options.tolerate)
    if len(checks.errors) > before:
        return None
    spec = EachSpec(
        source=source,
        parameter=parameter,
        at_once=options.at_once,
        settled=settles(checks, node),
        tolerate=tolerate,
        percent=percent,
    )
    need = None if step == "input" else Need(parameter=parameter, step=step)
    return spec, need


def element_type(checks: Checks, node: Node, each: Any) -> Any:
    """Return the type of one element of the list that `each` names, as far as the types tell."""
    source = each_source(each)
    step, *path = source.split(".")
    kind = checks.options.input if step == "input" else checks.returns.get(step, Any)
    try:
        lists = [member for member in members(type_at(kind, path)) if is_list(member)]
    except NoSuchField:  # told by the check of the list
        return Any
    return next(iter(get_args(lists[0])), Any) if len(lists) == 1 else Any


def element_parameter(checks: Checks, node: Node, options: StepOptions) -> str | None:
    """Return the parameter that takes an element: the one that names no step, nor `input` or `ctx`."""
    try:
        names = list(inspect.signature(options.function).parameters)
    except (TypeError, ValueError):  # told by the wiring
        return None
    free = [name for name in names if name not in ("input", "ctx") and name not in checks.names]
    if len(free) == 1:
        return free[0]
    has = f"has {' and '.join(free)}, which name no step" if free else "has no parameter for the element"
    checks.error(
        f"The step has each=, but its function {has}.",
        f"Give it one parameter that names no step, as in def {node.name}(item: …).",
        node,
    )
    return None


def _check_element(checks: Checks, node: Node, source: str, path: tuple[str, ...], wanted: Any) -> None:
    step = source.split(".")[0]
    before = len(checks.errors)
    kind = checks.path(node, step, path, "each", personal=True)
    kinds = list(members(kind))
    if len(checks.errors) > before or kind is Any or not kinds:
        return
    if is_marked(kind):
        checks.error(
            f"each names {source}, which is personal data as a whole.",
            "Mark its items instead: list[Personal[str]].",
            node,
        )
        return
    lists = [each for each in kinds if each is Any or is_list(each)]
    if not lists:
        checks.error(
            f"each names {source}, which is {type_name(kind)}.",
            "Name a list, as in def load() -> list[Row], or a field that holds one.",
            node,
        )
        return
    for each in lists:
        item = next(iter(get_args(each)), Any)
        if item is not Any and not type_fits(item, wanted):
            checks.error(
                f"The step takes {type_name(wanted)}, but the elements of {source} are {type_name(item)}.",
                "Make the two the same.",
                node,
            )


def _tolerated(checks: Checks, node: Node, declared: Any) -> tuple[int | None, float | None]:
    if declared is None:
        return None, None
    share = share_of(declared)
    if share is not None and (share[0] or 0) <= MAX_ELEMENTS:
        return share
    checks.error(
        f"tolerate is {declared!r}.", 'Give a number of elements such as 3, or a share such as "10%".', node
    )
    return None, None


def share_of(declared: Any) -> tuple[int | None, float | None] | None:
    """Return a number or a percentage of a whole, as in 3 or `"10%"`; None for anything else."""
    if isinstance(declared, int) and not isinstance(declared, bool):
        return (declared, None) if declared >= 0 else None
    match = _PERCENT.fullmatch(declared.strip()) if isinstance(declared, str) else None
    return (None, float(match[1])) if match is not None and float(match[1]) <= 100 else None


def check_unmapped(checks: Checks, node: Node, options: StepOptions | ChildOptions) -> None:
    """Refuse the options of a mapped node on one without a list."""
    for name, given in (("at_once", options.at_once != 8), ("tolerate", options.tolerate is not None)):
        if given:
            what = "step" if node.child is None else "child workflow"
            checks.error(f"The {what} has {name}, but no each.", "Give it each=, or leave it out.", node)
