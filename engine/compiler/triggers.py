"""Triggers: patterns and intervals that exist, with an input that the workflow takes."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from engine.authoring.triggers import AfterRun, Cron, Every, FileArrival, Once, OnEvent, QueryChange, Webhook
from engine.compiler.compiled import Compiled
from engine.compiler.definition.checks import Checks, did_you_mean
from engine.compiler.definition.round_trip import Codec
from engine.compiler.fact_triggers import (
    check_template,
    covered_fields,
    event_spec,
    file_spec,
    filter_condition,
    row_spec,
    webhook_spec,
)
from engine.compiler.types.inputs import check_input
from engine.errors import InvalidInput
from engine.kernel.facts import templates_in
from engine.kernel.schedules import cron, fires
from engine.model.definition.conditions import Compare, Condition, leaves
from engine.model.definition.trigger_spec import TIMED, CronSpec, EverySpec, OnceSpec, TimeSpec, TriggerSpec
from engine.model.values.durations import MIN_SECONDS, InvalidDuration, seconds

MAX_CATCHUP_LIMIT = 1000
_A_FIRE = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_FIRES = [
    _A_FIRE,
    *(datetime(2026, each % 12 + 1, each % 28 + 1, each % 24, each, tzinfo=UTC) for each in range(60)),
]
_ANOTHER_TYPE = ("_type", "_parsing")
"""Ends of the names of Pydantic's errors about a value of another type."""


def trigger_spec(checks: Checks, trigger: Any) -> TriggerSpec | None:
    """None when something is wrong with it, which the checks know then."""
    match trigger:
        case Cron() | Every():
            return _time_spec(checks, trigger)
        case Once():
            return _once_spec(checks, trigger)
        case Webhook():
            return webhook_spec(checks, trigger)
        case OnEvent() | AfterRun():
            return event_spec(checks, trigger)
        case FileArrival():
            return file_spec(checks, trigger)
        case QueryChange():
            return row_spec(checks, trigger)
    checks.error(
        f"{trigger!r} is not a trigger.", 'Use Cron("0 2 * * *", tz="…"), Every("5m") or Webhook(…).'
    )
    return None


def _time_spec(checks: Checks, trigger: Cron | Every) -> CronSpec | EverySpec | None:
    if trigger.catchup not in ("skip", "latest", "all"):
        checks.error(f"catchup is {trigger.catchup!r}.", "Use skip, latest or all.")
        return None
    limit = trigger.catchup_limit
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MAX_CATCHUP_LIMIT:
        checks.error(f"catchup_limit is {limit!r}.", f"Give a whole number from 1 to {MAX_CATCHUP_LIMIT}.")
        return None
    if not isinstance(trigger.input, Mapping):
        checks.error(f"The trigger's input is {trigger.input!r}.", 'Write input={"field": value}.')
        return None
    before = len(checks.errors)
    _check_fire_parts(checks, trigger.input)
    checks.flag(trigger.quiet, "quiet")
    checks.flag(trigger.enabled, "enabled")
    condition = _fire_filter(checks, trigger)
    _check_dedup(checks, trigger)
    slow_down = _slow_down(checks, trigger.slow_down)
    if len(checks.errors) > before:
        return None
    shared: dict[str, Any] = {
        "catchup": trigger.catchup, "catchup_limit": limit, "input": dict(trigger.input),
        "quiet": trigger.quiet, "filter": condition, "dedup": trigger.dedup, "enabled": trigger.enabled,
        "slow_down": slow_down,
    }  # fmt: skip
    try:
        if isinstance(trigger, Every):
            interval = seconds(trigger.interval, MIN_SECONDS)
            return EverySpec(key=f"every:{interval:g}", seconds=interval, **shared)
        for label, value in (("expr", trigger.expr), ("tz", trigger.tz)):
            if not isinstance(value, str):
                checks.error(
                    f"Cron's {label} is {value!r}, which is not a text.",
                    'Write Cron("0 2 * * *", tz="Europe/Berlin").',
                )
                return None
        cron.check_cron(trigger.expr, trigger.tz)
        zone = "" if trigger.tz == "UTC" else f"@{trigger.tz}"
        return CronSpec(key=f"cron:{trigger.expr}{zone}", expr=trigger.expr, tz=trigger.tz, **shared)
    except InvalidDuration as error:
        checks.error(f"Every's interval {error.problem}.", error.remedy)
        return None
    except ValueError as error:
        problem, remedy = _parted(str(error))
        checks.error(f"triggers: {problem}", remedy or 'Write five fields, as in Cron("0 2 * * *").')
        return None


def _slow_down(checks: Checks, value: Any) -> float:
    """Return the longest interval of a schedule that fails; 0 where it is not slowed down."""
    if value is False:
        return 0.0
    if value is None or isinstance(value, bool):
        checks.error(f"slow_down is {value!r}.", 'Give the longest interval, such as "2h", or False.')
        return 0.0
    return checks.duration(value, "slow_down", None, MIN_SECONDS) or 0.0


def _check_fire_parts(checks: Checks, given: Mapping[str, Any]) -> None:
    for text in templates_in(given):
        for part in re.findall(r"\{fire\.[^{}]*\}", text):
            if part not in fires.PARTS:
                checks.error(f"A trigger's input names {part}.", did_you_mean(part, list(fires.PARTS)))


