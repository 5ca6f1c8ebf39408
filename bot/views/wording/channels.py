"""Channels in texts for Slack: as references, which Slack shows by name to those who may know it.

A view writes the name that the workflow has. `bot.slack.channel_references` replaces it by the id when the
text is sent. Nothing in a value can imitate a reference, because values are escaped.
"""

import re

from bot.views.wording.text import escape, safe
from engine import Failure

PRIVATE = "a private channel"
"""For a channel that Signoff does not know to be public, as Slack calls it to those who are not in it."""
REFERENCE = re.compile(r"<#([^<>|]+)>")
NAMED = re.compile(r"“[^”]*”|(?<![\w#&/<])#([^\W_][\w-]{0,79})")
"""A channel in a plain sentence of Signoff's, or a quotation: people wrote that, and it stays as it is."""
_EARLIER = "ctx.notify in "
"""Part of a sentence that named the place, in rows of earlier releases."""
_MEMBERS = "members of "
_ON_CALL = "people on call for "
CHANNEL_ID = re.compile(r"(?<![\w@#<])[CG](?=[A-Z0-9]*\d)[A-Z0-9]{7,}(?!\w)")


def reference(channel: str) -> str:
    """Return a channel as the workflow names it, by name or id; mrkdwn."""
    return f"<#{escape(channel.removeprefix('#'))}>"


def sentence(text: str, limit: int) -> str:
    """Return a plain sentence as mrkdwn, with a reference for the id of each channel in it."""
    shown = safe(text, limit)
    return shown if shown.startswith("`") else CHANNEL_ID.sub(lambda match: reference(match[0]), shown)


def referring(text: str, limit: int) -> str:
    """As `sentence`, with a reference for each name of a channel too: the readers may not know it."""
    shown = sentence(text, limit)
    if shown.startswith("`"):
        return sentence(NAMED.sub(PRIVATE, text), limit)
    return NAMED.sub(lambda match: reference(match[1]) if match[1] else match[0], shown)


def at_start(people: str) -> str:
    """Return people as the first words of a sentence; mrkdwn."""
    return f"{people[0].upper()}{people[1:]}" if people.startswith((_MEMBERS, _ON_CALL)) else people


def number_of(how_many: str, people: str) -> str:
    """Return how many of some people, as `2 of @dev`, `one member of #x` or `all members of #x`; mrkdwn."""
    if not people.startswith(_MEMBERS):
        return f"{how_many} of {people}"
    if how_many == "1":
        return f"one member of {people.removeprefix(_MEMBERS)}"
    return f"{'all' if how_many == 'everybody' else how_many} {people}"


def without_names(failure: Failure) -> str:
    """Return the message of a failure, without the channel that a row of an earlier release names.

    It may be private. The command line names it to the author and the operator.
    """
    if failure.place or _EARLIER not in failure.message:
        return failure.message
    return NAMED.sub(lambda match: "a channel" if match[1] else match[0], failure.message)
