"""A modal with the fields of a workflow's input, made from its JSON Schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.views import values
from bot.views.message import Block
from bot.views.modals import START, modal
from bot.views.parts import plain, section
from bot.views.text import NOTHING, label, safe, units, words
from engine import WorkflowRecord

_MOST_FIELDS = 50
VALUE = "value"
"""action_id of every field."""
_PREFIX = "field:"


def form_modal(
    workflow: WorkflowRecord, channel: str | None, given: Mapping[str, str]
) -> dict[str, Any] | None:
    """Asks for the input. `given`: what is known already. None where a form can't show all that is needed."""
    properties = _properties(workflow)
    if not properties or len(properties) > _MOST_FIELDS or any(len(name) > 200 for name in properties):
        return None
    required = set((workflow.input_schema or {}).get("required") or ())
    fields = [_field(name, schema, name in required, given.get(name)) for name, schema in properties.items()]
    return modal(
        f"Run {workflow.title}",
        [section(f"*{safe(workflow.title, 100)}* starts with these values."), *fields],
        callback_id=START,
        submit="Run",
        close="Not now",
        metadata=values.encode(channel or "-", workflow.name),
    )


def values_in(state: Mapping[str, Any], workflow: WorkflowRecord) -> dict[str, str]:
    """What was filled in, as texts by field; fields left empty are left out."""
    properties = _properties(workflow)
    found = {}
    for block_id, elements in (state.get("values") or {}).items():
        name = block_id.removeprefix(_PREFIX)
        element = elements.get(VALUE) or {}
        if name not in properties:
            continue
        chosen = element.get("selected_option")
        if chosen:
            options = _options(properties[name])
            found[name] = options[int(chosen["value"])]
        elif element.get("value"):
            found[name] = element["value"]
    return found


def errors_in(problems: Sequence[tuple[str, str]], workflow: WorkflowRecord) -> dict[str, str]:
    """Problems with the input, each under its field; what belongs to no field goes under the first."""
    properties = _properties(workflow)
    found: dict[str, str] = {}
    for field, what in problems:
        top = field.split(".")[0]
        name = top if top in properties else next(iter(properties))
        text = what if top == name and top == field else f"{field}: {what}" if field else what
        found[f"{_PREFIX}{name}"] = " ".join(filter(None, [found.get(f"{_PREFIX}{name}"), text]))[:1000]
    return found


def _properties(workflow: WorkflowRecord) -> Mapping[str, Mapping[str, Any]]:
    schema = workflow.input_schema or {}
    defs = schema.get("$defs") or {}
    return {name: _resolved(each, defs) for name, each in (schema.get("properties") or {}).items()}


def _resolved(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """With a reference to a definition, or one kind beside null, put in its place."""
    kinds = [one for one in schema.get("anyOf") or () if one.get("type") != "null"]
    if len(kinds) == 1:
        schema = {**kinds[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    ref = schema.get("$ref")
    if isinstance(ref, str):
        schema = {**(defs.get(ref.rsplit("/", 1)[-1]) or {}), **schema}
    return schema


def _options(schema: Mapping[str, Any]) -> list[str]:
    """The choices of a field that has few; empty for all others."""
    if schema.get("type") == "boolean":
        return ["true", "false"]
    found = [str(one) for one in schema.get("enum") or ()]
    return found if 0 < len(found) <= 100 else []


def _field(name: str, schema: Mapping[str, Any], required: bool, given: str | None) -> Block:
    options = _options(schema)
    initial = given if given is not None else _text(schema.get("default"))
    hint = schema.get("description") or _kind(schema)
    block: Block = {
        "type": "input",
        "block_id": f"{_PREFIX}{name}",
        "label": plain(label(name), 100),
        "element": _select(options, schema, initial) if options else _input(schema, initial),
        # What has a default may be left out, whatever the form shows at first.
        "optional": not required,
    }
    return block | {"hint": plain(hint, 300)} if hint else block


def _select(options: list[str], schema: Mapping[str, Any], initial: str) -> dict[str, Any]:
    yes_no = {"true": "Yes", "false": "No"} if schema.get("type") == "boolean" else {}
    shown = [
        {"text": plain(yes_no.get(one, one), 75), "value": str(number)} for number, one in enumerate(options)
    ]
    element: dict[str, Any] = {"type": "static_select", "action_id": VALUE, "options": shown}
    wanted = initial.casefold() if yes_no else initial
    return element | {"initial_option": shown[options.index(wanted)]} if wanted in options else element


def _input(schema: Mapping[str, Any], initial: str) -> dict[str, Any]:
    many = schema.get("type") in ("array", "object") or "\n" in initial or len(initial) > 150
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": VALUE, "multiline": many}
    return element | {"initial_value": initial} if initial and units(initial) <= 3000 else element


def _text(default: Any) -> str:
    """A default as one would type it."""
    match default:
        case None:
            return ""
        case bool():
            return "true" if default else "false"
        case list() if all(isinstance(one, str | int | float) for one in default):
            return ", ".join(map(str, default))
        case list() | dict():
            return ""
    text = words(default)
    return "" if text == NOTHING else text


def _kind(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    span = f", {least} to {most}" if least is not None and most is not None else ""
    return {
        "integer": f"A whole number{span}",
        "number": f"A number{span}",
        "array": "Several values, with commas between them",
        "object": "JSON",
    }.get(str(schema.get("type")), "")
