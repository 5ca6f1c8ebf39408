"""Checks of the function below `@workflow.step`."""

import functools
import inspect
from typing import Any

from engine.authoring.refs import Ref

_PLAIN = (int, float, bytes, list, tuple, dict, type(None))


def not_a_function(value: Any) -> tuple[str, str] | None:
    """Return problem and remedy of an object below `@workflow.step`; None for a function."""
    write = "Write @workflow.step above a def or an async def."
    if isinstance(value, Ref):
        return f"@step was put on the step {value.name}, which is declared already.", write
    if isinstance(value, str):
        return f"@step was put on {value!r}, which is not a function.", f"Write name={value!r}."
    if isinstance(value, type):
        return f"@step was put on the class {value.__name__}, which is not a function.", write
    if isinstance(value, functools.partial):
        return (
            "@step was put on a functools.partial, whose parameters name no steps.",
            "Write a def or an async def that calls it.",
        )
    if isinstance(value, classmethod):
        return "@step was put on a class method.", "Write it as a def outside the class."
    if not inspect.isroutine(value) and not isinstance(value, staticmethod):
        what = repr(value) if isinstance(value, _PLAIN) else f"an object of the class {type(value).__name__}"
        return f"@step was put on {what}, which is not a function.", write
    return None
