"""Checks of the function below `@workflow.step`."""

import functools
import inspect
from typing import Any

from engine.authoring.refs import Ref

_PLAIN = (int, float, bytes, list, tuple, dict, type(None))


def not_a_function(found: Any) -> tuple[str, str] | None:
    """Return problem and remedy of an object below `@workflow.step`; None for a function."""
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
    if isinstance(found, classmethod):
        return "@step was put on a class method.", "Write it as a def outside the class."
    if not inspect.isroutine(found) and not isinstance(found, staticmethod):
        what = repr(found) if isinstance(found, _PLAIN) else f"an object of the class {type(found).__name__}"
        return f"@step was put on {what}, which is not a function.", write
    return None
