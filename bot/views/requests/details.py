"""Details modals: everything that does not fit into a message, on as many pages as it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.blocks import (
    ASK_UNITS,
    Ids,
    action_rows,
    actions,
    asked,
    button,
    divider,
    fields,
    fits_as_asked,
    grey,
    section,
)
from bot.views.forms.modals import modal
from bot.views.message import MENTIONED, Block, Names
from bot.views.requests import quorum, request_summary, rounds
from bot.views.requests.altered import mark, marked_block
from bot.views.requests.approval import claim_button, differences_of, form_values, options_of
from bot.views.requests.break_glass import break_glass_button
from bot.views.requests.failure import choice_buttons, rarer_buttons, sentence
from bot.views.requests.failure_card import input_of
from bot.views.requests.full_content import Part, blocks_of, decided, pages, value_blocks, value_part
from bot.views.runs import steps
from bot.views.runs.outline import outline
from bot.views.runs.personal_values import reveal_button
from bot.views.runs.related import related
from bot.views.runs.result import links_block
from bot.views.runs.run import headline_of, started_by
from bot.views.runs.transcripts import transcript_text
from bot.views.wording import icons
from bot.views.wording.display import quoted_line, whole_text
from bot.views.wording.text import label, one_line, quote, safe, units
from bot.views.wording.times import at, duration, localized, moment, times, usually
from engine import (
    AWAITED,
    FailureCard,
    RequestRecord,
    RunDetail,
    RunRecord,
    Shown,
    StepRecord,
    decisions_for_outcome,
)
from engine.text import masked_values

_MAX_PAGE_UNITS, _MAX_PAGE_BLOCKS = 30_000, 60
"""Of one page. Slack takes 250 KB, and a character is at most six bytes."""
_MAX_ROWS = 15
MAX_LISTED = 50
"""Most runs with the same failure that are listed."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The acts that the reader of a request could do now. Nothing else is offered to them."""

    decide: bool = True
    break_glass: bool = False
    personal: bool = False
    """Reveal personal data of the run."""


@dataclass(frozen=True, slots=True)
class Page:
    """Counted from 1. `version`: of the record that the reader saw; 0: none yet."""

    number: int = 1
    version: int = 0


FIRST = Page()


def page_of(word: str) -> Page:
    """The page that a button turns to: `page-3@17`; the first one for any other word."""
    number, _, version = word.removeprefix("page-").partition("@")
    return Page(int(number), int(version)) if number.isdecimal() and version.isdecimal() else FIRST


def request_details(
    request: RequestRecord,
    detail: RunDetail,
    now: datetime,
    names: Names = MENTIONED,
    before: Sequence[RequestRecord] = (),
    page: Page = FIRST,
    card: FailureCard | None = None,
    reader: str = "",
    offered: Offered = Offered(),
) -> dict[str, Any]:
    """Return everything about a request, for one person. `before`: the same approval in earlier runs.

    `card`: the other runs with the same failure; None without any. `reader`: the id of the person.
    `offered`: what they could do now. A person who could not is offered no button for that.
    """
    blocks = [
        marked_block(request.altered or detail.altered),
        asked(request.ask),
        grey(quoted) if (quoted := quoted_line(request)) else None,
        grey(*_about(request, names, now)),
        *_long_question(request),
        *(_choices(request, detail, card) if offered.decide else ()),
        *_claim(request, names, now, reader, offered.decide),
        *_break_glass(request, offered),
        section(window) if (window := request_summary.runs_in_window(request, now)) else None,
        *_rounds(request, names, now),
        *_failure(request, detail, names),
        *(_runs_of(card, now) if card else ()),
        *value_blocks(map(value_part, _all_values(request))),
        reveal_button(detail.run.id) if offered.personal else None,
        *_transcripts(detail, of=detail.parts.get(request.step, request.step)),
        divider(),
        fields(_rules(request, detail, names, now)),
        *_answers(request, detail, names, now),
        *_said(request, names),
        *_before(before, names, now),
        grey(
            f"Request {safe(request.id, 300)}",
            f"digest {request.coverage.digest[:16]}" if request.coverage.digest else "",
        ),
    ]
    return _paged(blocks, page, button_values.DETAILS_OF_REQUEST, request.id, request.version)


