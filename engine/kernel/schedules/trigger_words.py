"""Triggers in words, for lists."""

from engine.kernel.schedules import cron
from engine.model.definition.trigger_spec import TIMED, EventSpec, FileSpec, RowSpec, TriggerSpec, WebhookSpec


def describe(spec: TriggerSpec) -> str:
    """`daily at 02:00 Europe/Berlin`, `webhook /hooks/alerts`."""
    if isinstance(spec, TIMED):
        filtered = ", filtered" if getattr(spec, "filter", None) is not None else ""
        return f"{cron.describe(spec)}{filtered}"
    each = f", a run for each of {spec.each}" if spec.each else ""
    return f"{_observed(spec)}{each}"


def _observed(spec: WebhookSpec | EventSpec | FileSpec | RowSpec) -> str:
    match spec:
        case WebhookSpec():
            return f"webhook /hooks/{spec.name}"
        case EventSpec():
            return f"{' or '.join(spec.events)} of {spec.workflow or 'any workflow'}"
        case FileSpec():
            return f"files {spec.folder}/{spec.pattern}"
        case RowSpec():
            return f"rows of {spec.url} by {spec.cursor}"
