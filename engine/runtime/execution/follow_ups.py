"""The runs that an attempt asks for with `ctx.follow_up`. They count once its result is recorded."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

from pydantic import BaseModel

from engine.compiler.types.inputs import check_input
from engine.errors import ContractError
from engine.kernel.shapes.follow_ups import run_id
from engine.model.runs.follow_up import MAX_FOLLOW_UPS
from engine.runtime.execution.overruns import Key
from engine.runtime.workflows.workflow_registry import WorkflowRegistry

Asked = list[tuple[str, str, Any]]
"""Id, workflow and input of each run."""


class FollowUps:
    """Collects the runs that one attempt asks for, also from several threads at once."""

    def __init__(self, key: Key, workflows: WorkflowRegistry, asked: Asked) -> None:
        self._key, self._workflows, self._asked = key, workflows, asked
        self._lock = Lock()

    def __call__(self, workflow: Any, input: Mapping[str, Any] | BaseModel | None = None) -> str:
        """Ask for a run, and return its id. Raises `UnknownWorkflow`, `InvalidInput` and `ContractError`."""
        run, step, attempt = self._key
        compiled = self._workflows.find(workflow if isinstance(workflow, str) else str(workflow.name))
        values, name = check_input(compiled, input), compiled.definition.name
        with self._lock:  # the number of a run is part of its id
            if len(self._asked) >= MAX_FOLLOW_UPS:
                raise ContractError(
                    f"ctx.follow_up in {step}: one attempt can ask for {MAX_FOLLOW_UPS} runs. "
                    "Use a mapped step with each= for a longer list."
                )
            id_ = run_id(run, step, attempt, len(self._asked) + 1, name)
            self._asked.append((id_, name, values))
        return id_
