"""Reads of Slack's directory: one budget of time for each click, and a count of the calls made.

A click has three seconds in all, so every look-up of one click shares one budget. Slack allows so many
calls of a method a minute, so the caches above ask less often the more they have asked.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

from bot.slack.errors import TOKEN, token_problem
from bot.slack.web_api import SlackBusy, SlackRefused, SlackUnreachable
from engine import Clock, PeopleUnavailable

BULK_SECONDS = 30.0
"""For one page of a long list, which nobody waits for at a click."""
CLICK_SECONDS = 2.0
"""For all look-ups of one click. What remains of Slack's three seconds is for the commit and the way back."""
_MINUTE = 60.0
_PROBLEM_SECONDS = 300.0
"""Seconds. After so long without a look-up nobody knows how Slack is."""
_TOO_SLOW = "Slack did not answer in time. Try again in a minute."


class SlackReader(Protocol):
    """A read of Slack; raises `SlackRefused` or `SlackUnreachable`."""

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]: ...


class Busy(PeopleUnavailable):
    """Slack allows no more calls of this method now. `seconds` until it does."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"Slack limits how often people can be looked up. Try again in {max(1, round(seconds))} s."
        )


@dataclass(slots=True)
class _Budget:
    """`closed`: the click was answered; what it started goes on with its own time."""

    until: float
    closed: bool = False


_BUDGET: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def click_budget(seconds: float = CLICK_SECONDS) -> Iterator[None]:
    """Give every look-up inside so many seconds in all."""
    budget = _Budget(asyncio.get_running_loop().time() + seconds)
    token = _BUDGET.set(budget)
    try:
        yield
    finally:
        budget.closed = True
        _BUDGET.reset(token)


def seconds_left() -> float | None:
    """Return the time left to answer the click; None outside of a click."""
    budget = _BUDGET.get()
    if budget is None or budget.closed:
        return None
    return max(0.0, budget.until - asyncio.get_running_loop().time())


class SlackReads:
    """`answer_within`: seconds for one call. `calls`: made so far, by method."""

    def __init__(self, slack: SlackReader, clock: Clock, answer_within: float = CLICK_SECONDS) -> None:
        self._slack, self._clock, self._within = slack, clock, answer_within
        self._recent: dict[str, deque[float]] = {}
        self.calls: Counter[str] = Counter()
        self._unanswered_at: float | None = None

    @property
    def problem(self) -> str:
        """Clicks are refused, since the newest look-up got no answer; empty when one did, or minutes ago."""
        at = self._unanswered_at
        if at is None or self._clock.monotonic() - at > _PROBLEM_SECONDS:
            return ""
        return (
            "Slack takes too long to look up people, so Signoff refuses clicks and commands, and records "
            "nothing for them. People can repeat them when Slack answers faster. See https://slack-status.com."
        )

    def last_minute(self, method: str) -> int:
        """How often it was called in the last minute."""
        recent = self._recent.get(method)
        while recent and recent[0] <= self._clock.monotonic() - _MINUTE:
            recent.popleft()
        return len(recent or ())

    async def ask(
        self, method: str, arguments: Mapping[str, Any], within: float | None = None
    ) -> Mapping[str, Any]:
        """Call once. `within`: seconds. Raises `SlackRefused`, `Busy` and `PeopleUnavailable`."""
        if seconds_left() == 0.0:
            raise PeopleUnavailable(_TOO_SLOW)
        self.calls[method] += 1
        self._recent.setdefault(method, deque(maxlen=200)).append(self._clock.monotonic())
        left, patience = seconds_left(), within or self._within
        try:
            async with asyncio.timeout(patience if left is None else min(left, patience)):
                answer = await self._slack.read(method, arguments)
        except SlackBusy as error:
            raise Busy(error.seconds) from None
        except (SlackUnreachable, TimeoutError):
            self._unanswered_at = self._clock.monotonic()
            raise PeopleUnavailable(_TOO_SLOW) from None
        if within is None:
            self._unanswered_at = None
        return answer


def beside(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Start work that outlives the click that asked for it, with time of its own."""
    return asyncio.create_task(work, context=Context())


def unavailable(error: SlackRefused) -> PeopleUnavailable:
    """A refusal in words, with the scope that is missing."""
    if error.code in TOKEN:
        return PeopleUnavailable(token_problem(error.code))
    scope = error.rejected.needed
    remedy = f" Add the scope {scope} to the app and install it again." if scope else ""
    return PeopleUnavailable(f"Slack refused to look up people ({error.code}).{remedy}")


def next_cursor(page: Mapping[str, Any]) -> str | None:
    """Return the cursor of the page after this one."""
    return (page.get("response_metadata") or {}).get("next_cursor") or None
