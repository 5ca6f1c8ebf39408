"""Looks up beforehand who is called what in a message, so that the views ask nobody."""

import asyncio
import re
from collections.abc import Iterable
from typing import Protocol

from bot.views.message import USER_ID, Names
from engine import Actor, PeopleUnavailable, RequestRecord, RunDetail, is_group


class NameDirectory(Protocol):
    """Names that `bot.slack.people.SlackPeople` knows. They are shown; no decision depends on them."""

    async def names(self, user_ids: Iterable[str]) -> dict[str, str]: ...

    async def group_id(self, handle: str) -> str | None: ...

    def members(self, handle: str) -> tuple[str, ...]:
        """Return the members of a group of the settings; none for a group that Slack can mention."""
        ...

    async def is_missing(self, handle: str) -> bool:
        """Return whether there is no such group; for `#channel`, whether Signoff can see no such channel."""
        ...

    def is_public(self, channel: str) -> bool: ...

    def is_readable(self, channel: str) -> bool: ...

    async def with_channel_ids(self, text: str) -> str:
        """Return a plain sentence with the id of each channel in it, in place of its name."""
        ...


async def names_in(book: NameDirectory, *subjects: RunDetail | RequestRecord | Actor | str) -> Names:
    """Everybody that these records, actors and references name. Who can't be looked up is left out."""
    people: set[str] = set()
    groups: set[str] = set()
    channels: set[str] = set()
    for subject in subjects:
        for ref in _refs(subject):
            if ref.startswith("#"):
                channels.add(ref)
            else:
                (groups if is_group(ref) else people).add(ref)
    ordered = sorted(groups)
    ids = await asyncio.gather(*(_group(book, ref) for ref in ordered))
    unknown = [ref for ref, id_ in zip(ordered, ids, strict=True) if not id_] + sorted(channels)
    known = await book.names(sorted(people))
    return Names(
        {id_: name for id_, name in known.items() if name != id_},
        {ref: id_ for ref, id_ in zip(ordered, ids, strict=True) if id_},
        frozenset([ref for ref in unknown if await _missing(book, ref)]),
        frozenset([ref for ref in channels if book.is_public(ref.removeprefix("#"))]),
        frozenset([ref for ref in channels if book.is_readable(ref.removeprefix("#"))]),
        {ref: members for ref in ordered if (members := book.members(ref.removeprefix("@")))},
    )


def people_of(*subjects: RunDetail | RequestRecord | Actor | str) -> set[str]:
    """Return the ids of the people whom these records, actors and references name."""
    return {ref for subject in subjects for ref in _refs(subject) if not is_group(ref)}


async def with_names(book: NameDirectory, text: str) -> str:
    """A sentence of the engine, which knows ids only, with the names of the people in it; plain text.

    A channel has its id instead, from which `wording.channels.sentence` makes a reference. A channel that
    Signoff cannot see has no name: the reader may not know it.
    """
    text = await book.with_channel_ids(text)
    return await with_people(book, text)


async def with_people(book: NameDirectory, text: str) -> str:
    """A sentence that quotes what its reader wrote, with the names of people; plain text.

    Channels stay as they were written: an id would tell the reader that a guessed name is right.
    """
    ids = set(USER_ID.findall(text))
    if not ids:
        return text
    names = await book.names(sorted(ids))
    return USER_ID.sub(lambda match: names.get(match[0], match[0]), text)


async def with_mentions(book: NameDirectory, text: str) -> str:
    """A sentence that quotes a value of a command, with `@name` for each id of a person; plain text."""
    ids = set(USER_ID.findall(text))
    if not ids:
        return text
    names = await book.names(sorted(ids))
    called = {id_: f"@{name}" for id_, name in names.items() if name != id_}
    return _AT_USER_ID.sub(lambda match: called.get(match[0].removeprefix("@"), match[0]), text)


_AT_USER_ID = re.compile(f"@?{USER_ID.pattern}")


async def with_handles(book: NameDirectory, command: str) -> str:
    """A command that is suggested, with `@name` for each id that a mention became."""
    ids = set(_MENTIONED.findall(command))
    if not ids:
        return command
    names = await book.names(sorted(ids))
    return _MENTIONED.sub(lambda match: _handle(names.get(match[0], match[0])), command)


_MENTIONED = re.compile(r"(?<![\w@=-])[UW](?=[A-Z0-9]*\d)[A-Z0-9]{4,}(?![\w-])")
"""The id of a person, as a word of its own."""


def _handle(name: str) -> str:
    return f"@{name}" if not any(character.isspace() for character in name) else f'"@{name}"'


async def _group(book: NameDirectory, ref: str) -> str | None:
    try:
        return await book.group_id(ref.removeprefix("@"))
    except PeopleUnavailable:
        return None


async def _missing(book: NameDirectory, ref: str) -> bool:
    try:
        return await book.is_missing(ref.removeprefix("@"))
    except PeopleUnavailable:
        return False


def _refs(subject: RunDetail | RequestRecord | Actor | str) -> list[str]:
    match subject:
        case str():
            return [subject]
        case Actor(source="slack", id=id_):
            return [id_]
        case Actor():
            return [subject.as_user] if subject.as_user else []
        case RequestRecord():
            deciders = [ref for decision in subject.decisions for ref in _refs(decision.actor)]
            deciders += [decision.on_behalf for decision in subject.decisions if decision.on_behalf]
            deciders += [ref for delegate in subject.people.delegates for ref in (delegate.away, delegate.to)]
            deciders += [
                ref
                for handover in subject.people.handovers
                for ref in (*_refs(handover.by), handover.to, *handover.before)
            ]
            if subject.people.claim is not None:
                deciders.append(subject.people.claim.by)
            if subject.revision is not None:
                deciders += [each.by for each in subject.revision.feedback]
            stages = [ref for stage in subject.policy.stages for ref in stage.approvers]
            further = [ref for escalation in subject.policy.escalations for ref in escalation.to]
            asked = [
                ref for actor in (subject.requester, *subject.further_requesters) for ref in _refs(actor)
            ]
            if subject.failure is not None and subject.failure.names_people:
                deciders += USER_ID.findall(subject.failure.message)
            return [*stages, *subject.policy.veto, *further, *asked, *deciders]
    asked = [ref for request in subject.requests for ref in _refs(request)]
    return [subject.owner, *_refs(subject.run.actor), *asked]
