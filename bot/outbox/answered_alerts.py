"""Alerts that were posted, shown again when people answer the failure: each then says how it ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.outbox.ports import DeliveryStore, Wanted
from bot.outbox.projector import FAILURE_ALERT, Cards
from engine import EventRecord, RunDetail

_CHANGES = frozenset(
    {
        "request.opened",
        "request.decided",
        "request.expired",
        "request.withdrawn",
        "request.reassigned",
        "request.escalated",
    }
)
"""After these a failure was answered, or other people decide it, or it happened in a further run."""


def changed_failures(
    events: Iterable[EventRecord],
    details: Mapping[str, RunDetail],
    cards: Cards,
    recoveries: Iterable[Wanted],
) -> dict[str, str]:
    """Return the failures that other people may have been told of: by id of the request, the id of its run.

    A failure on a card stands for the card. `recoveries`: messages of cards whose step works again.
    """
    changed = {want.subject: want.target["run"] for want in recoveries if want.kind == "request"}
    for event in events:
        detail = details.get(event.run_id or "")
        if detail is None or event.type not in _CHANGES:
            continue
        for request in detail.requests:
            if request.id == event.request_id and request.kind == "failure":
                shown = cards[request.id].leader if request.id in cards else request
                changed[shown.id] = shown.run_id
    return changed


@dataclass(frozen=True, slots=True)
class AnsweredAlerts:
    """Finds the alerts of failures among the stored messages."""

    deliveries: DeliveryStore

    async def again(self, failures: Mapping[str, str]) -> list[Wanted]:
        """Return the alerts of these failures, to be shown again. `failures`: run by request."""
        wanted: list[Wanted] = []
        for run_id in dict.fromkeys(failures.values()):
            for row in await self.deliveries.find(subject=run_id, kind="line"):
                told = row.data or {}
                if told.get("type") == FAILURE_ALERT and told.get("request_id") in failures:
                    wanted.append(Wanted(row.key, row.kind, row.subject, row.target, row.data, row.queue))
        return wanted
