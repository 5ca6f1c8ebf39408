"""Public: a worker, which executes steps of a database on a server for the process that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.compiler import compile_workflow
from engine.compiler.dict_form import compile_dict
from engine.errors import DefinitionError, DefinitionErrors
from engine.runtime.dispatch.worker import Worker
from engine.runtime.workflows.workflow_registry import WorkflowRegistry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.authoring.workflow import Workflow
    from engine.clock import Clock
    from engine.runtime.settings import EngineSettings

__all__ = ["Worker", "open_worker"]


def open_worker(
    address: str,
    workflows: Iterable[tuple[Workflow | Mapping[str, Any], str | None]],
    settings: EngineSettings,
    clock: Clock,
    queues: Sequence[str],
    name: str,
) -> Worker:
    """Return a worker with these workflows, each with its file. Raises `DefinitionErrors`."""
    settings = settings.resolved(settings.data_dir.absolute())
    registry, errors = WorkflowRegistry(settings.personal_keys()), list[DefinitionError]()
    for workflow, file in workflows:
        try:
            if isinstance(workflow, Mapping):
                owner, channel = settings.default_owner, settings.default_channel
                compiled = compile_dict(workflow, settings.registry, file, owner=owner, channel=channel)
            else:
                compiled = compile_workflow(workflow, file)
            registry.add(compiled)
        except DefinitionErrors as several:
            errors += several.errors
        except DefinitionError as error:
            errors.append(error)
    if errors := errors or registry.linking_errors():
        raise DefinitionErrors(errors)
    return Worker(address, registry, settings, clock, queues, name)
