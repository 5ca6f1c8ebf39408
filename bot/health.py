"""Is the bot fit to serve? What `/readyz` says."""

from collections.abc import Mapping
from typing import Protocol


class Serves(Protocol):
    """The engine."""

    serving: bool
    paused: str

    @property
    def lock_problem(self) -> str: ...


class Delivers(Protocol):
    """The outbox."""

    def health(self) -> Mapping[str, str]: ...


class Connected(Protocol):
    """Socket Mode."""

    @property
    def connected(self) -> bool: ...


class Health:
    """`socket`: None over HTTP, where Slack comes to us."""

    def __init__(self, engine: Serves, outbox: Delivers, socket: Connected | None) -> None:
        self._engine, self._outbox, self._socket = engine, outbox, socket

    async def problems(self) -> Mapping[str, str]:
        """What is wrong, by name; empty when all is well."""
        found = dict(self._outbox.health())
        if self._engine.paused:
            found["engine"] = self._engine.paused
        elif not self._engine.serving:
            found["engine"] = "it does not execute runs: it is starting or stopping"
        if self._engine.lock_problem:
            found["database"] = self._engine.lock_problem
        if self._socket is not None and not self._socket.connected:
            found.setdefault("slack", "no connection to Slack")
        return found
