"""When an approval reminds, escalates and ends: from what the author wrote to checked times."""

import math
from collections.abc import Iterable

from engine.authoring.approval_options import ApprovalOptions, several
from engine.authoring.nodes import Node
from engine.authoring.options import Escalate, WorkingHours
from engine.compiler.definition.checks import Checks
from engine.compiler.requests.quorums import check_refs
from engine.kernel.schedules import working_hours
from engine.model.definition.spec import EscalationSpec, HoursSpec
from engine.model.values.durations import MIN_SECONDS, format_duration

MAX_REMINDERS = 500
"""Of one request, before it expires."""
MIN_ENDLESS_SECONDS = 60.0
"""Between two reminders of a request that never expires."""
_HOURS = 'Write working_hours=WorkingHours("09:00", "17:00", days="mon-fri", tz="Europe/Berlin").'


def expiry(checks: Checks, node: Node, options: ApprovalOptions) -> float | None:
    """Seconds; None: never."""
    if options.expires is None:
        checks.error(
            "The approval has no end: nothing says what happens if nobody answers.",
            'Give expires="4h" (and on_expiry=), or write expires="never" with remind_every=.',
            node,
        )
        return None
    if isinstance(options.expires, str) and options.expires.strip().lower() == "never":
        if options.remind_every is None:
            checks.error(
                "The approval never expires, and nobody is reminded.",
                'Give remind_every="1d" or expires="4h".',
                node,
            )
        if options.on_expiry is not None:
            checks.error(
                "on_expiry has no effect: the approval never expires.",
                "Leave on_expiry out, or give expires a duration.",
                node,
            )
        return None
    return checks.duration(options.expires, "expires", node, MIN_SECONDS)


def reminders(checks: Checks, node: Node, options: ApprovalOptions, expires: float | None) -> float | None:
    """Seconds between two reminders; None: nobody is reminded."""
    seconds = checks.duration(options.remind_every, "remind_every", node, MIN_SECONDS)
    if seconds is not None and expires is not None and seconds >= expires:
        checks.error(
            f"remind_every is {options.remind_every}, but the approval expires first ({options.expires}).",
            "Remind earlier, or make expires= longer.",
            node,
        )
    endless = isinstance(options.expires, str) and options.expires.strip().lower() == "never"
    if seconds is not None and (expires is not None or endless):
        check_reminders(checks, node, "remind_every", seconds, expires)
    return seconds


def check_reminders(
    checks: Checks, node: Node | None, what: str, seconds: float, expires: float | None
) -> None:
    """Refuse more reminders than people read. `expires`: None for never."""
    at_least = MIN_ENDLESS_SECONDS if expires is None else expires / MAX_REMINDERS
    if seconds >= at_least:
        return
    too_often = "too often for an approval that never expires"
    if expires is not None:
        too_often = f"{expires / seconds:,.0f} reminders before it expires"
    checks.error(
        f"{what} is {format_duration(seconds)}, which is {too_often}.",
        f'Give at least "{format_duration(math.ceil(at_least))}".',
        node,
    )


def escalations(
    checks: Checks, node: Node, options: ApprovalOptions, expires: float | None
) -> tuple[EscalationSpec, ...]:
    """In order of time."""
    specs = []
    for escalation in options.escalate:
        if not isinstance(escalation, Escalate):
            checks.error(
                f"escalate has {escalation!r}.", 'Write escalate=[Escalate(after="30m", to="@leads")].', node
            )
            continue
        if not isinstance(escalation.replace, bool):
            checks.flag(escalation.replace, "Escalate's replace", node)
            continue
        to = several(escalation.to)
        if not to:
            checks.error("An escalation names nobody.", 'Give to="@leads".', node)
        check_refs(checks, to, "escalate", node)
        seconds = checks.duration(escalation.after, "Escalate's after", node, MIN_SECONDS)
        if escalation.after is None:
            checks.error("An escalation has no time.", 'Give after="30m".', node)
        if seconds is None or not all(isinstance(ref, str) for ref in to):
            continue
        if expires is not None and seconds >= expires:
            checks.error(
                f"An escalation comes after {escalation.after}, but the approval expires first "
                f"({options.expires}).",
                "Escalate earlier, or make expires= longer.",
                node,
            )
        specs.append(EscalationSpec(after=seconds, to=to, replace=escalation.replace))
    return tuple(sorted(specs, key=lambda escalation: escalation.after))


def hours_of(checks: Checks, node: Node, options: ApprovalOptions) -> HoursSpec | None:
    hours = options.working_hours
    if hours is None:
        return None
    if not isinstance(hours, WorkingHours):
        checks.error(f"working_hours is {hours!r}.", _HOURS, node)
        return None
    if isinstance(hours.holidays, str) or not isinstance(hours.holidays, Iterable):
        checks.error(
            f"working_hours: holidays is {hours.holidays!r}.", 'Write a list of dates: ["2026-12-25"].', node
        )
        return None
    try:
        return working_hours.parse(hours.days, hours.start, hours.end, hours.tz, list(hours.holidays))
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        checks.error(
            f"working_hours: {problem}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else _HOURS, node
        )
        return None
