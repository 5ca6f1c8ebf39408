"""Events to wanted messages. Pure: the same event of the same run always wants the same.

A message's key says what it shows:
- `run:{id}`: the run's one message
- `request:{id}`: a question, with `:{channel}` where it was brought to a further channel
- `thread:{run}:{seq}`: a line about one event
- `tail:{run}:{step}:{round}`: a line that follows the log of a step while it executes
- `reminder:{request}:{number}`: a line that the next reminder replaces where it was not posted yet
- `recovered:{request}:{run}`: a line under the card of a failure: a later run passed the step
- `resource:{name}:{opened_at}`: a line in the channel: a circuit breaker opened; `:closed` when it closed
- `schedule:{seq}`: a line in the channel: a schedule was slowed down, or fires as usual again; a rule ended a
  canary
- `alert:{run}:{seq}:{place}`: a word in a further channel, or to a person: a step failed
- `notify:{run}:{step}:{round}:{to}:{number}`: a message of a step, with `:{user}` for a member of a group
- `code:{user}:{seq}`: a direct message: code is missing that runs under way need
- `dm:absence:{seq}:{user}`: a direct message: an absence ended, to the person and to their delegate;
- `thread:{run}:{seq}:given-up`: a line: a message outside Slack was given up;
  `dm:{user}:outside:{place}:{day}`: the same as a direct message to the owner
- `trigger:{user}:{seq}`: a direct message to the owner: a trigger cannot read its source, or can again;
  `trigger:{user}:{workflow}:{key}:{day}`: a fact does not fit
- `health:{seq}:{place}`: a word in a channel, or to a person: the health of a workflow changed
- `review:{seq}`: the review of a week, in the channel of the setting
- `checkpoint:{seq}`: a checkpoint of the log, in the channel of the setting
- `dm:{request}:outcome`: the outcome, for the requester
- `full:{question's key}:{document}:{number}`: a post or file with what the question has no room for
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.outbox.holding import failure_hold, held, latest, released_at
from bot.outbox.ports import Delivery, Wanted
from bot.views.requests.full_content import MAX_POSTS, documents
from engine import ON_CALL, Alert, EventRecord, FailureCard, Queue, RequestRecord, RunDetail

LINES = frozenset(
    {
        "request.decision",
        "request.expired",
        "request.outdated",
        "step.retrying",
        "step.overrun",
        "step.rerouted",
        "run.cancelled",
        "run.compensating",
        "run.paused",
        "run.unpaused",
        "follow_up.refused",
    }
)
"""Told in the run's thread. `request.decided` isn't: its decision was."""
REMINDER = "reminder:"
"""The start of the key of a reminder's line."""
_GIVEN_UP = frozenset({"step.failed", "step.waiting"})
"""Told with the attempt's log; a step that its owner aborts failed before, and that was told."""

_UNDER_THE_QUESTION = frozenset(
    {
        "request.reminded",
        "request.claim_ended",
        "request.stage",
        "request.escalated",
        "request.reassigned",
        "request.recounted",
        "request.reopened",
        "request.revoked",
        "request.effect_delayed",
        "request.delegated",
        "request.unanswerable",
    }
)
"""Told in the question's thread, where those who may answer are."""

_SILENT = frozenset(
    {
        "run.overlap_skipped",
        "policy.asked",
        "policy.denied",
        "trigger.skipped",
        "run.noted",
        "step.checkpoint",
        "follow_up.asked",
    }
)

OF_RESOURCES = frozenset({"resource.opened", "resource.closed", "resource.reset"})
"""A circuit breaker opened or closed: told once, in the channel of the workflow whose failure opened it."""
OF_SCHEDULES = frozenset({"schedule.slowed", "schedule.restored"})
"""Told in the channel: they belong to no run, and name the one that caused them."""
OF_CANARIES = frozenset({"canary.promoted", "canary.rolled_back"})
"""As those of schedules, where a rule ended the canary: only then they name a run."""

FAILURE_ALERT = "failure.alert"
"""A failure is told besides its card: to people, and in further channels."""

