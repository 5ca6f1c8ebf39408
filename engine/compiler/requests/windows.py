"""Maintenance windows: from what the author wrote to a checked time of day, or a path to a moment."""

from zoneinfo import available_timezones

from engine.authoring.approval_options import ApprovalOptions
from engine.authoring.nodes import Node
from engine.authoring.options import Window
from engine.compiler.definition.checks import Checks
from engine.kernel.schedules.working_hours import minute_of_day, weekdays
from engine.model.definition.window import MAX_LASTS, MIN_LASTS, WindowSpec
from engine.model.text.template import sole_path

_EXAMPLE = 'Write window=Window(not_before="22:00", lasts="2h", tz="Europe/Berlin").'
_MINUTES_OF_DAY = 24 * 60


def window_spec(
    checks: Checks, node: Node, options: ApprovalOptions, revocable_for: float | None
) -> WindowSpec | None:
    """Return the window; None without one, or where something is wrong with it."""
    window = options.window
    if window is None:
        return None
    if not isinstance(window, Window):
        checks.error(f"window is {window!r}.", _EXAMPLE, node)
        return None
    if options.advisory:
        checks.error(
            "window has no effect: an advisory approval guards no step.",
            "Leave window or advisory out.",
            node,
        )
    if options.on_expiry == "approve":
        checks.error(
            'window cannot be combined with on_expiry="approve".',
            "Leave one of them out: a step runs in a window only after people approved it.",
            node,
        )
    lasts = checks.duration(window.lasts, "window: lasts", node, MIN_LASTS)
    if window.lasts is None or (lasts is not None and lasts > MAX_LASTS):
        checks.error(f"window: lasts is {window.lasts!r}.", "Give a time from 1m to 1d.", node)
        return None
    if lasts is not None and revocable_for is not None and revocable_for >= lasts:
        checks.error(
            f"revocable_for is {options.revocable_for}, and the window lasts {window.lasts}.",
            "Make revocable_for shorter, so that an approval inside of the window can take effect.",
            node,
        )
    try:
        spec = _spec(window, lasts or MIN_LASTS)
    except ValueError as error:
        checks.error(f"window: {error}.", _EXAMPLE, node)
        return None
    return None if lasts is None else spec


def moment_paths(options: ApprovalOptions) -> list[str]:
    """Return the path to the moment at which the window opens; none for a time of day."""
    window = options.window
    path = _path(window) if isinstance(window, Window) else None
    return [] if path is None else [path]


def _path(window: Window) -> str | None:
    return sole_path(window.not_before) if isinstance(window.not_before, str) else None


def _spec(window: Window, lasts: float) -> WindowSpec:
    """Return the spec. Raises `ValueError`, which says what is wrong."""
    if window.tz is not None and window.tz not in available_timezones():
        raise ValueError(f"tz is {window.tz!r}, which is not a time zone")
    path = _path(window)
    if path is not None:
        if window.days is not None:
            raise ValueError(f"days is {window.days!r}, and {window.not_before} names the day itself")
        return WindowSpec(lasts=lasts, moment=path, tz=window.tz or "")
    minute = minute_of_day(window.not_before)
    if minute == _MINUTES_OF_DAY:
        raise ValueError("not_before is 24:00; write 00:00 of the next day")
    if window.tz is None:
        raise ValueError(f"not_before is {window.not_before}, and no time zone is given")
    days = () if window.days is None else weekdays(window.days)
    return WindowSpec(lasts=lasts, minute=minute, days=days, tz=window.tz)
