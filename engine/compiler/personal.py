"""Places that can neither seal nor mask personal data: a workflow that uses it there is refused."""

import typing
from collections.abc import Iterator, Mapping
from typing import Any

from engine.authoring.nodes import Node, StepOptions
from engine.authoring.quality import Quality
from engine.compiler.compiled import Compiled
from engine.compiler.definition.checks import Checks
from engine.compiler.types.declared_types import holds_personal
from engine.kernel.facts import template_paths, templates_in
from engine.model.input.json_schema import fields_of, is_personal
from engine.steps.agents.agent import Agent
from engine.steps.plans import PlanCheck

_LEAVE_OUT = "Leave Personal out there, or give it to a function step."

_EMPTY: tuple[Any, ...] = (None, "", [], {})
_BY_NAME = ("properties", "$defs")
"""Parts of a schema with one schema for each name."""


def check_personal(checks: Checks, node: Node) -> None:
    """Refuse a node that would store or show personal data as it is."""
    if node.approval is not None:
        form = node.approval.form
        if form is not None and holds_personal(form.model):
            checks.error(
                "The form has personal data, which the values of an approval cannot be yet.",
                "Ask for it in the input of the run or with a signal, and leave Personal out of the form.",
                node,
            )
        return
    if node.step is None:
        return
    for what in _unsafe(checks, node, node.step):
        checks.error(what, _LEAVE_OUT, node)


def _unsafe(checks: Checks, node: Node, options: StepOptions) -> Iterator[str]:
    types = _types(options.function)
    if options.run_in is not None and any(map(holds_personal, [*types, *_taken(checks, options)])):
        yield 'run_in="process" does not go with personal data, which that process cannot unseal.'
    if isinstance(options.quality, Quality) and holds_personal(options.quality.row):
        yield "The rows of quality have personal data, and rows that do not fit are logged."
    if isinstance(options.operation, Agent) and any(map(holds_personal, _of_agent(options.operation))):
        yield "The answer or a tool of the agent has personal data, and its transcript is stored as it is."
    if isinstance(options.operation, PlanCheck) and any(map(holds_personal, _of_plan(options.operation))):
        yield "An action of the plan takes or returns personal data, and people read its items as they are."


def _of_agent(agent: Agent) -> list[Any]:
    return [agent.result, *(kind for tool in agent.tools for kind in _types(tool.function))]


def _of_plan(plan: PlanCheck) -> list[Any]:
    functions = [each for action in plan.actions for each in (action.function, action.undo) if each]
    return [kind for function in functions for kind in _types(function)]


def _types(function: Any) -> list[Any]:
    try:
        return list(typing.get_type_hints(function, include_extras=True).values())
    except Exception:  # told by the wiring
        return []


def _taken(checks: Checks, options: StepOptions) -> list[Any]:
    names = getattr(options.function, "__annotations__", {})
    return [checks.returns[name] for name in names if name in checks.returns]


def check_stored(checks: Checks, compiled: Compiled) -> None:
    """Refuse personal data that the definition itself would hold: it is stored as it is."""
    schema = compiled.definition.input_schema or {}
    definitions = schema.get("$defs", {})
    for name in _with_values(schema, definitions):
        checks.error(
            f"The input has personal data in {name} with a default or an example, which is stored as it is.",
            "Leave the default out, or use None.",
        )
    personal = {name for name, field in fields_of(schema).items() if _holds_personal(field, definitions)}
    for trigger in compiled.definition.triggers:
        given = getattr(trigger, "input", None)
        for name, value in given.items() if isinstance(given, Mapping) else ():
            if name in personal and not any(map(template_paths, templates_in(value))):
                checks.error(
                    f"The trigger {trigger.key} gives input.{name}, which is personal data, in the file.",
                    "Leave it out, and read it in a step.",
                )


def _with_values(schema: Any, definitions: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """Yield the names of fields for which the schema holds a value with personal data."""
    if isinstance(schema, list):
        for each in schema:
            yield from _with_values(each, definitions, name)
    elif isinstance(schema, Mapping):
        has_value = schema.get("default") not in _EMPTY or schema.get("examples")
        if has_value and _holds_personal(schema, definitions):
            yield name
        for key, each in schema.items():
            named = each.items() if key in _BY_NAME else [(key, each)]
            for inside, part in named:
                yield from _with_values(part, definitions, inside)


def _holds_personal(schema: Any, definitions: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> bool:
    if isinstance(schema, list):
        return any(_holds_personal(each, definitions, seen) for each in schema)
    if not isinstance(schema, Mapping):
        return False
    ref = schema.get("$ref")
    if isinstance(ref, str) and ref not in seen:
        target = definitions.get(ref.rpartition("/")[2])
        if _holds_personal(target, definitions, seen | {ref}):
            return True
    parts = (each for key, each in schema.items() if key not in ("default", "examples", "$defs"))
    return is_personal(schema) or any(_holds_personal(each, definitions, seen) for each in parts)
