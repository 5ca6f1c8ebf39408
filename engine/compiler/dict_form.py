"""Compiles a workflow in dict form, and names the option or the value that a mistake is about."""

from collections.abc import Mapping
from typing import Any

from engine.authoring.dict_form import from_dict, location_in
from engine.authoring.dict_form.marks import MarkedDict
from engine.authoring.services import Registry
from engine.compiler.compiled import Compiled
from engine.compiler.workflow import compile_workflow
from engine.errors import DefinitionError, DefinitionErrors


def compile_dict(
    data: Mapping[str, Any],
    registry: Registry,
    file: str | None,
    *,
    owner: str | None = None,
    channel: str | None = None,
) -> Compiled:
    """Raises `DefinitionError` for the first mistake of the form, or `DefinitionErrors` with all others.

    `owner`, `channel`: those of a workflow that names none.
    """
    workflow = from_dict(data, registry, file=file, owner=owner, channel=channel)
    try:
        return compile_workflow(workflow, file)
    except DefinitionErrors as several:
        if not isinstance(data, MarkedDict):
            raise
        raise DefinitionErrors([_placed(error, data, file) for error in several.errors]) from None


def _placed(error: DefinitionError, data: MarkedDict, file: str | None) -> DefinitionError:
    return DefinitionError(
        error.problem,
        remedy=error.remedy,
        workflow=error.workflow,
        step=error.step,
        file=location_in(file, error.step or "", data, error.problem),
    )
