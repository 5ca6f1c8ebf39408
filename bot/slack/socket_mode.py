"""Socket Mode that stays connected: several connections, a watchdog, a count of those that are not ours."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.slack.connection import SlackApp, SocketConnection
from bot.slack.preflight import app_token_problem
from bot.slack.registrations import SLACK_CONNECTION_LIMIT, WANTED, Registrations, refused, registered
from engine import Clock
from engine.waits import first_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchdogTimes:
    """Durations in which the watchdog thinks."""

    look_every: timedelta = timedelta(seconds=2)
    without_connection: timedelta = timedelta(seconds=20)
    """Longer than that and the connection is made again, with a new address."""
    at_most: timedelta = timedelta(minutes=2)
    """Between two attempts, when they keep failing."""
    ping_every: float = 10.0
    """Seconds."""
    count_every: timedelta = timedelta(minutes=3)
    """Only a new connection is told how many there are. Slack allows about one a minute."""
    in_flight: float = 3.0
    """Seconds for the answers of a connection that is replaced."""


class SocketMode:
    """`start`, then `close`; `connected` and `problem` say how it stands."""

    def __init__(
        self,
        app: SlackApp,
        app_token: str,
        clock: Clock,
        times: WatchdogTimes | None = None,
        siblings: Callable[[], int] = lambda: 0,
    ) -> None:
        """`siblings`: how many connections other processes of Signoff hold on the same database."""
        self._app, self._app_token, self._clock, self._siblings = app, app_token, clock, siblings
        self._times = times or WatchdogTimes()
        self._links: list[SocketConnection] = []
        self._watchdog: asyncio.Task[None] | None = None
        self._connected, self._came_up = False, asyncio.Event()
        self._counted = Registrations()
        self._count_at = 0.0

    @property
    def connected(self) -> bool:
        """Return whether the bot was connected at the last look."""
        return self._connected

    @property
    def held(self) -> int:
        """How many connections are up."""
        return sum(link.up for link in self._links)

    @property
    def wanted(self) -> int:
        """How many connections this process holds or is about to make."""
        return max(len(self._links), WANTED)

    @property
    def _registrations(self) -> Registrations:
        """Return the newest count. A process that has just started may say only now what it holds."""
        return replace(self._counted, siblings=max(self._counted.siblings, self._siblings()))

    @property
    def problem(self) -> str:
        """Problem of connections that Slack counts and we do not hold; empty when there are none."""
        return self._registrations.problem

    @property
    def missing(self) -> str:
        """Why there is no connection; empty while there is one."""
        if self.connected:
            return ""
        refused = next((link.refused for link in self._links if link.refused), "")
        return "no connection to Slack" + (f": {app_token_problem(refused)}" if refused else "")

    async def start(self) -> None:
        """Begin to connect, and keep at it; nothing here raises on a bad token."""
        self._add()
        self._watchdog = asyncio.create_task(self._watch())

    async def close(self, grace: float = 5.0) -> None:
        """Give listeners in flight `grace` seconds to answer, then disconnect."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            with suppress(asyncio.CancelledError):
                await self._watchdog
        await asyncio.gather(*(link.retire(grace) for link in self._links))
        self._links.clear()
        self._connected = False

    async def _watch(self) -> None:
        while True:
            try:
                await self._look()
            except Exception:
                log.exception("The connections to Slack could not be looked at")
            await self._rest()

    async def _rest(self) -> None:
        """Until it is time to look again, or a connection came up."""
        await first_of(self._clock.sleep(self._times.look_every), self._came_up.wait())
        self._came_up.clear()

    async def _look(self) -> None:
        for link in list(self._links):
            await link.look(self._clock.monotonic(), self._limit(link))
        self._note_connected()
        if self.held == len(self._links):
            await self._adjust()

    async def _adjust(self) -> None:
        """One step towards the wanted number, or a new count when it is time."""
        spare = len(self._links) - self._registrations.wanted
        full = self._registrations.others + len(self._links) >= SLACK_CONNECTION_LIMIT
        due = spare == 0 and self._clock.monotonic() >= self._count_at
        if spare > 0 or (due and full and spare == 0 and len(self._links) > 1):
            await self._links[0].retire(self._times.in_flight)
            del self._links[0]  # only now: `close` ends what is left when it interrupts us
        elif spare < 0 or (due and not full):
            self._add()

    def _add(self) -> None:
        now = self._clock.monotonic()
        self._links.append(
            SocketConnection(self._app, self._app_token, self._times.ping_every, self._heard, now)
        )

    def _limit(self, link: SocketConnection) -> float:
        doubled: timedelta = self._times.without_connection * float(1 << min(link.failures, 8))
        return min(doubled, self._times.at_most).total_seconds()

    def _heard(self, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            self._count(registered(message.get("num_connections"), len(self._links), self._siblings()))
            self._came_up.set()
        elif message.get("reason") == "too_many_websockets":
            self._count(refused(self.held, self._siblings()))
        self._note_connected()

    def _count(self, count: Registrations) -> None:
        self._count_at = self._clock.monotonic() + self._times.count_every.total_seconds()
        before, self._counted = self._counted.others, count
        if count.others and count.others != before:
            log.warning("%s", count.problem)
        elif before and not count.others:
            log.warning("Every Socket Mode connection that Slack counts is Signoff's again")

    def _note_connected(self) -> None:
        if self.held and not self.connected:
            log.info("Connected to Slack")
            self._connected = True
        elif not self.held and self.connected:
            log.info("The connection to Slack is gone; waiting for the next one")
            self._connected = False
