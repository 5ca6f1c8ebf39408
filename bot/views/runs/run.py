"""Message of a run: its input, its state and its steps."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.views import button_values
from bot.views.blocks import Ids, button, confirm, grey, overflow, section
from bot.views.message import Message, Names, message
from bot.views.requests import quorum
from bot.views.runs import steps
from bot.views.runs.related import related
from bot.views.runs.result import links_block, result_block, result_words
from bot.views.runs.shown_state import has_failed_step, shown_state
from bot.views.wording import icons
from bot.views.wording.short_ids import short_id
from bot.views.wording.text import clean, cut_line, quote, safe, units
from bot.views.wording.times import at, dated, duration, localized, since, usually
from bot.views.wording.visible import Visible
from engine import AWAITED, RequestRecord, RunDetail, RunRecord, refused_step
from engine.text import between_quotes, count, redacted

_MAX_SUBJECT_UNITS, _MAX_VALUE_UNITS = 60, 30


def run_message(
    detail: RunDetail,
    names: Names,
    now: datetime,
    *,
    plan: bool = True,
    links: Mapping[str, str] = MappingProxyType({}),
) -> Message:
    """`plan=False`: the steps as text, for a workspace that refuses `plan` blocks. `links`: to the messages
    of related runs, by id."""
    run = detail.run
    ids = Ids("run", run.version)
    shown, left_out = steps.lines(detail, names, now)
    title = steps.progress(detail)
    step_list = (steps.as_plan if plan else steps.as_text)(shown, left_out, title, ids)
    headline = headline_of(detail, names)
    result = result_words(detail)
    told = f"{headline} · {safe(result, 300)}" if result else headline
    return message(
        f"{told} ({run.short})",
        section(headline, ids("head"), _menu(run)),
        step_list if shown else None,
        section(repeats(detail), ids("repeats")) if detail.repeats_because else None,
        grey(safe(detail.transformed, 600), block_id=ids("transforms")) if detail.transforms else None,
        section(quote(_why(detail, names), 1200), ids("reason")) if _tells_why(run) else None,
        result_block(detail, ids),
        links_block(detail, ids),
        grey(*related(detail, links), block_id=ids("related")) if detail.related else None,
        grey(*_facts(detail, names, now), block_id=ids("facts")),
    )


def headline_of(detail: RunDetail, names: Names) -> str:
    """`⏸️ *deploy* billing 1.4.2 · waiting for @release-managers`: mrkdwn, also good as a notification."""
    run = detail.run
    subject = subject_of(run.input)
    refused = refused_approval(detail)
    sign = icons.SKIPPED if refused else shown_state(run, names)[0]
    name = f"{sign} *{safe(run.workflow.replace('_', '-'), 80)}*"
    return (
        f"{name} {safe(subject, 80)} · {_state(detail, names)}"
        if subject
        else f"{name} · {_state(detail, names)}"
    )


def subject_of(value: Any) -> str:
    """The texts of a run's input, quoted and shortened: `input "billing 1.4.2"`. Plain text, may be empty."""
    if not isinstance(value, Mapping):
        return ""
    subject = ""
    for each in value.values():
        if not isinstance(each, str) or not each.strip():
            continue
        if subject and (units(each) > _MAX_VALUE_UNITS or "\n" in clean(each)):
            continue
        longer = Visible(f"{subject} {cut_line(redacted(each[:4_000]), _MAX_VALUE_UNITS)}".strip())
        if units(longer) > _MAX_SUBJECT_UNITS:
            break
        subject = longer
    return Visible(f"input {between_quotes(subject)}") if subject else ""


def _state(detail: RunDetail, names: Names) -> str:
    run = detail.run
    if run.state == "waiting" or has_failed_step(run):
        return awaited(detail, names)
    _, label = icons.run_state(run.state, run.reason)
    if run.state in ("paused", "pending", "compensating") and run.reason:
        reason = safe(run.reason, 200)
        reason = reason if run.state == "paused" else localized(run.reason, 200)
        # The pause of a workflow is told in a sentence of its own.
        told = reason.startswith((f"{safe(run.workflow, 200)} is paused", "all workflows are paused"))
        return reason if told else f"{label}: {reason}"
    if run.ended_at is None:
        return label
    took = duration(_took(run))
    if refused := refused_approval(detail):
        title = safe(detail.titles.get(refused.step, refused.step), 60)
        return f"ended after {took}: {title} was {refusal_words(refused)}"
    return f"{label} after {took}"


def refused_approval(detail: RunDetail) -> RequestRecord | None:
    """Return the approval whose refusal is why a run that succeeded went without steps."""
    if detail.run.state != "succeeded":
        return None
    asked = {request.step: request for request in detail.requests if request.is_of_approval}
    outcomes = {step: request.outcome for step, request in asked.items()}
    return asked.get(refused_step(outcomes, {step.step: step.state for step in detail.steps}))


