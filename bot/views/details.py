"""The Details modals: everything that a message has no room for. What is very long is visibly cut."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from bot.views import quorum, record, shown, signs, steps
from bot.views.failure import sentence
from bot.views.message import MENTIONED, Block, Names
from bot.views.modals import modal
from bot.views.parts import asked, divider, fields, grey, section
from bot.views.run import headline_of, started_by
from bot.views.text import clean, code, code_tail, label, lines, quote, safe, safe_lines, units, words
from bot.views.times import duration, moment, times
from engine import RequestRecord, RunDetail, RunRecord, StepRecord, made_it

_BUDGET = 30_000
"""Units for values in one view; Slack takes 250 KB in all."""
_LONGEST = 2400
_SHORT = 40
_ROWS = 15
_MOST_STEPS = 150


def request_details(
    request: RequestRecord,
    detail: RunDetail,
    now: datetime,
    names: Names = MENTIONED,
    before: Sequence[RequestRecord] = (),
) -> dict[str, Any]:
    """Everything about a question, for one person to read. `before`: the same approval in earlier runs."""
    blocks = [
        asked(request.ask),
        grey(*_about(request, names, now)),
        *_failure(request, detail),
        *values_of([(one.label, shown.plain(one)) for one in request.shown], 60),
        divider(),
        fields(_rules(request, detail, names, now)),
        *_answers(request, detail, names, now),
        *_before(before, names, now),
        grey(safe(request.id, 300), f"digest {request.digest[:16]}" if request.digest else ""),
    ]
    return modal("Details", blocks)


def run_details(detail: RunDetail, now: datetime, names: Names = MENTIONED) -> dict[str, Any]:
    """Everything about a run, for one person to read."""
    run = detail.run
    given = run.input if isinstance(run.input, Mapping) else {} if run.input is None else {"input": run.input}
    blocks = [
        section(headline_of(detail, names)),
        grey(started_by(run, names, now), _took(run), _usual(detail)),
        section(quote(run.reason, 1200)) if run.reason else None,
        *_steps(detail, names, now),
        section("*Input*") if given else None,
        *values_of(list(given.items()), 20),
        *_result(detail),
        *_logs(detail),
        divider(),
        grey(f"Run {safe(run.id, 300)}", f"owner {names.ref(detail.owner)}", _trigger(run)),
        grey(f"Trace {safe(run.trace_id, 80)}"),
    ]
    return modal("Details", blocks)


def values_of(pairs: Iterable[tuple[str, Any]], most: int) -> list[Block]:
    """Short values side by side, a section for each long one, whole as far as there is room."""
    left, found, kept = _BUDGET, list[Block](), list(pairs)
    short: list[tuple[str, str]] = []
    for number, (name, value) in enumerate(kept):
        if number == most or left < 200:
            found += [*_side_by_side(short), grey(f"… and {len(kept) - number} more values")]
            return found
        title, body = safe(label(name), 80), _body(value, min(_LONGEST, left))
        left -= units(body)
        if units(body) <= _SHORT and "\n" not in body:
            short.append((title, body))
        else:
            found += [*_side_by_side(short), section(f"*{title}*\n{body}")]
            short = []
    return found + _side_by_side(short)


def _side_by_side(pairs: list[tuple[str, str]]) -> list[Block]:
    rows = [pairs[start : start + 10] for start in range(0, len(pairs), 10)]
    return [block for row in rows if (block := fields(row)) is not None]


def _body(value: Any, limit: int) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return safe_lines(lines(value, 50), limit)
    if isinstance(value, list | dict) and len(words(value)) > 60:
        return code(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), limit)
    text = clean(words(value))
    return code(text, limit) if "\n" in text.strip() else safe(text, limit)


def _about(request: RequestRecord, names: Names, now: datetime) -> list[str]:
    asked = record.asked_by(request.requester, names)
    return [safe(request.workflow, 80), f"{asked} {moment(request.opened_at, now)}"]


def _rules(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime
) -> list[tuple[str, str]]:  # fmt: skip
    self_approval = "yes" if request.self_approval else "no"
    reason = [
        signs.CHOICES.get(choice, choice) for choice, need in request.comment.items() if need == "required"
    ]
    remind = duration(request.remind_every) if request.remind_every else "never"
    found = [
        ("Who can decide", names.any_of(request.approvers)),
        *quorum.rules(request, names),
        ("Until", record.until(request, now)),
        ("Reminders", f"every {remind}" if request.remind_every else remind),
        ("Run", safe(detail.run.short, 150)),
    ]
    if request.kind == "approval":
        found += [
            ("May whoever asked approve", self_approval),
            ("Needs a reason", safe(", ".join(reason) or "nothing", 200)),
        ]
    return found


def _failure(request: RequestRecord, detail: RunDetail) -> list[Block]:
    if request.failure is None:
        return []
    step = next((one for one in detail.steps if one.step == request.step), None)
    tried = f"Tried {times(request.attempts)}" if request.attempts else ""
    found = [section(quote(sentence(request.failure), 2500))]
    if tried:
        found.append(grey(tried, safe(request.failure.kind, 200)))
    return found + ([_log(step)] if step is not None and step.log else [])


def _answers(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[Block]:
    if request.state != "open":
        return [section(record.ending(request, detail, names, now)), grey(record.waited(request))]
    return []


def _before(before: Sequence[RequestRecord], names: Names, now: datetime) -> list[Block]:
    """How the same approval went lately."""
    told = []
    for one in before:
        sign, word = signs.OUTCOME.get(one.outcome, (signs.DONE, safe(one.outcome, 40)))
        by = [names.decider(made.actor, made.on_behalf) for made in made_it(one, one.outcome)]
        who = f" by {', '.join(by)}" if by else ""
        when = moment(one.ended_at, now) if one.ended_at else ""
        told.append(f"{sign} {word}{who}, {when} · {safe(record.short_run(one), 120)}")
    return [section("*Before*\n" + "\n".join(told))] if told else []


def _steps(detail: RunDetail, names: Names, now: datetime) -> list[Block]:
    listed, left_out = steps.lines(detail, names, now, _MOST_STEPS)
    rows = [steps.as_row(line, 180) for line in listed]
    if left_out:
        rows.append(steps.more(left_out))
    return [section("\n".join(rows[start : start + _ROWS])) for start in range(0, len(rows), _ROWS)]


def _result(detail: RunDetail) -> list[Block]:
    """What the last step that gave something gave, once the run is over."""
    gave = [step for step in detail.steps if step.state == "succeeded" and step.output is not None]
    if detail.run.ended_at is None or not gave:
        return []
    last = gave[-1]
    output = last.output if isinstance(last.output, Mapping) else {"value": last.output}
    title = safe(detail.titles.get(last.step, last.step), 60)
    return [section(f"*Result of {title}*"), *values_of(list(output.items()), 10)]


def _logs(detail: RunDetail) -> list[Block]:
    """Of what failed or is at it; the rest of the story is told by the steps."""
    told = [
        step
        for step in detail.steps
        if step.log and step.state in ("failed", "waiting", "retrying", "running")
    ]
    return [_log(step, detail.titles.get(step.step, step.step)) for step in told[:5]]


def _log(step: StepRecord, title: str = "") -> Block:
    of = f" of {safe(title, 60)}" if title else ""
    return section(f"*Log{of}*, its end\n{code_tail(list(step.log), _LONGEST)}")


def _took(run: RunRecord) -> str:
    if run.ended_at is None:
        return ""
    return f"took {duration((run.ended_at - (run.started_at or run.created_at)).total_seconds())}"


def _usual(detail: RunDetail) -> str:
    return f"usually {duration(detail.usual_seconds)}" if detail.usual_seconds is not None else ""


def _trigger(run: RunRecord) -> str:
    return "" if run.trigger == "manual" else f"trigger {safe(run.trigger, 120)}"
