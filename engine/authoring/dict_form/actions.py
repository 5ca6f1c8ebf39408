"""The action of a task: the method of a service, and the step's function that calls it."""

import difflib
import inspect
from collections.abc import Callable, Mapping
from typing import Any, cast, get_type_hints

from engine.authoring.dict_form.options import KINDS
from engine.authoring.dict_form.problems import Problems
from engine.authoring.outcomes import Outcome
from engine.authoring.services import Registry
from engine.errors import UnknownService

Action = Callable[..., Any]
ELEMENT = "_element"
"""Parameter of a task with "each" that takes an element. No task can have this name."""


def action_of(fields: Mapping[str, Any], task: str, registry: Registry, problems: Problems) -> Action:
    """Return the method that a task names. Raises `DefinitionError` with the nearest that there is."""
    kinds = [kind for kind in KINDS if kind in fields]
    if len(kinds) != 1:
        raise problems.error(
            f"The task names {' and '.join(kinds) or 'nothing to call'}.",
            'Give one of "service", "agent", "layer", or "approval".',
            task,
        )
    name, action = (problems.text(fields, key, "The task", task) for key in (kinds[0], "action"))
    try:
        service = registry.get(name)
    except UnknownService as error:
        raise problems.error(
            str(error), "Add it to the mapping services of the file, or correct the name.", task
        ) from None
    method = getattr(service, action, None)
    if inspect.isclass(service) and inspect.isfunction(inspect.getattr_static(service, action, None)):
        raise problems.error(
            f"The service {name} is a class.", f"Write {service.__name__}() in services.", task
        )
    if action.startswith("_") or not callable(method):
        known = [
            each for each in dir(service) if not each.startswith("_") and callable(getattr(service, each))
        ]
        close = difflib.get_close_matches(action, known, n=1)
        remedy = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(known) or 'none'}."
        raise problems.error(f"{name} has no action {action}.", remedy, task)
    return cast(Action, method)


def check_parameters(action: Action, before: str | None, task: str, problems: Problems) -> None:
    """Refuse an action that needs more than the output of the task before it, the context and an outcome."""
    needed = [
        each.name
        for each in inspect.signature(action).parameters.values()
        if each.name not in ("ctx", "outcome")
        and each.default is each.empty
        and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    if len(needed) > 1:
        raise problems.error(
            f"The action needs {', '.join(needed)}, but a task gets one output.",
            "Give the action one parameter besides ctx and outcome.",
            task,
        )
    if needed and before is None:
        raise problems.error(
            f"The action needs {needed[0]}, the output of the task before it, but this is the first task.",
            f'Put a task before it, give the workflow "input", or give {needed[0]} a default.',
            task,
        )


def takes_outcome(action: Action) -> bool:
    return "outcome" in inspect.signature(action).parameters


def takes_data(action: Action) -> bool:
    return any(name not in ("ctx", "outcome") for name in inspect.signature(action).parameters)


def task_function(action: Action, before: str | None, asked: str | None) -> Action:
    """A step function with parameters named after the task before it and the approval it is told of."""
    names = list(inspect.signature(action).parameters)
    with_data, with_ctx, with_outcome = takes_data(action), "ctx" in names, "outcome" in names
    data_name = next((name for name in names if name not in ("ctx", "outcome")), None)
    hints = get_type_hints(action)

    def arguments(outputs: Mapping[str, Any]) -> dict[str, Any]:
        passed = {"ctx": outputs["ctx"]} if with_ctx else {}
        if with_data and data_name is not None and before is not None:
            passed[data_name] = outputs.get(before)
        if with_outcome:
            passed["outcome"] = outputs.get(asked) if asked else None
        return passed

    if inspect.iscoroutinefunction(action):

        async def call(**outputs: Any) -> Any:
            return await action(**arguments(outputs))

        function: Action = call
    else:

        def call_sync(**outputs: Any) -> Any:
            return action(**arguments(outputs))

        function = call_sync
    parameters = []
    annotations: dict[str, Any] = {}
    if with_data and before is not None:
        parameters.append(inspect.Parameter(before, inspect.Parameter.KEYWORD_ONLY))
        annotations[before] = hints.get(data_name or "", Any)
    if with_outcome and asked is not None:
        parameters.append(inspect.Parameter(asked, inspect.Parameter.KEYWORD_ONLY))
        annotations[asked] = Outcome | None
    if with_ctx:
        parameters.append(inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY))
    if "return" in hints:
        annotations["return"] = hints["return"]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = annotations
    function.__name__ = action.__name__
    # Errors name the action's own place, and the step's digest is that of the action's source.
    function.__wrapped__ = action  # type: ignore[attr-defined]
    return function