def run_details(
    detail: RunDetail, now: datetime, names: Names = MENTIONED, page: Page = FIRST, personal: bool = False
) -> dict[str, Any]:
    """Return everything about a run, for one person. `personal`: they could reveal personal data of it."""
    run = detail.run
    given = masked_values(run.input)
    run_input = given if isinstance(given, Mapping) else {} if given is None else {"input": given}
    blocks = [
        marked_block(detail.altered),
        section(headline_of(detail, names)),
        grey(started_by(run, names, now), usually(detail.usual_seconds)),
        grey(*related(detail, {})) if detail.related else None,
        section(reason) if (reason := _reason(detail, now)) else None,
        *_steps(detail, names, now),
        section("*Input*") if run_input else None,
        *value_blocks(_parts(run_input)),
        reveal_button(run.id) if personal else None,
        *_result(detail),
        *_logs(detail),
        *_transcripts(detail),
        divider(),
        grey(f"Run {safe(run.id, 300)}", f"owner {names.ref(detail.owner)}", _trigger(run)),
        grey(f"Trace {safe(run.trace_id, 80)}"),
    ]
    return _paged(blocks, page, button_values.DETAILS_OF_RUN, run.id, run.version)


def _reason(detail: RunDetail, now: datetime) -> str:
    """Return why a run is where it is. While it waits, the words are the engine's, and have moments.

    Empty where the headline says it: it names the people who are awaited.
    """
    run = detail.run
    asks = run.state == "waiting" and any(request.state in AWAITED for request in detail.requests)
    if not run.reason or asks:
        return ""
    return (
        localized(run.reason, 1200, now) if run.state in ("waiting", "pending") else quote(run.reason, 1200)
    )


def _paged(blocks: Iterable[Block | None], page: Page, action: str, id_: str, version: int) -> dict[str, Any]:
    all_pages = pages((block for block in blocks if block is not None), _MAX_PAGE_UNITS, _MAX_PAGE_BLOCKS)
    if len(all_pages) == 1:
        return modal("Details", all_pages[0])
    # What changed meanwhile may have moved everything: reading starts again.
    changed = page.version not in (0, version)
    number = 1 if changed else min(max(page.number, 1), len(all_pages))
    turned = {"previous": number - 1, "next": number + 1, "last": len(all_pages)}
    buttons = [
        button(word.capitalize(), f"{action}:{word}", button_values.encode(id_, f"page-{to}@{version}"))
        for word, to in turned.items()
        if 1 <= to <= len(all_pages) and not (word == "last" and number >= len(all_pages) - 1)
    ]
    note = "The content changed while you read, so this is the first page again." if changed else ""
    return modal(
        "Details",
        [*all_pages[number - 1], grey(f"Page {number} of {len(all_pages)}", note), actions(buttons, "pages")],
    )


def _all_values(request: RequestRecord) -> list[Shown]:
    options = options_of(request)
    shown_options = [Shown("Options", options)] if options and request.state == "open" else []
    return [*request.shown, *form_values(request), *shown_options]


def _rounds(request: RequestRecord, names: Names, now: datetime) -> list[Block]:
    """Return the changes that were requested in earlier rounds, and what changed since the last one."""
    revision = request.revision
    if revision is None or not revision.feedback:
        return []
    blocks = [section(f"*{rounds.number_of(request).capitalize()}*")]
    for each in revision.feedback:
        head = f"Round {each.round}: {names.person(each.by)} requested changes {at(each.at, now)}"
        blocks += [section(f"{head}\n{quote(each.comment, 2500)}")]
    changed = differences_of(request)
    parts = [Part(f"{label(item.label)}, since the last round", whole_text(item)) for item in changed]
    return [*blocks, *value_blocks(parts), divider()]


def _parts(values: Mapping[str, Any]) -> list[Part]:
    return [Part(label(name), outline(value)) for name, value in values.items()]


