"""Pure: a review of approvals over a period: what was asked, how it ended, and who decided how fast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from engine.kernel.requests.quorum import REQUEST_CHANGES, RESPOND, decisions_for_outcome
from engine.kernel.requests.revision import CHANGES_REQUESTED
from engine.model.people import effective_user_id
from engine.model.records.records import DecisionRecord, RequestRecord

QUICK_SECONDS = 10.0
"""A decision within this time of the question was hardly read."""
MIN_DECISIONS = 10
"""Decisions of a person from which on it can be said how they decide."""
COUNTED_EVENTS = (
    "request.escalated", "request.reassigned", "request.delegated", "request.recounted", "request.revoked",
    "request.outdated", "request.unanswerable", "policy.asked", "policy.denied", "run.cancelled",
    "person.away", "code.refused", "threshold.changed", "principal.added", "log.accepted",
    "break_glass.used", "break_glass.reviewed",
)  # fmt: skip
"""Types of events that are counted beside approvals."""


@dataclass(slots=True)
class Timed:
    """Durations in seconds."""

    seconds: list[float] = field(default_factory=list, kw_only=True)

    @property
    def half_within(self) -> float | None:
        """The time within which half of them were; None for no durations."""
        return median(self.seconds) if self.seconds else None

    @property
    def most_within(self) -> float | None:
        """The time within which 95 of 100 were; None for no durations."""
        ordered = sorted(self.seconds)
        return ordered[-(-len(ordered) * 95 // 100) - 1] if ordered else None


@dataclass(slots=True)
class Approvals(Timed):
    """Approvals of one workflow. `open`: at the end of the period.

    `seconds`: from each question to its outcome, where people decided.
    """

    workflow: str
    asked: int = 0
    approved: int = 0
    rejected: int = 0
    sent_back: int = 0
    """Rounds that ended because an approver requested changes."""
    responded: int = 0
    """Requests that ended with a text, which neither approved nor rejected them."""
    expired: int = 0
    withdrawn: int = 0
    open: int = 0


@dataclass(slots=True)
class Decider(Timed):
    """How one person decided about approvals, and how long after the question.

    `person`: user id, or the id of an actor without one.
    """

    person: str
    approved: int = 0
    rejected: int = 0
    sent_back: int = 0
    """Requests for changes."""
    responded: int = 0
    on_behalf: int = 0
    """Decisions for a person who was away."""
    by_grant: int = 0
    """Requests that a grant of this person approved. They are not decisions: nobody read them then."""
    by_break_glass: int = 0
    """Requests that this person approved alone. They are among `approved` too."""

    @property
    def decisions(self) -> int:
        return self.approved + self.rejected + self.sent_back + self.responded

    @property
    def quick(self) -> int:
        """Decisions within 10 s of the question."""
        return sum(seconds < QUICK_SECONDS for seconds in self.seconds)

    @property
    def stamps(self) -> bool:
        """The person approves everything, and mostly too fast to have read it."""
        return (
            self.decisions >= MIN_DECISIONS
            and self.approved == self.decisions
            and 2 * self.quick > self.decisions
        )


@dataclass(slots=True)
class Review:
    """Approvals by workflow and by person, in the order of their names; numbers of events by type."""

    since: datetime
    until: datetime
    workflows: list[Approvals]
    people: list[Decider]
    events: Mapping[str, int]


def reviewed(
    requests: Iterable[RequestRecord], events: Mapping[str, int], since: datetime, until: datetime
) -> Review:
    """Sum up approvals from `since` until before `until`.

    A request counts in the period in which it was asked, and in that in which it ended.
    """
    workflows: dict[str, Approvals] = {}
    people: dict[str, Decider] = {}

    def within(moment: datetime | None) -> bool:
        return moment is not None and since <= moment < until

    for request in requests:
        if request.kind != "approval":
            continue
        tally = workflows.setdefault(request.workflow, Approvals(request.workflow))
        tally.asked += within(request.opened_at)
        if within(request.ended_at):
            _end(tally, request)
        else:
            tally.open += request.ended_at is None or request.ended_at >= until
        for decision in request.decisions:
            if within(decision.at):
                _decide(people, request, decision)
    return Review(
        since,
        until,
        [workflows[name] for name in sorted(workflows)],
        [people[name] for name in sorted(people)],
        dict(sorted(events.items())),
    )


def _end(tally: Approvals, request: RequestRecord) -> None:
    if request.state == "withdrawn":
        tally.withdrawn += 1
    elif request.state == "expired":
        tally.expired += 1
    elif request.outcome == "approved":
        tally.approved += 1
    elif request.outcome == CHANGES_REQUESTED:
        tally.sent_back += 1
    elif request.outcome == "responded":
        tally.responded += 1
    elif request.outcome == "rejected":
        tally.rejected += 1
    by_people = request.state not in ("withdrawn", "expired") and not _by_grant(request)
    if by_people and request.ended_at is not None:
        tally.seconds.append((request.ended_at - request.counts_from).total_seconds())


def _by_grant(request: RequestRecord) -> bool:
    return any(map(request.grant_of, decisions_for_outcome(request, request.outcome)))


def _decide(people: dict[str, Decider], request: RequestRecord, decision: DecisionRecord) -> None:
    if decision.choice not in ("approve", "reject", REQUEST_CHANGES, RESPOND):
        return
    name = effective_user_id(decision.actor) or str(decision.actor)
    person = people.setdefault(name, Decider(name))
    if request.grant_of(decision):
        person.by_grant += 1
        return
    person.approved += decision.choice == "approve"
    person.rejected += decision.choice == "reject"
    person.sent_back += decision.choice == REQUEST_CHANGES
    person.responded += decision.choice == RESPOND
    person.by_break_glass += request.glass_of(decision) is not None
    person.on_behalf += bool(decision.on_behalf)
    person.seconds.append((decision.at - request.counts_from).total_seconds())
