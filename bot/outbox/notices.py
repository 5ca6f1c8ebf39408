"""Word to a workflow's owner when its messages can't be delivered. Nothing hangs unseen."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.notify_out.messages import place_digest
from bot.outbox.ports import Delivery, DeliveryStore, PeopleDirectory, RecordReader, Wanted
from bot.outbox.problems import Problem
from bot.outbox.projector import LOGS, TELLS, TRIGGER_FITS, TRIGGER_MISFIT, event_data, run_key
from bot.outbox.recorded import BLOCKED, GIVEN_UP, RENAMED
from bot.outbox.run_pictures import KIND as PICTURE
from engine import (
    Clock,
    EventRecord,
    Group,
    PeopleUnavailable,
    Queue,
    RunDetail,
    SignoffError,
    UnknownPeople,
    is_group,
    is_on_call,
)

log = logging.getLogger(__name__)

_MAX_OWNERS = 5
"""Members of a group that get a direct message; more would help nobody."""

_TOLD_OF = ("run", "request", "full", "line", "notify")

_ASKING = ("request", "full")
"""Kinds without which people are not asked, or cannot approve."""

_OF_ONE_CHANNEL = frozenset({"not_in_channel", "channel_not_found", "is_archived"})
"""Refusals that say nothing about other channels."""

MAX_ALERTED = 20
"""Members of a group that are told of a failure."""

Want = Callable[[list[Wanted]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Addressees:
    """User ids with their roles (owner, operator), and why the owner is not among them."""

    roles: Mapping[str, str]
    owner_unknown: str
    unavailable: bool = False
    """Slack did not say who the owner is."""


@dataclass(slots=True)
class Notices:
    """Tells owners and the operator once a day of a channel's problem, and the run's thread of a question."""

    deliveries: DeliveryStore
    records: RecordReader
    people: PeopleDirectory
    clock: Clock
    want: Want
    operator: str | None = None
    _told: set[tuple[str, str]] = field(default_factory=set)
    _renamed: set[tuple[str, str, str]] = field(default_factory=set)
    """Workflows, names and channels of which the owner was told."""

    async def report(self, delivery: Delivery, problem: Problem) -> None:
        """`delivery` waits because of `problem`."""
        log.warning("A message waits (%s): %s", delivery.kind, problem)
        if delivery.kind == PICTURE:
            await self._tell_operator_once(delivery, problem)
            return
        run_id = delivery.target.get("run")
        if run_id is None or delivery.kind not in _TOLD_OF:
            return
        try:
            detail = await self.records.detail(run_id)
        except SignoffError as error:
            log.warning("Nobody can be told of it: %s", error)
            return
        await self._tell(delivery, problem, detail)

    async def _tell(self, delivery: Delivery, problem: Problem, detail: RunDetail) -> None:
        now = self.clock.now()
        data = {**_notice_of(delivery, problem), "workflow": detail.run.workflow}
        addressees = await self._addressees(detail.owner)
        topic = f"{problem.channel or detail.run.workflow}:{problem.code}:{now:%Y-%m-%d}"
        keys = {user_id: await self._current(f"dm:{user_id}:{topic}") for user_id in addressees.roles}
        wanted = []
        for user_id, role in addressees.roles.items():
            target = {"user": user_id, "run": detail.run.id, "since": now.timestamp()}
            notice = {**data, "role": role, "owner_unknown": addressees.owner_unknown}
            wanted.append(
                Wanted(keys[user_id], "notice", delivery.subject, target, notice, Queue(user_id, TELLS))
            )
        roles = {keys[user_id]: role for user_id, role in addressees.roles.items()}
        if delivery.kind == "request" and (told_whom := await self._told_whom(roles)) is not None:
            key = _line_key(detail.run.id, delivery.subject)
            parent = run_key(detail.run.id)
            target = {"thread_of": parent, "run": detail.run.id, "since": now.timestamp()}
            queue = replace(delivery.queue, rank=LOGS, inside=parent, follows="")
            wanted.append(Wanted(key, "line", detail.run.id, target, {**data, "told": told_whom}, queue))
        await self._once(wanted)

    async def arrived(self, delivery: Delivery) -> None:
        """Correct what people read about `delivery` while it could not be delivered, if it is now.

        Repeated at later updates of a request, since a crash may come between its post and this.
        """
        if delivery.kind not in _ASKING and (
            delivery.kind not in _TOLD_OF or (delivery.ref is not None and not delivery.error)
        ):
            return
        told = [each for each in await self._told_about(delivery) if not (each.data or {}).get("arrived")]
        row = await self.deliveries.get(delivery.key) if told else None
        if row is None or row.ref is None or row.sent < delivery.wanted:
            return
        now = self.clock.now().isoformat()
        wanted = []
        for each in told:
            # A copy in a further channel arrived: the other one still waits.
            more = {"arrived": now} if each.data.get("message") == delivery.key else {}
            if more or delivery.ref is None:
                data = {**each.data, **more}
                wanted.append(Wanted(each.key, each.kind, each.subject, each.target, data, each.queue))
        if wanted:
            await self.want(wanted)

    async def _told_about(self, delivery: Delivery) -> list[Delivery]:
        """Return the notices and the line about a delivery, or about a copy of its request."""
        run_id = str(delivery.target.get("run", ""))
        rows = [
            row
            for subject in dict.fromkeys([delivery.subject, run_id])
            for row in await self.deliveries.find(subject=subject, kind="notice")
        ]
        if delivery.kind == "request":
            line = await self.deliveries.get(_line_key(run_id, delivery.subject))
            rows += [line] if line is not None else []
        return [row for row in rows if _is_about(row, delivery)]

    async def _current(self, key: str) -> str:
        """Return the key of the notice of this day: of a new one, where the last one tells of an end."""
        number, current = 1, key
        while (row := await self.deliveries.get(current)) is not None and (row.data or {}).get("arrived"):
            number += 1
            current = f"{key}:{number}"
        return current

    async def _tell_operator_once(self, delivery: Delivery, problem: Problem) -> None:
        """Tell the operator that pictures are refused: once for each cause, since nobody waits for them."""
        if self.operator is None:
            return
        place = f"{problem.channel}:" if problem.code in _OF_ONE_CHANNEL else ""
        target = {"user": self.operator, "run": delivery.target["run"], "since": self.clock.now().timestamp()}
        notice = {**_notice_of(delivery, problem), "role": "operator", "owner_unknown": ""}
        key = f"dm:{self.operator}:{PICTURE}:{place}{problem.code}"
        queue = Queue(self.operator, TELLS)
        await self._once([Wanted(key, "notice", delivery.subject, target, notice, queue)])

    async def of_missing_code(self, event: EventRecord, detail: RunDetail) -> list[Wanted]:
        """Return a direct message to the owner and the operator. `detail`: a run that needs the code."""
        addressees = await self._addressees(detail.owner)
        target = {"run": detail.run.id, "since": event.at.timestamp()}
        return [
            Wanted(
                f"code:{user_id}:{event.seq}",
                "notice",
                detail.run.id,
                {**target, "user": user_id},
                {**event_data(event), "role": role, "owner_unknown": addressees.owner_unknown},
                Queue(user_id, TELLS),
            )
            for user_id, role in addressees.roles.items()
        ]

    async def of_given_up(self, event: EventRecord, detail: RunDetail) -> list[Wanted]:
        """Return what is told of a message outside Slack that was given up, where it was not told yet.

        The thread of the run gets a line. The owner and the operator get one direct message a day and place.
        """
        run, since, parent = detail.run.id, event.at.timestamp(), run_key(detail.run.id)
        data = {"type": GIVEN_UP, "seq": event.seq}
        message = await self.deliveries.get(parent)
        wanted = []
        if message is not None:
            target = {"thread_of": parent, "run": run, "since": since}
            queue = replace(message.queue, rank=LOGS, inside=parent, follows="")
            wanted.append(Wanted(f"thread:{run}:{event.seq}:given-up", "line", run, target, data, queue))
        addressees = await self._addressees(detail.owner)
        if addressees.unavailable:
            raise PeopleUnavailable(addressees.owner_unknown)
        topic = f"{place_digest(str(event.data['to']))}:{event.at:%Y-%m-%d}"
        for user_id, role in addressees.roles.items():
            notice = {**data, "role": role, "owner_unknown": addressees.owner_unknown}
            key, target = f"dm:{user_id}:outside:{topic}", {"user": user_id, "run": run, "since": since}
            wanted.append(Wanted(key, "notice", run, target, notice, Queue(user_id, TELLS)))
        known = await self.deliveries.by_keys(want.key for want in wanted)
        return [want for want in wanted if want.key not in known]

    async def of_trigger(self, event: EventRecord, owner: str) -> list[Wanted]:
        """Return a direct message to the owner, once a day about facts that do not fit.

        The monitor tells the operator of a source that cannot be read.
        """
        addressees = await self._addressees(owner)
        owners = [user_id for user_id, role in addressees.roles.items() if role == "owner"]
        workflow, key = event.data["workflow"], event.data["key"]
        topic = str(event.seq)
        if event.type == TRIGGER_MISFIT:
            topic = f"{workflow}:{key}:{event.at:%Y-%m-%d}"
            told = owners or list(addressees.roles)
        elif event.type == TRIGGER_FITS:
            topic, told = f"{workflow}:{key}:fits:{event.at:%Y-%m-%d}", owners or list(addressees.roles)
        else:
            told = [user_id for user_id in owners if user_id != self.operator]
        subject, since = f"{workflow} {key}", event.at.timestamp()
        return [
            Wanted(
                f"trigger:{user_id}:{topic}",
                "trigger",
                subject,
                {"user": user_id, "since": since},
                event_data(event),
                Queue(user_id, TELLS),
            )
            for user_id in told
        ]

    async def of_renamed(self, delivery: Delivery, name: str, channel: str) -> None:
        """Tell the owner once that the workflow's file names a channel by the name that it had before.

        While Slack does not say who the owner is, nobody is told before the next post.
        """
        run_id = delivery.target.get("run")
        about = str(delivery.target.get("workflow") or run_id), name, channel
        if run_id is None or about in self._renamed:
            return
        try:
            detail = await self.records.detail(run_id)
        except SignoffError as error:
            log.warning("Nobody can be told that %s was renamed: %s", name, error)
            return
        addressees = await self._addressees(detail.owner)
        if addressees.unavailable:
            return
        target = {"run": run_id, "since": self.clock.now().timestamp()}
        data = {
            "type": RENAMED,
            "kind": RENAMED,
            "workflow": detail.run.workflow,
            "name": name,
            "channel": channel,
        }
        await self._once(
            [
                Wanted(
                    f"renamed:{user_id}:{detail.run.workflow}:{name}:{channel}",
                    "notice",
                    delivery.subject,
                    {**target, "user": user_id},
                    {**data, "role": role, "owner_unknown": addressees.owner_unknown},
                    Queue(user_id, TELLS),
                )
                for user_id, role in addressees.roles.items()
                if role == "owner" or addressees.owner_unknown
            ]
        )
        if len(self._renamed) > 10_000:
            self._renamed.clear()
        self._renamed.add(about)

    async def _told_whom(self, roles: Mapping[str, str]) -> str | None:
        """Return who got the deliveries with these keys; None while that is not known yet."""
        rows = {key: await self.deliveries.get(key) for key in roles}
        reached = {roles[key] for key, row in rows.items() if row is not None and row.sent > 0}
        if "owner" in reached:
            return "owner"
        if any(
            row is None or not (row.sent > 0 or row.state == "dead" or row.error) for row in rows.values()
        ):
            return None
        if "operator" in reached:
            return "operator"
        return "nobody" if self.operator else "no operator"

    async def _once(self, wanted: list[Wanted]) -> None:
        new = [want for want in wanted if (want.key, want.data["kind"]) not in self._told]
        new = [want for want in new if _says_more(want, await self.deliveries.get(want.key))]
        if len(self._told) > 10_000:
            self._told.clear()
        self._told.update((want.key, want.data["kind"]) for want in wanted)
        if new:
            await self.want(new)

    async def people_of(self, refs: Iterable[str], owner: str = "") -> list[str]:
        """Return the ids of the people whom these references mean. A group is asked for its members.

        `owner`: told in the place of a schedule for which nobody is on call.
        """
        users: dict[str, None] = {}
        for ref in refs:
            if not is_group(ref):
                users[ref] = None
                continue
            try:
                resolved = await self.people.resolve(ref)
            except (UnknownPeople, PeopleUnavailable) as error:
                log.warning("%s can't be told: %s", ref, error)
                if is_on_call(ref) and owner and owner != ref:
                    users |= dict.fromkeys(await self.people_of([owner]))
                continue
            members = sorted(resolved.members) if isinstance(resolved, Group) else [resolved.id]
            users |= dict.fromkeys(members[:MAX_ALERTED])
        return list(users)

    async def _addressees(self, owner: str) -> _Addressees:
        roles: dict[str, str] = {}
        unknown, unavailable = "", False
        try:
            resolved = await self.people.resolve(owner)
        except (UnknownPeople, PeopleUnavailable) as error:
            log.warning("The owner %s can't be told: %s", owner, error)
            unknown, unavailable = str(error), isinstance(error, PeopleUnavailable)
        else:
            members = sorted(resolved.members)[:_MAX_OWNERS] if isinstance(resolved, Group) else [resolved.id]
            roles = dict.fromkeys(members, "owner")
        if self.operator:
            roles.setdefault(self.operator, "operator")
        return _Addressees(roles, unknown, unavailable)


def _notice_of(delivery: Delivery, problem: Problem) -> dict[str, str]:
    return {
        "type": BLOCKED,
        "kind": delivery.kind,
        "message": delivery.key,
        "subject": delivery.subject,
        "code": problem.code,
        "channel": problem.channel,
        "needed": problem.needed,
        "detail": problem.detail,
        "posted": "yes" if delivery.ref is not None else "",
    }


def _line_key(run_id: str, subject: str) -> str:
    return f"thread:{run_id}:blocked:{subject}"


def _is_about(row: Delivery, delivery: Delivery) -> bool:
    data = row.data
    if not isinstance(data, Mapping) or data.get("type") != BLOCKED:
        return False
    same = data.get("kind") == delivery.kind == "request" and data.get("subject") == delivery.subject
    return same or data.get("message") == delivery.key


def _says_more(want: Wanted, row: Delivery | None) -> bool:
    """Is this new, or a question where only the run's message was told of? One word a day is enough."""
    if row is None:
        return True
    return (
        want.kind == "notice" and want.data["kind"] == "request" and (row.data or {}).get("kind") != "request"
    )