def _long_question(request: RequestRecord) -> list[Block]:
    fits = fits_as_asked(request.ask, ASK_UNITS)
    return [] if fits else list(blocks_of([Part("Question", outline(request.ask))]))


def _said(request: RequestRecord, names: Names) -> list[Block]:
    """Return each decision's comment and changes, in full where the message shortens them."""
    blocks: list[Block] = []
    for document in decided(request):
        decision = next(each for each in request.decisions if each.id == document.what)
        who = names.decider(decision.actor, decision.on_behalf)
        blocks += [section(f"*{who}*"), *blocks_of(document.parts)]
    return blocks


def _about(request: RequestRecord, names: Names, now: datetime) -> list[str]:
    return [safe(request.workflow, 80), request_summary.asked(request, names, now)]


def _rules(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime
) -> list[tuple[str, str]]:  # fmt: skip
    self_approval = "yes" if request.policy.self_approval else "no"
    reason = [
        icons.CHOICES.get(choice, choice)
        for choice, need in request.policy.comment.items()
        if need == "required"
    ]
    remind = duration(request.policy.remind_every) if request.policy.remind_every else "never"
    rows = [
        ("Who can decide", names.any_of(request.approvers)),
        *quorum.rules(request, names),
        ("Until", request_summary.until(request, now)),
        ("Reminders", f"every {remind}" if request.policy.remind_every else remind),
        ("Run", safe(detail.run.short, 150)),
    ]
    if request.kind == "approval":
        rows += [
            ("Requester can approve", self_approval),
            ("Needs a reason", safe(", ".join(reason) or "no choice", 200)),
        ]
    return rows


def _choices(request: RequestRecord, detail: RunDetail, card: FailureCard | None) -> list[Block]:
    """Return the buttons with which a person decides an open failure of one run."""
    if request.kind != "failure" or request.state != "open" or request.altered or detail.altered:
        return []
    alone = grey(f"These buttons decide for {safe(detail.run.short, 120)} alone.") if card else None
    buttons = [*choice_buttons(request, detail), *rarer_buttons(request, detail)]
    rows = action_rows(buttons, Ids("details", request.version), "answer")
    return [block for block in (*rows, alone) if block is not None]


def _claim(request: RequestRecord, names: Names, now: datetime, reader: str, may_decide: bool) -> list[Block]:
    """Return who is on an open approval, and the button that claims it or gives it back."""
    if request.altered:
        return []
    line, ids = request_summary.claimed(request, names, now), Ids("details", request.version)
    offered = may_decide or request.people.claim is not None  # a person may always give their claim back
    rows = action_rows(claim_button(request, reader) if offered else [], ids, "claim")
    return [*([section(line)] if line else []), *rows]


def _break_glass(request: RequestRecord, offered: Offered) -> list[Block]:
    """Return the button with which a named person approves alone."""
    if not offered.break_glass or request.altered:
        return []
    return [*action_rows([break_glass_button(request)], Ids("details", request.version), "break-glass")]


def _failure(request: RequestRecord, detail: RunDetail, names: Names) -> list[Block]:
    if request.failure is None:
        return []
    step = next((each for each in detail.steps if each.step == request.step), None)
    tried = f"Tried {times(request.failure.attempts)}" if request.failure.attempts else ""
    blocks = [section(quote(sentence(request.failure, names), 2500))]
    if tried:
        blocks.append(grey(tried, f"error type {safe(request.failure.kind, 200)}"))
    if units(request.failure.message) > 2000 or "\n" in request.failure.message:
        blocks += blocks_of([Part("Error", outline(names.failure(request.failure)))])
    return blocks + (_log(step) if step is not None and step.log else [])


