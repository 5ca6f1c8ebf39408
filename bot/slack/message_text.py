"""The text of a Slack message as its readers see it: names for ids, and none of Slack's escapes."""

import re
from collections.abc import Awaitable, Callable, Iterable

from bot.slack.people import SlackPeople
from engine import PeopleUnavailable

_REFERENCE = re.compile(r"<(?P<kind>[@#!]?)(?P<body>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_NOT_IN_LABELS = str.maketrans("", "", "<>|")
_MAX_PEOPLE, _MAX_LOOK_UPS = 50, 5
"""Names that are looked up for one message. Beyond them, and where Slack does not answer, ids stay."""


async def readable_text(people: SlackPeople, text: str) -> str:
    """Return the text with names, plain addresses and the characters that Slack escapes."""
    names = await _names(people, text)
    plain = _REFERENCE.sub(lambda found: _plain(found, names), text)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


async def labelled(people: SlackPeople, text: str) -> str:
    """Return a text of Slack's with the name in each mention: `<@U012>` is `<@U012|bob>`."""
    names = await _names(people, text)

    def with_label(found: re.Match[str]) -> str:
        body = found["body"]
        name = names.get(body.partition("^")[2] or body, "")
        plain = name.translate(_NOT_IN_LABELS)
        if found["label"] or not plain:
            return found[0]
        return f"<{found['kind']}{body}|{'@' if found['kind'] == '!' else ''}{plain}>"

    return _REFERENCE.sub(with_label, text) if names else text


async def _names(people: SlackPeople, text: str) -> dict[str, str]:
    """Return the names for ids in mentions without a name."""
    unnamed = [found for found in _REFERENCE.finditer(text) if not found["label"]]
    users = dict.fromkeys(found["body"] for found in unnamed if found["kind"] == "@")
    channels = dict.fromkeys(found["body"] for found in unnamed if found["kind"] == "#")
    groups = dict.fromkeys(
        found["body"].partition("^")[2] for found in unnamed if found["body"].startswith("subteam^")
    )

    async def channel(id_: str) -> str | None:
        # Readers see the name of a private channel only if they are in it.
        record = await people.channels.by_id(id_)
        return str(record.get("name") or "") if record.get("is_private") is False else None

    names = await people.names(list(users)[:_MAX_PEOPLE])
    names |= await _looked_up(channels, channel)
    names |= await _looked_up(groups, people.user_groups.handle)
    return names


async def _looked_up(ids: Iterable[str], look_up: Callable[[str], Awaitable[str | None]]) -> dict[str, str]:
    names = {}
    for id_ in list(ids)[:_MAX_LOOK_UPS]:
        try:
            name = await look_up(id_)
        except PeopleUnavailable:
            break
        if name:
            names[id_] = name
    return names


def _plain(found: re.Match[str], names: dict[str, str]) -> str:
    kind, body, label = found["kind"], found["body"], found["label"] or ""
    match kind:
        case "@" | "#":
            return f"{kind}{(label or names.get(body, body)).removeprefix(kind)}"
        case "!":
            name, _, more = body.partition("^")
            if name == "subteam":
                return f"@{(label or names.get(more, more)).removeprefix('@')}"
            return label or f"@{name}"  # a date, or @here
    address = body.removeprefix("mailto:")
    if not label or label == address or address in (f"http://{label}", f"https://{label}"):
        return label if body.startswith("mailto:") and label else address
    return f"{label} ({address})"
