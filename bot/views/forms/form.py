"""Modals with fields made from a JSON Schema: the input of a workflow, the form of an approval."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.views import button_values
from bot.views.blocks import grey, plain, section
from bot.views.forms.field_answers import INPUT_KINDS, changed_value, untouched
from bot.views.forms.fields import ABSENT, MAX_LENGTH, FormField, element_of, hint_of
from bot.views.forms.message_input import SourceMessage, filled_fields
from bot.views.forms.modals import (
    AGAIN,
    FILL_IN,
    START,
    asks_to_type,
    code_field,
    confirm_field,
    modal,
    question,
    reason_field,
)
from bot.views.message import Block
from bot.views.wording import icons
from bot.views.wording.text import escape, label, safe, units
from engine import RequestRecord, RunRecord, WorkflowRecord
from engine.forms import Schema, TypedText, Unreadable, fields_of, nullable

_MAX_FIELDS, _MAX_BYTES = 50, 240_000
_LONG_FIELDS, _LONG_LENGTH = 500, 100_000
"""Fields of a form on a page of the console, and characters of one of its inputs."""
_PREFIX = "field:"
_NO_VALUES: Mapping[str, Any] = {}
_NO_HINTS: Mapping[str, str] = {}


def form_modal(
    workflow: WorkflowRecord,
    channel: str | None,
    values: RunRecord | None = None,
    *,
    empty: bool = False,
    priority: int | None = None,
    source: SourceMessage | None = None,
) -> dict[str, Any] | None:
    """Return a modal that asks for the input; None if a form can't show all fields.

    `values`: the run whose values the form shows. `empty`: a workflow without input gets a form too.
    `priority`: of the run; None for that of the workflow. `source`: the message that fills in a field.
    """
    schema = workflow.input_schema or {}
    takes_none = empty and not schema.get("properties")
    filled = filled_fields(schema, source) if source is not None else None
    shown = {**_input_of(values), **(filled.values if filled else {})}
    fields = [] if takes_none else _fields(schema, shown, filled.hints if filled else _NO_HINTS)
    if fields is None:
        return None
    title = f"*{safe(workflow.title, 100)}*"
    head = f"{title} starts with these values."
    if takes_none:
        head = f"{title} takes no input. It starts at once."
    elif values is not None:
        head = f"{title} starts with these values, which are those of your last run."
    if priority is not None:
        head += f" Its priority is {priority}."
    notes: list[Block] = []
    if filled and source is not None:
        head = f"{head}\n{_about(source)}"
        notes = [grey(f"{icons.AT_RISK} {safe(note, 300)}") for note in filled.notes]
    seen = [
        schema_digest(schema),
        values.id if values else "",
        "" if priority is None else str(priority),
        _places(schema, filled.values) if filled else "",
    ]
    metadata = f"{workflow.name}@{'+'.join(seen).rstrip('+')}"
    return _within_limits(
        modal(
            f"Run {workflow.title}",
            [section(head), *notes, *fields],
            callback_id=START,
            submit="Run",
            close="Cancel",
            metadata=button_values.encode(channel or "-", metadata),
        )
    )


def _about(source: SourceMessage) -> str:
    """Return where the text of a form is from, and that others will read it; mrkdwn."""
    message = f"<{escape(source.link)}|a message>" if source.link else "a message"
    return (
        f"The text is that of {message} by {safe(source.author, 80)}. "
        "Edit the text first: everybody who sees the run can read it."
    )


def _places(schema: Schema, names: Collection[str]) -> str:
    """Return fields by their places among all names: `0.2`. The digest says whether they are the same."""
    return ".".join(str(place) for place, name in enumerate(sorted(fields_of(schema))) if name in names)


def filled_names(schema: Schema, places: str) -> frozenset[str]:
    """Return the fields that a message filled in, by their places in the metadata of a form."""
    names = sorted(fields_of(schema))
    return frozenset(names[int(place)] for place in places.split(".") if place.isdecimal())


def again_modal(workflow: WorkflowRecord, channel: str | None, run: RunRecord) -> dict[str, Any] | None:
    """Return the form with the input of a run, to change it and run it again; None if it can't be shown."""
    schema = workflow.input_schema or {}
    fields = _fields(schema, _input_of(run)) if values_fit(schema, run.input) else None
    if fields is None:
        return None
    note = f"A new run starts with these values. {safe(run.short, 150)} stays as it is."
    return _within_limits(
        modal(
            "Edit and run again",
            [section(note), *fields, reason_field("Why?", optional=True, focus=False)],
            callback_id=AGAIN,
            submit="Run again",
            close="Go back",
            metadata=button_values.encode(
                channel or "-", f"{workflow.name}@{schema_digest(schema)}+{run.id}"
            ),
        )
    )


def values_fit(schema: Schema, values: Any) -> bool:
    """Return whether an input has only fields that the form has."""
    return isinstance(values, Mapping) and set(values) <= set(fields_of(schema))


def _input_of(run: RunRecord | None) -> Mapping[str, Any]:
    return run.input if run is not None and isinstance(run.input, Mapping) else _NO_VALUES


