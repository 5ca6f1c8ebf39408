"""Values that people entered in a form, as JSON. A field that nobody touched is never read as text.

A field counts as changed if the submitted value differs from the value that the input held at first.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.views.forms.fields import ESCAPED, FormField, options_of
from bot.views.wording.escapes import unescaped
from engine.forms import TypedText, Unreadable, nullable

_STATES: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
}
"""By type of input: where Slack puts what was entered, and where what it held at first stands."""
INPUT_KINDS = frozenset(_STATES)


def submitted(element: Mapping[str, Any], entered: Mapping[str, Any]) -> Any:
    """Return the entry in one shape for each kind of input; None if it is empty."""
    return _settled(entered.get(_STATES[element["type"]][0]))


def untouched(element: Mapping[str, Any], entered: Mapping[str, Any]) -> bool:
    """Return whether the input still holds what it held at first."""
    first = _settled(element.get(_STATES[element["type"]][1]))
    now = submitted(element, entered)
    if isinstance(first, list) and isinstance(now, list):
        return sorted(map(str, first)) == sorted(map(str, now))  # the order of a selection is Slack's own
    return bool(first == now)


def _settled(value: Any) -> Any:
    match value:
        case None | "" | []:
            return None
        case str():
            return value.replace("\r\n", "\n")
        case {"value": place}:
            return place
        case list():
            return [_settled(each) for each in value]
    return value


def changed_value(element: Mapping[str, Any], entered: Mapping[str, Any], field: FormField) -> Any:
    """Return the person's choice or text, as JSON or as a `TypedText`. Raises `Unreadable`."""
    now, kind = submitted(element, entered), element["type"]
    if kind == "checkboxes":  # of the last release
        return now is not None
    if kind == "multi_static_select":
        return [_option(index, options_of(field.schema)) for index in now or ()]
    if kind == "multi_users_select":
        return now or []
    if now is None:
        return None if kind != "plain_text_input" and nullable(field.schema) else TypedText("")
    if kind in ("static_select", "radio_buttons"):
        return _option(now, options_of(field.schema))
    if kind == "datetimepicker":
        return datetime.fromtimestamp(now, _zone(field.value)).isoformat()
    if element["action_id"] == ESCAPED:
        try:
            return TypedText(unescaped(now))
        except ValueError as error:
            raise Unreadable(f"{error}.") from None
    return TypedText(now)


def _option(index: str, options: list[Any]) -> Any:
    if not (index.isascii() and index.isdigit() and len(index) < 9) or int(index) >= len(options):
        raise Unreadable("is no longer one of the options. Open the form again.")
    return options[int(index)]


def _zone(value: Any) -> tzinfo:
    """A moment that is changed keeps its offset."""
    try:
        return datetime.fromisoformat(value).tzinfo or UTC
    except (TypeError, ValueError):
        return UTC
