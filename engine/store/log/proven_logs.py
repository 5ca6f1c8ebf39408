"""Logs of runs that this process proved: what was proven once is not computed again.

A step that polls writes two events at each check, and its run is read and proven before each. Without this,
each check would cost as much as all those before it. Only the engine's own reading takes it: an audit, and
what people are shown, begin at the first event.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SHORT_LOG = 50
"""Events of a log that is proven as a whole each time."""
_MAX_LOGS, _MAX_DIGESTS = 500, 1_000


@dataclass(frozen=True, slots=True)
class ProvenLog:
    """The beginning of a run's log, up to and with event `n`, which its seal covered."""

    n: int
    seq: int
    hash: str
    first_seq: int
    base: str | None
    """The sealed digests with which the log began when it was proven."""
    digests: Mapping[str, str | None]
    """How its rows stood by then."""

    @property
    def as_event(self) -> Mapping[str, int | str]:
        """Its last event, as far as the next one depends on it."""
        return {"n": self.n, "seq": self.seq, "hash": self.hash}


class ProvenLogs:
    """The newest of them, by run. Reading threads share it: each call is one step of the interpreter."""

    def __init__(self) -> None:
        self._logs: dict[str, ProvenLog] = {}

    def of(self, run_id: str, base: str | None, events: int) -> ProvenLog | None:
        """Return what is proven of a log of so many events; None where nothing is, or it is another log."""
        log = self._logs.get(run_id)
        return log if log is not None and log.base == base and log.n <= events else None

    def keep(self, run_id: str, log: ProvenLog) -> None:
        """Remember a log that was proven as a whole, unless it is short or large."""
        if log.n < SHORT_LOG or len(log.digests) > _MAX_DIGESTS:
            return
        if len(self._logs) >= _MAX_LOGS and run_id not in self._logs:
            self._logs.clear()
        self._logs[run_id] = log
