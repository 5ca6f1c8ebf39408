"""Direct messages to approvers who are named and are not in the channel of the question.

A mention tells nobody who is not in the channel. A row of kind `absent` stands for each question. When its
turn comes, after the question was posted, Slack is asked who is in the channel, and one message for each
absent person is wanted. Where Slack cannot say, the row waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.outbox.order import MAX_RETRY_INTERVAL
from bot.outbox.ports import LOOKUP, Delivery, DeliveryStore, PeopleDirectory, RecordReader, Wanted
from bot.outbox.projector import ASKS, Cards, request_key, run_of
from engine import (
    Clock,
    EventRecord,
    Group,
    PeopleUnavailable,
    Queue,
    RequestRecord,
    RunDetail,
    UnknownPeople,
    delegates,
    effective_user_id,
)

ASKED = "asked"
"""Kind of the direct message."""
MAX_ASKED = 10
"""Members of a group that get a direct message each; a larger group is not asked one by one."""
_RETRY_INTERVAL = timedelta(minutes=1)
_KINDS = ("approval", "failure")


def lookups(events: Iterable[EventRecord], details: Mapping[str, RunDetail], cards: Cards) -> list[Wanted]:
    """Return a row for each question that these events concern. Pure."""
    rows = {}
    for event in events:
        detail = details.get(run_of(event))
        requests = detail.requests if detail is not None else ()
        request = next((each for each in requests if each.id == event.request_id), None)
        if request is not None and request.kind in _KINDS and _has_own_message(request, cards):
            target = {"run": request.run_id, "since": request.opened_at.timestamp()}
            queue = Queue(_key(request), ASKS, follows=request_key(request.id))
            rows[request.id] = Wanted(_key(request), LOOKUP, request.id, target, queue=queue)
    return list(rows.values())


def _has_own_message(request: RequestRecord, cards: Cards) -> bool:
    card = cards.get(request.id)
    return card is None or card.leader.id == request.id


def _key(request: RequestRecord) -> str:
    return f"{LOOKUP}:{request.id}"


@dataclass(frozen=True, slots=True)
class AbsentApprovers:
    """Turns a row of kind `absent` into direct messages, one for each person and request."""

    deliveries: DeliveryStore
    records: RecordReader
    people: PeopleDirectory
    clock: Clock

    async def messages(self, row: Delivery) -> list[Wanted]:
        """Return the direct messages that are wanted now; those that were sent are shown again.

        Raises `PeopleUnavailable` where Slack cannot say who is in the channel or in a group, or the question
        is not posted yet.
        """
        request = await self.records.request(row.subject)
        if request is None:
            return []
        told = {
            each.target["user"]: each for each in await self.deliveries.find(subject=row.subject, kind=ASKED)
        }
        if request.state != "open":
            return [_again(each, {**each.data, "theirs": True}) for each in told.values()]
        named = await self._named(request)
        again = [_again(each, {**each.data, "theirs": user in named}) for user, each in told.items()]
        return [*again, *await self._first(request, [user for user in named if user not in told])]

    async def put_off(self, row: Delivery, why: str) -> None:
        """Look again later: soon for a new question, and never less often than every 15 minutes."""
        age = self.clock.now().timestamp() - float(row.target["since"])
        after = max(_RETRY_INTERVAL, min(timedelta(seconds=age / 4), MAX_RETRY_INTERVAL))
        await self.deliveries.later(row.key, self.clock.now() + after, why, ambiguous=False)

    async def _first(self, request: RequestRecord, users: list[str]) -> list[Wanted]:
        """Return the messages for those of these people who are in none of the question's channels."""
        if not users:
            return []
        asked_in = await self._channels(request)
        groups = [await self._group(channel) for channel in asked_in]
        present = set[str]().union(*(group.members for group in groups))
        channel = asked_in[0] if groups[0].readable else ""
        absent = [user for user in users if user not in present]
        return [_wanted(request, user, channel) for user in absent if await self._may_decide(user)]

    async def _channels(self, request: RequestRecord) -> list[str]:
        """Return the ids of the channels in which the question stands."""
        key = request_key(request.id)
        keys = [key, *(f"{key}:{channel}" for channel in request.further_channels)]
        rows = await self.deliveries.by_keys(keys)
        channels = [rows[each].ref["channel"] for each in keys if each in rows and rows[each].ref]
        if not channels:
            raise PeopleUnavailable("the question is not posted yet")
        return list(dict.fromkeys(channels))

    async def _group(self, channel: str) -> Group:
        try:
            resolved = await self.people.resolve(f"#{channel}")
        except UnknownPeople as error:  # the bot was removed, and may be invited again
            raise PeopleUnavailable(str(error)) from None
        assert isinstance(resolved, Group)
        return resolved

    async def _named(self, request: RequestRecord) -> list[str]:
        """Return the people who are asked by name or as members of a small group, and have not answered."""
        users: dict[str, None] = {}
        for ref in request.approvers:
            users |= dict.fromkeys(await self._members(ref))
        standing_in = delegates(request)
        users |= dict.fromkeys(each.to for each in standing_in)
        done = {each.away for each in standing_in}
        done |= {effective_user_id(decision.actor) for decision in request.decisions}
        if not request.policy.self_approval:
            done.add(effective_user_id(request.requester))
        if request.alert is not None:  # they hear of the failure by a direct message already
            done |= {user for ref in request.alert.people for user in await self._members(ref)}
        return [user for user in users if user not in done]

    async def _members(self, ref: str) -> list[str]:
        """Return whom a reference asks by name. Everybody in a channel is asked in that channel."""
        if ref.startswith("#"):
            return []
        if not ref.startswith("@"):
            return [ref]
        try:
            resolved = await self.people.resolve(ref)
        except UnknownPeople:
            return []
        members = sorted(resolved.members) if isinstance(resolved, Group) else [resolved.id]
        return members if len(members) <= MAX_ASKED else []

    async def _may_decide(self, user: str) -> bool:
        try:
            person = await self.people.resolve(user)
        except UnknownPeople:
            return False
        return not isinstance(person, Group) and person.full_member


def _wanted(request: RequestRecord, user: str, channel: str) -> Wanted:
    """`channel`: the id of the channel that the person can open; empty where they cannot."""
    target = {"run": request.run_id, "user": user, "since": request.opened_at.timestamp()}
    data = {"channel": channel, "theirs": True}
    return Wanted(f"dm:{request.id}:{ASKED}:{user}", ASKED, request.id, target, data, Queue(user, ASKS))


def _again(row: Delivery, data: dict[str, object]) -> Wanted:
    return Wanted(row.key, row.kind, row.subject, row.target, data, row.queue)
