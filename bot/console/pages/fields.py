"""Fields of an approval's form as inputs of a page, and what a browser sends of them.

The inputs are those of the form in Slack, so that both read and refuse the same values.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.console.wording import Wording
from bot.views.forms.form import form_fields, values_in
from bot.views.message import Block
from engine import RequestRecord

Entered = Mapping[str, Sequence[str]]
Problems = list[tuple[str, str]]
_NOT_SENT = "was not sent. Open the page again."
_MOMENT = "is not a moment. Write it like 2026-01-31T14:05+01:00."
_ONE = {
    "datepicker": "date",
    "timepicker": "time",
    "users_select": "user",
    "conversations_select": "conversation",
}
_TYPES = {"datepicker": "date", "timepicker": "time"}


def shown_values(request: RequestRecord) -> Mapping[str, Any]:
    """Return the values that the form shows at first."""
    return request.value if isinstance(request.value, Mapping) else {}


def field_values(
    request: RequestRecord,
    blocks: Sequence[Block],
    wording: Wording,
    entered: Entered,
    errors: Mapping[str, str],
) -> list[Mapping[str, Any]]:
    """Return each field with what it holds: what was entered, else what was proposed."""
    return [
        _field(request, block, place, entered, errors)
        if block["type"] == "input"
        else {"kind": "kept", "text": wording.rich(block["text"]["text"])}
        for place, block in enumerate(blocks)
    ]


def _field(
    request: RequestRecord, block: Block, place: int, entered: Entered, errors: Mapping[str, str]
) -> Mapping[str, Any]:
    name, element = block["block_id"], block["element"]
    kind = element["type"]
    sent = [text.replace("\r\n", "\n") for text in entered.get(name, ())]
    held = sent if entered else _initial(request, name, element)
    return {
        "kind": {"radio_buttons": "radio", "static_select": "menu", "multi_static_select": "several"}.get(
            kind, "lines" if element.get("multiline") else "line"
        ),
        "type": _TYPES.get(kind, "text"),
        "name": name,
        "id": name if re.fullmatch(r"[\w:-]+", name) else f"field-{place}",
        "label": block["label"]["text"],
        "optional": block["optional"],
        "hint": block["hint"]["text"] if "hint" in block else _HINTS.get(kind, ""),
        "held": held,
        "text": held[0] if held else "",
        "options": [(each["value"], each["text"]["text"]) for each in _options(element)],
        "error": errors.get(name, ""),
    }


_HINTS = {
    "datetimepicker": "A moment with its offset: 2026-01-31T14:05+01:00.",
    "users_select": "The Slack id of a person: U012ABCDEF.",
    "multi_users_select": "Slack ids of people, separated by commas: U012ABCDEF, U034GHIJKL.",
    "conversations_select": "The Slack id of a channel: C012ABCDEF.",
}


def _options(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _initial(request: RequestRecord, name: str, element: Mapping[str, Any]) -> list[str]:
    """Return what an input holds at first, as a browser sends it."""
    match element:
        case {"initial_value": str(text)} | {"initial_date": str(text)} | {"initial_time": str(text)}:
            return [text]
        case {"initial_user": str(text)} | {"initial_conversation": str(text)}:
            return [text]
        case {"initial_option": {"value": place}}:
            return [place]
        case {"initial_options": [*options]}:
            return [option["value"] for option in options]
        case {"initial_users": [*users]}:
            return [", ".join(users)]
        case {"initial_date_time": int()}:
            assert request.form is not None
            proposed = form_fields(request.form.spec.fields, shown_values(request))
            return [str(proposed[name.removeprefix("field:")].value)]
    return []


def read_form(
    request: RequestRecord, blocks: Sequence[Block], entered: Entered
) -> tuple[dict[str, Any], Problems]:
    """Return the changed fields with their values, and the unreadable ones with the problem."""
    assert request.form is not None
    state: dict[str, dict[str, Any]] = {}
    problems: Problems = []
    readable = []
    for block in blocks:
        if block["type"] != "input":
            continue
        name, element = block["block_id"], block["element"]
        try:
            state[name] = {element["action_id"]: _state(element, entered.get(name))}
            readable.append(block)
        except ValueError as error:
            problems.append((name.removeprefix("field:"), str(error)))
    view = {"blocks": readable, "state": {"values": state}}
    values, unreadable = values_in(view, request.form.spec.fields, shown_values(request))
    return values, problems + unreadable


def _state(element: Mapping[str, Any], sent: Sequence[str] | None) -> Mapping[str, Any]:
    """Return what Slack would say of the input. Raises `ValueError` with what is wrong."""
    kind = element["type"]
    if kind == "multi_static_select":
        return {"selected_options": [{"value": place} for place in sent or ()]}
    if kind == "radio_buttons" and sent is None:
        return {"selected_option": None}
    if sent is None or len(sent) != 1:
        raise ValueError(_NOT_SENT)
    text = sent[0].replace("\r\n", "\n")
    match kind:
        case "plain_text_input":
            return {"value": text}
        case "static_select" | "radio_buttons":
            return {"selected_option": {"value": text} if text else None}
        case "multi_users_select":
            return {"selected_users": [each for each in re.split(r"[\s,]+", text) if each]}
        case "datetimepicker":
            return {"selected_date_time": _moment(text.strip())}
        case _ if kind in _ONE:
            return {f"selected_{_ONE[kind]}": text.strip() or None}
    raise ValueError("cannot be read. Open the page again.")


def _moment(text: str) -> int | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or moment.microsecond:
            raise ValueError(_MOMENT)
        return int(moment.astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        raise ValueError(_MOMENT) from None
