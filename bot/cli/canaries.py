"""Requests of the command line about canaries."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from engine import Actor, CanaryReport, CanaryRules, Engine

JSON = dict[str, Any]
Values = Mapping[str, Any]


async def canary_start(engine: Engine, values: Values, user: str) -> JSON:
    report = await engine.canaries.start(
        values["workflow"],
        values["file"],
        values["share"],
        actor=_actor(values, user),
        rules=CanaryRules(**values["rules"]),
        ask=values["gate"],
    )
    return _as_json(report)


async def canary_show(engine: Engine, values: Values, user: str) -> JSON:
    return _as_json(await engine.canaries.report(values["workflow"]))


async def canary_promote(engine: Engine, values: Values, user: str) -> JSON:
    actor, reason = _actor(values, user), values["reason"]
    return _as_json(await engine.canaries.promote(values["workflow"], actor=actor, reason=reason))


async def canary_rollback(engine: Engine, values: Values, user: str) -> JSON:
    actor, reason = _actor(values, user), values["reason"]
    return _as_json(await engine.canaries.roll_back(values["workflow"], actor=actor, reason=reason))


CANARIES: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act for act in (canary_start, canary_show, canary_promote, canary_rollback)
}


def _actor(values: Values, user: str) -> Actor:
    return Actor("cli", user, values.get("as_user"))


def _as_json(report: CanaryReport) -> JSON:
    return {
        **report.canary.as_json(),
        "current_runs": asdict(report.current),
        "candidate_runs": asdict(report.candidate),
        "problem": report.problem,
        "question": report.question,
    }
