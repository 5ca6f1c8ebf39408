"""The objects that every listener works with."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.background import BackgroundTasks
from bot.http.spent import Spent
from bot.listeners.home_parts import HomeParts
from bot.listeners.kept_homes import KeptHomes
from bot.listeners.open_homes import OpenHomes
from bot.listeners.open_lists import OpenLists
from bot.outbox.agent_sessions import AgentSessions
from bot.outbox.custom_steps import CustomSteps
from bot.outbox.log_readers import LogReaders
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from bot.views.runs.page_link import RunPages
from engine import (
    Actor,
    Clock,
    Engine,
    VisibleRuns,
    Wanted,
    full_member,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who asks, the channel, and Slack's token for this one act.

    `closed`: not a public channel, so that nobody knows whether the bot can write there.
    """

    user: str
    channel: str | None
    trigger: str
    closed: bool = False
    public: bool = False
    """The answer is shared in the channel."""


@dataclass(frozen=True, slots=True)
class Context:
    """`command`: the slash command's name. `channel_opened`: tells the outbox that a channel may be open now.

    `lacking`: why a request cannot be approved in Slack yet: not all that it covers has been delivered.
    """

    engine: Engine
    api: SlackApi
    people: SlackPeople
    clock: Clock
    background: BackgroundTasks
    command: str
    channel_opened: Callable[[str], None]
    lacking: Callable[[str], Awaitable[str]]
    open_lists: OpenLists = field(default_factory=OpenLists)
    home_parts: HomeParts = field(default_factory=HomeParts)
    open_homes: OpenHomes = field(default_factory=OpenHomes)
    kept_homes: KeptHomes | None = None
    """None: a restart forgets which Homes are open, as in tests without a folder."""
    refused_blocks: set[str] = field(default_factory=set)
    """Types of blocks of data that this workspace refused since the start."""
    pages: RunPages = field(default_factory=RunPages)
    follow_logs: Callable[[list[Wanted]], Awaitable[None]] | None = None
    """Wants lines that follow the logs of steps; None: there is no outbox, so that nothing follows."""
    read_threads: bool = False
    """Texts in the threads of open requests are read, to say how to decide."""
    spent: Spent | None = None
    """Names that count once, also after a restart; None: in memory, as in tests without a folder."""
    custom_steps: CustomSteps | None = None
    """Completes custom steps of Workflow Builder; None: Signoff has none."""
    agent_sessions: AgentSessions | None = None
    """Sets the status of agent sessions; None: the app has no agent view."""
    workspace_url: str = ""
    """Address of the workspace, with a slash at the end. Links to messages begin with it."""

    def learn_channel(self, channel: Mapping[str, Any]) -> None:
        """Note the id of the channel that an act came from."""
        if channel.get("name") not in (None, "directmessage", "privategroup"):
            self.people.channels.learn(str(channel.get("id")), str(channel["name"]))

    def seen_by(self, user: str) -> VisibleRuns:
        """Return the view of this person on runs, for one act."""
        return self.engine.seen_by(slack_actor(user))

    def log_readers(self) -> LogReaders:
        """Return the rule by which the log of a run is shown in a thread."""
        return LogReaders(self.engine.audience, self.people.channels, self.people, self.engine.seen_by)

    async def view_for(self, asker: Caller) -> VisibleRuns:
        """Return the view of the caller; for a shared answer, only what the channel's readers may see too.

        Raises `PeopleUnavailable`.
        """
        if not asker.public:
            return self.seen_by(asker.user)
        names = [asker.channel] if asker.channel else []
        if asker.channel and (name := (await self.people.channels.by_id(asker.channel)).get("name")):
            names.append(str(name))
        return self.engine.shared_by(slack_actor(asker.user), [f"#{name}" for name in names])

    async def member(self, user_id: str) -> None:
        """Return for a full, active member of the workspace.

        Raises `NotAllowed` for anybody else and `PeopleUnavailable`.
        """
        await full_member(self.people, user_id)


@dataclass(frozen=True, slots=True)
class FormReply:
    """An answer that is a modal."""

    view: dict[str, Any]


def slack_actor(user_id: str) -> Actor:
    return Actor("slack", user_id)


def once(token: str) -> str:
    """Return a key from Slack's id of an act (trigger_id, view id): the same act twice starts one run."""
    return hashlib.sha256(token.encode()).hexdigest()[:14]
