"""The outbox at work: follows the log, keeps what is wanted, hands out what is due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.off_the_loop import rendered
from bot.outbox.absence_news import absence_news
from bot.outbox.absent_approvers import AbsentApprovers, lookups
from bot.outbox.answered_alerts import AnsweredAlerts, changed_failures
from bot.outbox.break_glass_news import broken_at, concerned, told_of_break_glass
from bot.outbox.completeness import Completeness
from bot.outbox.delivery_order import DeliveryOrder, RoundRobin, Selection
from bot.outbox.health_news import HEALTH_CHANGED, health_news
from bot.outbox.holding import was_held, with_mutes
from bot.outbox.log_readers import EveryLog, FollowedLogs
from bot.outbox.log_tails import LogTails
from bot.outbox.muted_alerts import MutedAlerts
from bot.outbox.news import news
from bot.outbox.notices import Notices
from bot.outbox.ports import (
    LOOKUP,
    TAIL,
    Cards,
    Delivery,
    DeliveryStore,
    Events,
    NoCards,
    NoSubscriptions,
    PeopleDirectory,
    RecordReader,
    ReportFeed,
    Slack,
    Subscribed,
    Wanted,
)
from bot.outbox.projector import (
    GLASS_BROKEN,
    GLASS_UNREVIEWED,
    MISSING_CODE,
    NOTIFIED,
    OF_MUTES,
    OF_TRIGGERS,
    alert_of,
    in_posts,
    muting_changed,
    newest,
    notification,
    project,
    recovery,
    run_key,
    run_of,
    told_of_failure,
)
from bot.outbox.rate_limits import Pace
from bot.outbox.regular_news import regular_news
from bot.outbox.reminders import worth_telling
from bot.outbox.router import Router
from bot.outbox.run_pictures import run_pictures
from bot.outbox.sender import Channels, Render, Sender
from bot.outbox.step_reports import LiveMessages
from bot.slack.channels import ChannelIndex
from bot.slack.errors import token_problem
from bot.slack.followed_channels import FollowedChannels
from bot.slack.reads import SlackReads
from engine import (
    ON_CALL,
    Altered,
    Clock,
    EventRecord,
    FailureCard,
    Mute,
    PeopleUnavailable,
    RunDetail,
    UnknownRun,
)
from engine.outside import is_outside

log = logging.getLogger(__name__)

CONSUMER = "slack"
_PAGE_SIZE = 500
_RETRY_INTERVAL = timedelta(seconds=5)
_HANGS_AFTER = timedelta(seconds=5)
"""A call that takes so long holds up its lane no longer. It is given up after 30 s, so few hang at once."""
_STUCK_LIMIT = timedelta(seconds=30)
_PASSED_OVER_SHOWN = timedelta(days=1)
_NOT_SHOWN = "it could not be shown; the log says why"
_ODD = (ValueError, TypeError, LookupError, AttributeError, OverflowError, UnknownRun, Altered)
"""Errors of one event or record that is not what a release writes. It must not keep back the others."""


@dataclass(frozen=True, slots=True)
class OutboxParts:
    """The parts of an outbox."""

    events: Events
    deliveries: DeliveryStore
    records: RecordReader
    people: PeopleDirectory
    slack: Slack
    render: Render
    clock: Clock
    operator: str | None = None
    bot_name: str = "signoff"
    """The bot's name, which people write after `/invite @`."""
    loaded_channel: Channels = lambda workflow: None
    loaded_owner: Channels = lambda workflow: None
    """The owner of a workflow; None where it is not loaded."""
    reports: ReportFeed | None = None
    """Reports of executing steps; None: it is not shown before something else is."""
    channels: ChannelIndex | None = None
    """None: one of its own."""
    followed: FollowedChannels | None = None
    """None: a renamed channel is not followed."""
    cards: Cards = field(default_factory=NoCards)
    subscriptions: Subscribed = field(default_factory=NoSubscriptions)
    pictures: bool = False
    """Draw the graph of a run that ended."""
    log_readers: FollowedLogs = field(default_factory=EveryLog)
    direct: bool = False
    """Write to named approvers who are not in the channel of a question."""
    settle: Callable[[str], Awaitable[None]] | None = None
    """Awaited with the id of a request before people are told of it: a grant may approve it."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A loop that fails since then, and with what."""

    since: float
    what: str
    error: str


