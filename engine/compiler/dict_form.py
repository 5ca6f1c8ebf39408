"""Compiles a workflow in dict form, and names the option or the value that a mistake is about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.authoring.dict_form import from_dict, location_in
from engine.authoring.dict_form.marks import MarkedDict
from engine.authoring.services import Registry
from engine.compiler.compiled import Compiled
from engine.compiler.workflow import compile_workflow
from engine.compiler.yaml_terms import in_yaml
from engine.errors import DefinitionError, DefinitionErrors


def compile_dict(
    data: Mapping[str, Any],
    registry: Registry,
    file: str | None,
    *,
    owner: str | None = None,
    channel: str | None = None,
) -> Compiled:
    """Raises `DefinitionError` or `DefinitionErrors`: with the mistakes of the form, else with all others.

    `owner`, `channel`: those of a workflow that names none.
    """
    workflow = from_dict(data, registry, file=file, owner=owner, channel=channel)
    if not isinstance(data, MarkedDict):
        return compile_workflow(workflow, file)

    def place(step: str, problem: str) -> str | None:
        return location_in(file, step, data, problem)

    try:
        return replace(compile_workflow(workflow, file), place=place)
    except DefinitionErrors as several:
        raise DefinitionErrors([_placed(error, place) for error in several.errors]) from None


def _placed(error: DefinitionError, place: Callable[[str, str], str | None]) -> DefinitionError:
    return DefinitionError(
        in_yaml(error.problem),
        remedy=in_yaml(error.remedy),
        workflow=error.workflow,
        step=error.step,
        file=place(error.step or "", error.problem),
    )
