"""Attempts that workers execute: what they get, and what they report."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.runs.relay import ServingRecord
from engine.model.text.wording import count

MAX_SILENCE_SECONDS = 2.0
"""A worker that gave no sign of life for longer has lost its attempts."""
PATIENCE_SECONDS = 10.0
"""An attempt may wait so long for a first worker: one that starts with the installation needs a moment."""
AttemptKey = tuple[str, str, int]
"""Run, step run, attempt."""


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt on its way to a worker. `payload`: the attempt with its values, as JSON."""

    key: AttemptKey
    queue: str
    priority: int
    payload: str


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """Report of a worker about an attempt. `kind`: the transition that it asks for; `payload`: its JSON.

    `number` grows with each report.
    """

    number: int
    key: AttemptKey
    kind: str
    payload: str


@dataclass(frozen=True, slots=True)
class Dispatched:
    """An attempt that workers have, as its row says.

    `worker`: the id of the one that took it; None while it waits. `beat`: the number of that worker's last
    sign of life; None where the worker is gone.
    """

    key: AttemptKey
    queue: str
    priority: int
    worker: int | None
    beat: int | None
    reported: bool
    """Its end was reported, and is not recorded yet."""


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker as people see it. `executing`: run and step run of those of its attempts that may be shown."""

    name: str
    queues: tuple[str, ...]
    parallel: int
    started_at: datetime
    silent: float
    """Seconds since its last sign of life, by the clock of the database."""
    draining: bool
    workflows: tuple[str, ...]
    """Names of its workflows, each with the start of its version."""
    busy: int
    """The number of its attempts."""
    executing: tuple[tuple[str, str], ...] = ()

    @property
    def is_alive(self) -> bool:
        return self.silent <= MAX_SILENCE_SECONDS

    @property
    def state(self) -> str:
        """Return its state in a word."""
        if not self.is_alive:
            return "silent"
        return "stopping" if self.draining else "alive"


@dataclass(frozen=True, slots=True)
class QueueRecord:
    """A queue with attempts that wait for a worker.

    `since`: seconds for which the first one has waited. `workers`: number of its workers that are alive,
    and `idle`: of those among them that execute nothing.
    """

    name: str
    waiting: int
    since: float
    workers: int
    idle: int = 0

    @property
    def is_deserted(self) -> bool:
        """Return whether nothing seems to execute what waits there."""
        return self.since > PATIENCE_SECONDS and (self.workers == 0 or self.is_refused)

    @property
    def is_refused(self) -> bool:
        """Return whether workers leave what waits there, though they execute nothing."""
        return self.since > PATIENCE_SECONDS and 0 < self.workers == self.idle

    @property
    def text(self) -> str:
        """Return what waits there, and for whom, in a sentence."""
        waits = f"{count(self.waiting, 'step waits', 'steps wait')} in the queue {self.name}"
        if self.is_refused:
            why = "They may have other workflow files: see their log."
            return f"{waits}, though its workers execute nothing. {why}"
        if self.workers:
            return f"{waits} for one of {count(self.workers, 'worker')} to be free."
        return f"{waits}, and no worker executes its steps."

    @property
    def remedy(self) -> str:
        """Return the command that starts a worker for it; empty where there is one."""
        return "" if self.workers else f"signoff worker --queues {self.name}"


@dataclass(frozen=True, slots=True)
class WorkerState:
    """The workers, and the queues in which attempts wait for one."""

    workers: tuple[WorkerRecord, ...] = ()
    queues: tuple[QueueRecord, ...] = ()
    serving: tuple[ServingRecord, ...] = ()
    """The processes that serve the database, the oldest first."""
