"""Requests that one process takes and relays to the one that leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Lane = Literal["slack", "http"]
"""Requests of one lane keep none of another waiting."""
RelayState = Literal["answered", "recorded", "withdrawn", "unknown", "unrecorded", "busy"]
"""State of a request that was relayed.

`recorded`: durable, and not carried out yet. `withdrawn`: nothing was or will be done. `unknown`: the leader
began it and gave no answer. `unrecorded`: the database gave no answer. `busy`: too many wait.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to relay.

    `name`: the same request has it again, also when another process relays it. `lasting`: it is carried out
    however late; otherwise it is withdrawn when it has not begun within `seconds`. `longest`: the further
    seconds in which one that has begun may be answered.
    """

    name: str
    lane: Lane
    text: str
    seconds: float
    lasting: bool = False
    longest: float = 0.0


class SpentNames(Protocol):
    """Names that count once for all processes on a database. Each call raises `OSError` without it."""

    async def spend(self, name: str, seconds: float) -> bool:
        """Return whether the name is new; it counts for so many seconds."""

    async def is_spent(self, name: str) -> bool: ...

    async def give_back(self, name: str) -> None: ...


MAX_SILENCE_SECONDS = 5.0
"""A process without a sign of life for longer does not count. A loop may be busy for some seconds."""


@dataclass(frozen=True, slots=True)
class ServingRecord:
    """A process that serves, as people see it. `silent`: seconds since its last sign of life."""

    name: str
    leads: bool
    started_at: datetime
    silent: float

    @property
    def state(self) -> str:
        """Return its state in a word or two."""
        if self.silent > MAX_SILENCE_SECONDS:
            return "silent"
        return "leads" if self.leads else "takes requests"
