"""From what an author declared to a checked `Compiled`: every mistake found, none half accepted."""

from engine.compiling.workflow import compile_workflow

__all__ = ["compile_workflow"]
