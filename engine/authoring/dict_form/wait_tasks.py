"""Tasks that wait: `sleep`, `until`."""

from collections.abc import Mapping
from typing import Any

from engine.authoring.dict_form.problems import Problems
from engine.authoring.keywords import keywords_of
from engine.authoring.workflow import Workflow

KINDS = ("sleep", "until")
"""Keys that make a task a wait. Each holds what it waits for."""
OPTIONS = {
    "sleep": tuple(key for key in keywords_of(Workflow.sleep) if key not in ("name", "duration", "after")),
    "until": tuple(key for key in keywords_of(Workflow.until) if key not in ("name", "at", "after")),
}


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
    if kind == "sleep":
        workflow.sleep(name, fields["sleep"], **options)
    else:
        workflow.until(name, fields["until"], **options)
