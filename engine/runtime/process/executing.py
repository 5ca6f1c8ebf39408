"""Run, step and trace to which the code that executes now belongs: for the log, and for new runs."""

from contextvars import ContextVar
from typing import Protocol


class Executing(Protocol):
    """An attempt under way. `trace_id`: the trace of its run; empty where it is unknown."""

    @property
    def run_id(self) -> str: ...

    @property
    def step(self) -> str: ...

    @property
    def trace_id(self) -> str: ...


EXECUTING: ContextVar[Executing | None] = ContextVar("executing", default=None)
INCOMING_TRACE: ContextVar[str] = ContextVar("incoming_trace", default="")
"""The trace that a request from outside belongs to. A run that it starts gets this trace."""
INCOMING_SPAN: ContextVar[str] = ContextVar("incoming_span", default="")
"""The span of its sender in that trace, under which the run belongs."""


def executing() -> Executing | None:
    """Return the attempt whose code executes now; None outside of attempts."""
    return EXECUTING.get()