CLAIMED = "failure.claimed"
"""A person took over runs of a card, or handed them to somebody: one line, however many runs they are."""
_CLAIM_HOLD = timedelta(seconds=3)
"""The line waits until the click has reached every run."""
RECOVERED = "failure.recovered"
"""A later run passed the step whose failure is on a card: told from the end of that step."""

NOTIFIED = "step.notified"
"""A step posted a message: its people may have to be looked up."""

OF_MUTES = frozenset({"failure.muted", "failure.unmuted"})
"""They belong to no run: the cards that they concern are shown again."""

GLASS_BROKEN = "break_glass.used"
"""One person approved alone. Everybody concerned is told too, who have to be looked up."""
GLASS_UNREVIEWED = "break_glass.not_asked"
"""Nobody can be asked to review it. The owner and the person are told too."""
OF_GRANTS = frozenset(
    {"grant.given", "grant.used", "grant.ended", GLASS_BROKEN, GLASS_UNREVIEWED, "break_glass.reviewed"}
)
"""They belong to no run: told in the thread of the question at which the grant was given, or glass broken."""

MISSING_CODE = "code.missing"
"""Told to the owner and the operator: it belongs to several runs, and names one of them."""

TRIGGER_MISFIT = "trigger.refused"
TRIGGER_FITS = "trigger.fits"
OF_TRIGGERS = frozenset({"trigger.failing", "trigger.restored", TRIGGER_MISFIT, TRIGGER_FITS})
"""Told to the owner: they belong to no run."""

_TOLD_IN_FULL = frozenset({"request.opened", "request.decision", "request.escalated"})
"""After these a question may have more to read, or be in a further channel."""


_PEOPLE = ("slack", "cli", "api")
"""Sources of actors with a person behind them: a person, or the holder of a token."""
ASKS, TELLS, LOGS, NEWS = 1, 2, 3, 4
"""Ranks: what people must act on goes before what they only watch."""


def run_key(run_id: str) -> str:
    return f"run:{run_id}"


def request_key(request_id: str) -> str:
    return f"request:{request_id}"


Cards = Mapping[str, FailureCard]
"""By request: the card that it is on."""


def request_shown(first: RequestRecord, card: FailureCard | None) -> RequestRecord:
    """Return the request that stands for a card: the first one, or an open one after that ended.

    That is the newest, or the oldest known where a person took that over: later ones notify nobody else.
    """
    if card is None or not card.open or first.state == "open":
        return first
    return card.open[-1] if card.claimer else card.open[0]


def project(event: EventRecord, detail: RunDetail | None, cards: Cards | None = None) -> list[Wanted]:
    """The messages that this event brings up or changes. `detail`: its run; None: nothing to show.

    `cards`: those of the run's failures.
    """
    cards = cards or {}
    if detail is not None and event.type in OF_SCHEDULES | OF_CANARIES:
        return [_of_schedule(event, detail)]
    if detail is not None and event.type in OF_RESOURCES:
        return _of_resource(event, detail)
    if detail is not None and event.type in OF_GRANTS:
        return _of_grant(event, detail)
    if event.type in (MISSING_CODE, NOTIFIED):
        return []  # people have to be looked up
    if detail is None or event.type in _SILENT or not _speaks(detail):
        return []
    if event.type == "step.started" and "check" in event.data:
        return []  # the end of the check shows more
    request = next((request for request in detail.requests if request.id == event.request_id), None)
    card = cards.get(request.id) if request else None
    wanted = [_run(detail)] if _has_own_message(detail, cards) else []
    if request is not None and card is not None and card.leader.id != request.id:
        return [*wanted, *_everywhere(detail, card.leader, card), *_lines(event, detail, request, cards)]
    about = request and next(
        (other for other in detail.requests if other.id == request.clarification.about), None
    )
    for changed in filter(None, (about, request)):
        wanted += _everywhere(detail, changed, cards.get(changed.id))
        if event.type in _TOLD_IN_FULL:
            wanted += in_full(changed, detail)
    wanted += _lines(event, detail, request, cards)
    taken_back = event.type == "request.outdated" and request is not None and request.outcome is not None
    if request is not None and (taken_back or event.type in ("request.decided", "request.expired")):
        wanted += _outcome(event, detail, request)
    return wanted


