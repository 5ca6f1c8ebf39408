"""All parts of a running local Slack, as one value."""

from dataclasses import dataclass, field
from typing import Any

from localslack.clock import Clock
from localslack.delivery.envelope import Delivery
from localslack.delivery.events import Events
from localslack.delivery.socket import SocketMode
from localslack.faults import CallLog, Faults
from localslack.live import Live
from localslack.manifest import Manifest
from localslack.people.grants import ResponseUrls, Triggers
from localslack.people.modals import Modals
from localslack.rates import Rates
from localslack.workspace.workspace import Workspace
from localslack.zones import UTC


@dataclass
class Slack:
    """The parts. url: where this server is, without a slash at the end."""

    clock: Clock
    manifest: Manifest
    workspace: Workspace
    live: Live
    delivery: Delivery
    events: Events
    calls: CallLog
    triggers: Triggers
    responses: ResponseUrls
    modals: Modals
    rates: Rates
    socket: SocketMode | None = None
    faults: Faults = field(default_factory=Faults)
    uploads: dict[str, str] = field(default_factory=dict)
    refused_tokens: dict[str, str] = field(default_factory=dict)
    """By kind of token (bot, app): the error that every call with it gets."""
    edit_window: float | None = None
    """Seconds in which a message can be changed; None: always."""
    refused_blocks: set[str] = field(default_factory=set)
    """Types of blocks that this workspace takes in no message."""
    anybody_acts: bool = False
    """Bots and deactivated people act too."""
    executions: dict[str, Any] = field(default_factory=dict)
    """Custom steps of Workflow Builder that were executed, by id: `people.functions.Execution`."""
    sessions: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Agent sessions, by channel and thread: `sessions.Session`."""
    url: str = ""
    tz: str = UTC
    """Time zone of people who have none of their own."""
