"""Is the bot fit to serve? What `/readyz` says."""

from collections.abc import Mapping
from typing import Protocol

from bot.slack_errors import token_problem


class Serves(Protocol):
    """The engine."""

    serving: bool
    paused: str

    @property
    def lock_problem(self) -> str: ...

    @property
    def stalled(self) -> str: ...

    @property
    def overruns(self) -> list[str]: ...

    @property
    def trials(self) -> str: ...

    @property
    def blocked(self) -> str: ...


class Delivers(Protocol):
    """The outbox."""

    def health(self) -> Mapping[str, str]: ...

    async def warnings(self) -> Mapping[str, str]: ...


class Connected(Protocol):
    """Socket Mode."""

    @property
    def connected(self) -> bool: ...

    @property
    def problem(self) -> str: ...


class Calls(Protocol):
    """Slack's Web API."""

    @property
    def token_refused(self) -> str: ...


class Health:
    """`socket`: None over HTTP, where Slack comes to us."""

    def __init__(self, engine: Serves, outbox: Delivers, socket: Connected | None, api: Calls) -> None:
        self._engine, self._outbox, self._socket, self._api = engine, outbox, socket, api

    async def problems(self) -> Mapping[str, str]:
        """What is wrong, by name; empty when all is well."""
        found = dict(self._outbox.health())
        # Every call of the outbox goes through the API, which knows later calls as well.
        found.pop("slack", None)
        if self._engine.paused:
            found["engine"] = self._engine.paused
        elif not self._engine.serving:
            found["engine"] = "it does not execute runs: it is starting or stopping"
        if self._engine.lock_problem:
            found["database"] = self._engine.lock_problem
        if self._engine.stalled:
            found["steps"] = self._engine.stalled
        if self._socket is not None and not self._socket.connected:
            found["slack"] = "no connection to Slack"
        elif self._socket is not None and self._socket.problem:
            found["connections"] = self._socket.problem
        if self._api.token_refused:
            found["slack"] = token_problem(self._api.token_refused)
        return found

    async def warnings(self) -> Mapping[str, str]:
        """What needs a look while the bot goes on serving, by name; empty when there is nothing."""
        overruns = self._engine.overruns
        found = {"overruns": "; ".join(overruns[:10])} if overruns else {}
        if self._engine.trials:
            found["crash"] = self._engine.trials
        found |= await self._outbox.warnings()
        return found | ({"loop": self._engine.blocked} if self._engine.blocked else {})
