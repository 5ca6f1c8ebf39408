"""Reads a workflow that is written as a dict."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.authoring.approval_options import listed
from engine.authoring.dict_form.actions import (
    ELEMENT,
    action_of,
    check_parameters,
    takes_data,
    takes_outcome,
    task_function,
)
from engine.authoring.dict_form.locations import made_name
from engine.authoring.dict_form.marks import Mark, MarkedDict, item_of
from engine.authoring.dict_form.notify_tasks import add_notify
from engine.authoring.dict_form.operation_tasks import add_operation, operation_of
from engine.authoring.dict_form.options import ALTERNATIVE, APPROVAL, TASK, UNDO, WORKFLOW
from engine.authoring.dict_form.problems import Problems
from engine.authoring.dict_form.trigger_forms import read_trigger
from engine.authoring.dict_form.values import Values
from engine.authoring.dict_form.wait_tasks import MAPPED, add_wait, kind_of
from engine.authoring.earlier_inputs import EarlierInput
from engine.authoring.keywords import keywords_of
from engine.authoring.objectives import Objectives
from engine.authoring.options import Alternative, Undo
from engine.authoring.polling import Poll
from engine.authoring.quality import Quality
from engine.authoring.refs import ApprovalRef
from engine.authoring.services import Registry
from engine.authoring.triggers import Trigger
from engine.authoring.workflow import Workflow
from engine.model.definition.conditions import Compare, Condition, StateIs, leaves

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_UNREAD = "_unread"
"""Stands for a task with a mistake where the next one takes its output. No task can have this name."""


def from_dict(
    data: Mapping[str, Any],
    registry: Registry,
    file: str | None = None,
    *,
    owner: str | None = None,
    channel: str | None = None,
) -> Workflow:
    """The workflow that the dict describes. The rest is checked by `compile`.

    Raises `DefinitionError` for one mistake, and `DefinitionErrors` for several.
    `owner`, `channel`: those of a workflow that names none.
    """
    problems = Problems(str(data.get("id") or data.get("name") or ""), file, data)
    with problems.mistakes.collecting():
        problems.keys(data, WORKFLOW, "The workflow", owner="Workflow")
    reader = _Reader(data, registry, problems)
    with problems.mistakes.collecting():
        reader.read_name()
    return reader.read(owner, channel)


def named(fields: Mapping[str, Any], what: str, problems: Problems) -> tuple[str, str | None]:
    """The name and the title of a workflow or a task: its id, or its name in lowercase letters."""
    if "id" in fields or "name" not in fields:
        name = problems.text(fields, "id", what)
        title = problems.text(fields, "name", what, name) if "name" in fields else None
    else:
        text = problems.text(fields, "name", what)
        name = made_name(text)
        if not _NAME.fullmatch(name):
            raise problems.error(
                f"{what} has the name {text!r}, which does not begin with a letter from a to z.",
                'Give it an "id" besides, as in "id": "ingest".',
                text,
            )
        title = text if text != name else None
    return name, fields.get("title", title)


class _Reader:
    def __init__(self, data: Mapping[str, Any], registry: Registry, problems: Problems) -> None:
        self.data, self.registry, self.problems = data, registry, problems
        self.name: str = problems.workflow
        self.title: str | None = None
        self.misspelled = bool(problems.mistakes.found)
        """A key of the workflow is unknown: it may stand for one that is missing."""
        self.values = Values(problems)
        self.last: str | None = "input" if data.get("input") is not None or self.misspelled else None
        """Source of the next task's input: the name of a task, or `input` for the run's."""
        self.waits: list[str] = []
        """The last wait, which gives the next task no data."""
        self.guards: dict[str, Condition] = {}
        """By approval that is not advisory: the condition under which tasks after it run."""
        self.asked: str | None = None
        """The last advisory approval."""
        self.unheard = False
        """No task has taken its outcome yet."""
        self.places: dict[str, str] = {}
        """By task that was read: where it is, in words."""

    def read_name(self) -> None:
        if not self.misspelled or self.data.keys() & {"id", "name"}:
            self.name, self.title = named(self.data, "The workflow", self.problems)
            self.problems.workflow = self.name

    def read(self, owner: str | None, channel: str | None) -> Workflow:
        """Raise `DefinitionError` for one mistake, and `DefinitionErrors` for several."""
        workflow = Workflow(self.name, **self.options(owner, channel))
        workflow.file, workflow.location = self.problems.file or "", self.problems.location() or ""
        with self.problems.mistakes.collecting():
            self.tasks(workflow)
        self.problems.mistakes.tell()
        self.check_last(workflow)
        return workflow

    def tasks(self, workflow: Workflow) -> None:
        tasks = self.data.get("tasks")
        if tasks is None and self.misspelled:
            return
        if not isinstance(tasks, list | tuple) or not tasks:
            raise self.problems.error(
                "The workflow has no tasks.", 'Give "tasks": [{"id": …, "service": …, "action": …}, …].'
            )
        for number, task in enumerate(tasks):
            before, mistakes = len(workflow.nodes), len(self.problems.mistakes.found)
            item = item_of(tasks, number)
            with self.problems.reading(item), self.problems.mistakes.collecting():
                self.task(workflow, task, f"Task {number + 1}", item)
                workflow.nodes[before:] = [
                    replace(node, location=self.problems.location(node.name) or "")
                    for node in workflow.nodes[before:]
                ]
            if len(self.problems.mistakes.found) > mistakes:
                # What the next task gets of this one is not known, and no mistake of that task.
                self.last, self.waits, self.unheard = _UNREAD, [], False

    def options(self, owner: str | None, channel: str | None) -> dict[str, Any]:
        """The options of `Workflow`."""
        own = ("id", "name", "trigger", "tasks")
        known = keywords_of(Workflow)
        options = {key: value for key, value in self.data.items() if key in known and key not in own}
        options["title"] = self.title
        self.read_each(
            options,
            triggers=self.triggers,
            on_failure=lambda: self.values.on_failure(self.data.get("on_failure")),
            resources=lambda: self.uses(self.data, key="resources"),
            alerts=lambda: self.values.alerts(self.data.get("alerts")),
            objectives=lambda: self.values.optional(Objectives, self.data.get("objectives"), None),
            earlier_inputs=self.earlier_inputs,
            owner=lambda: self.owner(owner),
        )
        if options.get("channel") is None:
            options["channel"] = channel
        return {"owner": "", **options}

    def owner(self, default: str | None) -> str:
        owner = {"owner": self.data.get("owner") or default}
        if self.misspelled and not owner["owner"]:
            return ""
        if not owner["owner"]:
            remedy = 'Give "owner": "@group", or set SIGNOFF_OWNER, the owner of workflows that name none.'
            raise self.problems.error("The workflow has no 'owner'.", remedy)
        return self.problems.text(owner, "owner", "The workflow")

    def read_each(self, options: dict[str, Any], **readers: Callable[[], Any]) -> None:
        """Put each option as its reader makes it; the mistake of one hides none of another."""
        for key, read in readers.items():
            options.pop(key, None)
            with self.problems.mistakes.collecting():
                options[key] = read()

    def earlier_inputs(self) -> list[EarlierInput]:
        declared = self.data.get("earlier_inputs") or []
        if not isinstance(declared, list | tuple):
            raise self.problems.error(f"earlier_inputs is {declared!r}.", "Write a list of dicts.")
        return [self.values.value(EarlierInput, each, None) for each in declared]

    def triggers(self) -> list[Trigger]:
        declared = self.data.get("triggers") or []
        if not isinstance(declared, list | tuple):
            raise self.problems.error(f"The workflow's triggers are {declared!r}.", "Write them as a list.")
        if "trigger" in self.data:
            declared = [self.data["trigger"], *declared]
        triggers = []
        for each in declared:
            with self.problems.mistakes.collecting():
                triggers.append(read_trigger(self.problems, each))
        return [trigger for trigger in triggers if trigger is not None]

    def task(self, workflow: Workflow, declared: Any, what: str, item: MarkedDict | Mark | None) -> None:
        fields = self.problems.mapping(declared, what)
        label = next((fields[key] for key in ("id", "name") if isinstance(fields.get(key), str)), None)
        self.problems.keys(fields, TASK, what, label, owner="step")
        name, title = named(fields, what, self.problems)
        in_line = f"the task in line {item.mark.line}" if isinstance(item, MarkedDict) else what.lower()
        self.check_name(fields, name, in_line)
        if kind_of(fields):
            self.wait(workflow, name, title, fields)
            return
        if "notify" in fields:
            self.message(workflow, name, title, fields)
            return
        if (key := operation_of(fields)) is not None:
            self.operation(workflow, name, title, key, fields)
            return
        if "approval" not in fields:
            self.call(workflow, name, title, fields)
            return
        if ignored := [key for key in fields if key not in ("id", "name", "title", "approval")]:
            raise self.problems.error(
                f"The task is an approval, but has {ignored[0]!r}, which only a task with an action has.",
                "Make two tasks of it: the approval, and after it the task that it guards.",
                name,
            )
        self.approval(workflow, name, title, fields["approval"])

    def check_name(self, fields: Mapping[str, Any], name: str, place: str) -> None:
        """Note the name of an earlier task as a mistake. `place`: where this one is, in words."""
        if (first := self.places.get(name)) is not None:
            key = "id" if "id" in fields else "name"
            problem = f"The task has the {key} {fields[key]!r}, but {first} is already called {name}."
            self.problems.mistakes.found.append(self.problems.error(problem, "Give it another id.", name))
        self.places.setdefault(name, place)

    def call(self, workflow: Workflow, name: str, title: str | None, fields: Mapping[str, Any]) -> None:
        """A task that calls the action of a service."""
        options = {key: value for key, value in fields.items() if key in keywords_of(Workflow.step)}
        self.read_each(
            options,
            retry=lambda: self.values.retry(fields.get("retry"), name),
            on_failure=lambda: self.values.on_failure(fields.get("on_failure"), name),
            undo=lambda: self.undo(fields.get("undo"), name),
            alternative=lambda: self.alternative(fields.get("alternative"), name),
            uses=lambda: self.uses(fields, name),
            alerts=lambda: self.values.alerts(fields.get("alerts"), name),
            poll=lambda: self.values.optional(Poll, fields.get("poll"), name),
            quality=lambda: self.values.optional(Quality, fields.get("quality"), name),
            when=lambda: self.when(fields.get("when"), name),
        )
        action = action_of(fields, name, self.registry, self.problems)
        check_parameters(action, self.last, name, self.problems)
        hears = takes_outcome(action)
        if self.unheard and not hears:
            raise self.problems.error(
                f"The task follows the advisory approval {self.asked}, but does not take its outcome.",
                'Give the action a parameter "outcome", or remove "advisory": True.',
                name,
            )
        self.unheard = self.unheard and not hears
        options |= {"name": name, "title": title}
        if hears and self.asked is not None:
            asked = ApprovalRef(self.asked)
            whatever = asked.answered | asked.skipped
            when = options.get("when")
            options["when"] = whatever if when is None else when & whatever
        source = self.last
        if "each" in options:
            source = ELEMENT
            mapped = str(options["each"]).split(".")[0]
            options["after"] = self.waits if mapped == self.last else self.before()
        else:
            options["after"] = self.waits if takes_data(action) else self.before()
        workflow.step(**options)(task_function(action, source, self.asked))
        self.last, self.waits = name, []

    def alternative(self, declared: Any, name: str) -> Alternative | None:
        """The action that executes in place of a task. It gets what the task gets."""
        if declared is None:
            return None
        fields = self.problems.keys(declared, ALTERNATIVE, "alternative", name, owner="Alternative")
        action = action_of(fields, name, self.registry, self.problems)
        check_parameters(action, self.last, name, self.problems)
        function = task_function(action, self.last, self.asked)
        retry = self.values.retry(fields.get("retry"), name)
        uses = self.uses(fields, name)
        return Alternative(function, fields.get("ask", False), retry, fields.get("timeout"), uses)

    def undo(self, declared: Any, name: str) -> Undo | None:
        """The action that undoes a task. It gets the task's output, and the context if it takes it."""
        if declared is None:
            return None
        fields = self.problems.keys(declared, UNDO, "undo", name, owner="Undo")
        action = action_of(fields, name, self.registry, self.problems)
        check_parameters(action, name, name, self.problems)
        retry = self.values.retry(fields.get("retry"), name)
        uses = self.uses(fields, name)
        return Undo(task_function(action, name, None), retry, fields.get("timeout"), uses)

    def uses(self, fields: Mapping[str, Any], name: str | None = None, key: str = "uses") -> list[Any]:
        """The resources of a task, by name or as dicts; or with `resources`, those of the workflow."""
        return [
            self.values.resource(each, name) if isinstance(each, Mapping) else each
            for each in listed(fields.get(key) or [])
        ]

    def approval(self, workflow: Workflow, name: str, title: str | None, declared: Any) -> None:
        options = dict(self.problems.keys(declared, APPROVAL, "approval", name, owner="approval"))
        condition, advisory = options.get("when"), options.get("advisory", False)
        self.read_each(options, when=lambda: self.when(condition, name))
        if not isinstance(advisory, bool):
            raise self.problems.error(f"advisory is {advisory!r}.", "Write True or False.", name)
        if "ask" not in options:
            raise self.problems.error("The approval has no 'ask'.", 'Give "ask".', name)
        if not options.keys() & {"approvers", "quorum", "stages"}:
            raise self.problems.error("The approval has no 'approvers'.", 'Give "approvers".', name)
        options = self.values.policy(options, name)
        options["after"] = self.before()
        options.setdefault("title", title)
        approval = workflow.approval(name, **options)
        if advisory:
            self.asked, self.unheard = name, True
            return
        runs: Condition = approval.approved
        self.guards[name] = runs if condition is None else runs | StateIs(step=name, state="skipped")

    def wait(self, workflow: Workflow, name: str, title: str | None, fields: Mapping[str, Any]) -> None:
        """A task that waits. The task after it takes a signal's payload or a child run's output, else what
        came before."""
        options = {"title": title, "when": self.when(fields.get("when"), name), "after": self.before()}
        if fields.get("on_failure") is not None:
            options["on_failure"] = self.values.on_failure(fields["on_failure"], name)
        options |= {key: fields[key] for key in MAPPED if key in fields and "child" in fields}
        add_wait(workflow, name, fields, options, self.problems)
        waits_for = fields.get("wait_for")
        has_payload = isinstance(waits_for, Mapping) and waits_for.get("model") is not None
        if has_payload or "child" in fields:
            self.last, self.waits = name, []
        else:
            self.waits = [name]

    def message(self, workflow: Workflow, name: str, title: str | None, fields: Mapping[str, Any]) -> None:
        """A task that posts a message. The task after it takes what came before it."""
        options: dict[str, Any] = {"title": title, "when": self.when(fields.get("when"), name)}
        options |= {"after": self.before(), "alerts": self.values.alerts(fields.get("alerts"), name)}
        add_notify(workflow, name, fields, options, self.problems)
        self.waits = [name]

    def operation(
        self, workflow: Workflow, name: str, title: str | None, key: str, fields: Mapping[str, Any]
    ) -> None:
        """A task that executes an operation, such as a command. The task after it takes its output."""
        options: dict[str, Any] = {
            option: fields[option] for option in ("timeout", "resource_timeout") if option in fields
        }
        self.read_each(
            options,
            retry=lambda: self.values.retry(fields.get("retry"), name),
            on_failure=lambda: self.values.on_failure(fields.get("on_failure"), name),
            undo=lambda: self.undo(fields.get("undo"), name),
            uses=lambda: self.uses(fields, name),
            alerts=lambda: self.values.alerts(fields.get("alerts"), name),
            when=lambda: self.when(fields.get("when"), name),
        )
        options |= {"title": title, "after": self.before()}
        add_operation(workflow, name, key, fields, options, self.problems, self.last, self.registry)
        self.last, self.waits = name, []

    def before(self) -> list[str]:
        """The tasks that end before this one."""
        return [*([self.last] if self.last not in (None, "input") else []), *self.waits]

    def when(self, declared: Any, name: str) -> Condition | None:
        """The approvals before a task, but for those whose outcome its own condition tests, and that one."""
        last = self.last if self.last != "input" else None
        own = None if declared is None else self.values.condition(declared, last, name)
        tested = (
            {leaf.step for leaf in leaves(own) if not isinstance(leaf, Compare)} if own is not None else set()
        )
        when: Condition | None = None
        for part in (*(guard for approval, guard in self.guards.items() if approval not in tested), own):
            if part is not None:
                when = part if when is None else when & part
        return when

    def check_last(self, workflow: Workflow) -> None:
        """Refuse a last task that is an approval, since it guards nothing."""
        last = workflow.nodes[-1]
        if last.approval is not None and not last.approval.advisory:
            raise self.problems.error(
                "The approval guards nothing: no task comes after it.",
                'Put the task that needs its approval after it, or write "advisory": True.',
                last.name,
            )
