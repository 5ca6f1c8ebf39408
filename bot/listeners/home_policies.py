"""Reads what policies did, as far as the person of a Home answers for the workflows."""

from collections.abc import Sequence
from datetime import timedelta

from bot.listeners.context import Context
from bot.views.home_policies import MAX_RULES, AppliedRule, PolicyPart, applied_rules
from engine import Altered, DeniedStep, EventRecord, RunRecord, UnknownRun, VisibleRuns, WorkflowRecord

_COUNTED_FOR = timedelta(days=30)
_PAGE, MAX_PAGES = 250, 2
"""Entries that one read returns, and reads for one Home."""
_STATUS = "signoff policy status"

Entries = list[tuple[EventRecord, DeniedStep | None]]


async def policy_part(
    context: Context, seen: VisibleRuns, owned: Sequence[WorkflowRecord]
) -> PolicyPart | None:
    """Return the part for the operator and for owners, who read of their own workflows alone; else None."""
    if not (seen.is_operator or owned):
        return None
    entries, is_cut = await _newest(context)
    counted = len(entries) if is_cut else 0
    if not seen.is_operator:
        names = {workflow.name for workflow in owned}
        entries = [entry for entry in entries if _workflow(entry[0]) in names]
    rules = applied_rules(entries)
    runs = {rule.name: run for rule in rules[:MAX_RULES] if (run := await _open_run(context, seen, rule))}
    console, command = (context.pages.of_policies(), _STATUS) if seen.is_operator else ("", "")
    return PolicyPart(rules, _COUNTED_FOR.days, counted, console, command, runs)


async def _newest(context: Context) -> tuple[Entries, bool]:
    """Return the entries of the period, newest first, and whether there are more than were read."""
    since, entries, place = context.clock.now() - _COUNTED_FOR, Entries(), None
    for _ in range(MAX_PAGES):
        page, place = await context.engine.policy_events(place, _PAGE)
        recent = [entry for entry in page if entry[0].at >= since]
        entries += recent
        if place is None or len(recent) < len(page):
            return entries, False
    return entries, True


def _workflow(event: EventRecord) -> str:
    """Return the workflow of an entry. A start that was denied has no run, and names it in its data."""
    return event.workflow or str(event.data.get("workflow", ""))


async def _open_run(context: Context, seen: VisibleRuns, rule: AppliedRule) -> RunRecord | None:
    """Return the newest run with an open denial, if this person may see it."""
    for run_id in list(rule.runs)[:1]:
        try:
            run = await context.engine.find_run(run_id)
        except (Altered, UnknownRun):
            return None
        return run if await seen.sees(run) else None
    return None
