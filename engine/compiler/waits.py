"""A wait: its duration, its moment or its signal, and what it gives the steps after it."""

from datetime import datetime
from typing import Any, cast

from pydantic import TypeAdapter

from engine.authoring.nodes import Node
from engine.authoring.wait_options import WaitOptions
from engine.compiler.definition.checks import Checks
from engine.compiler.nodes.named_steps import Named, named_needs
from engine.compiler.nodes.steps import failure_spec
from engine.compiler.requests.form_schema import form_schema
from engine.compiler.types.model_adapters import input_adapter
from engine.kernel.shapes.waits import as_moment
from engine.model.definition.spec import Need, WaitSpec
from engine.model.values.durations import MIN_SECONDS

_MOMENT = 'Write at="{plan.starts_at}", or a datetime with a time zone.'


def wait_spec(
    checks: Checks, node: Node, options: WaitOptions, common: dict[str, Any], errors_before: int
) -> tuple[WaitSpec, TypeAdapter[Any] | None] | None:
    """With what checks its payload. None when something is wrong with it, which the checks know then."""
    failure = None if options.on_failure is None else failure_spec(checks, options.on_failure, node)
    duration = checks.duration(options.duration, "duration", node, MIN_SECONDS)
    at, needs = _moment(checks, node, options)
    expires = _expiry(checks, node, options)
    if options.on_expiry not in ("fail", "skip"):
        checks.error(f"on_expiry is {options.on_expiry!r}.", "Use fail or skip.", node)
    _check_signal(checks, node, options)
    adapter = None if options.model is None else input_adapter(checks, "model", options.model, node)
    if len(checks.errors) > errors_before:
        return None
    spec = WaitSpec(
        needs=needs,
        duration=duration,
        at=at,
        signal=options.signal or "",
        payload=None if adapter is None else form_schema(adapter),
        expires=expires,
        on_expiry=cast(Any, options.on_expiry),
        failure=failure,
        **common,
    )
    return spec, adapter


def _expiry(checks: Checks, node: Node, options: WaitOptions) -> float | None:
    if options.signal is None or (isinstance(options.expires, str) and options.expires.strip() == "never"):
        return None
    if options.expires is None:
        checks.error("expires is None.", 'Give a duration such as "3d", or "never".', node)
        return None
    return checks.duration(options.expires, "expires", node, MIN_SECONDS)


def _check_signal(checks: Checks, node: Node, options: WaitOptions) -> None:
    """Refuse a name that nobody could send, or that ends another wait."""
    if options.signal is None:
        return
    remedy = "Use at most 100 letters, digits, - and _, beginning with a letter."
    checks.name(options.signal, "signal", remedy, node)
    first = next(each for each in checks.nodes if each.wait and each.wait.signal == options.signal)
    if first is not node:
        checks.error(
            f"The signal {options.signal} already ends {first.name}.",
            "Give one of the two another signal=, or let the steps after both name the same wait.",
            node,
        )


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
