"""Fields of a form: the input for a JSON value, its initial value, and a hint."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot.views.wording.escapes import HINT, escaped, needs_escapes, visible_json
from bot.views.wording.text import distinct_options, units
from engine.forms import (
    Schema,
    Unreadable,
    alternatives,
    choices,
    input_kind,
    nullable,
    read_text,
    without_null,
)
from engine.text import same_json

Element = dict[str, Any]
VALUE, ESCAPED = "value", "escaped"
"""action_ids: of every input, and of one whose text has backslash escapes."""
MAX_LENGTH = 3000
"""Limit of characters in an input."""
MAX_OPTIONS, MAX_GROUPS = 100, 100
_MAX_RADIO_BUTTONS = 10
NOT_SET = "Not set"
_PERSON, _CHANNEL = re.compile(r"[UW][A-Z0-9]{2,}"), re.compile(r"[CGD][A-Z0-9]{2,}")


class _Absent:
    pass


ABSENT = _Absent()
"""No value was given, and the model has no known default."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: its schema with references resolved, and the value that the form shows."""

    schema: Schema
    value: Any = ABSENT
    required: bool = True

    @property
    def optional(self) -> bool:
        """Return whether the field may be left empty: where that is a value, or leaves it to the model.

        Slack writes "(optional)" beside it, so a required text that is filled in stays filled in.
        """
        if choices(self.schema) or is_boolean(self.schema):
            return self.value is ABSENT and not self.required
        if self.value is ABSENT:
            return not self.required or nullable(self.schema)
        if self.value in ("", None, []):
            return True
        bare = without_null(self.schema)
        if bare.get("type") == "array":
            return not bare.get("minItems")
        text_may_be_empty = input_kind(self.schema) == "text" and not self.required
        if text_may_be_empty and not bare.keys() & {"minLength", "pattern", "format"}:
            return True
        return nullable(self.schema)


def is_boolean(schema: Schema) -> bool:
    return {alternative.get("type") for alternative in alternatives(schema)} - {"null"} == {"boolean"}


def element_of(field: FormField, most: int = MAX_LENGTH) -> Element | None:
    """Return the input with the value in it; None if the value is too long for any input.

    `most`: characters of an input.
    """
    options = options_of(field.schema)
    if options and _type(field.schema) != "array":
        return _menu(options, field.value)
    if options and _is_selection(field.value, options):
        return _selection(options, field.value)
    picker = _picker(field)
    return picker if picker is not None else _input(field, most)


def options_of(schema: Schema) -> list[Any]:
    """The JSON values among which people choose; of an array, its items'. Empty where they type."""
    if is_boolean(schema):
        return [True, False, None] if nullable(schema) else [True, False]
    options = (
        choices(without_null(schema).get("items") or {}) if _type(schema) == "array" else choices(schema)
    )
    return options if len(options) <= MAX_OPTIONS * MAX_GROUPS else []


def _type(schema: Schema) -> Any:
    return without_null(schema).get("type")


def _is_selection(value: Any, options: list[Any]) -> bool:
    """A menu can show it: every value is an option, and none is there twice."""
    if value is ABSENT or value is None:
        return True
    if not isinstance(value, list):
        return False
    places = [index for each in value for index, option in enumerate(options) if same_json(each, option)]
    return len(places) == len(value) == len(set(places))


def _menu(options: list[Any], value: Any) -> Element:
    shown = _shown(options)
    kind = "radio_buttons" if set(map(type, options)) <= {bool, type(None)} else "static_select"
    element = {"type": kind, "action_id": VALUE, **_grouped(shown)}
    chosen = [
        shown[index]
        for index, option in enumerate(options)
        if value is not ABSENT and same_json(option, value)
    ]
    return element | {"initial_option": chosen[0]} if chosen else element


def _selection(options: list[Any], value: Any) -> Element:
    shown = _shown(options)
    element = {"type": "multi_static_select", "action_id": VALUE, **_grouped(shown)}
    wanted = value if isinstance(value, list) else []
    chosen = [
        shown[index] for each in wanted for index, option in enumerate(options) if same_json(option, each)
    ]
    return element | {"initial_options": chosen} if chosen else element


def _grouped(shown: list[dict[str, Any]]) -> dict[str, Any]:
    if len(shown) <= MAX_OPTIONS:
        return {"options": shown}
    groups = []
    for start in range(0, len(shown), MAX_OPTIONS):
        part = shown[start : start + MAX_OPTIONS]
        groups.append({"label": _plain(f"{start + 1} to {start + len(part)}"), "options": part})
    return {"option_groups": groups}


def _shown(options: list[Any]) -> list[dict[str, Any]]:
    """`value`: the option's place. 1 and "1" have quotes to tell them apart."""
    labels = [_word(option) for option in options]
    times = Counter(labels)
    labels = [
        word if times[word] == 1 else json.dumps(each) for word, each in zip(labels, options, strict=True)
    ]
    return [
        {"text": _plain(text), "value": str(index)} for index, text in enumerate(distinct_options(labels))
    ]


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def _word(option: Any) -> str:
    match option:
        case None:
            return NOT_SET
        case bool():
            return "Yes" if option else "No"
        case str():
            return option
    return json.dumps(option, ensure_ascii=False)


def _picker(field: FormField) -> Element | None:
    """Return the picker of a date, time, person or channel; None if Slack has no picker for the value."""
    schema, value = without_null(field.schema), field.value
    if schema.get("type") == "array" and (schema.get("items") or {}).get("format") == "user-id":
        return _people(value)
    kind = _PICKERS.get(str(schema.get("format"))) if schema.get("type") == "string" else None
    if kind is None:
        return None
    name, key, read = kind
    element = {"type": name, "action_id": VALUE}
    if value is ABSENT or value is None:
        return element
    initial = read(value) if isinstance(value, str) else None
    return None if initial is None else element | {key: initial}


