"""Finding elements in blocks, and the state that people enter into them."""

import re
from collections.abc import Iterator
from typing import Any

from localslack.blocks.limits import STATEFUL
from localslack.workspace.records import Json

REQUIRED = "Please complete this required field."

# element type -> the key of its value in Slack's state shape
VALUE_KEYS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def elements(blocks: list[Json] | None) -> Iterator[tuple[Json, Json]]:
    """(block, element) for everything people can act on, at any depth."""
    for block in blocks or []:
        candidates = [block.get("accessory"), block.get("element")]
        if block.get("type") in ("actions", "context_actions"):
            candidates += block.get("elements") or []
        if block.get("type") == "card":
            candidates += block.get("actions") or []
        for element in candidates:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
        inner = block.get("child_blocks") or (
            block.get("elements") if block.get("type") == "carousel" else None
        )
        yield from elements(inner)


def find(blocks: list[Json] | None, block_id: str, action_id: str) -> tuple[Json, Json] | None:
    for block, element in elements(blocks):
        if block.get("block_id") == block_id and element["action_id"] == action_id:
            return block, element
    return None


def _empty(key: str) -> Any:
    return [] if key.endswith("s") else None


def _initial(element: Json, key: str) -> Any:
    return element.get("initial_" + key.removeprefix("selected_"), _empty(key))


def state(blocks: list[Json] | None, *sources: Any) -> Json:
    """Slack's `state` for the blocks: what was entered (a later `given` counts more), else initial values."""
    values: dict[str, Json] = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind not in STATEFUL:
            continue
        key = VALUE_KEYS[kind]
        value = _initial(element, key)
        for source in sources:
            entered = _entered(source, block.get("block_id", ""), element["action_id"])
            if key in entered:
                value = entered[key]
        if kind.endswith("_input") and value == "":
            value = None
        values.setdefault(block["block_id"], {})[element["action_id"]] = {"type": kind, key: value}
    return {"values": values}


def _entered(source: Any, block_id: str, action_id: str) -> Json:
    for step in ("values", block_id, action_id):
        source = source.get(step) if isinstance(source, dict) else None
    return source if isinstance(source, dict) else {}


def complaints(blocks: list[Json], entered: Json) -> dict[str, str]:
    """block_id -> what Slack's own form says before it sends anything to the app."""
    problems = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = entered["values"][block["block_id"]][element["action_id"]][VALUE_KEYS[element["type"]]]
        text = _complaint(element, value, optional=bool(block.get("optional")))
        if text:
            problems[block["block_id"]] = text
    return problems


def _complaint(element: Json, value: Any, *, optional: bool) -> str:
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return "" if optional else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        return _length(element, str(value))
    if kind == "number_input":
        return _number(element, str(value))
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", str(value), re.IGNORECASE):
        return "Please enter a valid URL."
    return ""


def _length(element: Json, value: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"This needs at least {least} characters."
    return f"This can have at most {most} characters." if len(value) > most else ""


def _number(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value.strip()):
        return "Please enter a valid number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number of at least {least}."
    if most is not None and float(value) > float(most):
        return f"Please enter a number of at most {most}."
    return ""
