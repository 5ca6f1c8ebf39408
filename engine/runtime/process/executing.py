"""Run, step and trace to which the code that executes now belongs: for the log, and for new runs."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Executing:
    """An attempt under way. `run`: its id."""

    run: str
    step: str
    trace: str


EXECUTING: ContextVar[Executing | None] = ContextVar("executing", default=None)
INCOMING_TRACE: ContextVar[str] = ContextVar("incoming_trace", default="")
"""The trace that a request from outside belongs to. A run that it starts gets this trace."""


def executing() -> Executing | None:
    """Return the attempt whose code executes now; None outside of attempts."""
    return EXECUTING.get()
