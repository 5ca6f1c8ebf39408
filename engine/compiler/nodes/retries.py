"""How a step is tried again: from what the author wrote to checked numbers."""

from typing import Any

from engine.authoring.local_modules import without_workflow_folder
from engine.authoring.nodes import Node
from engine.authoring.options import Retry
from engine.compiler.definition.checks import Checks
from engine.errors import Fatal, RowsRejected
from engine.kernel.resilience.failure_rules import Action, FailureRules
from engine.model.definition.spec import QualitySpec, RetrySpec
from engine.model.values.durations import MIN_SECONDS

MAX_ATTEMPTS = 1000
DEFAULT_MAX_DELAY = 60.0


def retry_spec(checks: Checks, node: Node, retry: Any) -> RetrySpec:
    """Return the checked retry; what is wrong with it is among the checks' errors."""
    if not isinstance(retry, Retry):
        checks.error(f"retry is {retry!r}.", "Write retry=Retry(attempts=3).", node)
        return RetrySpec()
    before = len(checks.errors)
    _check_numbers(checks, node, retry)
    classes = _classes(checks, node, retry)
    others = {option: _listed_classes(checks, node, retry, option) for option in _ACTIONS}
    if retry.classify is not None and not callable(retry.classify):
        checks.error(
            f"Retry(classify={retry.classify!r}) is not a function.",
            "Give a function that takes the error.",
            node,
        )
    delay = _duration(checks, node, retry.delay, "delay")
    max_delay = _max_delay(checks, node, retry, delay)
    deadline = _deadline(checks, node, retry, delay)
    if len(checks.errors) > before or delay is None or max_delay is None:
        return RetrySpec()
    return RetrySpec(
        attempts=retry.attempts,
        delay=delay,
        backoff=float(retry.backoff),
        max_delay=max_delay,
        jitter=float(retry.jitter),
        retry_on=None if classes is None else tuple(map(_stored_name, classes)),
        **{option: tuple(map(_stored_name, kinds)) for option, kinds in others.items()},
        classify="" if retry.classify is None else getattr(retry.classify, "__qualname__", "classify"),
        deadline=deadline,
    )


def _stored_name(kind: type[Exception]) -> str:
    """Return the name of an error class in a definition. It does not depend on the workflow's folder."""
    module = without_workflow_folder(kind.__module__)
    return f"{module}.{kind.__qualname__}" if module else kind.__qualname__


def retry_errors(retry: Any) -> Any:
    """The error classes worth another try; a single one may stand without its tuple."""
    classes = getattr(retry, "retry_on", None)
    return (classes,) if isinstance(classes, type) else classes


_ACTIONS: dict[str, Action] = {"alternative_on": "alternative", "ask_on": "ask", "fail_on": "fail"}


def failure_rules(retry: Any, quality: QualitySpec | None = None, alternative: Any = None) -> FailureRules:
    """Return the rules by which an error of the step is judged."""
    listed = ((action, getattr(retry, option, None)) for option, action in _ACTIONS.items())
    classes = tuple(
        (action, kinds if isinstance(kinds, tuple) else (kinds,)) for action, kinds in listed if kinds
    )
    if quality is not None:
        by_rule = alternative is not None and not getattr(alternative, "ask", False)
        then: Action = "alternative" if by_rule else quality.then
        classes = (*classes, (then, (RowsRejected,)))
    return FailureRules(getattr(retry, "classify", None), classes)


def _listed_classes(checks: Checks, node: Node, retry: Retry, option: str) -> tuple[type[Exception], ...]:
    declared = getattr(retry, option)
    if declared is None:
        return ()
    classes = (declared,) if isinstance(declared, type) else declared
    if not isinstance(classes, tuple) or not all(
        isinstance(kind, type) and issubclass(kind, Exception) for kind in classes
    ):
        checks.error(
            f"Retry({option}={declared!r}) must hold error classes.",
            "Give a tuple such as (ConnectionError, TimeoutError).",
            node,
        )
        return ()
    has_alternative = node.step is not None and node.step.alternative is not None
    if option == "alternative_on" and classes and not has_alternative:
        checks.error("alternative_on is given, but the step has no alternative.", "Give alternative=.", node)
    return classes


def _check_numbers(checks: Checks, node: Node, retry: Retry) -> None:
    if not isinstance(retry.attempts, int) or not _is_number(retry.attempts, 1, MAX_ATTEMPTS):
        checks.error(
            f"Retry(attempts={retry.attempts!r}).", f"Give a whole number from 1 to {MAX_ATTEMPTS}.", node
        )
    if not _is_number(retry.backoff, 1, 1000) or not _is_number(retry.jitter, 0, 1):
        checks.error(
            f"Retry(backoff={retry.backoff!r}, jitter={retry.jitter!r}).",
            "Give a backoff of at least 1 and a jitter from 0 to 1.",
            node,
        )


def _is_number(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _classes(checks: Checks, node: Node, retry: Retry) -> tuple[type[Exception], ...] | None:
    classes = retry_errors(retry)
    if classes is None:
        return None
    if not isinstance(classes, tuple) or not all(
        isinstance(kind, type) and issubclass(kind, Exception) for kind in classes
    ):
        checks.error(
            f"Retry(retry_on={classes!r}) must hold error classes.",
            "Give a tuple such as (ConnectionError, TimeoutError).",
            node,
        )
        return None
    if all(issubclass(kind, Fatal) for kind in classes):
        checks.error(
            f"Retry(retry_on={classes!r}) names no error to retry.",
            "Name the errors after which to retry, or leave retry_on= out to retry after all errors.",
            node,
        )
    return classes


def _max_delay(checks: Checks, node: Node, retry: Retry, delay: float | None) -> float | None:
    """Return the longest wait. An author who names one shorter than the first wait has made a mistake."""
    if retry.max_delay is None:
        return (
            DEFAULT_MAX_DELAY  # also with a longer `delay`, as in stored digests; the kernel waits that long
        )
    max_delay = _duration(checks, node, retry.max_delay, "max_delay")
    if delay is not None and max_delay is not None and max_delay < delay:
        checks.error(
            f"Retry's max_delay is {retry.max_delay!r}, which is less than its delay {retry.delay!r}.",
            "Give a longer max_delay, or leave it out.",
            node,
        )
    return max_delay


def _deadline(checks: Checks, node: Node, retry: Retry, delay: float | None) -> float | None:
    """Return the time for all attempts. One in which no second attempt could begin is a mistake."""
    if retry.deadline is None:
        return None
    deadline = checks.duration(retry.deadline, "Retry's deadline", node, MIN_SECONDS)
    if deadline is None:
        return None
    if delay is not None and deadline <= delay:
        checks.error(
            f"Retry's deadline {retry.deadline!r} is not longer than its delay {retry.delay!r}.",
            "Give a longer deadline, or a shorter delay.",
            node,
        )
    timeout = node.step.timeout if node.step is not None else None
    if timeout is not None and (limit := checks.duration(timeout, "timeout", node)) and limit > deadline:
        checks.error(
            f"The step's timeout is {timeout!r}, which is more than Retry's deadline {retry.deadline!r}.",
            "Give a longer deadline, or a shorter timeout.",
            node,
        )
    return deadline


def _duration(checks: Checks, node: Node, value: Any, name: str) -> float | None:
    if value is None:
        checks.error(f"Retry's {name} is None.", f'Give a duration such as {name}="10s".', node)
    return checks.duration(value, f"Retry's {name}", node)
