"""Tasks that execute an operation, such as `command`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.authoring.dict_form.plan_tasks import plan_options
from engine.authoring.dict_form.problems import Problems
from engine.authoring.dict_form.values import Values
from engine.authoring.keywords import REFUSED, keywords_of
from engine.authoring.services import Registry
from engine.authoring.workflow import Workflow
from engine.steps.decision import Rule

_OF_THE_TASK = (
    "title",
    "when",
    "after",
    "timeout",
    "retry",
    "on_failure",
    "undo",
    "uses",
    "resource_timeout",
    "alerts",
)


@dataclass(frozen=True, slots=True)
class OperationForm:
    """`declare`: the method of `Workflow`. `required`: the keys without a default."""

    declare: Callable[..., Any]
    required: tuple[str, ...]
    what: str

    @property
    def known(self) -> tuple[str, ...]:
        """The keys of the operation itself."""
        return tuple(key for key in keywords_of(self.declare) if key not in ("name", *_OF_THE_TASK))

    @property
    def of_the_task(self) -> tuple[str, ...]:
        """The keys of the task beside it."""
        return tuple(key for key in _OF_THE_TASK if key in keywords_of(self.declare) and key != "after")


FORMS: Mapping[str, OperationForm] = {
    "command": OperationForm(Workflow.command, ("argv",), "executes a command"),
    "http": OperationForm(Workflow.http, ("url",), "sends a request"),
    "decision": OperationForm(Workflow.decision, ("default",), "decides by rules"),
    "sql": OperationForm(Workflow.sql, ("url", "query"), "executes a statement"),
    "plan": OperationForm(Workflow.plan, ("actions", "expires"), "executes a plan"),
}
"""By the key of a task."""


def operation_of(fields: Mapping[str, Any]) -> str | None:
    """Return the key of the operation that a task executes; None for another task."""
    return next((key for key in FORMS if key in fields), None)


def add_operation(
    workflow: Workflow,
    name: str,
    key: str,
    fields: Mapping[str, Any],
    options: dict[str, Any],
    problems: Problems,
    last: str | None,
    registry: Registry,
) -> None:
    """Add the step. `options`: those of the task, as the reader made them. `last`: the task before."""
    form = FORMS[key]
    known = ("id", "name", key, *form.of_the_task)
    if ignored := [other for other in fields if other not in known]:
        raise problems.error(
            f"The task {form.what}, but has {ignored[0]!r}, which a task with {key!r} does not take.",
            REFUSED.get(key, {}).get(str(ignored[0]))
            or f"Write it in {key!r} if it is an option of it; or make two tasks of it.",
            name,
        )
    given = dict(problems.keys(fields[key], form.known, key, name, owner=key))
    for required in form.required:
        if required not in given:
            raise problems.error(f"{key} has no {required!r}.", f'Give "{required}": ….', name)
    values = Values(problems)
    if isinstance(given.get("rules"), list | tuple):
        given["rules"] = [_rule(values, each, last, name) for each in given["rules"]]
    if key == "plan":
        given = plan_options(given, name, last, registry, problems)
    taken = {option: value for option, value in options.items() if option in ("after", *form.of_the_task)}
    form.declare(workflow, name, **given, **taken)


def _rule(values: Values, declared: Any, last: str | None, name: str) -> Rule:
    rule = values.value(Rule, declared, name)
    return (
        replace(rule, when=values.condition(rule.when, last, name))
        if isinstance(rule.when, Mapping)
        else rule
    )
