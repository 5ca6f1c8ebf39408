"""Alerts of failures that ask nobody, held back by a mute: one line in each place tells them when it ends."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.outbox.holding import held, latest, released_at
from bot.outbox.ports import Delivery, DeliveryStore, Wanted
from engine import Mute, RunDetail

TYPE = "alerts.muted"
MAX_RUNS_NAMED = 5


@dataclass(frozen=True, slots=True)
class MutedAlerts:
    """Adds each alert to the line that waits in its place, and moves that line when the mute changes."""

    deliveries: DeliveryStore

    async def hold(
        self, alerts: Iterable[Wanted], mute: Mute, detail: RunDetail, before: Iterable[Wanted]
    ) -> list[Wanted]:
        """Return the lines that tell these alerts of one failure. `before`: wanted and not yet stored."""
        waiting: dict[str, Delivery | Wanted] = {
            row.queue.lane: row for row in await self._rows(mute.workflow)
        }
        waiting |= {each.queue.lane: each for each in before if each.subject == _subject(mute.workflow)}
        return [_line(alert, mute, detail, waiting.get(alert.queue.lane)) for alert in alerts]

    async def moved(self, workflow: str, mute: Mute | None) -> list[Wanted]:
        """Return the lines that wait, for the end of this mute or for nothing any more."""
        return [
            Wanted(row.key, row.kind, row.subject, _held(row.target, row.data, mute), row.data, row.queue)
            for row in await self._rows(workflow)
        ]

    async def _rows(self, workflow: str) -> list[Delivery]:
        rows = await self.deliveries.find(subject=_subject(workflow))
        lines = [row for row in rows if row.kind == "line" and row.data.get("type") == TYPE]
        return [row for row in lines if row.sent < row.wanted and row.ref is None and row.state == "idle"]


def _subject(workflow: str) -> str:
    return f"mute:{workflow}"


def _line(alert: Wanted, mute: Mute, detail: RunDetail, before: Delivery | Wanted | None) -> Wanted:
    earlier: dict[str, Any] = before.data if before is not None else {}
    failures = Counter(earlier.get("failures", {}))
    failures[str(alert.data["step"] or "")] += 1
    by = mute.by
    data = {
        **alert.data,
        "type": TYPE,
        "actor": [by.source, by.id, by.as_user],
        "failures": dict(failures),
        "first": earlier.get("first", alert.data["at"]),
        "runs": [*earlier.get("runs", []), detail.run.short][-MAX_RUNS_NAMED:],
    }
    place = alert.queue.lane
    key = before.key if before is not None else f"muted:{mute.workflow}:{alert.data['seq']}:{place}"
    return Wanted(
        key, alert.kind, _subject(mute.workflow), _held(alert.target, data, mute), data, alert.queue
    )


def _held(target: dict[str, Any], data: dict[str, Any], mute: Mute | None) -> dict[str, Any]:
    open_target = {name: value for name, value in target.items() if name != "held_until"}
    return held(open_target, latest(released_at(data.get("data", {})), mute.until if mute else None))
