"""Triggers in words, for lists."""

from engine.kernel import cron
from engine.model.trigger_spec import TIMED, TriggerSpec


def describe(spec: TriggerSpec) -> str:
    """`daily at 02:00 Europe/Berlin`, `webhook /hooks/alerts`."""
    return cron.describe(spec) if isinstance(spec, TIMED) else f"webhook /hooks/{spec.name}"
