"""Alerts of failures: from what the author wrote to checked rules."""

from collections.abc import Mapping
from typing import Any, get_args

from engine.authoring.alerts import Alerts, QuietHours, Severity
from engine.authoring.approval_options import several
from engine.authoring.nodes import Node
from engine.authoring.triggers import Cron, Once
from engine.compiler.definition.checks import Checks
from engine.kernel.schedules import working_hours
from engine.model.definition.spec import AlertSpec, HoursSpec

SEVERITIES: tuple[str, ...] = get_args(Severity)
MAX_ALERTED = 20
"""Channels, groups and people that hear of one failure."""
_QUIET = 'Write quiet_hours=QuietHours("22:00", "07:00", tz="Europe/Berlin").'


def alert_spec(
    checks: Checks, declared: Any, node: Node | None, base: AlertSpec | None = None
) -> AlertSpec | None:
    """Return the rules; what is wrong is among the checks' errors. `base`: the workflow's, for a step."""
    if declared is None:
        return None
    if not isinstance(declared, Alerts):
        checks.error(f"alerts is {declared!r}.", 'Write alerts=Alerts(to=["#incidents", "@on-call"]).', node)
        return None
    base = base or AlertSpec()
    severity = base.severity if declared.severity is None else declared.severity
    if severity not in SEVERITIES:
        checks.error(f"Alerts' severity is {severity!r}.", "Use low, normal or high.", node)
        return None
    to = base.to if declared.to is None else _routes(checks, declared.to, node)
    quiet = base.quiet if declared.quiet_hours is None else _quiet(checks, declared.quiet_hours, node)
    return AlertSpec(severity=severity, to=to, quiet=quiet)


def _routes(checks: Checks, declared: Any, node: Node | None) -> dict[str, tuple[str, ...]]:
    """Return the references by severity."""
    routes = declared if isinstance(declared, Mapping) else dict.fromkeys(SEVERITIES, declared)
    if unknown := [severity for severity in routes if severity not in SEVERITIES]:
        checks.error(f"Alerts' to has the severity {unknown[0]!r}.", "Use low, normal or high.", node)
        return {}
    found: dict[str, tuple[str, ...]] = {}
    before = len(checks.errors)
    for severity, named in routes.items():
        if len(checks.errors) > before:
            break  # the same mistake once
        refs = () if isinstance(named, Mapping) else several(named)
        if not refs:
            checks.error(f"Alerts' to names nobody for {severity} failures.", 'Give to=["#incidents"].', node)
        checks.refs(refs, "Alerts' to", node)
        if len(refs) > MAX_ALERTED:
            checks.error(
                f"Alerts' to names {len(refs)} channels and people.",
                f"Name at most {MAX_ALERTED}, such as a group for several people.",
                node,
            )
        found[severity] = tuple(dict.fromkeys(ref for ref in refs if isinstance(ref, str)))
    return found


def _quiet(checks: Checks, declared: Any, node: Node | None) -> HoursSpec | None:
    if not isinstance(declared, QuietHours):
        checks.error(f"Alerts' quiet_hours is {declared!r}.", _QUIET, node)
        return None
    zone = _zone(checks) if declared.tz is None else declared.tz
    try:
        if zone == working_hours.APPROVERS:
            raise ValueError("'approvers' is not a time zone; write one like Europe/Berlin")
        hours = working_hours.parse(declared.days, declared.start, declared.end, zone, [])
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        checks.error(
            f"QuietHours: {problem}.", f"{remedy[:1].upper()}{remedy[1:]}." if remedy else _QUIET, node
        )
        return None
    if len(hours.days) == 7 and hours.end - hours.start == 24 * 60:
        checks.error("QuietHours never end.", "Leave out a day, or give an end.", node)
        return None
    return hours


def _zone(checks: Checks) -> str:
    """Return the time zone of the workflow's first schedule; UTC where it has none."""
    zones = (trigger.tz for trigger in checks.options.triggers if isinstance(trigger, Cron | Once))
    return next(zones, "UTC")
