"""Triggers: patterns and intervals that exist, with an input that the workflow takes."""

from collections.abc import Mapping
from typing import Any

from engine import schedule
from engine.compiled import Compiled
from engine.compiling.checks import Checks
from engine.definition import Cron, Every
from engine.durations import seconds
from engine.errors import InvalidInput
from engine.inputs import check_input
from engine.spec import CronSpec, EverySpec


def trigger_spec(checks: Checks, trigger: Any) -> CronSpec | EverySpec | None:
    """None when something is wrong with it, which the checks know then."""
    if not isinstance(trigger, Cron | Every):
        checks.error(f"{trigger!r} is not a trigger.", 'Use Cron("0 2 * * *", tz="…") or Every("5m").')
        return None
    if trigger.missed not in ("skip", "latest", "all"):
        checks.error(f"missed is {trigger.missed!r}.", "Use skip, latest or all.")
        return None
    if not isinstance(trigger.bound, int) or trigger.bound < 1:
        checks.error(f"bound is {trigger.bound!r}.", "Give a whole number of at least 1.")
        return None
    if not isinstance(trigger.input, Mapping):
        checks.error(f"A trigger's input is {trigger.input!r}.", 'Write input={"field": value}.')
        return None
    shared: dict[str, Any] = {
        "missed": trigger.missed, "bound": trigger.bound, "input": dict(trigger.input),
        "quiet": bool(trigger.quiet),
    }  # fmt: skip
    try:
        if isinstance(trigger, Every):
            interval = seconds(trigger.interval)
            return EverySpec(key=f"every:{interval:g}", seconds=interval, **shared)
        schedule.check_cron(trigger.expr, trigger.tz)
        zone = "" if trigger.tz == "UTC" else f"@{trigger.tz}"
        return CronSpec(key=f"cron:{trigger.expr}{zone}", expr=trigger.expr, tz=trigger.tz, **shared)
    except ValueError as error:
        checks.error(
            f"triggers: {error}", 'Write it as Cron("0 2 * * *", tz="Europe/Berlin") or Every("5m").'
        )
        return None


def _said(error: InvalidInput) -> str:
    return "; ".join(f"{field}: {what}" if field else what for field, what in error.problems)


def check_inputs(checks: Checks, compiled: Compiled) -> None:
    for spec in compiled.definition.triggers:
        try:
            check_input(compiled, spec.input)
        except InvalidInput as error:
            checks.error(
                f"Its trigger {spec.key} gives an input that does not fit: {_said(error)}",
                "Give the trigger input={…}, or the model's fields defaults.",
            )
