"""The function of a step that executes an operation, such as a command. It takes the nodes that it names."""

import inspect
from collections.abc import Callable
from typing import Any

from engine.steps.kind import StepKind


def operation_function(name: str, operation: StepKind) -> Callable[..., Any]:
    """Return the function that the step executes."""

    async def execute(**outputs: Any) -> Any:
        ctx = outputs.pop("ctx")
        return await operation.execute(outputs, ctx)

    steps = dict.fromkeys(path.split(".")[0] for path in operation.paths)
    names = [*(step for step in steps if step.isidentifier()), "ctx"]
    parameters = [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in dict.fromkeys(names)]
    execute.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    execute.__annotations__ = {"return": operation.output}
    execute.__name__ = name if isinstance(name, str) else "execute"
    return execute
