"""A process that serves beside the leader of a database: it takes what people do, and relays it."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

from bot.metrics.gauges import Problems
from bot.metrics.of_member import MemberMetrics
from bot.serving.own_name import own_name
from bot.settings.config import Settings
from bot.slack.registrations import WANTED
from bot.slack.relay import RelayApp
from bot.slack.socket_mode import SocketMode
from bot.slack.web_api import SlackApi
from engine import Clock, StoreBusy
from engine.relay import RelayState, SpentNames, Wish, relay_member

_NO_LEADER = "No process leads at the moment: clicks are recorded, and carried out by the next one that does."
_LAST_SECONDS = 1.0
"""For the answers of requests under way."""


class Member:
    """`join` while another process leads; `close` when this one leads, and takes requests itself."""

    def __init__(self, settings: Settings, api: SlackApi, clock: Clock) -> None:
        self._settings, self._api, self._clock = settings, api, clock
        self._socket: SocketMode | None = None
        self._line = relay_member(settings.database.url, own_name(), lambda: self.connections)
        self._metrics = MemberMetrics(self._line, clock)
        self._app: RelayApp | None = None
        self._ending: list[asyncio.Task[None]] = []

    @property
    def connections(self) -> int:
        """How many connections to Slack this process holds or is about to make."""
        if self._socket is not None:
            return self._socket.wanted
        return WANTED if self._settings.mode == "socket" else 0

    @property
    def spent_names(self) -> SpentNames:
        """Names that count once for all processes."""
        return self._line.spent_names

    async def join(self) -> None:
        """Begin to take requests, if the database can relay them. Call it again when it could not."""
        if self._app is not None:
            return
        try:
            await self._line.open()
        except StoreBusy:
            return
        self._app = RelayApp(self._api, self._metrics)
        token = self._settings.app_token
        if self._settings.mode == "socket" and token is not None:
            line = self._line.line
            self._socket = SocketMode(
                self._app, token.get_secret_value(), self._clock, siblings=lambda: line.siblings
            )
            await self._socket.start()

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Answer a request that came over HTTP."""
        if self._app is None:
            return BoltResponse(status=503, body="Signoff is not ready yet.")
        return await self._app.async_dispatch(request)

    async def ask(self, wish: Wish) -> tuple[RelayState, str]:
        """Relay a request to the leader."""
        return await self._metrics.ask(wish) if self._app is not None else ("withdrawn", "")

    async def metrics(self, problems: Problems) -> bytes:
        """Return the metrics of this process. `problems`: those that `/readyz` names."""
        return await self._metrics.text(problems)

    def warnings(self) -> Mapping[str, str]:
        """Return what went wrong lately with requests that this process relayed."""
        return {"relay": warning} if (warning := self._metrics.warning) else {}

    def problems(self, standby: str) -> Mapping[str, str]:
        """Return why this process takes no requests; empty if it does. `standby`: what it is meanwhile."""
        line = self._line.line
        if self._app is None:
            return {"standby": standby}
        if line.problem:
            return {"database": line.problem}
        if not line.has_leader:
            return {"leader": _NO_LEADER}
        if self._socket is not None and self._socket.missing:
            return {"slack": self._socket.missing}
        return {"connections": self._socket.problem} if self._socket and self._socket.problem else {}

    async def leave_to(self, doors: AsyncExitStack) -> None:
        """Close the port at once, and let requests that came through it get their answers."""
        self._ending.append(asyncio.create_task(doors.aclose()))
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Take no further requests; those under way get their answers."""
        if self._app is not None:
            self._app = None
            await self._leave()
        await asyncio.gather(*self._ending)

    async def _leave(self) -> None:
        if self._socket is not None:
            await self._socket.close(_LAST_SECONDS)
        await self._line.close()
