"""When an approval reminds, escalates and ends: from what the author wrote to checked times."""

from engine import hours
from engine.compiling.checks import Checks
from engine.compiling.quorums import check_refs
from engine.definition import ApprovalOptions, Escalate, Hours, Node, several
from engine.spec import EscalationSpec, HoursSpec

_HOURS = 'Write hours=Hours("09:00", "17:00", days="mon-fri", tz="Europe/Berlin").'


def expiry(checks: Checks, node: Node, options: ApprovalOptions) -> float | None:
    """Seconds; None: never."""
    if options.expires is None:
        checks.error(
            "It has no end: nothing says what happens when nobody answers.",
            'Give expires="4h" (and on_expiry=), or say expires="never" with remind_every=.',
            node,
        )
        return None
    if options.expires == "never":
        if options.remind_every is None:
            checks.error(
                "It never expires and nobody is reminded.", 'Give remind_every="1d", or an expiry.', node
            )
        if options.on_expiry is not None:
            checks.error("on_expiry can't happen: it never expires.", "Leave one of them out.", node)
        return None
    return checks.duration(options.expires, "expires", node)


def escalations(
    checks: Checks, node: Node, options: ApprovalOptions, expires: float | None
) -> tuple[EscalationSpec, ...]:
    """In order of time."""
    found = []
    for one in options.escalate:
        if not isinstance(one, Escalate):
            checks.error(
                f"escalate has {one!r}.", 'Write escalate=[Escalate(after="30m", to="@leads")].', node
            )
            continue
        to = several(one.to)
        if not to:
            checks.error("An escalation goes to nobody.", 'Give to="@leads".', node)
        check_refs(checks, to, "escalate", node)
        seconds = checks.duration(one.after, "escalate", node)
        if seconds is None:
            checks.error("An escalation has no time.", 'Give after="30m".', node)
            continue
        if expires is not None and seconds >= expires:
            checks.error(
                f"It escalates after {one.after}, when it has expired ({options.expires}).",
                "Escalate earlier, or give it more time.",
                node,
            )
        found.append(EscalationSpec(after=seconds, to=to, replace=one.replace))
    return tuple(sorted(found, key=lambda one: one.after))


def working_hours(checks: Checks, node: Node, options: ApprovalOptions) -> HoursSpec | None:
    found = options.hours
    if found is None:
        return None
    if not isinstance(found, Hours):
        checks.error(f"hours is {found!r}.", _HOURS, node)
        return None
    try:
        return hours.parse(found.days, found.start, found.end, found.tz, list(found.holidays))
    except ValueError as error:
        checks.error(
            f"hours: {error}.",
            'Write hours=Hours("09:00", "17:00", days="mon-fri", tz="Europe/Berlin").',
            node,
        )
        return None
