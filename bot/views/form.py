"""Modals with fields made from a JSON Schema: the input of a workflow, the form of an approval."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.views import values
from bot.views.message import Block
from bot.views.modals import FILL_IN, START, code_field, confirm_field, modal, reason_field
from bot.views.parts import asked, plain, section
from bot.views.text import label, safe, units
from engine import RequestRecord, WorkflowRecord

_MOST_FIELDS, _LONGEST = 50, 3000
VALUE = "value"
"""action_id of every field."""
_PREFIX = "field:"


def form_modal(
    workflow: WorkflowRecord, channel: str | None, given: Mapping[str, str]
) -> dict[str, Any] | None:
    """Asks for the input. `given`: what is known already. None where a form can't show all that is needed."""
    schema = workflow.input_schema or {}
    fields = _fields(schema, given)
    if fields is None:
        return None
    return modal(
        f"Run {workflow.title}",
        [section(f"*{safe(workflow.title, 100)}* starts with these values."), *fields],
        callback_id=START,
        submit="Run",
        close="Not now",
        metadata=values.encode(channel or "-", workflow.name),
    )


def approve_modal(request: RequestRecord, given: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Asks for what is approved, or lets it be changed. None where a form can't show all that is needed."""
    assert request.form is not None
    shown = request.value if given is None else given
    fields = _fields(request.form.fields, shown)
    if fields is None or _too_long(shown):
        return None
    needs_reason = request.comment.get("approve") == "required"
    reason = reason_field("Why?", optional=False) if needs_reason else None
    return modal(
        "Approve" if request.value is None else "Change and approve",
        [
            asked(request.ask),
            *fields,
            confirm_field(request),
            code_field(request),
            reason,
        ],
        callback_id=FILL_IN,
        submit="Approve",
        close="Go back",
        metadata=values.encode_choice(request, "approve"),
    )


def _too_long(shown: Mapping[str, Any] | None) -> bool:
    """An input can't hold one of the values, so that to submit the form would lose it."""
    return any(units(_text(each)) > _LONGEST for each in (shown or {}).values())


def _fields(schema: Mapping[str, Any], given: Mapping[str, Any] | None) -> list[Block] | None:
    properties = properties_of(schema)
    if not properties or len(properties) > _MOST_FIELDS or any(len(name) > 200 for name in properties):
        return None
    required = set(schema.get("required") or ())
    return [
        _field(name, each, name in required, (given or {}).get(name)) for name, each in properties.items()
    ]


def values_in(state: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, by field, as texts or lists of them; fields left empty are left out."""
    properties = properties_of(schema)
    found: dict[str, Any] = {}
    for block_id, elements in (state.get("values") or {}).items():
        name = block_id.removeprefix(_PREFIX)
        if name in properties:
            value = _value(elements.get(VALUE) or {}, _options(properties[name]))
            if value not in (None, ""):
                found[name] = value
    return found


def _value(element: Mapping[str, Any], options: list[str]) -> Any:
    """Of one field, whatever its kind."""
    if "selected_options" in element and element.get("type") == "checkboxes":
        return "true" if element["selected_options"] else "false"
    if element.get("selected_options"):
        return [options[int(one["value"])] for one in element["selected_options"]]
    if element.get("selected_option"):
        return options[int(element["selected_option"]["value"])]
    if element.get("selected_date_time"):
        return datetime.fromtimestamp(element["selected_date_time"], UTC).isoformat()
    for kind in ("selected_date", "selected_user", "selected_conversation", "value"):
        if element.get(kind):
            return element[kind]
    return element.get("selected_users") or None


def errors_in(problems: Sequence[tuple[str, str]], schema: Mapping[str, Any]) -> dict[str, str]:
    """Problems with the values, each under its field; what belongs to no field goes under the first."""
    properties = properties_of(schema)
    found: dict[str, str] = {}
    for field, what in problems:
        top = field.split(".")[0]
        name = top if top in properties else next(iter(properties))
        text = what if top == name and top == field else f"{field}: {what}" if field else what
        found[f"{_PREFIX}{name}"] = " ".join(filter(None, [found.get(f"{_PREFIX}{name}"), text]))[:1000]
    return found


def properties_of(schema: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The fields by name, references resolved."""
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
    """The choices of a field that has few, or of the items of one that takes several; else empty."""
    source = schema.get("items") or {} if schema.get("type") == "array" else schema
    found = [str(one) for one in source.get("enum") or ()]
    return found if 0 < len(found) <= 100 else []


def _field(name: str, schema: Mapping[str, Any], required: bool, given: Any) -> Block:
    initial = schema.get("default") if given is None else given
    hint = schema.get("description") or ("" if _options(schema) else _kind(schema))
    block: Block = {
        "type": "input",
        "block_id": f"{_PREFIX}{name}",
        "label": plain(label(name), 100),
        "element": {"action_id": VALUE, **_element(schema, initial)},
        # What has a default may be left out, whatever the form shows at first.
        "optional": not required,
    }
    return block | {"hint": plain(hint, 300)} if hint else block


def _element(schema: Mapping[str, Any], initial: Any) -> dict[str, Any]:
    options = _options(schema)
    match schema.get("type"), schema.get("format"):
        case "array", _ if options:
            return _several(options, initial)
        case _ if options:
            return _select(options, _text(initial))
        case "boolean", _:
            return _checkbox(_text(initial).casefold() == "true")
        case "string", "date":
            return {"type": "datepicker"} | _given("initial_date", initial)
        case "string", "date-time":
            return {"type": "datetimepicker"} | _given("initial_date_time", _seconds(initial))
        case "string", "user-id":
            return {"type": "users_select"} | _given("initial_user", initial)
        case "string", "channel-id":
            return {"type": "conversations_select"} | _given("initial_conversation", initial)
    return _input(schema, _text(initial))


def _given(key: str, value: Any) -> dict[str, Any]:
    return {key: value} if value else {}


def _seconds(initial: Any) -> int | None:
    try:
        return int(datetime.fromisoformat(str(initial)).timestamp()) if initial else None
    except ValueError:
        return None


def _shown(options: list[str]) -> list[dict[str, Any]]:
    return [{"text": plain(one, 75), "value": str(number)} for number, one in enumerate(options)]


def _select(options: list[str], initial: str) -> dict[str, Any]:
    shown = _shown(options)
    element: dict[str, Any] = {"type": "static_select", "options": shown}
    return element | {"initial_option": shown[options.index(initial)]} if initial in options else element


def _several(options: list[str], initial: Any) -> dict[str, Any]:
    shown = _shown(options)
    chosen = [str(one) for one in initial] if isinstance(initial, list) else _text(initial).split(", ")
    first = [shown[options.index(one)] for one in chosen if one in options]
    return {"type": "multi_static_select", "options": shown} | _given("initial_options", first)


def _checkbox(ticked: bool) -> dict[str, Any]:
    yes = {"text": plain("Yes", 75), "value": "true"}
    element: dict[str, Any] = {"type": "checkboxes", "options": [yes]}
    return element | {"initial_options": [yes]} if ticked else element


def _input(schema: Mapping[str, Any], initial: str) -> dict[str, Any]:
    many = schema.get("type") in ("array", "object") or "\n" in initial or len(initial) > 150
    element: dict[str, Any] = {"type": "plain_text_input", "multiline": many}
    return element | {"initial_value": initial} if initial and units(initial) <= _LONGEST else element


def _text(default: Any) -> str:
    """A default as one would type it."""
    match default:
        case None:
            return ""
        case bool():
            return "true" if default else "false"
        case list() if all(_plain(one) for one in default):
            return ", ".join(map(str, default))
        case list() | dict():
            return json.dumps(default, ensure_ascii=False)
    return str(default)


def _plain(one: Any) -> bool:
    """It can be told apart from its neighbours by commas."""
    if isinstance(one, str):
        return bool(one) and one == one.strip() and "," not in one and one[0] not in "[{"
    return isinstance(one, int | float)


def _kind(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    span = f", {least} to {most}" if least is not None and most is not None else ""
    return {
        "integer": f"A whole number{span}",
        "number": f"A number{span}",
        "array": "Several values, with commas between them",
        "object": "JSON",
    }.get(str(schema.get("type")), "")
