"""The leader's side: it answers requests that other processes on the same database took."""

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest

from bot.http.relayed import answered, local_session
from bot.serving.monitor import end
from bot.serving.own_name import own_name
from bot.slack.relayed_requests import as_request, as_text
from engine import Clock, Engine, Relaying, StoreBusy
from engine.relay import SpentNames

log = logging.getLogger(__name__)

_RETRY_INTERVAL = timedelta(seconds=1)
_UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class SlackRequests(Protocol):
    """Answers Slack's requests in this process."""

    @property
    def connections(self) -> int: ...

    @property
    def is_listening(self) -> bool: ...

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse: ...


class Inbox:
    """`open`, then `close`. Does nothing where one process alone can use the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._relaying: Relaying | None = None
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def siblings(self) -> int:
        """Connections to Slack that the other processes hold."""
        return self._relaying.siblings if self._relaying is not None else 0

    @property
    def spent_names(self) -> SpentNames | None:
        """Names that count once for all processes; None where one process alone can use the database."""
        return self._relaying.spent_names if self._relaying is not None else None

    async def open(self, slack: SlackRequests, url: str) -> None:
        """Answer what is relayed from now on, or as soon as the database can be reached.

        `url`: of the web application of this process.
        """
        session = self._session = local_session()

        async def answer(lane: str, text: str) -> str:
            return await (_answer(slack, text) if lane == "slack" else answered(session, url, text))

        self._relaying = self._engine.relay_leader(
            own_name(), answer, lambda: slack.is_listening, lambda: slack.connections
        )
        if self._relaying is not None and not await self._opened(self._relaying):
            self._task = asyncio.create_task(self._keep_opening(self._relaying))

    async def close(self) -> None:
        """Take nothing further, and answer what is under way."""
        if self._task is not None:
            await end(self._task)
        if self._relaying is not None:
            await self._relaying.close()
        if self._session is not None:
            await self._session.close()

    async def _keep_opening(self, relaying: Relaying) -> None:
        while not await self._opened(relaying):
            await self._clock.sleep(_RETRY_INTERVAL)

    async def _opened(self, relaying: Relaying) -> bool:
        try:
            await relaying.open()
        except StoreBusy as error:
            log.info("%s", error)
            return False
        return True


async def _answer(slack: SlackRequests, text: str) -> str:
    try:
        return as_text(await slack.dispatch(as_request(text)))
    except _UNREADABLE as error:
        # Listeners' errors are answered by Bolt: what comes through is a body that Bolt cannot read.
        log.warning("A relayed request of Slack's could not be read (%s)", type(error).__name__)
        return as_text(BoltResponse(status=400, body="not a request of Slack's"))
