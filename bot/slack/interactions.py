"""The parts of clicks, forms and shortcuts that listeners read, checked before a listener has them.

https://docs.slack.dev/reference/interaction-payloads/
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError


class _Subject(BaseModel):
    id: str


class _Action(BaseModel):
    action_id: str
    value: str | None = None


class _View(BaseModel):
    id: str
    type: str
    callback_id: str
    private_metadata: str = ""


class _Interaction(BaseModel):
    user: _Subject
    team: _Subject | None = None
    channel: _Subject | None = None


class _Click(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: _View | None = None


class _Form(_Interaction):
    view: _View


class _Message(BaseModel):
    ts: str
    text: str | None = None
    thread_ts: str | None = None
    user: str | None = None
    username: str | None = None
    files: list[Any] | None = None
    attachments: list[Any] | None = None


class _Shortcut(_Interaction):
    callback_id: str
    trigger_id: str


class _MessageShortcut(_Shortcut):
    channel: _Subject
    message: _Message


_SHAPES: Mapping[str, TypeAdapter[Any]] = {
    "block_actions": TypeAdapter(_Click),
    "view_submission": TypeAdapter(_Form),
    "view_closed": TypeAdapter(_Form),
    "shortcut": TypeAdapter(_Shortcut),
    "message_action": TypeAdapter(_MessageShortcut),
}


def malformed(body: Mapping[str, Any]) -> str:
    """Return the name of a part that is missing or wrong in a click, a form or a shortcut; else empty."""
    kind = "block_actions" if "actions" in body else body.get("type")
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return ""
    try:
        shape.validate_python(body)
    except ValidationError as error:
        return ".".join(str(part) for part in error.errors()[0]["loc"])
    return ""
