"""Pure: which findings about the health of workflows are news, given those that people were told.

What gets worse is news at once. What gets better is news once it has lasted, so that an objective at its
limit is not told again and again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.model.notices.finding import Finding

BETTER_LASTS = timedelta(hours=1)
RECOVERED = "recovered"
_GRAVITY = {RECOVERED: 0, "at risk": 1, "missed": 2}
_TOLD_WHEN_OVER = frozenset({"objective", "schedule", "trigger"})
"""Kinds whose end is news. The message of a run or an approval tells of its own end."""
_DAMPED = frozenset({"objective"})

Stored = Mapping[str, Any]
"""State of a finding as people were told it. `better`: since when it is better than that."""


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A finding that is news, and the state that people were told before; empty for none."""

    finding: Finding
    before: str
    since: datetime
    """Since when it was in the state before; now for a new one."""


def changes(
    told: Mapping[str, Stored], findings: Iterable[Finding], now: datetime
) -> tuple[dict[str, Stored], list[HealthChange]]:
    """Return what people are told from now on, and the news."""
    kept: dict[str, Stored] = {}
    news: list[HealthChange] = []
    by_key = {finding.key: finding for finding in findings}
    for key, stored in told.items():
        finding = by_key.pop(key, None) or _over(stored)
        remains, changed = _followed(stored, finding, now)
        if remains is not None:
            kept[key] = remains
        if changed is not None:
            news.append(changed)
    for key, finding in by_key.items():
        kept[key] = _stored(finding, now)
        news.append(HealthChange(finding, "", now))
    return kept, news


def _followed(stored: Stored, finding: Finding, now: datetime) -> tuple[Stored | None, HealthChange | None]:
    """Return what is kept of a finding that people know, and whether it is news."""
    step = _GRAVITY[finding.state] - _GRAVITY[stored["state"]]
    if step == 0:
        return {**stored, "better": None}, None
    if step < 0 and finding.kind in _DAMPED:
        better = stored.get("better") or now.isoformat()
        if now - datetime.fromisoformat(better) < BETTER_LASTS:
            return {**stored, "better": better}, None
    changed = HealthChange(finding, stored["state"], datetime.fromisoformat(stored["since"]))
    if finding.state != RECOVERED:
        return _stored(finding, now), changed
    return None, changed if finding.kind in _TOLD_WHEN_OVER else None


def _over(stored: Stored) -> Finding:
    data = stored.get("data") or {}
    return Finding(stored["workflow"], stored["kind"], stored["about"], RECOVERED, data)


def _stored(finding: Finding, now: datetime) -> Stored:
    return {
        "workflow": finding.workflow,
        "kind": finding.kind,
        "about": finding.about,
        "state": finding.state,
        "since": now.isoformat(),
        "data": dict(finding.data),
        "better": None,
    }