def run_wanted(detail: RunDetail) -> list[Wanted]:
    """The run's message, to be shown again; nothing for a run that is not told of."""
    return [_run(detail)] if _speaks(detail) else []


def _of_schedule(event: EventRecord, detail: RunDetail) -> Wanted:
    """A line in the workflow's channel. `detail`: the run after which its schedule changed."""
    target = held({**_run(detail).target, "since": event.at.timestamp()}, detail.held_until)
    queue = Queue(_lane(target), TELLS, _source(detail))
    return Wanted(f"schedule:{event.seq}", "line", detail.run.id, target, event_data(event), queue)


def _of_resource(event: EventRecord, detail: RunDetail) -> list[Wanted]:
    """A message that a breaker opened, and a line in its thread and in the channel that it closed."""
    if not event.data.get("opened_at"):
        return []
    key = f"resource:{event.data['resource']}:{event.data['opened_at']}"
    data, target = event_data(event), {**_run(detail).target, "since": event.at.timestamp()}
    lane = _lane(target)
    if event.type == "resource.opened":
        return [Wanted(key, "line", detail.run.id, target, data, Queue(lane, TELLS, _source(detail)))]
    target = {"thread_of": key, "run": detail.run.id, "since": event.at.timestamp(), "aloud": True}
    queue = Queue(lane, TELLS, _source(detail), inside=key)
    return [Wanted(f"{key}:closed", "line", detail.run.id, target, data, queue)]


def _of_grant(event: EventRecord, detail: RunDetail) -> list[Wanted]:
    request = next((each for each in detail.requests if each.id == event.data["request"]), None)
    if request is None:
        return []
    lane = _lane({"channels": _own_places(detail, request)})
    return [_line(event, detail, request_key(request.id), lane)]


def run_of(event: EventRecord) -> str:
    """Return the id of the run that the messages about this event show; empty for none."""
    naming = OF_SCHEDULES | OF_CANARIES | OF_RESOURCES | OF_GRANTS | {MISSING_CODE}
    named = event.data.get("run") if event.type in naming else None
    return event.run_id or str(named or "")


def _speaks(detail: RunDetail) -> bool:
    """A quiet run is told of once it has asked something or ended badly; from then on like any other."""
    return not detail.quiet or bool(detail.requests) or detail.run.state in ("failed", "cancelled")


def _has_own_message(detail: RunDetail, cards: Cards) -> bool:
    """Return whether the run's own message is wanted. The card of another run tells of a quiet one."""
    if not detail.quiet or detail.run.state in ("failed", "cancelled"):
        return True
    return any(
        request.id not in cards or cards[request.id].leader.id == request.id for request in detail.requests
    )


def recovery(event: EventRecord, card: FailureCard, detail: RunDetail) -> list[Wanted]:
    """Return the card, and the line that tells the first success after it. `detail`: the card's own run."""
    if card.recovered_run != event.run_id:
        return []
    parent = request_key(card.leader.id)
    target = {"thread_of": parent, "run": card.leader.run_id, "since": event.at.timestamp()}
    target = held(target, card.mute.until if card.mute else None)
    lane = _lane({"channels": _own_places(detail, card.leader)})
    queue = Queue(lane, TELLS, _source(detail), inside=parent)
    data = {**event_data(event), "type": RECOVERED, "data": {"run": card.recovered_run}}
    key = f"recovered:{card.leader.id}:{card.recovered_run}"
    return [
        *_everywhere(detail, card.leader, card),
        Wanted(key, "line", card.leader.run_id, target, data, queue),
    ]


def newest(wanted: Iterable[Wanted]) -> list[Wanted]:
    """One for each key: a message that is rendered again shows all that happened."""
    return list({want.key: want for want in wanted}.values())


