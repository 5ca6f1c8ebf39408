"""Mistakes in how workflows name each other, and the resources of their steps. Look when all are loaded."""

from collections.abc import Mapping, Sequence

from engine.compiler.child_links import child_problems
from engine.compiler.compiled import Compiled
from engine.compiler.requests.break_glass import break_glass_errors
from engine.compiler.trigger_links import fact_paths, run_path_problems
from engine.errors import DefinitionError
from engine.model.definition.trigger_spec import EventSpec
from engine.runtime.workflows.workflow_names import nearest


def linking_errors(workflows: Mapping[str, Compiled], resources: Sequence[str]) -> list[DefinitionError]:
    """Return the mistakes in workflows by name. `resources`: the names of those that are declared."""
    return [
        *_unknown_sources(workflows),
        *_unknown_paths(workflows),
        *child_errors(workflows),
        *break_glass_errors(workflows),
        *_unknown_resources(workflows, resources),
    ]


def child_errors(workflows: Mapping[str, Compiled]) -> list[DefinitionError]:
    """Return the mistakes in how workflows run each other."""
    return child_problems(workflows, lambda name: nearest(name, list(workflows)))


def _unknown_sources(workflows: Mapping[str, Compiled]) -> list[DefinitionError]:
    """Return the triggers that name a workflow which is not loaded. Look when all are."""
    return [
        _error(
            compiled,
            f"Its trigger {spec.key} waits for runs of {spec.workflow}, which is not loaded.",
            f"Did you mean {close}?"
            if (close := nearest(spec.workflow, list(workflows)))
            else "Load its file too, or correct the name.",
        )
        for compiled in workflows.values()
        for spec in compiled.definition.triggers
        if isinstance(spec, EventSpec) and spec.workflow and spec.workflow not in workflows
    ]


def _unknown_paths(workflows: Mapping[str, Compiled]) -> list[DefinitionError]:
    """Return the paths into another workflow's run that its steps and its input do not have."""
    return [
        _error(compiled, f"Its trigger {spec.key} names {{{path}}}: {problem}.", remedy)
        for compiled in workflows.values()
        for spec in compiled.definition.triggers
        if isinstance(spec, EventSpec) and spec.workflow in workflows
        for path in dict.fromkeys(fact_paths(spec))
        for problem, remedy in run_path_problems(workflows[spec.workflow], path)
    ]


def _unknown_resources(workflows: Mapping[str, Compiled], declared: Sequence[str]) -> list[DefinitionError]:
    """Return the steps that name a resource which no workflow declares. Look when all are loaded."""
    return [
        _error(
            compiled,
            f"The step uses the resource {resource}, which no loaded workflow declares.",
            f"Did you mean {close}?"
            if (close := nearest(resource, list(declared)))
            else f"Declare {resource} in the resources of a workflow, with a limit such as at_once.",
            step,
        )
        for compiled in workflows.values()
        for step, uses in compiled.graph.uses.items()
        for resource in uses
        if resource not in declared
    ]


def _error(compiled: Compiled, problem: str, remedy: str, step: str = "") -> DefinitionError:
    return DefinitionError(
        problem,
        remedy=remedy,
        workflow=compiled.definition.name,
        step=step or None,
        file=compiled.place(step, problem),
    )