def _runs_of(card: FailureCard, now: datetime) -> list[Block]:
    """Return each open run with the same failure, the newest first, and the number of those answered."""
    rows = []
    for each in card.open:
        tried = f" · tried {times(each.failure.attempts)}" if each.failure and each.failure.attempts else ""
        run = f"{safe(request_summary.short_run(each), 120)}{input_of(card, each)}"
        rows.append(f"{run} · failed {at(each.opened_at, now)}{tried}")
    if left := card.open_count - len(card.open):
        rows.append(f"and {left:,} more")
    if answered := card.runs - card.open_count:
        rows.append(f"{answered:,} answered")
    size = _MAX_ROWS // 2  # a run has its input beside its name
    listed = [section("\n".join(rows[start : start + size])) for start in range(0, len(rows), size)]
    return [section(f"*Runs with this failure: {card.runs:,}*"), *listed]


def _answers(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[Block]:
    if request.state != "open":
        return [
            section(request_summary.ending(request, detail, names, now)),
            grey(request_summary.waited(request)),
        ]
    return []


def _before(before: Sequence[RequestRecord], names: Names, now: datetime) -> list[Block]:
    """Return how the same approval ended in earlier runs."""
    lines = []
    for request in before:
        sign, word = icons.OUTCOME.get(request.outcome, (icons.DONE, safe(request.outcome, 40)))
        by = [
            request_summary.decider(request, decision, names)
            for decision in decisions_for_outcome(request, request.outcome)
        ]
        who = f" by {', '.join(by)}" if by else ""
        when = moment(request.ended_at, now) if request.ended_at else ""
        lines.append(f"{sign} {word}{who}, {when} · {safe(request_summary.short_run(request), 120)}")
        if request.altered:
            lines.append(mark(request.altered))
    return [section("*Before*\n" + "\n".join(lines))] if lines else []


def _steps(detail: RunDetail, names: Names, now: datetime) -> list[Block]:
    listed, _ = steps.lines(detail, names, now, len(detail.steps))
    rows = [steps.as_row(line, 180) for line in listed]
    return [section("\n".join(rows[start : start + _MAX_ROWS])) for start in range(0, len(rows), _MAX_ROWS)]


def _result(detail: RunDetail) -> list[Block]:
    """Return the result of a finished run in full, and every link."""
    links = links_block(detail, Ids("details", detail.run.version), len(detail.links))
    return [*_written_result(detail), *_last_output(detail), *([links] if links else [])]


def _written_result(detail: RunDetail) -> list[Block]:
    result = detail.result
    if result is None or not (result.text or result.missing):
        return []
    return [section("*Result*"), *value_blocks([Part("Text", outline(result.text or result.missing))])]


def _last_output(detail: RunDetail) -> list[Block]:
    """Return the last output of a finished run."""
    gave = [step for step in detail.steps if step.state == "succeeded" and step.output is not None]
    if detail.run.ended_at is None or not gave:
        return []
    last = gave[-1]
    given = masked_values(last.output)
    output = given if isinstance(given, Mapping) else {"value": given}
    title = safe(detail.titles.get(last.step, last.step), 60)
    return [section(f"*Result of {title}*"), *value_blocks(_parts(output))]


def _logs(detail: RunDetail) -> list[Block]:
    """Return the logs of steps that failed or execute now."""
    logged = [
        step
        for step in detail.steps
        if step.log and step.state in ("failed", "waiting", "retrying", "running")
    ]
    return [block for step in logged for block in _log(step, detail.titles.get(step.step, step.step))]


def _transcripts(detail: RunDetail, of: str = "") -> list[Block]:
    """Return what each agent said, called and got. `of`: the name of the only agent that is shown."""
    parts = [
        Part(f"Transcript of {one_line(detail.titles.get(agent, agent))}", transcript_text(said))
        for agent, said in detail.transcripts.items()
        if of in ("", agent)
    ]
    return list(blocks_of(parts)) if parts else []


def _log(step: StepRecord, title: str = "") -> list[Block]:
    name = f"Log of {one_line(title)}" if title else "Log"
    return list(blocks_of([Part(name, outline("\n".join(step.log)))]))


def _trigger(run: RunRecord) -> str:
    """Return what started the run, where neither its first line nor its related runs say so."""
    kind, _, rest = run.trigger.partition(":")
    if kind in ("manual", "rerun", "fork", "child", "follow_up"):
        return ""
    return f"trigger {safe(f'{kind} {rest}'.strip(), 120)}"
