"""Workflows written as data: an id, a trigger, and tasks in order that call services by name.

    {
        "id": "DailyGrantPipeline",
        "owner": "@grants-board",
        "trigger": {"type": "schedule", "cron": "0 2 * * *", "tz": "Europe/Berlin"},
        "tasks": [
            {"id": "ingest", "service": "GrantIngestionService", "action": "fetch_new"},
            {"id": "board", "approval": {"ask": "Award these?", "approvers": ["@board"], "expires": "2d"}},
            {"id": "award", "service": "PolicyService", "action": "update"},
        ],
    }

Each task gets the output of the one before it. An action may take nothing, `(data)` or `(data, ctx)`, sync
or async. Tasks behind an approval go on only if it was approved, or, where the approval has a `when` that
was not met, nobody was asked. With `"gate": False` they go on whatever the outcome, and an action with a
parameter `outcome` gets it: an `Outcome`, or None where nobody was asked. The task behind it must have one.
"""

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_type_hints

from engine.authoring.options import AskOwner, Cron, Every, Retry, Stage
from engine.authoring.outcomes import Outcome
from engine.authoring.refs import ApprovalRef
from engine.authoring.services import Registry
from engine.authoring.workflow import Workflow
from engine.compiler.conditions import AsText
from engine.errors import DefinitionError, UnknownService
from engine.model.conditions import Compare, Condition, StateIs

_WORKFLOW = (
    "id", "title", "owner", "channel", "trigger", "triggers", "tasks", "max_active_runs",
    "max_parallel_steps", "overlap", "on_failure", "may_run", "may_cancel", "may_see",
)  # fmt: skip
_TASK = ("id", "title", "service", "agent", "layer", "action", "retry", "timeout", "on_failure", "approval")
_APPROVAL = (
    "ask", "approvers", "quorum", "stages", "reject_quorum", "veto", "expires", "on_expiry", "remind_every",
    "self_approval", "reassign_to", "count_leavers", "comment", "channel", "show", "revocable_for", "risk",
    "confirm", "one_time_code", "when", "gate",
)  # fmt: skip
_TRIGGER = ("type", "cron", "tz", "every", "catchup", "catchup_limit", "quiet")
_RETRY = ("attempts", "delay", "backoff", "max_delay", "jitter")
_KINDS = ("service", "agent", "layer")


def from_dict(data: Mapping[str, Any], registry: Registry, file: str | None = None) -> Workflow:
    """The workflow that the dict describes. Raises `DefinitionError`; the rest is checked by `compile`."""
    return _Reader(data, registry, file).read()


def place_in(file: str | None, name: str) -> str | None:
    """The line of a file on which a task or a workflow in dict form is named; its first where none is."""
    if not file or not Path(file).is_file():
        return file
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    quoted = rf"[\"\']{re.escape(name)}[\"\']"
    patterns = (rf"[\"\']id[\"\']\s*:\s*{quoted}", quoted, r"[\"\']tasks[\"\']")
    found = next(filter(None, (re.search(pattern, text) for pattern in patterns)), None)
    return f"{file}:{text.count(chr(10), 0, found.start()) + 1 if found else 1}"


