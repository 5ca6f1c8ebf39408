"""What a step is given besides its inputs, and what it may say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class StepContext:
    """Of one attempt. Everything here may be used from a sync step's thread, except `sleep`."""

    run_id: str
    workflow: str
    step: str
    attempt: int
    """1 for the first try; crashes count."""
    idempotency_key: str
    """The same for every automatic try; a person's Retry gets a new one."""
    actor: Actor
    """Who started the run."""
    data_dir: Path
    """A folder of the installation for workflows' files; make what you need in it."""
    now: Callable[[], datetime]
    log: Callable[[str], None]
    """Keep a line for people; the last two hundred are kept."""
    sleep: Callable[[float], Awaitable[None]]
    """Seconds by the engine's clock, so that tests need not wait."""
    service: Callable[[str], Any]
    """A service of the registry by name."""
