"""A signal: a named message to a run from outside. The first of a name counts, also before its wait."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.model.people import Actor


@dataclass(frozen=True, slots=True)
class SignalRecord:
    """A signal that a run got. `payload` is JSON; None where the wait declares no model."""

    run_id: str
    name: str
    payload: Any
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class SignalResult:
    """Answer to a sender: the signal that counts, and whether it is the one that was sent."""

    signal: SignalRecord
    counted: bool
