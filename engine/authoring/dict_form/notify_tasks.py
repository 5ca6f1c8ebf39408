"""Tasks that post a message: `notify`."""

from collections.abc import Mapping
from typing import Any

from engine.authoring.dict_form.problems import Problems
from engine.authoring.keywords import keywords_of
from engine.authoring.workflow import Workflow

MESSAGE = ("to", "text", "table", "subject")
"""Keys of what `notify` holds."""
OPTIONS = tuple(key for key in keywords_of(Workflow.notify) if key not in ("name", "after", *MESSAGE))


def add_notify(
    workflow: Workflow, name: str, fields: Mapping[str, Any], options: dict[str, Any], problems: Problems
) -> None:
    """Add the message. `options`: its title, condition and order, as the reader made them of the task."""
    known = ("id", "name", "notify", *OPTIONS)
    if ignored := [key for key in fields if key not in known]:
        raise problems.error(
            f"The task posts a message, but has {ignored[0]!r}, which a task with 'notify' does not take.",
            "Make two tasks of it: the message, and the task.",
            name,
        )
    given = problems.keys(fields["notify"], MESSAGE, "notify", name)
    for key in ("to", "text"):
        if key not in given:
            raise problems.error(f"notify has no {key!r}.", f'Give "{key}": ….', name)
    workflow.notify(name, **given, **options)
