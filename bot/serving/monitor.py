"""Watches what `/readyz` says: checks the bot token, logs what changes, tells the operator what lasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.slack.operator_messages import Operator
from bot.slack.web_api import SlackRefused, SlackUnreachable
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import duration, moment
from engine import Clock

log = logging.getLogger(__name__)

LOOK_INTERVAL = timedelta(seconds=30)
TOKEN_INTERVAL = timedelta(minutes=5)
"""Between two checks of a token that works; one that is refused is checked at each look."""
PROBLEM_LIMIT = timedelta(minutes=2)
"""A shorter problem is logged, and the operator is not told."""
_AT_ONCE = frozenset({"database"})
"""Problems that the operator is told of at the first look: nothing is recorded while they last."""


class Api(Protocol):
    """Slack's Web API."""

    @property
    def token_refused(self) -> str: ...

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class _Seen:
    text: str
    since: datetime
    """The time of day, to be shown."""
    began: float
    told: bool = False


class Monitor:
    """`run` it as a task. `problems`: what the operator is told of if it lasts. `recovered`: called when the
    token works again."""

    def __init__(
        self,
        api: Api,
        problems: Callable[[], Awaitable[Mapping[str, str]]],
        operator: Operator,
        clock: Clock,
        recovered: Callable[[], None],
    ) -> None:
        self._api, self._problems, self._operator = api, problems, operator
        self._clock, self._recovered = clock, recovered
        self._checked_at = clock.monotonic()
        self._refused = False
        self._seen: dict[str, _Seen] = {}

    async def run(self) -> None:
        while True:
            await self._clock.sleep(LOOK_INTERVAL)
            try:
                await self.look()
            except Exception:
                log.exception("The bot's health could not be looked at")

    async def look(self) -> None:
        """One look at everything."""
        await self._check_token()
        problems = await self._problems()
        for name in [name for name in self._seen if name not in problems]:
            await self._ended(name, self._seen.pop(name))
        for name, text in problems.items():
            await self._lasting(name, text)
        if not self._api.token_refused:
            await self._operator.send_kept()

    async def _check_token(self) -> None:
        now = self._clock.monotonic()
        if self._api.token_refused or now - self._checked_at >= TOKEN_INTERVAL.total_seconds():
            self._checked_at = now
            try:
                await self._api.read("auth.test", tries=1)
            except (SlackRefused, SlackUnreachable) as error:
                log.info("The bot token could not be checked: %s", error)
        if self._refused and not self._api.token_refused:
            self._recovered()
        self._refused = bool(self._api.token_refused)

    async def _lasting(self, name: str, text: str) -> None:
        now, passed = self._clock.now(), self._clock.monotonic()
        seen = self._seen.get(name)
        if seen is None:
            log.warning("%s: %s", name, text)
            seen = self._seen[name] = _Seen(text, now, passed)
        elif seen.text != text:
            log.warning("%s: %s", name, text)
            seen.text = text
        if not seen.told and (name in _AT_ONCE or passed - seen.began >= PROBLEM_LIMIT.total_seconds()):
            seen.told = True
            since = moment(seen.since, now)
            await self._operator.tell(
                name, f"{icons.AT_RISK} Signoff has a problem since {since}. {safe(text, 1500)}"
            )

    async def _ended(self, name: str, seen: _Seen) -> None:
        lasted = duration(self._clock.monotonic() - seen.began)
        log.warning("%s works again after %s", name, lasted)
        if not seen.told:
            return
        unsent = self._operator.withdraw(name)
        text = f"{icons.DONE} A problem of Signoff is over after {lasted}"
        await self._operator.tell(name, f"{text}. It was: {safe(seen.text, 1500)}" if unsent else f"{text}.")


async def end(task: asyncio.Task[None]) -> None:
    """Stop a monitor's task."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
