"""Where messages go: channels by name, direct messages by person, each as the id that Slack wants."""

import re

from bot.outbox.ports import Slack
from bot.outbox.problems import Problem
from bot.slack.followed_channels import FollowedChannels, NameTaken
from bot.slack.web_api import SlackRefused, SlackUnreachable
from engine import PeopleUnavailable

_ID = re.compile(r"[CDG][A-Z0-9]{4,}")
_FRESH_SECONDS = 15.0
"""A channel that was archived so short a time ago is not looked at again."""


class Unpostable(Exception):
    """Nothing can be posted there; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Router:
    """Names and people to channel ids."""

    def __init__(self, slack: Slack, channels: FollowedChannels) -> None:
        self._slack, self._channels = slack, channels
        self._direct: dict[str, str] = {}

    def known(self, ref: str) -> str:
        """The id if it is known already, else the name itself. Asks nobody."""
        record = self._channels.known(ref.removeprefix("#"))
        return str(record["id"]) if record else ref

    def forget(self) -> None:
        """Channels changed: look again when next asked."""
        self._channels.forget()

    async def channel(self, ref: str) -> str:
        """The id for `#deploys`, `deploys` or an id. Raises `Unpostable`, `SlackUnreachable`."""
        if _ID.fullmatch(ref):
            return ref
        name = ref.removeprefix("#")
        try:
            record = await self._channels.find(name, verified=_FRESH_SECONDS)
        except NameTaken as error:
            raise Unpostable(Problem("name_taken", ref, detail=error.former)) from None
        except SlackRefused as error:
            raise Unpostable(Problem(error.code, ref, error.rejected.needed)) from None
        except PeopleUnavailable as error:
            raise SlackUnreachable(str(error)) from None
        if record is None:
            raise Unpostable(Problem("channel_not_found", ref))
        if record.get("is_archived"):
            raise Unpostable(Problem("is_archived", ref))
        return str(record["id"])

    async def posted(self, ref: str, channel: str) -> None:
        """Keep which channel `#deploys` means: a message was posted there, or may have been."""
        if not _ID.fullmatch(ref):
            await self._channels.note(ref.removeprefix("#"), channel)

    def was_renamed(self, ref: str) -> bool:
        """Return whether the channel for `#deploys` has another name now; from memory."""
        return self._channels.was_renamed(ref.removeprefix("#"))

    async def direct(self, user_id: str) -> str:
        """The direct message with this person. Raises `Unpostable`, `SlackUnreachable`."""
        if user_id not in self._direct:
            try:
                answer = await self._slack.read("conversations.open", {"users": user_id})
            except SlackRefused as error:
                raise Unpostable(Problem(error.code, "", error.rejected.needed)) from None
            self._direct[user_id] = str(answer["channel"]["id"])
        return self._direct[user_id]
