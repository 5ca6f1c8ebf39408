"""Steps of a run as a list, from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.blocks import Ids, date, line, rich, section, words
from bot.views.message import Block, Names
from bot.views.requests import quorum
from bot.views.requests.quorum import word_between
from bot.views.requests.rounds import number_of, round_of_step
from bot.views.runs import counted, mapping
from bot.views.runs.progress import progress_words
from bot.views.wording import icons
from bot.views.wording.text import NOTHING, cut, one_line, safe
from bot.views.wording.times import at, duration, is_near, moment, nth, times
from bot.views.wording.visible import Visible
from engine import (
    AWAITED,
    ElementCounts,
    Polling,
    RequestRecord,
    RunDetail,
    StepRecord,
    decisions_for_outcome,
)
from engine.text import count

MAX_STEPS = 30
"""Limit of shown steps, so that the list is readable on a phone. The others are counted."""
_OVER = frozenset({"succeeded", "failed", "skipped", "compensated", "cancelled"})
_STATES_OF_PLAN = frozenset({"pending", "running", "succeeded", "failed"})
"""States that Slack's `plan` block shows with signs of its own."""
_RANK = {
    "failed": 0,
    "waiting": 0,
    "retrying": 1,
    "running": 1,
    "pending": 2,
    "succeeded": 3,
    "skipped": 3,
    "compensated": 3,
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a step goes on: `next try at 12:07`, which each reader sees in their own zone."""

    word: str
    at: datetime
    now: datetime

    @property
    def mrkdwn(self) -> str:
        when = moment(self.at, self.now) if self.word == "until" else at(self.at, self.now)
        return f"{safe(self.word, 120)} {when}"

    @property
    def rich(self) -> Block:
        """The same for a task of a plan, whose title takes no dates."""
        joint = " at " if self.word != "until" and is_near(self.at, self.now) else " "
        return rich(line(words(f"{self.word}{joint}"), date(self.at, self.now)))


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in plain text."""

    step: str
    state: str
    text: str
    sign: str = ""
    """Sign of an approval that ended without approval, or of a failed step that waits for people; empty: the
    sign of the state."""
    due: Due | None = None


Told = Sequence[str | Due]
"""The phrases that follow a step's title, with one moment at most."""


def lines(
    detail: RunDetail, names: Names, now: datetime, most: int = MAX_STEPS
) -> tuple[list[StepLine], int]:
    """Return the most important steps, in the order of the graph, and the number of those left out."""
    asked = _asked(detail)
    rows = counted.rows(detail)
    kept = _kept(rows, most)
    shown = []
    for step in kept:
        title = cut(one_line(_title(step, detail)), 60)
        polling = detail.polls.get(step.step)
        if polling is not None and is_polled(step, polling):
            told = _polled(step, polling, now)
        else:
            number, earlier = round_of_step(detail.requests, step.step)
            attempts = max(1, step.attempt - earlier - (polling.total if polling else 0))
            told = _told(step, asked.get(step.step), names, now, attempts, number)
            told = _untold(step, asked.get(step.step), detail, names, now, attempts) or told
        if (progress := detail.progress.get(step.step)) is not None:
            told = [*progress_words(progress), *told[1:]]
        if (counts := detail.elements.get(step.step)) is not None:
            elements = mapping.executing(step.step, counts, detail.progress)
            told = _mapped(step, counts, told, elements)
        parts = [cut(Visible(part), 90) for part in told if part and isinstance(part, str)]
        due = next((part for part in told if isinstance(part, Due)), None)
        sign = _sign(step, asked.get(step.step))
        # What is not ready has not failed: it is shown like a step that executes.
        state = "running" if is_polled(step, polling) else step.state
        shown.append(StepLine(step.step, state, Visible(" · ".join([title, *parts])), sign, due))
    return shown, len(rows) - len(kept)


def _title(step: StepRecord, detail: RunDetail) -> str:
    """Return what people call the step. A part of an agent has the agent's name."""
    return detail.titles.get(detail.parts.get(step.step, step.step), step.step)


def _asked(detail: RunDetail) -> dict[str, RequestRecord]:
    """Return the newest request of each step. A policy that asked is of no matter once it was answered."""
    asked = [request for request in detail.requests if request.kind != "clarification"]
    return {each.step: each for each in asked if each.policy_question is None or each.state in AWAITED}


def progress(detail: RunDetail) -> str:
    """`3 of 8 steps done, 1 rejected, 4 skipped`: only what succeeded is done, and no refused approval."""
    asked = _asked(detail)
    states = [_counted_state(step, asked.get(step.step)) for step in counted.counted(detail)]
    parts = [f"{states.count('succeeded')} of {count(len(states), 'step')} done"]
    others = {
        "rejected": states.count("rejected"),
        "expired": states.count("expired"),
        "sent back": states.count("changes_requested"),
        "responded": states.count("responded"),
        icons.STEP_WORDS["compensated"]: states.count("compensated"),
        "skipped": states.count("skipped"),
        "failed": states.count("failed"),
    }
    return ", ".join(parts + [f"{count} {word}" for word, count in others.items() if count])


def _counted_state(step: StepRecord, request: RequestRecord | None) -> str:
    """Return the state as people count it: a failed step that waits for people has failed."""
    if refusal := _refusal(step, request):
        return refusal
    return "failed" if _sign(step, request) == icons.FAILED else step.state


def as_plan(shown: list[StepLine], left_out: int, title: str, ids: Ids) -> Block:
    """Return a `plan` block, which Slack updates with the message."""
    tasks = [
        {"task_id": f"step-{number}", "title": _in_plan(line), "status": _status(line)}
        | ({"details": line.due.rich} if line.due else {})
        for number, line in enumerate(shown, 1)
    ]
    # A task would need one status for all of them.
    left = f" · {left_out} not listed" if left_out else ""
    title = cut(one_line(title), 120 - len(left)) + left
    return {"type": "plan", "block_id": ids("plan"), "title": title, "tasks": tasks}


def _status(line: StepLine) -> icons.TaskStatus:
    """Return the status of a step in a plan: a step that failed and waits for people does not execute."""
    if line.state == "waiting" and line.sign:
        return "error"
    return icons.TASK["skipped" if line.sign else line.state]


def _in_plan(line: StepLine) -> str:
    # A plan has no status for what waits, was skipped or was rejected: it would look running, done or open.
    sign = line.sign or ("" if line.state in _STATES_OF_PLAN else icons.STEP[line.state])
    return f"{sign} {line.text}" if sign and _status(line) != "error" else line.text


def as_text(shown: list[StepLine], left_out: int, title: str, ids: Ids) -> Block:
    """Return the steps as text, for a workspace that takes no plan blocks."""
    rows = [f"*{safe(title, 120)}*", *(as_row(line) for line in shown)]
    if left_out:
        rows.append(more(left_out))
    return section("\n".join(rows), ids("plan"))


def as_row(line: StepLine, limit: int = 85) -> str:
    """`✅ build · 42 s`, mrkdwn."""
    due = f" · {line.due.mrkdwn}" if line.due else ""
    return f"{line.sign or icons.STEP[line.state]} {safe(line.text, limit)}{due}"


def more(left_out: int) -> str:
    return f"… and {left_out} more step{'s' if left_out > 1 else ''}"


def _kept(steps: Sequence[StepRecord], most: int) -> list[StepRecord]:
    if len(steps) <= most:
        return list(steps)
    # Among those that are done the latest, among those to come the nearest.
    over = [index for index, step in enumerate(steps) if step.state in _OVER]
    by_age = {index: -position for position, index in enumerate(over)}
    ranked = sorted(
        range(len(steps)), key=lambda i: (_RANK.get(steps[i].state, 4), by_age.get(i, 0), i)
    )  # fmt: skip
    return [steps[index] for index in sorted(ranked[:most])]


def is_polled(step: StepRecord, polling: Polling | None) -> bool:
    """Return whether the step waits for its next check, and not for another try after a failure."""
    return polling is not None and step.state == "retrying" and step.failure is None


def _polled(step: StepRecord, polling: Polling, now: datetime) -> Told:
    assert step.next_attempt_at is not None
    next_check = Due("next check", step.next_attempt_at, now)
    return [f"checked {times(polling.checks)}", _said(step.reason), next_check]


def _told(
    step: StepRecord, request: RequestRecord | None, names: Names, now: datetime, attempts: int, number: int
) -> Told:
    """Return the phrases that follow a step's title, as plain text with its marks, and when it goes on.

    `attempts`: in this round. `number`: of the round, where changes were requested.
    """
    again = f"round {number}" if number > 1 else ""
    tries = [again, f"{nth(attempts)} attempt" if attempts > 1 else ""]
    match step.state:
        case "succeeded":
            if request is not None and request.kind == "approval":
                return [outcome_words(request, names), _took(step)]
            return [_said(by_name(step.reason, request, names)), _took(step), *tries]
        case "running":
            return [_said(step.reason) or "running", *tries]
        case "retrying":
            return [f"failed, {nth(attempts)} attempt", again, *_due("next try", step, now)]
        case "waiting":
            return _waiting(step, request, names, now, attempts)
        case "failed":
            return [_failed(attempts), _said(names.failure(step.failure)) if step.failure else ""]
        case "compensated":
            return [icons.STEP_WORDS["compensated"]]
        case "skipped":
            why = _said(by_name(step.reason, request, names))
            return [why if why.startswith("skipped") else f"skipped: {why}"]
        case "cancelled":
            return [_said(step.reason) or "cancelled"] if step.started_at else ["not started"]
    if request is not None and request.outcome == "changes_requested":
        return [outcome_words(request, names)]
    return [_said(step.reason)]


def _due(word: str, step: StepRecord, now: datetime) -> list[Due]:
    return [Due(word, step.next_attempt_at, now)] if step.next_attempt_at else []


def _failed(attempts: int) -> str:
    """`failed`, `failed, 3 attempts`: of a step that failed for good."""
    return f"failed, {attempts} attempts" if attempts > 1 else "failed"


def _waiting(
    step: StepRecord, request: RequestRecord | None, names: Names, now: datetime, attempts: int
) -> Told:
    if request is None or request.state not in AWAITED:
        waiting = " ".join(filter(None, ["waiting", _said(step.reason)]))
        return [waiting, *_due("until", step, now)]
    if request.state == "held":
        said = f"{outcome_words(request, names)}, can still be revoked"
        effective = request.clock.effective_at
        runs = [Due("runs", effective, now)] if request.policy.window is not None and effective else []
        return [said, *runs]
    who = f"waiting for {_who(request, names)}"
    if quorum.nobody_yet(request, names):
        who = f"{quorum.NOBODY_YET}: {quorum.unknown(request, names, plain=True)}"
    return [_failed(attempts), who] if request.kind == "failure" else [who, number_of(request)]


def _untold(
    step: StepRecord,
    request: RequestRecord | None,
    detail: RunDetail,
    names: Names,
    now: datetime,
    attempts: int,
) -> Told:
    """Return when people are told of a failure that quiet hours hold back; empty where they know."""
    until = detail.untold.get(request.id) if request is not None else None
    if request is None or until is None or step.state != "waiting":
        return []
    who = _who(request, names) if any(map(names.has_plain, request.approvers)) else "the owner"
    return [_failed(attempts), Due(f"{who} is told", until, now)]


def _mapped(step: StepRecord, counts: ElementCounts, told: Told, elements: list[str]) -> Told:
    """A mapped step in one line, however many elements it has. `elements`: how far those are that execute."""
    match step.state:
        case "running":
            return [mapping.progress(counts), *elements]
        case "succeeded":
            return [mapping.summary(counts), *told]
        case "waiting":
            return [mapping.tally(counts), *told[1:]]
        case "failed" if step.failure is not None and step.failure.kind == "ElementsFailed":
            return told  # its sentence begins with the number
    return [*told, mapping.tally(counts)]


def _sign(step: StepRecord, request: RequestRecord | None) -> str:
    if refusal := _refusal(step, request):
        return icons.OUTCOME[refusal][0]
    failed = request is not None and request.kind == "failure" and request.state in AWAITED
    return icons.FAILED if failed and step.state == "waiting" else ""


def _refusal(step: StepRecord, request: RequestRecord | None) -> str:
    """Return how an approval ended without an approval, as in `rejected`; else nothing."""
    decided = step.state == "succeeded" and request is not None and request.kind == "approval"
    outcome = (request.outcome or "") if decided and request is not None else ""
    return outcome if outcome in icons.REFUSALS else ""


def _said(text: str) -> str:
    return one_line(text) if text else ""


def outcome_words(request: RequestRecord, names: Names) -> str:
    """`approved by Bob`, `expired, then rejected`; plain text."""
    outcome = (request.outcome or "withdrawn").replace("_", " ")
    if request.state == "expired":
        return f"nobody answered, then {outcome}" if outcome != "expired" else "expired"
    by = _deciders(request, names)
    return f"{outcome} by {by}" if by else outcome


def _deciders(request: RequestRecord, names: Names) -> str:
    by = [
        ("a grant of " if request.grant_of(decision) else "")
        + ("break-glass of " if request.glass_of(decision) else "")
        + names.plain(decision.actor.as_user or decision.actor.id)
        + (f" for {names.plain(decision.on_behalf)}" if decision.on_behalf else "")
        for decision in decisions_for_outcome(request, request.outcome)
    ]
    return ", ".join(by)


def by_name(reason: str | None, request: RequestRecord | None, names: Names) -> str:
    """Return a reason of the engine with the names of those who decided the request of a failure."""
    text = reason or ""
    if request is None or request.kind != "failure" or request.outcome not in _DECIDED_AS:
        return text
    anonymous = f"{_DECIDED_AS[request.outcome]} by a person"
    by = _deciders(request, names)
    if not by or anonymous not in text[-len(anonymous) - 1 :]:  # before it stand words of a step
        return text
    head, _, tail = text.rpartition(anonymous)
    return f"{head}{anonymous.removesuffix('a person')}{by}{tail}"


_DECIDED_AS = {"skip": "skipped", "accept": "accepted", "abort": "aborted"}


def _who(request: RequestRecord, names: Names) -> str:
    """Return who is awaited, in plain text. Members of a channel that has no name here are `others`."""
    asked = quorum.reachable(request, names)
    known = [ref for ref in asked if names.has_plain(ref)]
    shown = [names.plain(ref) for ref in known[:3]]
    if len(known) < len(asked):
        shown = [*shown, "others"] if shown else ["an answer"]
    elif len(known) > 3:
        shown.append(f"{len(known) - 3} more")
    return f" {word_between(request)} ".join(shown) or NOTHING


def _took(step: StepRecord) -> str:
    if step.started_at is None or step.ended_at is None:
        return ""
    took = (step.ended_at - step.started_at).total_seconds()
    # "0 s" behind each of eight steps says nothing and hides the one that took long.
    return duration(took) if took >= 0.1 else ""
