"""The values that an approval names: whether their types suit what they are named for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from engine.authoring.workflow import Node
from engine.compiler.checks import Checks, type_name
from engine.compiler.paths import fields_of, is_list, is_scalar, members, without_annotations
from engine.compiler.type_compat import type_fits

Use = Literal["text", "link", "table", "people", "options", "defaults", "confirm"]


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
    "defaults": "every field of the form",
    "confirm": "a text or a number, which people can type",
}


def check_named(checks: Checks, node: Node, reference: Named) -> None:
    """Refuse a path that does not exist, and a value whose declared type cannot be used so."""
    step, *path = reference.path.split(".")
    before = len(checks.errors)
    kind = checks.path(node, step, tuple(path), reference.what)
    if len(checks.errors) > before or kind is Any:
        return
    union = list(members(kind))
    if not union:
        checks.error(
            f"{reference.what} names {reference.path}, which is always None.",
            f"Name a step that returns a value, or let {step} return one.",
            node,
        )
    elif reference.use != "text" and not any(_suits(member, reference.use, node) for member in union):
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
