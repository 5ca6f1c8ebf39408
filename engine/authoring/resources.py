"""Resources as an author writes them: something outside that steps use, and its limits."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Breaker:
    """A circuit breaker: after several failures no attempt begins for some time.

    After that time one attempt probes the resource. If it succeeds, the circuit breaker closes; else it
    stays open for as long again.

    - `failures`: the number of failures that open it.
    - `within`: the time in which they happen.
    - `open_for`: the time for which no attempt begins.
    """

    failures: int = 5
    within: str | timedelta = "1m"
    open_for: str | timedelta = "2m"


@dataclass(frozen=True, slots=True)
class Resource:
    """Something outside that steps use, such as an API or a database, with its limits.

    Steps of every workflow that name it share the limits. Declare it once, and name it elsewhere.

    - `name`: the name by which steps and commands know it.
    - `at_once`: the number of attempts that may use it at the same time. None: any number.
    - `rate`: the number of attempts that may begin in any period of this length, such as `"100/m"`. None:
      any.
    - `breaker`: the circuit breaker, as `Breaker(…)`. None: it has none.
    """

    name: str
    at_once: int | None = None
    rate: str | None = None
    breaker: Breaker | None = None
