"""Tasks that wait: `sleep`, `until`, `wait_for`, and `child`, which waits for a run of another workflow."""

from collections.abc import Mapping
from typing import Any

from engine.authoring.dict_form.problems import Problems
from engine.authoring.keywords import keywords_of
from engine.authoring.workflow import Workflow

KINDS = ("sleep", "until", "wait_for", "child")
"""Keys that make a task a wait. Each holds what it waits for."""
OPTIONS = {
    "sleep": tuple(key for key in keywords_of(Workflow.sleep) if key not in ("name", "duration", "after")),
    "until": tuple(key for key in keywords_of(Workflow.until) if key not in ("name", "at", "after")),
}

SIGNAL = ("signal", "model", "expires", "on_expiry")
"""Keys of what `wait_for` holds."""
OPTIONS["wait_for"] = tuple(
    key for key in keywords_of(Workflow.wait_for) if key not in ("name", "after", *SIGNAL)
)
CHILD = ("workflow", "input", "output")
"""Keys of what `child` holds."""
OPTIONS["child"] = tuple(key for key in keywords_of(Workflow.child) if key not in ("name", "after", *CHILD))
MAPPED = ("each", "at_once", "tolerate")
"""Keys of a task by which a child workflow runs for every element of a list."""


def kind_of(fields: Mapping[str, Any]) -> str:
    """The key that makes a task a wait; empty for another task."""
    return next((kind for kind in KINDS if kind in fields), "")


def add_wait(
    workflow: Workflow, name: str, fields: Mapping[str, Any], options: dict[str, Any], problems: Problems
) -> None:
    """Add the wait. `options`: its title, condition and order, as the reader made them of the task."""
    kind = kind_of(fields)
    known = ("id", "name", kind, *OPTIONS[kind])
    if ignored := [key for key in fields if key not in known]:
        raise problems.error(
            f"The task is a wait, but has {ignored[0]!r}, which a task with {kind!r} does not take.",
            "Make two tasks of it: the wait, and after it the task.",
            name,
        )
    if kind == "wait_for":
        given = problems.keys(fields["wait_for"], SIGNAL, "wait_for", name)
        if "expires" not in given:
            raise problems.error("wait_for has no 'expires'.", 'Give "expires": "3d", or "never".', name)
        workflow.wait_for(name, **given, **options)
    elif kind == "child":
        given = problems.keys(fields["child"], CHILD, "child", name)
        if "workflow" not in given:
            raise problems.error("child has no 'workflow'.", 'Give "workflow": "deploy", its name.', name)
        workflow.child(name, given["workflow"], **_without(given, "workflow"), **options)
    elif kind == "sleep":
        workflow.sleep(name, fields["sleep"], **options)
    else:
        workflow.until(name, fields["until"], **options)


def _without(fields: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != key}