def _run(detail: RunDetail) -> Wanted:
    run = detail.run
    target = {
        "channels": _places(run.channel, detail.workflow_channel),
        "workflow": run.workflow,
        "run": run.id,
        "since": run.created_at.timestamp(),
    }
    follows = ""
    if brought_about := run.parent or run.follows:
        target["part_of"] = brought_about[0]
        follows = run_key(brought_about[0])  # each links to the other one
    if detail.quiet:
        target = held(target, detail.held_until)
    queue = Queue(_lane(target), NEWS, _source(detail), follows=follows)
    return Wanted(run_key(run.id), "run", run.id, target, queue=queue)


def _request(detail: RunDetail, request: RequestRecord, hold: datetime | None = None) -> Wanted:
    if request.clarification.about:  # a question about another one stands in its thread
        since = request.opened_at.timestamp()
        parent = request_key(request.clarification.about)
        inside = {"thread_of": parent, "run": request.run_id, "since": since}
        about = next((other for other in detail.requests if other.id == request.clarification.about), request)
        lane = _lane({"channels": _own_places(detail, about)})
        queue = Queue(lane, ASKS, _source(detail), inside=parent)
        return Wanted(request_key(request.id), "request", request.id, inside, queue=queue)
    target = {
        "channels": _own_places(detail, request),
        # Only where the workflow's channel was meant does a channel given to the workflow later help.
        "workflow": None if request.channel and not request.alert else request.workflow,
        "run": request.run_id,
        "since": request.opened_at.timestamp(),
    }
    target = held(target, hold)
    before = request.revision.previous if request.revision else ""
    if before and not before.startswith(f"{request.run_id}."):
        # It was asked at a gate before: there, and in the channel too.
        target |= {"thread_of": request_key(before), "aloud": True}
    queue = Queue(_lane(target), ASKS, _source(detail), follows=run_key(request.run_id))
    return Wanted(request_key(request.id), "request", request.id, target, queue=queue)


def _everywhere(detail: RunDetail, request: RequestRecord, card: FailureCard | None) -> list[Wanted]:
    """The question and its copies."""
    hold = failure_hold(request, card)
    copies = [_request_in(channel, detail, request, hold) for channel in request.further_channels]
    return [_request(detail, request, hold), *copies]


def notification(event: EventRecord, detail: RunDetail, people: Iterable[str]) -> list[Wanted]:
    """Return the message that a step posts, once, however often the step executes. `people`: who gets it."""
    data = event.data
    number = int(data["number"])
    key, earlier = _notification_key(event, number), _notification_key(event, number - 1)
    target: dict[str, Any] = {"run": detail.run.id, "since": event.at.timestamp()}
    places = [(f":{user}", user, {**target, "user": user}) for user in people]
    if not str(data["to"]).startswith(("@", "U", "W", ON_CALL)):
        places = [("", str(data["to"]), {**target, "channels": [data["to"]], "workflow": None})]
    return [
        Wanted(
            f"{key}{place}", "notify", detail.run.id, where, event_data(event),
            Queue(lane, TELLS, _source(detail), follows=f"{earlier}{place}" if number > 1 else ""),
        )
        for place, lane, where in places
    ]  # fmt: skip


def _notification_key(event: EventRecord, number: int) -> str:
    return f"notify:{event.run_id}:{event.step}:{event.data['round']}:{event.data['to']}:{number}"


def muting_changed(card: FailureCard, detail: RunDetail) -> list[Wanted]:
    """Return the messages of a card that was muted, or no longer is. `detail`: of its own run."""
    run = [_run(detail)] if _speaks(detail) and _has_own_message(detail, {card.leader.id: card}) else []
    return [*run, *_everywhere(detail, card.leader, card)]


def alert_of(event: EventRecord, detail: RunDetail, cards: Cards) -> Alert | None:
    """Return where a failure is told besides its card, or besides the run's message; None for other events.

    A failure that joins the card of another run is not told again, and one that is muted is not told.
    """
    if event.type == "step.failed":
        return Alert.from_json(event.data.get("alert"))
    if event.type != "request.opened":
        return None
    request = next((request for request in detail.requests if request.id == event.request_id), None)
    card = cards.get(request.id) if request else None
    if request is None or (card is not None and (card.mute or card.leader.id != request.id)):
        return None
    return request.alert