class _Reader:
    def __init__(self, data: Mapping[str, Any], registry: Registry, file: str | None) -> None:
        self.data, self.registry, self.file = data, registry, file
        self.name = str(data.get("id", ""))
        self.last: str | None = None
        self.gates: list[Condition] = []
        self.asked: str | None = None
        """The last approval that isn't a gate."""
        self.unheard = False
        """No task has taken its outcome yet."""

    def place(self, task: str | None = None) -> str | None:
        """The line of the file on which a task, or the workflow, is named; the file where none is."""
        return place_in(self.file, task or self.name)

    def wrong(self, problem: str, remedy: str, task: str | None = None) -> DefinitionError:
        return DefinitionError(problem, remedy=remedy, workflow=self.name, step=task, file=self.place(task))

    def read(self) -> Workflow:
        data = self.data
        self.keys(data, _WORKFLOW, "The workflow")
        self.required(data, "id", "The workflow")
        tasks = data.get("tasks")
        if not isinstance(tasks, list | tuple) or not tasks:
            raise self.wrong("It has no tasks.", 'Give "tasks": [{"id": …, "service": …, "action": …}, …].')
        workflow = Workflow(
            self.name,
            title=data.get("title"),
            owner=self.required(data, "owner", "The workflow"),
            channel=data.get("channel"),
            triggers=self.triggers(),
            max_active_runs=data.get("max_active_runs"),
            max_parallel_steps=data.get("max_parallel_steps"),
            overlap=data.get("overlap"),
            on_failure=self.on_failure(data.get("on_failure")),
            may_run=data.get("may_run", ()),
            may_cancel=data.get("may_cancel", ()),
            may_see=data.get("may_see", ()),
        )
        workflow.file, workflow.place = self.file or "", self.place() or ""
        for task in tasks:
            self.task(workflow, task)
        self.check_last(tasks[-1])
        workflow.nodes = [replace(node, place=self.place(node.name) or "") for node in workflow.nodes]
        return workflow

    def check_last(self, task: Any) -> None:
        """A gate with nothing behind it lets nothing through and keeps nothing back."""
        approval = task.get("approval") if isinstance(task, Mapping) else None
        if isinstance(approval, Mapping) and approval.get("gate", True) is True:
            raise self.wrong(
                "It guards nothing: no task comes after it.",
                'Put the task that needs its approval after it, or write "gate": False.',
                str(task.get("id")),
            )

    def keys(self, found: Any, known: Iterable[str], what: str, task: str | None = None) -> None:
        if not isinstance(found, Mapping):
            raise self.wrong(f"{what} is {found!r}.", "Write it as a dict.", task)
        known = list(known)
        if task is None and what == "A task" and isinstance(found.get("id"), str):
            task = found["id"]
        for key in found:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                remedy = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
                raise self.wrong(f"{what} has {key!r}, which means nothing here.", remedy, task)

    def required(self, found: Mapping[str, Any], key: str, what: str, task: str | None = None) -> str:
        value = found.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(
                f"{what} has the {key} {value!r}, which is not a text.", f'Give "{key}": "…".', task
            )
        if not value:
            raise self.wrong(f"{what} has no {key!r}.", f'Give "{key}": "…".', task)
        return value

    def triggers(self) -> list[Cron | Every]:
        found = self.data.get("triggers") or []
        if not isinstance(found, list | tuple):
            raise self.wrong(f"The workflow's triggers are {found!r}.", "Write them as a list.")
        if "trigger" in self.data:
            found = [self.data["trigger"], *found]
        return [made for one in found if (made := self.trigger(one)) is not None]

    def trigger(self, found: Any) -> Cron | Every | None:
        self.keys(found, _TRIGGER, "The trigger")
        options = {key: found[key] for key in ("catchup", "catchup_limit", "quiet") if key in found}
        match found.get("type"):
            case "schedule":
                return Cron(self.required(found, "cron", "The trigger"), tz=found.get("tz", "UTC"), **options)
            case "interval":
                if "every" not in found:
                    raise self.wrong("The trigger has no 'every'.", 'Give "every": "5m".')
                return Every(found["every"], **options)
            case "manual":
                return None
        raise self.wrong(f"The trigger's type is {found.get('type')!r}.", "Use schedule, interval or manual.")

    def on_failure(self, found: Any, task: str | None = None) -> Any:
        if found is None or found == "fail":
            return found
        if not isinstance(found, Mapping):
            raise self.wrong(f"on_failure is {found!r}.", 'Write "fail" or {"expires": "8h"}.', task)
        self.keys(found, ("remind_every", "expires"), "on_failure", task)
        return AskOwner(**found)

    def task(self, workflow: Workflow, found: Any) -> None:
        self.keys(found, _TASK, "A task")
        name = self.required(found, "id", "A task")
        if "approval" in found:
            if ignored := [key for key in found if key not in ("id", "title", "approval")]:
                raise self.wrong(
                    f"It is an approval and has {ignored[0]!r}, which only a task that calls something has.",
                    "Make two tasks of it: the approval, and after it the task that it guards.",
                    name,
                )
            self.approval(workflow, name, found)
            return
        action = self.action(found, name)
        self.check_parameters(action, name)
        takes_outcome = "outcome" in inspect.signature(action).parameters
        if self.unheard and not takes_outcome:
            raise self.wrong(
                f"It follows the approval {self.asked}, which is not a gate, and does not take its outcome.",
                'Give the action a parameter "outcome", or remove "gate": False.',
                name,
            )
        self.unheard = self.unheard and not takes_outcome
        function = _task_function(action, self.last, self.asked)
        when = self.gate()
        if takes_outcome and self.asked is not None:
            asked = ApprovalRef(self.asked)
            whatever = asked.answered | asked.skipped
            when = whatever if when is None else when & whatever
        retry = found.get("retry")
        if retry is not None:
            self.keys(retry, _RETRY, "retry", name)
        workflow.step(
            name=name,
            title=found.get("title"),
            when=when,
            after=[self.last] if self.last and not _takes_data(action) else [],
            timeout=found.get("timeout"),
            retry=Retry(**retry) if retry is not None else None,
            on_failure=self.on_failure(found.get("on_failure"), name),
        )(function)
        self.last = name

    def check_parameters(self, action: Callable[..., Any], task: str) -> None:
        """A task is called with the output of the one before it, the context and an outcome."""
        parameters = inspect.signature(action).parameters.values()
        needed = [
            one.name
            for one in parameters
            if one.name not in ("ctx", "outcome")
            and one.default is one.empty
            and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
        ]
        if len(needed) > 1:
            raise self.wrong(
                f"Its action needs {', '.join(needed)}, and a task gets one output.",
                "Give the action one parameter besides ctx and outcome.",
                task,
            )
        if needed and self.last is None:
            raise self.wrong(
                f"Its action needs {needed[0]}, the output of the task before it, and it is the first task.",
                f"Put a task before it, or give {needed[0]} a default.",
                task,
            )

    def gate(self) -> Condition | None:
        found: Condition | None = None
        for gate in self.gates:
            found = gate if found is None else found & gate
        return found

    def action(self, found: Mapping[str, Any], task: str) -> Callable[..., Any]:
        kinds = [kind for kind in _KINDS if kind in found]
        if len(kinds) != 1:
            raise self.wrong(
                f"It names {' and '.join(kinds) or 'nothing to call'}.",
                'Give one of "service", "agent", "layer", or "approval".',
                task,
            )
        name, action = self.required(found, kinds[0], "It", task), self.required(found, "action", "It", task)
        try:
            service = self.registry.get(name)
        except UnknownService as error:
            raise self.wrong(
                str(error), "Add it to the mapping services of the file, or correct the name.", task
            ) from None
        method = getattr(service, action, None)
        if inspect.isclass(service) and inspect.isfunction(inspect.getattr_static(service, action, None)):
            raise self.wrong(
                f"The service {name} is a class.", f"Write {service.__name__}() in services.", task
            )
        if action.startswith("_") or not callable(method):
            known = [
                one for one in dir(service) if not one.startswith("_") and callable(getattr(service, one))
            ]
            close = difflib.get_close_matches(action, known, n=1)
            remedy = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(known) or 'none'}."
            raise self.wrong(f"{name} has no action {action}.", remedy, task)
        return cast(Callable[..., Any], method)

    def approval(self, workflow: Workflow, name: str, found: Mapping[str, Any]) -> None:
        options = dict(found["approval"]) if isinstance(found["approval"], Mapping) else found["approval"]
        self.keys(options, _APPROVAL, "approval", name)
        condition = options.pop("when", None)
        gate = self.is_gate(options.pop("gate", True), name)
        when = self.gate()
        if condition is not None:
            test = self.condition(condition, name)
            when = test if when is None else when & test
        if "ask" not in options:
            raise self.wrong("The approval has no 'ask'.", 'Give "ask".', name)
        if not options.keys() & {"approvers", "quorum", "stages"}:
            raise self.wrong("The approval has no 'approvers'.", 'Give "approvers".', name)
        if "stages" in options:
            options["stages"] = [self.stage(one, name) for one in self.listed(options["stages"], name)]
        after = [self.last] if self.last else []
        try:
            ref: ApprovalRef = workflow.approval(
                name, title=found.get("title"), when=when, after=after, advisory=not gate, **options
            )
        except DefinitionError as error:
            raise self.wrong(error.problem, error.remedy, name) from None
        if not gate:
            self.asked, self.unheard = name, True
            return
        goes_on: Condition = ref.approved
        self.gates.append(goes_on if condition is None else goes_on | StateIs(step=name, state="skipped"))

    def listed(self, found: Any, task: str) -> Iterable[Any]:
        if not isinstance(found, list | tuple):
            raise self.wrong(f"The approval's stages are {found!r}.", "Write them as a list.", task)
        return found

    def stage(self, found: Any, task: str) -> Stage:
        self.keys(found, ("name", "approvers", "quorum"), "A stage", task)
        name = self.required(found, "name", "A stage", task)
        return Stage(name, found.get("approvers", ()), found.get("quorum", 1))

    def is_gate(self, found: Any, task: str) -> bool:
        if not isinstance(found, bool):
            raise self.wrong(f"The approval's gate is {found!r}.", "Write True or False.", task)
        return found

    def condition(self, found: Any, task: str) -> Compare:
        self.keys(found, ("field", "op", "value"), "when", task)
        if self.last is None:
            raise self.wrong("Its when has nothing before it to look at.", "Put a task before it.", task)
        path = tuple(self.required(found, "field", "when", task).split("."))
        op = found.get("op", "==")
        if op not in ("==", "!=", "<", "<=", ">", ">=", "in"):
            raise self.wrong(f"when's op is {op!r}.", "Use ==, !=, <, <=, >, >= or in.", task)
        return Compare(step=self.last, path=path, op=op, value=_as_data(found.get("value")))


