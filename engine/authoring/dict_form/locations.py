"""Names of workflows and tasks in dict form, and their places in a file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.authoring.dict_form.marks import MarkedDict, place_of


def made_name(text: str) -> str:
    """Return the name made from one that people read: `fetch_new` from `Fetch new`."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def name_of(data: Mapping[str, Any]) -> str:
    """Return the name of a workflow or a task, unchecked."""
    return made_name(str(data["name"])) if "name" in data and "id" not in data else str(data.get("id"))


def task_names(data: Mapping[str, Any]) -> list[str]:
    """Return the names of the tasks of a workflow, unchecked."""
    tasks = data.get("tasks")
    listed = tasks if isinstance(tasks, list | tuple) else []
    return [name_of(task) if isinstance(task, Mapping) else "" for task in listed]


def location_in(
    file: str | None, name: str, data: Mapping[str, Any] | None = None, problem: str = ""
) -> str | None:
    """Return the place of a task, or of the workflow, or of what a problem of it is about.

    In data that knows its places it is the line and the column; else the line of a Python file on which the
    name stands, and the first line where none does.
    """
    name, _, part = _declared_by(name, data).partition(".")
    if isinstance(data, MarkedDict):
        task = _task(data, name)
        if task and part in task.values_at:  # an undo or an alternative, which its task declares
            return task.values_at[part].of(file or "")
        mark = place_of(problem, task) if task else place_of(problem, data, ("tasks",))
        return mark.of(file or "")
    if not file or not Path(file).is_file():
        return file
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    spelt = r"[ _-]".join(map(re.escape, re.split("[_-]", name)))
    quoted = rf"[\"\']{re.escape(name)}[\"\']"
    patterns = (
        rf"[\"\']id[\"\']\s*:\s*{quoted}",
        rf"[\"\']name[\"\']\s*:\s*[\"\'](?i:{spelt})[\"\']",
        quoted,
        r"[\"\']tasks[\"\']",
    )
    match = next(filter(None, (re.search(pattern, text) for pattern in patterns)), None)
    return f"{file}:{text.count(chr(10), 0, match.start()) + 1 if match else 1}"


def _declared_by(name: str, data: Mapping[str, Any] | None) -> str:
    """Return the name of the task that declares a node. A plan declares its check and its approval too."""
    tasks = data.get("tasks") if data is not None else None
    plans = [
        name_of(task)
        for task in (tasks if isinstance(tasks, list | tuple) else ())
        if isinstance(task, Mapping) and "plan" in task
    ]
    return next((plan for plan in plans if name in (f"{plan}_check", f"{plan}_ask")), name)


def _task(data: MarkedDict, name: str) -> MarkedDict | None:
    tasks = data.get("tasks")
    listed = tasks if isinstance(tasks, list) else []
    named = zip(listed, task_names(data), strict=True)
    return next((task for task, each in named if each == name and isinstance(task, MarkedDict)), None)
