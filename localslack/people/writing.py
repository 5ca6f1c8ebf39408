"""Typed text: names become ids, the rest is escaped, as Slack's composer does it."""

import re

from localslack.slack import Slack

_KNOWN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#[CGD][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!(?:here|channel|everyone))(?:\|[^<>]*)?>"
)
_NAMED = re.compile(r"(?<![\w.@#/])([@#])([\w][\w.-]*)")
_AT_LARGE = ("here", "channel", "everyone")


def encode(slack: Slack, author: str, text: str, *, names: bool = True) -> str:
    """Escape &, < and > and turn @name, @group and #channel into Slack's forms; those typed out already stay.

    author: a person's id. A private channel that the person is not in stays as it was typed.
    names False (a command without should_escape): nothing is turned and nothing escaped.
    """
    if not names:
        return text
    parts, end = [], 0
    for match in _KNOWN.finditer(text):
        parts += [_encode_part(slack, author, text[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*parts, _encode_part(slack, author, text[end:])])


def _encode_part(slack: Slack, author: str, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAMED.sub(
        lambda match: _reference(slack, author, match.group(1), match.group(2)) or match.group(), escaped
    )


def _reference(slack: Slack, author: str, sign: str, name: str) -> str:
    bare = name.rstrip(".-")
    tail = name[len(bare) :]
    if sign == "#":
        channel = slack.workspace.channel_named(bare)
        known = channel and (channel.kind == "channel" or author in channel.members)
        return f"<#{channel.id}|{channel.name}>{tail}" if channel and known else ""
    person, group = slack.workspace.user_named(bare), slack.workspace.group_named(bare)
    if person is not None:
        return f"<@{person.id}>{tail}"
    if group is not None:
        return f"<!subteam^{group.id}>{tail}"
    return f"<!{bare.lower()}>{tail}" if bare.lower() in _AT_LARGE else ""
