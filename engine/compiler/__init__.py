"""From what an author declared to a checked `Compiled`: every mistake found, none half accepted."""

from engine.compiler.workflow import compile_workflow

__all__ = ["compile_workflow"]
