"""Pure: a fire of a schedule as a fact: its parts, the filter, the input and the id of its run."""

from datetime import datetime
from itertools import chain, islice
from typing import Any

from engine.kernel import facts
from engine.kernel.schedules import cron
from engine.kernel.schedules.cron import MissedFires
from engine.model.definition.trigger_spec import CronSpec, EverySpec, OnceSpec, TimeSpec

FIELDS = ("at", "date", "year", "month", "day", "weekday", "hour", "minute")
"""Parts of a fire: its moment, and its date and time in the zone of the schedule."""
PARTS = tuple(f"{{fire.{name}}}" for name in FIELDS)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAX_FILTERED = 1000
"""Missed fires that a filter is asked about, the newest ones."""
MAX_AHEAD = 300
"""Coming fires that a filter is asked about for a list."""


def parts_of(spec: TimeSpec, when: datetime) -> dict[str, Any]:
    """Return the parts of a fire by name."""
    local = when.astimezone(cron.time_zone(spec.tz)) if isinstance(spec, CronSpec) else when
    day, clock = local.date(), (local.hour, local.minute)
    values = (
        when.isoformat(), day.isoformat(), day.year, day.month, day.day, _WEEKDAYS[day.weekday()], *clock,
    )  # fmt: skip
    return dict(zip(FIELDS, values, strict=True))


def input_of(spec: TimeSpec, when: datetime) -> dict[str, Any]:
    """Return the input of the run of a fire. Texts without parts of the fire stay as they are."""
    parts = {f"{{fire.{name}}}": str(value) for name, value in parts_of(spec, when).items()}

    def filled(value: Any) -> Any:
        match value:
            case str():
                for part, text in parts.items():
                    value = value.replace(part, text)
                return value
            case dict():
                return {name: filled(each) for name, each in value.items()}
            case list():
                return [filled(each) for each in value]
        return value

    return {name: filled(value) for name, value in spec.input.items()}


def passes(spec: TimeSpec, when: datetime) -> bool:
    """Return whether a fire meets the filter. Raises `Unfit` for a filter that cannot be decided."""
    if isinstance(spec, OnceSpec) or spec.filter is None:
        return True
    return facts.passes(spec.key, spec.filter, {"fire": parts_of(spec, when)})


def next_passing(spec: TimeSpec, due: datetime) -> datetime | None:
    """Return the first fire from `due` on that meets the filter; None: none of `MAX_AHEAD` does."""
    if isinstance(spec, OnceSpec) or spec.filter is None:
        return due
    ahead = chain([due], islice(cron.following_fires(spec, due), MAX_AHEAD - 1))
    return next((when for when in ahead if _passes_surely(spec, when)), None)


def _passes_surely(spec: TimeSpec, when: datetime) -> bool:
    try:
        return passes(spec, when)
    except facts.Unfit:
        return False  # it starts nothing


def missed(spec: TimeSpec, due: datetime, now: datetime) -> MissedFires:
    """Return the fires to make up for since `due`: those that meet the filter, by the policy of the spec."""
    if isinstance(spec, OnceSpec) or spec.filter is None:
        return cron.missed_fires(spec, due, now)
    every = spec.model_copy(update={"catchup": "all", "catchup_limit": _MAX_FILTERED})
    passing = [when for when in cron.missed_fires(every, due, now).to_fire if passes(spec, when)]
    kept = passing[-spec.catchup_limit :] if spec.catchup == "all" else passing[-1:]
    if spec.catchup == "skip":
        kept = [when for when in kept if now - when <= cron.MISSED_AFTER]
    return MissedFires(kept, len(passing) - len(kept))


def run_id(workflow: str, spec: TimeSpec, when: datetime, named: datetime) -> str:
    """Return the id of a fire's run: fires with one value of `dedup` have the same run.

    `named`: the moment in its id, unlike `when` never the same twice.
    """
    if isinstance(spec, CronSpec | EverySpec) and spec.dedup:
        same = facts.filled_text(workflow, "dedup", spec.dedup, {"fire": parts_of(spec, when)})
        return facts.run_id(workflow, spec.key, "same", same)
    return cron.fire_id(workflow, spec, named)