def _people(value: Any) -> Element | None:
    element: Element = {"type": "multi_users_select", "action_id": VALUE}
    if value is ABSENT or value is None or value == []:
        return element
    known = isinstance(value, list) and len(set(map(str, value))) == len(value)
    if not known or not all(isinstance(each, str) and _PERSON.fullmatch(each) for each in value):
        return None
    return element | {"initial_users": value}


def _date(value: str) -> str | None:
    try:
        return value if date.fromisoformat(value).isoformat() == value else None
    except ValueError:
        return None


def _time(value: str) -> str | None:
    """A picker has no seconds, and no zone."""
    try:
        moment = time.fromisoformat(value)
    except ValueError:
        return None
    return moment.strftime("%H:%M") if moment == time(moment.hour, moment.minute) else None


def _moment(value: str) -> int | None:
    """A picker has whole minutes, and seconds of ten digits since 1970."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None or moment.second or moment.microsecond:
        return None
    seconds = int(moment.timestamp())
    return seconds if len(str(seconds)) == 10 and seconds > 0 else None


def _person(value: str) -> str | None:
    return value if _PERSON.fullmatch(value) else None


def _channel(value: str) -> str | None:
    return value if _CHANNEL.fullmatch(value) else None


_PICKERS = {
    "date": ("datepicker", "initial_date", _date),
    "time": ("timepicker", "initial_time", _time),
    "date-time": ("datetimepicker", "initial_date_time", _moment),
    "user-id": ("users_select", "initial_user", _person),
    "channel-id": ("conversations_select", "initial_conversation", _channel),
}


def _input(field: FormField, most: int) -> Element | None:
    text = text_of(field.value, field.schema)
    action = VALUE
    if input_kind(field.schema) == "text" and isinstance(field.value, str) and needs_escapes(text):
        text, action = escaped(text), ESCAPED
    if units(text) > most:
        return None
    structured = input_kind(field.schema) in ("list", "object", "json") and not _is_single(field.schema)
    many = structured or "\n" in text or len(text) > 150 or _takes_message(field.schema)
    element: Element = {"type": "plain_text_input", "action_id": action, "multiline": many}
    return element | {"initial_value": text} if text else element


def _takes_message(schema: Schema) -> bool:
    return without_null(schema).get("format") == "message-text"


def _is_single(schema: Schema) -> bool:
    """A union of plain kinds alone."""
    return {alternative.get("type") for alternative in alternatives(schema)} <= {
        "string", "integer", "number", "boolean", "null",
    }  # fmt: skip


def text_of(value: Any, schema: Schema) -> str:
    """A JSON value as people type it: as text where that is read as the same value, else as JSON."""
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, str) and input_kind(schema) == "text":
        return value
    for text in _plain_texts(value):
        if not needs_escapes(text) and _reads_as(text, value, schema):
            return text
    full_text = visible_json(value, indent=2)
    return full_text if units(full_text) <= MAX_LENGTH else visible_json(value)


def _plain_texts(value: Any) -> Iterable[str]:
    match value:
        case str():
            yield value
        case list() if value and all(isinstance(each, str | int | float) for each in value):
            yield ", ".join(each if isinstance(each, str) else visible_json(each) for each in value)


def _reads_as(text: str, value: Any, schema: Schema) -> bool:
    try:
        read = read_text(text, schema)
    except Unreadable:
        return False
    if isinstance(value, list) and isinstance(read, list):
        # Numbers are typed as texts, and read as numbers by the model.
        texts = [each if isinstance(each, str) else visible_json(each) for each in value]
        strings = (without_null(schema).get("items") or {}).get("type") == "string"
        return read == texts and (not strings or all(isinstance(each, str) for each in value))
    return same_json(read, value)


def hint_of(field: FormField, element: Element) -> str:
    """Return the hint below the input: the field's description, or else the expected format."""
    described = str(field.schema.get("description") or "")
    if element["action_id"] == ESCAPED:
        return f"{described} {HINT}".strip()
    left = (
        ""
        if field.value is not ABSENT or field.required
        else "If you leave it empty, the workflow fills it in."
    )
    if element["type"] != "plain_text_input":
        return described or left
    is_json = str(element.get("initial_value", "")).startswith("[")
    return " ".join(filter(None, [described or _how(field.schema, is_json), left]))


_SCALARS: Mapping[Any, str] = {
    "date": "A date, such as 2026-01-31",
    "date-time": "A date and time, such as 2026-01-31T15:00:00+01:00",
    "local-date-time": "A date and time without a zone, such as 2026-01-31T15:00",
    "time": "A time, such as 15:30 or 15:30:20",
    "duration": "A duration, such as PT1H30M or 01:30:00",
    "uuid": "A UUID",
}
"""By format: how a value is written."""


def _how(schema: Schema, is_json: bool) -> str:
    bare = without_null(schema)
    least, most = bare.get("minimum"), bare.get("maximum")
    span = f", {least} to {most}" if least is not None and most is not None else ""
    match input_kind(schema), bare.get("type"):
        case _, "integer":
            return f"A whole number{span}"
        case "scalar", _:
            return _SCALARS.get(bare.get("format"), f"A number{span}")
        case "list", _:
            return 'JSON: ["a", "b"]' if is_json else "Several values, with commas between them"
        case "object", _:
            return "JSON"
        case "json", _:
            return "A value or JSON. Quotes make it a text" if _is_single(schema) else "JSON"
    return ""
