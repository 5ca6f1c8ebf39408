"""The runs that an attempt asks for with `ctx.follow_up`. They count once its result is recorded."""

from collections.abc import Collection, Mapping
from threading import Lock
from typing import Any

from pydantic import BaseModel

from engine.compiler.types.accepted_input import accept_input
from engine.errors import ContractError
from engine.kernel.shapes.follow_ups import run_id
from engine.model.runs.follow_up import MAX_FOLLOW_UPS
from engine.runtime.execution.overruns import Key
from engine.runtime.execution.secret_guard import refuse_secrets
from engine.runtime.workflows.workflow_registry import WorkflowRegistry

Asked = list[tuple[str, str, Any]]
"""Id, workflow and input of each run."""


class FollowUps:
    """Collects the runs that one attempt asks for, also from several threads at once."""

    def __init__(self, key: Key, workflows: WorkflowRegistry, asked: Asked, secrets: Collection[str]) -> None:
        self._secrets = secrets
        self._key, self._workflows, self._asked = key, workflows, asked
        self._lock = Lock()

    def __call__(self, workflow: Any, input: Mapping[str, Any] | BaseModel | None = None) -> str:
        """Ask for a run, and return its id. Raises `UnknownWorkflow`, `InvalidInput` and `ContractError`."""
        run, step, attempt = self._key
        compiled = self._workflows.find(workflow if isinstance(workflow, str) else str(workflow.name))
        values, name = accept_input(compiled, input).given, compiled.definition.name
        refuse_secrets(values, f"The input of the {name} run that {step} asks for", self._secrets)
        with self._lock:  # the number of a run is part of its id
            if len(self._asked) >= MAX_FOLLOW_UPS:
                raise ContractError(
                    f"ctx.follow_up in {step}: one attempt can ask for {MAX_FOLLOW_UPS} runs. "
                    "Use a mapped step with each= for a longer list."
                )
            id_ = run_id(run, step, attempt, len(self._asked) + 1, name)
            self._asked.append((id_, name, values))
        return id_