def told_of_failure(
    event: EventRecord, detail: RunDetail, alert: Alert, people: Iterable[str]
) -> list[Wanted]:
    """Return a word to each of these people. Without a question, also to each channel of the alert."""
    data = {**event_data(event), "type": FAILURE_ALERT, "severity": alert.severity}
    target = held({"run": detail.run.id, "since": event.at.timestamp()}, alert.held_until)
    own = run_key(detail.run.id) if event.request_id is None else request_key(event.request_id)
    targets: list[tuple[str, dict[str, Any]]] = [(user, {**target, "user": user}) for user in people]
    if event.request_id is None:
        known = _places(detail.run.channel, detail.workflow_channel)[:1]
        channels = [channel for channel in alert.channels if channel not in known]
        targets += [(channel, {**target, "channels": [channel]}) for channel in channels]
    return [
        Wanted(
            f"alert:{detail.run.id}:{event.seq}:{place}",
            "line",
            detail.run.id,
            where,
            data,
            Queue(place, TELLS, _source(detail), follows=own),
        )
        for place, where in targets
    ]


def _own_places(detail: RunDetail, request: RequestRecord) -> list[str]:
    if request.alert is not None:  # news of a failure is not lost with a channel that is gone
        return _places(request.channel, detail.workflow_channel, detail.run.channel)
    return _places(request.channel or detail.workflow_channel or detail.run.channel)


def _request_in(
    channel: str, detail: RunDetail, request: RequestRecord, hold: datetime | None = None
) -> Wanted:
    """The same question in a channel that it was brought to: live in both, and both become its record."""
    target = {
        "channels": [channel],
        "workflow": None,
        "run": request.run_id,
        "since": request.opened_at.timestamp(),
    }
    target = held(target, hold)
    queue = Queue(channel, ASKS, _source(detail), follows=run_key(request.run_id))
    return Wanted(f"{request_key(request.id)}:{channel}", "request", request.id, target, queue=queue)


def in_full(request: RequestRecord, detail: RunDetail) -> list[Wanted]:
    """Return deliveries of the full content to the threads of messages that cannot show it all."""
    own = _lane({"channels": _own_places(detail, request)})
    asked = {request_key(request.id): own}
    asked |= {f"{request_key(request.id)}:{channel}": channel for channel in request.further_channels}
    since = request.opened_at.timestamp()
    wanted = []
    for document in documents(request, detail):
        posts = document.count_posts(MAX_POSTS + 1)
        data = {"request": request.id, "document": document.what, "of": posts}
        for number in range(1, posts + 1 if posts <= MAX_POSTS else 2):
            for key, lane in asked.items():
                target = {"thread_of": key, "run": request.run_id, "since": since}
                about = request.clarification.about or request.id
                name = f"full:{key}:{document.what}:{number}"
                queue = Queue(lane, ASKS, _source(detail), inside=key)
                wanted.append(Wanted(name, "full", about, target, {**data, "number": number}, queue))
    return wanted


def in_posts(delivery: Delivery, posts: int) -> list[Wanted]:
    """A document in posts, where it could not be shared as the file that `delivery` is."""
    base = delivery.key.rpartition(":")[0]
    data = {**delivery.data, "of": posts, "posts": True}
    return [
        Wanted(
            f"{base}:{number}",
            "full",
            delivery.subject,
            delivery.target,
            {**data, "number": number},
            delivery.queue,
        )
        for number in range(1, posts + 1)
    ]


