"""A delivery as the message that it is, from the records as they are at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.notify_out import messages as outside
from bot.notify_out.messages import OutsideMessage
from bot.off_the_loop import rendered
from bot.outbox.absence_news import KIND as ABSENCE
from bot.outbox.completeness import refusal
from bot.outbox.health_news import KIND as HEALTH
from bot.outbox.holding import was_held
from bot.outbox.muted_alerts import TYPE as MUTED_ALERTS
from bot.outbox.news import TYPE as NEWS_TYPE
from bot.outbox.ports import (
    Cards,
    Delivery,
    DeliveryStore,
    Everybody,
    NoCards,
    Readers,
    RecordReader,
    Slack,
)
from bot.outbox.problems import Problem, remedy
from bot.outbox.projector import CLAIMED, FAILURE_ALERT, MISSING_CODE, request_key, request_shown, run_key
from bot.outbox.reconcile import opaque
from bot.outbox.recorded import BLOCKED, GIVEN_UP, RENAMED, event_of, told
from bot.outbox.regular_news import CHECKPOINT, REVIEW
from bot.outbox.run_pictures import picture_of
from bot.slack.display_names import NameDirectory, names_in
from bot.slack.web_api import SlackRefused, SlackUnreachable
from bot.views.absence_notice import absence_message
from bot.views.checkpoint import checkpoint_message
from bot.views.direct_messages import outcome_message
from bot.views.health_news import health_message
from bot.views.message import Message, Names
from bot.views.naming import naming_run
from bot.views.requests import full_content
from bot.views.requests.absent_approver import absent_approver_message
from bot.views.requests.altered import marked_file, marked_message
from bot.views.requests.approval import approval_message
from bot.views.requests.blocked import Blocked, blocked_line, blocked_message
from bot.views.requests.failure import History, failure_message
from bot.views.requests.failure_alert import failure_alert, is_open
from bot.views.requests.failure_card import MAX_RUNS_LISTED, card_message
from bot.views.requests.full_content import File
from bot.views.requests.muted_alerts import muted_alerts
from bot.views.requests.question import question_message
from bot.views.runs.logs import followed_log, withheld_log
from bot.views.runs.missing_code import missing_code_message
from bot.views.runs.news import news_message
from bot.views.runs.notification import notification_message
from bot.views.runs.outside import given_up_line, given_up_message
from bot.views.runs.page_link import RunPages
from bot.views.runs.related import for_channel, named
from bot.views.runs.renamed_channel import renamed_channel_message
from bot.views.runs.run import run_message
from bot.views.runs.thread import actor_of, claimed_line, failed_line, thread_line
from bot.views.trigger_notices import trigger_message
from bot.views.weekly_review import asked_in, review_message
from engine import (
    AWAITED,
    Actor,
    AttemptLog,
    Clock,
    Drawing,
    EventRecord,
    FailureCard,
    PeopleUnavailable,
    RequestRecord,
    RunDetail,
    RunRecord,
    UnknownRun,
)

_MAX_PERMALINKS = 1_000
MENTION_INTERVAL = timedelta(hours=1)
"""After a failure without a question mentioned the owner, its repetitions in this time do not."""
_MAX_CLAIMED = 200
_ABOUT_A_RUN = frozenset({"run", "request", "line", "outcome", "asked", "full", "tail", "notify"})
"""Kinds of deliveries whose text names the run. The others name what they are about."""
"""Runs of a card that are read to count those that a person took over."""
_MAX_RUNS = 20
"""Runs, to say since when it fails."""


class Permalinks(dict[tuple[str, str], str]):
    """Links to messages by channel and time, which never change. The newest thousand are kept."""

    def __setitem__(self, message: tuple[str, str], link: str) -> None:
        super().__setitem__(message, link)
        if len(self) > _MAX_PERMALINKS:
            del self[next(iter(self))]


class RunRecords(RecordReader, Protocol):
    """The records, the runs of a workflow, newest first, and events, held against the log."""

    async def runs(
        self, workflow: str | None = None, *, limit: int = 20
    ) -> tuple[Sequence[RunRecord], int]: ...

    async def run_drawing(self, run_id: str) -> Drawing: ...

    async def step_logs(self, run_id: str, step: str | None = None) -> Sequence[AttemptLog]: ...

    async def recorded_event(self, seq: int) -> EventRecord | None: ...

    async def earlier_failures(self, run_id: str, step: str, span: timedelta) -> int: ...


@dataclass(frozen=True, slots=True)
class Renderer:
    """`bot_name`: what people write after `/invite @`."""

    records: RunRecords
    deliveries: DeliveryStore
    book: NameDirectory
    slack: Slack
    clock: Clock
    bot_name: str
    cards: Cards = field(default_factory=NoCards)
    readers: Readers = field(default_factory=Everybody)
    permalinks: Permalinks = field(default_factory=Permalinks)
    pages: RunPages = field(default_factory=RunPages)

    async def __call__(self, delivery: Delivery, *, plan: bool) -> Message | File | None:
        """None where there is nothing to say any more. Raises `NotRecorded`."""
        try:
            return await self._message(delivery, plan=plan)
        except UnknownRun:  # it was pruned
            return None

    async def _message(self, delivery: Delivery, *, plan: bool) -> Message | File | None:
        if delivery.kind == "trigger":  # it belongs to no run
            return trigger_message(await self._told(delivery, None))
        if delivery.kind == HEALTH:
            return health_message(await self._told(delivery, None))
        if delivery.kind == CHECKPOINT:
            return checkpoint_message(await self._told(delivery, None))
        if delivery.kind == ABSENCE:
            event = await self._told(delivery, None)
            names = await names_in(self.book, event["data"]["user"], event["data"]["to"])
            return absence_message(event, delivery.target["user"], names)
        if delivery.kind == REVIEW:
            review = await self._told(delivery, None)
            return review_message(review, await names_in(self.book, *asked_in(review)))
        detail = for_channel(await self.records.detail(delivery.target["run"], marked=True))
        shown = await self._shown(delivery, detail, plan=plan)
        if isinstance(shown, File):
            return marked_file(shown, detail.altered)
        if shown is not None and delivery.kind in ("run", "request"):
            shown = self.pages.linked(shown, detail.run.id)
        if shown is None:
            return None
        named = naming_run(shown, detail.run.short) if delivery.kind in _ABOUT_A_RUN else shown
        return marked_message(named, detail.altered)

    async def _shown(self, delivery: Delivery, detail: RunDetail, *, plan: bool) -> Message | File | None:
        match delivery.kind:
            case "run":
                return await self._run(detail, plan=plan)
            case "request":
                return await self._request(delivery, detail, plain=not plan)
            case "line":
                return await self._line(delivery, detail)
            case "outcome":
                return await self._outcome(delivery.subject, detail)
            case "asked":
                return await self._asked(delivery, detail)
            case "full":
                return await self._full(delivery, detail)
            case "picture":
                # A picture has no room for the warning on changed records.
                drawing = None if detail.altered else await self.records.run_drawing(detail.run.id)
                return await picture_of(detail, drawing) if drawing else None
            case "tail":
                return await self._tail(delivery, detail)
            case "notify":
                return notification_message(await self._told(delivery, detail), detail)
            case "notice":
                return await self._notice(delivery, detail)
        raise ValueError(f"no message is of the kind {delivery.kind!r}")

    async def _run(self, detail: RunDetail, *, plan: bool) -> Message:
        names, links = await names_in(self.book, detail), await self._links(detail)
        return await rendered((detail,), run_message, detail, names, self.clock.now(), plan=plan, links=links)

    async def _links(self, detail: RunDetail) -> dict[str, str]:
        """Links to the messages of related runs, by id; of those that have one."""
        found = {run.id: await self._link_to(run_key(run.id)) for run in named(detail)}
        return {run_id: link for run_id, link in found.items() if link is not None}

    async def _request(self, delivery: Delivery, detail: RunDetail, *, plain: bool) -> Message | None:
        request = _found(delivery.subject, detail)
        if request is None:
            return None
        names, now = await names_in(self.book, detail), self.clock.now()
        if request.kind == "failure":
            return await self._failure(delivery, request, detail, names, now)
        if request.kind == "clarification":
            return await rendered((detail,), question_message, request, detail, names, now)
        lacking = refusal(await self.deliveries.find(subject=request.id, kind="full"), self.bot_name)
        return await rendered(
            (detail,), approval_message, request, detail, names, now, plain=plain, lacking=lacking
        )

    async def _failure(
        self, delivery: Delivery, request: RequestRecord, detail: RunDetail, names: Names, now: datetime
    ) -> Message | None:
        card = await self.cards.of(request.id, MAX_RUNS_LISTED)
        if was_held(delivery) and not (card.open_count if card else request.state == "open"):
            return None  # it was answered before anybody was told
        if card is not None and (named := _named_on(card)):
            names = await names_in(self.book, detail, *named)
        history = await self._history(request)
        if card is not None and card.is_shared:
            return await rendered((detail, *card.open), card_message, card, detail, names, now, history)
        return await rendered((detail,), failure_message, request, detail, names, now, history, card)

    async def _told(self, delivery: Delivery, detail: RunDetail | None) -> Mapping[str, Any]:
        """Return what a message tells: from its event as the log has it, where there is one."""
        seq = event_of(delivery)
        if seq is None:
            data: Mapping[str, Any] = delivery.data
            return data
        return told(delivery, await self.records.recorded_event(seq), detail)

    async def _line(self, delivery: Delivery, detail: RunDetail) -> Message | None:
        event = await self._told(delivery, detail)
        if event["type"] == BLOCKED:
            blocked, informed = await self._blocked(event, detail), event.get("told")
            shown = delivery.ref is not None
            return blocked_line(detail, self._remedy(event), self.clock.now(), blocked, informed, shown=shown)
        if event["type"] == GIVEN_UP:
            sent = await self._given_up(delivery)
            return given_up_line(sent, detail) if sent is not None else None
        if event["type"] == NEWS_TYPE:
            return await self._news(event, detail)
        if event["type"] == FAILURE_ALERT:
            return await self._alert(delivery, event, detail)
        if event["type"] == MUTED_ALERTS:
            return await self._muted(event, detail)
        if event["type"] == CLAIMED:
            return await self._claimed(delivery, event, detail)
        who = [actor_of(event)] if "actor" in event else []
        names = await names_in(self.book, detail, *who)
        if event["type"] == "step.failed" and event["data"].get("ends_run"):
            step = str(event["step"])
            earlier = await self.records.earlier_failures(detail.run.id, step, MENTION_INTERVAL)
            return await rendered((detail,), failed_line, event, detail, names, earlier)
        return await rendered((detail,), thread_line, event, detail, names, self.clock.now())

    async def _claimed(
        self, delivery: Delivery, event: Mapping[str, Any], detail: RunDetail
    ) -> Message | None:
        """Count the runs at the post: the line waits for the end of the act."""
        leader = str(delivery.target["thread_of"]).removeprefix(request_key(""))
        card, to = await self.cards.of(leader, _MAX_CLAIMED), str(event["data"]["to"])
        runs = sum(request.approvers == (to,) for request in card.open) if card else 0
        names = await names_in(self.book, detail, actor_of(event), to)
        return claimed_line(event, runs, detail.run.workflow, names) if runs else None

    async def _news(self, event: Mapping[str, Any], detail: RunDetail) -> Message | None:
        """None where not everybody who reads the channel may see the run, or where it is old."""
        try:
            if not await self.readers.may_read(event["channel"], detail.run.id):
                return None
        except PeopleUnavailable as error:
            raise SlackUnreachable(str(error)) from None
        names, url = await names_in(self.book, detail), await self._link_to(run_key(detail.run.id))
        return await rendered((detail,), news_message, event, detail, names, url)

    async def _alert(self, delivery: Delivery, event: Mapping[str, Any], detail: RunDetail) -> Message | None:
        request = _found(event["request_id"] or "", detail)
        card = await self.cards.of(request.id, MAX_RUNS_LISTED) if request else None
        if request is not None and not is_open(request, card) and delivery.ref is None:
            return None  # it was answered before anybody was told
        names = await names_in(self.book, detail, *(_named_on(card) if card else ()))
        now = self.clock.now()
        url = await (self._permalink(request) if request else self._link_to(run_key(detail.run.id)))
        return await rendered((detail,), failure_alert, event, detail, names, now, url, card)

    async def _muted(self, event: Mapping[str, Any], detail: RunDetail) -> Message:
        names = await names_in(self.book, detail, actor_of(event))
        url = await self._link_to(run_key(detail.run.id))
        return await rendered((detail,), muted_alerts, event, detail, names, self.clock.now(), url)

    async def _outcome(self, request_id: str, detail: RunDetail) -> Message | None:
        request = _found(request_id, detail)
        if request is None:
            return None
        names, url = await names_in(self.book, detail), await self._permalink(request)
        now = self.clock.now()
        return await rendered((detail,), outcome_message, request, detail, names, now, url)

    async def _asked(self, delivery: Delivery, detail: RunDetail) -> Message | None:
        first = _found(delivery.subject, detail)
        if first is None:
            return None
        request = request_shown(first, await self.cards.of(first.id))
        if delivery.ref is None and request.state != "open":
            return None  # it ended before the person was told of it
        if request.run_id != detail.run.id:
            detail = await self.records.detail(request.run_id)
        names, url = await names_in(self.book, detail), await self._link_to(request_key(first.id))
        now = self.clock.now()
        return await rendered(
            (detail,), absent_approver_message, request, detail, names, now, delivery.data, url
        )

    async def _full(self, delivery: Delivery, detail: RunDetail) -> Message | File | None:
        request = _found(delivery.data["request"], detail)
        if request is None or (delivery.error and request.state not in AWAITED):
            return None  # what could not be delivered is no longer decided on
        names = await names_in(self.book, detail)
        return await rendered((detail,), _in_full, delivery, request, detail, names)

    async def _notice(self, delivery: Delivery, detail: RunDetail) -> Message | None:
        data = await self._told(delivery, detail)
        if data["type"] == MISSING_CODE:
            return missing_code_message(data)
        if data["type"] == GIVEN_UP:
            sent = await self._given_up(delivery)
            return given_up_message(data, sent, detail) if sent is not None else None
        if data["type"] == RENAMED:
            return renamed_channel_message(data)
        return blocked_message(
            detail,
            self._remedy(data),
            await names_in(self.book, detail),
            self.clock.now(),
            await self._blocked(data, detail),
            owner_unknown=data.get("owner_unknown", ""),
            as_operator=data.get("role") == "operator",
        )

    async def _given_up(self, delivery: Delivery) -> OutsideMessage | None:
        """Return the message outside Slack that was given up; None where it was not."""
        event = await self.records.recorded_event(delivery.data["seq"])
        row = await self.deliveries.get(outside.key_of(event)) if event is not None else None
        if event is None or row is None or row.state != outside.GIVEN_UP:
            return None
        return outside.message_of(row, str(event.step))

    def _remedy(self, data: Mapping[str, Any]) -> str:
        problem = Problem(data["code"], data["channel"], data["needed"], data["detail"])
        return remedy(problem, problem.channel, self.bot_name)

    async def _blocked(self, data: Mapping[str, Any], detail: RunDetail) -> Blocked:
        """How it stands now: while a word of it was under way, people may have decided, or it arrived."""
        request = _found(data["subject"], detail)
        key = data.get("message") or (request_key(request.id) if request else run_key(detail.run.id))
        row = await self.deliveries.get(key)
        others: list[str] = []
        if request is not None and data["kind"] == "request":
            base = request_key(request.id)
            others = [base, *(f"{base}:{channel}" for channel in request.further_channels)]
        rows = [await self.deliveries.get(other) for other in others if other != key]
        return Blocked(
            data["kind"],
            posted=row is not None and row.sent > 0,
            elsewhere=any(each is not None and each.ref is not None for each in rows),
            arrived=row is not None and row.ref is not None and row.sent >= row.wanted,
            request=request,
            arrived_at=_moment(data.get("arrived")),
            was_posted=bool(data.get("posted")),
        )

    async def _tail(self, delivery: Delivery, detail: RunDetail) -> Message | None:
        step = str(delivery.data["step"])
        if delivery.data.get("withheld"):
            return withheld_log() if delivery.ref is not None else None
        if step not in {each.step for each in detail.steps}:
            return None
        logs = [log for log in await self.records.step_logs(detail.run.id) if log.step == step]
        return await rendered((detail,), followed_log, detail, logs, delivery.data)

    async def _history(self, request: RequestRecord) -> History:
        """As it was when the owner was asked: the message keeps it."""
        runs, _ = await self.records.runs(request.workflow, limit=_MAX_RUNS)
        before = [run for run in runs if run.created_at <= request.opened_at]
        failing: list[RunRecord] = []
        for run in before:
            if (
                run.state == "succeeded" and not run.reason
            ):  # a run that skipped a failing step did not succeed
                return _history(failing, run)
            if run.state == "failed" or run.id == request.run_id:
                failing.append(run)
        return _history(failing, None)

    async def _permalink(self, request: RequestRecord) -> str | None:
        for key in (request_key(request.id), run_key(request.run_id)):
            if (link := await self._link_to(key)) is not None:
                return link
        return None

    async def _link_to(self, key: str) -> str | None:
        """A link to a message that was posted; a word without a link is better than none."""
        delivery = await self.deliveries.get(key)
        if delivery is None or delivery.ref is None:
            return None
        channel, ts = delivery.ref["channel"], delivery.ref["ts"]
        if (link := self.permalinks.get((channel, ts))) is not None:
            return link
        try:
            answer = await self.slack.read("chat.getPermalink", {"channel": channel, "message_ts": ts})
            link = self.permalinks[channel, ts] = str(answer["permalink"])
        except (SlackRefused, SlackUnreachable, KeyError):
            return None
        return link


def _in_full(
    delivery: Delivery, request: RequestRecord, detail: RunDetail, names: Names
) -> Message | File | None:
    data = delivery.data
    documents = (
        document for document in full_content.documents(request, detail) if document.what == data["document"]
    )
    document = next(documents, None)
    if document is None:
        return None
    most = full_content.MAX_FALLBACK_POSTS if data.get("posts") else full_content.MAX_POSTS
    posts = document.count_posts(most + 1)
    if posts == data["of"] and posts <= most:
        return full_content.post(document, data["number"], full_content.head_of(document, request, names))
    # Wanted by a release that cut it elsewhere: a file has all of it.
    return full_content.file_of(document, request, opaque(delivery.key)) if data["number"] == 1 else None


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _found(request_id: str, detail: RunDetail) -> RequestRecord | None:
    return next((request for request in detail.requests if request.id == request_id), None)


def _history(failing: list[RunRecord], succeeded: RunRecord | None) -> History:
    since = failing[-1].created_at if len(failing) > 1 else None
    return History(since, len(failing), succeeded.ended_at if succeeded else None)


def _named_on(card: FailureCard) -> list[RequestRecord | Actor | str]:
    """Return what names people on a card: the mute, a retry that failed again, and each verdict."""
    named: list[RequestRecord | Actor | str] = [card.retried] if card.retried else []
    if card.mute is not None:
        named.append(card.mute.by)
    for verdict in card.verdicts:
        named += [verdict.actor, *([verdict.on_behalf] if verdict.on_behalf else [])]
    return named
