"""What may stand below `@workflow.step`."""

import functools
import inspect
from typing import Any

from engine.refs import Ref


def not_a_function(found: Any) -> tuple[str, str] | None:
    """The problem and the remedy of what stands below `@workflow.step`; None for a function."""
    write = "Write @workflow.step above a def or an async def."
    if isinstance(found, Ref):
        return f"@step was put on the step {found.name}, which is declared already.", write
    if isinstance(found, str):
        return f"@step was put on {found!r}, which is not a function.", f"Write name={found!r}."
    if isinstance(found, type):
        return f"@step was put on the class {found.__name__}, which is not a function.", write
    if isinstance(found, functools.partial):
        return (
            "@step was put on a functools.partial, whose parameters name no steps.",
            "Write a def or an async def that calls it.",
        )
    if not inspect.isroutine(found) and not isinstance(found, staticmethod):
        return f"@step was put on {found!r}, which is not a function.", write
    return None
