"""Metrics of a member: its health, and what it relays. Those of runs are the leader's."""

from collections import deque
from typing import Protocol

from bot.metrics.gauges import Problems
from bot.metrics.instruments import Instruments
from engine import Clock
from engine.relay import RelayState, Wish
from engine.text import count

WARNED_SECONDS = 60.0
"""For how long `/readyz` warns of a request that the leader did not answer."""
_MAX_NOTED = 10_000


class Line(Protocol):
    """The line to the leader."""

    async def ask(self, wish: Wish) -> tuple[RelayState, str]: ...


class MemberMetrics:
    """A line to the leader that counts what goes through it; ask for `text`."""

    def __init__(self, line: Line, clock: Clock) -> None:
        self._line, self._clock = line, clock
        self._instruments = Instruments("member")
        self._waiting = 0
        self._unanswered: deque[float] = deque(maxlen=_MAX_NOTED)

    async def ask(self, wish: Wish) -> tuple[RelayState, str]:
        """Relay a request; return what became of it, and the answer."""
        began = self._clock.monotonic()
        self._waiting += 1
        try:
            state, answer = await self._line.ask(wish)
        finally:
            self._waiting -= 1
        ended = self._clock.monotonic()
        self._instruments.add("signoff_relayed", (wish.lane, state), 1)
        if state == "answered":
            self._instruments.add("signoff_relay_seconds", (wish.lane,), ended - began)
        else:
            self._unanswered.append(ended)
        return state, answer

    @property
    def warning(self) -> str:
        """Return how many requests the leader did not answer lately; usually empty."""
        since = self._clock.monotonic() - WARNED_SECONDS
        while self._unanswered and self._unanswered[0] <= since:
            self._unanswered.popleft()
        if not self._unanswered:
            return ""
        number = len(self._unanswered)
        return (
            f"{count(number, 'request')} that this process relayed within the last minute had no answer in "
            "time from the process that leads. Look at the log and /readyz of that one."
        )

    async def text(self, problems: Problems) -> bytes:
        """Return all metrics in the text format of Prometheus. `problems`: those that `/readyz` names."""
        found = await problems()
        self._instruments.set(
            {
                "signoff_ready": {(): float(not found)},
                "signoff_problem": {(name,): 1.0 for name in found},
                "signoff_leads": {(): 0.0},
                "signoff_relay_waiting": {(): float(self._waiting)},
            }
        )
        return self._instruments.text()
