"""Pauses of workflows and of the whole installation: facts that outlast the process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.errors import NotPossible
from engine.model.people import Actor
from engine.model.records.change import EventDraft
from engine.store.store import Store

FACT = "pauses"
EVERYTHING = "*"
"""The name under which the pause of all workflows is noted."""


class Pauses:
    """Workflows that are paused now. `read` them before anything starts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: Mapping[str, Mapping[str, Any]] = {}

    async def read(self) -> None:
        """Raises `Altered` where another program changed it."""
        self._noted = await self._store.fact(FACT) or {}

    def holds(self, workflow: str) -> bool:
        """Return whether no run of this workflow may start anything."""
        return EVERYTHING in self._noted or workflow in self._noted

    def names(self) -> list[str]:
        """The workflows that are paused; `*` means all."""
        return sorted(self._noted)

    def text(self, workflow: str) -> str:
        """Why a workflow is paused, in a sentence without its period; empty where it is not."""
        if EVERYTHING in self._noted:
            return f"all workflows are paused{_because(self._noted[EVERYTHING])}"
        return f"{workflow} is paused{_because(self._noted[workflow])}" if workflow in self._noted else ""

    async def add(self, name: str, reason: str, actor: Actor, now: datetime) -> None:
        """Raises `NotPossible` where it is paused already, and `StoreBusy`."""
        if name in self._noted:
            raise NotPossible(f"{_said(name)} already paused.")
        entry = {"by": f"{actor.source}:{actor.as_user or actor.id}", "at": now.isoformat(), "reason": reason}
        await self._note({**self._noted, name: entry}, "workflow.paused", name, reason, actor, now)

    async def remove(self, name: str, reason: str, actor: Actor, now: datetime) -> None:
        """Raises `NotPossible` where it is not paused, and `StoreBusy`."""
        if name not in self._noted:
            what = "No pause of all workflows is in force" if name == EVERYTHING else f"{name} is not paused"
            raise NotPossible(f"{what}.")
        rest = {other: entry for other, entry in self._noted.items() if other != name}
        await self._note(rest, "workflow.resumed", name, reason, actor, now)

    async def _note(
        self,
        noted: Mapping[str, Mapping[str, Any]],
        event: str,
        name: str,
        reason: str,
        actor: Actor,
        now: datetime,
    ) -> None:
        told = EventDraft(event, now, actor, data={"workflow": name, "reason": reason})
        await self._store.note(FACT, noted or None, [told])
        self._noted = noted


def _said(name: str) -> str:
    return "All workflows are" if name == EVERYTHING else f"{name} is"


def _because(entry: Mapping[str, Any]) -> str:
    return f": {entry['reason']}" if entry.get("reason") else ""
