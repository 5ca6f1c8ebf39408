"""Puts the ids of channels in place of their names: only Slack knows, for each reader, who may see a name."""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.slack.channels import VERIFIED_SECONDS
from bot.slack.followed_channels import FollowedChannels, NameTaken
from bot.slack.web_api import SlackRefused
from bot.views.wording.channels import CHANNEL_ID, NAMED, PRIVATE, REFERENCE
from engine import PeopleUnavailable

_FIND_SECONDS = 1.0
"""To look for a channel that is not known yet. A window opens within three seconds."""


class ChannelReferences:
    """Channels as Slack's ids. One that Signoff cannot see is `a private channel`: its name may be secret."""

    def __init__(self, channels: FollowedChannels) -> None:
        self._channels = channels

    async def in_body(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the body of a message or a window with an id in each reference to a channel."""
        names = {name for text in _texts(body) for name in REFERENCE.findall(text)}
        names = {name for name in names if not CHANNEL_ID.fullmatch(name)}
        if not names:
            return body
        ids = {name: await self._id(name) for name in names}

        def written(match: re.Match[str]) -> str:
            channel = ids.get(match[1], match[1])
            return f"<#{channel}>" if channel else PRIVATE

        changed: Mapping[str, Any] = _changed(body, lambda text: REFERENCE.sub(written, text))
        return changed

    async def in_sentence(self, text: str) -> str:
        """Return a plain sentence with the id of each channel in it, for `wording.channels.sentence`."""
        ids = {name: await self._id(name) for name in dict.fromkeys(NAMED.findall(text)) if name}

        def written(match: re.Match[str]) -> str:
            if not match[1]:
                return match[0]
            return ids[match[1]] or (PRIVATE if match.start() else PRIVATE.capitalize())

        return NAMED.sub(written, text)

    async def _id(self, name: str) -> str:
        try:
            return await self.id_of(name)
        except PeopleUnavailable:
            return ""

    async def id_of(self, name: str) -> str:
        """Return the id of a channel; empty where Signoff sees none so called. Raises `PeopleUnavailable`."""
        if CHANNEL_ID.fullmatch(name):
            return name
        record = self._channels.known(name)
        if record is None:
            try:
                async with asyncio.timeout(_FIND_SECONDS):
                    record = await self._channels.find(name, verified=VERIFIED_SECONDS)
            except (NameTaken, SlackRefused, TimeoutError) as error:
                raise PeopleUnavailable(f"Slack did not say which channel #{name} is: {error}") from None
        return str(record["id"]) if record else ""


def _texts(part: Any) -> Iterator[str]:
    """Yield every text that Slack reads as mrkdwn."""
    if isinstance(part, list | tuple):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, Mapping):
        for name, value in part.items():
            if isinstance(value, str):
                if _is_mrkdwn(part, name):
                    yield value
            else:
                yield from _texts(value)


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, list | tuple):
        return [_changed(each, change) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {
        name: change(value) if isinstance(value, str) and _is_mrkdwn(part, name) else _changed(value, change)
        for name, value in part.items()
    }


def _is_mrkdwn(part: Mapping[str, Any], name: str) -> bool:
    """Return whether a field is mrkdwn: the text of a message, or of a text object of that type."""
    return name == "text" and part.get("type") in (None, "mrkdwn")