def _fire_filter(checks: Checks, trigger: Cron | Every) -> Condition | None:
    """Return the checked filter, tried on a fire: what it compares is known beforehand."""
    what, before = type(trigger).__name__, len(checks.errors)
    condition = filter_condition(checks, trigger.filter, what, {"fire": Any})
    if condition is None:
        return None
    for leaf in leaves(condition):
        name = ".".join(leaf.path) if isinstance(leaf, Compare) else ""
        if leaf.step == "fire" and name not in fires.FIELDS:
            checks.error(f"{what}: filter names fire.{name}.", did_you_mean(name, list(fires.FIELDS)))
    if len(checks.errors) == before:
        try:
            fires.passes(EverySpec(key="every:1", seconds=1, filter=condition), _A_FIRE)
        except InvalidInput as error:
            checks.error(f"{what}: filter cannot be decided: {_said(error.problems)}", "Compare numbers.")
    return condition


def _check_dedup(checks: Checks, trigger: Cron | Every) -> None:
    what, before = type(trigger).__name__, len(checks.errors)
    check_template(checks, trigger.dedup, f"{what}: dedup", {"fire": Any})
    if not trigger.dedup or len(checks.errors) > before:
        return
    parts = re.findall(r"\{fire\.[^{}]*\}", trigger.dedup)
    for part in parts:
        if part not in fires.PARTS:
            checks.error(f"{what}: dedup names {part}.", did_you_mean(part, list(fires.PARTS)))
    if not parts:
        checks.error(
            f"{what}: dedup is {trigger.dedup!r}, which is the same for every fire.",
            'Name a part of the fire, as in dedup="{fire.date}".',
        )


def _once_spec(checks: Checks, trigger: Once) -> OnceSpec | None:
    checks.flag(trigger.quiet, "quiet")
    checks.flag(trigger.enabled, "enabled")
    if not isinstance(trigger.input, Mapping):
        checks.error(f"A trigger's input is {trigger.input!r}.", 'Write input={"field": value}.')
        return None
    try:
        at = datetime.fromisoformat(trigger.at) if isinstance(trigger.at, str) else trigger.at
        at = (at if at.tzinfo else at.replace(tzinfo=cron.time_zone(trigger.tz))).astimezone(UTC)
    except (ValueError, AttributeError, TypeError) as error:
        problem, remedy = _parted(str(error))
        known = problem.startswith("There is no time zone")
        checks.error(
            f"Once: {problem}" if known else f"Once's at is {trigger.at!r}.",
            remedy if known else 'Write Once("2026-12-01T09:00", tz="Europe/Berlin").',
        )
        return None
    key = f"once:{at:%Y%m%dT%H%M%S}Z"
    on = bool(trigger.enabled)
    return OnceSpec(key=key, at=at, input=dict(trigger.input), quiet=bool(trigger.quiet), enabled=on)


def _parted(text: str) -> tuple[str, str]:
    """The problem, and the remedy that stands in the same text; empty where none does."""
    for end in ("; ", ". "):
        problem, separator, remedy = text.partition(end)
        if separator:
            remedy = f"{remedy[:1].upper()}{remedy[1:]}"
            return f"{problem}.", remedy if remedy.endswith((".", "?")) else f"{remedy}."
    return text if text.endswith(".") else f"{text}.", ""


def _said(problems: list[tuple[str, str]]) -> str:
    return "; ".join(f"{field}: {what}" if field else what for field, what in problems)


def check_inputs(checks: Checks, compiled: Compiled) -> None:
    """Refuse triggers whose input cannot fit the model, whatever the fact."""
    for spec in compiled.definition.triggers:
        if problems := _misfits(compiled, spec):
            checks.error(
                f"Its trigger {spec.key} gives an input that does not fit: {_said(problems)}",
                "Give the trigger input={…}, or the model's fields defaults.",
            )


def _misfits(compiled: Compiled, spec: TriggerSpec) -> list[tuple[str, str]]:
    if isinstance(spec.input, str):
        return [] if compiled.input else _input_problems(compiled, {"": spec.input})
    constants, by_template = covered_fields(spec)
    known = (compiled.definition.input_schema or {}).get("properties", {})
    unknown = {name: None for name in by_template if name not in known}
    problems = _input_problems(compiled, {**constants, **unknown})
    by_fire = _fire_misfits(compiled, spec) if by_template and isinstance(spec, TIMED) else []
    sure = [each for each in problems if each[0].split(".")[0] not in by_template - unknown.keys()]
    return sure + [each for each in by_fire if each[0].split(".")[0] in by_template - unknown.keys()]


def _fire_misfits(compiled: Compiled, spec: TimeSpec) -> list[tuple[str, str]]:
    """Return the problems with texts that no fire makes a value of their field's type.

    Only the type counts: a validator or a list of values may take a fire that is not tried here.
    """
    if compiled.input is None:
        return []
    tried = [_unreadable(compiled.input, fires.input_of(spec, when)) for when in _FIRES]
    never = set.intersection(*tried)
    shown = _input_problems(compiled, fires.input_of(spec, _A_FIRE)) if never else []
    return [(field, what) for field, what in shown if field.split(".")[0] in never]


def _unreadable(codec: Codec, values: Mapping[str, Any]) -> set[str]:
    """Return the fields whose values have another type."""
    try:
        codec.read_given(values)
    except ValidationError as error:
        by_field: dict[str, list[str]] = {}
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            by_field.setdefault(str(next(iter(detail["loc"]), "")), []).append(detail["type"])
        return {
            name for name, kinds in by_field.items() if all(each.endswith(_ANOTHER_TYPE) for each in kinds)
        }
    return set()


def _input_problems(compiled: Compiled, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        check_input(compiled, given)
    except InvalidInput as error:
        return error.problems
    return []
