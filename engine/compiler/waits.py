"""A wait: its duration, its moment or its signal, and what it gives the steps after it."""

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from engine.authoring.wait_options import WaitOptions
from engine.authoring.workflow import Node
from engine.compiler.checks import Checks
from engine.compiler.named_steps import Named, named_needs
from engine.compiler.steps import failure_spec
from engine.kernel.waits import as_moment
from engine.model.durations import MIN_SECONDS
from engine.model.spec import Need, WaitSpec

_MOMENT = 'Write at="{plan.starts_at}", or a datetime with a time zone.'


def wait_spec(
    checks: Checks, node: Node, options: WaitOptions, common: dict[str, Any], errors_before: int
) -> tuple[WaitSpec, TypeAdapter[Any] | None] | None:
    """With what checks its payload. None when something is wrong with it, which the checks know then."""
    failure = None if options.on_failure is None else failure_spec(checks, options.on_failure, node)
    duration = checks.duration(options.duration, "duration", node, MIN_SECONDS)
    at, needs = _moment(checks, node, options)
    if len(checks.errors) > errors_before:
        return None
    return WaitSpec(needs=needs, duration=duration, at=at, failure=failure, **common), None


def _moment(checks: Checks, node: Node, options: WaitOptions) -> tuple[str, tuple[Need, ...]]:
    """The path or the moment as it is stored, and the step that the path names."""
    at = options.at
    if at is None:
        return "", ()
    if options.path is not None:
        return options.path, named_needs(checks, node, [Named("at", options.path, "moment")])
    try:
        return as_moment(at.isoformat() if isinstance(at, datetime) else at).isoformat(), ()
    except ValueError as error:
        checks.error(f"at is {at!r}: {error}.", _MOMENT, node)
        return "", ()
