"""Tasks that execute a plan: `plan`, whose actions are methods of services."""

from collections.abc import Mapping
from typing import Any

from engine.authoring.dict_form.actions import action_of
from engine.authoring.dict_form.options import ACTION, ACTION_UNDO
from engine.authoring.dict_form.problems import Problems
from engine.authoring.dict_form.values import Values
from engine.authoring.services import Registry
from engine.steps.plans import Action


def plan_options(
    given: Mapping[str, Any], name: str, last: str | None, registry: Registry, problems: Problems
) -> dict[str, Any]:
    """Return the options of `Workflow.plan`, with the classes that Python has for them.

    `last`: the task before, whose output is the proposal if the plan names none.
    """
    if not given.keys() & {"approvers", "quorum", "stages"}:
        raise problems.error("plan has no 'approvers'.", 'Give "approvers": ["@group"].', name)
    if "proposal" not in given and last is None:
        remedy = "Put the task that proposes the plan before it."
        raise problems.error("plan has no 'proposal', and this is the first task.", remedy, name)
    actions = actions_of(given["actions"], name, registry, problems)
    return {"proposal": last, **Values(problems).policy({**given, "actions": actions}, name)}


def actions_of(declared: Any, name: str, registry: Registry, problems: Problems) -> list[Action]:
    """Return the actions of a plan; the mistake of one hides none of another."""
    if not isinstance(declared, list | tuple):
        remedy = 'Write a list of dicts: [{"service": …, "action": …}].'
        raise problems.error(f"actions is {declared!r:.80}.", remedy, name)
    actions = []
    for each in declared:
        with problems.mistakes.collecting():
            actions.append(_action(each, name, registry, problems))
    return actions


def _action(declared: Any, name: str, registry: Registry, problems: Problems) -> Action:
    if isinstance(declared, Action):
        return declared
    fields = dict(problems.keys(declared, ACTION, "An action", name, owner="Action"))
    function = action_of(fields, name, registry, problems)
    undo = fields.get("undo")
    if undo is not None:
        back = problems.keys(undo, ACTION_UNDO, "undo", name, owner="Undo")
        undo = action_of(back, name, registry, problems)
    return Action(function, undo, **{key: fields[key] for key in ("risk",) if key in fields})