def schema_digest(schema: Schema) -> str:
    """Return a digest that shows whether a form changed after it was opened."""
    canonical = json.dumps(schema, sort_keys=True, default=repr)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def approve_modal(request: RequestRecord) -> dict[str, Any] | None:
    """Return a modal for the values of an approval; None if a form can't show all fields."""
    assert request.form is not None
    fields = _fields(request.form.spec.fields, request.value or _NO_VALUES)
    if fields is None:
        return None
    needs_reason = request.policy.comment.get("approve") == "required"
    focus = not asks_to_type(request)
    reason = reason_field("Why?", optional=False, focus=focus) if needs_reason else None
    return _within_limits(
        modal(
            "Approve" if request.value is None else "Change and approve",
            [
                *question(request.ask),
                *fields,
                confirm_field(request),
                code_field(request),
                reason,
            ],
            callback_id=FILL_IN,
            submit="Approve",
            close="Go back",
            metadata=button_values.encode_choice(request, "approve"),
        )
    )


def long_form(request: RequestRecord) -> list[Block]:
    """Return the inputs for the values of an approval, beyond Slack's limits; none beyond all limits."""
    assert request.form is not None
    values = request.value if isinstance(request.value, Mapping) else _NO_VALUES
    return _fields(request.form.spec.fields, values, _NO_HINTS, _LONG_FIELDS, _LONG_LENGTH) or []


def _within_limits(view: dict[str, Any]) -> dict[str, Any] | None:
    return view if len(json.dumps(view, ensure_ascii=False).encode()) <= _MAX_BYTES else None


def _fields(
    schema: Schema,
    values: Mapping[str, Any],
    hints: Mapping[str, str] = _NO_HINTS,
    most: int = _MAX_FIELDS,
    length: int = MAX_LENGTH,
) -> list[Block] | None:
    """`hints`: by field, what is said before its own hint. `most`: fields. `length`: of an input."""
    fields = form_fields(schema, values)
    if not fields or len(fields) > most or any(len(name) > 200 for name in fields):
        return None
    labels = Counter(label(name) for name in fields)
    blocks = [
        _block(
            name,
            field,
            label(name) if labels[label(name)] == 1 else f"{label(name)} ({name})",
            hints.get(name, ""),
            length,
        )
        for name, field in fields.items()
    ]
    return blocks if any(block["type"] == "input" for block in blocks) else None


def form_fields(schema: Schema, values: Mapping[str, Any]) -> dict[str, FormField]:
    """By name, each with the value that a form shows: the one given, else the default."""
    required = set(schema.get("required") or ())
    return {
        name: FormField(
            each, values[name] if name in values else each.get("default", ABSENT), name in required
        )
        for name, each in fields_of(schema).items()
    }


def _block(name: str, field: FormField, title: str, about: str, length: int) -> Block:
    element = element_of(field, length)
    if element is None:
        size = units(field.value) if isinstance(field.value, str) else units(json.dumps(field.value))
        note = f"{size:,} characters: too long for a form, so this value cannot be changed here."
        return section(f"*{safe(title, 100)}*\n{note}", block_id=f"kept:{name}")
    block: Block = {
        "type": "input",
        "block_id": f"{_PREFIX}{name}",
        "label": plain(title, 300),
        "element": element,
        "optional": field.optional,
    }
    hint = f"{about} {hint_of(field, element)}".strip()
    return block | {"hint": plain(hint, 2000)} if hint else block


def values_in(
    view: Mapping[str, Any],
    schema: Schema,
    shown_values: Mapping[str, Any] | None = None,
    filled: Collection[str] = (),
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the changed fields with their values, and the unreadable ones with the problem.

    `shown_values`: the values that the form showed; empty: the defaults. `filled`: fields that held
    something else, so that they always count as changed.
    """
    fields = form_fields(schema, shown_values or _NO_VALUES)
    state = (view.get("state") or {}).get("values") or {}
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for block in view.get("blocks") or ():
        name = str(block.get("block_id", "")).removeprefix(_PREFIX)
        if block.get("type") != "input" or name not in fields:
            continue
        element, field = block["element"], fields[name]
        entered = (state.get(block["block_id"]) or {}).get(element["action_id"]) or {}
        if element["type"] not in INPUT_KINDS:
            problems.append((name, "cannot be read. Open the form again."))
        elif name in filled or not untouched(element, entered):
            try:
                values[name] = changed_value(element, entered, field)
            except Unreadable as error:
                problems.append((name, str(error)))
        elif field.value is ABSENT and field.required:
            values[name] = None if nullable(field.schema) else TypedText("")
    return values, problems


def errors_in(problems: Sequence[tuple[str, str]], view: Mapping[str, Any]) -> dict[str, str]:
    """Problems with the values, each under its field; what belongs to no input goes under the first."""
    inputs = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    errors: dict[str, str] = {}
    for field, what in problems:
        top = field.split(".")[0]
        own = f"{_PREFIX}{top}"
        block_id = own if own in inputs else inputs[0]
        text = what if block_id == own and top == field else f"{field}: {what}" if field else what
        errors[block_id] = " ".join(filter(None, [errors.get(block_id), text]))[:1000]
    return errors
