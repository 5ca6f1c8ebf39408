"""Objectives: from what the author wrote to checked numbers."""

import re
from typing import Any

from engine.authoring.objectives import Objectives
from engine.compiler.definition.checks import Checks
from engine.model.definition.spec import ObjectivesSpec
from engine.model.values.durations import InvalidDuration, seconds

_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,3})?)\s*%")
_MIN_PERCENT = 50.0
_DAY = 86_400.0
_MAX_WINDOW_DAYS = 90
_EXAMPLE = 'Write objectives=Objectives(success="99%", p95="10m").'
_TIMES = ("p95", "recover", "decide", "start_every")


def objectives_spec(checks: Checks, declared: Any) -> ObjectivesSpec | None:
    """Return the objectives; what is wrong is among the checks' errors."""
    if declared is None:
        return None
    if not isinstance(declared, Objectives):
        checks.error(f"objectives is {declared!r}.", _EXAMPLE)
        return None
    if all(getattr(declared, name) is None for name in ("success", *_TIMES)):
        checks.error("Objectives names no objective.", _EXAMPLE)
        return None
    times = {
        name: checks.duration(getattr(declared, name), f"Objectives' {name}", None, 1.0) for name in _TIMES
    }
    if declared.start_every is not None and not checks.options.triggers:
        checks.error(
            "Objectives' start_every needs a trigger, and the workflow has none.",
            "Give the workflow triggers=[…], or leave start_every out.",
        )
    window = _window(checks, declared.window)
    for name, value in times.items():
        if value is not None and window is not None and value > window:
            checks.error(f"Objectives' {name} is longer than its window.", "Give a shorter time.")
    return ObjectivesSpec(success=_success(checks, declared.success), **times, window=window or 30 * _DAY)


def _success(checks: Checks, declared: Any) -> float | None:
    if declared is None:
        return None
    match = _PERCENT.fullmatch(declared.strip()) if isinstance(declared, str) else None
    share = float(match[1]) if match else 0.0
    if not share:
        checks.error(
            f"Objectives' success is {declared!r}, which is not a percentage below 100.",
            'Write it like "99%" or "99.5%": without any failure allowed, there is no budget to watch.',
        )
    elif share < _MIN_PERCENT:
        checks.error(f"Objectives' success is {declared!r}, which is below 50%.", 'Give at least "50%".')
    return share or None


def _window(checks: Checks, declared: Any) -> float | None:
    try:
        return seconds(declared, _DAY, _MAX_WINDOW_DAYS * _DAY)
    except InvalidDuration as error:
        checks.error(f"Objectives' window {error.problem}.", error.remedy)
        return None
