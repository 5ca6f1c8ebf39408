"""Health of workflows for the command line, by the same rules as in Slack."""

import html
import re
from dataclasses import replace
from datetime import datetime

from bot.cli.serializers import JSON
from bot.views.workflow_health import LAST_RUNS, HealthFacts, judged
from engine import Engine, Health, Objective

_GRAVITY = {"red": 0, "amber": 1, "green": 2, "unknown": 3}


async def workflow_health(engine: Engine, name: str) -> JSON:
    """Return the color of a workflow, its reasons, and every objective with what was measured."""
    record = engine.workflow(name)
    triggers = tuple(each for each in await engine.schedules() if each.workflow == name)
    runs, _ = await engine.runs(name, limit=LAST_RUNS)
    failures, more = await engine.open_failures()
    measured = await engine.health(name)
    facts = HealthFacts(
        runs,
        failures.get(name, 0),
        more,
        engine.pause_text(name),
        await _muted_until(engine, name),
        has_candidate=name in engine.canaries.running(),
        objectives=measured,
    )
    since = await engine.objectives_since(name)
    color, word, reasons = judged(replace(record, triggers=triggers), facts, engine.clock.now())
    return {
        "workflow": name,
        "color": color,
        "word": word,
        "reasons": [_plain(reason) for reason in reasons],
        "objectives": _objectives(measured, since),
    }


async def _muted_until(engine: Engine, name: str) -> datetime | None:
    return next(
        (each.until for each in await engine.mutes.all() if each.workflow == name and not each.step), None
    )


def _plain(text: str) -> str:
    """Return a reason without the marks that Slack turns into dates and letters."""
    return html.unescape(re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", text))


def gravity(health: JSON) -> tuple[int, str]:
    """Order the worst first."""
    return _GRAVITY[health["color"]], health["workflow"]


def _objectives(measured: Health | None, since: dict[str, datetime]) -> list[JSON]:
    return [_objective(each, since.get(each.name)) for each in measured.objectives] if measured else []


def _objective(each: Objective, since: datetime | None) -> JSON:
    return {
        "name": each.name,
        "state": each.state,
        "since": since and since.isoformat(),
        "target": each.target,
        "measured": each.measured,
        "events": each.events,
        "bad": each.bad,
        "budget_left": each.budget_left,
        "burn_rate": each.burn_rate,
        "window_seconds": each.window,
    }