def _lines(
    event: EventRecord, detail: RunDetail, request: RequestRecord | None, cards: Cards
) -> list[Wanted]:
    card = cards.get(request.id) if request else None
    if request is not None and event.type in _UNDER_THE_QUESTION:
        if card is not None and event.type == "request.reminded" and card.oldest_open != request.id:
            return []  # one reminder for all runs on the card
        lane = _lane({"channels": _own_places(detail, request)})
        if card is not None and card.is_shared and event.type == "request.reassigned":
            return [_claimed(event, detail, request, card, lane)]
        parent = request_key(card.leader.id if card else request.id)
        return [_line(event, detail, parent, lane, card.mute.until if card and card.mute else None)]
    if event.step and event.step.endswith("]"):
        return []  # of an element: thousands of lines; the run's message counts them
    given_up = event.type in _GIVEN_UP and "attempt" in event.data
    skipped_early = event.type == "step.skipped" and "comment" in event.data
    if not _has_own_message(detail, cards):
        return []
    if event.type in LINES or given_up or skipped_early:
        return [_line(event, detail, run_key(detail.run.id), _lane(_run(detail).target))]
    return []


def _claimed(
    event: EventRecord, detail: RunDetail, request: RequestRecord, card: FailureCard, lane: str
) -> Wanted:
    """Return the line for every run of the card that the same act handed to the same person."""
    parent, by = request_key(card.leader.id), f"{event.actor.source}:{event.actor.id}"
    target = {"thread_of": parent, "run": card.leader.run_id, "since": event.at.timestamp()}
    target = held(target, latest(event.at + _CLAIM_HOLD, card.mute.until if card.mute else None))
    number = f"{len(request.people.handovers)}:{card.newest_place}"
    key = f"claimed:{card.leader.id}:{by}:{event.data.get('to')}:{number}"
    queue = Queue(lane, LOGS, _source(detail), inside=parent)
    return Wanted(key, "line", card.leader.run_id, target, {**event_data(event), "type": CLAIMED}, queue)


def _line(
    event: EventRecord, detail: RunDetail, parent: str, lane: str, muted_until: datetime | None = None
) -> Wanted:
    run_id = detail.run.id
    target = {"thread_of": parent, "run": run_id, "since": event.at.timestamp()}
    if event.type == "request.reassigned" and event.data.get("risk") == "high":
        target["aloud"] = True  # in the channel too: a high-risk approval has other approvers now
    target = held(target, latest(released_at(event.data), muted_until))
    queue = Queue(lane, LOGS, _source(detail), inside=parent)
    key, instead_of = f"thread:{run_id}:{event.seq}", ""
    if event.type == "request.reminded":
        number = int(event.data["reminder"])
        key, instead_of = (f"{REMINDER}{event.request_id}:{each}" for each in (number, number - 1))
    return Wanted(key, "line", run_id, target, event_data(event), queue, instead_of)


def event_data(event: EventRecord) -> dict[str, Any]:
    """An event as JSON, for the line that tells of it."""
    return {
        "seq": event.seq,
        "type": event.type,
        "at": event.at.isoformat(),
        "actor": [event.actor.source, event.actor.id, event.actor.as_user],
        "workflow": event.workflow,
        "step": event.step,
        "request_id": event.request_id,
        "data": dict(event.data),
    }


def _outcome(event: EventRecord, detail: RunDetail, request: RequestRecord) -> list[Wanted]:
    requester = request.requester
    if request.kind != "approval" or requester.source != "slack":
        return []
    if [decision.actor.id for decision in request.decisions] == [requester.id]:
        return []
    target = {"user": requester.id, "run": request.run_id, "since": event.at.timestamp()}
    queue = Queue(requester.id, TELLS)
    return [Wanted(f"dm:{request.id}:outcome", "outcome", request.id, target, queue=queue)]


def _places(*channels: str | None) -> list[str]:
    return list(dict.fromkeys(channel for channel in channels if channel))


def _lane(target: Mapping[str, Any]) -> str:
    return str(next(iter(target["channels"]), ""))


def _source(detail: RunDetail) -> str:
    """The person or token behind the run, so that nobody's flood delays others; else the workflow."""
    actor = detail.run.actor
    return f"{actor.source}:{actor.id}" if actor.source in _PEOPLE else detail.run.workflow
