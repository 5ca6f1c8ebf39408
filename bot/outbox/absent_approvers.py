"""Direct messages to approvers who are named and are not in the channel of the question.

A mention tells nobody who is not in the channel. A row of kind `absent` stands for each question. When its
turn comes, after the question was posted, Slack is asked who is in the channel, and one message for each
absent person is wanted. Where Slack cannot say, the row waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.outbox.delivery_order import MAX_RETRY_INTERVAL
from bot.outbox.notices import MAX_ALERTED
from bot.outbox.ports import LOOKUP, Delivery, DeliveryStore, PeopleDirectory, RecordReader, Wanted
from bot.outbox.ports import Cards as FailureCards
from bot.outbox.projector import ASKS, Cards, request_key, request_shown, run_of
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
    excluded_names,
    is_group,
    people_who_answered,
)

ASKED = "asked"
"""Kind of the direct message."""
MAX_ASKED = 10
"""Members of a group that get a direct message each; a larger group is not asked one by one."""
_RETRY_INTERVAL = timedelta(minutes=1)
_KINDS = ("approval", "failure")

Members = Mapping[str, frozenset[str] | None]
"""By reference: the people whom it means now; None where it names nobody that Slack knows."""


def lookups(events: Iterable[EventRecord], details: Mapping[str, RunDetail], cards: Cards) -> list[Wanted]:
    """Return a row for each question that these events concern: one for all failures on a card. Pure."""
    rows = {}
    for event in events:
        detail = details.get(run_of(event))
        requests = detail.requests if detail is not None else ()
        request = next((each for each in requests if each.id == event.request_id), None)
        if request is not None and request.kind in _KINDS:
            first = cards[request.id].leader if request.id in cards else request
            target = {"run": first.run_id, "since": first.opened_at.timestamp()}
            queue = Queue(_key(first), ASKS, follows=request_key(first.id))
            rows[first.id] = Wanted(_key(first), LOOKUP, first.id, target, queue=queue)
    return list(rows.values())


def _key(request: RequestRecord) -> str:
    return f"{LOOKUP}:{request.id}"


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The direct messages that are wanted now. `problem`: why some were left as they are; empty for none."""

    messages: list[Wanted]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class AbsentApprovers:
    """Turns a row of kind `absent` into direct messages, one for each person and request."""

    deliveries: DeliveryStore
    records: RecordReader
    people: PeopleDirectory
    clock: Clock
    cards: FailureCards

    async def look_up(self, row: Delivery) -> LookupResult:
        """Return the direct messages that are wanted now; those that were sent are shown again.

        Raises `PeopleUnavailable` where Slack cannot say who is in the channel or in a group, or the question
        is not posted yet.
        """
        first = await self.records.request(row.subject)
        if first is None:
            return LookupResult([])
        request = request_shown(first, await self.cards.of(first.id))
        earlier = await self.deliveries.find(subject=row.subject, kind=ASKED)
        if request.state != "open":
            return LookupResult([_shown_again(message, concerned=True) for message in earlier])
        # Nobody in a channel is asked by name. Who is in it matters to those who were asked before.
        refs = [ref for ref in request.approvers if earlier or not ref.startswith("#")]
        members = await self._members_by_reference(refs)
        shown_again = []
        problem = ""
        for message in earlier:
            concerned = _is_concerned(message.target["user"], request, members)
            if concerned is None:
                problem = "a group or channel of the approvers cannot be looked up"
            else:
                shown_again.append(_shown_again(message, concerned=concerned))
        asked = {message.target["user"] for message in earlier} | await self._alerted(request)
        addressees = [user for user in _named_people(request, members) if user not in asked]
        return LookupResult([*shown_again, *await self._first_messages(first, addressees)], problem)

    async def put_off(self, row: Delivery, why: str) -> None:
        """Look again later: soon for a new question, and never less often than every 15 minutes."""
        age = self.clock.now().timestamp() - float(row.target["since"])
        after = max(_RETRY_INTERVAL, min(timedelta(seconds=age / 4), MAX_RETRY_INTERVAL))
        await self.deliveries.later(row.key, self.clock.now() + after, why, ambiguous=False)

    async def _first_messages(self, request: RequestRecord, users: list[str]) -> list[Wanted]:
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

    async def _alerted(self, request: RequestRecord) -> set[str]:
        """Return the people who hear of the failure by a direct message already."""
        if request.alert is None:
            return set()
        members = await self._members_by_reference(request.alert.people)
        return {user for known in members.values() if known for user in sorted(known)[:MAX_ALERTED]}

    async def _members_by_reference(self, refs: Iterable[str]) -> Members:
        return {ref: await self._members(ref) for ref in refs}

    async def _members(self, ref: str) -> frozenset[str] | None:
        if not is_group(ref):
            return frozenset({ref})
        try:
            resolved = await self.people.resolve(ref)
        except UnknownPeople:
            return None
        return resolved.members if isinstance(resolved, Group) else frozenset({resolved.id})

    async def _may_decide(self, user: str) -> bool:
        try:
            person = await self.people.resolve(user)
        except UnknownPeople:
            return False
        return not isinstance(person, Group) and person.full_member


def _named_people(request: RequestRecord, members: Members) -> list[str]:
    """Return the people who are asked by name, as members of a small group or as delegates."""
    named = [members[ref] for ref in request.approvers if not ref.startswith("#")]
    small = [sorted(known) for known in named if known is not None and len(known) <= MAX_ASKED]
    people = [*(user for known in small for user in known), *_delegates_in_charge(request)]
    return [user for user in dict.fromkeys(people) if user not in _people_not_asked(request)]


def _is_concerned(user: str, request: RequestRecord, members: Members) -> bool | None:
    """Return whether the request waits for this person. None: a group or channel cannot be looked up."""
    if user in _people_not_asked(request):
        return False
    known = [members[ref] for ref in request.approvers]
    if user in _delegates_in_charge(request) or any(user in each for each in known if each is not None):
        return True
    return None if None in known else False


def _people_not_asked(request: RequestRecord) -> set[str]:
    """Return the people who answered, cannot approve, or have a delegate."""
    return people_who_answered(request) | excluded_names(request) | {each.away for each in delegates(request)}


def _delegates_in_charge(request: RequestRecord) -> list[str]:
    """Return the delegates of approvers whose answer is still wanted."""
    without_a_say = people_who_answered(request) | excluded_names(request)
    return [each.to for each in delegates(request) if each.away not in without_a_say]


def _wanted(request: RequestRecord, user: str, channel: str) -> Wanted:
    """`channel`: the id of the channel that the person can open; empty where they cannot."""
    target = {"run": request.run_id, "user": user, "since": request.opened_at.timestamp()}
    data = {"channel": channel, "theirs": True}
    return Wanted(f"dm:{request.id}:{ASKED}:{user}", ASKED, request.id, target, data, Queue(user, ASKS))


def _shown_again(message: Delivery, *, concerned: bool) -> Wanted:
    data = {**message.data, "theirs": concerned}
    return Wanted(message.key, message.kind, message.subject, message.target, data, message.queue)
