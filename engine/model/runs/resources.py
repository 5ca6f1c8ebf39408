"""Resources as data: their limits, what is in use of them, and who waits for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from engine.model.values.frozen import Frozen

Attempt = tuple[str, str, int]
"""An attempt that uses a resource: the id of its run, the name of its step run, and its number."""


class RateSpec(Frozen):
    """At most `count` attempts begin in any stretch of `window` seconds."""

    count: int
    window: float


class BreakerSpec(Frozen):
    """After `failures` failures within `within` seconds no attempt begins for `open_for` seconds."""

    failures: int
    within: float
    open_for: float


class ResourceSpec(Frozen):
    """The limits of a resource. None: no such limit."""

    left_out_when_empty: ClassVar[frozenset[str]] = frozenset({"at_once", "rate", "breaker"})

    name: str
    at_once: int | None = None
    rate: RateSpec | None = None
    breaker: BreakerSpec | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as it is now."""

    spec: ResourceSpec
    holders: frozenset[Attempt] = frozenset()
    """Attempts that execute. A process that starts has none: those of the process before it have ended."""
    begun: tuple[tuple[datetime, int], ...] = ()
    """Attempts that count towards the rate: when the last one of a group began, and how many it has."""
    failed: tuple[datetime, ...] = ()
    """Failures that count towards the breaker while it is closed."""
    opened_at: datetime | None = None
    """Since when the breaker is open; None: it is closed."""
    opened_by: str = ""
    """Id of the run whose failure opened it."""
    half_opens_at: datetime | None = None
    """From then on one attempt probes whether it can close."""
    probe: Attempt | None = None
    is_unreadable: bool = False
    """Another program changed its row. No attempt begins until a person resets it."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The place of a step in the queue for its resources."""

    run_id: str
    step: str
    """A node: the elements of a mapped step wait together."""
    uses: tuple[str, ...]
    since: datetime
    priority: int = 0
    reroutes: bool = False
    """It takes its alternative as soon as a circuit breaker is open."""
    serial: int = 0
    """The order in which they came, for those that came at the same moment."""

    @property
    def key(self) -> tuple[str, str]:
        return self.run_id, self.step


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """A resource as people see it."""

    name: str
    limits: str
    """As an author writes them, such as `at_once=4`."""
    at_once: int | None
    in_use: int
    waiting: int
    rate: str = ""
    """The rate limit, such as `100/m`; empty: none."""
    rate_used: int = 0
    """How many attempts count towards the rate now."""
    breaker: str = ""
    """`closed`, `open`, `half-open` or `unreadable`; empty: it has none."""
    opened_at: datetime | None = None
    half_opens_at: datetime | None = None
    used_by: tuple[Attempt, ...] = ()