@dataclass(frozen=True, slots=True)
class _Sending:
    lane: str
    first: bool
    thread: str
    """Key of the message in whose thread it goes, or its own."""
    since: float
    task: asyncio.Task[None]


class Outbox:
    """One for each workspace. `start` it in a running loop, `close` it before the engine."""

    def __init__(self, parts: OutboxParts) -> None:
        self._parts = parts
        self._deliveries, self._clock = parts.deliveries, parts.clock
        self._pace, self._turns = Pace(), RoundRobin()
        self._channels = parts.channels or ChannelIndex(
            SlackReads(parts.slack, parts.clock), parts.clock, log.warning
        )
        followed = parts.followed or FollowedChannels(self._channels)
        self._router = Router(parts.slack, followed)
        self._notices = notices = Notices(
            parts.deliveries, parts.records, parts.people, parts.clock, self._want, parts.operator
        )
        self._muted_alerts = MutedAlerts(parts.deliveries)
        self._absent = AbsentApprovers(
            parts.deliveries, parts.records, parts.people, parts.clock, parts.cards
        )
        self._sender = Sender(
            parts.slack, parts.deliveries, self._router, self._pace, parts.render, notices.report,
            self._again, self._instead, parts.clock, parts.loaded_channel, notices.of_renamed,
        )  # fmt: skip
        self._tails = LogTails(
            parts.deliveries,
            parts.records,
            parts.clock,
            parts.render,
            self._want,
            self._sender.deliver,
            parts.log_readers,
        )
        self.completeness = Completeness(parts.deliveries, parts.records, self._want, parts.bot_name)
        self._cursor = 0
        self._limit = _PAGE_SIZE
        self._running: dict[str, _Sending] = {}
        self._nudged = False
        self._forced: set[str] = set()
        """Keys that are tried before their time."""
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._trouble: dict[str, _Trouble] = {}
        self._passed: dict[int, tuple[EventRecord, float]] = {}
        """By number: events that could not be turned into messages, and when that was."""
        self._loops: list[asyncio.Task[None]] = []

    # For those who run it

    async def start(self) -> None:
        """Go on where the last process left off."""
        self._cursor = await self._deliveries.cursor(CONSUMER)
        self._loops = [asyncio.create_task(self._follow()), asyncio.create_task(self._send())]
        if self._parts.reports is not None:
            live = LiveMessages(self._parts.reports, self._parts.records, self._want, self._clock)
            self._loops.append(asyncio.create_task(live.follow()))

    async def close(self, grace: float = 5.0) -> None:
        """Posts under way get `grace` seconds to be answered; what isn't is looked for at the next start."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._channels.close()
        tasks = [under_way.task for under_way in self._running.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def nudge(self, channel_id: str | None = None) -> None:
        """Try all waiting messages now: the bot was invited, or a channel can be posted in again.

        A workflow names a channel by its name, so the id does not tell which messages waited for it.
        """
        log.debug("nudged by %s", channel_id)
        self._router.forget()
        self._nudged = True
        self._changed()

    async def follow_logs(self, wanted: list[Wanted]) -> None:
        """Post lines that follow the logs of steps; see `bot.outbox.log_tails`."""
        await self._want(wanted)

    async def settled(self) -> None:
        """Return when every event was turned into messages and nothing more can be delivered now."""
        while True:
            self._changed()
            await self._idle.wait()
            if not await self._parts.events.read(self._cursor, 1) and self._idle.is_set():
                return

    async def tell_given_up(self, event: EventRecord) -> None:
        """Tell of a message outside Slack that was given up. `event`: that of the message; once for each."""
        detail = await self._parts.records.detail(str(event.run_id))
        if wanted := await self._notices.of_given_up(event, detail):
            await self._want(wanted)

    async def waiting(self) -> list[Delivery]:
        """Messages that something is in the way of; `error` says what."""
        return await self._deliveries.in_trouble(CONSUMER)

    async def warnings(self) -> Mapping[str, str]:
        """Messages that cannot be shown, and requests that nobody can read in full and approve in Slack."""
        waiting = await self.waiting()
        events = {"events": self.passed_over} if self.passed_over else {}
        return _of_full_texts(waiting) | _of_messages_not_shown(waiting) | events

    @property
    def passed_over(self) -> str:
        """Return which events of the last day could not be turned into messages; usually empty."""
        now = self._clock.monotonic()
        self._passed = {
            seq: (event, since)
            for seq, (event, since) in self._passed.items()
            if now - since < _PASSED_OVER_SHOWN.total_seconds()
        }
        return _of_events([event for event, _ in self._passed.values()])

    def health(self) -> Mapping[str, str]:
        """Problems of delivery as a whole; empty when there are none. One broken channel does not count."""
        problems = {}
        if self._sender.shut_out:
            problems["slack"] = token_problem(self._sender.shut_out)
        now = self._clock.monotonic()
        lasting = [
            trouble
            for trouble in self._trouble.values()
            if now - trouble.since >= _STUCK_LIMIT.total_seconds()
        ]
        if lasting:
            what = "; ".join(f"{trouble.what} ({trouble.error})" for trouble in lasting)
            problems["outbox"] = f"{what}. The log of Signoff says why"
        return problems

    # Events to wanted messages

    async def _follow(self) -> None:
        while True:
            try:
                await self._follow_on()
                self._trouble.pop("follow", None)
            except Exception as error:
                await self._failed("follow", "the log cannot be followed", error)

    async def _follow_on(self) -> None:
        events = await self._parts.events.read(self._cursor, _PAGE_SIZE)
        if not events:
            await self._parts.events.wait(self._cursor)
            return
        details = await self._details(events)
        cards = await self._cards(details)
        mutes = await self._mutes(details)
        details = {run_id: with_mutes(detail, cards, mutes.get(run_id)) for run_id, detail in details.items()}
        wanted, passed = await rendered(tuple(details.values()), _wanted_by, events, details, cards)
        for event, error in passed:
            self._pass_over(event, error)
        recoveries = await self._recoveries(events)
        failures = changed_failures(events, details, cards, recoveries)
        wanted = newest(
            [
                *wanted,
                *recoveries,
                *await AnsweredAlerts(self._deliveries).again(failures),
                *await self._missing_code(events, details),
                *await self._of_triggers(events),
                *await self._of_health(events),
                *[want for event in events for want in regular_news(event)],
                *[want for event in events for want in absence_news(event)],
                *await self._alerts(events, details, cards, mutes),
                *await self._muted(events),
                *await self._notified(events, details),
                *await self._break_glass(events, details),
                *await self._news(events, details, cards),
            ]
        )
        wanted = await worth_telling(wanted, self._deliveries)
        if self._parts.pictures:
            wanted += run_pictures(events, details, wanted)
        if self._parts.direct:
            wanted += lookups(events, details, cards)
        await self._deliveries.advance(CONSUMER, events[-1].seq, wanted)
        self._cursor = events[-1].seq
        self._changed()

    async def _of_each(
        self, events: Iterable[EventRecord], tell: Callable[[EventRecord], Awaitable[list[Wanted]]]
    ) -> list[Wanted]:
        """Return what all of these events tell. One that cannot be told keeps back no other one."""
        wanted: list[Wanted] = []
        for event in events:
            try:
                wanted += await tell(event)
            except _ODD as error:
                self._pass_over(event, error)
        return wanted

    def _pass_over(self, event: EventRecord, error: Exception) -> None:
        text = "The event %d (%s) could not be turned into messages"
        log.error(text, event.seq, event.type, exc_info=error)
        self._passed[event.seq] = (event, self._clock.monotonic())

    async def _details(self, events: list[EventRecord]) -> dict[str, RunDetail]:
        details = {}

        async def read(run_id: str) -> None:
            with suppress(UnknownRun, Altered):
                details[run_id] = await self._parts.records.detail(run_id)

        # Together: one after the other, each waits for a thread by itself.
        await asyncio.gather(*map(read, dict.fromkeys(filter(None, map(run_of, events)))))
        return details

    async def _cards(self, details: Mapping[str, RunDetail]) -> dict[str, FailureCard]:
        """Return the cards of the failures of these runs, by request."""
        failures = [
            request.id
            for detail in details.values()
            for request in detail.requests
            if request.kind == "failure"
        ]
        cards = await asyncio.gather(*map(self._card, failures))
        return {
            request_id: card for request_id, card in zip(failures, cards, strict=True) if card is not None
        }

    async def _card(self, request_id: str) -> FailureCard | None:
        """Return the card of a failure; None where it has none, or a row of it cannot be read."""
        try:
            return await self._parts.cards.of(request_id)
        except Altered as altered:
            log.error("The failure %s is shown without its card: %s", request_id, altered)
            return None

    async def _recoveries(self, events: list[EventRecord]) -> list[Wanted]:
        """Return what is told on open cards because a run passed the step that had failed."""
        open_cards: dict[tuple[str, str], list[str]] = {}

        async def told(event: EventRecord) -> list[Wanted]:
            wanted: list[Wanted] = []
            step = event.workflow or "", event.step or ""
            if step not in open_cards:
                open_cards[step] = await self._parts.cards.open_for(*step)
            for leader in open_cards[step]:
                card = await self._card(leader)
                if card is not None:
                    wanted += recovery(event, card, await self._parts.records.detail(card.leader.run_id))
            return wanted

        return await self._of_each((event for event in events if event.type == "step.succeeded"), told)

    async def _missing_code(
        self, events: list[EventRecord], details: Mapping[str, RunDetail]
    ) -> list[Wanted]:
        """Return what owners and the operator are told of code that runs under way need."""

        async def told(event: EventRecord) -> list[Wanted]:
            detail = details.get(run_of(event))
            return await self._notices.of_missing_code(event, detail) if detail else []

        return await self._of_each((event for event in events if event.type == MISSING_CODE), told)

    async def _of_triggers(self, events: list[EventRecord]) -> list[Wanted]:
        """Return what owners are told of triggers that start nothing."""

        async def told(event: EventRecord) -> list[Wanted]:
            owner = self._parts.loaded_owner(event.data.get("workflow", ""))
            return await self._notices.of_trigger(event, owner) if owner else []

        return await self._of_each((event for event in events if event.type in OF_TRIGGERS), told)

    async def _of_health(self, events: list[EventRecord]) -> list[Wanted]:
        """Return what is told of objectives, long runs, late schedules and approvals."""

        async def told(event: EventRecord) -> list[Wanted]:
            mute = await self._parts.cards.muted(event.data["workflow"])
            owner = self._parts.loaded_owner(event.data["workflow"]) or ""
            return health_news(event, await self._notices.people_of(event.data["people"], owner), mute)

        return await self._of_each((event for event in events if event.type == HEALTH_CHANGED), told)

    async def _alerts(
        self,
        events: list[EventRecord],
        details: Mapping[str, RunDetail],
        cards: Mapping[str, FailureCard],
        mutes: Mapping[str, Mute],
    ) -> list[Wanted]:
        """Return what people and further channels are told of failures."""
        wanted: list[Wanted] = []

        async def told(event: EventRecord) -> list[Wanted]:
            detail = details.get(run_of(event))
            alert = alert_of(event, detail, cards) if detail is not None else None
            if detail is None or alert is None:
                return []
            people = await self._notices.people_of(alert.people, detail.owner)
            alerts, mute = told_of_failure(event, detail, alert, people), mutes.get(detail.run.id)
            return alerts if mute is None else await self._muted_alerts.hold(alerts, mute, detail, wanted)

        for event in events:
            wanted += await self._of_each([event], told)
        return wanted

    async def _break_glass(self, events: list[EventRecord], details: Mapping[str, RunDetail]) -> list[Wanted]:
        """Return what everybody concerned is told of an approval by one person alone, or of its review."""

        async def told(event: EventRecord) -> list[Wanted]:
            detail = details.get(run_of(event))
            request = broken_at(event, detail) if detail else None
            if detail is None or request is None:
                return []
            by = str(event.data["by"])
            if event.type == GLASS_UNREVIEWED:
                people = await self._notices.people_of([by, detail.owner], detail.owner)
                return told_of_break_glass(event, detail, people)
            people = await self._notices.people_of(concerned(request, detail.owner), detail.owner)
            return told_of_break_glass(event, detail, (each for each in people if each != by))

        of_glass = (event for event in events if event.type in (GLASS_BROKEN, GLASS_UNREVIEWED))
        return await self._of_each(of_glass, told)

    async def _notified(self, events: list[EventRecord], details: Mapping[str, RunDetail]) -> list[Wanted]:
        """Return the messages that steps post."""

        async def told(event: EventRecord) -> list[Wanted]:
            detail = details.get(run_of(event))
            to = str(event.data["to"])
            if detail is None or is_outside(to):  # `bot.notify_out` sends it
                return []
            named = to.startswith(("@", "U", "W", ON_CALL))
            people = await self._notices.people_of([to], detail.owner) if named else []
            return notification(event, detail, people)

        return await self._of_each((event for event in events if event.type == NOTIFIED), told)

    async def _news(
        self,
        events: list[EventRecord],
        details: Mapping[str, RunDetail],
        cards: Mapping[str, FailureCard],
    ) -> list[Wanted]:
        """Return the news for channels that subscribed to workflows."""
        subscriptions = await self._parts.subscriptions.all()
        wanted: list[Wanted] = []
        for event in events if subscriptions else ():
            if (detail := details.get(run_of(event))) is not None:
                wanted += news(event, detail, cards, subscriptions)
        return wanted

    async def _mutes(self, details: Mapping[str, RunDetail]) -> dict[str, Mute]:
        """Return the mutes of the workflows of these runs, by run; of those with something to tell."""
        failing = {
            run_id: detail.run.workflow
            for run_id, detail in details.items()
            if detail.requests or detail.run.state == "failed"
        }
        names = list(dict.fromkeys(failing.values()))
        found = dict(zip(names, [await self._parts.cards.muted(name) for name in names], strict=True))
        return {run_id: mute for run_id, name in failing.items() if (mute := found[name]) is not None}

    async def _muted(self, events: list[EventRecord]) -> list[Wanted]:
        """Return the cards that were muted or no longer are, and what was muted besides."""
        return await self._of_each((event for event in events if event.type in OF_MUTES), self._told_of_mute)

    async def _told_of_mute(self, event: EventRecord) -> list[Wanted]:
        workflow, step = str(event.data["workflow"]), str(event.data["step"])
        mute = await self._parts.cards.muted(workflow)
        wanted = await self._muted_alerts.moved(workflow, mute)
        for leader in await self._parts.cards.open_for(workflow, step):
            card = await self._card(leader)
            if card is not None:
                detail = await self._parts.records.detail(card.leader.run_id)
                wanted += muting_changed(card, with_mutes(detail, {leader: card}, mute))
        return wanted

    async def _want(self, wanted: list[Wanted]) -> None:
        # The cursor never moves back, so the newest event told of may be named again.
        await self._deliveries.advance(CONSUMER, self._cursor, wanted)
        self._changed()

    async def _instead(self, delivery: Delivery, posts: int) -> None:
        await self._want(in_posts(delivery, posts))

    async def _again(self, key: str) -> None:
        row = await self._deliveries.get(key)
        if row is not None:
            await self._want([Wanted(row.key, row.kind, row.subject, row.target, row.data, row.queue)])

    # Wanted messages to Slack

    async def _send(self) -> None:
        while True:
            try:
                self._wake.clear()
                after = await self._hand_out()
                self._trouble.pop("send", None)
            except Exception as error:
                await self._failed("send", "messages cannot be handed out", error)
                continue
            await self._rest(after)

    async def _hand_out(self) -> timedelta | None:
        nudged, self._nudged = self._nudged, False
        # Those that were under way when the rows were read may have ended since: their rows are old.
        under_way = dict(self._running)
        due = await self._deliveries.due(CONSUMER, self._clock.now(), self._limit)
        rows = [delivery for delivery in due if delivery.key not in under_way]
        if nudged:
            self._forced = {row.key for row in rows if row.not_before is not None}
        next_delivery = await self._next(rows, {key for key, running in under_way.items() if running.first})
        for delivery, error in next_delivery.odd:
            log.error("A message could not be handed out (%s)", delivery.kind, exc_info=error)
            await self._set_aside(delivery)
        for lane, delivery in next_delivery.go:
            self._forced.discard(delivery.key)
            task = asyncio.create_task(self._deliver(delivery))
            thread, since = delivery.target.get("thread_of", delivery.key), self._clock.monotonic()
            self._running[delivery.key] = _Sending(lane, delivery.ref is None, thread, since, task)
        if not self._running and not under_way:  # what has ended since may let others go
            if len(due) == self._limit and not next_delivery.go and next_delivery.held_back:
                self._limit *= 2  # later ones must not wait with these
                self._wake.set()
            else:
                self._limit = _PAGE_SIZE if len(due) < _PAGE_SIZE else self._limit
        return next_delivery.after

    async def _next(self, rows: list[Delivery], opening: set[str]) -> Selection:
        parents = await self._deliveries.by_keys(
            {row.target["thread_of"] for row in rows if "thread_of" in row.target}
        )
        now, passed = self._clock.now(), self._clock.monotonic()
        threads = {under_way.thread for under_way in self._running.values()}
        return DeliveryOrder(
            self._pace, self._turns, now, passed, parents, self._router.known, self._busy(passed), opening,
            threads, self._forced,
        ).next(rows)  # fmt: skip

    def _busy(self, now: float) -> dict[str, float]:
        """Return the lanes where others wait, and for how many seconds; not those where all calls hang."""
        latest: dict[str, float] = {}
        for under_way in self._running.values():
            latest[under_way.lane] = max(under_way.since, latest.get(under_way.lane, under_way.since))
        waits = {lane: since + _HANGS_AFTER.total_seconds() - now for lane, since in latest.items()}
        return {lane: seconds for lane, seconds in waits.items() if seconds > 0}

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            if self._parts.settle and delivery.ref is None and delivery.kind in ("request", LOOKUP):
                await self._parts.settle(delivery.subject)
            await self._deliverer(delivery.kind)(delivery)
            await self._notices.arrived(delivery)
            if delivery.ref is None and (earlier := delivery.target.get("part_of")):
                await self._again(run_key(earlier))  # it can link to this message now
            if delivery.kind == "request" and was_held(delivery):
                await self._again(run_key(delivery.target["run"]))  # it said that people are told later
        except Exception:
            log.exception("A message could not be delivered (%s)", delivery.kind)
            await self._set_aside(delivery)
        finally:
            self._running.pop(delivery.key, None)
            self._changed()

    def _deliverer(self, kind: str) -> Callable[[Delivery], Awaitable[None]]:
        special = {LOOKUP: self._look_up, TAIL: self._tails.deliver}
        return special.get(kind, self._sender.deliver)

    async def _look_up(self, row: Delivery) -> None:
        """Want the direct messages to absent approvers. Repeated after a crash, it wants the same ones."""
        try:
            result = await self._absent.look_up(row)
        except PeopleUnavailable as error:
            await self._absent.put_off(row, str(error))
            return
        if result.messages:
            await self._want(result.messages)
        if result.problem:
            await self._absent.put_off(row, result.problem)
            return
        await self._deliveries.sent(row.key, row.wanted, None)

    async def _set_aside(self, delivery: Delivery) -> None:
        now = self._clock.now()
        try:
            row = await self._deliveries.get(delivery.key)
            ambiguous = row is not None and row.state == "posting"
            until = now + timedelta(minutes=1)
            await self._deliveries.later(delivery.key, until, _NOT_SHOWN, ambiguous=ambiguous, refused=True)
        except Exception:
            log.exception("and that could not be written down")
            self._pace.pause("*", self._clock.monotonic() + _RETRY_INTERVAL.total_seconds())

    # Waiting

    def _changed(self) -> None:
        self._idle.clear()
        self._wake.set()

    async def _rest(self, after: timedelta | None) -> None:
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(self._wake.wait())]
        if after is not None:
            waits.append(asyncio.create_task(self._clock.sleep(after)))
        try:
            await asyncio.sleep(0)  # let them begin to wait, so that a test that moves the clock sees it
            if not self._running and not self._wake.is_set():
                self._idle.set()
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _failed(self, loop: str, what: str, error: Exception) -> None:
        self._trouble.setdefault(loop, _Trouble(self._clock.monotonic(), what, type(error).__name__))
        log.exception("%s%s; trying again in %d s", what[0].upper(), what[1:], _RETRY_INTERVAL.seconds)
        await self._clock.sleep(_RETRY_INTERVAL)


def _wanted_by(
    events: list[EventRecord], details: Mapping[str, RunDetail], cards: Mapping[str, FailureCard]
) -> tuple[list[Wanted], list[tuple[EventRecord, Exception]]]:
    """Return the messages, and the events that could not be turned into messages."""
    passed: list[tuple[EventRecord, Exception]] = []
    wanted = newest(want for event in events for want in _projected(event, details, cards, passed))
    return wanted, passed


def _projected(
    event: EventRecord,
    details: Mapping[str, RunDetail],
    cards: Mapping[str, FailureCard],
    passed: list[tuple[EventRecord, Exception]],
) -> list[Wanted]:
    try:
        return project(event, details.get(run_of(event)), cards)
    except Exception as error:
        # One event that can't be told must not keep all later ones from being told.
        passed.append((event, error))
        return []


def _of_events(events: list[EventRecord]) -> str:
    if not events:
        return ""
    named = [f"{event.seq} ({event.type}{f' of {event.run_id}' if event.run_id else ''})" for event in events]
    listed = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
    return (
        f"These events could not be turned into messages, so people may lack some: {listed}. "
        "Look at each run with signoff show RUN. The log of Signoff says why"
    )


def _of_full_texts(waiting: list[Delivery]) -> dict[str, str]:
    rows = [row for row in waiting if row.kind == "full" and row.ref is None]
    if not rows:
        return {}
    questions = len({row.subject for row in rows})
    why = ", ".join(sorted({row.error for row in rows})[:5])
    what = "1 question has" if questions == 1 else f"{questions} questions have"
    warning = f"{what} a full text that could not be posted, so nobody can approve it in Slack ({why})"
    return {"full_text": warning}


def _of_messages_not_shown(waiting: list[Delivery]) -> dict[str, str]:
    keys = [row.key for row in waiting if row.error == _NOT_SHOWN]
    if not keys:
        return {}
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    text = f"These messages could not be shown: {', '.join(keys[:5])}{more}. The log of Signoff says why"
    return {"messages": text}
