"""The records of a workspace. Each is JSON in the file and one of these in memory."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class User:
    id: str
    name: str
    real_name: str
    title: str = ""
    email: str = ""
    color: str = "6a5cb8"
    tz: str = ""
    """Empty: the zone of the workspace."""
    status: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_hidden: bool = False
    """Somebody of another company whom Slack does not show to the app."""
    updated: int = 0


@dataclass
class Group:
    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False
    updated: int = 0


@dataclass
class Channel:
    """kind: `channel` (public), `private` or `dm`; reads: person -> ts of the newest message read."""

    id: str
    name: str
    kind: str = "channel"
    members: list[str] = field(default_factory=list)
    topic: str = ""
    is_archived: bool = False
    created: int = 0
    creator: str = ""
    reads: dict[str, str] = field(default_factory=dict)


@dataclass
class Message:
    """One message. `ephemeral_to` marks one that only that person sees; such ones live in memory only."""

    ts: str
    channel: str
    user: str
    text: str = ""
    username: str = ""
    is_bot: bool = False
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: str | None = None
    files: list[str] = field(default_factory=list)
    reactions: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    subtype: str | None = None
    ephemeral_to: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class File:
    id: str
    name: str
    title: str
    mimetype: str
    size: int
    user: str
    created: int
    alt: str = ""
    complete: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_image(self) -> bool:
        return self.mimetype.startswith("image/")


@dataclass
class View:
    """A modal in somebody's stack or somebody's Home. `state`: what was entered last."""

    id: str
    user: str
    type: str
    callback_id: str
    blocks: list[Json]
    hash: str
    title: Json | None = None
    submit: Json | None = None
    close: Json | None = None
    private_metadata: str = ""
    external_id: str = ""
    notify_on_close: bool = False
    clear_on_close: bool = False
    submit_disabled: bool = False
    root: str = ""
    previous: str | None = None
    state: Json = field(default_factory=lambda: {"values": {}})
    errors: dict[str, str] = field(default_factory=dict)
