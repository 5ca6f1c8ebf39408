"""The options that a dict takes: those of the Python functions, but for a few."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.authoring.alerts import Alerts, QuietHours
from engine.authoring.earlier_inputs import EarlierInput
from engine.authoring.keywords import keywords_of
from engine.authoring.objectives import Objectives
from engine.authoring.options import (
    Alternative,
    AskOwner,
    BreakGlass,
    Choose,
    Escalate,
    Form,
    Grants,
    Retry,
    Stage,
    Undo,
    Window,
    WorkingHours,
)
from engine.authoring.polling import Poll
from engine.authoring.quality import Quality
from engine.authoring.resources import Breaker, Resource
from engine.authoring.triggers import AfterRun, Cron, Every, FileArrival, Once, OnEvent, QueryChange, Webhook
from engine.authoring.workflow import Workflow
from engine.steps.decision import Rule
from engine.steps.plans import Action

_IN_ORDER = "Tasks run in the order of the list."
DIFFERENT: Mapping[Callable[..., Any], Mapping[str, str]] = {
    Workflow: {"name": "It is the id, or is made from the name that people read."},
    Workflow.step: {
        "after": _IN_ORDER,
        "run_in": "The process would need the services. A command has a process of its own.",
    },
    Workflow.approval: {"name": "It is the id of the task, or is made from its name.", "after": _IN_ORDER},
    Cron: {"expr": "It is called cron, and tells a schedule from an interval."},
    Every: {"interval": "It is called every, and tells an interval from a schedule."},
    Once: {"at": "It is called once, and tells a single moment from a schedule."},
    Webhook: {"name": "It is called webhook, and tells a webhook from a schedule."},
    FileArrival: {"folder": "It is called files, and tells it from other triggers."},
    QueryChange: {"sql": "It is called query, and tells it from other triggers."},
    AfterRun: {"workflow": "It is called after_run, and tells it from other triggers."},
}
"""By function: its parameters that a dict does not take under the same name, with the reason."""


def _same(function: Callable[..., Any]) -> tuple[str, ...]:
    different = DIFFERENT.get(function, {})
    return tuple(name for name in keywords_of(function) if name not in different)


KINDS = ("service", "agent", "layer")
"""Keys that name the service of a task. All three look it up in the registry."""
WORKFLOW = ("id", "name", "trigger", "triggers", "tasks", *(k for k in _same(Workflow) if k != "triggers"))
TASK = (
    "id",
    "name",
    *KINDS,
    "action",
    "approval",
    "sleep",
    "until",
    "wait_for",
    "child",
    "notify",
    "command",
    "http",
    "decision",
    "sql",
    "plan",
    *(k for k in _same(Workflow.step) if k != "name"),
)
APPROVAL = _same(Workflow.approval)
ALTERNATIVE = (*KINDS, "action", *(key for key in keywords_of(Alternative) if key != "function"))
UNDO = (*KINDS, "action", *(key for key in keywords_of(Undo) if key != "function"))
ACTION = (*KINDS, "action", *(key for key in keywords_of(Action) if key != "function"))
ACTION_UNDO = (*KINDS, "action")
CRON = ("cron", *_same(Cron))
EVERY = ("every", *_same(Every))
WEBHOOK = ("webhook", *_same(Webhook))
ONCE = ("once", *_same(Once))
ON_EVENT = _same(OnEvent)
AFTER_RUN = ("after_run", *_same(AfterRun))
FILES = ("files", *_same(FileArrival))
QUERY = ("query", *_same(QueryChange))
FILTER = ("field", "op", "value", "all", "any", "not")
WHEN = ("task", "field", "op", "value", "is", "all", "any", "not")
NAMES: Mapping[type, str] = {
    Alerts: "alerts",
    Alternative: "alternative",
    AskOwner: "on_failure",
    Breaker: "breaker",
    BreakGlass: "break_glass",
    Choose: "choose",
    EarlierInput: "An earlier input",
    Escalate: "An escalation",
    Form: "form",
    Grants: "grants",
    Objectives: "objectives",
    Poll: "poll",
    Quality: "quality",
    QuietHours: "quiet_hours",
    Resource: "A resource",
    Retry: "retry",
    Rule: "A rule",
    Stage: "A stage",
    Undo: "undo",
    Window: "window",
    WorkingHours: "working_hours",
}
"""By class of a value: what an error calls it."""
