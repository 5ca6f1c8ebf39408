"""Triggers and schedules as a person reads them: what fires them, when next, in whose zone."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import actions, grey, section
from bot.views.command_replies import PAUSED_TRIGGER, show_button
from bot.views.message import Message, message
from bot.views.wording import icons
from bot.views.wording.text import count, safe
from bot.views.wording.times import at, localized, moment
from engine import TriggerRecord, Trouble
from engine.text import without_folders

PAGE = 20
_MAX_TRIGGERS_PER_BLOCK = 5
"""Each takes up to 560 characters, and a section 3,000."""


def trigger_lines(triggers: Sequence[TriggerRecord], now: datetime) -> list[str]:
    """One line for each trigger; mrkdwn."""
    return [_line(trigger, now) for trigger in triggers]


def _line(trigger: TriggerRecord, now: datetime, head: str = "") -> str:
    parts = [*([head] if head else []), localized(trigger.description, 120, now)]
    if trigger.unreadable:
        parts.append(_unread_row(trigger))
    elif not trigger.enabled:
        parts.append("off")
    elif trigger.paused:
        parts.append(PAUSED_TRIGGER)
    elif trigger.upcoming is not None:
        parts.append(f"next {moment(trigger.upcoming, now)}")
    if trigger.last_fire_at is not None:
        parts.append(f"last {moment(trigger.last_fire_at, now)}")
    if trigger.failures:
        parts.append(f"fires less often after {count(trigger.failures, 'failed run')}")
    if trouble := _trouble(trigger.trouble, now):
        parts.append(trouble)
    elif trigger.trouble.skipped_at is not None:  # no risk: its author wants that
        parts.append(f"skipped by overlap {at(trigger.trouble.skipped_at, now)}: a run was under way")
    at_risk = trigger.failures or trouble or trigger.unreadable
    is_off = not trigger.enabled and not trigger.unreadable
    sign = icons.CANCELLED if is_off else icons.AT_RISK if at_risk else "•"
    return f"{sign} {' · '.join(parts)}"


def _unread_row(trigger: TriggerRecord) -> str:
    """Return what a person reads of a trigger whose row cannot be read, with the remedy; mrkdwn."""
    return (
        f"starts nothing: {safe(trigger.unreadable, 200)}. Another program changed it. "
        "Ask the operator to run `signoff audit verify`."
    )


def _trouble(trouble: Trouble, now: datetime) -> str:
    """Return what keeps a trigger from starting runs; mrkdwn."""
    if trouble.problem:
        began = f" since {moment(trouble.since, now)}" if trouble.since else ""
        return f"starts nothing{began}: {safe(without_folders(trouble.problem), 120)}"
    if trouble.misfits and trouble.misfit_at:
        last = f"the last {at(trouble.misfit_at, now)}: {safe(without_folders(trouble.misfit), 120)}"
        return f"{count(trouble.misfits, 'fact')} in a row did not fit, {last}"
    return ""


def triggers_answer(
    triggers: Sequence[TriggerRecord], now: datetime, *, timed: bool, workflow: str = "", page: int = 1
) -> Message:
    """Return a page of the triggers that this person may see: those that fire next come first.

    `workflow`: the one whose triggers they are; empty: of all. A page behind the last one is the last one.
    """
    what = "schedule" if timed else "trigger"
    if not triggers:
        text = f"No workflow that is visible here has a {what}."
        if workflow:
            text = f"{safe(workflow, 80)} has no {what}."
        return message(text, section(text), actions([show_button("Workflows", "list")]))
    listed = sorted(
        triggers, key=lambda each: (not each.enabled and not each.unreadable, _next(each, now), each.workflow)
    )
    pages = -(-len(listed) // PAGE)
    page = min(page, pages)
    head = count(len(listed), what)
    order = "the next one first" if len(listed) > 1 else ""
    part = f"page {page} of {pages}" if pages > 1 else ""
    shown = listed[(page - 1) * PAGE :][:PAGE]
    rows = [_line(each, now, f"*{safe(each.workflow, 80)}*") for each in shown]
    blocks = [
        section("\n".join(rows[start : start + _MAX_TRIGGERS_PER_BLOCK]))
        for start in range(0, len(rows), _MAX_TRIGGERS_PER_BLOCK)
    ]
    typed = f"{what}s {workflow}".strip()
    turns = [("Earlier", page - 1)] if page > 1 else []
    turns += [("Later", page + 1)] if page < pages else []
    return message(
        f"{head}: " + "; ".join(rows[:5]),
        section(", ".join(filter(None, [f"*{head}*", order, part]))),
        *blocks,
        grey(_zone_line(listed, now)),
        actions(
            [
                *(show_button(text, f"{typed} page={number}") for text, number in turns),
                show_button("Workflows", "list"),
                show_button("Newest runs", "runs"),
            ]
        ),
    )


def _next(trigger: TriggerRecord, now: datetime) -> float:
    return (trigger.upcoming or now.replace(year=9999)).timestamp()


def _zone_line(triggers: Sequence[TriggerRecord], now: datetime) -> str:
    upcoming = [each.upcoming for each in triggers if each.upcoming]
    next_one = f"The next one fires {at(min(upcoming), now)}. " if upcoming else ""
    return f"{next_one}Each schedule has its own time zone. The times here are in yours."