def _as_data(value: Any) -> Any:
    """Texts as those of data: data has no other way to write a date or a Decimal."""
    if isinstance(value, list | tuple):
        return [_as_data(each) for each in value]
    return AsText(value) if isinstance(value, str) else value


def _takes_data(action: Callable[..., Any]) -> bool:
    return any(name not in ("ctx", "outcome") for name in inspect.signature(action).parameters)


def _task_function(action: Callable[..., Any], before: str | None, asked: str | None) -> Callable[..., Any]:
    """A step function with parameters named after the task before it and the approval it is told of."""
    names = list(inspect.signature(action).parameters)
    takes_data, takes_ctx, takes_outcome = _takes_data(action), "ctx" in names, "outcome" in names
    data_name = next((name for name in names if name not in ("ctx", "outcome")), None)
    hints = get_type_hints(action)

    def arguments(given: Mapping[str, Any]) -> dict[str, Any]:
        found = {"ctx": given["ctx"]} if takes_ctx else {}
        if takes_data and data_name is not None:
            found[data_name] = given.get(before) if before else None
        if takes_outcome:
            found["outcome"] = given.get(asked) if asked else None
        return found

    if inspect.iscoroutinefunction(action):

        async def call(**given: Any) -> Any:
            return await action(**arguments(given))

        function: Callable[..., Any] = call
    else:

        def call_sync(**given: Any) -> Any:
            return action(**arguments(given))

        function = call_sync
    parameters = []
    annotations: dict[str, Any] = {}
    if takes_data and before is not None:
        parameters.append(inspect.Parameter(before, inspect.Parameter.KEYWORD_ONLY))
        annotations[before] = hints.get(data_name or "", Any)
    if takes_outcome and asked is not None:
        parameters.append(inspect.Parameter(asked, inspect.Parameter.KEYWORD_ONLY))
        annotations[asked] = Outcome | None
    if takes_ctx:
        parameters.append(inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY))
    if "return" in hints:
        annotations["return"] = hints["return"]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = annotations
    function.__name__ = action.__name__
    # Errors name the action's own place, and the step's digest is that of the action's source.
    function.__wrapped__ = action  # type: ignore[attr-defined]
    return function
