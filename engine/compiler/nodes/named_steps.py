"""The values that an approval or a wait names: whether their types suit what they are named for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from engine.authoring.nodes import Node
from engine.compiler.definition.checks import Checks, did_you_mean, type_name
from engine.compiler.paths import fields_of, is_list, is_scalar, members, without_annotations
from engine.compiler.types.type_compat import type_fits
from engine.model.definition.conditions import steps_in
from engine.model.definition.spec import Need

Use = Literal["text", "input", "link", "table", "people", "options", "defaults", "confirm", "moment"]


@dataclass(frozen=True, slots=True)
class Named:
    """A path, the option that names it, and what the value is for."""

    what: str
    path: str
    use: Use = "text"


_NEEDS: dict[Use, str] = {
    "link": "an address, which is a text",
    "table": "a list of rows",
    "people": "a group, a member id or a list of them",
    "options": "a list of texts",
    "defaults": "a model with every field of the form",
    "confirm": "a text or a number, which people can type",
    "moment": "a datetime",
}


def check_named(checks: Checks, node: Node, reference: Named) -> None:
    """Refuse a path that does not exist, and a value whose declared type cannot be used so."""
    step, *path = reference.path.split(".")
    before = len(checks.errors)
    kind = checks.path(node, step, tuple(path), reference.what, personal=reference.use == "input")
    if len(checks.errors) > before or kind is Any:
        return
    union = list(members(kind))
    if not union:
        checks.error(
            f"{reference.what} names {reference.path}, which is always None.",
            f"Name a step that returns a value, or let {step} return one.",
            node,
        )
    elif reference.use not in ("text", "input") and not any(
        _suits(member, reference.use, node) for member in union
    ):
        missing = _missing(union, node) if reference.use == "defaults" else ""
        checks.error(
            f"{reference.what} names {reference.path}, which is {type_name(kind)}.",
            f"It must be {_NEEDS[reference.use]}{missing}.",
            node,
        )


def _suits(kind: Any, use: Use, node: Node) -> bool:
    """Return whether a value of this type may fit the use."""
    if kind is Any or kind is object:
        return True
    match use:
        case "link":
            return _is_text(kind)
        case "people":
            return _is_text(kind) or (is_list(kind) and _items(kind, _is_text))
        case "options":
            return is_list(kind) and _items(kind, is_scalar)
        case "table":
            return is_list(kind) and not _items(kind, is_scalar, surely=True)
        case "confirm":
            return is_scalar(kind)
        case "moment":
            return _is_text(kind) or (isinstance(kind, type) and issubclass(kind, datetime))
        case "defaults":
            return not _missing([kind], node)
    return True


def _missing(union: list[Any], node: Node) -> str:
    """The fields of the form that these types do not have, as the end of a sentence."""
    form = node.approval.form.model if node.approval and node.approval.form else None
    if not (isinstance(form, type) and issubclass(form, BaseModel)):
        return ""
    for kind in union:
        origin = get_origin(kind) or kind
        fields = fields_of(kind)
        if kind is Any or (fields is None and isinstance(origin, type) and issubclass(origin, Mapping)):
            return ""
        lacking = [name for name in form.model_fields if name not in (fields or {})]
        wrong = [
            f"{name} is {type_name(field_type)}"
            for name, field_type in (fields or {}).items()
            if name in form.model_fields and not type_fits(field_type, form.model_fields[name].annotation)
        ]
        if not lacking and not wrong:
            return ""
    return f"; it has no {', '.join(lacking)}" if lacking else f"; {', '.join(wrong)}"


def _is_text(kind: Any) -> bool:
    """Return whether a value of this type may be a text."""
    kind = without_annotations(kind)
    if get_origin(kind) is Literal:
        return all(isinstance(value, str) for value in get_args(kind))
    origin = get_origin(kind) or kind
    if not isinstance(origin, type) or issubclass(origin, str):
        return True
    return not (
        is_scalar(origin) or is_list(origin) or issubclass(origin, Mapping) or fields_of(origin) is not None
    )


def _items(kind: Any, test: Any, surely: bool = False) -> bool:
    """Return whether its items may pass the test; with `surely`, whether all of them must."""
    items = [member for argument in get_args(kind) if argument is not ... for member in members(argument)]
    known = [member for member in items if member is not Any]
    if surely:
        return bool(items) and len(known) == len(items) and all(map(test, known))
    return len(known) < len(items) or not items or any(map(test, known))


def named_needs(checks: Checks, node: Node, named: list[Named]) -> tuple[Need, ...]:
    """The steps that the paths of a node name. An approval can be asked without those that were skipped."""
    needs: dict[str, Need] = {}
    for reference in named:
        step = reference.path.split(".")[0]
        if step == "input":
            if checks.options.input is None:
                checks.error(
                    f"{reference.what} names {reference.path}, but the workflow takes no input.",
                    "Give the workflow input=.",
                    node,
                )
            else:
                check_named(checks, node, reference)
        elif step not in checks.names or step == node.name:
            others = [name for name in checks.names if name != node.name]
            checks.error(
                f"{reference.what} names {reference.path}, but this workflow has no step {step}."
                if step != node.name
                else f"{reference.what} names {reference.path}, which is the node itself.",
                _field_of_input(checks, reference.path) or did_you_mean(step, [*others, "input"]),
                node,
            )
        else:
            check_named(checks, node, reference)
            needs[step] = Need(parameter=step, step=step, join=_shown_join(node, step))
    return tuple(needs.values())


def _field_of_input(checks: Checks, path: str) -> str:
    """The remedy where a path lacks `input.` at its start."""
    kind = checks.options.input
    fields = fields_of(kind) if kind is not None else None
    return f"Did you mean input.{path}?" if fields and path.split(".")[0] in fields else ""


def _shown_join(node: Node, step: str) -> Literal["value", "optional"]:
    """A step that the node's own condition looks at may have been skipped."""
    return "optional" if node.when is not None and step in steps_in(node.when) else "value"
