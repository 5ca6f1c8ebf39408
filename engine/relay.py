"""Public: the line of a process that serves beside the leader of a database on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.model.runs.relay import RelayState, SpentNames, Wish
from engine.store.postgres import require_driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.store.postgres.relay_member import RelayMember

__all__ = ["RelayState", "SpentNames", "Wish", "relay_member"]


def relay_member(address: str, name: str, connections: Callable[[], int]) -> RelayMember:
    """Return what relays requests to the leader. `connections`: how many to Slack this process holds."""
    require_driver()
    from engine.store.postgres.relay_member import RelayMember  # noqa: PLC0415 - an extra

    return RelayMember(address, name, connections)
