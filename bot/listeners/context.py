"""What every listener works with."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from bot.afterwards import Afterwards
from bot.people import SlackPeople
from bot.slackapi import SlackApi
from engine import Actor, Clock, Engine, NotAllowed, UnknownPeople


@dataclass(frozen=True, slots=True)
class Context:
    """`command`: the slash command's name. `mended`: tells the outbox that a channel may be open now."""

    engine: Engine
    api: SlackApi
    people: SlackPeople
    clock: Clock
    afterwards: Afterwards
    command: str
    mended: Callable[[str], None]

    async def member(self, user_id: str) -> None:
        """Return for a full, active member of the workspace.

        Raises `NotAllowed` for anybody else and `PeopleUnavailable`.
        """
        try:
            person = await self.people.person(user_id)
        except UnknownPeople:
            raise NotAllowed("You are not known in this workspace, so you can't do that.") from None
        if not person.full_member:
            raise NotAllowed("Only full members of this workspace can do that.")


def slack_actor(user_id: str) -> Actor:
    return Actor("slack", user_id)


def once(token: str) -> str:
    """A key from what Slack gives each act (trigger_id, view id): the same act twice starts one run."""
    return hashlib.sha256(token.encode()).hexdigest()[:14]
