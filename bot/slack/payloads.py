"""Shapes of what Slack sends, from commands to events. Checked before Bolt or a listener reads them.

https://docs.slack.dev/reference/interaction-payloads/ and https://docs.slack.dev/reference/events
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError


def _encodable(text: str) -> str:
    text.encode()  # an id never has half a character, and a database refuses it
    return text


Text = Annotated[str, AfterValidator(_encodable)]


class _Subject(BaseModel):
    id: Text


class _Channel(_Subject):
    name: Text | None = None


class _Option(BaseModel):
    value: Annotated[Text, Field(max_length=2000)]


class _Action(BaseModel):
    action_id: Text
    value: Text | None = None
    block_id: Text | None = None
    selected_option: _Option | None = None


class _Element(BaseModel):
    type: Text
    action_id: Text


def _shown(kind: str) -> str:
    if kind == "input":
        raise ValueError("an input has an id and an element")
    return kind


class _Block(BaseModel):
    type: Annotated[Text, AfterValidator(_shown)]


class _Input(BaseModel):
    type: Literal["input"]
    block_id: Text
    element: _Element


class _Entered(BaseModel):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_date: Text | None = None
    selected_time: Text | None = None
    selected_date_time: Annotated[int, Field(ge=0, le=250_000_000_000)] | None = None
    selected_user: Text | None = None
    selected_users: list[Text] | None = None
    selected_conversation: Text | None = None


class _State(BaseModel):
    values: Mapping[str, Mapping[str, _Entered]]


class _View(BaseModel):
    id: Text
    type: Text
    callback_id: Text
    private_metadata: Text = ""
    hash: Text | None = None


class _SubmittedView(_View):
    state: _State
    blocks: list[Annotated[_Input | _Block, Field(union_mode="left_to_right")]]


class _Place(BaseModel):
    message_ts: Text | None = None
    thread_ts: Text | None = None


class _Interaction(BaseModel):
    type: Text
    user: _Subject
    team: _Subject | None = None
    channel: _Channel | None = None
    trigger_id: Text = ""
    response_url: Text | None = None


class _Click(_Interaction):
    actions: Annotated[list[_Action], Field(min_length=1)]
    view: _View | None = None
    container: _Place | None = None
    message: _Place | None = None


class _Form(_Interaction):
    view: _SubmittedView


class _ClosedForm(_Interaction):
    view: _View


class _Message(BaseModel):
    ts: Text
    text: str | None = None
    thread_ts: Text | None = None
    user: Text | None = None
    username: Text | None = None
    files: list[Any] | None = None
    attachments: list[Any] | None = None


class _Shortcut(_Interaction):
    callback_id: Text
    trigger_id: Text


class _MessageShortcut(_Shortcut):
    channel: _Channel
    message: _Message


class _Command(BaseModel):
    command: Text
    text: Text = ""
    user_id: Text
    channel_id: Text | None = None
    channel_name: Text | None = None
    trigger_id: Text
    response_url: Text | None = None


class _Event(BaseModel):
    type: Text


class _EventCallback(BaseModel):
    type: Literal["event_callback"]
    event: _Event


class _Other(BaseModel):
    """Everything else, which no listener takes: options of menus, checks of an address."""

    type: Text = ""
    event: Mapping[str, Any] = {}
    """Bolt looks into it whatever the type is."""


_INTERACTIONS: Mapping[str, TypeAdapter[Any]] = {
    "block_actions": TypeAdapter(_Click),
    "view_submission": TypeAdapter(_Form),
    "view_closed": TypeAdapter(_ClosedForm),
    "event_callback": TypeAdapter(_EventCallback),
    "shortcut": TypeAdapter(_Shortcut),
    "message_action": TypeAdapter(_MessageShortcut),
}
_COMMAND, _OTHER = TypeAdapter(_Command), TypeAdapter(_Other)


class _HomeOpened(BaseModel):
    user: Text
    tab: Text | None = None


class _TokensRevoked(BaseModel):
    tokens: Mapping[str, Any] | None = None


class _Profile(BaseModel):
    display_name: Text | None = None
    real_name: Text | None = None


class _Teams(BaseModel):
    teams: list[Text] | None = None


class _Person(_Subject):
    name: Text | None = None
    real_name: Text | None = None
    team_id: Text | None = None
    tz: Text | None = None
    updated: int | None = None
    profile: _Profile | None = None
    enterprise_user: _Teams | None = None


class _PersonEvent(BaseModel):
    user: _Person


class _MembersChanged(BaseModel):
    subteam_id: Text
    added_users: list[Text] | None = None
    removed_users: list[Text] | None = None
    added_users_count: int | None = None
    removed_users_count: int | None = None


class _Group(_Subject):
    handle: Text | None = None
    users: list[Text] | None = None
    user_count: int | None = None


class _GroupEvent(BaseModel):
    subteam: _Group


class _InChannel(BaseModel):
    channel: Text


class _Membership(_InChannel):
    user: Text


class _ChannelEvent(BaseModel):
    channel: _Channel


class _Written(_InChannel):
    user: Text | None = None
    text: Text | None = None
    thread_ts: Text | None = None


class _Function(BaseModel):
    callback_id: Text


class _Executed(BaseModel):
    function: _Function
    function_execution_id: Annotated[Text, Field(max_length=100, pattern="^[A-Za-z0-9]+$")]
    inputs: Mapping[str, Any] = {}


EVENTS: Mapping[str, TypeAdapter[Any]] = {
    "app_home_opened": TypeAdapter(_HomeOpened),
    "app_mention": TypeAdapter(_Written),
    "app_uninstalled": _OTHER,
    "channel_created": TypeAdapter(_ChannelEvent),
    "channel_left": TypeAdapter(_InChannel),
    "channel_rename": TypeAdapter(_ChannelEvent),
    "channel_unarchive": TypeAdapter(_InChannel),
    "function_executed": TypeAdapter(_Executed),
    "group_left": TypeAdapter(_InChannel),
    "group_rename": TypeAdapter(_ChannelEvent),
    "group_unarchive": TypeAdapter(_InChannel),
    "member_joined_channel": TypeAdapter(_Membership),
    "member_left_channel": TypeAdapter(_Membership),
    "message": TypeAdapter(_Written),
    "subteam_created": TypeAdapter(_GroupEvent),
    "subteam_members_changed": TypeAdapter(_MembersChanged),
    "subteam_updated": TypeAdapter(_GroupEvent),
    "team_join": TypeAdapter(_PersonEvent),
    "tokens_revoked": TypeAdapter(_TokensRevoked),
    "user_change": TypeAdapter(_PersonEvent),
}
"""By the type of an event that has a listener: the parts that the listener reads."""

UNUSED = frozenset({
    "block_suggestion", "dialog_cancellation", "dialog_submission", "dialog_suggestion",
    "interactive_message", "workflow_step_edit",
})  # fmt: skip
"""Kinds of requests that Slack sends only for what the manifest does not have. Bolt would hand some to the
listeners of clicks."""


def malformed(body: Mapping[str, Any]) -> str:
    """Return the name of a part that is missing or wrong; empty if there is none."""
    for shape, subject, prefix in _shapes(body):
        try:
            shape.validate_python(subject)
        except ValidationError as error:
            place = (*prefix, *error.errors(include_url=False, include_input=False)[0]["loc"])
            return ".".join(repr(str(part)[:50])[1:-1] for part in place)
    return ""


def _shapes(body: Mapping[str, Any]) -> Iterator[tuple[TypeAdapter[Any], object, tuple[str, ...]]]:
    """Yield every shape by which Bolt could take this body: as a command first, then by its type."""
    yield _OTHER, body, ()
    if "command" in body:
        yield _COMMAND, body, ()
    kind = body.get("type", "")
    if shape := _INTERACTIONS.get(kind):
        yield shape, body, ()
    if kind == "event_callback" and (shape := EVENTS.get(body["event"]["type"])):
        yield shape, body["event"], ("event",)
