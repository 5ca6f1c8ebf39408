"""Messages that the views return, and the names of people and groups in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.views.wording import channels
from bot.views.wording.text import cut_line, escape, safe, shorten, size_in_bytes
from bot.views.wording.visible import Visible
from engine import ON_CALL, Actor, Failure, is_group, is_on_call

Block = dict[str, Any]
MAX_TEXT_BYTES = 3500
"""chat.update refuses more than 4,000 (third party: measured in bytes)."""


USER_ID = re.compile(r"(?<!enrol )\b[UW](?=[A-Z0-9]*\d)[A-Z0-9]{2,}\b")
"""In a sentence. An id that is part of a command stays as it is."""
DATA = frozenset({"data_table", "data_visualization", "table"})
MAX_MENTIONED = 10
"""Members of one group of the settings who are mentioned: the line has to stay readable."""
_FRAGILE = DATA | {"plan", "image"}


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """A chart to draw where the workspace takes none. `in_words`: its figures, as alternative text.

    `title` stands in the picture, `subject` above it, and `comment` in the message that shares it.
    """

    name: str
    title: str
    subject: str
    comment: str
    in_words: str
    x_label: str
    y_label: str
    bars: tuple[tuple[str, float], ...]
    """Label and value of each. The labels differ."""


CHART_BLOCK = "chart"
"""The `block_id` of a chart in text, which the picture makes needless."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Slack takes it. `text` carries the essentials, for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...] = ()
    refusal: bool = False
    """It says why nothing was done, to one person: it is never shared."""
    listing: bool = False
    """It lists requests with their buttons, also in a window."""
    several_runs: bool = False
    """It is about several runs, and its text names their workflow, not one of them."""
    instead: "Message | None" = None
    """The message for a workspace that does not take the blocks of data in this one. It may have one too."""
    picture: ChartPicture | None = None
    """A picture in place of the chart that this message shows in text."""

    @property
    def has_plan(self) -> bool:
        """Return whether the message has a `plan` block, which some workspaces refuse."""
        return any(block["type"] == "plan" for block in self.blocks)

    @property
    def data_blocks(self) -> frozenset[str]:
        """The types of its charts and tables, which some workspaces refuse."""
        return frozenset(block["type"] for block in self.blocks) & DATA

    @property
    def plainest(self) -> "Message":
        """The message without blocks of data."""
        return self if self.instead is None else self.instead.plainest

    @property
    def fragile(self) -> bool:
        """Return whether Slack may refuse a block of it: a plan, a table, an image that it can't fetch."""
        return any(block["type"] in _FRAGILE for block in self.blocks)


def message(text: str, *blocks: Block | None) -> Message:
    """`text` is mrkdwn already, and kept within Slack's limit; blocks that are None are left out."""
    shown = tuple(block for block in blocks if block is not None)
    return Message(shorten(text, MAX_TEXT_BYTES, size_in_bytes), shown)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of people and groups, looked up beforehand: views are pure.

    people: user id to display name. groups: the reference as the workflow has it (`@on-call`) to the
    group's Slack id. A person without a name here is shown as a mention, which Slack turns into the name.
    A mention in a channel also notifies the person, so messages in channels need the names.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    """Groups that do not exist and channels that Signoff cannot see, as the workflow names them."""
    public: frozenset[str] = frozenset()
    """Channels that anybody can join, as the workflow names them. Their members decide no high risk."""
    readable: frozenset[str] = frozenset()
    """Channels that every full member can read, as the workflow names them. Plain text names no others."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By group of the settings, which Slack cannot mention: the user ids of its members."""

    def person(self, user_id: str) -> str:
        """Return a person's name if it is known, without notifying the person."""
        name = self.people.get(user_id)
        return safe(name, 80) if name else f"<@{safe(user_id, 40)}>"

    def actor(self, actor: Actor) -> str:
        """Return the actor's name, and the source if it was not Slack."""
        match actor.source:
            case "slack":
                return self.person(actor.id)
            case "cli":
                by = f"{safe(actor.id, 60)} on the command line"
                return f"{by} for {self.person(actor.as_user)}" if actor.as_user else by
            case "schedule":
                return "the schedule"
            case "webhook":
                return f"the webhook {safe(actor.id, 80)}"
            case "event":
                return f"the trigger of {safe(actor.id, 120)}"
            case "file" | "query":
                return f"the trigger {safe(actor.id, 120)}"
            case "engine":
                return "Signoff"
        by = safe(f"the token {actor.id}" if actor.source == "api" else f"{actor.source} {actor.id}", 80)
        return f"{by} for {self.person(actor.as_user)}" if actor.as_user else by

    def decider(self, actor: Actor, on_behalf: str) -> str:
        """The name of the person who decided, and for whom they did."""
        return f"{self.actor(actor)} for {self.person(on_behalf)}" if on_behalf else self.actor(actor)

    def ref(self, ref: str) -> str:
        """A group, channel or person of the workflow, by name; notifies nobody."""
        if ref.startswith("#"):
            return f"members of {channels.reference(ref)}"
        if is_on_call(ref):
            return _on_call(ref)
        return safe(ref, 80) if ref.startswith("@") else self.person(ref)

    def plain(self, ref: str) -> str:
        """The same for places that take plain text only."""
        if ref.startswith("#"):
            return Visible(f"members of {cut_line(ref, 60) if self.has_plain(ref) else channels.PRIVATE}")
        if is_on_call(ref):
            return Visible(_on_call(ref))
        return cut_line(ref if ref.startswith("@") else self.people.get(ref, ref), 80)

    def sentence(self, text: str) -> str:
        """Return a plain sentence with the known names in place of ids; plain text."""
        return USER_ID.sub(lambda match: self.people.get(match[0], match[0]), text)

    def failure(self, failure: Failure) -> str:
        """Return why something failed; plain text. What the code of a step said stays as it is."""
        text = channels.without_names(failure)
        return self.sentence(text) if failure.names_people else text

    def has_plain(self, ref: str) -> bool:
        """Return whether plain text can name it: not a channel that may be private."""
        return not ref.startswith("#") or ref in self.readable

    def mention(self, ref: str) -> str:
        """A group or person, notified. Of a channel nobody is: it would be everybody.

        A group of the settings and a schedule are unknown to Slack, so their members are mentioned.
        """
        if ref.startswith("#"):
            return self.ref(ref)
        if not is_group(ref):
            return f"<@{safe(ref, 40)}>"
        group, members = self.groups.get(ref, ""), self.members.get(ref, ())
        if group.startswith("S"):
            return f"<!subteam^{escape(group)}>"
        mentioned = [self.mention(member) for member in members[:MAX_MENTIONED]]
        if len(members) > MAX_MENTIONED:
            mentioned.append(f"{len(members) - MAX_MENTIONED} more who are not notified")
        return f"{self.ref(ref)} ({', '.join(mentioned)})" if mentioned else self.ref(ref)

    def any_of(self, refs: tuple[str, ...], *, notify: bool = False, word: str = "or") -> str:
        """`@release-managers or Bob`; many are counted. `word`: `and` where all of them are needed."""
        if not refs:
            return "nobody"
        shown = [self.mention(ref) if notify else self.ref(ref) for ref in refs[:5]]
        if len(refs) > 5:
            shown.append(f"{len(refs) - 5} more")
        return f" {word} ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _on_call(ref: str) -> str:
    return safe(f"people on call for {ref.removeprefix(ON_CALL)}", 110)


MENTIONED = Names()
"""For what only one person sees, where a mention notifies nobody: Slack fills in the names."""
