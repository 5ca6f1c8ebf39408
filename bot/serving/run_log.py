"""Log of runs: a line for the end of each run and of each step, with the trace."""

import logging

from bot.views.wording.short_ids import short_id
from bot.views.wording.text import cut_line
from bot.views.wording.times import duration
from engine import EventRecord

log = logging.getLogger("signoff.runs")

_RUN_ENDS = {"run.succeeded": "succeeded", "run.failed": "failed", "run.cancelled": "was cancelled"}
_STEP_ENDS = {
    "step.succeeded": "succeeded",
    "step.failed": "failed",
    "step.waiting": "failed, and its owner is asked",
    "step.retrying": "failed, and is repeated",
    "step.interrupted": "was interrupted",
    "step.skipped": "was skipped",
}
_BAD = frozenset({"run.failed", "step.failed", "step.waiting"})


async def log_run(event: EventRecord) -> None:
    """Log an event that ends a run or an attempt; not the elements of a mapped step, of which there may be
    thousands."""
    place = {"run": event.run_id, "trace": event.trace_id}
    level = logging.WARNING if event.type in _BAD else logging.INFO
    if (how := _RUN_ENDS.get(event.type)) and event.run_id:
        log.log(level, "%s %s%s", _named(event), how, _why(event), extra=place)
    elif (how := _STEP_ENDS.get(event.type)) and event.step and "[" not in event.step:
        place["step"] = event.step
        what = f"{how}{_took(event)}{_why(event)}"
        log.log(level, "%s of %s %s", event.step, _named(event), what, extra=place)


def _named(event: EventRecord) -> str:
    return short_id(event.run_id or "", event.at)


def _took(event: EventRecord) -> str:
    seconds = event.data.get("seconds")
    return f" after {duration(seconds)}" if isinstance(seconds, int | float) else ""


def _why(event: EventRecord) -> str:
    failure = event.data.get("failure") or {}
    why = failure.get("message") or failure.get("kind") or event.data.get("reason")
    return f": {cut_line(str(why), 300)}" if why else ""
