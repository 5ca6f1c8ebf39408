"""Content of a report of a run. Pure: from its records, its graph and the names of people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.reports import happenings
from bot.reports.document import Facts, Heading, Lines, Paragraph, Part, Picture, Report, Table
from bot.views.message import Names
from bot.views.runs import mapping
from bot.views.runs.related import trigger_text
from bot.views.runs.result import result_words
from bot.views.runs.shown_state import plain_state
from bot.views.wording import icons
from bot.views.wording.plain_values import whole_text
from bot.views.wording.text import clean, cut, cut_line, label, whole_question
from bot.views.wording.times import duration
from engine import (
    Actor,
    DecisionRecord,
    EventRecord,
    Failure,
    RequestRecord,
    RunDetail,
    StepRecord,
    decisions_for_outcome,
    folded,
)
from engine.text import count, masked_values

MAX_STEPS_TOLD = 200
"""Steps whose output and log a report has. A run may have thousands."""
MAX_VALUE, MAX_LOG_LINES = 4000, 40
"""Characters of one value, and lines of the log of one step. What is left out is counted."""


@dataclass(frozen=True, slots=True)
class Source:
    """The records that a report is made of. `svg`: empty where nothing draws it."""

    detail: RunDetail
    events: Sequence[EventRecord]
    """Of `happenings.TYPES`, oldest first."""
    left_out: int
    """Older events that are not among them."""
    graph: Sequence[str]
    """The graph in words, a line for each node."""
    svg: str
    names: Names
    now: datetime


def report_of(source: Source) -> Report:
    run = source.detail.run
    parts: list[Part] = [
        *_head(source),
        *_input(run.input),
        *_decisions(source),
        *_steps(source),
        *_happenings(source),
        *_graph(source),
        *_proof(source),
    ]
    return Report(f"Report of {cut_line(run.short, 120)}", tuple(parts))


def _head(source: Source) -> Iterator[Part]:
    detail, run, names = source.detail, source.detail.run, source.names
    if detail.altered:
        yield Paragraph(f"Warning: this does not match the log. Do not rely on it. {clean(detail.altered)}")
    sign, words = plain_state(run, names)
    took = f" after {_between(run.started_at, run.ended_at)}" if run.ended_at and run.started_at else ""
    yield Facts(
        tuple(
            _given(
                ("Workflow", cut_line(run.workflow, 120)),
                ("State", f"{sign} {words}{took}"),
                ("Result", result_words(detail) if detail.result is not None else ""),
                ("Reason", clean(run.reason) if run.reason else ""),
                ("Started by", _who(run.actor, names)),
                ("Input", detail.transformed),
                ("Repeats another run because", detail.repeats_because),
                ("Owner", names.plain(detail.owner)),
                ("Created", _moment(run.created_at)),
                ("Ended", _moment(run.ended_at)),
                ("Trigger", cut_line(trigger_text(run), 200)),
                ("Run", run.id),
                ("Trace", run.trace_id),
                ("Version of the workflow", run.definition),
                ("This report", _moment(source.now)),
            )
        )
    )
    if detail.links:
        yield Lines(
            "Links that its steps produced",
            tuple(clean(link.url) for link in detail.links if not link.withheld),
        )


def _input(value: Any) -> Iterator[Part]:
    yield Heading("Input")
    if isinstance(value, Mapping) and value:
        yield Facts(tuple((label(name), _value(each)) for name, each in value.items()))
    else:
        yield Paragraph("The run has no input." if value in (None, {}) else _value(value))


def _decisions(source: Source) -> Iterator[Part]:
    yield Heading("Decisions")
    if not source.detail.requests:
        yield Paragraph("Nobody was asked.")
    for request in source.detail.requests:
        yield from _request(request, source.names)


def _request(request: RequestRecord, names: Names) -> Iterator[Part]:
    yield Heading(whole_question(request.ask), 3)
    yield Facts(tuple(_given(*_asked(request, names), *_shown(request), ("Outcome", _outcome(request)))))
    if request.decisions:
        counting = {each.id for each in _counting(request)}
        rows = tuple(_decision(each, each.id in counting, names) for each in request.decisions)
        yield Table(("When", "Who", "Answer", "Comment", "Counts"), rows)


def _asked(request: RequestRecord, names: Names) -> Iterator[tuple[str, str]]:
    yield "Asked", _moment(request.opened_at)
    yield "Could decide", ", ".join(names.plain(ref) for ref in request.approvers)
    yield "Asked again because", request.coverage.again
    yield "Error", _error(request.failure, names)


def _error(failure: Failure | None, names: Names) -> str:
    if failure is None:
        return ""
    text = failure.full_message or failure.kind
    return _value(names.sentence(text) if failure.names_people else text)


def _shown(request: RequestRecord) -> Iterator[tuple[str, str]]:
    """Yield all that the approvers saw."""
    for item in request.shown:
        entered = ", entered by the requester" if item.requested else ""
        yield f"{label(item.label)}{entered}", _cut(whole_text(item.kind, item.value))
    if isinstance(request.value, Mapping):
        for name, value in request.value.items():
            yield f"{label(name)}, in the form", _value(value)


def _outcome(request: RequestRecord) -> str:
    if request.state in ("open", "held"):
        return (
            "waits for an answer"
            if request.state == "open"
            else "approved, and can be revoked until it takes effect"
        )
    _, words = icons.OUTCOME.get(request.outcome, ("", str(request.outcome)))
    return f"{words}, {_moment(request.ended_at)}"


def _counting(request: RequestRecord) -> Sequence[DecisionRecord]:
    return (
        decisions_for_outcome(request, request.outcome) if request.outcome is not None else request.decisions
    )


def _decision(decision: DecisionRecord, counts: bool, names: Names) -> tuple[str, ...]:
    behalf = f" for {names.plain(decision.on_behalf)}" if decision.on_behalf else ""
    answer = icons.CHOICES.get(decision.choice, decision.choice)
    comment = cut_line(decision.comment, MAX_VALUE) if decision.comment else ""
    who = f"{_who(decision.actor, names)}{behalf}"
    return _moment(decision.at), who, answer, comment, "yes" if counts else "no"


def _steps(source: Source) -> Iterator[Part]:
    detail = folded(source.detail)
    yield Heading("Steps")
    yield Table(
        ("Step", "State", "Started", "Took", "Attempts"),
        tuple(_step(step, detail) for step in detail.steps),
    )
    told = [
        step for step in detail.steps if step.output is not None or step.failure or step.reason or step.log
    ]
    for step in told[:MAX_STEPS_TOLD]:
        yield from _given_by(step, detail, source.names)
        yield from _transcript(step, detail)
    if (left := len(told) - MAX_STEPS_TOLD) > 0:
        yield Paragraph(f"Outputs and logs of {count(left, 'further step')} are left out.")


def _step(step: StepRecord, detail: RunDetail) -> tuple[str, ...]:
    words = icons.STEP_WORDS[step.state]
    if step.step in detail.elements:
        words = f"{words}, elements: {mapping.tally(detail.elements[step.step])}"
    return (
        _title(step, detail), f"{icons.STEP[step.state]} {words}", _moment(step.started_at),
        _between(step.started_at, step.ended_at), str(step.attempt or ""),
    )  # fmt: skip


def _given_by(step: StepRecord, detail: RunDetail, names: Names) -> Iterator[Part]:
    """Yield what a step returned, how it failed and what it logged."""
    rows = _given(
        ("Output", _value(step.output) if step.output is not None else ""),
        ("Error", _error(step.failure, names)),
        ("Why", clean(step.reason) if step.reason else ""),
    )
    found = tuple(rows)
    if not found and not step.log:
        return
    yield Heading(_title(step, detail), 3)
    if found:
        yield Facts(found)
    if step.log:
        earlier = len(step.log) - MAX_LOG_LINES
        head = (f"… {count(earlier, 'earlier line')}",) if earlier > 0 else ()
        yield Lines("Log", (*head, *(clean(line) for line in step.log[-MAX_LOG_LINES:])))


def _transcript(step: StepRecord, detail: RunDetail) -> Iterator[Part]:
    """Yield what an agent said, called and got."""
    if said := detail.transcripts.get(detail.parts.get(step.step, step.step)):
        rows = (cut_line(f"{line.head}: {line.text}", MAX_VALUE) for line in said)
        yield Lines("Transcript", tuple(clean(row) for row in rows))


def _happenings(source: Source) -> Iterator[Part]:
    if not source.events:
        return
    yield Heading("What else happened")
    if source.left_out:
        yield Paragraph(f"{source.left_out} earlier events are left out.")
    titles, names = source.detail.titles, source.names
    yield Table(
        ("When", "What", "By"),
        tuple(
            (_moment(event.at), happenings.sentence(event, titles), _who(event.actor, names))
            for event in source.events
        ),
    )


def _graph(source: Source) -> Iterator[Part]:
    yield Heading("Graph")
    yield Picture(source.svg, tuple(source.graph))


def _proof(source: Source) -> Iterator[Part]:
    approved = [each for each in source.detail.requests if each.kind == "approval" and each.coverage.digest]
    if not approved:
        return
    yield Heading("Proof")
    yield Paragraph(
        "signoff receipt export ID writes the signed receipt of an approval, which others can verify."
    )
    for each in approved:
        yield Facts((("Approval", each.id), ("Digest of what was approved", each.coverage.digest)))


def _title(step: StepRecord, detail: RunDetail) -> str:
    return cut_line(detail.titles.get(step.step, step.step), 80)


def _given(*rows: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the rows that have a value."""
    return ((name, value) for name, value in rows if value)


def _value(value: Any) -> str:
    return _cut(whole_text("value", masked_values(value)))


def _cut(text: str) -> str:
    if len(text) <= MAX_VALUE:
        return text
    return f"{cut(text, MAX_VALUE)}\n({len(text) - MAX_VALUE:,} more characters)"


def _who(actor: Actor, names: Names) -> str:
    """Return who acted, and by which source where that was not Slack."""
    if actor.source == "slack":
        return names.plain(actor.id)
    if actor.source == "engine":
        return "Signoff"
    source = {"cli": "on the command line", "api": "with a token"}.get(actor.source, f"({actor.source})")
    person = f" as {names.plain(actor.as_user)}" if actor.as_user else ""
    return f"{cut_line(actor.id, 120)} {source}{person}"


def _moment(when: datetime | None) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if when else ""


def _between(began: datetime | None, ended: datetime | None) -> str:
    return duration((ended - began).total_seconds()) if began and ended else ""