def refusal_words(refused: RequestRecord) -> str:
    """`rejected`; `not answered in time` also where silence counts as a rejection."""
    return icons.REFUSALS["expired" if refused.state == "expired" else refused.outcome or ""]


def awaited(detail: RunDetail, names: Names) -> str:
    """Return the people or the reason that a waiting run waits for."""
    asked = [request for request in detail.requests if request.kind != "clarification"]
    open_ = [request for request in asked if request.state in AWAITED]
    if not open_:
        return _waited(detail) or localized(detail.run.reason or "waiting", 200)
    first = min(open_, key=lambda each: each.kind != "failure")  # the sign is that of a failure
    more = f", and {count(len(open_) - 1, 'more request')}" if len(open_) > 1 else ""
    return f"{_awaits(first, detail, names)}{more}"


def _waited(detail: RunDetail) -> str:
    """Return what the waits of a run wait for; empty where it has none."""
    waits = [step for step in detail.steps if step.state == "waiting"]
    if not waits:
        return ""
    title = safe(detail.titles.get(waits[0].step, waits[0].step), 60)
    due = waits[0].next_attempt_at
    what = [localized(waits[0].reason, 120)] if waits[0].reason else []
    until = [f"until {dated(due)}"] if due else []
    more = f" and at {count(len(waits) - 1, 'more step')}" if len(waits) > 1 else ""
    return f"waiting {' '.join(what + until)} at {title}{more}"


def _awaits(request: RequestRecord, detail: RunDetail, names: Names) -> str:
    title = safe(detail.titles.get(request.step, request.step), 60)
    if request.state == "held":
        effective = request.clock.effective_at
        if request.policy.window is not None and effective is not None:
            return f"{title} is approved and runs {dated(effective)}"
        return f"{title} is approved and can still be revoked"
    who = quorum.short(request, names)
    if until := detail.untold.get(request.id):
        return f"{title} failed, {who} is told {dated(until)}"
    if request.kind == "failure":
        return f"{title} failed, {quorum.awaited(request, names)}"
    return f"{quorum.awaited(request, names)} at {title}"


def _menu(run: RunRecord) -> dict[str, Any] | None:
    options = {
        "Details": button_values.encode(run.id, "details"),
        "Show log": button_values.encode(run.id, "log"),
    }
    if run.ended_at is None:
        options["Cancel this run"] = button_values.encode(run.id, "cancel")
    # A confirm dialog on the menu would ask before Details too: cancelling asks in its own modal.
    return overflow(options, button_values.MORE) or details_button(run)


def details_button(run: RunRecord) -> dict[str, Any]:
    return button(
        "Details",
        button_values.DETAILS_OF_RUN,
        button_values.encode(run.id, "details"),
        label=f"Details of {run.short}",
    )


def cancel_button(run: RunRecord) -> dict[str, Any]:
    """Return a cancel button with a confirmation, so that an accidental tap ends nothing."""
    ask = confirm(
        f"Cancel {run.short}?",
        "Running steps stop, and open requests are withdrawn. "
        "Steps that are done stay done, except those that the workflow undoes.",
        "Cancel the run",
        "Keep it",
    )
    value = button_values.encode(run.id, "cancel")
    return button(
        "Cancel run",
        button_values.CANCEL_RUN,
        value,
        style="danger",
        confirm=ask,
        label=f"Cancel {run.short}",
    )


def _tells_why(run: RunRecord) -> bool:
    # The steps of a run that succeeded say which of them a person skipped.
    return run.ended_at is not None and bool(run.reason) and run.state != "succeeded"


def _why(detail: RunDetail, names: Names) -> str:
    """Return why the run ended, with the name of the person who aborted it."""
    aborts = [request for request in detail.requests if request.outcome == "abort"]
    return steps.by_name(detail.run.reason, aborts[-1] if aborts else None, names)


def _facts(detail: RunDetail, names: Names, now: datetime) -> list[str]:
    run = detail.run
    priority = f"priority {run.priority}" if run.priority else ""
    return [started_by(run, names, now), usually(detail.usual_seconds), priority, safe(run.short, 150)]


def repeats(detail: RunDetail) -> str:
    """Return which run it repeats, and the reason; mrkdwn."""
    origin = safe(short_id(detail.run.origin, detail.run.created_at), 150)
    return f"Repeats {origin}: {safe(detail.repeats_because, 1200)}"


def started_by(run: RunRecord, names: Names, now: datetime) -> str:
    again = {"rerun": "started again", "fork": "continued"}.get(run.trigger.partition(":")[0], "")
    how = f"{again} from {safe(short_id(run.origin, run.created_at), 150)} by" if again else "started by"
    when = since if run.ended_at is None else at
    return f"{how} {names.actor(run.actor)} {when(run.created_at, now)}"


def _took(run: RunRecord) -> float:
    assert run.ended_at is not None
    return (run.ended_at - (run.started_at or run.created_at)).total_seconds()
